// UNION ALL: rows keep their place; their order keys are made comparable.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "stream/batch.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

// How many order columns the rows of a node have (docs/design/order-and-time.md).
int OrderColumnCount(const plan::PhysicalNode& node);

// A batch of input `input` of the union: its key is padded with zeros to the longest input's, and
// gets the input's index behind.
Result<stream::Batch> TagUnionInput(const plan::UnionNode& node, const stream::Batch& batch,
                                    int input, arrow::MemoryPool* pool);

}  // namespace floe::runtime
