// Constants, casts, constructors, CASE.
#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/binder.h"
#include "query/trino/constant_value.h"
#include "query/trino/literal.h"
#include "sql/trino/keywords.h"
#include "sql/trino/print.h"
#include "sql/utf8.h"

namespace floe::query::trino {

using sql::trino::ExpressionKind;

namespace {

BoundPtr Constant(Type type, std::string form, std::string text) {
  auto bound = std::make_shared<BoundExpression>();
  bound->type = std::move(type);
  bound->form = std::move(form);
  bound->value = ValueOfText(bound->type, text);
  bound->constant = std::move(text);
  bound->is_literal = true;
  return bound;
}

int64_t CharacterCount(const std::string& text) {
  return std::count_if(text.begin(), text.end(),
                       [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
}

std::string TrimRight(std::string text) {
  while (text.ends_with(' ')) text.pop_back();
  return text;
}

Result<BoundPtr> NumberLiteral(const sql::trino::Expression& node) {
  std::string digits;
  for (char c : node.text) {
    if (c != '_') digits += c;
  }
  if (node.kind == ExpressionKind::kDouble) {
    return Constant(Type(TypeKind::kDouble), "CAST(" + digits + " AS DOUBLE)", digits);
  }
  if (node.kind == ExpressionKind::kInteger) {
    const size_t first = std::min(digits.find_first_not_of('0'), digits.size() - 1);
    digits.erase(0, first);
    const bool is_long =
        digits.size() > 19 || (digits.size() == 19 && digits > "9223372036854775807");
    if (is_long) {
      // The digits of the lowest bigint stand behind a sign.
      if (digits == "9223372036854775808") {
        return Constant(Type(TypeKind::kBigint), "CAST(9223372036854775808 AS HUGEINT)", digits);
      }
      return Error(ErrorCode::kNumericOutOfRange, "Invalid numeric literal: " + node.text,
                   node.span);
    }
    const bool is_int = digits.size() < 10 || (digits.size() == 10 && digits <= "2147483647");
    if (is_int) {
      return Constant(Type(TypeKind::kInteger), "CAST(" + digits + " AS INTEGER)", digits);
    }
    return Constant(Type(TypeKind::kBigint), "CAST(" + digits + " AS BIGINT)", digits);
  }
  const size_t point = digits.find('.');
  std::string whole = digits.substr(0, point);
  const std::string fraction = digits.substr(point + 1);
  whole.erase(0, std::min(whole.find_first_not_of('0'), whole.size()));
  const auto scale = static_cast<int64_t>(fraction.size());
  const auto precision = std::max<int64_t>(static_cast<int64_t>(whole.size()) + scale, 1);
  if (precision > 38) {
    return Error(ErrorCode::kInvalidLiteral, "'" + node.text + "' is not a valid DECIMAL literal",
                 node.span);
  }
  const Type type = Type::Decimal(precision, scale);
  return Constant(type, "CAST('" + digits + "' AS " + type.DuckDbType() + ")", digits);
}

}  // namespace

Result<BoundPtr> Binder::BindLiteral(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kNull: {
      auto null = std::make_shared<BoundExpression>();
      null->form = "CAST(NULL AS INTEGER)";
      null->is_literal = true;
      return BoundPtr(null);
    }
    case ExpressionKind::kBoolean:
      return Constant(Type(TypeKind::kBoolean), node.text, node.text);
    case ExpressionKind::kString:
      return Constant(Type::Varchar(CharacterCount(node.text)),
                      "CAST(" + FormLiteral(node.text) + " AS VARCHAR)", node.text);
    case ExpressionKind::kBinary:
      return Constant(Type(TypeKind::kVarbinary), "unhex('" + node.text + "')", node.text);
    default:
      return NumberLiteral(node);
  }
}

Result<BoundPtr> Binder::BindTypedLiteral(const Expression& node) {
  const std::string& name = node.type->name;
  auto invalid = [&]() {
    std::string upper = name;
    for (char& c : upper) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
    return Error(ErrorCode::kInvalidLiteral,
                 "'" + node.text + "' is not a valid " + upper + " literal", node.span);
  };
  if (name == "date") {
    auto date = ParseTimestampText(node.text);
    if (!date || date->has_time || !date->zone.empty()) return invalid();
    return Constant(Type(TypeKind::kDate), "DATE '" + DateText(date->days) + "'", node.text);
  }
  if (name == "time") {
    auto time = ParseTimeText(node.text);
    if (!time) return invalid();
    const auto precision = static_cast<int64_t>(time->fraction.size());
    std::string fraction = time->fraction;
    fraction.resize(12, '0');
    const int64_t seconds = time->hour * 3600 + time->minute * 60 + time->second;
    const int64_t picos = seconds * 1'000'000'000'000 + std::stoll(fraction);
    return Constant(Type(TypeKind::kTime, precision),
                    "CAST(" + std::to_string(picos) + " AS BIGINT)", node.text);
  }
  if (name == "timestamp") {
    auto time = ParseTimestampText(node.text);
    if (!time) return invalid();
    const auto precision = static_cast<int64_t>(time->fraction.size());
    if (precision > 6) {
      return Error(ErrorCode::kSqlUnsupported,
                   "timestamps with more than 6 digits are not supported", node.span);
    }
    const std::string local = "TIMESTAMP '" + DateText(time->days) + " " + ClockText(*time) + "'";
    if (time->zone.empty())
      return Constant(Type(TypeKind::kTimestamp, precision), local, node.text);
    auto bound = std::make_shared<BoundExpression>(*Constant(
        Type(TypeKind::kTimestampTz, precision), InstantForm(time->zone, local), node.text));
    bound->zone = time->zone;
    return BoundPtr(bound);
  }
  if (name == "char") {
    const Type type(TypeKind::kChar, CharacterCount(node.text));
    return Constant(type, "CAST(" + FormLiteral(TrimRight(node.text)) + " AS VARCHAR)", node.text);
  }
  if (name == "decimal") {
    Expression number = node;
    number.kind = ExpressionKind::kDecimal;
    const bool negative = node.text.starts_with('-');
    if (negative || node.text.starts_with('+')) number.text.erase(0, 1);
    const bool is_number = number.text.find_first_not_of("0123456789.") == std::string::npos;
    if (!is_number || number.text.empty()) return invalid();
    if (number.text.find('.') == std::string::npos) number.text += ".";
    FLOE_ASSIGN(BoundPtr value, NumberLiteral(number));
    return negative ? Constant(value->type, "(-" + value->form + ")", node.text) : value;
  }
  if (name == "json") {
    BoundPtr text = Constant(Type::Varchar(), FormLiteral(node.text), node.text);
    return Call("json_parse", {text}, node.span);
  }
  FLOE_ASSIGN(Type type, Type::FromName(*node.type));
  Expression string = node;
  string.kind = ExpressionKind::kString;
  FLOE_ASSIGN(BoundPtr text, BindLiteral(string));
  auto converted = ConvertTo(text, type, true, session_.time_zone);
  if (!converted.ok()) return std::move(converted).error().WithSpan(node.span);
  auto literal = std::make_shared<BoundExpression>(**converted);
  literal->is_literal = true;
  literal->constant = node.text;
  return BoundPtr(literal);
}

Result<BoundPtr> Binder::BindInterval(const Expression& node) {
  auto value = ParseInterval(node.text, node.type->name);
  if (!value) {
    return Error(ErrorCode::kInvalidLiteral, "'" + node.text + "' is not a valid INTERVAL literal",
                 node.span);
  }
  const Type type(IsMonthUnit(node.type->name) ? TypeKind::kIntervalYear : TypeKind::kIntervalDay);
  const std::string digits = std::to_string(*value);
  auto bound =
      std::make_shared<BoundExpression>(*Constant(type, "CAST(" + digits + " AS BIGINT)", digits));
  bound->value = iceberg::Literal::Long(*value);
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindConstant(const Expression& expression) {
  ExpressionContext nothing;
  return Bind(expression, nothing);
}

Result<BoundPtr> Binder::BindCast(const Expression& node, Context context) {
  auto type = Type::FromName(*node.type);
  if (!type.ok()) return std::move(type).error().WithSpan(node.span);
  FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
  if (!CanCast(value->type, *type)) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "Cannot cast " + value->type.ToString() + " to " + type->ToString(), node.span);
  }
  // -9223372036854775808 is a sign and a number that is too large for itself.
  auto converted = ConvertTo(value, *type, true, session_.time_zone);
  if (!converted.ok()) return std::move(converted).error().WithSpan(node.span);
  if (!node.flag) return converted;
  return Wrap(*type, "TRY({0})", *converted);
}

Result<BoundPtr> Binder::BindArray(const Expression& node, Context context) {
  if (node.children.empty()) {
    return MakeBound(Type::Array(Type()), "CAST([] AS INTEGER[])");
  }
  std::vector<BoundPtr> items;
  std::vector<const Expression*> nodes;
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr item, Bind(child, context));
    items.push_back(item);
    nodes.push_back(&child);
  }
  FLOE_ASSIGN(items, Unify(std::move(items), nodes,
                           "All ARRAY elements must be the same type or coercible to a common "
                           "type."));
  const Type element = items[0]->type;
  std::optional<std::string> zone;
  for (const BoundPtr& item : items) {
    if (item->zone) zone = item->zone;
  }
  auto bound = std::make_shared<BoundExpression>(
      *MakeBound(Type::Array(element), "[{*}]", std::move(items)));
  bound->zone = zone;
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindRow(const Expression& node, Context context) {
  std::vector<BoundPtr> items;
  std::vector<Type> types;
  std::string form = "struct_pack(";
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr item, Bind(child, context));
    const std::string number = std::to_string(items.size());
    form +=
        (items.empty() ? "f" : ", f") + std::to_string(items.size() + 1) + " := {" + number + "}";
    types.push_back(item->type);
    items.push_back(item);
  }
  const size_t count = items.size();
  const BoundPtr first = items.empty() ? nullptr : items[0];
  auto bound = std::make_shared<BoundExpression>(
      *MakeBound(Type::Row(std::move(types), std::vector<std::optional<std::string>>(count)),
                 form + ")", std::move(items)));
  for (const BoundPtr& item : bound->arguments) {
    if (item->zone) bound->zone = item->zone;
  }
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindCase(const Expression& node, Context context) {
  const bool is_simple = node.kind == ExpressionKind::kSimpleCase;
  const size_t end = node.children.size() - (node.flag ? 1 : 0);
  BoundPtr operand;
  if (is_simple) {
    FLOE_ASSIGN(operand, Bind(node.children[0], context));
  }
  std::vector<BoundPtr> conditions;
  std::vector<BoundPtr> results;
  std::vector<const Expression*> nodes;
  for (size_t i = is_simple ? 1 : 0; i < end; i += 2) {
    if (is_simple) {
      FLOE_ASSIGN(BoundPtr when, Bind(node.children[i], context));
      auto common = CommonSuperType(operand->type, when->type);
      if (!common) {
        return Error(ErrorCode::kSqlTypeMismatch,
                     "CASE operand type does not match WHEN clause operand type: " +
                         operand->type.ToString() + " vs " + when->type.ToString(),
                     node.children[i].span);
      }
      FLOE_ASSIGN(BoundPtr left, Coerced(operand, *common, node.span));
      FLOE_ASSIGN(when, Coerced(when, *common, node.span));
      conditions.push_back(Compare("=", left, when));
    } else {
      FLOE_ASSIGN(BoundPtr when, BindBoolean(node.children[i], context, "CASE WHEN clause"));
      conditions.push_back(when);
    }
    FLOE_ASSIGN(BoundPtr then, Bind(node.children[i + 1], context));
    results.push_back(then);
    nodes.push_back(&node.children[i + 1]);
  }
  if (node.flag) {
    FLOE_ASSIGN(BoundPtr otherwise, Bind(node.children.back(), context));
    results.push_back(otherwise);
    nodes.push_back(&node.children.back());
  }
  FLOE_ASSIGN(results, Unify(std::move(results), nodes,
                             "All CASE results must be the same type or coercible to a common "
                             "type."));
  const Type type = results[0]->type;
  std::string form = "CASE";
  std::vector<BoundPtr> arguments;
  std::optional<std::string> zone;
  for (size_t i = 0; i < results.size(); ++i) {
    const bool is_else = i >= conditions.size();
    if (!is_else) {
      form += " WHEN {" + std::to_string(arguments.size()) + "} THEN";
      arguments.push_back(conditions[i]);
    } else {
      form += " ELSE";
    }
    form += " {" + std::to_string(arguments.size()) + "}";
    if (results[i]->zone) zone = results[i]->zone;
    arguments.push_back(results[i]);
  }
  auto bound =
      std::make_shared<BoundExpression>(*MakeBound(type, form + " END", std::move(arguments)));
  bound->zone = zone;
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindAtTimeZone(const Expression& node, Context context) {
  FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
  FLOE_ASSIGN(BoundPtr zone, Bind(node.children[1], context));
  if (!zone->constant) {
    return Error(ErrorCode::kSqlUnsupported, "AT TIME ZONE takes a constant zone only", node.span);
  }
  auto name = CanonicalZone(*zone->constant);
  if (!name) {
    return Error(ErrorCode::kInvalidArgument, "'" + *zone->constant + "' is not a valid time zone",
                 node.children[1].span);
  }
  if (!value->type.is(TypeKind::kTimestampTz)) {
    if (!value->type.is(TypeKind::kTimestamp)) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "Type of value must be a time or timestamp with or without time zone (actual " +
                       value->type.ToString() + ")",
                   node.children[0].span);
    }
    FLOE_ASSIGN(value,
                Coerced(value, Type(TypeKind::kTimestampTz, value->type.precision()), node.span));
  }
  auto bound = std::make_shared<BoundExpression>(*Wrap(value->type, "{0}", value));
  bound->zone = *name;
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindExtract(const Expression& node, Context context) {
  static const std::pair<const char*, const char*> kFields[] = {
      {"YEAR", "year"},        {"QUARTER", "quarter"},
      {"MONTH", "month"},      {"WEEK", "week"},
      {"DAY", "day"},          {"DAY_OF_MONTH", "day"},
      {"DOW", "day_of_week"},  {"DAY_OF_WEEK", "day_of_week"},
      {"DOY", "day_of_year"},  {"DAY_OF_YEAR", "day_of_year"},
      {"YOW", "year_of_week"}, {"YEAR_OF_WEEK", "year_of_week"},
      {"HOUR", "hour"},        {"MINUTE", "minute"},
      {"SECOND", "second"}};
  FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
  for (const auto& [field, function] : kFields) {
    if (node.text == field) return Call(function, {value}, node.span);
  }
  return Error(ErrorCode::kSqlSyntax, "Invalid EXTRACT field: " + node.text, node.span);
}

