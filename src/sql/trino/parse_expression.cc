// Operators and predicates.
#include <utility>

#include "sql/trino/parser.h"

namespace floe::sql::trino {
namespace {

Expression Chain(ExpressionKind kind, const SourceSpan& span, Expression left, Expression right) {
  Expression node;
  node.kind = kind;
  node.span = span;
  node.children.push_back(std::move(left));
  node.children.push_back(std::move(right));
  return node;
}

constexpr std::string_view kComparisons[] = {"<>", "!=", "<=", ">=", "=", "<", ">"};

}  // namespace

Result<Expression> Parser::ParseExpression() {
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  return ParseOr();
}

Result<Expression> Parser::ParseOr() {
  const SourceSpan span = Peek().span;
  FLOE_ASSIGN(Expression left, ParseAnd());
  while (AcceptWord("OR")) {
    FLOE_ASSIGN(Expression right, ParseAnd());
    left = Chain(ExpressionKind::kOr, span, std::move(left), std::move(right));
  }
  return left;
}

Result<Expression> Parser::ParseAnd() {
  const SourceSpan span = Peek().span;
  FLOE_ASSIGN(Expression left, ParseNot());
  while (AcceptWord("AND")) {
    FLOE_ASSIGN(Expression right, ParseNot());
    left = Chain(ExpressionKind::kAnd, span, std::move(left), std::move(right));
  }
  return left;
}

Result<Expression> Parser::ParseNot() {
  if (!AtWord("NOT")) return ParsePredicated();
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  Expression node = Node(ExpressionKind::kNot, Take().span);
  FLOE_ASSIGN(Expression operand, ParseNot());
  node.children.push_back(std::move(operand));
  return node;
}

Result<Expression> Parser::ParsePredicated() {
  FLOE_ASSIGN(Expression value, ParseAdditive());
  return ParsePredicate(std::move(value));
}

// At most one predicate: a < b < c is no expression in Trino.
Result<Expression> Parser::ParsePredicate(Expression value) {
  const SourceSpan span = Peek().span;
  if (Peek().kind == TokenKind::kPunctuation) return ParseComparison(std::move(value));
  if (AcceptWord("IS")) {
    Expression node = Node(ExpressionKind::kIsNull, span);
    node.negated = AcceptWord("NOT");
    node.children.push_back(std::move(value));
    if (AcceptWord("NULL")) return node;
    FLOE_TRY(ExpectWord("DISTINCT"));
    FLOE_TRY(ExpectWord("FROM"));
    node.kind = ExpressionKind::kComparison;
    node.text = "IS DISTINCT FROM";
    FLOE_ASSIGN(Expression right, ParseAdditive());
    node.children.push_back(std::move(right));
    return node;
  }
  bool negated = false;
  if (AtWord("NOT") && (AtWord("BETWEEN", 1) || AtWord("IN", 1) || AtWord("LIKE", 1))) {
    Take();
    negated = true;
  }
  if (AcceptWord("BETWEEN")) {
    Expression node = Node(ExpressionKind::kBetween, span);
    node.negated = negated;
    node.children.push_back(std::move(value));
    FLOE_ASSIGN(Expression low, ParseAdditive());
    FLOE_TRY(ExpectWord("AND"));
    FLOE_ASSIGN(Expression high, ParseAdditive());
    node.children.push_back(std::move(low));
    node.children.push_back(std::move(high));
    return node;
  }
  if (AcceptWord("IN")) return ParseIn(std::move(value), negated, span);
  if (AcceptWord("LIKE")) {
    Expression node = Node(ExpressionKind::kLike, span);
    node.negated = negated;
    node.children.push_back(std::move(value));
    FLOE_ASSIGN(Expression pattern, ParseAdditive());
    node.children.push_back(std::move(pattern));
    if (AcceptWord("ESCAPE")) {
      FLOE_ASSIGN(Expression escape, ParseAdditive());
      node.children.push_back(std::move(escape));
    }
    return node;
  }
  return value;
}

Result<Expression> Parser::ParseIn(Expression value, bool negated, const SourceSpan& span) {
  Expression node = Node(ExpressionKind::kIn, span);
  node.negated = negated;
  node.children.push_back(std::move(value));
  FLOE_TRY(ExpectSymbol("("));
  if (AtQueryStart()) {
    node.kind = ExpressionKind::kInQuery;
    FLOE_ASSIGN(Query query, ParseQuery());
    node.query = std::move(query);
    FLOE_TRY(ExpectSymbol(")"));
    return node;
  }
  FLOE_ASSIGN(auto items, ParseExpressionList(")"));
  if (items.empty()) return Unexpected("<expression>");
  for (Expression& item : items) node.children.push_back(std::move(item));
  FLOE_TRY(ExpectSymbol(")"));
  return node;
}

Result<Expression> Parser::ParseComparison(Expression value) {
  for (std::string_view symbol : kComparisons) {
    if (!AtSymbol(symbol)) continue;
    Expression node = Node(ExpressionKind::kComparison, Take().span);
    node.text = symbol == "!=" ? "<>" : std::string(symbol);
    node.children.push_back(std::move(value));
    for (std::string_view word : {"ALL", "SOME", "ANY"}) {
      if (!AtWord(word) || !AtSymbol("(", 1)) continue;
      node.kind = ExpressionKind::kQuantified;
      node.name.value = word == "ALL" ? "ALL" : "ANY";
      Take();
      Take();
      FLOE_ASSIGN(Query query, ParseQuery());
      node.query = std::move(query);
      FLOE_TRY(ExpectSymbol(")"));
      return node;
    }
    FLOE_ASSIGN(Expression right, ParseAdditive());
    node.children.push_back(std::move(right));
    return node;
  }
  return value;
}

Result<Expression> Parser::ParseAdditive() {
  FLOE_ASSIGN(Expression left, ParseMultiplicative());
  // "||" binds like + and -.
  while ((AtSymbol("+") || AtSymbol("-") || AtSymbol("||")) && !AtArrow()) {
    const Token& sign = Take();
    std::string text(sign.text);
    const SourceSpan span = sign.span;
    FLOE_ASSIGN(Expression right, ParseMultiplicative());
    left = Chain(ExpressionKind::kBinaryOperator, span, std::move(left), std::move(right));
    left.text = std::move(text);
  }
  return left;
}

Result<Expression> Parser::ParseMultiplicative() {
  FLOE_ASSIGN(Expression left, ParseUnary());
  while (AtSymbol("*") || AtSymbol("/") || AtSymbol("%")) {
    const Token& sign = Take();
    std::string text(sign.text);
    const SourceSpan span = sign.span;
    FLOE_ASSIGN(Expression right, ParseUnary());
    left = Chain(ExpressionKind::kBinaryOperator, span, std::move(left), std::move(right));
    left.text = std::move(text);
  }
  return left;
}

Result<Expression> Parser::ParseUnary() {
  if (!AtSymbol("-") && !AtSymbol("+")) return ParseAtTimeZone();
  DepthGuard guard(*this);
  FLOE_TRY(CheckDepth());
  const Token& sign = Take();
  Expression node = Node(ExpressionKind::kUnary, sign.span);
  node.text = std::string(sign.text);
  FLOE_ASSIGN(Expression operand, ParseUnary());
  node.children.push_back(std::move(operand));
  return node;
}

Result<Expression> Parser::ParseAtTimeZone() {
  FLOE_ASSIGN(Expression value, ParsePostfix());
  while (AtWord("AT") && AtWord("TIME", 1) && AtWord("ZONE", 2)) {
    const SourceSpan span = Take().span;
    Take();
    Take();
    FLOE_ASSIGN(Expression zone, ParsePostfix());
    value = Chain(ExpressionKind::kAtTimeZone, span, std::move(value), std::move(zone));
  }
  return value;
}

Result<Expression> Parser::ParsePostfix() {
  const SourceSpan span = Peek().span;
  FLOE_ASSIGN(Expression value, ParsePrimary());
  while (true) {
    if (AcceptSymbol("[")) {
      FLOE_ASSIGN(Expression index, ParseExpression());
      FLOE_TRY(ExpectSymbol("]"));
      value = Chain(ExpressionKind::kSubscript, span, std::move(value), std::move(index));
    } else if (AtSymbol(".") && AtName(1)) {
      Take();
      Expression node = Node(ExpressionKind::kDereference, span);
      FLOE_ASSIGN(node.name, ParseIdentifier());
      node.children.push_back(std::move(value));
      value = std::move(node);
    } else {
      return value;
    }
  }
}

Result<std::vector<Expression>> Parser::ParseExpressionList(std::string_view closing) {
  std::vector<Expression> items;
  if (AtSymbol(closing)) return items;
  do {
    FLOE_ASSIGN(Expression item, ParseExpression());
    items.push_back(std::move(item));
  } while (AcceptSymbol(","));
  return items;
}

}  // namespace floe::sql::trino
