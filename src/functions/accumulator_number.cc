// COUNT, and SUM and AVG of integers, FLOAT and DOUBLE.
#include "functions/accumulator_policies.h"

namespace floe::functions {

namespace {

template <typename ArrowType>
std::unique_ptr<Accumulator> MakeSumOrAverage(AggregateKind kind) {
  if (kind == AggregateKind::kSum)
    return std::make_unique<TypedAccumulator<SumPolicy<ArrowType>>>();
  return std::make_unique<TypedAccumulator<AveragePolicy<ArrowType>>>();
}

}  // namespace

std::unique_ptr<Accumulator> MakeNumberAccumulator(const AggregateCall& call) {
  if (call.kind == AggregateKind::kCountStar || call.kind == AggregateKind::kCount) {
    return std::make_unique<TypedAccumulator<CountPolicy<NoReader>>>();
  }
  if (call.kind != AggregateKind::kSum && call.kind != AggregateKind::kAvg) return nullptr;
  switch (call.argument_type.kind()) {
    case types::TypeKind::kTinyInt:
      return MakeSumOrAverage<arrow::Int8Type>(call.kind);
    case types::TypeKind::kSmallInt:
      return MakeSumOrAverage<arrow::Int16Type>(call.kind);
    case types::TypeKind::kInteger:
      return MakeSumOrAverage<arrow::Int32Type>(call.kind);
    case types::TypeKind::kBigInt:
      return MakeSumOrAverage<arrow::Int64Type>(call.kind);
    case types::TypeKind::kFloat:
      return MakeSumOrAverage<arrow::FloatType>(call.kind);
    case types::TypeKind::kDouble:
      return MakeSumOrAverage<arrow::DoubleType>(call.kind);
    default:
      return nullptr;
  }
}

}  // namespace floe::functions