Result<BoundPtr> Binder::BindCurrentTime(const Expression& node) {
  if (node.text == "CURRENT_USER")
    return Constant(Type::Varchar(), FormLiteral(session_.user), session_.user);
  if (node.text == "CURRENT_CATALOG" || node.text == "CURRENT_SCHEMA") {
    const std::string& name = node.text == "CURRENT_CATALOG" ? session_.catalog : session_.schema;
    if (name.empty()) return MakeBound(Type::Varchar(), "CAST(NULL AS VARCHAR)");
    return Constant(Type::Varchar(), FormLiteral(name), name);
  }
  const int64_t precision = node.type ? node.type->parameters[0] : 3;
  if (precision > 6) {
    return Error(ErrorCode::kSqlUnsupported,
                 node.text + " with more than 6 digits is not supported", node.span);
  }
  const Type zoned(TypeKind::kTimestampTz, 3);
  auto now = std::make_shared<BoundExpression>();
  now->type = zoned;
  now->form =
      "timezone('UTC', epoch_ms(CAST(" + std::to_string(session_.start_millis) + " AS BIGINT)))";
  now->zone = session_.time_zone;
  now->value = iceberg::Literal::Long(session_.start_millis * 1000);
  if (node.text == "CURRENT_TIMESTAMP") {
    return Coerced(now, Type(TypeKind::kTimestampTz, precision), node.span);
  }
  const Type target = node.text == "CURRENT_DATE"     ? Type(TypeKind::kDate)
                      : node.text == "LOCALTIMESTAMP" ? Type(TypeKind::kTimestamp, precision)
                                                      : Type(TypeKind::kTime, precision);
  if (target.is(TypeKind::kTime)) {
    return Error(ErrorCode::kSqlUnsupported, node.text + " is not supported", node.span);
  }
  return ConvertTo(now, target, true, session_.time_zone);
}

}  // namespace floe::query::trino
