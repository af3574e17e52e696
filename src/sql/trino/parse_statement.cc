// Statements.
#include <algorithm>
#include <utility>

#include "sql/trino/keywords.h"
#include "sql/trino/parser.h"

namespace floe::sql::trino {
namespace {

constexpr std::string_view kExpected =
    "'ALTER', 'ANALYZE', 'CALL', 'COMMENT', 'COMMIT', 'CREATE', 'DEALLOCATE', 'DELETE', 'DENY', "
    "'DESC', 'DESCRIBE', 'DROP', 'EXECUTE', 'EXPLAIN', 'GRANT', 'INSERT', 'MERGE', 'PREPARE', "
    "'REFRESH', 'RESET', 'REVOKE', 'ROLLBACK', 'SET', 'SHOW', 'START', 'TRUNCATE', 'UPDATE', "
    "'USE', 'WITH', <query>";

// Statements that are read over and refused by name.
constexpr std::string_view kOthers[] = {"ALTER",  "ANALYZE", "CALL",   "COMMENT",  "CREATE",
                                        "DELETE", "DENY",    "DROP",   "GRANT",    "INSERT",
                                        "MERGE",  "REFRESH", "REVOKE", "TRUNCATE", "UPDATE"};
constexpr std::string_view kSecondWords[] = {
    "TABLE",  "SCHEMA", "VIEW",    "MATERIALIZED", "ROLE", "FUNCTION", "CATALOG",
    "BRANCH", "OR",     "REPLACE", "INTO",         "FROM", "ON",       "COLUMN"};

Statement Make(StatementKind kind, const SourceSpan& span) {
  Statement statement;
  statement.kind = kind;
  statement.span = span;
  return statement;
}

}  // namespace

Result<Statement> Parser::ParseStatement() {
  const Token& token = Peek();
  if (AtQueryStart()) {
    Statement statement = Make(StatementKind::kQuery, token.span);
    FLOE_ASSIGN(Query query, ParseQuery());
    statement.query = std::move(query);
    return statement;
  }
  if (token.kind != TokenKind::kWord) return Unexpected(kExpected);
  const std::string& word = token.upper;
  if (word == "SHOW") return ParseShow();
  if (word == "DESCRIBE" || word == "DESC") return ParseDescribe();
  if (word == "USE") {
    Statement statement = Make(StatementKind::kUse, Take().span);
    FLOE_ASSIGN(statement.name, ParseQualifiedName());
    return statement;
  }
  if (word == "SET") return ParseSet();
  if (word == "RESET") return ParseReset();
  if (word == "PREPARE") return ParsePrepare();
  if (word == "EXECUTE") return ParseExecute();
  if (word == "DEALLOCATE") {
    Statement statement = Make(StatementKind::kDeallocate, Take().span);
    FLOE_TRY(ExpectWord("PREPARE"));
    FLOE_ASSIGN(statement.identifier, ParseIdentifier());
    return statement;
  }
  if (word == "EXPLAIN") return ParseExplain();
  if (word == "START" || word == "COMMIT" || word == "ROLLBACK") return ParseTransaction();
  const bool is_other = std::find(std::begin(kOthers), std::end(kOthers), std::string_view(word)) !=
                        std::end(kOthers);
  if (is_other) return ParseOther();
  return Unexpected(kExpected);
}

Status Parser::SkipRest() {
  while (Peek().kind != TokenKind::kEnd) {
    if (Peek().kind == TokenKind::kCommentEnd || AtSymbol(";")) return Unexpected("<EOF>");
    if (AtSymbol("?")) ++parameter_count_;
    Take();
  }
  return Status::Ok();
}

// CREATE TABLE x …, INSERT INTO x …: the kind and the first name.
Result<Statement> Parser::ParseOther() {
  Statement statement = Make(StatementKind::kOther, Peek().span);
  statement.text = Take().upper;
  while (Peek().kind == TokenKind::kWord &&
         std::find(std::begin(kSecondWords), std::end(kSecondWords),
                   std::string_view(Peek().upper)) != std::end(kSecondWords)) {
    const std::string word = Take().upper;
    if (word != "OR" && word != "REPLACE" && word != "INTO" && word != "FROM" && word != "ON") {
      statement.text += " " + word;
    }
    if (statement.text.ends_with("MATERIALIZED") && AtWord("VIEW")) {
      statement.text += " " + Take().upper;
    }
  }
  if (AtWord("IF")) {
    statement.if_exists = true;
    Take();
    AcceptWord("NOT");
    AcceptWord("EXISTS");
  }
  if (statement.text == "GRANT" || statement.text == "REVOKE" || statement.text == "DENY") {
    while (Peek().kind == TokenKind::kWord && !AtWord("ON")) Take();
    AcceptWord("ON");
    if (!AcceptWord("SCHEMA")) AcceptWord("TABLE");
  }
  if (AtName()) {
    FLOE_ASSIGN(statement.name, ParseQualifiedName());
  } else {
    return Unexpected("<identifier>");
  }
  FLOE_TRY(SkipRest());
  return statement;
}

Status Parser::ParseLikePattern(Statement& statement) {
  if (!AcceptWord("LIKE")) return Status::Ok();
  FLOE_ASSIGN(statement.pattern, ParseStringText());
  if (AcceptWord("ESCAPE")) {
    FLOE_ASSIGN(statement.escape, ParseStringText());
  }
  return Status::Ok();
}

Result<Statement> Parser::ParseShow() {
  const SourceSpan span = Take().span;
  struct Form {
    std::string_view word;
    StatementKind kind;
    bool takes_name;
  };
  static constexpr Form kForms[] = {{"CATALOGS", StatementKind::kShowCatalogs, false},
                                    {"SCHEMAS", StatementKind::kShowSchemas, true},
                                    {"TABLES", StatementKind::kShowTables, true},
                                    {"COLUMNS", StatementKind::kShowColumns, true},
                                    {"FUNCTIONS", StatementKind::kShowFunctions, true},
                                    {"SESSION", StatementKind::kShowSession, false}};
  for (const Form& form : kForms) {
    if (!AcceptWord(form.word)) continue;
    Statement statement = Make(form.kind, span);
    const bool needs_name = form.kind == StatementKind::kShowColumns;
    if (form.takes_name && (AtWord("FROM") || AtWord("IN"))) {
      Take();
      FLOE_ASSIGN(statement.name, ParseQualifiedName());
    } else if (needs_name) {
      return Unexpected("'FROM', 'IN'");
    }
    FLOE_TRY(ParseLikePattern(statement));
    return statement;
  }
  if (AcceptWord("CREATE")) {
    Statement statement = Make(StatementKind::kShowCreate, span);
    statement.text = Take().upper;
    if (statement.text == "MATERIALIZED") statement.text += " " + Take().upper;
    FLOE_ASSIGN(statement.name, ParseQualifiedName());
    return statement;
  }
  if (AtWord("STATS") || AtWord("GRANTS") || AtWord("ROLES") || AtWord("ROLE") ||
      AtWord("CURRENT") || AtWord("BRANCHES")) {
    Statement statement = Make(StatementKind::kOther, span);
    statement.text = "SHOW " + Take().upper;
    FLOE_TRY(SkipRest());
    return statement;
  }
  return Unexpected(
      "'BRANCHES', 'CATALOGS', 'COLUMNS', 'CREATE', 'CURRENT', 'FUNCTIONS', 'GRANTS', 'ROLE', "
      "'ROLES', 'SCHEMAS', 'SESSION', 'STATS', 'TABLES'");
}

Result<Statement> Parser::ParseDescribe() {
  const SourceSpan span = Take().span;
  const bool is_input = AtWord("INPUT") && AtName(1);
  const bool is_output = AtWord("OUTPUT") && AtName(1);
  if (is_input || is_output) {
    Take();
    Statement statement =
        Make(is_input ? StatementKind::kDescribeInput : StatementKind::kDescribeOutput, span);
    FLOE_ASSIGN(statement.identifier, ParseIdentifier());
    return statement;
  }
  Statement statement = Make(StatementKind::kShowColumns, span);
  FLOE_ASSIGN(statement.name, ParseQualifiedName());
  return statement;
}

Result<Statement> Parser::ParseSet() {
  const SourceSpan span = Take().span;
  if (AcceptWords("TIME", "ZONE")) {
    Statement statement = Make(StatementKind::kSetTimeZone, span);
    if (AcceptWord("LOCAL")) return statement;
    FLOE_ASSIGN(Expression zone, ParseExpression());
    statement.parameters.push_back(std::move(zone));
    return statement;
  }
  if (AtWord("SESSION") && !AtWord("AUTHORIZATION", 1)) {
    Take();
    Statement statement = Make(StatementKind::kSetSession, span);
    FLOE_ASSIGN(statement.name, ParseQualifiedName());
    FLOE_TRY(ExpectSymbol("="));
    FLOE_ASSIGN(Expression value, ParseExpression());
    statement.parameters.push_back(std::move(value));
    return statement;
  }
  if (AtWord("ROLE") || AtWord("PATH") || AtWord("SESSION")) {
    Statement statement = Make(StatementKind::kOther, span);
    statement.text = "SET " + Take().upper;
    FLOE_TRY(SkipRest());
    return statement;
  }
  return Unexpected("'PATH', 'ROLE', 'SESSION', 'TIME'");
}

Result<Statement> Parser::ParseReset() {
  Statement statement = Make(StatementKind::kResetSession, Take().span);
  FLOE_TRY(ExpectWord("SESSION"));
  FLOE_ASSIGN(statement.name, ParseQualifiedName());
  return statement;
}

Result<Statement> Parser::ParsePrepare() {
  Statement statement = Make(StatementKind::kPrepare, Take().span);
  FLOE_ASSIGN(statement.identifier, ParseIdentifier());
  FLOE_TRY(ExpectWord("FROM"));
  const size_t begin = Peek().begin;
  statement.text_span = Peek().span;
  // The statement has to be one.
  FLOE_ASSIGN(Statement inner, ParseStatement());
  statement.text = std::string(text_.substr(begin));
  return statement;
}

Result<Statement> Parser::ParseExecute() {
  const SourceSpan span = Take().span;
  Statement statement = Make(StatementKind::kExecute, span);
  if (AtWord("IMMEDIATE") && Peek(1).kind == TokenKind::kString) {
    Take();
    statement.kind = StatementKind::kExecuteImmediate;
    statement.text_span = Peek().span;
    FLOE_ASSIGN(statement.text, ParseStringText());
  } else {
    FLOE_ASSIGN(statement.identifier, ParseIdentifier());
  }
  if (AcceptWord("USING")) {
    do {
      FLOE_ASSIGN(Expression value, ParseExpression());
      statement.parameters.push_back(std::move(value));
    } while (AcceptSymbol(","));
  }
  return statement;
}

Result<Statement> Parser::ParseExplain() {
  Statement statement = Make(StatementKind::kExplain, Take().span);
  if (AcceptWord("ANALYZE")) {
    statement.options.emplace_back("ANALYZE");
    AcceptWord("VERBOSE");
  }
  if (AtSymbol("(") && (AtWord("TYPE", 1) || AtWord("FORMAT", 1))) {
    Take();
    do {
      std::string name = Take().upper;
      statement.options.push_back(name + "=" + Take().upper);
    } while (AcceptSymbol(","));
    FLOE_TRY(ExpectSymbol(")"));
  }
  const size_t begin = Peek().begin;
  statement.text_span = Peek().span;
  FLOE_ASSIGN(Statement inner, ParseStatement());
  statement.text = std::string(text_.substr(begin));
  statement.query = std::move(inner.query);
  return statement;
}

Result<Statement> Parser::ParseTransaction() {
  const SourceSpan span = Peek().span;
  const std::string word = Take().upper;
  if (word == "START") {
    FLOE_TRY(ExpectWord("TRANSACTION"));
    FLOE_TRY(SkipRest());
    return Make(StatementKind::kStartTransaction, span);
  }
  AcceptWord("WORK");
  return Make(word == "COMMIT" ? StatementKind::kCommit : StatementKind::kRollback, span);
}

}  // namespace floe::sql::trino
