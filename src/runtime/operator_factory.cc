#include "runtime/operator_factory.h"

#include "runtime/calc.h"
#include "runtime/interval_join.h"
#include "runtime/row_random.h"
#include "runtime/window_aggregate.h"
#include "runtime/window_join.h"
#include "runtime/window_table_function.h"

namespace floe::runtime {
namespace {

// A pair of rows has no generator of its own yet.
Status CheckCondition(const functions::ExpressionPtr& condition) {
  if (condition == nullptr || !DrawsRandom(*condition)) return Status::Ok();
  return Error(ErrorCode::kSqlUnsupported,
               "RAND, RAND_INTEGER and UUID in the condition of a join are not supported yet");
}

}  // namespace

Result<std::unique_ptr<Operator>> MakeOperator(const plan::PhysicalNode& node,
                                               const OperatorContext& context) {
  switch (node.kind) {
    case plan::PhysicalKind::kCalc:
      return MakeCalc(static_cast<const plan::CalcNode&>(node), context);
    case plan::PhysicalKind::kWindowTableFunction:
      return MakeWindowTableFunction(static_cast<const plan::WindowTableFunctionNode&>(node),
                                     context);
    case plan::PhysicalKind::kWindowAggregate:
      return MakeWindowAggregate(static_cast<const plan::WindowAggregateNode&>(node), context);
    case plan::PhysicalKind::kWindowJoin:
      FLOE_TRY(CheckCondition(static_cast<const plan::WindowJoinNode&>(node).condition));
      return MakeWindowJoin(static_cast<const plan::WindowJoinNode&>(node), context);
    case plan::PhysicalKind::kIntervalJoin:
      FLOE_TRY(CheckCondition(static_cast<const plan::IntervalJoinNode&>(node).condition));
      return MakeIntervalJoin(static_cast<const plan::IntervalJoinNode&>(node), context);
    case plan::PhysicalKind::kScan:
    case plan::PhysicalKind::kValues:
    case plan::PhysicalKind::kUnion:
    case plan::PhysicalKind::kSink:
      break;
  }
  return Error(ErrorCode::kInternal, "a plan node that is no operator");
}

const char* OperatorKindName(plan::PhysicalKind kind) {
  switch (kind) {
    case plan::PhysicalKind::kScan:
      return "TableSourceScan";
    case plan::PhysicalKind::kValues:
      return "Values";
    case plan::PhysicalKind::kCalc:
      return "Calc";
    case plan::PhysicalKind::kUnion:
      return "Union";
    case plan::PhysicalKind::kWindowTableFunction:
      return "WindowTableFunction";
    case plan::PhysicalKind::kWindowAggregate:
      return "WindowAggregate";
    case plan::PhysicalKind::kWindowJoin:
      return "WindowJoin";
    case plan::PhysicalKind::kIntervalJoin:
      return "IntervalJoin";
    case plan::PhysicalKind::kSink:
      return "Sink";
  }
  return "";
}

}  // namespace floe::runtime
