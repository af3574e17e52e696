#include "functions/aggregate.h"

#include <algorithm>

namespace floe::functions {

using types::DataType;
using types::TypeKind;

std::string_view AggregateName(AggregateKind kind) {
  switch (kind) {
    case AggregateKind::kCountStar:
    case AggregateKind::kCount:
      return "COUNT";
    case AggregateKind::kSum:
      return "SUM";
    case AggregateKind::kAvg:
      return "AVG";
    case AggregateKind::kMin:
      return "MIN";
    case AggregateKind::kMax:
      return "MAX";
  }
  return "";
}

namespace {

constexpr int kMinAverageScale = 6;

Error Mismatch(AggregateKind kind, const DataType& argument, std::string_view valid) {
  return Error(ErrorCode::kSqlTypeMismatch,
               std::string(AggregateName(kind)) + " cannot be applied to " + argument.ToString())
      .WithHint("valid: " + std::string(valid));
}

bool IsOrdered(const DataType& type) {
  return !type.is_nested() && type.kind() != TypeKind::kNull && !type.is_binary();
}

}  // namespace

Result<DataType> AggregateResultType(AggregateKind kind, const DataType& argument) {
  switch (kind) {
    case AggregateKind::kCountStar:
      return DataType::BigInt().NotNull();
    case AggregateKind::kCount:
      if (argument.kind() == TypeKind::kNull) return Mismatch(kind, argument, "CAST(NULL AS type)");
      return DataType::BigInt().NotNull();
    case AggregateKind::kSum:
    case AggregateKind::kAvg:
      if (!argument.is_numeric()) return Mismatch(kind, argument, "a number");
      if (argument.kind() == TypeKind::kDecimal) {
        const int scale = kind == AggregateKind::kSum
                              ? argument.scale()
                              : std::max(kMinAverageScale, argument.scale());
        return DataType::Decimal(DataType::kMaxDecimalPrecision, scale);
      }
      return argument.WithNullable(true);
    case AggregateKind::kMin:
    case AggregateKind::kMax:
      if (!IsOrdered(argument)) return Mismatch(kind, argument, "a number, text, time or BOOLEAN");
      return argument.WithNullable(true).WithTimeAttribute(types::TimeAttribute::kNone);
  }
  return Mismatch(kind, argument, "");
}

bool IsOrderInsensitive(const AggregateCall& call) {
  switch (call.kind) {
    case AggregateKind::kCountStar:
    case AggregateKind::kCount:
      return true;
    default:
      return !call.argument_type.is_approximate();
  }
}

}  // namespace floe::functions
