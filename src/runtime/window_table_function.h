// A window table function on its own: each row once per window that it belongs to.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// The operator of the node. It has no state but its counters; rows are never late here.
// Output order key: the row's, then window_end.
// REQUIRES: the node lives as long as the operator; context.memory_pool is not null.
Result<std::unique_ptr<Operator>> MakeWindowTableFunction(const plan::WindowTableFunctionNode& node,
                                                          const OperatorContext& context);

}  // namespace floe::runtime
