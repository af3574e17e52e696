#include "functions/casting.h"

#include <utility>

#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {

using types::DataType;
using types::TypeKind;

namespace {

Result<BoundKernel> FailingCast(const KernelRequest& request) {
  return MakeCastKernel(request, CastFailure::kFail);
}
Result<BoundKernel> NullingCast(const KernelRequest& request) {
  return MakeCastKernel(request, CastFailure::kNull);
}

constexpr ScalarFunction MakeCastFunction(std::string_view name, KernelFactory factory,
                                          int hidden_arguments) {
  ScalarFunction function;
  function.name = name;
  function.print = PrintForm::kCast;
  function.hidden_arguments = hidden_arguments;
  function.make_kernel = factory;
  return function;
}

const ScalarFunction kCast = MakeCastFunction("CAST", FailingCast, 0);
const ScalarFunction kCastInZone = MakeCastFunction("CAST", FailingCast, 1);
// FLOAT to DOUBLE where an operator wants it.
const ScalarFunction kWiden = MakeCastFunction("CAST", FailingCast, 0);
const ScalarFunction kTryCast = MakeCastFunction("TRY_CAST", NullingCast, 0);
const ScalarFunction kTryCastInZone = MakeCastFunction("TRY_CAST", NullingCast, 1);

bool IsTemporalSource(const DataType& type) { return type.is_datetime() || type.is_character(); }

ExpressionPtr MakeCall(ExpressionPtr operand, const DataType& target, CastFailure failure,
                       bool nullable, const SessionOptions& options, SourceSpan span) {
  const bool in_zone = CastNeedsZone(operand->type(), target);
  const ScalarFunction* function = failure == CastFailure::kFail
                                       ? (in_zone ? &kCastInZone : &kCast)
                                       : (in_zone ? &kTryCastInZone : &kTryCast);
  std::vector<ExpressionPtr> arguments{std::move(operand)};
  if (in_zone) arguments.push_back(StringLiteral(options.time_zone));
  DataType type = target.WithNullable(nullable).WithTimeAttribute(types::TimeAttribute::kNone);
  return Expression::Call(function, std::move(arguments), std::move(type), span);
}

Error NotCastable(const DataType& source, const DataType& target, SourceSpan span) {
  Error error(ErrorCode::kSqlTypeMismatch,
              "cannot cast " + source.ToString() + " to " + target.ToString(), span);
  if (source.is_timestamp() && target.is_numeric()) {
    return std::move(error).WithHint("use UNIX_TIMESTAMP(CAST(column AS STRING))");
  }
  if (source.is_numeric() && target.is_timestamp()) {
    return std::move(error).WithHint("use TO_TIMESTAMP_LTZ(column, precision)");
  }
  return error;
}

ExpressionPtr TypedNull(const DataType& target, SourceSpan span) {
  return Expression::Literal(
      std::monostate(), target.WithNullable(true).WithTimeAttribute(types::TimeAttribute::kNone),
      span);
}

Result<ExpressionPtr> Coerce(const ExpressionPtr& operand, const DataType& target,
                             CastFailure failure, const SessionOptions& options) {
  if (IsUntypedNull(*operand)) return TypedNull(target, operand->span());
  if (operand->type().SameKindAs(target)) return operand;
  if (!IsCastable(operand->type(), target)) {
    return NotCastable(operand->type(), target, operand->span());
  }
  const bool nullable = operand->type().nullable() || failure == CastFailure::kNull;
  ExpressionPtr cast;
  if (operand->type().kind() == TypeKind::kFloat && target.kind() == TypeKind::kDouble) {
    cast = Expression::Call(&kWiden, {operand}, target.WithNullable(nullable), operand->span());
  } else {
    cast = MakeCall(operand, target, failure, nullable, options, operand->span());
  }
  return operand->kind() == ExpressionKind::kLiteral ? Fold(cast) : Result<ExpressionPtr>(cast);
}

}  // namespace

bool IsOperatorsWidening(const ScalarFunction& function) { return &function == &kWiden; }

bool CastNeedsZone(const DataType& source, const DataType& target) {
  const bool from_local = source.kind() == TypeKind::kTimestampLtz;
  const bool to_local = target.kind() == TypeKind::kTimestampLtz;
  return from_local != to_local;
}

