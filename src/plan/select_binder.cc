// SELECT … FROM … WHERE … GROUP BY … HAVING.
#include <algorithm>

#include "plan/grouping.h"
#include "plan/query_binder.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::Expression;
using functions::ExpressionPtr;

namespace {

LogicalNodePtr MakeFilter(LogicalNodePtr input, ExpressionPtr condition, const SourceSpan& span) {
  auto filter = std::make_shared<LogicalFilter>();
  filter->schema = input->schema;
  filter->inputs = {std::move(input)};
  filter->condition = std::move(condition);
  filter->span = span;
  return filter;
}

// The source of a SELECT without FROM: one row without columns.
LogicalNodePtr OneRow(const SourceSpan& span) {
  auto values = std::make_shared<LogicalValues>();
  values->rows.emplace_back();
  values->span = span;
  return values;
}

// Grouping elements as a flat list; grouping sets are not supported.
Status Flatten(const std::vector<ast::GroupingElement>& elements,
               std::vector<const ast::Expression*>& out) {
  for (const ast::GroupingElement& element : elements) {
    switch (element.kind) {
      case ast::GroupingKind::kExpression:
      case ast::GroupingKind::kParentheses:
        for (const ast::Expression& expression : element.expressions) out.push_back(&expression);
        break;
      case ast::GroupingKind::kRollup:
        return Unsupported("ROLLUP", element.span);
      case ast::GroupingKind::kCube:
        return Unsupported("CUBE", element.span);
      case ast::GroupingKind::kGroupingSets:
        return Unsupported("GROUPING SETS", element.span);
    }
  }
  return Status::Ok();
}

// The call of GROUP BY TUMBLE(…), HOP(…) or SESSION(…), or null.
const ast::FunctionCall* AsGroupWindow(const ast::Expression& expression, std::string& name) {
  const auto* call = expression.As<ast::FunctionCall>();
  if (call == nullptr || call->name.parts.size() != 1) return nullptr;
  name = call->name.parts[0].value;
  for (char& c : name) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return name == "TUMBLE" || name == "HOP" || name == "SESSION" ? call : nullptr;
}

}  // namespace

// GROUP BY, HAVING and the select list over them.
class QueryBinder::GroupedSelect {
 public:
  GroupedSelect(QueryBinder& owner, const ast::Select& select, const Source& source,
                const SourceSpan& span)
      : owner_(owner), select_(select), source_(source), span_(span) {}

  Result<LogicalNodePtr> Bind() {
    FLOE_TRY(BindGroups());
    AggregateCollector collector(source_.scope, owner_.context_.options(), input_->schema.size(),
                                 window_.has_value() ? &*window_ : nullptr);
    FLOE_ASSIGN(std::vector<SelectColumn> columns,
                owner_.BindSelectList(select_, source_.scope, collector));
    ExpressionPtr having;
    if (select_.having.has_value()) {
      ExpressionBinder binder(source_.scope, owner_.context_.options(), collector);
      FLOE_ASSIGN(having, binder.BindCondition(*select_.having, "HAVING"));
    }
    GroupedInput grouped = MakeAggregate(input_, groups_, collector.calls(), GroupSpan());
    for (SelectColumn& column : columns) {
      FLOE_ASSIGN(column.expression, OverAggregate(column.expression, grouped));
    }
    LogicalNodePtr node = grouped.aggregate;
    if (having != nullptr) {
      FLOE_ASSIGN(having, OverAggregate(having, grouped));
      node = MakeFilter(node, having, select_.having->span);
    }
    return owner_.Project(node, std::move(columns), span_);
  }

 private:
  SourceSpan GroupSpan() const {
    return select_.group_by.has_value() ? SourceSpan(select_.group_by->span) : span_;
  }

  Status BindGroups() {
    input_ = source_.node;
    if (!select_.group_by.has_value()) return Status::Ok();
    std::vector<const ast::Expression*> elements;
    FLOE_TRY(Flatten(select_.group_by->elements, elements));
    NoAggregates handler("GROUP BY");
    ExpressionBinder binder(source_.scope, owner_.context_.options(), handler);
    for (const ast::Expression* element : elements) {
      std::string name;
      if (const ast::FunctionCall* call = AsGroupWindow(*element, name)) {
        FLOE_TRY(AddWindow(*call, name, binder, element->span));
        continue;
      }
      FLOE_ASSIGN(groups_.emplace_back(), binder.Bind(*element));
    }
    return Status::Ok();
  }

  Status AddWindow(const ast::FunctionCall& call, const std::string& name, ExpressionBinder& binder,
                   const SourceSpan& span) {
    if (window_.has_value()) {
      return Error(ErrorCode::kSqlValidation, "GROUP BY can have only one window", span);
    }
    FLOE_ASSIGN(GroupWindow window, BindGroupWindow(call, name, binder, span));
    if (window.time->kind() != functions::ExpressionKind::kColumn) {
      return Error(ErrorCode::kSqlValidation, name + " needs a time attribute, not an expression",
                   call.arguments[0].value.span);
    }
    FLOE_TRY(CheckWindow(window.window, name, span));
    window.start_column = input_->schema.size();
    FLOE_ASSIGN(input_, MakeWindow(input_, window.window, window.time->column(),
                                   owner_.context_.options(), call.arguments[0].value.span));
    for (int i = 0; i < 3; ++i) {
      const types::Field& field = input_->schema.field(window.start_column + i);
      groups_.push_back(Expression::Column(window.start_column + i, field.type, field.name, span));
    }
    window_ = std::move(window);
    return Status::Ok();
  }

