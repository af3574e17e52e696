// Function calls.
#include <algorithm>
#include <array>

#include "query/scan_sql.h"
#include "query/trino/binder.h"
#include "query/trino/constant_value.h"
#include "query/trino/literal.h"
#include "sql/trino/keywords.h"
#include "sql/trino/print.h"

namespace floe::query::trino {

using sql::trino::ExpressionKind;

namespace {

void Replace(std::string& text, std::string_view what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at)) {
    text.replace(at, what.size(), with);
    at += with.size();
  }
}

// Puts in what a row's form says beside its arguments.
std::string FinishForm(const FunctionRow& row, const std::vector<BoundPtr>& arguments,
                       const Type& result) {
  std::string form = row.form;
  if (form == "concat_all") {
    form.clear();
    for (size_t i = 0; i < arguments.size(); ++i) {
      form += (i > 0 ? " || {" : "({") + std::to_string(i) + "}";
    }
    return form + ")";
  }
  std::optional<std::string> zone = arguments.empty() ? std::nullopt : arguments[0]->zone;
  if (form.starts_with('@')) form = InstantForm(zone, form.substr(1));
  Replace(form, "{L0}", LocalForm(zone, "{0}"));
  Replace(form, "%t", result.DuckDbType());
  Replace(form, "%s", std::to_string(result.scale()));
  Replace(form, "%0", arguments.empty() ? "0" : std::to_string(arguments[0]->type.length()));
  return form;
}

// Functions that Trino has and we do not yet: refused by name.
constexpr std::string_view kKnownNames[] = {"approx_most_frequent",
                                            "bar",
                                            "beta_cdf",
                                            "bing_tile",
                                            "checksum",
                                            "combinations",
                                            "cosine_similarity",
                                            "crc32",
                                            "current_timezone",
                                            "entropy",
                                            "evaluate_classifier_predictions",
                                            "format_datetime",
                                            "format_number",
                                            "from_iso8601_date",
                                            "from_iso8601_timestamp",
                                            "from_unixtime_nanos",
                                            "great_circle_distance",
                                            "hamming_distance",
                                            "hmac_md5",
                                            "hmac_sha1",
                                            "hmac_sha256",
                                            "hmac_sha512",
                                            "human_readable_seconds",
                                            "json_array",
                                            "json_array_contains",
                                            "json_array_get",
                                            "json_exists",
                                            "json_object",
                                            "json_query",
                                            "json_value",
                                            "luhn_check",
                                            "map_agg",
                                            "map_union",
                                            "map_zip_with",
                                            "multimap_agg",
                                            "murmur3",
                                            "ngrams",
                                            "normalize",
                                            "numeric_histogram",
                                            "parse_datetime",
                                            "parse_duration",
                                            "regexp_position",
                                            "set_agg",
                                            "sha512",
                                            "shuffle",
                                            "soundex",
                                            "split_to_map",
                                            "split_to_multimap",
                                            "st_astext",
                                            "st_contains",
                                            "st_distance",
                                            "st_geometryfromtext",
                                            "st_point",
                                            "timezone_hour",
                                            "timezone_minute",
                                            "to_iso8601",
                                            "url_extract_fragment",
                                            "url_extract_host",
                                            "url_extract_parameter",
                                            "url_extract_path",
                                            "url_extract_port",
                                            "url_extract_protocol",
                                            "url_extract_query",
                                            "word_stem",
                                            "xxhash64",
                                            "zip",
                                            "zip_with",
                                            "format",
                                            "hash_counts",
                                            "array_first",
                                            "array_last",
                                            "trim_array",
                                            "array_histogram",
                                            "spooky_hash_v2_32",
                                            "spooky_hash_v2_64",
                                            "to_big_endian_64",
                                            "from_big_endian_64"};

bool IsKnownToTrino(std::string_view name) {
  return std::find(std::begin(kKnownNames), std::end(kKnownNames), name) != std::end(kKnownNames);
}

struct Unit {
  const char* name;
  const char* to;  // DuckDB's function of an interval
  int64_t millis;  // of clock units
};
constexpr Unit kUnits[] = {{"millisecond", "to_milliseconds", 1},
                           {"second", "to_seconds", 1000},
                           {"minute", "to_minutes", 60000},
                           {"hour", "to_hours", 3600000},
                           {"day", "to_days", 0},
                           {"week", "to_weeks", 0},
                           {"month", "to_months", 0},
                           {"quarter", "to_quarters", 0},
                           {"year", "to_years", 0}};

