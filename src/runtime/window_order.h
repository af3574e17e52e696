// Order keys (docs/design/order-and-time.md) in operators whose rows carry those of their inputs
// along.
#pragma once

#include <cstddef>
#include <cstdint>

#include "runtime/union_all.h"
#include "stream/batch.h"

namespace floe::runtime {

// Writes the order key of a row as `columns` numbers: missing ones are 0.
// REQUIRES: the batch has no more of them.
void CopyOrderKey(const stream::Batch& batch, int64_t row, size_t columns, int64_t* key);

}  // namespace floe::runtime
