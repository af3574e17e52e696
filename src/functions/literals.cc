// Literals of SQL as expressions: their types follow from their text.
#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "functions/ascii.h"
#include "functions/calendar.h"
#include "functions/decimal.h"
#include "functions/number_text.h"
#include "functions/resolve.h"
#include "functions/utf8.h"

namespace floe::functions {

using types::DataType;
using types::TypeKind;

namespace {

// Length as Java counts it: characters outside the basic plane are two.
int Utf16Length(std::string_view text) {
  int length = 0;
  for (size_t at = 0; at < text.size();) {
    length += DecodeCharacter(text, &at) > 0xFFFF ? 2 : 1;
  }
  return length;
}

Error BadLiteral(std::string_view kind, std::string_view text, std::string_view form,
                 SourceSpan span) {
  return Error(ErrorCode::kSqlValidation,
               "'" + std::string(text) + "' is not a valid " + std::string(kind) + " literal", span)
      .WithHint("write " + std::string(form));
}

// Groups of at most so many digits: "yyyy-[M]M-[d]d" for pattern "4-2-2". The groups, or nothing.
std::optional<std::vector<int>> ReadGroups(std::string_view text, std::string_view pattern) {
  std::vector<int> groups;
  size_t at = 0;
  for (char expected : pattern) {
    if (!IsDigit(expected)) {
      if (at == text.size() || text[at] != expected) return std::nullopt;
      ++at;
      continue;
    }
    int value = 0;
    const size_t begin = at;
    for (; at < text.size() && IsDigit(text[at]); ++at) {
      if (at - begin == static_cast<size_t>(expected - '0')) return std::nullopt;
      value = value * 10 + (text[at] - '0');
    }
    if (at == begin) return std::nullopt;
    groups.push_back(value);
  }
  if (at != text.size()) return std::nullopt;
  return groups;
}

std::optional<int32_t> ReadDate(std::string_view text) {
  const auto groups = ReadGroups(text, "4-2-2");
  if (!groups.has_value()) return std::nullopt;
  const int year = (*groups)[0];
  const int month = (*groups)[1];
  const int day = (*groups)[2];
  if (month < 1 || month > 12 || day < 1 || day > LastDayOfMonth(year, month)) return std::nullopt;
  return DaysFromCivil(year, month, day);
}

struct ClockReading {
  LocalTime time;  // of the day
  int fraction_digits = 0;
};

// HH:mm:ss[.f…]; of more than nine digits of fraction the first nine count.
std::optional<ClockReading> ReadClock(std::string_view text) {
  static constexpr size_t kMaxDigits = 9;
  std::string fraction;
  const size_t dot = text.find('.');
  if (dot != std::string_view::npos) {
    fraction = text.substr(dot + 1);
    text = text.substr(0, dot);
    if (!std::all_of(fraction.begin(), fraction.end(), IsDigit)) return std::nullopt;
    fraction.resize(std::min(fraction.size(), kMaxDigits));
  }
  const auto groups = ReadGroups(text, "2:2:2");
  if (!groups.has_value()) return std::nullopt;
  if ((*groups)[0] > 23 || (*groups)[1] > 59 || (*groups)[2] > 59) return std::nullopt;
  ClockReading reading;
  reading.time.seconds = (*groups)[0] * 3600 + (*groups)[1] * 60 + (*groups)[2];
  reading.fraction_digits = static_cast<int>(fraction.size());
  fraction.resize(kMaxDigits, '0');
  reading.time.nanos = std::stoi(fraction);
  return reading;
}

}  // namespace

ExpressionPtr NullLiteral(SourceSpan span) {
  return Expression::Literal(std::monostate(), DataType::Null(), span);
}

ExpressionPtr BooleanLiteral(bool value, SourceSpan span) {
  return Expression::Literal(value, DataType::Boolean().NotNull(), span);
}

ExpressionPtr StringLiteral(std::string value, SourceSpan span) {
  const int length = Utf16Length(value);
  return Expression::Literal(std::move(value), DataType::Char(length).NotNull(), span);
}

ExpressionPtr IntegerLiteral(int32_t value, SourceSpan span) {
  return Expression::Literal(int64_t{value}, DataType::Integer().NotNull(), span);
}

ExpressionPtr SymbolLiteral(std::string word, SourceSpan span) {
  return Expression::Literal(AsciiUpper(word), DataType::Null().NotNull(), span);
}

bool IsSymbol(const Expression& expression) {
  return expression.kind() == ExpressionKind::kLiteral &&
         expression.type().kind() == TypeKind::kNull && !expression.is_null_literal();
}

Result<ExpressionPtr> ResolveExactNumericLiteral(std::string_view text, SourceSpan span) {
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos || dot + 1 == text.size()) {
    if (dot != std::string_view::npos) text.remove_suffix(1);
    int64_t value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size()) {
      return Error(ErrorCode::kSqlValidation,
                   "the numeric literal " + std::string(text) + " is out of range", span)
          .WithHint("BIGINT reaches to 9223372036854775807; a larger value is a DECIMAL: CAST('" +
                    std::string(text) + "' AS DECIMAL(38, 0))");
    }
    const bool is_int = value <= 2147483647;
    return Expression::Literal(value, (is_int ? DataType::Integer() : DataType::BigInt()).NotNull(),
                               span);
  }
  const int digits = static_cast<int>(text.size()) - 1;
  const int scale = static_cast<int>(text.size() - dot) - 1;
  Int128 unscaled = 0;
  if (digits > kMaxDecimalDigits ||
      ParseDecimal(text, scale, digits, &unscaled) != DecimalParse::kOk) {
    return Error(ErrorCode::kSqlValidation,
                 "the numeric literal " + std::string(text) + " has more than 38 digits", span);
  }
  return Expression::Literal(unscaled, DataType::Decimal(digits, scale).NotNull(), span);
}