BoundPtr TruncateTime(const BoundPtr& value, const Unit& unit) {
  const std::string picos = std::to_string(unit.millis) + "000000000";
  return Wrap(value->type, "({0} // " + picos + " * " + picos + ")", value);
}

}  // namespace

bool ContainsAggregate(const sql::trino::Expression& node) {
  if (node.kind == ExpressionKind::kCall && node.call->over.empty() &&
      (IsAggregateName(node.call->function.ToString()) ||
       node.call->function.ToString() == "reduce_agg")) {
    return true;
  }
  return std::any_of(node.children.begin(), node.children.end(), ContainsAggregate);
}

bool ContainsWindow(const sql::trino::Expression& node) {
  if (node.kind == ExpressionKind::kCall && !node.call->over.empty()) return true;
  return std::any_of(node.children.begin(), node.children.end(), ContainsWindow);
}

Result<BoundPtr> Binder::Call(const std::string& name, std::vector<BoundPtr> arguments,
                              SourceSpan span) {
  std::vector<Type> types;
  for (const BoundPtr& argument : arguments) types.push_back(argument->type);
  auto resolved = ResolveFunction(name, types);
  if (!resolved.ok()) {
    if (!IsFunctionName(name) && IsKnownToTrino(name)) {
      return Error(ErrorCode::kSqlUnsupported, "function " + name + " is not supported", span);
    }
    return std::move(resolved).error().WithSpan(span);
  }
  std::optional<std::string> zone;
  for (size_t i = 0; i < arguments.size(); ++i) {
    FLOE_ASSIGN(arguments[i], Coerced(arguments[i], resolved->arguments[i], span));
    if (!zone) zone = arguments[i]->zone;
  }
  const std::string form = FinishForm(*resolved->row, arguments, resolved->result);
  auto value = ValueOfCall(name, arguments, resolved->result);
  auto bound =
      std::make_shared<BoundExpression>(*MakeBound(resolved->result, form, std::move(arguments)));
  if (bound->type.contains(TypeKind::kTimestampTz)) bound->zone = zone;
  bound->value = std::move(value);
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindCall(const Expression& node, Context context) {
  const std::string name = node.call->function.ToString();
  const bool is_window = !node.call->over.empty();
  if (IsAggregateName(name) || is_window || IsWindowName(name)) {
    return BindAggregate(name, node, context);
  }
  FLOE_ASSIGN(auto special, BindSpecialCall(name, node, context));
  if (special) return *special;
  std::vector<BoundPtr> arguments;
  for (const Expression& child : node.children) {
    if (!IsFunctionName(name)) break;
    FLOE_ASSIGN(BoundPtr argument, Bind(child, context));
    arguments.push_back(std::move(argument));
  }
  return Call(name, std::move(arguments), node.span);
}

Result<std::optional<BoundPtr>> Binder::BindSpecialCall(const std::string& name,
                                                        const Expression& node, Context context) {
  auto some = [](Result<BoundPtr> bound) -> Result<std::optional<BoundPtr>> {
    if (!bound.ok()) return std::move(bound).error();
    return std::optional<BoundPtr>(*std::move(bound));
  };
  for (const char* conditional : {"if", "coalesce", "nullif", "greatest", "least", "try"}) {
    if (name == conditional) return some(BindConditional(name, node, context));
  }
  for (const char* date : {"date_trunc", "date_add", "date_diff"}) {
    if (name == date) return some(BindDateCall(name, node, context));
  }
  for (const char* lambda : {"transform", "filter", "any_match", "all_match", "none_match"}) {
    if (name == lambda) return some(BindLambdaCall(name, node, context));
  }
  for (const char* lambda : {"map_filter", "transform_keys", "transform_values"}) {
    if (name == lambda) return some(BindMapLambda(name, node, context));
  }
  if (name == "reduce" || name == "reduce_agg") return some(BindReduce(name, node, context));
  if (name == "from_unixtime") return some(BindFromUnixtime(node, context));
  if (name == "now" && node.children.empty()) {
    Expression now = node;
    now.text = "CURRENT_TIMESTAMP";
    now.type = std::nullopt;
    return some(BindCurrentTime(now));
  }
  if (name == "array_join" && node.children.size() >= 2) {
    std::vector<BoundPtr> arguments;
    for (const Expression& child : node.children) {
      FLOE_ASSIGN(BoundPtr argument, Bind(child, context));
      arguments.push_back(argument);
    }
    if (!arguments[0]->type.is(TypeKind::kArray)) return std::optional<BoundPtr>();
    auto text = ConvertTo(arguments[0], Type::Array(Type::Varchar()), true, session_.time_zone);
    if (!text.ok()) return std::move(text).error().WithSpan(node.span);
    arguments[0] = *text;
    const char* form = arguments.size() == 3
                           ? "array_to_string(list_transform({0}, lambda x: coalesce(x, {2})), {1})"
                           : "array_to_string({0}, {1})";
    return std::optional<BoundPtr>(MakeBound(Type::Varchar(), form, std::move(arguments)));
  }
  if (name == "typeof" && node.children.size() == 1) {
    FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
    return std::optional<BoundPtr>(MakeBound(Type::Varchar(), FormLiteral(value->type.ToString())));
  }
  if (name == "current_timezone" && node.children.empty()) {
    return std::optional<BoundPtr>(MakeBound(Type::Varchar(), FormLiteral(session_.time_zone)));
  }
  return std::optional<BoundPtr>();
}

Result<BoundPtr> Binder::BindConditional(const std::string& name, const Expression& node,
                                         Context context) {
  std::vector<BoundPtr> values;
  std::vector<const Expression*> nodes;
  const bool is_if = name == "if";
  if (node.children.empty() || (is_if && (node.children.size() < 2 || node.children.size() > 3)) ||
      (name == "nullif" && node.children.size() != 2)) {
    return Error(ErrorCode::kSqlFunctionNotFound,
                 "Invalid number of arguments for '" + name + "' function", node.span);
  }
  BoundPtr condition;
  for (size_t i = 0; i < node.children.size(); ++i) {
    if (is_if && i == 0) {
      FLOE_ASSIGN(condition, BindBoolean(node.children[0], context, "IF condition"));
      continue;
    }
    FLOE_ASSIGN(BoundPtr value, Bind(node.children[i], context));
    values.push_back(value);
    nodes.push_back(&node.children[i]);
  }
  if (name == "try") return Wrap(values[0]->type, "TRY({0})", values[0]);
  if (name == "nullif") {
    auto common = CommonSuperType(values[0]->type, values[1]->type);
    if (!common) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "Types are not comparable with NULLIF: " + values[0]->type.ToString() + " vs " +
                       values[1]->type.ToString(),
                   node.span);
    }
    FLOE_ASSIGN(BoundPtr left, Coerced(values[0], *common, node.span));
    FLOE_ASSIGN(BoundPtr right, Coerced(values[1], *common, node.span));
    return MakeBound(values[0]->type, "CASE WHEN {0} THEN NULL ELSE {1} END",
                     {Compare("=", left, right), values[0]});
  }
  FLOE_ASSIGN(values, Unify(std::move(values), nodes,
                            is_if ? "Result types for IF must be the same:"
                                  : "All " + name +
                                        " operands must be the same type or coercible "
                                        "to a common type."));
  const Type type = values[0]->type;
  std::optional<std::string> zone;
  for (const BoundPtr& value : values) {
    if (value->zone) zone = value->zone;
  }
  std::string form;
  if (is_if) {
    form =
        values.size() == 2 ? "CASE WHEN {2} THEN {0} ELSE {1} END" : "CASE WHEN {1} THEN {0} END";
    values.push_back(condition);
  } else if (name == "coalesce") {
    form = "coalesce({*})";
  } else {
    form = "CASE WHEN ";
    for (size_t i = 0; i < values.size(); ++i) {
      form += (i > 0 ? " AND {" : "{") + std::to_string(i) + "} IS NOT NULL";
    }
    form += " THEN " + name + "({*}) END";
  }
  auto bound = std::make_shared<BoundExpression>(*MakeBound(type, form, std::move(values)));
  bound->zone = zone;
  return BoundPtr(bound);
}