bool IsCastable(const DataType& source, const DataType& target) {
  if (source.kind() == TypeKind::kNull) return true;
  if (source.is_nested() || target.is_nested()) return source.SameKindAs(target);
  switch (target.kind()) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return true;
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return source.is_character() || source.is_binary();
    case TypeKind::kBoolean:
      return source.kind() == TypeKind::kBoolean || source.is_character() || source.is_integer();
    case TypeKind::kDate:
      return source.kind() == TypeKind::kDate || source.is_timestamp() || source.is_character();
    case TypeKind::kTime:
      return source.kind() == TypeKind::kTime || source.is_timestamp() || source.is_character();
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return IsTemporalSource(source);
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
      return source.kind() == target.kind();
    default:
      return target.is_numeric() &&
             (source.is_numeric() || source.is_character() || source.kind() == TypeKind::kBoolean);
  }
}

bool IsImplicitlyCastable(const DataType& source, const DataType& target) {
  if (source.kind() == TypeKind::kNull) return true;
  if (source.is_nested() || target.is_nested()) return source.SameKindAs(target);
  switch (target.kind()) {
    case TypeKind::kVarchar:
      return source.is_character();
    case TypeKind::kVarbinary:
      return source.is_binary();
    case TypeKind::kDecimal:
    case TypeKind::kDouble:
      return source.is_numeric();
    case TypeKind::kFloat:
      return source.is_numeric() && source.kind() != TypeKind::kDouble;
    case TypeKind::kSmallInt:
    case TypeKind::kInteger:
    case TypeKind::kBigInt:
      return source.is_integer() && source.kind() <= target.kind();
    case TypeKind::kDate:
    case TypeKind::kTime:
      return source.kind() == target.kind() || source.kind() == TypeKind::kTimestamp;
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return source.is_timestamp();
    default:
      return source.kind() == target.kind();
  }
}

Result<ExpressionPtr> ResolveCast(ExpressionPtr operand, const DataType& target, CastMode mode,
                                  const SessionOptions& options, SourceSpan span) {
  const DataType source = operand->type();
  if (IsUntypedNull(*operand)) return TypedNull(target, span);
  if (mode == CastMode::kImplicit && !IsImplicitlyCastable(source, target)) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "a value of type " + source.ToString() + " cannot be written as " +
                     target.ToString() + " without a cast",
                 span)
        .WithHint("write CAST(… AS " + target.WithNullable(true).ToString() + ")");
  }
  if ((source.is_nested() || target.is_nested()) && !source.SameKindAs(target)) {
    return Error(ErrorCode::kSqlUnsupported,
                 "casts of ARRAY, MAP and ROW are not supported yet: " + source.ToString() +
                     " to " + target.ToString(),
                 span);
  }
  if (!IsCastable(source, target)) return NotCastable(source, target, span);
  const bool nullable = source.nullable() || mode == CastMode::kTry;
  if (source.SameKindAs(target) && nullable == source.nullable() &&
      source.time_attribute() == types::TimeAttribute::kNone) {
    return operand;
  }
  const bool nulling = mode == CastMode::kTry || options.legacy_cast;
  return MakeCall(std::move(operand), target, nulling ? CastFailure::kNull : CastFailure::kFail,
                  nullable, options, span);
}

Result<ExpressionPtr> CoerceTo(const ExpressionPtr& operand, const DataType& target,
                               const SessionOptions& options) {
  return Coerce(operand, target, CastFailure::kFail, options);
}

Result<ExpressionPtr> TryCoerceTo(const ExpressionPtr& operand, const DataType& target,
                                  const SessionOptions& options) {
  return Coerce(operand, target, CastFailure::kNull, options);
}

Result<BoundKernel> MakeCastKernel(const KernelRequest& request, CastFailure failure) {
  const DataType& source = request.argument_type(0);
  const DataType& target = request.type;
  if (source.SameKindAs(target)) {
    return BoundKernel{[](KernelCall& call) -> Status {
                         *call.result = call.arguments[0];
                         return Status::Ok();
                       },
                       true};
  }
  if (target.is_character()) return MakeToTextCast(request);
  if (target.is_binary()) return MakeToBinaryCast(request);
  if (target.is_datetime()) return MakeDateTimeCast(request, failure);
  if (source.is_character()) return MakeTextToNumberCast(request, failure);
  return MakeNumericCast(request, failure);
}

}  // namespace floe::functions
