// Exact decimal arithmetic on unscaled 128-bit values, with Flink's rounding (half up) and limits.
// Nothing here depends on Arrow.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "functions/expression.h"

namespace floe::functions {

inline constexpr int kMaxDecimalDigits = 38;

// 10 to the power of `exponent`. REQUIRES: 0 <= exponent <= 38.
Int128 PowerOfTen(int exponent);
// True if |value| has at most `precision` digits.
bool FitsPrecision(Int128 value, int precision);

// The value with `to_scale` fraction digits, rounded half up (away from zero); nothing if it has
// more than `precision` digits then.
std::optional<Int128> RescaleDecimal(Int128 value, int from_scale, int to_scale, int precision);
std::optional<Int128> MultiplyDecimal(Int128 a, Int128 b, int product_scale, int to_scale,
                                      int precision);
// REQUIRES: b != 0.
std::optional<Int128> DivideDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                    int precision);
// Sum of a and b (b negated: difference) at to_scale.
std::optional<Int128> AddDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                 int precision);
// The remainder has the sign of a. REQUIRES: b != 0.
std::optional<Int128> ModuloDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                    int precision);
// Negative, 0 or positive.
int CompareDecimal(Int128 a, int a_scale, Int128 b, int b_scale);

// The nearest double.
double DecimalToDouble(Int128 value, int scale);
// From the shortest text that reads back to `value`, as Java's BigDecimal.valueOf; nothing for NaN,
// infinities and what does not fit.
std::optional<Int128> DecimalFromDouble(double value, int scale, int precision);

enum class DecimalParse : uint8_t { kOk, kInvalid, kOverflow };
// [+-]digits[.digits][E[+-]digits]; more fraction digits than `scale` are rounded half up.
DecimalParse ParseDecimal(std::string_view text, int scale, int precision, Int128* out);

}  // namespace floe::functions
