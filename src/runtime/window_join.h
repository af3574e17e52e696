// Join of two windowed streams: rows of equal windows and equal keys, joined once, when the
// watermark of both passes the window's end.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// The operator of the node: inputs left and right, append-only; its output is append-only.
// Output order key: cause, window_end, left row's order key, right row's order key (0s where
// padded). A row is late, dropped and counted per side when its window has fired by the minimum of
// both watermarks (Flink: WindowJoinOperator). A NULL key matches nothing.
// REQUIRES: the node lives as long as the operator; context.memory_pool is not null; the inputs are
// distributed by the keys (no keys: parallelism 1).
// kNotImplemented names a column whose type cannot be buffered.
Result<std::unique_ptr<Operator>> MakeWindowJoin(const plan::WindowJoinNode& node,
                                                 const OperatorContext& context);

}  // namespace floe::runtime
