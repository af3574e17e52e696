#include "runtime/window_order.h"

#include <algorithm>

#include "base/assert.h"

namespace floe::runtime {

void CopyOrderKey(const stream::Batch& batch, int64_t row, size_t columns, int64_t* key) {
  FLOE_ASSERT(batch.order.size() <= columns);
  for (const auto& column : batch.order) *key++ = column->Value(row);
  std::fill_n(key, columns - batch.order.size(), 0);
}

}  // namespace floe::runtime
