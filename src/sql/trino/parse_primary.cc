// Literals and the expressions that start with a word of their own.
#include <algorithm>
#include <utility>

#include "sql/trino/keywords.h"
#include "sql/trino/parser.h"
#include "sql/utf8.h"

namespace floe::sql::trino {
namespace {

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::string_view kIntervalUnits[] = {"YEAR", "MONTH",  "WEEK",  "DAY",
                                               "HOUR", "MINUTE", "SECOND"};
constexpr std::string_view kCurrentWords[] = {
    "CURRENT_DATE",    "CURRENT_TIME",   "CURRENT_TIMESTAMP", "LOCALTIME",   "LOCALTIMESTAMP",
    "CURRENT_CATALOG", "CURRENT_SCHEMA", "CURRENT_USER",      "CURRENT_PATH"};

}  // namespace

Result<Expression> Parser::ParsePrimary() {
  const Token& token = Peek();
  switch (token.kind) {
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
    case TokenKind::kApproximate:
      return ParseNumber();
    case TokenKind::kString:
    case TokenKind::kUnicodeString:
      return ParseString();
    case TokenKind::kBinaryString: {
      Expression node = Node(ExpressionKind::kBinary, token.span);
      for (char c : Take().value) {
        if (c != ' ') node.text += c;
      }
      const bool is_hex =
          std::all_of(node.text.begin(), node.text.end(), [](char c) { return HexDigit(c) >= 0; });
      if (!is_hex || node.text.size() % 2 != 0) {
        return Error(ErrorCode::kSqlSyntax,
                     is_hex ? "Binary literal must contain an even number of digits"
                            : "Binary literal can only contain hexadecimal digits",
                     node.span);
      }
      return node;
    }
    case TokenKind::kWord:
    case TokenKind::kQuotedIdentifier:
      return ParseWordPrimary();
    default:
      break;
  }
  if (AtSymbol("(")) return ParseParenthesized();
  if (AtSymbol("?")) {
    ++parameter_count_;
    Expression node = Node(ExpressionKind::kParameter, Take().span);
    node.text = std::to_string(parameter_count_ - 1);
    return node;
  }
  return Unexpected("<expression>");
}

Result<Expression> Parser::ParseNumber() {
  const Token& token = Take();
  Expression node = Node(ExpressionKind::kInteger, token.span);
  if (token.kind == TokenKind::kDecimal) node.kind = ExpressionKind::kDecimal;
  if (token.kind == TokenKind::kApproximate) node.kind = ExpressionKind::kDouble;
  node.text = std::string(token.text);
  if (Peek().begin == token.end && Peek().kind == TokenKind::kWord) return Unexpected("<EOF>");
  return node;
}

Result<Expression> Parser::ParseString() {
  Expression node = Node(ExpressionKind::kString, Peek().span);
  FLOE_ASSIGN(node.text, ParseStringText());
  return node;
}

Result<std::string> Parser::ParseStringText() {
  if (Peek().kind == TokenKind::kString) return Take().value;
  if (Peek().kind == TokenKind::kUnicodeString) {
    const Token token = Take();
    return DecodeUnicodeString(token);
  }
  return Unexpected("<string>");
}

Result<std::string> Parser::DecodeUnicodeString(const Token& token) {
  char escape = '\\';
  if (AcceptWord("UESCAPE")) {
    if (Peek().kind != TokenKind::kString || Peek().value.size() != 1) {
      return Unexpected("<string>");
    }
    escape = Take().value[0];
  }
  std::string out;
  const std::string& text = token.value;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] != escape) {
      out += text[i];
      continue;
    }
    if (i + 1 < text.size() && text[i + 1] == escape) {
      out += escape;
      ++i;
      continue;
    }
    const bool is_long = i + 1 < text.size() && text[i + 1] == '+';
    const size_t first = i + (is_long ? 2 : 1);
    const size_t digits = is_long ? 6 : 4;
    uint32_t code_point = 0;
    for (size_t k = first; k < first + digits; ++k) {
      const int digit = k < text.size() ? HexDigit(text[k]) : -1;
      if (digit < 0) {
        return Error(ErrorCode::kSqlSyntax, "Incomplete escape sequence: " + text.substr(i),
                     token.span);
      }
      code_point = code_point * 16 + static_cast<uint32_t>(digit);
    }
    if (code_point > 0x10FFFF || (code_point >= 0xD800 && code_point <= 0xDFFF)) {
      return Error(ErrorCode::kSqlSyntax,
                   "Invalid escaped character: " + text.substr(first, digits), token.span);
    }
    AppendUtf8(code_point, &out);
    i = first + digits - 1;
  }
  return out;
}

