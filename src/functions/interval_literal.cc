// INTERVAL literals: months, or milliseconds.
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "functions/ascii.h"
#include "functions/calendar.h"
#include "functions/resolve.h"

namespace floe::functions {
namespace {

using types::DataType;

constexpr int kDefaultLeadingPrecision = 2;
constexpr int kMaxLeadingPrecision = 10;

bool IsYearMonthUnit(TimeUnit unit) {
  return unit == TimeUnit::kYear || unit == TimeUnit::kMonth || unit == TimeUnit::kQuarter;
}

// Months, or milliseconds, of one unit.
int64_t UnitSize(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kYear:
      return 12;
    case TimeUnit::kQuarter:
      return 3;
    case TimeUnit::kMonth:
      return 1;
    case TimeUnit::kWeek:
      return 7 * kMillisPerDay;
    case TimeUnit::kDay:
      return kMillisPerDay;
    case TimeUnit::kHour:
      return kMillisPerHour;
    case TimeUnit::kMinute:
      return kMillisPerMinute;
    default:
      return kMillisPerSecond;
  }
}

// The largest value of a field behind the first.
int64_t FieldLimit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMonth:
      return 11;
    case TimeUnit::kHour:
      return 23;
    default:
      return 59;
  }
}

char SeparatorBefore(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMonth:
      return '-';
    case TimeUnit::kHour:
      return ' ';
    default:
      return ':';
  }
}

// The fields from start to end, or nothing for a pair that SQL does not have.
std::vector<TimeUnit> FieldsOf(const IntervalQualifier& qualifier) {
  if (!qualifier.end.has_value() || *qualifier.end == qualifier.start) return {qualifier.start};
  static const std::vector<TimeUnit> kYearMonth = {TimeUnit::kYear, TimeUnit::kMonth};
  static const std::vector<TimeUnit> kDayTime = {TimeUnit::kDay, TimeUnit::kHour, TimeUnit::kMinute,
                                                 TimeUnit::kSecond};
  const std::vector<TimeUnit>& order = IsYearMonthUnit(qualifier.start) ? kYearMonth : kDayTime;
  std::vector<TimeUnit> fields;
  for (TimeUnit unit : order) {
    if (unit == qualifier.start || !fields.empty()) fields.push_back(unit);
    if (unit == *qualifier.end) return fields;
  }
  return {};
}

std::string QualifierText(const IntervalQualifier& qualifier) {
  std::string text(TimeUnitName(qualifier.start));
  if (qualifier.end.has_value()) text += " TO " + std::string(TimeUnitName(*qualifier.end));
  return text;
}

Error BadInterval(std::string_view text, const IntervalQualifier& qualifier, SourceSpan span) {
  return Error(ErrorCode::kSqlValidation,
               "'" + std::string(text) + "' is not a valid interval of " + QualifierText(qualifier),
               span)
      .WithHint(
          "for example INTERVAL '10' SECOND, INTERVAL '1 02:03:04.5' DAY TO SECOND, INTERVAL "
          "'1-2' YEAR TO MONTH");
}

// Up to ten digits off the front.
std::optional<int64_t> TakeNumber(std::string_view* text) {
  int64_t value = 0;
  size_t digits = 0;
  while (digits < text->size() && IsDigit((*text)[digits])) {
    if (digits == kMaxLeadingPrecision) return std::nullopt;
    value = value * 10 + ((*text)[digits] - '0');
    ++digits;
  }
  if (digits == 0) return std::nullopt;
  text->remove_prefix(digits);
  return value;
}

// ".f…" as milliseconds, further digits cut; nothing if malformed or longer than allowed.
std::optional<int64_t> TakeFraction(std::string_view* text, int max_digits) {
  if (text->empty()) return 0;
  if (text->front() != '.') return std::nullopt;
  text->remove_prefix(1);
  if (text->empty() || static_cast<int>(text->size()) > max_digits) return std::nullopt;
  int64_t millis = 0;
  int64_t unit = 100;
  for (char c : *text) {
    if (!IsDigit(c)) return std::nullopt;
    millis += unit * (c - '0');
    unit /= 10;
  }
  text->remove_prefix(text->size());
  return millis;
}

}  // namespace

Result<ExpressionPtr> ResolveIntervalLiteral(std::string_view text, bool negative,
                                             const IntervalQualifier& qualifier, SourceSpan span) {
  static constexpr int kDefaultFractionPrecision = 6;
  const std::vector<TimeUnit> fields = FieldsOf(qualifier);
  std::string_view rest = TrimJava(text);
  if (!rest.empty() && (rest[0] == '-' || rest[0] == '+')) {
    negative = negative != (rest[0] == '-');
    rest.remove_prefix(1);
  }
  if (fields.empty()) return BadInterval(text, qualifier, span);
  int64_t total = 0;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) {
      if (rest.empty() || rest[0] != SeparatorBefore(fields[i])) {
        return BadInterval(text, qualifier, span);
      }
      rest.remove_prefix(1);
    }
    const std::optional<int64_t> value = TakeNumber(&rest);
    if (!value.has_value()) return BadInterval(text, qualifier, span);
    if (i == 0) {
      const int precision = qualifier.leading_precision.value_or(kDefaultLeadingPrecision);
      if (static_cast<int>(std::to_string(*value).size()) > precision) {
        return Error(ErrorCode::kSqlValidation,
                     "the interval field value " + std::to_string(*value) +
                         " exceeds the precision of " + std::string(TimeUnitName(fields[0])) + "(" +
                         std::to_string(precision) + ")",
                     span)
            .WithHint("write " + std::string(TimeUnitName(fields[0])) + "(" +
                      std::to_string(std::to_string(*value).size()) + ")");
      }
    } else if (*value > FieldLimit(fields[i])) {
      return BadInterval(text, qualifier, span);
    }
    total += *value * UnitSize(fields[i]);
  }
  if (fields.back() == TimeUnit::kSecond) {
    const std::optional<int64_t> millis =
        TakeFraction(&rest, qualifier.fraction_precision.value_or(kDefaultFractionPrecision));
    if (!millis.has_value()) return BadInterval(text, qualifier, span);
    total += *millis;
  }
  if (!rest.empty()) return BadInterval(text, qualifier, span);
  const bool months = IsYearMonthUnit(qualifier.start);
  const DataType type = months ? DataType::IntervalYearMonth() : DataType::IntervalDayTime();
  return Expression::Literal(negative ? -total : total, type.NotNull(), span);
}

}  // namespace floe::functions
