// Text forms of numbers, as Java has them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace floe::query::trino {

// CAST(double AS varchar): "1.5E0", "NaN", "-Infinity".
std::string DoubleText(double value);
// CAST(real AS varchar): at most seven digits, "3.402823E38".
std::string RealText(float value);
// A JSON number with a fraction: "1.0", "3.4028235E38"; a JSON string for NaN and infinities.
std::string DoubleJson(double value);
std::string RealJson(float value);
// Quotient of two decimals given as text, with `scale` digits, half away from zero. Nothing for a
// division by zero.
std::optional<std::string> DivideDecimals(std::string_view dividend, std::string_view divisor,
                                          int scale);

}  // namespace floe::query::trino