Result<Expression> Parser::ParseWordPrimary() {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord) {
    if (token.upper == "NULL") return Node(ExpressionKind::kNull, Take().span);
    if (token.upper == "TRUE" || token.upper == "FALSE") {
      Expression node = Node(ExpressionKind::kBoolean, token.span);
      node.text = Take().upper;
      return node;
    }
    if (token.upper == "CASE") return ParseCase();
    if (token.upper == "CAST" && AtSymbol("(", 1)) return ParseCast(false);
    if (token.upper == "TRY_CAST" && AtSymbol("(", 1)) return ParseCast(true);
    if (token.upper == "EXTRACT" && AtSymbol("(", 1)) return ParseExtract();
    if (token.upper == "EXISTS") return ParseExists();
    if (token.upper == "GROUPING" && AtSymbol("(", 1)) return ParseGrouping();
    if (token.upper == "ARRAY" && AtSymbol("[", 1)) return ParseArray();
    if (token.upper == "ROW" && AtSymbol("(", 1)) {
      Expression node = Node(ExpressionKind::kRow, Take().span);
      Take();
      FLOE_ASSIGN(node.children, ParseExpressionList(")"));
      FLOE_TRY(ExpectSymbol(")"));
      return node;
    }
    const bool is_current = std::find(std::begin(kCurrentWords), std::end(kCurrentWords),
                                      std::string_view(token.upper)) != std::end(kCurrentWords);
    if (is_current) return ParseCurrentTime();
    if (token.upper == "INTERVAL" &&
        (Peek(1).kind == TokenKind::kString || AtSymbol("-", 1) || AtSymbol("+", 1))) {
      return ParseInterval();
    }
    FLOE_ASSIGN(auto literal, ParseTypedLiteral());
    if (literal) return *std::move(literal);
    if (AtSymbol("(", 1) && IsReservedWord(token.upper)) return ParseSpecialCall();
    if (AtSymbol("(", 1) && (token.upper == "POSITION")) return ParsePosition();
  }
  if (AtName() && AtArrow(1)) return ParseLambda();
  if (!AtName()) return Unexpected("<expression>");
  // a.b.c( is a call, a.b.c a chain of fields.
  size_t ahead = 1;
  while (AtSymbol(".", ahead) && AtName(ahead + 1)) ahead += 2;
  if (AtSymbol("(", ahead)) {
    FLOE_ASSIGN(QualifiedName name, ParseQualifiedName());
    return ParseCall(std::move(name));
  }
  Expression node = Node(ExpressionKind::kIdentifier, token.span);
  FLOE_ASSIGN(node.name, ParseIdentifier());
  return node;
}

// DATE '…', TIMESTAMP '…', any type name before a string.
Result<std::optional<Expression>> Parser::ParseTypedLiteral() {
  const Token& token = Peek();
  if (IsReservedWord(token.upper)) return std::optional<Expression>();
  const bool is_double = token.upper == "DOUBLE" && AtWord("PRECISION", 1);
  const size_t at = is_double ? 2 : 1;
  if (Peek(at).kind != TokenKind::kString && Peek(at).kind != TokenKind::kUnicodeString) {
    return std::optional<Expression>();
  }
  Expression node = Node(ExpressionKind::kTypedLiteral, token.span);
  TypeName type;
  type.name = LowerCase(token.text);
  type.span = token.span;
  for (size_t i = 0; i < at; ++i) Take();
  node.type = std::move(type);
  FLOE_ASSIGN(node.text, ParseStringText());
  return std::optional<Expression>(std::move(node));
}

Result<Expression> Parser::ParseParenthesized() {
  const SourceSpan span = Peek().span;
  // (a, b) -> … and () -> …
  size_t ahead = 1;
  while (AtName(ahead) && AtSymbol(",", ahead + 1)) ahead += 2;
  if (AtName(ahead) && AtSymbol(")", ahead + 1)) ++ahead;
  if (AtSymbol(")", ahead) && AtArrow(ahead + 1)) return ParseLambda();
  Take();
  if (AtQueryStart()) {
    // Parentheses around an expression that starts with a subquery look the same.
    const size_t start = index_;
    const int parameters = parameter_count_;
    if (!AtSymbol("(")) {
      Expression node = Node(ExpressionKind::kSubquery, span);
      FLOE_ASSIGN(Query query, ParseQuery());
      node.query = std::move(query);
      FLOE_TRY(ExpectSymbol(")"));
      return node;
    }
    Result<Query> query = ParseQuery();
    if (query.ok() && AtSymbol(")")) {
      Take();
      Expression node = Node(ExpressionKind::kSubquery, span);
      node.query = *std::move(query);
      return node;
    }
    index_ = start;
    parameter_count_ = parameters;
  }
  FLOE_ASSIGN(auto items, ParseExpressionList(")"));
  if (items.empty()) return Unexpected("<expression>, <query>");
  FLOE_TRY(ExpectSymbol(")"));
  if (items.size() == 1) return std::move(items[0]);
  Expression node = Node(ExpressionKind::kRow, span);
  node.children = std::move(items);
  return node;
}

