// Filter and projection.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// REQUIRES: the node lives as long as the operator.
Result<std::unique_ptr<Operator>> MakeCalc(const plan::CalcNode& node,
                                           const OperatorContext& context);

}  // namespace floe::runtime
