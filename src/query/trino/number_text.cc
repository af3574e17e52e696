#include "query/trino/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <vector>

namespace floe::query::trino {
namespace {

template <typename T>
std::string Shortest(T value) {
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::scientific);
  return std::string(buffer, end.ptr);
}

// "1.5e+01" as "1.5E1".
std::string JavaExponent(const std::string& text) {
  const size_t e = text.find('e');
  std::string mantissa = text.substr(0, e);
  if (mantissa.find('.') == std::string::npos) mantissa += ".0";
  return mantissa + "E" + std::to_string(std::stoi(text.substr(e + 1)));
}

template <typename T>
std::string SpecialText(T value) {
  if (std::isnan(value)) return "NaN";
  return value < 0 ? "-Infinity" : "Infinity";
}

// Java's Double.toString: plain between 10^-3 and 10^7.
template <typename T>
std::string Json(T value) {
  if (!std::isfinite(value)) return "\"" + SpecialText(value) + "\"";
  const T magnitude = std::fabs(value);
  if (magnitude != 0 && (magnitude < T(1e-3) || magnitude >= T(1e7))) {
    return JavaExponent(Shortest(value));
  }
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), value, std::chars_format::fixed);
  std::string text(buffer, end.ptr);
  if (text.find('.') == std::string::npos) text += ".0";
  return text;
}

// An unsigned number of any length, lowest digits first, in base 10^9.
using Big = std::vector<uint32_t>;
constexpr uint64_t kBase = 1'000'000'000;

Big FromDigits(const std::string& digits) {
  Big out;
  for (size_t end = digits.size(); end > 0;) {
    const size_t begin = end >= 9 ? end - 9 : 0;
    out.push_back(static_cast<uint32_t>(std::stoul(digits.substr(begin, end - begin))));
    end = begin;
  }
  while (!out.empty() && out.back() == 0) out.pop_back();
  return out;
}

int CompareBig(const Big& a, const Big& b) {
  if (a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
  for (size_t i = a.size(); i-- > 0;) {
    if (a[i] != b[i]) return a[i] < b[i] ? -1 : 1;
  }
  return 0;
}

void Subtract(Big& a, const Big& b) {
  int64_t borrow = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    int64_t value = int64_t{a[i]} - borrow - (i < b.size() ? int64_t{b[i]} : 0);
    borrow = value < 0 ? 1 : 0;
    a[i] = static_cast<uint32_t>(value + (borrow != 0 ? static_cast<int64_t>(kBase) : 0));
  }
  while (!a.empty() && a.back() == 0) a.pop_back();
}

void TimesTenPlus(Big& a, uint32_t digit) {
  uint64_t carry = digit;
  for (uint32_t& part : a) {
    const uint64_t value = uint64_t{part} * 10 + carry;
    part = static_cast<uint32_t>(value % kBase);
    carry = value / kBase;
  }
  if (carry > 0) a.push_back(static_cast<uint32_t>(carry));
}

struct Parts {
  bool negative = false;
  std::string digits;
  int scale = 0;
};

Parts Split(std::string_view text) {
  Parts parts;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    parts.negative = text[0] == '-';
    text.remove_prefix(1);
  }
  const size_t point = text.find('.');
  parts.digits = std::string(text.substr(0, point));
  if (point != std::string_view::npos) {
    parts.digits += text.substr(point + 1);
    parts.scale = static_cast<int>(text.size() - point - 1);
  }
  return parts;
}

}  // namespace

std::string DoubleText(double value) {
  return std::isfinite(value) ? JavaExponent(Shortest(value)) : SpecialText(value);
}

std::string RealText(float value) {
  if (!std::isfinite(value)) return SpecialText(value);
  char buffer[64];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), static_cast<double>(value),
                           std::chars_format::scientific, 6);
  std::string text(buffer, end.ptr);
  const size_t e = text.find('e');
  size_t last = e;
  while (text[last - 1] == '0' && text[last - 2] != '.') --last;
  text.erase(last, e - last);
  return JavaExponent(text);
}

std::string DoubleJson(double value) { return Json(value); }
std::string RealJson(float value) { return Json(value); }

std::optional<std::string> DivideDecimals(std::string_view dividend, std::string_view divisor,
                                          int scale) {
  Parts a = Split(dividend);
  Parts b = Split(divisor);
  // a / b * 10^scale as one whole quotient.
  const int shift = scale - a.scale + b.scale;
  if (shift >= 0) {
    a.digits.append(static_cast<size_t>(shift), '0');
  } else {
    b.digits.append(static_cast<size_t>(-shift), '0');
  }
  const Big by = FromDigits(b.digits);
  if (by.empty()) return std::nullopt;
  Big rest;
  std::string quotient;
  for (char c : a.digits) {
    TimesTenPlus(rest, static_cast<uint32_t>(c - '0'));
    while (!rest.empty() && rest.back() == 0) rest.pop_back();
    char digit = '0';
    while (CompareBig(rest, by) >= 0) {
      Subtract(rest, by);
      ++digit;
    }
    quotient += digit;
  }
  TimesTenPlus(rest, 0);
  Big half = by;
  TimesTenPlus(half, 0);
  Big twice = rest;
  // rest * 10 against by * 5: the doubled rest against by * 10.
  for (int i = 0; i < 1; ++i) {
    uint64_t carry = 0;
    for (uint32_t& part : twice) {
      const uint64_t value = uint64_t{part} * 2 + carry;
      part = static_cast<uint32_t>(value % kBase);
      carry = value / kBase;
    }
    if (carry > 0) twice.push_back(static_cast<uint32_t>(carry));
  }
  while (!twice.empty() && twice.back() == 0) twice.pop_back();
  if (CompareBig(twice, half) >= 0) {
    size_t i = quotient.size();
    while (i > 0 && quotient[i - 1] == '9') quotient[--i] = '0';
    if (i == 0) {
      quotient.insert(0, "1");
    } else {
      ++quotient[i - 1];
    }
  }
  const auto fraction = static_cast<size_t>(scale);
  quotient.erase(0, std::min(quotient.find_first_not_of('0'), quotient.size()));
  if (quotient.size() <= fraction) quotient.insert(0, fraction + 1 - quotient.size(), '0');
  if (scale > 0) quotient.insert(quotient.size() - fraction, ".");
  return (a.negative != b.negative ? "-" : "") + quotient;
}

}  // namespace floe::query::trino
