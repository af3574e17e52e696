// Names, operators, predicates.
#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/binder.h"
#include "query/trino/constant_value.h"
#include "sql/trino/keywords.h"
#include "sql/trino/print.h"

namespace floe::query::trino {

using sql::trino::ExpressionKind;
using sql::trino::Identifier;

namespace {

std::string Folded(const Identifier& name) { return sql::trino::LowerCase(name.value); }

// a.b.c as its parts, if it is nothing but names.
std::optional<std::vector<std::string>> NameParts(const sql::trino::Expression& node) {
  if (node.kind == ExpressionKind::kIdentifier) return std::vector{Folded(node.name)};
  if (node.kind != ExpressionKind::kDereference) return std::nullopt;
  auto parts = NameParts(node.children[0]);
  if (parts) parts->push_back(Folded(node.name));
  return parts;
}

bool EndsWith(const std::vector<std::string>& whole, const std::vector<std::string>& end) {
  return whole.size() >= end.size() && std::equal(end.rbegin(), end.rend(), whole.rbegin());
}

// The field that `parts` name, from the innermost scope outwards; null for none.
Result<BoundPtr> Lookup(const Scope* scope, const std::vector<std::string>& parts,
                        const sql::trino::Expression& node) {
  const std::vector<std::string> qualifier(parts.begin(), parts.end() - 1);
  for (; scope != nullptr; scope = scope->parent) {
    BoundPtr found;
    for (const ScopeField& field : scope->fields) {
      if (!field.name || sql::trino::LowerCase(*field.name) != parts.back()) continue;
      if (!EndsWith(field.qualifier, qualifier)) continue;
      if (found) {
        return Error(ErrorCode::kAmbiguousName,
                     "Column '" + sql::trino::PrintExpression(node) + "' is ambiguous", node.span);
      }
      found = field.value;
    }
    if (found) return found;
  }
  return BoundPtr();
}

}  // namespace

Result<BoundPtr> Binder::Bind(const Expression& node, Context context) {
  if (context.groups != nullptr && !in_aggregate_ && !ContainsAggregate(node) &&
      !ContainsWindow(node)) {
    ExpressionContext plain = context;
    plain.groups = nullptr;
    Result<BoundPtr> bound = BindNode(node, plain);
    if (!bound.ok()) return bound;
    if ((*bound)->is_literal || context.groups->contains(WriteSql(**bound))) return bound;
    const bool is_name = node.kind == ExpressionKind::kIdentifier || NameParts(node).has_value();
    if (is_name) {
      // A field of an outer query is as good as a constant here.
      Scope own{context.scope->fields, nullptr};
      auto parts = NameParts(node);
      auto inner = Lookup(&own, *parts, node);
      if (inner.ok() && *inner == nullptr) return bound;
      return Error(ErrorCode::kExpressionNotAggregate,
                   "'" + sql::trino::PrintExpression(node) +
                       "' must be an aggregate expression or appear in GROUP BY clause",
                   node.span);
    }
  }
  Result<BoundPtr> bound = BindNode(node, context);
  if (!bound.ok()) return std::move(bound).error().WithSpan(node.span);
  return bound;
}

Result<BoundPtr> Binder::BindNode(const Expression& node, Context context) {
  switch (node.kind) {
    case ExpressionKind::kTypedLiteral:
      return BindTypedLiteral(node);
    case ExpressionKind::kInterval:
      return BindInterval(node);
    case ExpressionKind::kParameter: {
      const auto index = static_cast<size_t>(std::stoi(node.text));
      if (index >= parameters_.size()) {
        return Error(ErrorCode::kInvalidParameterUsage,
                     "Query takes parameters that have no values", node.span);
      }
      return BindConstant(parameters_[index]);
    }
    case ExpressionKind::kIdentifier:
      return BindIdentifier(node, context);
    case ExpressionKind::kDereference:
      return BindDereference(node, context);
    case ExpressionKind::kUnary:
    case ExpressionKind::kBinaryOperator:
    case ExpressionKind::kSubscript:
      return BindOperator(node, context);
    case ExpressionKind::kComparison:
      return BindComparison(node, context);
    case ExpressionKind::kAnd:
    case ExpressionKind::kOr:
    case ExpressionKind::kNot:
    case ExpressionKind::kIsNull:
      return BindLogical(node, context);
    case ExpressionKind::kBetween:
      return BindBetween(node, context);
    case ExpressionKind::kIn:
      return BindIn(node, context);
    case ExpressionKind::kLike:
      return BindLike(node, context);
    case ExpressionKind::kInQuery:
    case ExpressionKind::kExists:
    case ExpressionKind::kSubquery:
    case ExpressionKind::kQuantified:
      return BindSubquery(node, context);
    case ExpressionKind::kCase:
    case ExpressionKind::kSimpleCase:
      return BindCase(node, context);
    case ExpressionKind::kCast:
      return BindCast(node, context);
    case ExpressionKind::kCall:
      return BindCall(node, context);
    case ExpressionKind::kArray:
      return BindArray(node, context);
    case ExpressionKind::kRow:
      return BindRow(node, context);
    case ExpressionKind::kAtTimeZone:
      return BindAtTimeZone(node, context);
    case ExpressionKind::kExtract:
      return BindExtract(node, context);
    case ExpressionKind::kCurrentTime:
      return BindCurrentTime(node);
    case ExpressionKind::kLambda:
      return Error(ErrorCode::kSqlTypeMismatch, "a lambda is not expected here", node.span);
    case ExpressionKind::kGrouping:
      return Error(ErrorCode::kSqlUnsupported, "GROUPING is not supported", node.span);
    default:
      return BindLiteral(node);
  }
}

Result<BoundPtr> Binder::BindIdentifier(const Expression& node, Context context) {
  FLOE_ASSIGN(BoundPtr found, Lookup(context.scope, {Folded(node.name)}, node));
  if (found) return found;
  return Error(ErrorCode::kColumnNotFound,
               "Column '" + sql::trino::PrintExpression(node) + "' cannot be resolved", node.span);
}

Result<BoundPtr> Binder::BindDereference(const Expression& node, Context context) {
  const auto parts = NameParts(node);
  if (parts) {
    FLOE_ASSIGN(BoundPtr found, Lookup(context.scope, *parts, node));
    if (found) return found;
  }
  auto base = Bind(node.children[0], context);
  if (!base.ok()) {
    if (!parts || base.error().code() != ErrorCode::kColumnNotFound) return base;
    return Error(ErrorCode::kColumnNotFound,
                 "Column '" + sql::trino::PrintExpression(node) + "' cannot be resolved",
                 node.span);
  }
  const Type& type = (*base)->type;
  if (!type.is(TypeKind::kRow)) {
    return Error(
        ErrorCode::kSqlTypeMismatch,
        "Expression " + sql::trino::PrintExpression(node.children[0]) + " is not of type ROW",
        node.span);
  }
  for (size_t i = 0; i < type.names().size(); ++i) {
    if (!type.names()[i] || sql::trino::LowerCase(*type.names()[i]) != Folded(node.name)) continue;
    return Wrap(type.arguments()[i], "struct_extract({0}, 'f" + std::to_string(i + 1) + "')",
                *base);
  }
  return Error(ErrorCode::kColumnNotFound,
               "Column '" + sql::trino::PrintExpression(node) + "' cannot be resolved", node.span);
}

Result<BoundPtr> Binder::BindOperator(const Expression& node, Context context) {
  std::vector<BoundPtr> operands;
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr operand, Bind(child, context));
    operands.push_back(std::move(operand));
  }
  if (node.kind == ExpressionKind::kSubscript) {
    return Call("subscript", std::move(operands), node.span);
  }
  if (node.kind == ExpressionKind::kUnary) {
    if (node.text == "+") return operands[0];
    const bool literal = operands[0]->is_literal;
    FLOE_ASSIGN(BoundPtr negated, Call("negate", std::move(operands), node.span));
    auto marked = std::make_shared<BoundExpression>(*negated);
    marked->is_literal = literal;
    return BoundPtr(marked);
  }
  if (node.text == "||") return Call("concat", std::move(operands), node.span);
  const Type left = operands[0]->type;
  const Type right = operands[1]->type;
  auto bound = Call(node.text, std::move(operands), node.span);
  if (bound.ok() || bound.error().code() != ErrorCode::kSqlFunctionNotFound) return bound;
  return Error(
      ErrorCode::kSqlTypeMismatch,
      "Cannot apply operator: " + left.ToString() + " " + node.text + " " + right.ToString(),
      node.span);
}

