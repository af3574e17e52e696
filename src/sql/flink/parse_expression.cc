// Operators, by precedence climbing. The precedences are those of Flink's grammar (Calcite's
// SqlStdOperatorTable): IS binds weaker than comparisons, IN, LIKE and BETWEEN stronger, || as *.
#include <optional>
#include <utility>
#include <vector>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

constexpr int kOrPrecedence = 22;
constexpr int kAndPrecedence = 24;
constexpr int kNotPrecedence = 26;
constexpr int kIsPrecedence = 28;
constexpr int kComparisonPrecedence = 30;
constexpr int kMatchPrecedence = 32;  // IN, LIKE, BETWEEN
constexpr int kAdditivePrecedence = 40;
constexpr int kMultiplicativePrecedence = 60;

struct OperatorToken {
  std::string_view text;
  BinaryOperator op;
  int precedence;
};

constexpr OperatorToken kSymbols[] = {
    {"+", BinaryOperator::kAdd, kAdditivePrecedence},
    {"-", BinaryOperator::kSubtract, kAdditivePrecedence},
    {"*", BinaryOperator::kMultiply, kMultiplicativePrecedence},
    {"/", BinaryOperator::kDivide, kMultiplicativePrecedence},
    {"%", BinaryOperator::kModulo, kMultiplicativePrecedence},
    {"||", BinaryOperator::kConcatenate, kMultiplicativePrecedence},
    {"=", BinaryOperator::kEqual, kComparisonPrecedence},
    {"<>", BinaryOperator::kNotEqual, kComparisonPrecedence},
    {"!=", BinaryOperator::kNotEqual, kComparisonPrecedence},
    {"<", BinaryOperator::kLess, kComparisonPrecedence},
    {"<=", BinaryOperator::kLessOrEqual, kComparisonPrecedence},
    {">", BinaryOperator::kGreater, kComparisonPrecedence},
    {">=", BinaryOperator::kGreaterOrEqual, kComparisonPrecedence}};

constexpr OperatorToken kWords[] = {{"AND", BinaryOperator::kAnd, kAndPrecedence},
                                    {"OR", BinaryOperator::kOr, kOrPrecedence},
                                    {"OVERLAPS", BinaryOperator::kOverlaps, kComparisonPrecedence}};

std::optional<OperatorToken> FindOperator(const Token& token) {
  if (token.kind == TokenKind::kPunctuation) {
    for (const OperatorToken& candidate : kSymbols) {
      if (candidate.text == token.text) return candidate;
    }
  } else if (token.kind == TokenKind::kWord) {
    for (const OperatorToken& candidate : kWords) {
      if (candidate.text == token.upper) return candidate;
    }
  }
  return std::nullopt;
}

// Operators of the standard that Flink parses for multisets and periods.
constexpr std::string_view kUnsupportedOperators[] = {
    "MEMBER", "SUBMULTISET", "MULTISET", "CONTAINS", "EQUALS", "PRECEDES", "SUCCEEDS"};

std::optional<LikeKind> FindLike(const Token& token) {
  if (token.IsWord("LIKE")) return LikeKind::kLike;
  if (token.IsWord("ILIKE")) return LikeKind::kIlike;
  if (token.IsWord("RLIKE")) return LikeKind::kRlike;
  if (token.IsWord("SIMILAR")) return LikeKind::kSimilarTo;
  return std::nullopt;
}

bool IsMatchWord(const Token& token) {
  return token.IsWord("IN") || token.IsWord("BETWEEN") || FindLike(token).has_value();
}

bool IsComparison(BinaryOperator op) {
  return op >= BinaryOperator::kEqual && op <= BinaryOperator::kGreaterOrEqual;
}

}  // namespace

Result<Expression> Parser::ParseBinary(int min_precedence) {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  FLOE_ASSIGN(Expression left, ParsePrefix());
  while (true) {
    const Token& token = cursor_.Peek();
    if (const std::optional<OperatorToken> found = FindOperator(token)) {
      if (found->precedence < min_precedence) break;
      FLOE_ASSIGN(left, ParseComparison(std::move(left), found->op, found->precedence));
    } else if (token.IsWord("IS") && kIsPrecedence >= min_precedence) {
      FLOE_ASSIGN(left, ParseIs(std::move(left)));
    } else if (kMatchPrecedence >= min_precedence &&
               (IsMatchWord(token) || (token.IsWord("NOT") && IsMatchWord(cursor_.Peek(1))))) {
      const bool negated = cursor_.AcceptWord("NOT");
      const Token& match = cursor_.Take();
      if (match.IsWord("IN")) {
        FLOE_ASSIGN(left, ParseIn(std::move(left), negated));
      } else if (match.IsWord("BETWEEN")) {
        FLOE_ASSIGN(left, ParseBetween(std::move(left), negated));
      } else {
        FLOE_ASSIGN(left, ParseLike(std::move(left), *FindLike(match), negated));
      }
    } else {
      for (std::string_view word : kUnsupportedOperators) {
        if (token.IsWord(word)) return Unsupported("the operator " + token.upper, token.span);
      }
      break;
    }
    FLOE_TRY(GrowTree());
  }
  return left;
}

