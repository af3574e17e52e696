#include "connectors/json/json_scalar.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <cmath>
#include <limits>

namespace floe::connectors {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

std::string_view Trim(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// Two digits at `at`, or -1.
int TwoDigits(std::string_view text, size_t at) {
  if (at + 2 > text.size() || !IsDigit(text[at]) || !IsDigit(text[at + 1])) return -1;
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// Digits, sign, fraction and exponent of a number; the digits stay in the text.
struct NumberParts {
  bool negative = false;
  std::string_view whole;
  std::string_view fraction;
  int exponent = 0;
};

std::optional<NumberParts> SplitNumber(std::string_view text) {
  NumberParts parts;
  size_t i = 0;
  if (i < text.size() && (text[i] == '-' || text[i] == '+')) parts.negative = text[i++] == '-';
  const size_t whole = i;
  while (i < text.size() && IsDigit(text[i])) ++i;
  parts.whole = text.substr(whole, i - whole);
  if (i < text.size() && text[i] == '.') {
    const size_t fraction = ++i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    parts.fraction = text.substr(fraction, i - fraction);
  }
  if (parts.whole.empty() && parts.fraction.empty()) return std::nullopt;
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && text[i] == '+') ++i;
    const auto [end, error] =
        std::from_chars(text.data() + i, text.data() + text.size(), parts.exponent);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return parts;
  }
  if (i != text.size()) return std::nullopt;
  return parts;
}

// The digit at `position` of whole followed by fraction, '0' beyond both ends.
int DigitAt(const NumberParts& parts, int64_t position) {
  if (position < 0) return 0;
  const auto index = static_cast<size_t>(position);
  if (index < parts.whole.size()) return parts.whole[index] - '0';
  const size_t in_fraction = index - parts.whole.size();
  return in_fraction < parts.fraction.size() ? parts.fraction[in_fraction] - '0' : 0;
}

struct DateParts {
  int32_t days = 0;
  bool ok = false;
};

DateParts ParseDate(std::string_view text) {
  if (text.size() < 10 || text[4] != '-' || text[7] != '-') return {};
  const int century = TwoDigits(text, 0);
  const int year_of_century = TwoDigits(text, 2);
  const int month = TwoDigits(text, 5);
  const int day = TwoDigits(text, 8);
  if (century < 0 || year_of_century < 0 || month < 1 || day < 1) return {};
  const std::chrono::year_month_day date{std::chrono::year(century * 100 + year_of_century),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return {};
  return {static_cast<int32_t>(std::chrono::sys_days(date).time_since_epoch().count()), true};
}

struct TimeParts {
  int64_t nanos = 0;
  size_t length = 0;  // characters used; 0: no time there
};

// HH:mm:ss with up to nine digits of fraction, from the text's start.
TimeParts ParseTime(std::string_view text, bool seconds_optional) {
  const int hour = TwoDigits(text, 0);
  const int minute = TwoDigits(text, 3);
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || text[2] != ':') return {};
  int64_t nanos = (hour * 60 + minute) * 60'000'000'000LL;
  if (text.size() < 6 || text[5] != ':') {
    return seconds_optional ? TimeParts{nanos, 5} : TimeParts{};
  }
  const int second = TwoDigits(text, 6);
  if (second < 0 || second > 59) return {};
  nanos += second * 1'000'000'000LL;
  size_t i = 8;
  if (i < text.size() && text[i] == '.') {
    int64_t unit = 100'000'000;
    for (++i; i < text.size() && IsDigit(text[i]); ++i) {
      if (unit == 0) return {};
      nanos += (text[i] - '0') * unit;
      unit /= 10;
    }
  }
  return {nanos, i};
}

constexpr std::array<int64_t, 10> kPowersOfTen = {
    1, 10, 100, 1'000, 10'000, 100'000, 1'000'000, 10'000'000, 100'000'000, 1'000'000'000};

}  // namespace

bool IsJsonNumber(std::string_view token) {
  size_t i = 0;
  const auto digits = [&] {
    const size_t start = i;
    while (i < token.size() && IsDigit(token[i])) ++i;
    return i - start;
  };
  if (i < token.size() && token[i] == '-') ++i;
  const bool leading_zero = i < token.size() && token[i] == '0';
  const size_t whole = digits();
  if (whole == 0 || (leading_zero && whole > 1)) return false;
  if (i < token.size() && token[i] == '.') {
    ++i;
    if (digits() == 0) return false;
  }
  if (i < token.size() && (token[i] == 'e' || token[i] == 'E')) {
    ++i;
    if (i < token.size() && (token[i] == '+' || token[i] == '-')) ++i;
    if (digits() == 0) return false;
  }
  return i == token.size();
}

std::optional<int64_t> IntegerFromNumber(std::string_view token, int64_t minimum, int64_t maximum) {
  int64_t value = 0;
  const auto [end, error] = std::from_chars(token.data(), token.data() + token.size(), value);
  if (error == std::errc() && end == token.data() + token.size()) {
    if (value < minimum || value > maximum) return std::nullopt;
    return value;
  }
  const std::optional<double> number = DoubleFromText(token);
  if (!number) return std::nullopt;
  const double truncated = std::trunc(*number);
  // Both bounds are exact or one above the range as a double; 2^63 itself is out.
  if (truncated < static_cast<double>(minimum) || truncated > static_cast<double>(maximum) ||
      truncated >= 9223372036854775808.0) {
    return std::nullopt;
  }
  return static_cast<int64_t>(truncated);
}

std::optional<int64_t> IntegerFromText(std::string_view text, int64_t minimum, int64_t maximum) {
  text = Trim(text);
  if (!text.empty() && text.front() == '+') text.remove_prefix(1);
  if (text.empty() || text.front() == '+') return std::nullopt;
  int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  if (value < minimum || value > maximum) return std::nullopt;
  return value;
}

