// Batches as bytes, for checkpoints: an Arrow IPC record batch message of the columns, then the
// order columns.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "stream/batch.h"
#include "types/data_type.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

// REQUIRES: all rows are +I; the batch's columns are laid out as types::ToArrow says.
Result<std::string> EncodeBatch(const stream::Batch& batch, arrow::MemoryPool* pool);
// kCorruption if the bytes are no batch of this schema and number of order columns.
Result<stream::Batch> DecodeBatch(std::string_view bytes, const types::Schema& schema,
                                  size_t order_columns, arrow::MemoryPool* pool);

}  // namespace floe::runtime
