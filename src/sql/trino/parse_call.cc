// Function calls, windows, and the calls with a syntax of their own.
#include <utility>

#include "sql/trino/keywords.h"
#include "sql/trino/parser.h"

namespace floe::sql::trino {

Expression Parser::MakeCall(std::string_view name, const SourceSpan& span,
                            std::vector<Expression> arguments) const {
  Expression node = Node(ExpressionKind::kCall, span);
  CallOptions options;
  options.function.parts.push_back({std::string(name), false, span});
  options.function.span = span;
  node.call = std::move(options);
  node.children = std::move(arguments);
  return node;
}

Result<Expression> Parser::ParseCall(QualifiedName name) {
  Expression node = Node(ExpressionKind::kCall, name.span);
  CallOptions options;
  options.function = std::move(name);
  FLOE_TRY(ExpectSymbol("("));
  if (AtSymbol("*") && AtSymbol(")", 1)) {
    Take();
    options.star = true;
  } else {
    if (AcceptWord("DISTINCT")) {
      options.distinct = true;
    } else if (AtWord("ALL") && !AtSymbol(")", 1) && !AtSymbol(",", 1)) {
      Take();
    }
    FLOE_ASSIGN(node.children, ParseExpressionList(")"));
    if (AcceptWords("ORDER", "BY")) {
      FLOE_ASSIGN(options.order_by, ParseSortItems());
    }
  }
  FLOE_TRY(ExpectSymbol(")"));
  node.call = std::move(options);
  FLOE_TRY(ParseCallTail(node));
  return node;
}

Status Parser::ParseCallTail(Expression& call) {
  if (AtWord("FILTER") && AtSymbol("(", 1)) {
    Take();
    Take();
    FLOE_TRY(ExpectWord("WHERE"));
    FLOE_ASSIGN(Expression condition, ParseExpression());
    call.call->filter.push_back(std::move(condition));
    FLOE_TRY(ExpectSymbol(")"));
  }
  if (AcceptWords("IGNORE", "NULLS")) {
    call.call->ignore_nulls = true;
  } else {
    AcceptWords("RESPECT", "NULLS");
  }
  if (AtWord("OVER") && (AtSymbol("(", 1) || AtName(1))) {
    Take();
    FLOE_ASSIGN(Window window, ParseOver());
    call.call->over.push_back(std::move(window));
  }
  return Status::Ok();
}

Result<Window> Parser::ParseOver() {
  if (!AtSymbol("(")) {
    Window window;
    window.span = Peek().span;
    FLOE_ASSIGN(window.base, ParseIdentifier());
    return window;
  }
  Take();
  FLOE_ASSIGN(Window window, ParseWindowSpecification());
  FLOE_TRY(ExpectSymbol(")"));
  return window;
}

Result<Window> Parser::ParseWindowSpecification() {
  Window window;
  window.span = Peek().span;
  const bool has_base = AtName() && !AtWord("PARTITION") && !AtWord("ROWS") && !AtWord("RANGE") &&
                        !AtWord("GROUPS") && !AtWord("MEASURES");
  if (has_base) {
    FLOE_ASSIGN(window.base, ParseIdentifier());
  }
  if (AcceptWords("PARTITION", "BY")) {
    do {
      FLOE_ASSIGN(Expression item, ParseExpression());
      window.partition_by.push_back(std::move(item));
    } while (AcceptSymbol(","));
  }
  if (AcceptWords("ORDER", "BY")) {
    FLOE_ASSIGN(window.order_by, ParseSortItems());
  }
  if (AtWord("ROWS") || AtWord("RANGE") || AtWord("GROUPS")) FLOE_TRY(ParseFrame(window));
  return window;
}

Status Parser::ParseFrame(Window& window) {
  const std::string unit = Take().upper;
  window.has_frame = true;
  window.unit = unit == "ROWS"    ? FrameUnit::kRows
                : unit == "RANGE" ? FrameUnit::kRange
                                  : FrameUnit::kGroups;
  const bool has_end = AcceptWord("BETWEEN");
  FLOE_ASSIGN(window.start, ParseFrameBound());
  if (!has_end) return Status::Ok();
  FLOE_TRY(ExpectWord("AND"));
  FLOE_ASSIGN(window.end, ParseFrameBound());
  return Status::Ok();
}

Result<FrameBound> Parser::ParseFrameBound() {
  FrameBound bound;
  if (AcceptWords("UNBOUNDED", "PRECEDING")) return bound;
  if (AcceptWords("UNBOUNDED", "FOLLOWING")) {
    bound.kind = BoundKind::kUnboundedFollowing;
    return bound;
  }
  if (AcceptWords("CURRENT", "ROW")) {
    bound.kind = BoundKind::kCurrentRow;
    return bound;
  }
  FLOE_ASSIGN(Expression value, ParseExpression());
  bound.value.push_back(std::move(value));
  if (AcceptWord("FOLLOWING")) {
    bound.kind = BoundKind::kFollowing;
    return bound;
  }
  bound.kind = BoundKind::kPreceding;
  FLOE_TRY(ExpectWord("PRECEDING"));
  return bound;
}

Result<Expression> Parser::ParseSpecialCall() {
  const Token& token = Peek();
  if (token.upper == "TRIM") return ParseTrim();
  if (token.upper == "LISTAGG") return ParseListagg();
  if (token.upper.starts_with("JSON_")) return ParseJsonCall();
  if (token.upper == "NORMALIZE") {
    const SourceSpan span = Take().span;
    Take();
    FLOE_ASSIGN(Expression value, ParseExpression());
    std::vector<Expression> arguments;
    arguments.push_back(std::move(value));
    Expression form = Node(ExpressionKind::kString, span);
    form.text = AcceptSymbol(",") ? Take().upper : "NFC";
    arguments.push_back(std::move(form));
    FLOE_TRY(ExpectSymbol(")"));
    return MakeCall("normalize", span, std::move(arguments));
  }
  return Unexpected("<expression>");
}

// POSITION(a IN b) is strpos(b, a).
Result<Expression> Parser::ParsePosition() {
  const SourceSpan span = Take().span;
  Take();
  FLOE_ASSIGN(Expression part, ParseAdditive());
  FLOE_TRY(ExpectWord("IN"));
  FLOE_ASSIGN(Expression text, ParseAdditive());
  FLOE_TRY(ExpectSymbol(")"));
  std::vector<Expression> arguments;
  arguments.push_back(std::move(text));
  arguments.push_back(std::move(part));
  return MakeCall("strpos", span, std::move(arguments));
}

Result<Expression> Parser::ParseTrim() {
  const SourceSpan span = Take().span;
  Take();
  std::string_view name = "trim";
  bool is_specified = true;
  if (AcceptWord("LEADING")) {
    name = "ltrim";
  } else if (AcceptWord("TRAILING")) {
    name = "rtrim";
  } else {
    is_specified = AcceptWord("BOTH");
  }
  std::vector<Expression> arguments;
  if (!(is_specified && AcceptWord("FROM"))) {
    FLOE_ASSIGN(Expression first, ParseExpression());
    arguments.push_back(std::move(first));
    if (AcceptWord("FROM")) {
      FLOE_ASSIGN(Expression text, ParseExpression());
      arguments.insert(arguments.begin(), std::move(text));
    } else if (AcceptSymbol(",")) {
      FLOE_ASSIGN(Expression characters, ParseExpression());
      arguments.push_back(std::move(characters));
    }
  } else {
    FLOE_ASSIGN(Expression text, ParseExpression());
    arguments.push_back(std::move(text));
  }
  FLOE_TRY(ExpectSymbol(")"));
  return MakeCall(name, span, std::move(arguments));
}

Result<Expression> Parser::ParseListagg() {
  const SourceSpan span = Take().span;
  Take();
  const bool distinct = AcceptWord("DISTINCT");
  FLOE_ASSIGN(Expression value, ParseExpression());
  Expression separator = Node(ExpressionKind::kString, span);
  if (AcceptSymbol(",")) {
    FLOE_ASSIGN(separator, ParseString());
  }
  if (AcceptWords("ON", "OVERFLOW")) {
    if (!AcceptWord("ERROR")) {
      return Error(ErrorCode::kSqlUnsupported, "LISTAGG … ON OVERFLOW TRUNCATE is not supported",
                   span);
    }
  }
  FLOE_TRY(ExpectSymbol(")"));
  std::vector<Expression> arguments;
  arguments.push_back(std::move(value));
  arguments.push_back(std::move(separator));
  Expression call = MakeCall("listagg", span, std::move(arguments));
  call.call->distinct = distinct;
  FLOE_TRY(ExpectWord("WITHIN"));
  FLOE_TRY(ExpectWord("GROUP"));
  FLOE_TRY(ExpectSymbol("("));
  FLOE_TRY(ExpectWord("ORDER"));
  FLOE_TRY(ExpectWord("BY"));
  FLOE_ASSIGN(call.call->order_by, ParseSortItems());
  FLOE_TRY(ExpectSymbol(")"));
  FLOE_TRY(ParseCallTail(call));
  return call;
}

// The standard's JSON functions are read over, to be refused by name.
Result<Expression> Parser::ParseJsonCall() {
  const SourceSpan span = Peek().span;
  const std::string name = LowerCase(Take().upper);
  int depth = 0;
  do {
    if (AtSymbol("(")) ++depth;
    if (AtSymbol(")")) --depth;
    if (Peek().kind == TokenKind::kEnd || Peek().kind == TokenKind::kCommentEnd) {
      return Unexpected("')'");
    }
    Take();
  } while (depth > 0);
  return MakeCall(name, span, {});
}

}  // namespace floe::sql::trino
