#include "functions/number_text.h"

#include <charconv>
#include <cmath>
#include <limits>

#include "functions/ascii.h"

namespace floe::functions {
namespace {

template <typename T>
std::optional<T> ParseHexadecimal(std::string_view digits) {
  // Java wants the binary exponent.
  if (digits.find_first_of("pP") == std::string_view::npos) return std::nullopt;
  T value = 0;
  const char* end = digits.data() + digits.size();
  const auto parsed = std::from_chars(digits.data(), end, value, std::chars_format::hex);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  return value;
}

template <typename T>
std::optional<T> ParseUnsigned(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<T>::quiet_NaN();
  if (text == "Infinity") return std::numeric_limits<T>::infinity();
  if (!text.empty() && std::string_view("fFdD").find(text.back()) != std::string_view::npos) {
    text.remove_suffix(1);
  }
  if (text.starts_with("0x") || text.starts_with("0X")) {
    return ParseHexadecimal<T>(text.substr(2));
  }
  if (text.empty() || (!IsDigit(text[0]) && text[0] != '.')) return std::nullopt;
  T value = 0;
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (parsed.ptr != end || parsed.ec == std::errc::invalid_argument) return std::nullopt;
  if (parsed.ec == std::errc::result_out_of_range) {
    // from_chars leaves the value alone: it is either too large or too close to zero.
    const size_t exponent = text.find_first_of("eE");
    const bool tiny = (exponent != std::string_view::npos && exponent + 1 < text.size() &&
                       text[exponent + 1] == '-') ||
                      text.starts_with("0.") || text.starts_with('.');
    return tiny ? T{0} : std::numeric_limits<T>::infinity();
  }
  return value;
}

template <typename T>
std::optional<T> ParseFloating(std::string_view text) {
  text = TrimJava(text);
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const std::optional<T> value = ParseUnsigned<T>(text);
  if (!value.has_value()) return value;
  return negative ? -*value : *value;
}

}  // namespace

NumberParse ParseInteger(std::string_view text, int64_t min, int64_t max, int64_t* out) {
  text = TrimJava(text);
  if (text.empty()) return NumberParse::kEmpty;
  const bool negative = text[0] == '-';
  if (negative || text[0] == '+') text.remove_prefix(1);
  if (text.empty()) return NumberParse::kInvalid;
  // Counts down, since the negative range is the larger one.
  int64_t value = 0;
  bool overflow = false;
  size_t at = 0;
  for (; at < text.size() && text[at] != '.'; ++at) {
    if (!IsDigit(text[at])) return NumberParse::kInvalid;
    overflow = overflow || __builtin_mul_overflow(value, int64_t{10}, &value) ||
               __builtin_sub_overflow(value, int64_t{text[at] - '0'}, &value);
  }
  for (size_t i = at + 1; i < text.size(); ++i) {
    if (!IsDigit(text[i])) return NumberParse::kInvalid;
  }
  if (!negative && !overflow) overflow = __builtin_sub_overflow(int64_t{0}, value, &value);
  if (overflow || value < min || value > max) return NumberParse::kOverflow;
  *out = value;
  return NumberParse::kOk;
}

std::optional<double> ParseDouble(std::string_view text) { return ParseFloating<double>(text); }
std::optional<float> ParseFloat(std::string_view text) { return ParseFloating<float>(text); }

std::optional<bool> ParseBoolean(std::string_view text) {
  const std::string lower = AsciiLower(TrimJava(text));
  for (std::string_view yes : {"t", "true", "y", "yes", "1"}) {
    if (lower == yes) return true;
  }
  for (std::string_view no : {"f", "false", "n", "no", "0"}) {
    if (lower == no) return false;
  }
  return std::nullopt;
}

}  // namespace floe::functions
