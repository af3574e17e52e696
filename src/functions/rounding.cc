// ABS, SIGN, ROUND, TRUNCATE, and FLOOR and CEIL of numbers.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

#include "functions/casting.h"
#include "functions/datetime_floor.h"
#include "functions/decimal.h"
#include "functions/kernel.h"
#include "functions/registry.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

template <typename Fn>
BoundKernel VisitNumber(TypeKind kind, Fn&& fn) {
  switch (PhysicalOf(kind)) {
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
    case Physical::kInt128:
      return fn(TypeTag<Int128>());
    default:
      return fn(TypeTag<double>());
  }
}

Result<BoundKernel> MakeAbs(const KernelRequest& request) {
  return VisitNumber(request.type.kind(), [](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T>([](T value) {
      if constexpr (std::is_floating_point_v<T>) {
        return std::fabs(value);
      } else {
        // The least integer stays what it is, as in Java.
        __extension__ using Unsigned =
            std::conditional_t<sizeof(T) == 16, unsigned __int128, uint64_t>;
        return value < 0 ? static_cast<T>(Unsigned{0} - static_cast<Unsigned>(value)) : value;
      }
    });
  });
}

Result<BoundKernel> MakeSign(const KernelRequest& request) {
  const Int128 one =
      request.type.kind() == TypeKind::kDecimal ? PowerOfTen(request.type.scale()) : 1;
  return VisitNumber(request.type.kind(), [one](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T>([unit = static_cast<T>(one)](T value) {
      if constexpr (std::is_floating_point_v<T>) {
        if (std::isnan(value)) return value;
      }
      return value > 0 ? unit : (value < 0 ? static_cast<T>(-unit) : T{0});
    });
  });
}

// --- ROUND and TRUNCATE ------------------------------------------------------------------------

enum class Direction : uint8_t { kHalfUp, kDown };

