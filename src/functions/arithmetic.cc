// + - * / % and signs, of numbers and intervals.
#include <cmath>
#include <limits>
#include <optional>
#include <type_traits>

#include "functions/casting.h"
#include "functions/datetime_arithmetic.h"
#include "functions/decimal.h"
#include "functions/kernel.h"
#include "functions/registry.h"
#include "functions/type_rules.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// Integers wrap around, as Java's do.
template <typename T>
T WrapAdd(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a + b;
  } else {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(static_cast<U>(a) + static_cast<U>(b)));
  }
}

template <typename T>
T WrapSubtract(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a - b;
  } else {
    using U = std::make_unsigned_t<T>;
    return static_cast<T>(static_cast<U>(static_cast<U>(a) - static_cast<U>(b)));
  }
}

template <typename T>
T WrapMultiply(T a, T b) {
  if constexpr (std::is_floating_point_v<T>) {
    return a * b;
  } else {
    // 16-bit operands would be promoted to int, where their product may overflow.
    return static_cast<T>(static_cast<uint64_t>(a) * static_cast<uint64_t>(b));
  }
}

bool DividedByZero(Row& row) { return row.Fail(ErrorCode::kDivisionByZero, "division by zero"); }

// Calls fn(TypeTag) for the C++ type of a number that is not DECIMAL.
template <typename Fn>
BoundKernel VisitNumber(const DataType& type, Fn&& fn) {
  switch (PhysicalOf(type.kind())) {
    case Physical::kInt8:
      return fn(TypeTag<int8_t>());
    case Physical::kInt16:
      return fn(TypeTag<int16_t>());
    case Physical::kInt32:
      return fn(TypeTag<int32_t>());
    case Physical::kInt64:
      return fn(TypeTag<int64_t>());
    case Physical::kFloat:
      return fn(TypeTag<float>());
    default:
      return fn(TypeTag<double>());
  }
}

enum class DecimalOperation : uint8_t { kAdd, kSubtract, kMultiply, kDivide, kModulo };

struct DecimalScales {
  int left = 0;
  int right = 0;
  int result = 0;
  int precision = 0;
};

std::optional<Int128> ApplyDecimal(DecimalOperation operation, const DecimalScales& scales,
                                   Int128 a, Int128 b) {
  switch (operation) {
    case DecimalOperation::kAdd:
      return AddDecimal(a, scales.left, b, scales.right, scales.result, scales.precision);
    case DecimalOperation::kSubtract:
      return AddDecimal(a, scales.left, -b, scales.right, scales.result, scales.precision);
    case DecimalOperation::kMultiply:
      return MultiplyDecimal(a, b, scales.left + scales.right, scales.result, scales.precision);
    case DecimalOperation::kDivide:
      return DivideDecimal(a, scales.left, b, scales.right, scales.result, scales.precision);
    case DecimalOperation::kModulo:
      break;
  }
  return ModuloDecimal(a, scales.left, b, scales.right, scales.result, scales.precision);
}

// Overflow gives NULL, as in Flink.
BoundKernel DecimalKernel(const KernelRequest& request, DecimalOperation operation) {
  const DecimalScales scales{request.argument_type(0).scale(), request.argument_type(1).scale(),
                             request.type.scale(), request.type.precision()};
  const bool divides =
      operation == DecimalOperation::kDivide || operation == DecimalOperation::kModulo;
  BoundKernel kernel = PerRow<Int128, Int128, Int128>(
      [scales, operation, divides](Row& row, Int128 a, Int128 b, Int128* out) {
        if (divides && b == 0) return DividedByZero(row);
        const std::optional<Int128> value = ApplyDecimal(operation, scales, a, b);
        if (value.has_value()) *out = *value;
        return value.has_value();
      });
  kernel.total = !divides;
  return kernel;
}

bool IsDecimal(const KernelRequest& request) { return request.type.kind() == TypeKind::kDecimal; }

Result<BoundKernel> MakeAdd(const KernelRequest& request) {
  if (IsDecimal(request)) return DecimalKernel(request, DecimalOperation::kAdd);
  return VisitNumber(request.type, [](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T, T>(WrapAdd<T>);
  });
}

Result<BoundKernel> MakeSubtract(const KernelRequest& request) {
  if (IsDecimal(request)) return DecimalKernel(request, DecimalOperation::kSubtract);
  return VisitNumber(request.type, [](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T, T>(WrapSubtract<T>);
  });
}

