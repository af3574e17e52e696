// Casts among numbers and BOOLEAN.
#include <cmath>
#include <limits>
#include <optional>

#include "functions/casting.h"
#include "functions/decimal.h"
#include "functions/kernel.h"

namespace floe::functions {
namespace {

// Java's narrowing: integers keep their low bits; floating-point numbers saturate, NaN is 0, and
// types below INT go through INT.
template <typename Out, typename In>
Out JavaNarrow(In value) {
  if constexpr (std::is_floating_point_v<Out> || std::is_integral_v<In>) {
    return static_cast<Out>(value);
  } else {
    using Whole = std::conditional_t<sizeof(Out) == 8, int64_t, int32_t>;
    constexpr auto kLow = static_cast<double>(std::numeric_limits<Whole>::min());
    const auto wide = static_cast<double>(value);
    if (std::isnan(wide)) return 0;
    if (wide <= kLow) return static_cast<Out>(std::numeric_limits<Whole>::min());
    if (wide >= -kLow) return static_cast<Out>(std::numeric_limits<Whole>::max());
    return static_cast<Out>(static_cast<Whole>(value));
  }
}

// Calls fn(TypeTag) for TINYINT … DOUBLE.
template <typename Fn>
BoundKernel VisitPrimitive(Physical physical, Fn&& fn) {
  switch (physical) {
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

BoundKernel PrimitiveCast(Physical from, Physical to) {
  return VisitPrimitive(to, [from](auto out) {
    using Out = typename decltype(out)::type;
    return VisitPrimitive(from, [](auto in) {
      using In = typename decltype(in)::type;
      return Total<Out, In>([](In value) { return JavaNarrow<Out>(value); });
    });
  });
}

BoundKernel FromBoolean(Physical to) {
  return VisitPrimitive(to, [](auto out) {
    using Out = typename decltype(out)::type;
    return Total<Out, uint8_t>([](uint8_t value) { return static_cast<Out>(value); });
  });
}

BoundKernel ToBoolean(Physical from) {
  return VisitPrimitive(from, [](auto in) {
    using In = typename decltype(in)::type;
    return Total<uint8_t, In>([](In value) { return static_cast<uint8_t>(value != 0); });
  });
}

bool Store(const std::optional<Int128>& value, Int128* out) {
  if (value.has_value()) *out = *value;
  return value.has_value();
}

// A value with too many digits becomes NULL, also under CAST, as in Flink.
BoundKernel ToDecimal(const types::DataType& source, const types::DataType& target) {
  const int precision = target.precision();
  const int scale = target.scale();
  if (source.kind() == types::TypeKind::kDecimal) {
    const int from_scale = source.scale();
    return PerRowTotal<Int128, Int128>(
        [from_scale, scale, precision](Row&, Int128 value, Int128* out) {
          return Store(RescaleDecimal(value, from_scale, scale, precision), out);
        });
  }
  if (source.kind() == types::TypeKind::kBoolean) {
    return PerRowTotal<Int128, uint8_t>([scale, precision](Row&, uint8_t value, Int128* out) {
      return Store(RescaleDecimal(value, 0, scale, precision), out);
    });
  }
  return VisitPrimitive(PhysicalOf(source.kind()), [scale, precision](auto in) {
    using In = typename decltype(in)::type;
    return PerRowTotal<Int128, In>([scale, precision](Row&, In value, Int128* out) {
      if constexpr (std::is_floating_point_v<In>) {
        return Store(DecimalFromDouble(value, scale, precision), out);
      } else {
        return Store(RescaleDecimal(value, 0, scale, precision), out);
      }
    });
  });
}

BoundKernel FromDecimal(const types::DataType& source, Physical to) {
  const int scale = source.scale();
  if (to == Physical::kBool) {
    return Total<uint8_t, Int128>([](Int128 value) { return static_cast<uint8_t>(value != 0); });
  }
  return VisitPrimitive(to, [scale](auto out) {
    using Out = typename decltype(out)::type;
    return Total<Out, Int128>([scale](Int128 value) {
      if constexpr (std::is_floating_point_v<Out>) {
        return static_cast<Out>(DecimalToDouble(value, scale));
      } else {
        return static_cast<Out>(static_cast<int64_t>(value / PowerOfTen(scale)));
      }
    });
  });
}

}  // namespace

Result<BoundKernel> MakeNumericCast(const KernelRequest& request, CastFailure) {
  const types::DataType& source = request.argument_type(0);
  const Physical from = PhysicalOf(source.kind());
  const Physical to = PhysicalOf(request.type.kind());
  if (to == Physical::kInt128) return ToDecimal(source, request.type);
  if (from == Physical::kInt128) return FromDecimal(source, to);
  if (from == Physical::kBool) return FromBoolean(to);
  if (to == Physical::kBool) return ToBoolean(from);
  return PrimitiveCast(from, to);
}

}  // namespace floe::functions