// NaN equals nothing and is neither above nor below: DuckDB sees it as the highest value.
BoundPtr Binder::Compare(const std::string& sign, const BoundPtr& left,
                         const BoundPtr& right) const {
  const std::string plain = "({0} " + sign + " {1})";
  const Type boolean(TypeKind::kBoolean);
  if (left->type.is(TypeKind::kChar) || !left->type.is_floating() ||
      (left->is_literal && right->is_literal)) {
    return MakeBound(boolean, plain, {left, right});
  }
  if (sign == "IS DISTINCT FROM" || sign == "IS NOT DISTINCT FROM") {
    return MakeBound(boolean, plain, {left, right});
  }
  const bool needs_left = !left->is_literal;
  const bool needs_right = !right->is_literal;
  std::string nan;
  if (needs_left) nan = "isnan({0})";
  if (needs_right) nan += (nan.empty() ? "" : " OR ") + std::string("isnan({1})");
  const std::string constant = sign == "<>" ? "true" : "false";
  if (needs_left != needs_right) {
    const std::string probe = needs_left ? "isnan({0})" : "isnan({1})";
    if (sign == "<>") return MakeBound(boolean, "(" + plain + " OR " + probe + ")", {left, right});
    return MakeBound(boolean, "(" + plain + " AND NOT " + probe + ")", {left, right});
  }
  return MakeBound(boolean,
                   "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL AND (" + nan + ") THEN " +
                       constant + " ELSE " + plain + " END",
                   {left, right});
}

