// The operator of a plan node.
#pragma once

#include <memory>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"

namespace floe::runtime {

// REQUIRES: not a scan, VALUES, union or sink; the node lives as long as the operator.
Result<std::unique_ptr<Operator>> MakeOperator(const plan::PhysicalNode& node,
                                               const OperatorContext& context);

// Flink's name of the operator, for metrics and plans.
const char* OperatorKindName(plan::PhysicalKind kind);

}  // namespace floe::runtime