// Decimal text without exponent, cut to `digits` fraction digits (negative: before the point).
std::string RoundText(std::string_view text, int64_t digits, Direction direction) {
  std::string sign;
  if (text.starts_with('-')) {
    sign = "-";
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  std::string whole(text.substr(0, point));
  std::string fraction(point == std::string_view::npos ? "" : text.substr(point + 1));
  if (digits >= static_cast<int64_t>(fraction.size())) return sign + std::string(text);
  std::string all = "0" + whole + fraction;
  const int64_t keep = static_cast<int64_t>(whole.size()) + 1 + digits;
  if (keep <= 0) return "0";
  const bool up = direction == Direction::kHalfUp && all[static_cast<size_t>(keep)] >= '5';
  for (size_t i = static_cast<size_t>(keep); i < all.size(); ++i) all[i] = '0';
  for (size_t i = static_cast<size_t>(keep); up && i-- > 0;) {
    if (all[i] != '9') {
      ++all[i];
      break;
    }
    all[i] = '0';
  }
  all.insert(whole.size() + 1, ".");
  return sign + all;
}

template <typename T>
T RoundFloating(T value, int64_t digits, Direction direction) {
  if (!std::isfinite(value)) return value;
  // The longest: 309 digits before the point, or 17 significant ones far behind it.
  char text[420];
  const auto end = std::to_chars(text, text + sizeof(text), value, std::chars_format::fixed);
  const std::string rounded =
      RoundText({text, static_cast<size_t>(end.ptr - text)}, digits, direction);
  T out = 0;
  std::from_chars(rounded.data(), rounded.data() + rounded.size(), out);
  return out;
}

template <typename T>
T RoundInteger(T value, int64_t digits, Direction direction) {
  if (digits >= 0) return value;
  if (digits < -18) return 0;
  const auto unit = static_cast<int64_t>(PowerOfTen(static_cast<int>(-digits)));
  const Int128 wide = value;
  Int128 rest = wide % unit;
  Int128 rounded = wide - rest;
  if (rest < 0) rest = -rest;
  if (direction == Direction::kHalfUp && rest * 2 >= unit) rounded += value < 0 ? -unit : unit;
  return static_cast<T>(static_cast<int64_t>(rounded));
}

bool RoundDecimal(Int128 value, int from_scale, int64_t digits, const DataType& target,
                  Direction direction, Int128* out) {
  const int64_t kept = std::min<int64_t>(digits, from_scale);
  const int64_t dropped = from_scale - kept;
  if (dropped > kMaxDecimalDigits) {
    *out = 0;
    return true;
  }
  const int drop = static_cast<int>(dropped);
  std::optional<Int128> rounded;
  if (direction == Direction::kHalfUp) {
    rounded = RescaleDecimal(value, drop, 0, kMaxDecimalDigits);
  } else {
    rounded = value / PowerOfTen(drop);
  }
  if (!rounded.has_value()) return false;
  // Now in units of 10^-kept; bring it to the target's scale.
  if (kept >= 0) {
    rounded = RescaleDecimal(*rounded, static_cast<int>(kept), target.scale(), target.precision());
  } else if (-kept <= kMaxDecimalDigits) {
    rounded = MultiplyDecimal(*rounded, PowerOfTen(static_cast<int>(-kept)), 0, target.scale(),
                              target.precision());
  }
  if (rounded.has_value()) *out = *rounded;
  return rounded.has_value();
}

template <Direction kDirection>
Result<BoundKernel> MakeRound(const KernelRequest& request) {
  const int scale = request.argument_type(0).scale();
  return VisitNumber(request.argument_type(0).kind(), [&](auto tag) {
    using T = typename decltype(tag)::type;
    return PerRowTotal<T, T, int64_t>(
        [scale, target = request.type](Row&, T value, int64_t digits, T* out) {
          if constexpr (std::is_same_v<T, Int128>) {
            return RoundDecimal(value, scale, digits, target, kDirection, out);
          } else if constexpr (std::is_floating_point_v<T>) {
            *out = RoundFloating(value, digits, kDirection);
          } else {
            *out = RoundInteger(value, digits, kDirection);
          }
          return true;
        });
  });
}

// --- FLOOR and CEIL ----------------------------------------------------------------------------

template <bool kUp>
Result<BoundKernel> MakeWhole(const KernelRequest& request) {
  const Int128 unit = PowerOfTen(request.argument_type(0).scale());
  return VisitNumber(request.argument_type(0).kind(), [unit](auto tag) {
    using T = typename decltype(tag)::type;
    return Total<T, T>([unit](T value) {
      if constexpr (std::is_floating_point_v<T>) {
        return kUp ? std::ceil(value) : std::floor(value);
      } else if constexpr (std::is_same_v<T, Int128>) {
        const Int128 whole = value / unit;
        const Int128 rest = value % unit;
        if (kUp) return rest > 0 ? whole + 1 : whole;
        return rest < 0 ? whole - 1 : whole;
      } else {
        return value;
      }
    });
  });
}

const ScalarFunction kAbs{"ABS", CallForm::kStrict, PrintForm::kCall, true, 0, MakeAbs};
const ScalarFunction kSign{"SIGN", CallForm::kStrict, PrintForm::kCall, true, 0, MakeSign};
const ScalarFunction kRound{
    "ROUND", CallForm::kStrict, PrintForm::kCall, true, 0, MakeRound<Direction::kHalfUp>};
const ScalarFunction kTruncate{"TRUNCATE", CallForm::kStrict,          PrintForm::kCall, true,
                               0,          MakeRound<Direction::kDown>};
const ScalarFunction kFloor{"FLOOR", CallForm::kStrict, PrintForm::kCall, true,
                            0,       MakeWhole<false>};
const ScalarFunction kCeil{"CEIL", CallForm::kStrict, PrintForm::kCall, true, 0, MakeWhole<true>};

Status CheckNumber(const ResolveRequest& request) {
  if (IsUntypedNull(*request.arguments[0])) return UntypedNull(request);
  if (!request.type(0).is_numeric()) return ArgumentMismatch(request);
  return Status::Ok();
}

Result<ExpressionPtr> ResolveSameType(ResolveRequest& request) {
  FLOE_TRY(CheckNumber(request));
  const DataType type = request.type(0).WithTimeAttribute(types::TimeAttribute::kNone);
  return Expression::Call(request.name == "ABS" ? &kAbs : &kSign, std::move(request.arguments),
                          type, request.span);
}

// Flink's LogicalTypeMerging.findRoundDecimalType.
DataType RoundedDecimal(const DataType& type, int64_t digits) {
  const int whole = type.precision() - type.scale();
  if (digits >= type.scale()) return type;
  const int scale = digits < 0 ? 0 : static_cast<int>(digits);
  return DataType::Decimal(std::min(DataType::kMaxDecimalPrecision, 1 + whole + scale), scale);
}

Result<ExpressionPtr> ResolveRound(ResolveRequest& request) {
  FLOE_TRY(CheckNumber(request));
  const bool nullable = AnyNullable(request.arguments);
  if (request.arguments.size() == 1) request.arguments.push_back(IntegerLiteral(0));
  if (!request.type(1).is_integer()) return ArgumentMismatch(request);
  FLOE_ASSIGN(request.arguments[1],
              CoerceTo(request.arguments[1], DataType::BigInt(), request.options));
  DataType type = request.type(0);
  const auto* digits = std::get_if<int64_t>(&request.arguments[1]->literal());
  if (type.kind() == TypeKind::kDecimal && digits != nullptr &&
      request.arguments[1]->kind() == ExpressionKind::kLiteral) {
    type = RoundedDecimal(type, *digits);
  }
  return Expression::Call(request.name == "ROUND" ? &kRound : &kTruncate,
                          std::move(request.arguments), type.WithNullable(nullable), request.span);
}

Result<ExpressionPtr> ResolveWhole(ResolveRequest& request) {
  const bool up = request.name.starts_with("CEIL");
  if (request.arguments.size() == 2) return ResolveDateTimeFloor(request, up);
  FLOE_TRY(CheckNumber(request));
  DataType type = request.type(0);
  if (type.kind() == TypeKind::kDecimal && type.scale() != 0) {
    type = DataType::Decimal(type.precision(), 0).WithNullable(type.nullable());
  }
  return Expression::Call(up ? &kCeil : &kFloor, std::move(request.arguments), type, request.span);
}

}  // namespace

void RegisterRounding(FunctionRegistry& registry) {
  registry.Add("ABS", {1, 1, "ABS(number)", false, ResolveSameType});
  registry.Add("SIGN", {1, 1, "SIGN(number)", false, ResolveSameType});
  registry.Add("ROUND", {1, 2, "ROUND(number), ROUND(number, integer)", false, ResolveRound});
  registry.Add("TRUNCATE",
               {1, 2, "TRUNCATE(number), TRUNCATE(number, integer)", false, ResolveRound});
  registry.Add("FLOOR", {1, 2, "FLOOR(number), FLOOR(datetime TO unit)", false, ResolveWhole});
  registry.Add("CEIL", {1, 2, "CEIL(number), CEIL(datetime TO unit)", false, ResolveWhole});
  registry.AddAlias("CEILING", "CEIL");
}

}  // namespace floe::functions