namespace {

template <typename Real>
std::optional<Real> RealFromText(std::string_view text) {
  text = Trim(text);
  bool negative = false;
  if (!text.empty() && (text.front() == '-' || text.front() == '+')) {
    negative = text.front() == '-';
    text.remove_prefix(1);
  }
  if (text == "NaN") return std::numeric_limits<Real>::quiet_NaN();
  const Real infinity = std::numeric_limits<Real>::infinity();
  if (text == "Infinity") return negative ? -infinity : infinity;
  if (text.empty() || !(IsDigit(text.front()) || text.front() == '.')) return std::nullopt;
  Real value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (end != text.data() + text.size()) return std::nullopt;
  if (error == std::errc::result_out_of_range) {
    // from_chars does not say on which side: a positive exponent or a long whole part is too big.
    const std::optional<NumberParts> parts = SplitNumber(text);
    const bool small = parts && (parts->exponent < 0 ||
                                 parts->whole.find_first_not_of('0') == std::string_view::npos);
    value = small ? Real{0} : infinity;
  } else if (error != std::errc()) {
    return std::nullopt;
  }
  return negative ? -value : value;
}

}  // namespace

std::optional<double> DoubleFromText(std::string_view text) { return RealFromText<double>(text); }
std::optional<float> FloatFromText(std::string_view text) { return RealFromText<float>(text); }

std::optional<DecimalValue> DecimalFromText(std::string_view text, int precision, int scale) {
  const std::optional<NumberParts> parts = SplitNumber(Trim(text));
  if (!parts) return std::nullopt;
  constexpr int kMaxExponent = 1'000;  // beyond it every number overflows or is zero
  if (parts->exponent > kMaxExponent || parts->exponent < -kMaxExponent) {
    const bool zero = parts->whole.find_first_not_of('0') == std::string_view::npos &&
                      parts->fraction.find_first_not_of('0') == std::string_view::npos;
    return DecimalValue{parts->exponent > 0 && !zero, 0};
  }
  // Digits before the point, after the exponent moved it.
  const int64_t point = static_cast<int64_t>(parts->whole.size()) + parts->exponent;
  DecimalValue result;
  int significant = 0;
  for (int64_t position = std::min<int64_t>(0, point); position < point + scale; ++position) {
    const int digit = DigitAt(*parts, position);
    if (significant > 0 || digit > 0) ++significant;
    if (significant > precision) return DecimalValue{true, 0};
    result.unscaled = result.unscaled * 10 + digit;
  }
  if (DigitAt(*parts, point + scale) >= 5) {
    result.unscaled += 1;
    JsonInt128 limit = 1;
    for (int i = 0; i < precision; ++i) limit *= 10;
    if (result.unscaled >= limit) return DecimalValue{true, 0};
  }
  if (parts->negative) result.unscaled = -result.unscaled;
  return result;
}

std::optional<int32_t> DateFromText(std::string_view text) {
  const DateParts date = ParseDate(text);
  if (!date.ok || text.size() != 10) return std::nullopt;
  return date.days;
}

std::optional<int32_t> TimeFromText(std::string_view text) {
  if (text.size() < 8) return std::nullopt;
  const TimeParts time = ParseTime(text, false);
  if (time.length != text.size()) return std::nullopt;
  return static_cast<int32_t>(time.nanos / 1'000'000);
}

std::optional<int64_t> TimestampFromText(std::string_view text, JsonTimestampFormat format,
                                         bool zoned, int precision) {
  const bool iso = format == JsonTimestampFormat::kIso8601;
  if (zoned) {
    if (text.empty() || text.back() != 'Z') return std::nullopt;
    text.remove_suffix(1);
  }
  const DateParts date = ParseDate(text);
  if (!date.ok || text.size() < 16 || text[10] != (iso ? 'T' : ' ')) return std::nullopt;
  const std::string_view rest = text.substr(11);
  const TimeParts time = ParseTime(rest, iso);
  if (time.length == 0 || time.length != rest.size()) return std::nullopt;
  const int unit_digits = precision <= 3 ? 3 : (precision <= 6 ? 6 : 9);
  // Digits beyond the column's precision are cut, not rounded.
  const int64_t cut = kPowersOfTen[static_cast<size_t>(9 - precision)];
  const int64_t nanos = time.nanos / cut * cut;
  const int64_t units_per_day = 86'400 * kPowersOfTen[static_cast<size_t>(unit_digits)];
  return date.days * units_per_day + nanos / kPowersOfTen[static_cast<size_t>(9 - unit_digits)];
}

bool DecodeBase64(std::string_view text, std::string* out) {
  static const std::array<int8_t, 256> kValues = [] {
    std::array<int8_t, 256> values{};
    values.fill(-1);
    const std::string_view alphabet =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < alphabet.size(); ++i) {
      values[static_cast<unsigned char>(alphabet[i])] = static_cast<int8_t>(i);
    }
    return values;
  }();
  if (text.size() % 4 != 0) return false;
  size_t padding = 0;
  while (padding < 2 && !text.empty() && text.back() == '=') {
    text.remove_suffix(1);
    ++padding;
  }
  out->clear();
  uint32_t bits = 0;
  int count = 0;
  for (char c : text) {
    const int8_t value = kValues[static_cast<unsigned char>(c)];
    if (value < 0) return false;
    bits = (bits << 6) | static_cast<uint32_t>(value);
    count += 6;
    if (count >= 8) {
      count -= 8;
      *out += static_cast<char>((bits >> count) & 0xff);
    }
  }
  return true;
}

}  // namespace floe::connectors