Result<BoundKernel> MakeMultiply(const KernelRequest& request) {
  if (IsDecimal(request)) return DecimalKernel(request, DecimalOperation::kMultiply);
  return VisitNumber(request.type, [](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T, T>(WrapMultiply<T>);
  });
}

// A DOUBLE divided by zero is infinite, but Flink refuses it between constants.
bool DividesConstantByZero(const KernelRequest& request) {
  if (!ReferencedColumns(*request.arguments[0]).empty()) return false;
  const Expression* divisor = request.arguments[1].get();
  while (divisor->kind() == ExpressionKind::kCall &&
         divisor->function()->print == PrintForm::kCast) {
    divisor = divisor->arguments()[0].get();
  }
  if (divisor->kind() != ExpressionKind::kLiteral) return false;
  const auto* number = std::get_if<double>(&divisor->literal());
  const auto* integer = std::get_if<int64_t>(&divisor->literal());
  return (number != nullptr && *number == 0) || (integer != nullptr && *integer == 0);
}

Result<BoundKernel> MakeDivide(const KernelRequest& request) {
  if (IsDecimal(request)) return DecimalKernel(request, DecimalOperation::kDivide);
  const bool fails = DividesConstantByZero(request);
  return VisitNumber(request.type, [fails](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) {
      if (fails) return PerRow<T, T, T>([](Row& row, T, T, T*) { return DividedByZero(row); });
      return Total<T, T, T>([](T a, T b) { return a / b; });
    } else {
      return PerRow<T, T, T>([](Row& row, T a, T b, T* out) {
        if (b == 0) return DividedByZero(row);
        *out = b == -1 ? WrapSubtract<T>(0, a) : static_cast<T>(a / b);
        return true;
      });
    }
  });
}

Result<BoundKernel> MakeModulo(const KernelRequest& request) {
  if (IsDecimal(request)) return DecimalKernel(request, DecimalOperation::kModulo);
  return VisitNumber(request.type, [](auto tag) {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) {
      return Total<T, T, T>([](T a, T b) { return std::fmod(a, b); });
    } else {
      return PerRow<T, T, T>([](Row& row, T a, T b, T* out) {
        if (b == 0) return DividedByZero(row);
        *out = b == -1 ? T{0} : static_cast<T>(a % b);
        return true;
      });
    }
  });
}

Result<BoundKernel> MakeNegate(const KernelRequest& request) {
  if (IsDecimal(request)) return Total<Int128, Int128>([](Int128 a) { return -a; });
  return VisitNumber(request.type, [](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T>([](T a) {
      if constexpr (std::is_floating_point_v<T>) {
        return -a;
      } else {
        return WrapSubtract<T>(0, a);
      }
    });
  });
}

const ScalarFunction kAdd{"+", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeAdd};
const ScalarFunction kSubtract{"-", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeSubtract};
const ScalarFunction kMultiply{"*", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeMultiply};
const ScalarFunction kDivide{"/", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeDivide};
const ScalarFunction kModulo{"%", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeModulo};
const ScalarFunction kNegate{"-", CallForm::kStrict, PrintForm::kPrefix, true, 0, MakeNegate};

// A NULL without a type takes the other operand's; an error when both have none.
Status TypeNulls(ResolveRequest& request) {
  for (size_t i = 0; i < 2; ++i) {
    if (!IsUntypedNull(*request.arguments[i])) continue;
    const ExpressionPtr& other = request.arguments[1 - i];
    if (IsUntypedNull(*other)) return UntypedNull(request);
    FLOE_ASSIGN(request.arguments[i],
                CoerceTo(request.arguments[i], other->type(), request.options));
  }
  return Status::Ok();
}

using NumberRule = DataType (*)(const DataType&, const DataType&);

// DECIMAL operands keep their own scales; all others take the result's type first.
Result<ExpressionPtr> NumberCall(ResolveRequest& request, const ScalarFunction& function,
                                 NumberRule rule) {
  const DataType result = rule(request.type(0), request.type(1));
  const bool nullable = AnyNullable(request.arguments);
  for (ExpressionPtr& argument : request.arguments) {
    const DataType& type = argument->type();
    const DataType wanted = result.kind() == TypeKind::kDecimal && !type.is_approximate()
                                ? ExactAsDecimal(type)
                                : result;
    FLOE_ASSIGN(argument, CoerceTo(argument, wanted, request.options));
  }
  return Expression::Call(&function, std::move(request.arguments), result.WithNullable(nullable),
                          request.span);
}

bool BothNumbers(const ResolveRequest& request) {
  return request.type(0).is_numeric() && request.type(1).is_numeric();
}

