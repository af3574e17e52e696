#include "sql/trino/print.h"

#include "sql/trino/keywords.h"

namespace floe::sql::trino {
namespace {

std::string Quoted(const std::string& text, char quote) {
  std::string out(1, quote);
  for (char c : text) {
    out += c;
    if (c == quote) out += quote;
  }
  return out + quote;
}

std::string PrintName(const Identifier& name) {
  return name.quoted ? Quoted(name.value, '"') : name.value;
}

std::string List(const std::vector<Expression>& items, size_t first = 0) {
  std::string out;
  for (size_t i = first; i < items.size(); ++i) {
    if (i > first) out += ", ";
    out += PrintExpression(items[i]);
  }
  return out;
}

std::string SortText(const std::vector<SortItem>& items) {
  std::string out = "ORDER BY ";
  for (const SortItem& item : items) {
    if (&item != &items.front()) out += ", ";
    out += PrintExpression(item.expression) + (item.descending ? " DESC" : " ASC");
    if (item.nulls == NullOrder::kFirst) out += " NULLS FIRST";
    if (item.nulls == NullOrder::kLast) out += " NULLS LAST";
  }
  return out;
}

std::string BoundText(const FrameBound& bound) {
  switch (bound.kind) {
    case BoundKind::kUnboundedPreceding:
      return "UNBOUNDED PRECEDING";
    case BoundKind::kUnboundedFollowing:
      return "UNBOUNDED FOLLOWING";
    case BoundKind::kCurrentRow:
      return "CURRENT ROW";
    default:
      return PrintExpression(bound.value[0]) +
             (bound.kind == BoundKind::kPreceding ? " PRECEDING" : " FOLLOWING");
  }
}

std::string WindowText(const Window& window) {
  std::string out;
  auto add = [&](const std::string& part) { out += (out.empty() ? "" : " ") + part; };
  if (window.base) add(PrintName(*window.base));
  if (!window.partition_by.empty()) add("PARTITION BY " + List(window.partition_by));
  if (!window.order_by.empty()) add(SortText(window.order_by));
  if (window.has_frame) {
    static constexpr const char* kUnits[] = {"ROWS", "RANGE", "GROUPS"};
    add(std::string(kUnits[static_cast<int>(window.unit)]) + " BETWEEN " + BoundText(window.start) +
        " AND " + BoundText(window.end));
  }
  return "(" + out + ")";
}

std::string CallText(const Expression& node) {
  const CallOptions& call = *node.call;
  std::string name;
  for (const Identifier& part : call.function.parts) {
    if (!name.empty()) name += '.';
    name += PrintName(part);
  }
  if (name == "listagg") {
    std::string out = "LISTAGG(" + std::string(call.distinct ? "DISTINCT " : "") +
                      PrintExpression(node.children[0]) + ", " + PrintExpression(node.children[1]) +
                      ") WITHIN GROUP (" + SortText(call.order_by) + ")";
    return out;
  }
  std::string out = name + "(" + (call.distinct ? "DISTINCT " : "");
  out += call.star ? "*" : List(node.children);
  if (!call.order_by.empty()) out += " " + SortText(call.order_by);
  out += ")";
  if (!call.filter.empty()) out += " FILTER (WHERE " + PrintExpression(call.filter[0]) + ")";
  if (call.ignore_nulls) out += " IGNORE NULLS";
  if (!call.over.empty()) out += " OVER " + WindowText(call.over[0]);
  return out;
}

std::string CaseText(const Expression& node) {
  size_t i = node.kind == ExpressionKind::kSimpleCase ? 1 : 0;
  std::string out = "(CASE";
  if (i == 1) out += " " + PrintExpression(node.children[0]);
  const size_t end = node.children.size() - (node.flag ? 1 : 0);
  for (; i + 1 < end + 1 && i < end; i += 2) {
    out += " WHEN " + PrintExpression(node.children[i]) + " THEN " +
           PrintExpression(node.children[i + 1]);
  }
  if (node.flag) out += " ELSE " + PrintExpression(node.children.back());
  return out + " END)";
}

std::string IntervalText(const Expression& node) {
  std::string text = node.text;
  std::string out = "INTERVAL ";
  if (!text.empty() && text[0] == '-') {
    out += "-";
    text.erase(0, 1);
  }
  std::string unit = node.type->name;
  for (char& c : unit) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  return out + Quoted(text, '\'') + " " + unit;
}

std::string PredicateText(const Expression& node) {
  const std::string value = PrintExpression(node.children[0]);
  const std::string negation = node.negated ? "NOT " : "";
  switch (node.kind) {
    case ExpressionKind::kIsNull:
      return "(" + value + " IS " + negation + "NULL)";
    case ExpressionKind::kBetween:
      return "(" + value + " " + negation + "BETWEEN " + PrintExpression(node.children[1]) +
             " AND " + PrintExpression(node.children[2]) + ")";
    case ExpressionKind::kIn:
      return "(" + value + " " + negation + "IN (" + List(node.children, 1) + "))";
    case ExpressionKind::kInQuery:
      return "(" + value + " " + negation + "IN (<query>))";
    case ExpressionKind::kQuantified:
      return "(" + value + " " + node.text + " " + node.name.value + " (<query>))";
    default:
      return "(" + value + " " + negation + "LIKE " + PrintExpression(node.children[1]) +
             (node.children.size() > 2 ? " ESCAPE " + PrintExpression(node.children[2]) : "") + ")";
  }
}

std::string LiteralText(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kNull:
      return "null";
    case ExpressionKind::kBoolean:
      return LowerCase(node.text);
    case ExpressionKind::kString:
      return Quoted(node.text, '\'');
    case ExpressionKind::kBinary:
      return "X'" + node.text + "'";
    case ExpressionKind::kTypedLiteral: {
      std::string type = node.type->name;
      for (char& c : type) c = static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
      return type + " " + Quoted(node.text, '\'');
    }
    case ExpressionKind::kInterval:
      return IntervalText(node);
    default:
      return node.text;
  }
}

std::string OperatorText(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kUnary:
      return node.text + PrintExpression(node.children[0]);
    case ExpressionKind::kNot:
      return "(NOT " + PrintExpression(node.children[0]) + ")";
    case ExpressionKind::kComparison:
    case ExpressionKind::kBinaryOperator: {
      const std::string sign = node.negated ? "IS NOT DISTINCT FROM" : node.text;
      return "(" + PrintExpression(node.children[0]) + " " + sign + " " +
             PrintExpression(node.children[1]) + ")";
    }
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
      return "(" + PrintExpression(node.children[0]) +
             (node.kind == ExpressionKind::kAnd ? " AND " : " OR ") +
             PrintExpression(node.children[1]) + ")";
    case ExpressionKind::kAtTimeZone:
      return "(" + PrintExpression(node.children[0]) + " AT TIME ZONE " +
             PrintExpression(node.children[1]) + ")";
    default:
      return PrintExpression(node.children[0]) + "[" + PrintExpression(node.children[1]) + "]";
  }
}