  QueryBinder& owner_;
  const ast::Select& select_;
  const Source& source_;
  SourceSpan span_;
  LogicalNodePtr input_;  // with the columns of the group window
  std::vector<ExpressionPtr> groups_;
  std::optional<GroupWindow> window_;
};

Status QueryBinder::CheckSelect(const ast::Select& select, const SourceSpan& span) {
  if (!select.windows.empty()) return Unsupported("WINDOW", select.windows[0].name.span);
  if (select.qualify.has_value()) return Unsupported("QUALIFY", select.qualify->span);
  if (select.items.empty()) {
    return Error(ErrorCode::kSqlValidation, "the select list is empty", span);
  }
  return Status::Ok();
}

Result<LogicalNodePtr> QueryBinder::BindSelect(const ast::Select& select, const SourceSpan& span) {
  FLOE_TRY(CheckSelect(select, span));
  FLOE_TRY(CheckHints(select.hints, context_.options()));
  Source source;
  if (select.from.has_value()) {
    FLOE_ASSIGN(source, BindFrom(**select.from));
  } else {
    source.node = OneRow(span);
  }
  if (select.where.has_value()) {
    NoAggregates handler("WHERE");
    ExpressionBinder binder(source.scope, context_.options(), handler);
    FLOE_ASSIGN(ExpressionPtr condition, binder.BindCondition(*select.where, "WHERE"));
    source.node = MakeFilter(source.node, std::move(condition), select.where->span);
  }
  LogicalNodePtr node;
  if (select.group_by.has_value() || HasAggregates(select)) {
    FLOE_ASSIGN(node, GroupedSelect(*this, select, source, span).Bind());
  } else {
    FLOE_ASSIGN(node, BindPlainSelect(select, source));
  }
  if (select.quantifier != ast::SetQuantifier::kDistinct) return node;
  auto distinct = std::make_shared<LogicalAggregate>();
  distinct->is_distinct = true;
  distinct->schema = node->schema;
  distinct->span = span;
  for (int i = 0; i < node->schema.size(); ++i) distinct->keys.push_back(i);
  distinct->inputs = {std::move(node)};
  return LogicalNodePtr(distinct);
}

Result<LogicalNodePtr> QueryBinder::BindPlainSelect(const ast::Select& select,
                                                    const Source& source) {
  NoAggregates handler("this SELECT");
  FLOE_ASSIGN(std::vector<SelectColumn> columns, BindSelectList(select, source.scope, handler));
  return Project(source.node, std::move(columns), select.items.front().expression.span);
}

Result<std::vector<QueryBinder::SelectColumn>> QueryBinder::BindSelectList(
    const ast::Select& select, const Scope& scope, CallHandler& handler) {
  ExpressionBinder binder(scope, context_.options(), handler);
  std::vector<SelectColumn> columns;
  for (const ast::SelectItem& item : select.items) {
    const SourceSpan span = item.expression.span;
    if (const auto* star = item.expression.As<ast::Star>()) {
      if (!select.from.has_value()) {
        return Error(ErrorCode::kSqlValidation, "SELECT * needs a FROM clause", span);
      }
      FLOE_ASSIGN(std::vector<ScopeColumn> expanded, scope.Expand(star->qualifier));
      for (ScopeColumn& column : expanded) {
        columns.push_back({std::move(column.name), std::move(column.expression), span});
      }
      continue;
    }
    FLOE_ASSIGN(ExpressionPtr expression, binder.Bind(item.expression));
    if (expression->type().kind() == types::TypeKind::kNull || functions::IsSymbol(*expression)) {
      return Error(ErrorCode::kSqlValidation, "NULL has no type here", span)
          .WithHint("write CAST(NULL AS type)");
    }
    std::string name = "EXPR$" + std::to_string(columns.size());
    if (item.alias.has_value()) {
      name = item.alias->value;
    } else if (const auto* reference = item.expression.As<ast::ColumnReference>()) {
      name = reference->name.parts.back().value;
    }
    columns.push_back({std::move(name), std::move(expression), span});
  }
  return columns;
}

Result<LogicalNodePtr> QueryBinder::Project(LogicalNodePtr input, std::vector<SelectColumn> columns,
                                            const SourceSpan& span) {
  std::vector<std::string> names;
  for (const SelectColumn& column : columns) names.push_back(column.name);
  names = UniqueNames(names);
  auto project = std::make_shared<LogicalProject>();
  std::vector<types::Field> fields;
  for (size_t i = 0; i < columns.size(); ++i) {
    fields.push_back({names[i], columns[i].expression->type()});
    project->expressions.push_back(std::move(columns[i].expression));
  }
  project->schema = types::Schema(std::move(fields));
  project->inputs = {std::move(input)};
  project->span = span;
  return LogicalNodePtr(project);
}

}  // namespace floe::plan
