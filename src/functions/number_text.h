// Numbers from text by Flink's rules for CAST.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace floe::functions {

enum class NumberParse : uint8_t { kOk, kEmpty, kInvalid, kOverflow };

// [+-]digits[.digits]: the fraction is checked and cut off. Fits into [min, max].
NumberParse ParseInteger(std::string_view text, int64_t min, int64_t max, int64_t* out);
// What Java's Double.valueOf takes: decimal with exponent, NaN, [+-]Infinity, hexadecimal with
// binary exponent, a suffix of f, F, d or D.
std::optional<double> ParseDouble(std::string_view text);
std::optional<float> ParseFloat(std::string_view text);
// t, true, y, yes, 1, f, false, n, no, 0, in any case.
std::optional<bool> ParseBoolean(std::string_view text);

}  // namespace floe::functions
