// The state of all groups of a window aggregate: accumulators, and for each group the order key of
// its first row.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "functions/accumulator.h"

namespace floe::runtime {

// Used by one task at a time.
class WindowGroupStore {
 public:
  // kNotImplemented for a call that no accumulator takes.
  static Result<WindowGroupStore> Make(const std::vector<functions::AggregateCall>& calls,
                                       size_t order_columns);

  size_t order_columns() const { return order_columns_; }

  // An empty group; its order key is to be filled in.
  functions::GroupId Allocate();
  // Makes the groups empty and their ids free.
  void Free(std::span<const functions::GroupId> groups);

  int64_t* OrderKey(functions::GroupId group) { return &order_keys_[group * order_columns_]; }
  const int64_t* OrderKey(functions::GroupId group) const {
    return &order_keys_[group * order_columns_];
  }
  // Whether a's first row comes before b's.
  bool OrderLess(functions::GroupId a, functions::GroupId b) const;
  // Gives `into` the order key of `from` if that is smaller.
  void MergeOrder(functions::GroupId into, functions::GroupId from);

  // One per call, in their order.
  const std::vector<std::unique_ptr<functions::Accumulator>>& accumulators() const {
    return accumulators_;
  }

 private:
  WindowGroupStore() = default;

  std::vector<std::unique_ptr<functions::Accumulator>> accumulators_;
  size_t order_columns_ = 0;
  size_t allocated_ = 0;  // ids handed out so far, free ones included
  size_t capacity_ = 0;
  std::vector<functions::GroupId> free_;
  std::vector<int64_t> order_keys_;  // order_columns_ per group
};

}  // namespace floe::runtime