// Behind `left`: the operator token, its right side, or ANY | ALL | SOME (query).
Result<Expression> Parser::ParseComparison(Expression left, BinaryOperator op, int precedence) {
  const SourceSpan first = left.span;
  const SourceSpan operator_span = cursor_.Take().span;
  const Token& token = cursor_.Peek();
  const bool is_quantified = token.IsWord("ALL") || token.IsWord("ANY") || token.IsWord("SOME");
  if (IsComparison(op) && is_quantified && cursor_.IsSymbolAt(1, "(")) {
    QuantifiedComparison comparison;
    comparison.op = op;
    comparison.quantifier = token.IsWord("ALL")   ? ComparisonQuantifier::kAll
                            : token.IsWord("ANY") ? ComparisonQuantifier::kAny
                                                  : ComparisonQuantifier::kSome;
    if (!AtQuery(2)) return Unsupported(token.upper + " over a list of values", token.span);
    cursor_.Take();
    FLOE_TRY(cursor_.ExpectSymbol("("));
    comparison.operand = std::move(left);
    FLOE_ASSIGN(comparison.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    return MakeExpression(std::move(comparison), cursor_.SpanFrom(first));
  }
  FLOE_ASSIGN(Expression right, ParseBinary(precedence + 1));
  return MakeExpression(BinaryOperation{op, std::move(left), std::move(right), operator_span},
                        cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParsePrefix() {
  if (!cursor_.IsWordAt(0, "NOT")) return ParseSign();
  const SourceSpan first = cursor_.Take().span;
  FLOE_ASSIGN(Expression operand, ParseBinary(kNotPrecedence));
  return MakeExpression(UnaryOperation{UnaryOperator::kNot, std::move(operand)},
                        cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseSign() {
  const bool is_minus = cursor_.IsSymbolAt(0, "-");
  if (!is_minus && !cursor_.IsSymbolAt(0, "+")) return ParsePostfix();
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  const SourceSpan first = cursor_.Take().span;
  FLOE_ASSIGN(Expression operand, ParseSign());
  const UnaryOperator op = is_minus ? UnaryOperator::kMinus : UnaryOperator::kPlus;
  return MakeExpression(UnaryOperation{op, std::move(operand)}, cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParsePostfix() {
  FLOE_ASSIGN(Expression operand, ParsePrimary());
  const SourceSpan first = operand.span;
  while (true) {
    if (cursor_.IsSymbolAt(0, "[")) {
      cursor_.Take();
      FLOE_ASSIGN(Expression index, ParseExpression());
      FLOE_TRY(cursor_.ExpectSymbol("]"));
      operand = MakeExpression(ElementAccess{std::move(operand), std::move(index)},
                               cursor_.SpanFrom(first));
    } else if (cursor_.IsSymbolAt(0, ".")) {
      cursor_.Take();
      FLOE_ASSIGN(Identifier field, cursor_.ExpectName("a field name"));
      operand = MakeExpression(FieldAccess{std::move(operand), std::move(field)},
                               cursor_.SpanFrom(first));
    } else {
      return operand;
    }
    FLOE_TRY(GrowTree());
  }
}

Result<Expression> Parser::ParseIs(Expression operand) {
  const SourceSpan first = operand.span;
  const SourceSpan is_span = cursor_.Take().span;
  const bool negated = cursor_.AcceptWord("NOT");
  if (cursor_.AcceptWord("DISTINCT")) {
    FLOE_TRY(cursor_.ExpectWord("FROM"));
    const SourceSpan operator_span = cursor_.SpanFrom(is_span);
    FLOE_ASSIGN(Expression right, ParseBinary(kComparisonPrecedence + 1));
    const BinaryOperator op =
        negated ? BinaryOperator::kIsNotDistinctFrom : BinaryOperator::kIsDistinctFrom;
    return MakeExpression(BinaryOperation{op, std::move(operand), std::move(right), operator_span},
                          cursor_.SpanFrom(first));
  }
  IsPredicate predicate{IsTest::kNull, negated, std::move(operand)};
  if (cursor_.AcceptWord("NULL")) {
    predicate.test = IsTest::kNull;
  } else if (cursor_.AcceptWord("TRUE")) {
    predicate.test = IsTest::kTrue;
  } else if (cursor_.AcceptWord("FALSE")) {
    predicate.test = IsTest::kFalse;
  } else if (cursor_.AcceptWord("UNKNOWN")) {
    predicate.test = IsTest::kUnknown;
  } else if (cursor_.AcceptWord("JSON")) {
    predicate.test = cursor_.AcceptWord("OBJECT")   ? IsTest::kJsonObject
                     : cursor_.AcceptWord("ARRAY")  ? IsTest::kJsonArray
                     : cursor_.AcceptWord("SCALAR") ? IsTest::kJsonScalar
                                                    : IsTest::kJsonValue;
    if (predicate.test == IsTest::kJsonValue) cursor_.AcceptWord("VALUE");
  } else {
    return cursor_.Unexpected();
  }
  return MakeExpression(std::move(predicate), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseBetween(Expression operand, bool negated) {
  const SourceSpan first = operand.span;
  BetweenPredicate between;
  between.negated = negated;
  between.operand = std::move(operand);
  between.symmetric = cursor_.AcceptWord("SYMMETRIC");
  if (!between.symmetric) cursor_.AcceptWord("ASYMMETRIC");
  FLOE_ASSIGN(between.low, ParseBinary(kMatchPrecedence + 1));
  FLOE_TRY(cursor_.ExpectWord("AND"));
  FLOE_ASSIGN(between.high, ParseBinary(kMatchPrecedence + 1));
  return MakeExpression(std::move(between), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseIn(Expression operand, bool negated) {
  const SourceSpan first = operand.span;
  if (cursor_.IsSymbolAt(0, "(") && AtQuery(1)) {
    cursor_.Take();
    InSubquery in{negated, std::move(operand), {}};
    FLOE_ASSIGN(in.query, ParseQuery());
    FLOE_TRY(cursor_.ExpectSymbol(")"));
    return MakeExpression(std::move(in), cursor_.SpanFrom(first));
  }
  InList in{negated, std::move(operand), {}};
  FLOE_ASSIGN(in.values, ParseParenthesizedList());
  return MakeExpression(std::move(in), cursor_.SpanFrom(first));
}

Result<Expression> Parser::ParseLike(Expression operand, LikeKind kind, bool negated) {
  const SourceSpan first = operand.span;
  LikePredicate like;
  like.kind = kind;
  like.negated = negated;
  like.operand = std::move(operand);
  if (kind == LikeKind::kSimilarTo) FLOE_TRY(cursor_.ExpectWord("TO"));
  FLOE_ASSIGN(like.pattern, ParseBinary(kMatchPrecedence + 1));
  if (cursor_.IsWordAt(0, "ESCAPE")) {
    cursor_.Take();
    FLOE_ASSIGN(like.escape, ParsePostfix());
  }
  return MakeExpression(std::move(like), cursor_.SpanFrom(first));
}

Result<std::vector<Expression>> Parser::ParseExpressionList() {
  std::vector<Expression> expressions;
  do {
    FLOE_ASSIGN(Expression expression, ParseExpression());
    expressions.push_back(std::move(expression));
  } while (cursor_.AcceptSymbol(","));
  return expressions;
}

Result<std::vector<Expression>> Parser::ParseParenthesizedList() {
  FLOE_TRY(cursor_.ExpectSymbol("("));
  FLOE_ASSIGN(std::vector<Expression> expressions, ParseExpressionList());
  FLOE_TRY(cursor_.ExpectSymbol(")"));
  return expressions;
}

Result<OrderItem> Parser::ParseOrderItem() {
  OrderItem item;
  FLOE_ASSIGN(item.expression, ParseExpression());
  if (cursor_.AcceptWord("DESC")) {
    item.descending = true;
  } else {
    cursor_.AcceptWord("ASC");
  }
  if (cursor_.AcceptWord("NULLS")) {
    if (cursor_.AcceptWord("FIRST")) {
      item.nulls = NullsOrder::kFirst;
    } else {
      FLOE_TRY(cursor_.ExpectWord("LAST"));
      item.nulls = NullsOrder::kLast;
    }
  }
  return item;
}

Result<std::vector<OrderItem>> Parser::ParseOrderItems() {
  std::vector<OrderItem> items;
  do {
    FLOE_ASSIGN(OrderItem item, ParseOrderItem());
    items.push_back(std::move(item));
  } while (cursor_.AcceptSymbol(","));
  return items;
}

}  // namespace floe::sql::flink
