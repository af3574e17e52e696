#include "runtime/window_order.h"

#include <algorithm>

#include "base/assert.h"

namespace floe::runtime {

size_t OrderColumnCount(const plan::PhysicalNode& node) {
  size_t sum = 0;
  size_t most = 0;
  for (const plan::PhysicalNodePtr& input : node.inputs) {
    const size_t columns = OrderColumnCount(*input);
    sum += columns;
    most = std::max(most, columns);
  }
  switch (node.kind) {
    case plan::PhysicalKind::kScan:
    case plan::PhysicalKind::kValues:
      return 1;
    case plan::PhysicalKind::kCalc:
    case plan::PhysicalKind::kSink:
      return most;
    case plan::PhysicalKind::kUnion:
    case plan::PhysicalKind::kWindowTableFunction:
      return most + 1;
    case plan::PhysicalKind::kWindowAggregate:
    case plan::PhysicalKind::kWindowJoin:
      return sum + 2;
    case plan::PhysicalKind::kIntervalJoin:
      return sum + 1;
  }
  return most;
}

void CopyOrderKey(const stream::Batch& batch, int64_t row, size_t columns, int64_t* key) {
  FLOE_ASSERT(batch.order.size() <= columns);
  for (const auto& column : batch.order) *key++ = column->Value(row);
  std::fill_n(key, columns - batch.order.size(), 0);
}

}  // namespace floe::runtime
