#include "runtime/window_group_store.h"

#include <algorithm>
#include <utility>

namespace floe::runtime {

using functions::GroupId;

Result<WindowGroupStore> WindowGroupStore::Make(const std::vector<functions::AggregateCall>& calls,
                                                size_t order_columns) {
  WindowGroupStore store;
  store.order_columns_ = order_columns;
  for (const functions::AggregateCall& call : calls) {
    FLOE_ASSIGN(auto accumulator, functions::MakeAccumulator(call));
    store.accumulators_.push_back(std::move(accumulator));
  }
  return store;
}

GroupId WindowGroupStore::Allocate() {
  if (!free_.empty()) {
    const GroupId group = free_.back();
    free_.pop_back();
    return group;
  }
  if (allocated_ == capacity_) {
    capacity_ = std::max<size_t>(64, capacity_ * 2);
    for (const auto& accumulator : accumulators_) accumulator->Resize(capacity_);
    order_keys_.resize(capacity_ * order_columns_);
  }
  return static_cast<GroupId>(allocated_++);
}

void WindowGroupStore::Free(std::span<const GroupId> groups) {
  for (const auto& accumulator : accumulators_) accumulator->Clear(groups);
  free_.insert(free_.end(), groups.begin(), groups.end());
}

bool WindowGroupStore::OrderLess(GroupId a, GroupId b) const {
  const int64_t* left = OrderKey(a);
  const int64_t* right = OrderKey(b);
  return std::lexicographical_compare(left, left + order_columns_, right, right + order_columns_);
}

void WindowGroupStore::MergeOrder(GroupId into, GroupId from) {
  if (!OrderLess(from, into)) return;
  std::copy_n(OrderKey(from), order_columns_, OrderKey(into));
}

}  // namespace floe::runtime
