// Aggregate and window function calls.
#include <algorithm>

#include "query/trino/binder.h"
#include "sql/trino/print.h"

namespace floe::query::trino {

using sql::trino::Expression;
using sql::trino::ExpressionKind;

namespace {

void Replace(std::string& text, std::string_view what, const std::string& with) {
  const size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

void CollectAggregates(const Expression& node, std::vector<std::string>& out) {
  if (node.kind == ExpressionKind::kCall && node.call->over.empty() &&
      IsAggregateName(node.call->function.ToString())) {
    out.push_back(sql::trino::PrintExpression(node));
    return;
  }
  for (const Expression& child : node.children) CollectAggregates(child, out);
}

Status CheckPlace(const std::string& name, const Expression& node,
                  const ExpressionContext& context) {
  const bool is_window = !node.call->over.empty();
  if (!is_window && IsWindowName(name)) {
    return Error(ErrorCode::kMissingOver, "Window function " + name + " requires an OVER clause",
                 node.span);
  }
  if (is_window && !IsWindowName(name) && !IsAggregateName(name)) {
    return Error(ErrorCode::kFunctionNotWindow, "Not a window function: " + name, node.span);
  }
  if ((is_window && !context.allow_windows) || (!is_window && !context.allow_aggregates)) {
    return Error(ErrorCode::kExpressionNotScalar,
                 std::string(context.clause) +
                     " cannot contain aggregations, window functions or grouping operations: [" +
                     sql::trino::PrintExpression(node) + "]",
                 node.span);
  }
  if (is_window) return Status::Ok();
  std::vector<std::string> nested;
  for (const Expression& child : node.children) CollectAggregates(child, nested);
  if (nested.empty()) return Status::Ok();
  std::string list;
  for (const std::string& text : nested) list += (list.empty() ? "" : ", ") + text;
  return Error(ErrorCode::kNestedAggregation,
               "Cannot nest aggregations inside aggregation '" + name + "': [" + list + "]",
               node.span);
}

// A row's form with ORDER BY, DISTINCT and what stands behind the call.
Result<std::string> AggregateForm(const FunctionRow& row, const Type& type,
                                  const sql::trino::CallOptions& call, const std::string& order,
                                  const std::string& behind, SourceSpan span) {
  std::string form = row.form;
  Replace(form, "{A}", order);
  Replace(form, "{N}", call.ignore_nulls ? " IGNORE NULLS" : "");
  if (call.distinct) Replace(form, "({0}", "(DISTINCT {0}");
  std::string escaped;
  for (char c : behind) {
    escaped += c;
    if (c == '{') escaped += c;
  }
  const bool is_plain = form.find('(') != std::string::npos && form[0] != '(';
  if (form == "avg") {
    const std::string argument = call.distinct ? "(DISTINCT {0})" : "({0})";
    return "CAST(floe_decimal_divide(CAST(sum" + argument + escaped + " AS VARCHAR), CAST(count" +
           argument + escaped + " AS VARCHAR), " + std::to_string(type.scale()) + ") AS " +
           type.DuckDbType() + ")";
  }
  if (is_plain) return "CAST(" + form + escaped + " AS " + type.DuckDbType() + ")";
  if (escaped.empty()) return form;
  return Error(ErrorCode::kSqlUnsupported,
               std::string(row.name) + " with FILTER or OVER is not supported", span);
}

}  // namespace

Result<BoundPtr> Binder::BindAggregate(const std::string& name, const Expression& node,
                                       Context context) {
  FLOE_TRY(CheckPlace(name, node, context));
  const sql::trino::CallOptions& call = *node.call;
  const bool is_window = !call.over.empty();
  ExpressionContext inside = context;
  inside.clause = "Aggregate function argument";
  inside.allow_windows = false;
  if (!is_window) inside.allow_aggregates = false;
  const bool was_in_aggregate = in_aggregate_;
  if (!is_window) in_aggregate_ = true;
  std::vector<BoundPtr> arguments;
  std::vector<Type> types;
  std::string order;
  std::string filter;
  auto bind_inside = [&]() -> Status {
    for (const Expression& child : node.children) {
      FLOE_ASSIGN(BoundPtr argument, Bind(child, inside));
      types.push_back(argument->type);
      arguments.push_back(argument);
    }
    if (!call.order_by.empty()) {
      FLOE_ASSIGN(std::string sort, SortSql(call.order_by, inside));
      order = " " + sort;
    }
    if (!call.filter.empty()) {
      FLOE_ASSIGN(BoundPtr condition, BindBoolean(call.filter[0], inside, "Filter expression"));
      filter = " FILTER (WHERE " + WriteSql(*condition) + ")";
    }
    return Status::Ok();
  };
  Status inner = bind_inside();
  in_aggregate_ = was_in_aggregate;
  FLOE_TRY(std::move(inner));
  auto resolved = ResolveFunction(name, types);
  if (!resolved.ok()) return std::move(resolved).error().WithSpan(node.span);
  std::optional<std::string> zone;
  for (size_t i = 0; i < arguments.size(); ++i) {
    FLOE_ASSIGN(arguments[i], Coerced(arguments[i], resolved->arguments[i], node.span));
    if (!zone) zone = arguments[i]->zone;
  }
  std::string over;
  if (is_window) {
    FLOE_ASSIGN(std::string window, WindowSql(call.over[0], inside));
    over = " OVER " + window;
  }
  const Type& type = resolved->result;
  FLOE_ASSIGN(std::string form,
              AggregateForm(*resolved->row, type, call, order, filter + over, node.span));
  auto bound = std::make_shared<BoundExpression>(*MakeBound(type, form, std::move(arguments)));
  bound->zone = zone;
  return BoundPtr(bound);
}

}  // namespace floe::query::trino
