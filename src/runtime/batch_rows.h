// Picks, splits and merges rows of batches with their order keys.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "stream/batch.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

// The rows `rows`, in that order; the batch itself when they are all of them in order.
Result<stream::Batch> SelectRows(const stream::Batch& batch, std::span<const int32_t> rows,
                                 arrow::MemoryPool* pool);

// Column of int64 without nulls.
Result<std::shared_ptr<arrow::Int64Array>> MakeInt64Array(std::span<const int64_t> values,
                                                          arrow::MemoryPool* pool);

// Splits by the hash of `keys` (key_hash.h, through state::KeyGroupOf) into `instances` parts,
// each in the batch's order. Empty parts are null batches with rows == nullptr.
Result<std::vector<stream::Batch>> SplitByKey(const stream::Batch& batch, std::span<const int> keys,
                                              int instances, arrow::MemoryPool* pool);

// Joins several streams, each in rising order key, into one in rising order key. Where keys are
// equal the earlier stream comes first. Short runs are copied together into batches.
Result<std::vector<stream::Batch>> MergeByOrder(std::vector<std::vector<stream::Batch>> streams,
                                                arrow::MemoryPool* pool);

}  // namespace floe::runtime
