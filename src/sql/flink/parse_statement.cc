// Statements: dispatch, session settings, statement sets, EXPLAIN, and those known by name only.
#include <optional>
#include <utility>

#include "sql/flink/parser.h"

namespace floe::sql::flink {

namespace {

struct NamedStatement {
  std::string_view first;
  std::string_view second;  // may be empty
  std::string_view name;
};

// Statements of Flink that are known by name only; CREATE, DROP, ALTER, SHOW, DESCRIBE and USE have
// more of them.
constexpr NamedStatement kOtherStatements[] = {{"ADD", "JAR", "ADD JAR"},
                                               {"REMOVE", "JAR", "REMOVE JAR"},
                                               {"LOAD", "MODULE", "LOAD MODULE"},
                                               {"UNLOAD", "MODULE", "UNLOAD MODULE"},
                                               {"ANALYZE", "TABLE", "ANALYZE TABLE"},
                                               {"TRUNCATE", "TABLE", "TRUNCATE TABLE"},
                                               {"STOP", "JOB", "STOP JOB"},
                                               {"DELETE", "FROM", "DELETE"},
                                               {"UPDATE", "", "UPDATE"},
                                               {"MERGE", "INTO", "MERGE"},
                                               {"CALL", "", "CALL"},
                                               {"COMPILE", "PLAN", "COMPILE PLAN"},
                                               {"COMPILE", "AND", "COMPILE AND EXECUTE PLAN"},
                                               {"EXECUTE", "PLAN", "EXECUTE PLAN"},
                                               {"EXECUTE", "IMMEDIATE", "EXECUTE IMMEDIATE"},
                                               {"REPLACE", "TABLE", "REPLACE TABLE"},
                                               {"COMMIT", "", "COMMIT"},
                                               {"ROLLBACK", "", "ROLLBACK"},
                                               {"GRANT", "", "GRANT"},
                                               {"REVOKE", "", "REVOKE"},
                                               {"HELP", "", "HELP"},
                                               {"CLEAR", "", "CLEAR"},
                                               {"QUIT", "", "QUIT"},
                                               {"EXIT", "", "QUIT"}};

}  // namespace

Result<Statement> Parser::ParseStatement() {
  NodeScope scope(*this);
  FLOE_TRY(scope.Check());
  Statement statement;
  const Token& first = cursor_.Peek();
  FLOE_ASSIGN(statement.node, ParseStatementNode());
  statement.text = cursor_.TextFrom(first.begin);
  statement.span = cursor_.SpanFrom(first.span);
  return statement;
}

Result<Statement::Node> Parser::ParseStatementNode() {
  if (cursor_.IsSymbolAt(0, "(")) return ParseQueryStatement();
  if (cursor_.AtWord("SELECT") || cursor_.AtWord("WITH") || cursor_.AtWord("VALUES") ||
      cursor_.AtWord("TABLE")) {
    return ParseQueryStatement();
  }
  if (cursor_.AtWord("INSERT") || cursor_.IsWordAt(0, "UPSERT")) {
    FLOE_ASSIGN(Insert insert, ParseInsert());
    return Statement::Node(std::move(insert));
  }
  if (cursor_.AtWord("CREATE")) return ParseCreate();
  if (cursor_.AtWord("DROP")) return ParseDrop();
  if (cursor_.AtWord("ALTER")) return ParseAlter();
  if (cursor_.AtWord("SET")) return ParseSet();
  if (cursor_.AtWord("RESET")) return ParseReset();
  if (cursor_.AtWord("USE")) return ParseUse();
  if (cursor_.AtWord("SHOW")) return ParseShow();
  if (cursor_.AtWord("DESCRIBE") || cursor_.IsWordAt(0, "DESC")) return ParseDescribe();
  if (cursor_.AtWord("EXPLAIN")) return ParseExplain();
  if (cursor_.AcceptWord("BEGIN")) {
    FLOE_TRY(cursor_.ExpectWord("STATEMENT"));
    FLOE_TRY(cursor_.ExpectWord("SET"));
    return Statement::Node(BeginStatementSet{});
  }
  if (cursor_.AcceptWord("END")) return Statement::Node(EndStatementSet{});
  if (const std::optional<std::string_view> name = FindOtherStatement()) {
    return SkipStatement(*name);
  }
  if (cursor_.AtWord("EXECUTE")) return ParseExecute();
  return cursor_.Unexpected("a statement");
}

std::optional<std::string_view> Parser::FindOtherStatement() const {
  for (const NamedStatement& other : kOtherStatements) {
    if (!cursor_.IsWordAt(0, other.first)) continue;
    if (other.second.empty() || cursor_.IsWordAt(1, other.second)) return other.name;
  }
  return std::nullopt;
}

Result<Statement::Node> Parser::SkipStatement(std::string_view name) {
  while (!cursor_.AtEnd()) cursor_.Take();
  return Statement::Node(OtherStatement{std::string(name)});
}

Result<Statement::Node> Parser::ParseQueryStatement() {
  QueryStatement statement;
  FLOE_ASSIGN(statement.query, ParseQuery());
  return Statement::Node(std::move(statement));
}

// SET, or SET 'key' = 'value'; the bare form is taken before there are tokens.
Result<Statement::Node> Parser::ParseSet() {
  cursor_.Take();
  SetStatement set;
  if (cursor_.AtEnd()) return Statement::Node(std::move(set));
  if (cursor_.Peek().kind != TokenKind::kString) {
    return cursor_.Unexpected("an option's key in single quotes")
        .WithHint("SET 'key' = 'value'; without quotes neither key nor value may hold blanks");
  }
  FLOE_ASSIGN(set.option, ParseOption());
  return Statement::Node(std::move(set));
}

Result<Statement::Node> Parser::ParseReset() {
  cursor_.Take();
  ResetStatement reset;
  if (cursor_.AtEnd()) return Statement::Node(std::move(reset));
  reset.key_span = cursor_.Peek().span;
  FLOE_ASSIGN(reset.key, cursor_.ExpectString("an option's key in single quotes"));
  return Statement::Node(std::move(reset));
}

Result<Statement::Node> Parser::ParseUse() {
  if (cursor_.IsWordAt(1, "MODULES")) return SkipStatement("USE MODULES");
  cursor_.Take();
  if (cursor_.IsWordAt(0, "CATALOG") && cursor_.IsNameAt(1)) {
    cursor_.Take();
    UseCatalog use;
    FLOE_ASSIGN(use.name, cursor_.ExpectName("a catalog name"));
    return Statement::Node(std::move(use));
  }
  UseDatabase use;
  FLOE_ASSIGN(use.name, ParseQualifiedName("a database name"));
  return Statement::Node(std::move(use));
}

// EXECUTE STATEMENT SET …, EXECUTE INSERT …, EXECUTE SELECT …
Result<Statement::Node> Parser::ParseExecute() {
  cursor_.Take();
  if (cursor_.AtWord("STATEMENT")) return ParseStatementSet();
  if (cursor_.AtWord("INSERT")) {
    FLOE_ASSIGN(Insert insert, ParseInsert());
    return Statement::Node(std::move(insert));
  }
  if (cursor_.AtWord("SELECT") || cursor_.AtWord("WITH") || cursor_.AtWord("VALUES")) {
    return ParseQueryStatement();
  }
  return cursor_.Unexpected();
}

// STATEMENT SET BEGIN insert; … END.
Result<Statement::Node> Parser::ParseStatementSet() {
  cursor_.Take();
  StatementSet set;
  FLOE_TRY(cursor_.ExpectWord("SET"));
  FLOE_TRY(cursor_.ExpectWord("BEGIN"));
  do {
    InsertInSet insert;
    const Token& first = cursor_.Peek();
    if (!cursor_.AtWord("INSERT")) {
      return cursor_.Unexpected("INSERT").WithHint("a statement set holds INSERT statements only");
    }
    FLOE_ASSIGN(insert.insert, ParseInsert());
    insert.text = cursor_.TextFrom(first.begin);
    insert.span = cursor_.SpanFrom(first.span);
    set.inserts.push_back(std::move(insert));
    if (cursor_.IsWordAt(0, "END")) return cursor_.Unexpected("\";\" before END");
    FLOE_TRY(cursor_.ExpectSymbol(";"));
  } while (!cursor_.AcceptWord("END"));
  return Statement::Node(std::move(set));
}

// EXPLAIN [PLAN FOR | detail, …] statement.
Result<Statement::Node> Parser::ParseExplain() {
  static constexpr std::string_view kDetails[] = {"ESTIMATED_COST", "CHANGELOG_MODE", "PLAN_ADVICE",
                                                  "JSON_EXECUTION_PLAN"};
  cursor_.Take();
  ExplainStatement explain;
  explain.plan_for = cursor_.AcceptWords("PLAN", "FOR");
  bool expects_detail = !explain.plan_for;
  while (expects_detail) {
    const size_t count = explain.details.size();
    for (std::string_view detail : kDetails) {
      if (cursor_.AcceptWord(detail)) {
        explain.details.emplace_back(detail);
        break;
      }
    }
    if (explain.details.size() == count) {
      if (count > 0) return cursor_.Unexpected();
      break;
    }
    expects_detail = cursor_.AcceptSymbol(",");
  }
  const SourceSpan span = cursor_.Peek().span;
  if (cursor_.AtWord("STATEMENT")) {
    const Token& first = cursor_.Peek();
    FLOE_ASSIGN(explain.statement->node, ParseStatementSet());
    explain.statement->text = cursor_.TextFrom(first.begin);
    explain.statement->span = cursor_.SpanFrom(span);
    return Statement::Node(std::move(explain));
  }
  FLOE_ASSIGN(explain.statement, ParseStatement());
  const Statement& inner = *explain.statement;
  const auto* create = inner.As<CreateTable>();
  const bool can_explain = inner.As<QueryStatement>() != nullptr || inner.As<Insert>() != nullptr ||
                           inner.As<StatementSet>() != nullptr ||
                           inner.As<OtherStatement>() != nullptr ||
                           (create != nullptr && create->as_query.has_value());
  if (!can_explain) {
    return Error(ErrorCode::kSqlSyntax, "EXPLAIN takes a query, an INSERT or a statement set",
                 span);
  }
  return Statement::Node(std::move(explain));
}

}  // namespace floe::sql::flink