std::string LambdaText(const Expression& node) {
  std::string out = "(";
  for (const Identifier& name : node.parameters) {
    if (out.size() > 1) out += ", ";
    out += PrintName(name);
  }
  return out + ") -> " + PrintExpression(node.children[0]);
}

std::string CurrentTimeText(const Expression& node) {
  std::string out = node.text;
  if (node.type) out += "(" + std::to_string(node.type->parameters[0]) + ")";
  return out;
}

}  // namespace

std::string PrintTypeName(const TypeName& type) {
  std::string out = type.name;
  const std::string suffix = " with time zone";
  const bool has_zone = out.ends_with(suffix);
  if (has_zone) out.resize(out.size() - suffix.size());
  std::string inner;
  for (int64_t parameter : type.parameters) {
    inner += (inner.empty() ? "" : ", ") + std::to_string(parameter);
  }
  for (size_t i = 0; i < type.arguments.size(); ++i) {
    if (!inner.empty()) inner += ", ";
    if (i < type.names.size() && type.names[i]) inner += PrintName(*type.names[i]) + " ";
    inner += PrintTypeName(type.arguments[i]);
  }
  if (!inner.empty()) out += "(" + inner + ")";
  return has_zone ? out + suffix : out;
}

std::string PrintExpression(const Expression& node) {
  switch (node.kind) {
    case ExpressionKind::kParameter:
      return "?";
    case ExpressionKind::kIdentifier:
      return PrintName(node.name);
    case ExpressionKind::kDereference:
      return PrintExpression(node.children[0]) + "." + PrintName(node.name);
    case ExpressionKind::kIsNull:
    case ExpressionKind::kBetween:
    case ExpressionKind::kIn:
    case ExpressionKind::kInQuery:
    case ExpressionKind::kLike:
    case ExpressionKind::kQuantified:
      return PredicateText(node);
    case ExpressionKind::kExists:
      return "(EXISTS (<query>))";
    case ExpressionKind::kSubquery:
      return "(<query>)";
    case ExpressionKind::kCase:
    case ExpressionKind::kSimpleCase:
      return CaseText(node);
    case ExpressionKind::kCast:
      return (node.flag ? "TRY_CAST(" : "CAST(") + PrintExpression(node.children[0]) + " AS " +
             PrintTypeName(*node.type) + ")";
    case ExpressionKind::kCall:
      return CallText(node);
    case ExpressionKind::kArray:
      return "ARRAY[" + List(node.children) + "]";
    case ExpressionKind::kRow:
      return "ROW (" + List(node.children) + ")";
    case ExpressionKind::kLambda:
      return LambdaText(node);
    case ExpressionKind::kExtract:
      return "EXTRACT(" + node.text + " FROM " + PrintExpression(node.children[0]) + ")";
    case ExpressionKind::kCurrentTime:
      return CurrentTimeText(node);
    case ExpressionKind::kGrouping:
      return "GROUPING (" + List(node.children) + ")";
    case ExpressionKind::kUnary:
    case ExpressionKind::kNot:
    case ExpressionKind::kComparison:
    case ExpressionKind::kBinaryOperator:
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
    case ExpressionKind::kAtTimeZone:
    case ExpressionKind::kSubscript:
      return OperatorText(node);
    default:
      return LiteralText(node);
  }
}

}  // namespace floe::sql::trino
