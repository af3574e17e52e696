#include "functions/expression.h"

#include <algorithm>

#include "base/assert.h"
#include "functions/expression_text.h"
#include "functions/scalar_function.h"

namespace floe::functions {

ExpressionPtr Expression::Column(int index, types::DataType type, std::string name,
                                 SourceSpan span) {
  auto node = std::shared_ptr<Expression>(new Expression());
  node->kind_ = ExpressionKind::kColumn;
  node->column_ = index;
  node->type_ = std::move(type);
  node->column_name_ = std::move(name);
  node->span_ = span;
  return node;
}

ExpressionPtr Expression::Literal(LiteralValue value, types::DataType type, SourceSpan span) {
  auto node = std::shared_ptr<Expression>(new Expression());
  node->kind_ = ExpressionKind::kLiteral;
  node->literal_ = std::move(value);
  node->type_ = std::move(type);
  node->span_ = span;
  return node;
}

ExpressionPtr Expression::Call(const ScalarFunction* function, std::vector<ExpressionPtr> arguments,
                               types::DataType type, SourceSpan span) {
  FLOE_ASSERT(function != nullptr);
  auto node = std::shared_ptr<Expression>(new Expression());
  node->kind_ = ExpressionKind::kCall;
  node->function_ = function;
  node->arguments_ = std::move(arguments);
  node->type_ = std::move(type);
  node->span_ = span;
  return node;
}

bool SameExpression(const Expression& a, const Expression& b) {
  if (&a == &b) return true;
  if (a.kind() != b.kind() || !(a.type() == b.type())) return false;
  switch (a.kind()) {
    case ExpressionKind::kColumn:
      return a.column() == b.column();
    case ExpressionKind::kLiteral:
      return a.literal() == b.literal();
    case ExpressionKind::kCall:
      break;
  }
  if (a.function() != b.function() || a.arguments().size() != b.arguments().size()) return false;
  for (size_t i = 0; i < a.arguments().size(); ++i) {
    if (!SameExpression(*a.arguments()[i], *b.arguments()[i])) return false;
  }
  return true;
}

namespace {

void CollectColumns(const Expression& expression, std::vector<int>* columns) {
  if (expression.kind() == ExpressionKind::kColumn) columns->push_back(expression.column());
  for (const ExpressionPtr& argument : expression.arguments()) CollectColumns(*argument, columns);
}

// Rebuilds the tree with `replace` applied to each column; shares what does not change.
template <typename Replace>
ExpressionPtr MapColumns(const ExpressionPtr& expression, const Replace& replace) {
  if (expression->kind() == ExpressionKind::kColumn) return replace(expression);
  if (expression->kind() == ExpressionKind::kLiteral) return expression;
  std::vector<ExpressionPtr> arguments;
  arguments.reserve(expression->arguments().size());
  bool changed = false;
  for (const ExpressionPtr& argument : expression->arguments()) {
    arguments.push_back(MapColumns(argument, replace));
    changed |= arguments.back() != argument;
  }
  if (!changed) return expression;
  return Expression::Call(expression->function(), std::move(arguments), expression->type(),
                          expression->span());
}

}  // namespace

std::vector<int> ReferencedColumns(const Expression& expression) {
  std::vector<int> columns;
  CollectColumns(expression, &columns);
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  return columns;
}

ExpressionPtr RemapColumns(const ExpressionPtr& expression, const std::vector<int>& mapping) {
  return MapColumns(expression, [&](const ExpressionPtr& column) -> ExpressionPtr {
    const auto index = static_cast<size_t>(column->column());
    FLOE_ASSERT(index < mapping.size() && mapping[index] >= 0);
    if (mapping[index] == column->column()) return column;
    return Expression::Column(mapping[index], column->type(), column->column_name(),
                              column->span());
  });
}

ExpressionPtr SubstituteColumns(const ExpressionPtr& expression,
                                const std::vector<ExpressionPtr>& replacements) {
  return MapColumns(expression, [&](const ExpressionPtr& column) -> ExpressionPtr {
    const auto index = static_cast<size_t>(column->column());
    FLOE_ASSERT(index < replacements.size() && replacements[index] != nullptr);
    return replacements[index];
  });
}

bool IsDeterministic(const Expression& expression) {
  if (expression.kind() != ExpressionKind::kCall) return true;
  if (!expression.function()->deterministic) return false;
  return std::all_of(expression.arguments().begin(), expression.arguments().end(),
                     [](const ExpressionPtr& argument) { return IsDeterministic(*argument); });
}

std::string ToString(const Expression& expression) { return ExpressionText(expression); }

}  // namespace floe::functions
