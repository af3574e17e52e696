#include "functions/accumulator.h"

#include "functions/accumulator_typed.h"

namespace floe::functions {

Result<std::unique_ptr<Accumulator>> MakeAccumulator(const AggregateCall& call) {
  const bool is_extreme = call.kind == AggregateKind::kMin || call.kind == AggregateKind::kMax;
  std::unique_ptr<Accumulator> accumulator;
  if (call.distinct && !is_extreme) {
    accumulator = MakeDistinctAccumulator(call);
  } else {
    accumulator = MakeDecimalAccumulator(call);
    if (accumulator == nullptr) accumulator = MakeNumberAccumulator(call);
    if (accumulator == nullptr) accumulator = MakeExtremeAccumulator(call);
  }
  if (accumulator != nullptr) return accumulator;
  return Error(ErrorCode::kNotImplemented,
               std::string(AggregateName(call.kind)) + " of " + call.argument_type.ToString());
}

}  // namespace floe::functions
