#include "plan/grouping.h"

#include <algorithm>

#include "plan/name_errors.h"
#include "plan/query_binder.h"

namespace floe::plan {

namespace ast = sql::flink;
using functions::AggregateKind;
using functions::Expression;
using functions::ExpressionKind;
using functions::ExpressionPtr;

namespace {

std::optional<AggregateKind> SupportedKind(std::string_view name) {
  if (name == "COUNT") return AggregateKind::kCount;
  if (name == "SUM") return AggregateKind::kSum;
  if (name == "AVG") return AggregateKind::kAvg;
  if (name == "MIN") return AggregateKind::kMin;
  if (name == "MAX") return AggregateKind::kMax;
  return std::nullopt;
}

// In an aggregate's argument.
class NoNestedAggregates final : public CallHandler {
 public:
  Result<ExpressionPtr> BindSpecialCall(const ast::FunctionCall&, std::string_view name,
                                        SourceSpan span) override {
    return Error(ErrorCode::kSqlValidation,
                 "aggregates can't be nested: " + std::string(name) + " inside of another one",
                 span)
        .WithHint("aggregate in a subquery first");
  }
};

// Looks for aggregate calls in a syntax tree, by binding against nothing but their names.
class AggregateFinder {
 public:
  bool Find(const ast::Expression& expression) {
    return std::visit([this](const auto& node) { return InNode(node); }, expression.node);
  }