// date_trunc(unit, x), date_add(unit, n, x), date_diff(unit, a, b): the unit has to be a constant.
Result<BoundPtr> Binder::BindDateCall(const std::string& name, const Expression& node,
                                      Context context) {
  const size_t count = name == "date_trunc" ? 2 : 3;
  if (node.children.size() != count) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  std::vector<BoundPtr> values;
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr value, Bind(child, context));
    values.push_back(value);
  }
  if (!values[0]->constant || !values[0]->type.is(TypeKind::kVarchar)) {
    return Error(ErrorCode::kSqlUnsupported, name + " takes a constant unit only", node.span);
  }
  const std::string unit = sql::trino::LowerCase(*values[0]->constant);
  const Unit* known = std::find_if(std::begin(kUnits), std::end(kUnits),
                                   [&](const Unit& u) { return unit == u.name; });
  BoundPtr value = values.back();
  const TypeKind kind = value->type.kind();
  const bool is_clock = known != std::end(kUnits) && known->millis != 0;
  if (kind == TypeKind::kTime && name == "date_trunc" && is_clock)
    return TruncateTime(value, *known);
  if (kind != TypeKind::kDate && kind != TypeKind::kTimestamp && kind != TypeKind::kTimestampTz) {
    return Error(ErrorCode::kSqlUnsupported,
                 name + " of " + value->type.ToString() + " is not supported", node.span);
  }
  const bool is_date = kind == TypeKind::kDate;
  if (known == std::end(kUnits) || (is_date && is_clock)) {
    const std::string what = is_date ? "DATE" : "TIMESTAMP";
    return MakeBound(name == "date_diff" ? Type(TypeKind::kBigint) : value->type,
                     "CAST(floe_raise(" +
                         FormLiteral("TRINO|INVALID_FUNCTION_ARGUMENT|'" + *values[0]->constant +
                                     "' is not a valid " + what + " field") +
                         ") AS " + (name == "date_diff" ? "BIGINT" : value->type.DuckDbType()) +
                         ")");
  }
  const std::string target = value->type.DuckDbType();
  const bool is_zoned = kind == TypeKind::kTimestampTz;
  if (name == "date_trunc") {
    const std::string form = "date_trunc('" + unit + "', " + LocalForm(value->zone, "{0}") + ")";
    if (is_zoned) return Wrap(value->type, InstantForm(value->zone, form), value);
    return Wrap(value->type, "CAST(date_trunc('" + unit + "', {0}) AS " + target + ")", value);
  }
  if (name == "date_add") {
    FLOE_ASSIGN(BoundPtr amount, Coerced(values[1], Type(TypeKind::kBigint), node.span));
    const std::string step = is_clock
                                 ? "to_microseconds({1} * " + std::to_string(known->millis) + "000)"
                                 : std::string(known->to) + "(CAST({1} AS INTEGER))";
    std::string form = "CAST({0} + " + step + " AS " + target + ")";
    if (is_zoned && is_clock) form = "({0} + " + step + ")";
    if (is_zoned && !is_clock) {
      form = InstantForm(value->zone, "(" + LocalForm(value->zone, "{0}") + " + " + step + ")");
    }
    auto bound = std::make_shared<BoundExpression>(*MakeBound(value->type, form, {value, amount}));
    bound->zone = value->zone;
    return BoundPtr(bound);
  }
  auto common = CommonSuperType(values[1]->type, value->type);
  if (!common) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function date_diff",
                 node.span);
  }
  FLOE_ASSIGN(BoundPtr from, Coerced(values[1], *common, node.span));
  FLOE_ASSIGN(value, Coerced(value, *common, node.span));
  const std::string left = is_zoned ? LocalForm(value->zone, "{0}") : "{0}";
  const std::string right = is_zoned ? LocalForm(value->zone, "{1}") : "{1}";
  return MakeBound(Type(TypeKind::kBigint), "date_sub('" + unit + "', " + left + ", " + right + ")",
                   {from, value});
}

