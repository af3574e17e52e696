#include "sql/trino/parser.h"

#include <utility>

#include "base/limits.h"
#include "sql/lexer.h"
#include "sql/trino/keywords.h"
#include "sql/trino/parse.h"

namespace floe::sql::trino {
namespace {

constexpr LexerOptions kOptions{'"', false, false, false};

std::string Shown(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "<EOF>";
  return std::string(token.text);
}

}  // namespace

Parser::Parser(std::string_view text) : text_(text) {}

Status Parser::Tokenize() {
  if (text_.size() > limits::kMaxSqlBytes) {
    return Status(ErrorCode::kLimitExceeded, "the statement is longer than " +
                                                 std::to_string(limits::kMaxSqlBytes) + " bytes");
  }
  Lexer lexer(text_, kOptions);
  while (true) {
    Result<Token> token = lexer.Next();
    if (!token.ok()) {
      Token bad;
      bad.kind = TokenKind::kCommentEnd;
      if (token.error().span()) bad.span = *token.error().span();
      bad.begin = bad.end = lexer.position().offset;
      bad.value = token.error().message();
      bad.text = text_.substr(std::min(lexer.position().offset, text_.size()), 0);
      tokens_.push_back(std::move(bad));
      Token end;
      end.span = tokens_.back().span;
      tokens_.push_back(std::move(end));
      return Status::Ok();
    }
    const bool is_end = token->kind == TokenKind::kEnd;
    tokens_.push_back(*std::move(token));
    if (is_end) return Status::Ok();
  }
}

const Token& Parser::Peek(size_t ahead) const {
  return tokens_[std::min(index_ + ahead, tokens_.size() - 1)];
}

const Token& Parser::Take() {
  const Token& token = Peek();
  if (index_ + 1 < tokens_.size()) ++index_;
  return token;
}

bool Parser::AtName(size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kQuotedIdentifier ||
         (token.kind == TokenKind::kWord && !IsReservedWord(token.upper));
}

bool Parser::AtArrow(size_t ahead) const {
  return AtSymbol("-", ahead) && AtSymbol(">", ahead + 1) &&
         Peek(ahead).end == Peek(ahead + 1).begin;
}

bool Parser::AcceptWord(std::string_view word) {
  if (!AtWord(word)) return false;
  Take();
  return true;
}

bool Parser::AcceptWords(std::string_view first, std::string_view second) {
  if (!AtWord(first) || !AtWord(second, 1)) return false;
  Take();
  Take();
  return true;
}

bool Parser::AcceptSymbol(std::string_view symbol) {
  if (!AtSymbol(symbol)) return false;
  Take();
  return true;
}

Status Parser::ExpectWord(std::string_view word) {
  if (AcceptWord(word)) return Status::Ok();
  return Unexpected("'" + std::string(word) + "'");
}

Status Parser::ExpectSymbol(std::string_view symbol) {
  if (AcceptSymbol(symbol)) return Status::Ok();
  return Unexpected("'" + std::string(symbol) + "'");
}

Error Parser::Unexpected(std::string_view expected) const {
  const Token& token = Peek();
  if (token.kind == TokenKind::kCommentEnd && !token.value.empty()) {
    return Error(ErrorCode::kSqlSyntax, token.value, token.span);
  }
  return Error(ErrorCode::kSqlSyntax,
               "mismatched input '" + Shown(token) + "'. Expecting: " + std::string(expected),
               token.span);
}

Status Parser::CheckDepth() const {
  if (depth_ <= limits::kMaxSqlNestingDepth) return Status::Ok();
  return Error(ErrorCode::kLimitExceeded, "the statement is nested too deeply", Peek().span);
}

Expression Parser::Node(ExpressionKind kind, const SourceSpan& span) const {
  Expression node;
  node.kind = kind;
  node.span = span;
  return node;
}

Status Parser::ExpectEnd() {
  if (Peek().kind == TokenKind::kEnd) return Status::Ok();
  return Unexpected("<EOF>");
}

Result<Identifier> Parser::ParseIdentifier() {
  if (!AtName()) return Unexpected("<identifier>");
  const Token& token = Take();
  Identifier name;
  name.span = token.span;
  name.quoted = token.kind == TokenKind::kQuotedIdentifier;
  name.value = name.quoted ? token.value : std::string(token.text);
  return name;
}

Result<QualifiedName> Parser::ParseQualifiedName() {
  QualifiedName name;
  name.span = Peek().span;
  FLOE_ASSIGN(Identifier first, ParseIdentifier());
  name.parts.push_back(std::move(first));
  while (AtSymbol(".") && AtName(1)) {
    Take();
    FLOE_ASSIGN(Identifier part, ParseIdentifier());
    name.parts.push_back(std::move(part));
  }
  return name;
}

Result<std::vector<Identifier>> Parser::ParseIdentifierList() {
  FLOE_TRY(ExpectSymbol("("));
  std::vector<Identifier> names;
  do {
    FLOE_ASSIGN(Identifier name, ParseIdentifier());
    names.push_back(std::move(name));
  } while (AcceptSymbol(","));
  FLOE_TRY(ExpectSymbol(")"));
  return names;
}

Result<Statement> ParseStatement(std::string_view text) {
  Parser parser(text);
  FLOE_TRY(parser.Tokenize());
  FLOE_ASSIGN(Statement statement, parser.ParseStatement());
  FLOE_TRY(parser.ExpectEnd());
  statement.parameter_count = parser.parameter_count();
  return statement;
}

Result<Expression> ParseExpression(std::string_view text) {
  Parser parser(text);
  FLOE_TRY(parser.Tokenize());
  FLOE_ASSIGN(Expression expression, parser.ParseExpression());
  FLOE_TRY(parser.ExpectEnd());
  return expression;
}

Result<TypeName> ParseTypeName(std::string_view text) {
  Parser parser(text);
  FLOE_TRY(parser.Tokenize());
  FLOE_ASSIGN(TypeName type, parser.ParseType());
  FLOE_TRY(parser.ExpectEnd());
  return type;
}

}  // namespace floe::sql::trino
