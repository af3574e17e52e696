#include "stream/batch.h"

#include <algorithm>

namespace floe::stream {

Batch Batch::Slice(int64_t offset, int64_t length) const {
  Batch slice;
  slice.rows = rows->Slice(offset, length);
  if (row_kinds) {
    slice.row_kinds = std::static_pointer_cast<arrow::Int8Array>(row_kinds->Slice(offset, length));
  }
  slice.order.reserve(order.size());
  for (const auto& column : order) {
    slice.order.push_back(
        std::static_pointer_cast<arrow::Int64Array>(column->Slice(offset, length)));
  }
  return slice;
}

int CompareOrder(const Batch& a, int64_t i, const Batch& b, int64_t j) {
  const size_t columns = std::max(a.order.size(), b.order.size());
  for (size_t c = 0; c < columns; ++c) {
    const int64_t left = c < a.order.size() ? a.order[c]->Value(i) : 0;
    const int64_t right = c < b.order.size() ? b.order[c]->Value(j) : 0;
    if (left != right) return left < right ? -1 : 1;
  }
  return 0;
}

}  // namespace floe::stream
