// Coercions and casts, written for DuckDB.
#include <algorithm>

#include "query/trino/bound.h"
#include "query/trino/constant_value.h"
#include "query/trino/convert_json.h"

namespace floe::query::trino {
namespace {

std::string Power(int64_t exponent) {
  std::string out = "1";
  out.append(static_cast<size_t>(exponent), '0');
  return out;
}

Error Unsupported(const Type& from, const Type& to) {
  return Error(ErrorCode::kSqlUnsupported,
               "CAST from " + from.ToString() + " to " + to.ToString() + " is not supported");
}

// An error at run time: Trino's code and message, decoded by the executor.
std::string Raise(const char* code, const std::string& message_form) {
  return std::string("floe_raise('TRINO|") + code + "|' || " + message_form + ")";
}

// {0} as a TIMESTAMP rounded to `precision` digits.
std::string Rounded(const std::string& inner, int64_t from, int64_t to) {
  if (to >= from) return inner;
  const std::string unit = Power(6 - to);
  const std::string half = std::to_string(std::stoll(unit) / 2);
  return "make_timestamp(CAST(floor((epoch_us(" + inner + ") + " + half + ") / " + unit +
         ") AS BIGINT) * " + unit + ")";
}

std::string TimestampText(const std::string& inner, int64_t precision) {
  const int64_t length = precision == 0 ? 19 : 20 + precision;
  return "left(strftime(" + inner + ", '%Y-%m-%d %H:%M:%S.%f'), " + std::to_string(length) + ")";
}

std::string TimeText(int64_t precision) {
  std::string text =
      "lpad(CAST({0} // 3600000000000000 AS VARCHAR), 2, '0') || ':' || "
      "lpad(CAST(({0} // 60000000000000) % 60 AS VARCHAR), 2, '0') || ':' || "
      "lpad(CAST(({0} // 1000000000000) % 60 AS VARCHAR), 2, '0')";
  if (precision == 0) return "(" + text + ")";
  return "(" + text + " || '.' || left(lpad(CAST({0} % 1000000000000 AS VARCHAR), 12, '0'), " +
         std::to_string(precision) + "))";
}

std::string IntervalDayText() {
  return "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || CAST(abs({0}) // 86400000 AS VARCHAR) || ' ' "
         "|| lpad(CAST(abs({0}) // 3600000 % 24 AS VARCHAR), 2, '0') || ':' || "
         "lpad(CAST(abs({0}) // 60000 % 60 AS VARCHAR), 2, '0') || ':' || "
         "lpad(CAST(abs({0}) // 1000 % 60 AS VARCHAR), 2, '0') || '.' || "
         "lpad(CAST(abs({0}) % 1000 AS VARCHAR), 3, '0'))";
}

// The text form of {0}, or "" where there is none yet.
std::string TextForm(const BoundExpression& value) {
  const Type& type = value.type;
  switch (type.kind()) {
    case TypeKind::kBoolean:
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
    case TypeKind::kDate:
    case TypeKind::kUuid:
    case TypeKind::kUnknown:
      return "CAST({0} AS VARCHAR)";
    case TypeKind::kDecimal:
      // DuckDB leaves out the 0 before the point where there is no place for one.
      if (type.precision() > type.scale()) return "CAST({0} AS VARCHAR)";
      return "regexp_replace(CAST({0} AS VARCHAR), '^(-?)[.]', '\\10.')";
    case TypeKind::kReal:
      return "floe_real_text({0})";
    case TypeKind::kDouble:
      return "floe_double_text({0})";
    case TypeKind::kVarchar:
      return "{0}";
    case TypeKind::kChar:
      return "rpad({0}, " + std::to_string(type.length()) + ", ' ')";
    case TypeKind::kTime:
      return TimeText(type.precision());
    case TypeKind::kTimestamp:
      return TimestampText("{0}", type.precision());
    case TypeKind::kTimestampTz:
      return "(" + TimestampText(LocalForm(value.zone, "{0}"), type.precision()) + " || " +
             FormLiteral(" " + value.zone.value_or("UTC")) + ")";
    case TypeKind::kIntervalDay:
      return IntervalDayText();
    case TypeKind::kIntervalYear:
      return "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || CAST(abs({0}) // 12 AS VARCHAR) || '-' "
             "|| CAST(abs({0}) % 12 AS VARCHAR))";
    default:
      return "";
  }
}

Result<std::string> ToTextForm(const BoundExpression& value, const Type& to, bool is_cast) {
  std::string text = TextForm(value);
  if (text.empty()) return Unsupported(value.type, to);
  const bool from_text = value.type.is(TypeKind::kVarchar) || value.type.is(TypeKind::kChar);
  const std::string length = std::to_string(to.length());
  if (to.is(TypeKind::kChar)) return "rtrim(left(" + text + ", " + length + "), ' ')";
  if (to.length() == Type::kUnbounded) return text;
  if (from_text) {
    return value.type.length() <= to.length() || !is_cast ? text
                                                          : "left(" + text + ", " + length + ")";
  }
  return "CASE WHEN length(" + text + ") > " + length + " THEN " +
         Raise("INVALID_CAST_ARGUMENT",
               "'Value ' || " + text + " || ' cannot be represented as " + to.ToString() + "'") +
         " ELSE " + text + " END";
}

// Text to anything: what can't be read raises INVALID_CAST_ARGUMENT.
Result<std::string> FromTextForm(const Type& from, const Type& to) {
  const std::string target = to.DuckDbType();
  auto checked = [&](const std::string& tried, const std::string& message) {
    return "CASE WHEN {0} IS NOT NULL AND " + tried + " IS NULL THEN " +
           Raise("INVALID_CAST_ARGUMENT", message) + " ELSE " + tried + " END";
  };
  const std::string generic = "'Cannot cast ''' || {0} || ''' to " + to.ToString() + "'";
  switch (to.kind()) {
    case TypeKind::kBoolean:
      return "CASE WHEN lower({0}) IN ('true','t','1') THEN true WHEN lower({0}) IN "
             "('false','f','0') THEN false WHEN {0} IS NULL THEN NULL ELSE " +
             Raise("INVALID_CAST_ARGUMENT", "'Cannot cast ''' || {0} || ''' to BOOLEAN'") + " END";
    case TypeKind::kTinyint:
    case TypeKind::kSmallint:
    case TypeKind::kInteger:
    case TypeKind::kBigint:
      return checked("CASE WHEN regexp_full_match({0}, '[+-]?[0-9]+') THEN TRY_CAST({0} AS " +
                         target + ") END",
                     "'Cannot cast ''' || {0} || ''' to " +
                         (to.is(TypeKind::kInteger)    ? std::string("INT")
                          : to.is(TypeKind::kBigint)   ? std::string("BIGINT")
                          : to.is(TypeKind::kSmallint) ? std::string("SMALLINT")
                                                       : std::string("TINYINT")) +
                         "'");
    case TypeKind::kReal:
    case TypeKind::kDouble:
      return checked("TRY_CAST({0} AS " + target + ")",
                     "'Cannot cast ''' || {0} || ''' to " +
                         std::string(to.is(TypeKind::kReal) ? "REAL" : "DOUBLE") + "'");
    case TypeKind::kDecimal:
      return checked("TRY_CAST({0} AS " + target + ")",
                     "'Cannot cast VARCHAR ''' || {0} || ''' to DECIMAL(" +
                         std::to_string(to.precision()) + ", " + std::to_string(to.scale()) + ")'");
    case TypeKind::kDate:
      return checked(
          "CASE WHEN regexp_full_match(trim({0}), '[+-]?[0-9]{{4,}-[0-9]{{1,2}-[0-9]"
          "{{1,2}') THEN TRY_CAST(trim({0}) AS DATE) END",
          "'Value cannot be cast to date: ' || {0}");
    case TypeKind::kTimestamp:
      return checked(Rounded("TRY_CAST(trim({0}) AS TIMESTAMP)", 6, to.precision()),
                     "'Value cannot be cast to timestamp: ' || {0}");
    case TypeKind::kTime:
      return "floe_parse_time({0}, CAST(" + std::to_string(to.precision()) + " AS BIGINT))";
    case TypeKind::kUuid:
      return checked("TRY_CAST({0} AS UUID)", "'Cannot cast value to UUID: ' || {0}");
    case TypeKind::kVarbinary:
      return std::string("encode({0})");
    default:
      (void)generic;
      return Unsupported(from, to);
  }
}

const char* SqlName(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kTinyint:
      return "tinyint";
    case TypeKind::kSmallint:
      return "smallint";
    case TypeKind::kInteger:
      return "integer";
    default:
      return "bigint";
  }
}

Result<std::string> NumericForm(const Type& from, const Type& to) {
  const std::string target = to.DuckDbType();
  if (to.is(TypeKind::kBoolean)) return std::string("({0} <> 0)");
  if (from.is(TypeKind::kBoolean) && to.is(TypeKind::kDecimal)) {
    return "CAST(CAST({0} AS INTEGER) AS " + target + ")";
  }
  const std::string plain = "CAST({0} AS " + target + ")";
  const bool widens = from.is_integer() && to.is_integer() && to.kind() >= from.kind();
  if (widens || from.is(TypeKind::kBoolean) || to.is_floating()) return plain;
  if (to.is_integer() && from.is_integer()) {
    return "CASE WHEN {0} IS NOT NULL AND TRY_CAST({0} AS " + target + ") IS NULL THEN " +
           Raise("NUMERIC_VALUE_OUT_OF_RANGE",
                 "'Out of range for " + std::string(SqlName(to)) + ": ' || {0}") +
           " ELSE TRY_CAST({0} AS " + target + ") END";
  }
  if (to.is_integer() && from.is_floating()) {
    // Half away from zero, as Java's rounding of positive numbers; NaN is refused by name.
    const std::string rounded = "TRY_CAST(floor(abs({0}) + 0.5) * sign({0}) AS " + target + ")";
    return "CASE WHEN isnan({0}) THEN " +
           Raise("INVALID_CAST_ARGUMENT",
                 "'Unable to cast NaN to " + std::string(SqlName(to)) + "'") +
           " WHEN {0} IS NOT NULL AND " + rounded + " IS NULL THEN " +
           Raise("INVALID_CAST_ARGUMENT", "'Unable to cast ' || floe_double_text({0}) || ' to " +
                                              std::string(SqlName(to)) + "'") +
           " ELSE " + rounded + " END";
  }
  if (to.is_integer()) {
    return "CASE WHEN {0} IS NOT NULL AND TRY_CAST({0} AS " + target + ") IS NULL THEN " +
           Raise("INVALID_CAST_ARGUMENT",
                 "'Cannot cast ''' || {0} || ''' to " + std::string(SqlName(to)) + "'") +
           " ELSE TRY_CAST({0} AS " + target + ") END";
  }
  const std::string text = from.is_floating() ? "floe_double_text({0})" : "CAST({0} AS VARCHAR)";
  return "CASE WHEN {0} IS NOT NULL AND TRY_CAST({0} AS " + target + ") IS NULL THEN " +
         Raise("INVALID_CAST_ARGUMENT", "'Cannot cast " + from.ToString() + " ''' || " + text +
                                            " || ''' to " + to.DisplayName() + "'") +
         " ELSE TRY_CAST({0} AS " + target + ") END";
}

Result<BoundPtr> TemporalConversion(const BoundPtr& value, const Type& to,
                                    const std::string& session_zone) {
  const Type& from = value->type;
  auto done = [&](std::string form, std::optional<std::string> zone) -> BoundPtr {
    auto bound = std::make_shared<BoundExpression>(*Wrap(to, std::move(form), value));
    bound->zone = std::move(zone);
    return bound;
  };
  const bool from_tz = from.is(TypeKind::kTimestampTz);
  if (from_tz && to.is(TypeKind::kTimestampTz)) {
    const std::string local =
        to.precision() >= from.precision()
            ? "{0}"
            : "timezone('UTC', " +
                  Rounded("timezone('UTC', {0})", from.precision(), to.precision()) + ")";
    return done(local, value->zone);
  }
  if (from.is(TypeKind::kDate) && to.is(TypeKind::kTimestamp)) {
    return done("CAST({0} AS TIMESTAMP)", {});
  }
  if (to.is(TypeKind::kTimestampTz) && !from.is(TypeKind::kTime)) {
    const std::string local = from.is(TypeKind::kDate) ? "CAST({0} AS TIMESTAMP)" : "{0}";
    return done(InstantForm(session_zone, Rounded(local, from.precision(), to.precision())),
                session_zone);
  }
  const std::string local = from_tz ? LocalForm(value->zone, "{0}") : "{0}";
  if (to.is(TypeKind::kTimestamp) && !from.is(TypeKind::kTime)) {
    return done(Rounded(local, from.precision(), to.precision()), {});
  }
  if (to.is(TypeKind::kDate)) return done("CAST(" + local + " AS DATE)", {});
  if (to.is(TypeKind::kTime) && from.is(TypeKind::kTime)) {
    if (to.precision() >= from.precision()) return done("{0}", {});
    const std::string unit = Power(12 - to.precision());
    return done("(({0} + " + unit + " // 2) // " + unit + " * " + unit + ") % 86400000000000000",
                {});
  }
  return Unsupported(from, to);
}

Result<BoundPtr> NestedConversion(const BoundPtr& value, const Type& to, bool is_cast,
                                  const std::string& zone) {
  const Type& from = value->type;
  auto inner = [&](size_t i, const std::string& name) -> Result<BoundPtr> {
    BoundPtr item = MakeBound(from.arguments()[i], name);
    auto zoned = std::make_shared<BoundExpression>(*item);
    zoned->zone = value->zone;
    return ConvertTo(zoned, to.arguments()[i], is_cast, zone);
  };
  if (from.is(TypeKind::kArray)) {
    FLOE_ASSIGN(BoundPtr item, inner(0, "x"));
    if (item->form == "x") return Wrap(to, "{0}", value);
    auto bound = std::make_shared<BoundExpression>();
    bound->type = to;
    bound->form = "list_transform({0}, lambda x: {1})";
    bound->arguments = {value, item};
    bound->zone = item->zone;
    return BoundPtr(bound);
  }
  if (from.is(TypeKind::kRow)) {
    std::string form = "CASE WHEN {0} IS NOT NULL THEN struct_pack(";
    std::vector<BoundPtr> parts = {value};
    for (size_t i = 0; i < from.arguments().size(); ++i) {
      const std::string field = "f" + std::to_string(i + 1);
      BoundPtr access = Wrap(from.arguments()[i], "struct_extract({0}, '" + field + "')", value);
      FLOE_ASSIGN(BoundPtr part, ConvertTo(access, to.arguments()[i], is_cast, zone));
      parts.push_back(part);
      form += (i > 0 ? ", " : "") + field + " := {" + std::to_string(i + 1) + "}";
    }
    return MakeBound(to, form + ") END", std::move(parts));
  }
  if (from.is(TypeKind::kMap)) {
    BoundPtr keys = Wrap(Type::Array(from.arguments()[0]), "map_keys({0})", value);
    BoundPtr values = Wrap(Type::Array(from.arguments()[1]), "map_values({0})", value);
    FLOE_ASSIGN(keys, ConvertTo(keys, Type::Array(to.arguments()[0]), is_cast, zone));
    FLOE_ASSIGN(values, ConvertTo(values, Type::Array(to.arguments()[1]), is_cast, zone));
    return MakeBound(to, "map({0}, {1})", {keys, values});
  }
  return Unsupported(from, to);
}

bool IsTemporal(const Type& type) {
  return type.kind() >= TypeKind::kDate && type.kind() <= TypeKind::kTimestampTz;
}

Result<BoundPtr> Converted(const BoundPtr& value, const Type& to, bool is_cast,
                           const std::string& session_zone) {
  const Type& from = value->type;
  if (from.is(TypeKind::kUnknown)) {
    return MakeBound(to, "CAST(NULL AS " + to.DuckDbType() + ")");
  }
  if (from.is(TypeKind::kJson)) return ConvertFromJson(value, to, session_zone);
  const bool to_text = to.is(TypeKind::kVarchar) || to.is(TypeKind::kChar);
  if (to_text && !from.is(TypeKind::kJson) && from.arguments().empty()) {
    FLOE_ASSIGN(std::string form, ToTextForm(*value, to, is_cast));
    auto bound = std::make_shared<BoundExpression>(*Wrap(to, std::move(form), value));
    bound->zone.reset();
    if (from.is(TypeKind::kVarchar)) bound->constant = value->constant;
    return BoundPtr(bound);
  }
  const bool from_text = from.is(TypeKind::kVarchar) || from.is(TypeKind::kChar);
  if (from_text) {
    FLOE_ASSIGN(std::string form, FromTextForm(from, to));
    return Wrap(to, std::move(form), value);
  }
  if ((from.is_numeric() || from.is(TypeKind::kBoolean)) &&
      (to.is_numeric() || to.is(TypeKind::kBoolean))) {
    FLOE_ASSIGN(std::string form, NumericForm(from, to));
    auto bound = std::make_shared<BoundExpression>(*Wrap(to, std::move(form), value));
    bound->constant = value->constant;
    bound->is_literal = value->is_literal;
    return BoundPtr(bound);
  }
  if (IsTemporal(from) && IsTemporal(to)) return TemporalConversion(value, to, session_zone);
  if (from.kind() == to.kind() && !from.arguments().empty()) {
    return NestedConversion(value, to, is_cast, session_zone);
  }
  return Unsupported(from, to);
}

}  // namespace

Result<BoundPtr> ConvertTo(const BoundPtr& value, const Type& to, bool is_cast,
                           const std::string& session_zone) {
  const Type& from = value->type;
  if (from == to) return value;
  FLOE_ASSIGN(const BoundPtr converted, Converted(value, to, is_cast, session_zone));
  const bool keeps_column = value->column && KeepsValues(from, to, session_zone);
  if (!value->value && !keeps_column) return converted;
  auto known = std::make_shared<BoundExpression>(*converted);
  if (value->value) known->value = ConvertValue(*value->value, from, to, session_zone);
  if (keeps_column) {
    known->column = value->column;
    known->column_type = value->column_type;
  }
  return BoundPtr(known);
}

}  // namespace floe::query::trino