Result<Expression> Parser::ParseCase() {
  Expression node = Node(ExpressionKind::kCase, Take().span);
  if (!AtWord("WHEN")) {
    node.kind = ExpressionKind::kSimpleCase;
    FLOE_ASSIGN(Expression operand, ParseExpression());
    node.children.push_back(std::move(operand));
  }
  do {
    FLOE_TRY(ExpectWord("WHEN"));
    FLOE_ASSIGN(Expression when, ParseExpression());
    FLOE_TRY(ExpectWord("THEN"));
    FLOE_ASSIGN(Expression then, ParseExpression());
    node.children.push_back(std::move(when));
    node.children.push_back(std::move(then));
  } while (AtWord("WHEN"));
  if (AcceptWord("ELSE")) {
    node.flag = true;
    FLOE_ASSIGN(Expression otherwise, ParseExpression());
    node.children.push_back(std::move(otherwise));
  }
  FLOE_TRY(ExpectWord("END"));
  return node;
}

Result<Expression> Parser::ParseCast(bool is_try) {
  Expression node = Node(ExpressionKind::kCast, Take().span);
  node.flag = is_try;
  FLOE_TRY(ExpectSymbol("("));
  FLOE_ASSIGN(Expression value, ParseExpression());
  node.children.push_back(std::move(value));
  FLOE_TRY(ExpectWord("AS"));
  FLOE_ASSIGN(TypeName type, ParseType());
  node.type = std::move(type);
  FLOE_TRY(ExpectSymbol(")"));
  return node;
}

Result<Expression> Parser::ParseExtract() {
  Expression node = Node(ExpressionKind::kExtract, Take().span);
  Take();
  FLOE_ASSIGN(Identifier field, ParseIdentifier());
  for (char c : field.value) node.text += static_cast<char>(c >= 'a' && c <= 'z' ? c - 32 : c);
  FLOE_TRY(ExpectWord("FROM"));
  FLOE_ASSIGN(Expression value, ParseExpression());
  node.children.push_back(std::move(value));
  FLOE_TRY(ExpectSymbol(")"));
  return node;
}

Result<Expression> Parser::ParseInterval() {
  Expression node = Node(ExpressionKind::kInterval, Take().span);
  bool negative = false;
  if (AtSymbol("-") || AtSymbol("+")) negative = Take().text == "-";
  FLOE_ASSIGN(node.text, ParseStringText());
  if (negative) node.text = "-" + node.text;
  TypeName type;
  for (int part = 0; part < 2; ++part) {
    const auto* unit = std::find(std::begin(kIntervalUnits), std::end(kIntervalUnits),
                                 std::string_view(Peek().upper));
    if (unit == std::end(kIntervalUnits)) {
      return Unexpected("'DAY', 'HOUR', 'MINUTE', 'MONTH', 'SECOND', 'YEAR'");
    }
    type.name += LowerCase(Take().upper);
    if (part == 1 || !AcceptWord("TO")) break;
    type.name += " to ";
  }
  node.type = std::move(type);
  return node;
}

Result<Expression> Parser::ParseArray() {
  Expression node = Node(ExpressionKind::kArray, Take().span);
  Take();
  FLOE_ASSIGN(node.children, ParseExpressionList("]"));
  FLOE_TRY(ExpectSymbol("]"));
  return node;
}

Result<Expression> Parser::ParseLambda() {
  Expression node = Node(ExpressionKind::kLambda, Peek().span);
  if (AcceptSymbol("(")) {
    while (!AtSymbol(")")) {
      FLOE_ASSIGN(Identifier name, ParseIdentifier());
      node.parameters.push_back(std::move(name));
      if (!AcceptSymbol(",")) break;
    }
    FLOE_TRY(ExpectSymbol(")"));
  } else {
    FLOE_ASSIGN(Identifier name, ParseIdentifier());
    node.parameters.push_back(std::move(name));
  }
  FLOE_TRY(ExpectSymbol("-"));
  FLOE_TRY(ExpectSymbol(">"));
  FLOE_ASSIGN(Expression body, ParseExpression());
  node.children.push_back(std::move(body));
  return node;
}

Result<Expression> Parser::ParseCurrentTime() {
  Expression node = Node(ExpressionKind::kCurrentTime, Peek().span);
  node.text = Take().upper;
  if (AtSymbol("(") && Peek(1).kind == TokenKind::kInteger) {
    Take();
    TypeName type;
    type.parameters.push_back(
        std::min<int64_t>(std::strtoll(std::string(Take().text).c_str(), nullptr, 10), 100));
    node.type = std::move(type);
    FLOE_TRY(ExpectSymbol(")"));
  }
  return node;
}

Result<Expression> Parser::ParseExists() {
  Expression node = Node(ExpressionKind::kExists, Take().span);
  FLOE_TRY(ExpectSymbol("("));
  FLOE_ASSIGN(Query query, ParseQuery());
  node.query = std::move(query);
  FLOE_TRY(ExpectSymbol(")"));
  return node;
}

Result<Expression> Parser::ParseGrouping() {
  Expression node = Node(ExpressionKind::kGrouping, Take().span);
  Take();
  FLOE_ASSIGN(node.children, ParseExpressionList(")"));
  FLOE_TRY(ExpectSymbol(")"));
  return node;
}

}  // namespace floe::sql::trino
