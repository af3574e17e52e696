#include "sql/flink/parse.h"

#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "sql/flink/parser.h"
#include "sql/flink/statement_reader.h"

namespace floe::sql::flink {

namespace {

Status CheckLength(std::string_view text) {
  if (text.size() <= limits::kMaxSqlBytes) return Status::Ok();
  return Status(ErrorCode::kLimitExceeded,
                "the SQL text has " + std::to_string(text.size()) + " bytes; at most " +
                    std::to_string(limits::kMaxSqlBytes) + " are allowed");
}

Result<Parser> MakeParser(std::string_view text) {
  FLOE_TRY(CheckLength(text));
  Lexer lexer(text, FlinkLexerOptions());
  std::vector<Token> tokens;
  do {
    FLOE_ASSIGN(Token token, lexer.Next());
    tokens.push_back(std::move(token));
  } while (tokens.back().kind != TokenKind::kEnd);
  return Parser(text, std::move(tokens));
}

Error NotInSet(const Statement& statement) {
  return Error(ErrorCode::kSqlSyntax, StatementName(statement) + " cannot stand in a statement set",
               statement.span)
      .WithHint("between BEGIN STATEMENT SET and END only INSERT INTO is allowed");
}

// The statements behind BEGIN STATEMENT SET up to END, as one statement.
Result<Statement> ReadStatementSet(StatementReader& reader, std::string_view text,
                                   const Statement& begin) {
  StatementSet set;
  const size_t begin_offset = reader.statement_begin();
  set.is_script_form = true;
  while (true) {
    FLOE_ASSIGN(std::optional<Statement> next, reader.Next());
    if (!next.has_value()) {
      return Error(ErrorCode::kSqlSyntax, "BEGIN STATEMENT SET has no END", begin.span)
          .WithHint("close the set with END;");
    }
    if (next->As<EndStatementSet>() != nullptr) {
      Statement statement;
      statement.node = std::move(set);
      statement.span = SourceSpan{begin.span.line, begin.span.column, next->span.end_line,
                                  next->span.end_column};
      statement.text = text.substr(begin_offset, reader.statement_end() - begin_offset);
      return statement;
    }
    Insert* insert = std::get_if<Insert>(&next->node);
    if (insert == nullptr) return NotInSet(*next);
    set.inserts.push_back({std::move(*insert), std::move(next->text), next->span});
  }
}

}  // namespace

Result<std::vector<Statement>> ParseScript(std::string_view text) {
  FLOE_TRY(CheckLength(text));
  std::vector<Statement> statements;
  StatementReader reader(text);
  while (true) {
    FLOE_ASSIGN(std::optional<Statement> statement, reader.Next());
    if (!statement.has_value()) return statements;
    if (statement->As<EndStatementSet>() != nullptr) {
      return Error(ErrorCode::kSqlSyntax, "END closes no statement set", statement->span)
          .WithHint("begin one with BEGIN STATEMENT SET;");
    }
    if (statement->As<BeginStatementSet>() != nullptr) {
      FLOE_ASSIGN(statement, ReadStatementSet(reader, text, *statement));
    }
    statements.push_back(*std::move(statement));
  }
}

Result<Statement> ParseStatement(std::string_view text) {
  FLOE_TRY(CheckLength(text));
  StatementReader reader(text);
  FLOE_ASSIGN(std::optional<Statement> statement, reader.Next());
  if (!statement.has_value()) {
    return Error(ErrorCode::kSqlSyntax, "the statement is empty", reader.Here());
  }
  StatementReader rest = reader;
  FLOE_ASSIGN(const bool has_more, rest.SkipToNext());
  if (has_more) {
    return Error(ErrorCode::kSqlSyntax, "only one statement is allowed here", rest.Here());
  }
  return *std::move(statement);
}

Result<Query> ParseQuery(std::string_view text) {
  FLOE_ASSIGN(Parser parser, MakeParser(text));
  return parser.ParseWholeQuery();
}

Result<Expression> ParseExpression(std::string_view text) {
  FLOE_ASSIGN(Parser parser, MakeParser(text));
  return parser.ParseWholeExpression();
}

Result<TypeName> ParseTypeName(std::string_view text) {
  FLOE_ASSIGN(Parser parser, MakeParser(text));
  return parser.ParseWholeTypeName();
}

}  // namespace floe::sql::flink
