// Order keys (docs/design/order-and-time.md) in window operators, whose rows carry those of their
// inputs along.
#pragma once

#include <cstddef>
#include <cstdint>

#include "plan/physical_plan.h"
#include "stream/batch.h"

namespace floe::runtime {

// How many order columns the rows of the node have.
size_t OrderColumnCount(const plan::PhysicalNode& node);

// Writes the order key of a row as `columns` numbers: missing ones are 0.
// REQUIRES: the batch has no more of them.
void CopyOrderKey(const stream::Batch& batch, int64_t row, size_t columns, int64_t* key);

}  // namespace floe::runtime
