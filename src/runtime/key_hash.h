// The hash of a row's keys: what an exchange splits rows by, and what state is split by when the
// parallelism changes. Both must use this one (through state::KeyGroupOf).
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace arrow {
class RecordBatch;
}

namespace floe::runtime {

// hashes[i] becomes the hash of row i's values in `columns`. Equal keys of equal types have equal
// hashes, NULL equal to NULL and all NaNs alike. Part of the checkpoint format: never change it.
void HashKeys(const arrow::RecordBatch& batch, std::span<const int> columns,
              std::vector<uint64_t>* hashes);

}  // namespace floe::runtime