 private:
  template <typename T>
  bool InNode(const T&) {
    return false;
  }
  bool Any(const std::vector<ast::Expression>& expressions) {
    return std::any_of(expressions.begin(), expressions.end(),
                       [this](const ast::Expression& item) { return Find(item); });
  }
  bool InNode(const ast::UnaryOperation& node) { return Find(*node.operand); }
  bool InNode(const ast::BinaryOperation& node) { return Find(*node.left) || Find(*node.right); }
  bool InNode(const ast::IsPredicate& node) { return Find(*node.operand); }
  bool InNode(const ast::FieldAccess& node) { return Find(*node.operand); }
  bool InNode(const ast::ElementAccess& node) { return Find(*node.operand) || Find(*node.index); }
  bool InNode(const ast::BetweenPredicate& node) {
    return Find(*node.operand) || Find(*node.low) || Find(*node.high);
  }
  bool InNode(const ast::LikePredicate& node) { return Find(*node.operand) || Find(*node.pattern); }
  bool InNode(const ast::InList& node) { return Find(*node.operand) || Any(node.values); }
  bool InNode(const ast::InSubquery& node) { return Find(*node.operand); }
  bool InNode(const ast::QuantifiedComparison& node) { return Find(*node.operand); }
  bool InNode(const ast::CastExpression& node) { return Find(*node.operand); }
  bool InNode(const ast::RowConstructor& node) { return Any(node.values); }
  bool InNode(const ast::CollectionConstructor& node) { return Any(node.values); }
  bool InNode(const ast::CaseExpression& node) {
    if (node.operand.has_value() && Find(**node.operand)) return true;
    if (node.otherwise.has_value() && Find(**node.otherwise)) return true;
    return std::any_of(node.branches.begin(), node.branches.end(), [this](const auto& branch) {
      return Find(branch.condition) || Find(branch.result);
    });
  }
  bool InNode(const sql::Box<ast::FunctionCall>& call) {
    if (call->over.has_value()) return false;
    if (IsAggregateFunction(call->name.parts.back().value)) return true;
    return std::any_of(call->arguments.begin(), call->arguments.end(),
                       [this](const ast::FunctionArgument& item) { return Find(item.value); });
  }
};

bool SameCall(const AggregateCollector::Call& a, const AggregateCollector::Call& b) {
  auto same = [](const ExpressionPtr& x, const ExpressionPtr& y) {
    if (x == nullptr || y == nullptr) return x == y;
    return functions::SameExpression(*x, *y);
  };
  return a.call.kind == b.call.kind && a.call.distinct == b.call.distinct &&
         same(a.argument, b.argument) && same(a.filter, b.filter);
}

}  // namespace

bool HasAggregates(const ast::Select& select) {
  AggregateFinder finder;
  if (select.having.has_value()) return true;
  return std::any_of(select.items.begin(), select.items.end(),
                     [&](const ast::SelectItem& item) { return finder.Find(item.expression); });
}

Result<ExpressionPtr> AggregateCollector::BindSpecialCall(const ast::FunctionCall& call,
                                                          std::string_view upper_name,
                                                          SourceSpan span) {
  if (IsAggregateFunction(upper_name)) return BindAggregate(call, upper_name, span);
  return BindWindowProperty(call, upper_name, span);
}

Result<ExpressionPtr> AggregateCollector::BindAggregate(const ast::FunctionCall& call,
                                                        std::string_view name, SourceSpan span) {
  std::optional<AggregateKind> kind = SupportedKind(name);
  if (!kind.has_value()) return Unsupported("the aggregate function " + std::string(name), span);
  if (!call.within_group.empty()) return Unsupported("WITHIN GROUP", span);
  if (call.arguments.size() != 1) {
    return Error(ErrorCode::kSqlValidation,
                 std::string(name) + " takes one argument in a streaming query, not " +
                     std::to_string(call.arguments.size()),
                 span);
  }
  FLOE_ASSIGN(Call bound, MakeCall(call, *kind, span));
  if (call.filter.has_value()) {
    NoNestedAggregates handler;
    ExpressionBinder binder(scope_, options_, handler);
    FLOE_ASSIGN(bound.filter, binder.BindCondition(*call.filter, "FILTER"));
  }
  // Every group has a row, and so a value, where no filter takes it away.
  if (bound.filter == nullptr && !bound.call.argument_type.nullable()) {
    bound.call.type = bound.call.type.NotNull();
  }
  return Placeholder(std::move(bound), span);
}

Result<AggregateCollector::Call> AggregateCollector::MakeCall(const ast::FunctionCall& call,
                                                              AggregateKind kind, SourceSpan span) {
  Call bound;
  bound.call.kind = kind;
  bound.call.distinct = call.quantifier == ast::SetQuantifier::kDistinct;
  const ast::Expression& argument = call.arguments[0].value;
  if (argument.As<ast::Star>() != nullptr) {
    if (kind != AggregateKind::kCount || bound.call.distinct) {
      return Error(ErrorCode::kSqlValidation, "* is only allowed in COUNT(*)", argument.span);
    }
    bound.call.kind = AggregateKind::kCountStar;
    FLOE_ASSIGN(bound.call.type,
                functions::AggregateResultType(bound.call.kind, types::DataType::Null()));
    return bound;
  }
  NoNestedAggregates handler;
  ExpressionBinder binder(scope_, options_, handler);
  FLOE_ASSIGN(bound.argument, binder.Bind(argument));
  const types::DataType& type = bound.argument->type();
  if (type.kind() == types::TypeKind::kNull) {
    return Error(ErrorCode::kSqlValidation, "NULL has no type here", argument.span)
        .WithHint("write CAST(NULL AS type)");
  }
  Result<types::DataType> result = functions::AggregateResultType(kind, type);
  if (!result.ok()) return std::move(result).error().WithSpan(span);
  bound.call.type = *result;
  bound.call.argument_type = type.WithTimeAttribute(types::TimeAttribute::kNone);
  bool is_extreme = kind == AggregateKind::kMin || kind == AggregateKind::kMax;
  if (is_extreme) {
    bound.call.distinct = false;
    // Flink prints MIN and MAX of a time attribute as one, though it is none any more.
    bound.call.type = bound.call.type.WithTimeAttribute(type.time_attribute());
  }
  if (kind == AggregateKind::kCount && !bound.call.distinct && !type.nullable()) {
    bound.call.kind = AggregateKind::kCountStar;
    bound.call.argument_type = types::DataType::Null();
    bound.argument = nullptr;
  }
  return bound;
}

ExpressionPtr AggregateCollector::Placeholder(Call call, SourceSpan span) {
  auto it = std::find_if(calls_.begin(), calls_.end(),
                         [&](const Call& known) { return SameCall(known, call); });
  int index = static_cast<int>(it - calls_.begin());
  if (it == calls_.end()) {
    std::string name(functions::AggregateName(call.call.kind));
    for (char& c : name) {
      if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    }
    if (size_t parenthesis = name.find('('); parenthesis != std::string::npos) {
      name.resize(parenthesis);
    }
    call.call.name = name + "$" + std::to_string(index);
    calls_.push_back(std::move(call));
  }
  const functions::AggregateCall& known = calls_[static_cast<size_t>(index)].call;
  return Expression::Column(input_columns_ + index, known.type, known.name, span);
}

Result<GroupWindow> BindGroupWindow(const ast::FunctionCall& call, std::string_view name,
                                    ExpressionBinder& binder, SourceSpan span) {
  if (name == "SESSION") return Unsupported("GROUP BY SESSION", span);
  size_t expected = name == "HOP" ? 3 : 2;
  if (call.arguments.size() == expected + 1) {
    return Unsupported("an offset of a window in GROUP BY", call.arguments.back().value.span);
  }
  if (call.arguments.size() != expected) {
    return Error(ErrorCode::kSqlValidation,
                 std::string(name) + " takes " + CountOf(expected, "argument"), span)
        .WithHint(name == "HOP" ? "HOP(time_column, slide, size)" : "TUMBLE(time_column, size)");
  }
  GroupWindow bound;
  bound.function = name;
  FLOE_ASSIGN(bound.time, binder.Bind(call.arguments[0].value));
  std::vector<int64_t> lengths;
  for (size_t i = 1; i < expected; ++i) {
    const ast::Expression& argument = call.arguments[i].value;
    FLOE_ASSIGN(ExpressionPtr interval, binder.Bind(argument));
    FLOE_ASSIGN(lengths.emplace_back(), ConstantInterval(interval, "length", argument.span));
  }
  bound.window.kind = name == "HOP" ? WindowKind::kHop : WindowKind::kTumble;
  bound.window.slide_ms = lengths.front();
  bound.window.size_ms = lengths.back();
  return bound;
}

// TUMBLE_START(ts, size) and the like: a column of the window that the query groups by.
Result<ExpressionPtr> AggregateCollector::BindWindowProperty(const ast::FunctionCall& call,
                                                             std::string_view name,
                                                             SourceSpan span) {
  size_t underscore = name.find('_');
  std::string function(name.substr(0, underscore));
  if (underscore == std::string_view::npos) {
    return Error(ErrorCode::kSqlValidation, std::string(name) + " is only allowed in GROUP BY",
                 span);
  }
  std::string_view property = name.substr(underscore + 1);
  if (property == "PROCTIME") return Unsupported(std::string(name), span);
  NoNestedAggregates handler;
  ExpressionBinder binder(scope_, options_, handler);
  FLOE_ASSIGN(GroupWindow wanted, BindGroupWindow(call, function, binder, span));
  if (window_ == nullptr || window_->function != function ||
      !functions::SameExpression(*window_->time, *wanted.time) ||
      window_->window.size_ms != wanted.window.size_ms ||
      window_->window.slide_ms != wanted.window.slide_ms) {
    return Error(ErrorCode::kSqlValidation,
                 std::string(name) + " needs GROUP BY " + function + " with the same arguments",
                 span);
  }
  int offset = property == "START" ? 0 : property == "END" ? 1 : 2;
  types::DataType type = types::DataType::Timestamp(3).NotNull();
  if (offset == 2) type = wanted.time->type().NotNull();
  static constexpr const char* kNames[] = {"window_start", "window_end", "window_time"};
  return Expression::Column(window_->start_column + offset, type, kNames[offset], span);
}

GroupedInput MakeAggregate(const LogicalNodePtr& input, const std::vector<ExpressionPtr>& groups,
                           const std::vector<AggregateCollector::Call>& calls,
                           const SourceSpan& span) {
  auto project = std::make_shared<LogicalProject>();
  std::vector<types::Field> fields;
  auto add = [&](const ExpressionPtr& expression, const std::string& name) {
    for (size_t i = 0; i < project->expressions.size(); ++i) {
      if (functions::SameExpression(*project->expressions[i], *expression)) {
        return static_cast<int>(i);
      }
    }
    bool is_column = expression->kind() == ExpressionKind::kColumn;
    fields.push_back({is_column ? expression->column_name() : name, expression->type()});
    project->expressions.push_back(expression);
    return static_cast<int>(fields.size()) - 1;
  };
  auto aggregate = std::make_shared<LogicalAggregate>();
  std::vector<types::Field> output;
  for (size_t i = 0; i < groups.size(); ++i) {
    int key = add(groups[i], "key$" + std::to_string(i));
    aggregate->keys.push_back(key);
    output.push_back(fields[static_cast<size_t>(key)]);
  }
  for (const AggregateCollector::Call& call : calls) {
    functions::AggregateCall bound = call.call;
    if (call.argument != nullptr) bound.argument = add(call.argument, bound.name + "$in");
    if (call.filter != nullptr) bound.filter = add(call.filter, bound.name + "$filter");
    output.push_back({bound.name, bound.type});
    aggregate->aggregates.push_back(std::move(bound));
  }
  project->schema = types::Schema(std::move(fields));
  project->inputs = {input};
  project->span = span;
  aggregate->schema = types::Schema(std::move(output));
  aggregate->inputs = {project};
  aggregate->span = span;
  return {aggregate, groups, input->schema.size()};
}

Result<ExpressionPtr> OverAggregate(const ExpressionPtr& expression, const GroupedInput& grouped) {
  const types::Schema& schema = grouped.aggregate->schema;
  for (size_t i = 0; i < grouped.groups.size(); ++i) {
    if (!functions::SameExpression(*expression, *grouped.groups[i])) continue;
    const types::Field& field = schema.field(static_cast<int>(i));
    return Expression::Column(static_cast<int>(i), field.type, field.name, expression->span());
  }
  if (expression->kind() == ExpressionKind::kLiteral) return expression;
  if (expression->kind() == ExpressionKind::kColumn) {
    if (expression->column() < grouped.input_columns) {
      return Error(ErrorCode::kSqlValidation,
                   "column '" + expression->column_name() + "' is neither grouped nor aggregated",
                   expression->span())
          .WithHint("add it to GROUP BY, or aggregate it, e.g. MAX(" + expression->column_name() +
                    ")");
    }
    int index =
        expression->column() - grouped.input_columns + static_cast<int>(grouped.groups.size());
    return Expression::Column(index, schema.field(index).type, expression->column_name(),
                              expression->span());
  }
  std::vector<ExpressionPtr> arguments;
  for (const ExpressionPtr& argument : expression->arguments()) {
    FLOE_ASSIGN(arguments.emplace_back(), OverAggregate(argument, grouped));
  }
  return Expression::Call(expression->function(), std::move(arguments), expression->type(),
                          expression->span());
}

}  // namespace floe::plan