Result<BoundPtr> Binder::BindComparison(const Expression& node, Context context) {
  FLOE_ASSIGN(BoundPtr left, Bind(node.children[0], context));
  FLOE_ASSIGN(BoundPtr right, Bind(node.children[1], context));
  const auto common = CommonSuperType(left->type, right->type);
  const std::string sign = node.negated ? "IS NOT DISTINCT FROM" : node.text;
  const bool is_order = sign.find('<') != std::string::npos && sign != "<>";
  const bool orders = sign == ">" || sign == ">=" || is_order;
  if (!common || (orders && !common->is_orderable() && !common->is(TypeKind::kUnknown))) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "Cannot apply operator: " + left->type.ToString() + " " + node.text + " " +
                     right->type.ToString(),
                 node.span);
  }
  FLOE_ASSIGN(left, Coerced(left, *common, node.span));
  FLOE_ASSIGN(right, Coerced(right, *common, node.span));
  auto compared = std::make_shared<BoundExpression>(*Compare(sign, left, right));
  compared->implies = ImpliedByComparison(sign, *left, *right);
  return BoundPtr(compared);
}

Result<BoundPtr> Binder::BindBoolean(const Expression& node, Context context,
                                     const std::string& what) {
  FLOE_ASSIGN(BoundPtr value, Bind(node, context));
  if (value->type.is(TypeKind::kBoolean)) return value;
  if (value->type.is(TypeKind::kUnknown))
    return Coerced(value, Type(TypeKind::kBoolean), node.span);
  return Error(ErrorCode::kSqlTypeMismatch,
               what + " must evaluate to a boolean (actual: " + value->type.ToString() + ")",
               node.span);
}

Result<BoundPtr> Binder::BindLogical(const Expression& node, Context context) {
  const Type boolean(TypeKind::kBoolean);
  if (node.kind == ExpressionKind::kIsNull) {
    FLOE_ASSIGN(BoundPtr value, Bind(node.children[0], context));
    auto bound = std::make_shared<BoundExpression>(
        *MakeBound(boolean, node.negated ? "({0} IS NOT NULL)" : "({0} IS NULL)", {value}));
    bound->implies = ImpliedByNull(*value, !node.negated);
    return BoundPtr(bound);
  }
  if (node.kind == ExpressionKind::kNot) {
    FLOE_ASSIGN(BoundPtr value,
                BindBoolean(node.children[0], context, "Value of logical NOT expression"));
    return MakeBound(boolean, "(NOT {0})", {value});
  }
  const bool is_and = node.kind == ExpressionKind::kAnd;
  const std::string what = "Logical expression term";
  FLOE_ASSIGN(BoundPtr left, BindBoolean(node.children[0], context, what));
  FLOE_ASSIGN(BoundPtr right, BindBoolean(node.children[1], context, what));
  if (!is_and) return MakeBound(boolean, "({0} OR {1})", {left, right});
  auto both =
      std::make_shared<BoundExpression>(*MakeBound(boolean, "({0} AND {1})", {left, right}));
  both->implies = left->implies;
  both->implies.insert(both->implies.end(), right->implies.begin(), right->implies.end());
  return BoundPtr(both);
}

