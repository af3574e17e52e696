// Constant folding.
#include <algorithm>
#include <limits>
#include <string>
#include <utility>

#include "functions/casting.h"
#include "functions/evaluation_context.h"
#include "functions/number_text.h"
#include "functions/program.h"
#include "functions/resolve.h"
#include "functions/utf8.h"
#include "types/arrow_memory.h"
#include "types/text.h"

namespace floe::functions {

Result<LiteralValue> EvaluateConstant(const ExpressionPtr& expression, EvaluationContext& context);

namespace {

using types::DataType;
using types::TypeKind;

// Enough for any literal; more is a mistake such as REPEAT('x', 2000000000).
constexpr int64_t kFoldingBytes = int64_t{64} << 20;

bool IsConstant(const Expression& expression) {
  if (expression.kind() == ExpressionKind::kColumn) return false;
  return std::all_of(expression.arguments().begin(), expression.arguments().end(),
                     [](const ExpressionPtr& argument) { return IsConstant(*argument); });
}

// A literal of CHAR(n) has exactly n characters, whatever the function gave.
std::string FitChar(std::string text, int length) {
  const int64_t count = CharacterCount(text);
  if (count > length) return std::string(SubstringOf(text, 0, length));
  text.append(static_cast<size_t>(length - count), ' ');
  return text;
}

LiteralValue Normalize(LiteralValue value, const DataType& type) {
  if (auto* text = std::get_if<std::string>(&value); text && type.kind() == TypeKind::kChar) {
    return FitChar(std::move(*text), type.length());
  }
  if (const auto* number = std::get_if<double>(&value); number && type.kind() == TypeKind::kFloat) {
    // A FLOAT literal is its shortest text, and stays that when it is cast to DOUBLE.
    const std::string text = types::JavaText(static_cast<float>(*number));
    return ParseDouble(text).value_or(*number);
  }
  return value;
}

// A written cast of a FLOAT literal to DOUBLE keeps the decimal digits.
bool IsFloatToDouble(const Expression& call) {
  return !IsOperatorsWidening(*call.function()) && call.function()->print == PrintForm::kCast &&
         call.type().kind() == TypeKind::kDouble &&
         call.arguments()[0]->kind() == ExpressionKind::kLiteral &&
         call.arguments()[0]->type().kind() == TypeKind::kFloat;
}

Result<ExpressionPtr> FoldConstant(const ExpressionPtr& expression) {
  if (IsFloatToDouble(*expression)) {
    return Expression::Literal(expression->arguments()[0]->literal(), expression->type(),
                               expression->span());
  }
  MemoryBudget budget("folding", kFoldingBytes);
  types::ArrowMemoryPool pool(budget);
  EvaluationContext context;
  context.memory_pool = &pool;
  auto value = EvaluateConstant(expression, context);
  if (!value.ok()) return std::move(value).error().WithSpan(expression->span());
  return Expression::Literal(Normalize(*std::move(value), expression->type()), expression->type(),
                             expression->span());
}

Result<ExpressionPtr> FoldArguments(const ExpressionPtr& expression) {
  const bool lazy = expression->function()->form != CallForm::kStrict;
  std::vector<ExpressionPtr> arguments;
  bool changed = false;
  for (const ExpressionPtr& argument : expression->arguments()) {
    auto folded = Fold(argument);
    if (!folded.ok()) {
      if (!lazy) return folded;
      arguments.push_back(argument);  // may never be evaluated
      continue;
    }
    changed = changed || *folded != argument;
    arguments.push_back(*std::move(folded));
  }
  if (!changed) return expression;
  return Expression::Call(expression->function(), std::move(arguments), expression->type(),
                          expression->span());
}

bool IsBoolean(const Expression& expression, bool value) {
  const auto* flag = std::get_if<bool>(&expression.literal());
  return expression.kind() == ExpressionKind::kLiteral && flag != nullptr && *flag == value;
}

// TRUE AND x is x; FALSE AND x is FALSE; likewise OR.
ExpressionPtr SimplifyLogic(const ExpressionPtr& expression) {
  const CallForm form = expression->function()->form;
  if (form != CallForm::kAnd && form != CallForm::kOr) return expression;
  const bool decisive = form == CallForm::kOr;
  for (size_t i = 0; i < 2; ++i) {
    const ExpressionPtr& side = expression->arguments()[i];
    const ExpressionPtr& other = expression->arguments()[1 - i];
    if (IsBoolean(*side, decisive)) {
      return Expression::Literal(decisive, expression->type(), expression->span());
    }
    if (IsBoolean(*side, !decisive) && other->type() == expression->type()) return other;
  }
  return expression;
}

}  // namespace

Result<ExpressionPtr> Fold(const ExpressionPtr& expression) {
  if (expression->kind() != ExpressionKind::kCall || expression->type().is_nested()) {
    return expression;
  }
  if (IsConstant(*expression) && IsDeterministic(*expression)) {
    FLOE_ASSIGN(ExpressionPtr folded, FoldArguments(expression));
    return FoldConstant(folded);
  }
  FLOE_ASSIGN(ExpressionPtr folded, FoldArguments(expression));
  return SimplifyLogic(folded);
}

}  // namespace floe::functions