bool SameIntervals(const ResolveRequest& request) {
  return request.type(0).is_interval() && request.type(0).kind() == request.type(1).kind();
}

ExpressionPtr IntervalCall(ResolveRequest& request, const ScalarFunction& function) {
  const DataType type = request.type(0).WithNullable(AnyNullable(request.arguments));
  return Expression::Call(&function, std::move(request.arguments), type, request.span);
}

Result<ExpressionPtr> ResolveAdd(ResolveRequest& request) {
  if (request.arguments.size() == 1) {
    if (request.type(0).is_numeric() || request.type(0).is_interval()) return request.arguments[0];
    return ArgumentMismatch(request);
  }
  FLOE_TRY(TypeNulls(request));
  if (BothNumbers(request)) return NumberCall(request, kAdd, AdditionType);
  if (SameIntervals(request)) return IntervalCall(request, kAdd);
  if (request.type(0).is_interval()) std::swap(request.arguments[0], request.arguments[1]);
  return ResolveDateTimeShift(request, false);
}

Result<ExpressionPtr> ResolveSubtract(ResolveRequest& request) {
  if (request.arguments.size() == 1) {
    if (!request.type(0).is_numeric() && !request.type(0).is_interval()) {
      return ArgumentMismatch(request);
    }
    const DataType type = request.type(0);
    return Expression::Call(&kNegate, std::move(request.arguments), type, request.span);
  }
  FLOE_TRY(TypeNulls(request));
  if (BothNumbers(request)) return NumberCall(request, kSubtract, AdditionType);
  if (SameIntervals(request)) return IntervalCall(request, kSubtract);
  return ResolveDateTimeShift(request, true);
}

// Number times interval, in either order; the number becomes an integer.
Result<ExpressionPtr> ScaledInterval(ResolveRequest& request) {
  if (request.type(0).is_numeric()) std::swap(request.arguments[0], request.arguments[1]);
  if (!request.type(0).is_interval() || !request.type(1).is_numeric()) {
    return ArgumentMismatch(request);
  }
  const bool months = request.type(0).kind() == TypeKind::kIntervalYearMonth;
  FLOE_ASSIGN(request.arguments[1],
              CoerceTo(request.arguments[1], months ? DataType::Integer() : DataType::BigInt(),
                       request.options));
  return IntervalCall(request, kMultiply);
}

Result<ExpressionPtr> ResolveMultiply(ResolveRequest& request) {
  FLOE_TRY(TypeNulls(request));
  if (BothNumbers(request)) return NumberCall(request, kMultiply, MultiplicationType);
  return ScaledInterval(request);
}

Result<ExpressionPtr> ResolveDivide(ResolveRequest& request) {
  FLOE_TRY(TypeNulls(request));
  if (BothNumbers(request)) return NumberCall(request, kDivide, DivisionType);
  return ArgumentMismatch(request);
}

// Integers of different width are divided as the wider one, then cut to the second's type.
Result<ExpressionPtr> ResolveModulo(ResolveRequest& request) {
  FLOE_TRY(TypeNulls(request));
  if (!BothNumbers(request)) return ArgumentMismatch(request);
  const DataType result = ModuloType(request.type(0), request.type(1));
  if (!result.is_integer()) return NumberCall(request, kModulo, ModuloType);
  const SourceSpan span = request.span;
  const SessionOptions& options = request.options;
  FLOE_ASSIGN(ExpressionPtr wide, NumberCall(request, kModulo, AdditionType));
  return ResolveCast(wide, result, CastMode::kExplicit, options, span);
}

FunctionEntry Binary(std::string signatures, Result<ExpressionPtr> (*resolve)(ResolveRequest&)) {
  return {2, 2, std::move(signatures), true, resolve};
}

}  // namespace

void RegisterArithmetic(FunctionRegistry& registry) {
  registry.AddOperator(
      "+", {1, 2, "<number> + <number>, <interval> + <interval>, <datetime> + <interval>", true,
            ResolveAdd});
  registry.AddOperator("-", {1, 2,
                             "<number> - <number>, <interval> - <interval>, <datetime> - "
                             "<interval>; for two times use TIMESTAMPDIFF",
                             true, ResolveSubtract});
  registry.AddOperator("*", Binary("<number> * <number>, <number> * <interval>", ResolveMultiply));
  registry.AddOperator("/", Binary("<number> / <number>", ResolveDivide));
  registry.AddOperator("%", Binary("<number> % <number>", ResolveModulo));
  registry.Add("MOD", {2, 2, "MOD(number, number)", false, ResolveModulo});
}

}  // namespace floe::functions