Result<BoundPtr> Binder::BindBetween(const Expression& node, Context context) {
  std::vector<BoundPtr> values;
  std::optional<Type> common;
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr value, Bind(child, context));
    common = common ? CommonSuperType(*common, value->type) : value->type;
    values.push_back(value);
    if (!common) break;
  }
  if (!common || !common->is_orderable()) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "Cannot check if " + values[0]->type.ToString() + " is BETWEEN " +
                     values[1]->type.ToString() + " and " + values.back()->type.ToString(),
                 node.span);
  }
  for (BoundPtr& value : values) {
    FLOE_ASSIGN(value, Coerced(value, *common, node.span));
  }
  BoundPtr low = Compare(">=", values[0], values[1]);
  BoundPtr high = Compare("<=", values[0], values[2]);
  const Type boolean(TypeKind::kBoolean);
  if (node.negated) return MakeBound(boolean, "(NOT ({0} AND {1}))", {low, high});
  auto between =
      std::make_shared<BoundExpression>(*MakeBound(boolean, "({0} AND {1})", {low, high}));
  between->implies = ImpliedByComparison(">=", *values[0], *values[1]);
  for (ImpliedCondition& implied : ImpliedByComparison("<=", *values[0], *values[2])) {
    between->implies.push_back(std::move(implied));
  }
  return BoundPtr(between);
}

Result<BoundPtr> Binder::BindIn(const Expression& node, Context context) {
  std::vector<BoundPtr> values;
  std::vector<const Expression*> nodes;
  for (const Expression& child : node.children) {
    FLOE_ASSIGN(BoundPtr value, Bind(child, context));
    values.push_back(value);
    nodes.push_back(&child);
  }
  FLOE_ASSIGN(values, Unify(std::move(values), nodes,
                            "IN value and list items must be the same type or coercible to a "
                            "common type."));
  std::string form = node.negated ? "({0} NOT IN (" : "({0} IN (";
  for (size_t i = 1; i < values.size(); ++i) {
    form += (i > 1 ? ", {" : "{") + std::to_string(i) + "}";
  }
  auto bound =
      std::make_shared<BoundExpression>(*MakeBound(Type(TypeKind::kBoolean), form + "))", values));
  if (!node.negated) bound->implies = ImpliedByIn(values);
  return BoundPtr(bound);
}

Result<BoundPtr> Binder::BindLike(const Expression& node, Context context) {
  std::vector<BoundPtr> values;
  for (size_t i = 0; i < node.children.size(); ++i) {
    FLOE_ASSIGN(BoundPtr value, Bind(node.children[i], context));
    if (!CanCoerce(value->type, Type::Varchar())) {
      static constexpr const char* kWhat[] = {"Left side of LIKE expression",
                                              "Pattern for LIKE expression",
                                              "Escape for LIKE expression"};
      return Error(ErrorCode::kSqlTypeMismatch,
                   std::string(kWhat[i]) +
                       " must evaluate to a varchar (actual: " + value->type.ToString() + ")",
                   node.children[i].span);
    }
    FLOE_ASSIGN(value, Coerced(value, Type::Varchar(), node.span));
    values.push_back(value);
  }
  std::string form = node.negated ? "({0} NOT LIKE {1}" : "({0} LIKE {1}";
  if (values.size() > 2) form += " ESCAPE {2}";
  return MakeBound(Type(TypeKind::kBoolean), form + ")", std::move(values));
}

Result<std::vector<BoundPtr>> Binder::Unify(std::vector<BoundPtr> values,
                                            const std::vector<const Expression*>& nodes,
                                            const std::string& mismatch) {
  Type common = values[0]->type;
  std::vector<std::string> seen = {common.ToString()};
  for (size_t i = 1; i < values.size(); ++i) {
    const std::string name = values[i]->type.ToString();
    if (std::find(seen.begin(), seen.end(), name) == seen.end()) seen.push_back(name);
    auto next = CommonSuperType(common, values[i]->type);
    if (!next) {
      std::string all;
      for (size_t k = i + 1; k < values.size(); ++k) {
        const std::string other = values[k]->type.ToString();
        if (std::find(seen.begin(), seen.end(), other) == seen.end()) seen.push_back(other);
      }
      for (const std::string& type : seen) all += (all.empty() ? "" : ", ") + type;
      return Error(ErrorCode::kSqlTypeMismatch,
                   mismatch + " Cannot find common type between " + common.ToString() + " and " +
                       name + ", all types (without duplicates): [" + all + "]",
                   nodes[i]->span);
    }
    common = *next;
  }
  std::optional<std::string> zone;
  for (BoundPtr& value : values) {
    FLOE_ASSIGN(value, Coerced(value, common, nodes[0]->span));
    if (!value->zone) continue;
    if (zone && *zone != *value->zone) {
      return Error(ErrorCode::kSqlUnsupported,
                   "timestamps of different time zones in one column are not supported",
                   nodes[0]->span);
    }
    zone = value->zone;
  }
  return values;
}

Result<BoundPtr> Binder::Coerced(const BoundPtr& value, const Type& type, SourceSpan span) {
  auto converted = ConvertTo(value, type, false, session_.time_zone);
  if (!converted.ok()) return std::move(converted).error().WithSpan(span);
  return converted;
}

}  // namespace floe::query::trino
