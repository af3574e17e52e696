#include "query/trino/constant_value.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "query/trino/literal.h"

namespace floe::query::trino {
namespace {

using iceberg::Int128;
using iceberg::Literal;
using iceberg::PredicateOp;

constexpr int64_t kMicrosPerDay = int64_t{86'400'000'000};
// Scales up to this keep any bigint inside of 128 bits.
constexpr int64_t kMaxScaledDigits = 18;

Int128 PowerOfTen(int64_t exponent) {
  Int128 power = 1;
  for (int64_t i = 0; i < exponent; ++i) power *= 10;
  return power;
}

std::optional<int64_t> IntegerOf(const Literal& value) {
  if (const auto* small = std::get_if<int32_t>(&value.value())) return *small;
  if (const auto* large = std::get_if<int64_t>(&value.value())) return *large;
  return std::nullopt;
}

// As the kind that the type's values have; nothing for what does not fit it.
std::optional<Literal> IntegerValue(const Type& type, int64_t value) {
  if (type.is(TypeKind::kBigint)) return Literal::Long(value);
  if (value < INT32_MIN || value > INT32_MAX) return std::nullopt;
  return Literal::Int(static_cast<int32_t>(value));
}

std::optional<Literal> DecimalOfText(std::string_view text, int64_t scale) {
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  Int128 value = 0;
  int64_t digits_behind = -1;
  for (char c : text) {
    if (c == '.' && digits_behind < 0) {
      digits_behind = 0;
      continue;
    }
    if (c < '0' || c > '9') return std::nullopt;
    if (digits_behind >= 0) ++digits_behind;
    value = value * 10 + (c - '0');
  }
  if (text.size() > 38 || std::max<int64_t>(digits_behind, 0) != scale) return std::nullopt;
  return Literal::Decimal(is_negative ? -value : value);
}

std::optional<int64_t> MicrosOf(const TimestampText& time, int64_t precision) {
  if (static_cast<int64_t>(time.fraction.size()) > std::min<int64_t>(precision, 6)) {
    return std::nullopt;
  }
  std::string fraction = time.fraction;
  fraction.resize(6, '0');
  const int64_t seconds = time.hour * 3600 + time.minute * 60 + time.second;
  return time.days * kMicrosPerDay + seconds * 1'000'000 + std::atoll(fraction.c_str());
}

bool IsTimestamp(const Type& type) {
  return type.is(TypeKind::kTimestamp) || type.is(TypeKind::kTimestampTz);
}

std::optional<Literal> RescaleDecimal(const Literal& value, int64_t from, int64_t to) {
  const auto* decimal = std::get_if<Int128>(&value.value());
  if (decimal == nullptr || std::abs(to - from) > kMaxScaledDigits) return std::nullopt;
  const Int128 factor = PowerOfTen(std::abs(to - from));
  if (to <= from) {
    return *decimal % factor == 0 ? std::optional(Literal::Decimal(*decimal / factor))
                                  : std::nullopt;
  }
  const Int128 scaled = *decimal * factor;
  return scaled / factor == *decimal ? std::optional(Literal::Decimal(scaled)) : std::nullopt;
}

// A constant of type `wide` as a value of a column whose own type is `narrow`.
std::optional<Literal> ForColumn(const Literal& value, const Type& wide, const Type& narrow) {
  if (wide.kind() == narrow.kind() && !wide.is(TypeKind::kDecimal)) return value;
  if (IsTimestamp(wide) && IsTimestamp(narrow)) return value;
  if (narrow.is_integer() && wide.is_integer()) {
    const auto integer = IntegerOf(value);
    return integer ? IntegerValue(narrow, *integer) : std::nullopt;
  }
  if (wide.is(TypeKind::kDecimal) && narrow.is(TypeKind::kDecimal)) {
    return RescaleDecimal(value, wide.scale(), narrow.scale());
  }
  return std::nullopt;
}

std::vector<ImpliedCondition> Implied(const BoundExpression& column, PredicateOp op,
                                      std::vector<Literal> values) {
  return {{column.column->scan, {column.column->column, op, std::move(values)}}};
}

}  // namespace

std::optional<Literal> ValueOfText(const Type& type, std::string_view text) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      if (text != "true" && text != "false") return std::nullopt;
      return Literal::Boolean(text == "true");
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint: {
      if (text.size() > 18) return std::nullopt;
      const std::string digits(text);
      char* end = nullptr;
      const int64_t value = std::strtoll(digits.c_str(), &end, 10);
      if (digits.empty() || *end != '\0') return std::nullopt;
      return IntegerValue(type, value);
    }
    case TypeKind::kDecimal:
      return DecimalOfText(text, type.scale());
    case TypeKind::kVarchar:
      return Literal::String(std::string(text));
    case TypeKind::kDate: {
      const auto date = ParseTimestampText(text);
      if (!date || date->has_time || !date->zone.empty()) return std::nullopt;
      return Literal::Int(static_cast<int32_t>(date->days));
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampTz: {
      const auto time = ParseTimestampText(text);
      const bool is_zoned = type.is(TypeKind::kTimestampTz);
      if (!time || (is_zoned ? time->zone != "UTC" : !time->zone.empty())) return std::nullopt;
      const auto micros = MicrosOf(*time, type.precision());
      return micros ? std::optional(Literal::Long(*micros)) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

std::optional<Literal> ConvertValue(const Literal& value, const Type& from, const Type& to,
                                    const std::string& session_zone) {
  if (from.is_integer()) {
    const auto integer = IntegerOf(value);
    if (!integer) return std::nullopt;
    if (to.is_integer()) return IntegerValue(to, *integer);
    if (!to.is(TypeKind::kDecimal) || to.scale() > kMaxScaledDigits) return std::nullopt;
    return Literal::Decimal(Int128{*integer} * PowerOfTen(to.scale()));
  }
  if (from.is(TypeKind::kDecimal) && to.is(TypeKind::kDecimal) && to.scale() >= from.scale()) {
    return RescaleDecimal(value, from.scale(), to.scale());
  }
  if (from.is(TypeKind::kVarchar)) {
    if (to.is(TypeKind::kVarchar)) {
      return to.length() >= from.length() ? std::optional(value) : std::nullopt;
    }
    const bool is_time = to.is(TypeKind::kDate) || to.is(TypeKind::kTimestamp);
    return is_time ? ValueOfText(to, value.Get<std::string>()) : std::nullopt;
  }
  // A local time is the instant of the same name in UTC only.
  const bool changes_zone = from.is(TypeKind::kTimestampTz) != to.is(TypeKind::kTimestampTz);
  if (changes_zone && session_zone != "UTC") return std::nullopt;
  if (from.is(TypeKind::kDate) && IsTimestamp(to)) {
    return Literal::Long(int64_t{value.Get<int32_t>()} * kMicrosPerDay);
  }
  if (IsTimestamp(from) && IsTimestamp(to) && to.precision() >= from.precision()) return value;
  if (from.is(TypeKind::kTimestamp) && to.is(TypeKind::kDate)) {
    const int64_t micros = value.Get<int64_t>();
    const int64_t days = micros / kMicrosPerDay - (micros % kMicrosPerDay < 0 ? 1 : 0);
    return Literal::Int(static_cast<int32_t>(days));
  }
  return std::nullopt;
}

bool KeepsValues(const Type& from, const Type& to, const std::string& session_zone) {
  if (from.is_integer() && to.is_integer()) return to.kind() >= from.kind();
  if (from.is(TypeKind::kDecimal) && to.is(TypeKind::kDecimal)) {
    return to.scale() >= from.scale() &&
           to.precision() - to.scale() >= from.precision() - from.scale();
  }
  if (from.is(TypeKind::kVarchar)) {
    return to.is(TypeKind::kVarchar) && to.length() >= from.length();
  }
  const bool gets_zone = from.is(TypeKind::kTimestamp) && to.is(TypeKind::kTimestampTz);
  if (from.kind() != to.kind() && !(gets_zone && session_zone == "UTC")) return false;
  return IsTimestamp(from) && to.precision() >= from.precision();
}

std::optional<Literal> ValueOfCall(std::string_view name, const std::vector<BoundPtr>& arguments,
                                   const Type& result) {
  for (const BoundPtr& argument : arguments) {
    if (!argument->value) return std::nullopt;
  }
  if (name == "negate" && arguments.size() == 1) {
    const Literal& value = *arguments[0]->value;
    if (const auto* decimal = std::get_if<Int128>(&value.value())) {
      return Literal::Decimal(-*decimal);
    }
    const auto integer = IntegerOf(value);
    if (!integer || *integer == INT64_MIN || IsTimestamp(result)) return std::nullopt;
    if (result.is(TypeKind::kIntervalDay)) return Literal::Long(-*integer);
    return result.is_integer() ? IntegerValue(result, -*integer) : std::nullopt;
  }
  const bool is_sum = (name == "+" || name == "-") && arguments.size() == 2;
  if (!is_sum || !IsTimestamp(result)) return std::nullopt;
  const BoundExpression* time = arguments[0].get();
  const BoundExpression* interval = arguments[1].get();
  if (name == "+" && time->type.is(TypeKind::kIntervalDay)) std::swap(time, interval);
  if (!IsTimestamp(time->type) || !interval->type.is(TypeKind::kIntervalDay)) return std::nullopt;
  int64_t micros = 0;
  const int64_t sign = name == "+" ? 1 : -1;
  const bool overflows =
      __builtin_mul_overflow(interval->value->Get<int64_t>(), sign * 1000, &micros) ||
      __builtin_add_overflow(time->value->Get<int64_t>(), micros, &micros);
  return overflows ? std::nullopt : std::optional(Literal::Long(micros));
}

std::vector<ImpliedCondition> ImpliedByComparison(std::string_view sign,
                                                  const BoundExpression& left,
                                                  const BoundExpression& right) {
  struct Sign {
    std::string_view text;
    PredicateOp op;
    PredicateOp mirrored;
  };
  static constexpr Sign kSigns[] = {
      {"=", PredicateOp::kEqual, PredicateOp::kEqual},
      {"<>", PredicateOp::kNotEqual, PredicateOp::kNotEqual},
      {"<", PredicateOp::kLess, PredicateOp::kGreater},
      {"<=", PredicateOp::kLessOrEqual, PredicateOp::kGreaterOrEqual},
      {">", PredicateOp::kGreater, PredicateOp::kLess},
      {">=", PredicateOp::kGreaterOrEqual, PredicateOp::kLessOrEqual}};
  const bool is_mirrored = !left.column.has_value();
  const BoundExpression& column = is_mirrored ? right : left;
  const BoundExpression& constant = is_mirrored ? left : right;
  if (!column.column || !constant.value) return {};
  auto value = ForColumn(*constant.value, constant.type, column.column_type);
  if (!value) return {};
  for (const Sign& known : kSigns) {
    if (known.text != sign) continue;
    return Implied(column, is_mirrored ? known.mirrored : known.op, {*std::move(value)});
  }
  return {};
}

std::vector<ImpliedCondition> ImpliedByIn(const std::vector<BoundPtr>& values) {
  if (!values[0]->column) return {};
  std::vector<Literal> literals;
  for (size_t i = 1; i < values.size(); ++i) {
    if (!values[i]->value) return {};
    auto value = ForColumn(*values[i]->value, values[i]->type, values[0]->column_type);
    if (!value) return {};
    literals.push_back(*std::move(value));
  }
  return Implied(*values[0], PredicateOp::kIn, std::move(literals));
}

std::vector<ImpliedCondition> ImpliedByNull(const BoundExpression& value, bool is_null) {
  if (!value.column) return {};
  return Implied(value, is_null ? PredicateOp::kIsNull : PredicateOp::kIsNotNull, {});
}

}  // namespace floe::query::trino