Result<BoundPtr> Binder::BindFromUnixtime(const Expression& node, Context context) {
  if (node.children.empty() || node.children.size() > 2) {
    return Error(ErrorCode::kSqlUnsupported, "this form of from_unixtime is not supported",
                 node.span);
  }
  FLOE_ASSIGN(BoundPtr seconds, Bind(node.children[0], context));
  FLOE_ASSIGN(seconds, Coerced(seconds, Type(TypeKind::kDouble), node.span));
  std::string zone = session_.time_zone;
  if (node.children.size() == 2) {
    FLOE_ASSIGN(BoundPtr name, Bind(node.children[1], context));
    auto known = name->constant ? CanonicalZone(*name->constant) : std::nullopt;
    if (!known) {
      return Error(ErrorCode::kSqlUnsupported, "from_unixtime takes a constant, known zone only",
                   node.span);
    }
    zone = *known;
  }
  auto bound = std::make_shared<BoundExpression>(
      *Wrap(Type(TypeKind::kTimestampTz, 3),
            "timezone('UTC', epoch_ms(CAST(round({0} * 1000) AS BIGINT)))", seconds));
  bound->zone = zone;
  return BoundPtr(bound);
}

Result<std::string> Binder::SortSql(const std::vector<sql::trino::SortItem>& items,
                                    Context context) {
  std::string out = "ORDER BY ";
  for (const sql::trino::SortItem& item : items) {
    FLOE_ASSIGN(BoundPtr value, Bind(item.expression, context));
    if (!value->type.is_orderable() && !value->type.is(TypeKind::kUnknown)) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "Type " + value->type.ToString() +
                       " is not orderable, and therefore cannot be "
                       "used in ORDER BY: " +
                       sql::trino::PrintExpression(item.expression),
                   item.expression.span);
    }
    if (&item != &items.front()) out += ", ";
    out += WriteSql(*value) + (item.descending ? " DESC" : " ASC");
    out += item.nulls == sql::trino::NullOrder::kFirst ? " NULLS FIRST" : " NULLS LAST";
  }
  return out;
}

