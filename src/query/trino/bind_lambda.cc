// Calls that take lambdas.
#include "query/trino/binder.h"
#include "sql/trino/keywords.h"

namespace floe::query::trino {

using sql::trino::ExpressionKind;

namespace {

bool IsLambda(const sql::trino::Expression& node, size_t parameters) {
  return node.kind == ExpressionKind::kLambda && node.parameters.size() == parameters;
}

// The state after all of {0}'s elements, beginning with {1}; {2} is a step over `left` and `right`.
std::string ReducedForm(bool is_aggregate, const Type& state, const Type& element,
                        const std::string& left, const std::string& right) {
  const std::string no_state = "CAST(NULL AS " + state.DuckDbType() + ")";
  const std::string no_element = "CAST(NULL AS " + element.DuckDbType() + ")";
  const std::string list = is_aggregate ? "list({0}) FILTER (WHERE {0} IS NOT NULL)" : "{0}";
  return "struct_extract(list_reduce(list_prepend(struct_pack(s := {1}, x := " + no_element +
         "), list_transform(" + list + ", lambda " + right + ": struct_pack(s := " + no_state +
         ", x := " + right + "))), lambda " + left + ", " + right +
         ": struct_pack(s := {2}, x := " + no_element + ")), 's')";
}

}  // namespace

Result<BoundPtr> Binder::BindLambdaCall(const std::string& name, const Expression& node,
                                        Context context) {
  const bool is_shape = node.children.size() == 2 &&
                        node.children[1].kind == ExpressionKind::kLambda &&
                        node.children[1].parameters.size() == 1;
  if (!is_shape) {
    return Error(ErrorCode::kSqlUnsupported, "this form of " + name + " is not supported",
                 node.span);
  }
  FLOE_ASSIGN(BoundPtr array, Bind(node.children[0], context));
  if (!array->type.is(TypeKind::kArray)) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  Scope inner;
  inner.parent = context.scope;
  const std::string alias = "x" + std::to_string(++aliases_);
  auto item = std::make_shared<BoundExpression>(*MakeBound(array->type.arguments()[0], alias));
  item->zone = array->zone;
  inner.fields.push_back({{}, node.children[1].parameters[0].value, item});
  ExpressionContext body_context = context;
  body_context.scope = &inner;
  body_context.groups = nullptr;
  const Expression& body_node = node.children[1].children[0];
  const std::string lambda = ", lambda " + alias + ": {1})";
  if (name == "transform") {
    FLOE_ASSIGN(BoundPtr body, Bind(body_node, body_context));
    return MakeBound(Type::Array(body->type), "list_transform({0}" + lambda, {array, body});
  }
  FLOE_ASSIGN(BoundPtr body, BindBoolean(body_node, body_context, "Lambda"));
  if (name == "filter") return MakeBound(array->type, "list_filter({0}" + lambda, {array, body});
  const std::string some = "list_bool_or(list_transform({0}" + lambda + ")";
  const std::string every = "list_bool_and(list_transform({0}" + lambda + ")";
  const std::string empty = "CASE WHEN len({0}) = 0 THEN ";
  std::string form = empty + "false ELSE " + some + " END";
  if (name == "all_match") form = empty + "true ELSE " + every + " END";
  if (name == "none_match") form = empty + "true ELSE NOT " + some + " END";
  return MakeBound(Type(TypeKind::kBoolean), form, {array, body});
}

// A lambda over keys and values of a map: both are taken of its entries.
Result<BoundPtr> Binder::BindMapLambda(const std::string& name, const Expression& node,
                                       Context context) {
  if (node.children.size() != 2 || !IsLambda(node.children[1], 2)) {
    return Error(ErrorCode::kSqlUnsupported, "this form of " + name + " is not supported",
                 node.span);
  }
  FLOE_ASSIGN(BoundPtr map, Bind(node.children[0], context));
  if (!map->type.is(TypeKind::kMap)) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  const std::string alias = "x" + std::to_string(++aliases_);
  Scope inner;
  inner.parent = context.scope;
  for (size_t i = 0; i < 2; ++i) {
    auto field = std::make_shared<BoundExpression>(
        *MakeBound(map->type.arguments()[i],
                   "struct_extract(" + alias + (i == 0 ? ", 'key')" : ", 'value')")));
    field->zone = map->zone;
    inner.fields.push_back({{}, node.children[1].parameters[i].value, field});
  }
  ExpressionContext body_context = context;
  body_context.scope = &inner;
  body_context.groups = nullptr;
  const Expression& body_node = node.children[1].children[0];
  const std::string entries = "map_entries({0}), lambda " + alias + ": {1})";
  if (name == "map_filter") {
    FLOE_ASSIGN(BoundPtr body, BindBoolean(body_node, body_context, "Lambda"));
    return MakeBound(map->type, "map_from_entries(list_filter(" + entries + ")", {map, body});
  }
  FLOE_ASSIGN(BoundPtr body, Bind(body_node, body_context));
  if (name == "transform_values") {
    return MakeBound(Type::Map(map->type.arguments()[0], body->type),
                     "map(map_keys({0}), list_transform(" + entries + ")", {map, body});
  }
  return MakeBound(Type::Map(body->type, map->type.arguments()[1]),
                   "map(list_transform(" + entries + ", map_values({0}))", {map, body});
}

// reduce(array, state, (s, x) -> s, s -> result) and reduce_agg(x, state, (s, x) -> s,
// (s, s) -> s). DuckDB's list_reduce knows one type: its items are pairs of a state and an element
// of which one is meant.
Result<BoundPtr> Binder::BindReduce(const std::string& name, const Expression& node,
                                    Context context) {
  const bool is_aggregate = name == "reduce_agg";
  if (node.children.size() != 4 || !IsLambda(node.children[2], 2) ||
      !IsLambda(node.children[3], is_aggregate ? 2 : 1)) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  const bool has_options =
      !node.call->order_by.empty() || !node.call->filter.empty() || node.call->distinct;
  if (is_aggregate && (has_options || !context.allow_aggregates)) {
    return Error(ErrorCode::kSqlUnsupported, "reduce_agg is not supported here", node.span);
  }
  const bool was_in_aggregate = in_aggregate_;
  in_aggregate_ = in_aggregate_ || is_aggregate;
  auto items = Bind(node.children[0], context);
  auto initial = items.ok() ? Bind(node.children[1], context) : items;
  in_aggregate_ = was_in_aggregate;
  if (!initial.ok()) return initial;
  const bool is_list = (*items)->type.is(TypeKind::kArray);
  const Type& state = (*initial)->type;
  if ((!is_aggregate && !is_list) || state.is(TypeKind::kUnknown)) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  const Type element = is_aggregate ? (*items)->type : (*items)->type.arguments()[0];
  const std::string left = "x" + std::to_string(++aliases_);
  const std::string right = "x" + std::to_string(++aliases_);
  auto bind_body = [&](const Expression& lambda, std::vector<BoundPtr> values) -> Result<BoundPtr> {
    Scope inner;
    inner.parent = context.scope;
    for (size_t i = 0; i < values.size(); ++i) {
      auto value = std::make_shared<BoundExpression>(*values[i]);
      value->zone = (*items)->zone;
      inner.fields.push_back({{}, lambda.parameters[i].value, value});
    }
    ExpressionContext body_context = context;
    body_context.scope = &inner;
    body_context.groups = nullptr;
    body_context.allow_aggregates = false;
    return Bind(lambda.children[0], body_context);
  };
  FLOE_ASSIGN(BoundPtr step, bind_body(node.children[2],
                                       {MakeBound(state, "struct_extract(" + left + ", 's')"),
                                        MakeBound(element, "struct_extract(" + right + ", 'x')")}));
  if (!CanCoerce(step->type, state)) {
    return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                 node.span);
  }
  FLOE_ASSIGN(step, Coerced(step, state, node.span));
  const std::string reduced = ReducedForm(is_aggregate, state, element, left, right);
  if (is_aggregate) {
    // Of the combining lambda only its types matter: there is one state here.
    FLOE_ASSIGN(const BoundPtr combined, bind_body(node.children[3], {*initial, *initial}));
    if (!CanCoerce(combined->type, state)) {
      return Error(ErrorCode::kSqlFunctionNotFound, "Unexpected parameters for function " + name,
                   node.span);
    }
    return MakeBound(state, "CASE WHEN count({0}) > 0 THEN " + reduced + " END",
                     {*items, *initial, step});
  }
  const BoundPtr folded = MakeBound(state, "CASE WHEN {0} IS NOT NULL THEN " + reduced + " END",
                                    {*items, *initial, step});
  return bind_body(node.children[3], {folded});
}

}  // namespace floe::query::trino
