// The first of two levels of a window aggregate: combines the rows of a round by slice and key
// before they are exchanged, where the order of rows does not matter.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// Whether the node can run in two levels: its windows are sliced by a time column, and no aggregate
// depends on the order of rows.
bool CanAggregateLocally(const plan::WindowAggregateNode& node);

// The rows that the first level gives to the second. A row stands for several of the input, of one
// key and slice, all late or none at the second level: it carries the order key of the first.
struct PartialLayout {
  explicit PartialLayout(const plan::WindowAggregateNode& node);

  types::Schema schema;
  std::vector<int> keys;        // columns of the node's keys, in their order
  int slice_end_column = -1;    // BIGINT, local time in milliseconds
  int rows_column = -1;         // BIGINT, how many rows it stands for
  int first_state_column = -1;  // BYTES, one column per aggregate: what its accumulator saves
};

// The first level. Its input is the node's, spread in any way; its output is to be exchanged by
// PartialLayout(node).keys. It holds nothing between rounds, counts no row as late, and passes its
// input's watermarks on.
// REQUIRES: CanAggregateLocally(node); else as MakeWindowAggregate.
Result<std::unique_ptr<Operator>> MakeWindowLocalAggregate(const plan::WindowAggregateNode& node,
                                                           const OperatorContext& context);
// The second level: MakeWindowAggregate for an input of that layout.
Result<std::unique_ptr<Operator>> MakeWindowGlobalAggregate(const plan::WindowAggregateNode& node,
                                                            const OperatorContext& context);

}  // namespace floe::runtime