Result<ExpressionPtr> ResolveApproximateNumericLiteral(std::string_view text, SourceSpan span) {
  const std::optional<double> value = ParseDouble(text);
  if (!value.has_value()) return BadLiteral("DOUBLE", text, "for example 1.5E3", span);
  return Expression::Literal(*value, DataType::Double().NotNull(), span);
}

Result<ExpressionPtr> ResolveBinaryLiteral(std::string_view hex, SourceSpan span) {
  std::string bytes;
  const auto nibble = [](char c) { return IsDigit(c) ? c - '0' : AsciiUpper(c) - 'A' + 10; };
  for (size_t i = 0; i + 1 < hex.size(); i += 2) {
    bytes += static_cast<char>(nibble(hex[i]) * 16 + nibble(hex[i + 1]));
  }
  const int length = static_cast<int>(bytes.size());
  return Expression::Literal(std::move(bytes), DataType::Binary(length).NotNull(), span);
}

Result<ExpressionPtr> ResolveDateLiteral(std::string_view text, SourceSpan span) {
  const std::optional<int32_t> days = ReadDate(text);
  if (!days.has_value()) return BadLiteral("DATE", text, "DATE 'yyyy-MM-dd'", span);
  return Expression::Literal(int64_t{*days}, DataType::Date().NotNull(), span);
}

Result<ExpressionPtr> ResolveTimeLiteral(std::string_view text, SourceSpan span) {
  const std::optional<ClockReading> reading = ReadClock(text);
  if (!reading.has_value()) return BadLiteral("TIME", text, "TIME 'HH:mm:ss[.fff]'", span);
  const int64_t millis = reading->time.seconds * kMillisPerSecond + reading->time.nanos / 1'000'000;
  const int precision = std::min(reading->fraction_digits, 3);
  return Expression::Literal(millis, DataType::Time(precision).NotNull(), span);
}

Result<ExpressionPtr> ResolveTimestampLiteral(std::string_view text, SourceSpan span) {
  const size_t blank = text.find(' ');
  const std::optional<int32_t> days = ReadDate(text.substr(0, blank));
  std::optional<ClockReading> reading = ClockReading();
  if (blank != std::string_view::npos) reading = ReadClock(text.substr(blank + 1));
  int64_t units = 0;
  if (days.has_value() && reading.has_value()) {
    reading->time.seconds += *days * kSecondsPerDay;
    if (ToTimestampUnits(reading->time, reading->fraction_digits, &units)) {
      return Expression::Literal(units, DataType::Timestamp(reading->fraction_digits).NotNull(),
                                 span);
    }
  }
  return BadLiteral("TIMESTAMP", text, "TIMESTAMP 'yyyy-MM-dd[ HH:mm:ss[.fffffffff]]'", span);
}

}  // namespace floe::functions