Result<std::string> Binder::WindowSql(const sql::trino::Window& window, Context context) {
  if (window.base) {
    if (context.windows != nullptr) {
      for (const auto& [name, named] : *context.windows) {
        if (sql::trino::LowerCase(name.value) != sql::trino::LowerCase(window.base->value))
          continue;
        sql::trino::Window merged = named;
        if (!window.order_by.empty()) merged.order_by = window.order_by;
        if (window.has_frame) {
          merged.has_frame = true;
          merged.unit = window.unit;
          merged.start = window.start;
          merged.end = window.end;
        }
        return WindowSql(merged, context);
      }
    }
    return Error(ErrorCode::kSqlValidation, "Cannot resolve WINDOW name " + window.base->value,
                 window.span);
  }
  std::string out = "(";
  ExpressionContext inside = context;
  inside.allow_windows = false;
  for (const Expression& item : window.partition_by) {
    FLOE_ASSIGN(BoundPtr value, Bind(item, inside));
    out += (out.size() == 1 ? "PARTITION BY " : ", ") + WriteSql(*value);
  }
  if (!window.order_by.empty()) {
    FLOE_ASSIGN(std::string sort, SortSql(window.order_by, inside));
    out += (out.size() == 1 ? "" : " ") + sort;
  }
  if (!window.has_frame) return out + ")";
  auto bound_sql = [&](const sql::trino::FrameBound& bound) -> Result<std::string> {
    using sql::trino::BoundKind;
    if (bound.kind == BoundKind::kUnboundedPreceding) return std::string("UNBOUNDED PRECEDING");
    if (bound.kind == BoundKind::kUnboundedFollowing) return std::string("UNBOUNDED FOLLOWING");
    if (bound.kind == BoundKind::kCurrentRow) return std::string("CURRENT ROW");
    FLOE_ASSIGN(BoundPtr value, Bind(bound.value[0], inside));
    std::string text = WriteSql(*value);
    if (value->type.is(TypeKind::kIntervalDay)) text = "to_microseconds(" + text + " * 1000)";
    if (value->type.is(TypeKind::kIntervalYear)) text = "to_months(CAST(" + text + " AS INTEGER))";
    return text + (bound.kind == BoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
  };
  static constexpr std::array<const char*, 3> kUnitNames = {"ROWS", "RANGE", "GROUPS"};
  FLOE_ASSIGN(std::string start, bound_sql(window.start));
  FLOE_ASSIGN(std::string end, bound_sql(window.end));
  return out + " " + kUnitNames[static_cast<size_t>(window.unit)] + " BETWEEN " + start + " AND " +
         end + ")";
}

}  // namespace floe::query::trino
