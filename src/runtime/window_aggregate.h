// GROUP BY over windows: aggregates each slice once per key, merges slices into windows, and emits
// each window once, when the watermark passes its end.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// The operator of the node: one input, append-only; its output is append-only.
// Output order key: cause, window_end, then the order key of the group's first row in the window.
// A row is late, dropped and counted when the last window of its slice has fired; while only some
// of its slice's windows have fired it counts in the others (Flink:
// AbstractSliceSyncStateWindowAggProcessor). The operator's watermark is part of its state: rows
// that were late before a restart stay late.
// REQUIRES: the node lives as long as the operator; context.memory_pool is not null.
Result<std::unique_ptr<Operator>> MakeWindowAggregate(const plan::WindowAggregateNode& node,
                                                      const OperatorContext& context);

}  // namespace floe::runtime
