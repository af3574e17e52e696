#include "query/trino/statement.h"

#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/information_schema.h"
#include "query/trino/literal.h"
#include "sql/trino/keywords.h"
#include "sql/trino/parse.h"

namespace floe::query::trino {

using sql::trino::LowerCase;
using sql::trino::StatementKind;

namespace {

// EXECUTE of EXECUTE and so on.
constexpr int kMaxStatementDepth = 4;

TableColumn Text(const char* name) { return {name, Type::Varchar(), true, ""}; }

// Session properties that are accepted; their values change nothing here.
constexpr std::string_view kProperties[] = {
    "query_max_run_time", "query_max_execution_time", "query_max_planning_time",
    "query_priority",     "join_distribution_type",   "join_reordering_strategy",
    "task_concurrency",   "writer_scaling",           "redistribute_writes",
    "time_zone_id",       "distributed_sort",         "spill_enabled",
    "query_max_memory",   "execution_policy",         "retry_policy"};

bool IsProperty(const std::string& name) {
  return std::find(std::begin(kProperties), std::end(kProperties), name) != std::end(kProperties);
}

Error MissingCatalog(SourceSpan span) {
  return Error(ErrorCode::kMissingCatalogName,
               "Catalog must be specified when session catalog is not set", span);
}

}  // namespace

Result<Answer> StatementRunner::Run(const std::string& text, const Session& session) {
  if (!CanonicalZone(session.time_zone)) {
    return Error(ErrorCode::kInvalidArgument, "Time zone not supported: " + session.time_zone);
  }
  FLOE_ASSIGN(Statement statement, sql::trino::ParseStatement(text));
  return RunParsed(statement, session, {}, 0);
}

Result<BoundQuery> StatementRunner::Bind(const std::string& text, const Session& session) {
  FLOE_ASSIGN(Statement statement, sql::trino::ParseStatement(text));
  if (statement.kind != StatementKind::kQuery) {
    return Error(ErrorCode::kSqlUnsupported, "not a query");
  }
  return Binder(session, catalogs_, {}).BindQuery(*statement.query, nullptr);
}

Result<Answer> StatementRunner::RunParsed(const Statement& statement, const Session& session,
                                          std::vector<sql::trino::Expression> parameters,
                                          int depth) {
  switch (statement.kind) {
    case StatementKind::kQuery: {
      const int expected = statement.parameter_count;
      const int found = static_cast<int>(parameters.size());
      if (expected != found) {
        return Error(ErrorCode::kInvalidParameterUsage,
                     "Incorrect number of parameters: expected " + std::to_string(expected) +
                         " but found " + std::to_string(found),
                     statement.span);
      }
      return RunQuery(*statement.query, session, std::move(parameters));
    }
    case StatementKind::kShowCatalogs:
    case StatementKind::kShowSchemas:
    case StatementKind::kShowTables:
    case StatementKind::kShowColumns:
    case StatementKind::kShowFunctions:
    case StatementKind::kShowSession:
      return RunShow(statement, session);
    case StatementKind::kExecute:
    case StatementKind::kExecuteImmediate:
      if (depth >= kMaxStatementDepth) {
        return Error(ErrorCode::kLimitExceeded, "EXECUTE is nested too deeply", statement.span);
      }
      return RunExecute(statement, session, depth);
    case StatementKind::kExplain:
      return RunExplain(statement, session);
    case StatementKind::kUse:
      return RunUse(statement, session);
    case StatementKind::kShowCreate:
      return ShowCreate(statement, session);
    case StatementKind::kOther:
    case StatementKind::kDescribeInput:
    case StatementKind::kDescribeOutput:
      return Refuse(statement, session);
    default:
      return RunSession(statement, session);
  }
}

Result<Answer> StatementRunner::RunQuery(const sql::trino::Query& query, const Session& session,
                                         std::vector<sql::trino::Expression> parameters) {
  Binder binder(session, catalogs_, std::move(parameters));
  FLOE_ASSIGN(BoundQuery bound, binder.BindQuery(query, nullptr));
  return RunBound(bound, session);
}

Result<Answer> StatementRunner::RunBound(const BoundQuery& query, const Session& session) {
  Answer answer;
  answer.columns = query.columns;
  for (size_t i = 0; i < answer.columns.size(); ++i) {
    if (!answer.columns[i].name) answer.columns[i].name = "_col" + std::to_string(i);
  }
  FLOE_ASSIGN(answer.cursor,
              executor_.Execute(query, session.parametric_datetime, session.cancellation));
  return answer;
}

Result<TableProvider*> StatementRunner::FindCatalog(const std::string& name, SourceSpan span) {
  auto found = catalogs_.find(name);
  if (found == catalogs_.end()) {
    return Error(ErrorCode::kCatalogNotFound, "Catalog '" + name + "' not found", span);
  }
  return found->second.get();
}

// Rows in the order given, those whose first column is LIKE the statement's pattern.
Result<Answer> StatementRunner::Rows(const std::vector<TableColumn>& columns,
                                     const std::vector<TextRow>& rows, const Statement& statement,
                                     const Session& session) {
  BoundQuery query;
  for (const TableColumn& column : columns) {
    query.columns.push_back({column.name, column.type, std::nullopt});
  }
  query.sql = RowsSql(columns, rows);
  if (statement.pattern) {
    query.sql =
        "SELECT * FROM (" + query.sql + ") s WHERE c1 LIKE " + QuoteLiteral(*statement.pattern);
    if (statement.escape) query.sql += " ESCAPE " + QuoteLiteral(*statement.escape);
  }
  return RunBound(query, session);
}

Result<Answer> StatementRunner::RunShow(const Statement& statement, const Session& session) {
  std::vector<TextRow> rows;
  std::vector<std::string> parts;
  for (const auto& part : statement.name.parts) parts.push_back(LowerCase(part.value));
  switch (statement.kind) {
    case StatementKind::kShowCatalogs:
      for (const auto& [name, provider] : catalogs_) rows.push_back({name});
      return Rows({Text("Catalog")}, rows, statement, session);
    case StatementKind::kShowSchemas: {
      const std::string catalog = parts.empty() ? LowerCase(session.catalog) : parts[0];
      if (catalog.empty()) return MissingCatalog(statement.span);
      FLOE_ASSIGN(TableProvider * provider, FindCatalog(catalog, statement.span));
      FLOE_ASSIGN(auto schemas, provider->ListSchemas());
      schemas.emplace_back("information_schema");
      std::sort(schemas.begin(), schemas.end());
      for (const std::string& schema : schemas) rows.push_back({schema});
      return Rows({Text("Schema")}, rows, statement, session);
    }
    case StatementKind::kShowTables: {
      if (parts.empty() && session.schema.empty()) {
        return Error(ErrorCode::kMissingSchemaName,
                     "Schema must be specified when session schema is not set", statement.span);
      }
      if (parts.empty()) parts = {LowerCase(session.schema)};
      if (parts.size() == 1 && session.catalog.empty()) return MissingCatalog(statement.span);
      if (parts.size() == 1) parts.insert(parts.begin(), LowerCase(session.catalog));
      FLOE_ASSIGN(TableProvider * provider, FindCatalog(parts[0], statement.span));
      auto tables = parts[1] == "information_schema"
                        ? Result<std::vector<std::string>>(InformationSchemaTables())
                        : provider->ListTables(parts[1]);
      if (!tables.ok()) {
        if (tables.error().code() != ErrorCode::kSchemaNotFound) return std::move(tables).error();
        return Error(ErrorCode::kSchemaNotFound, "Schema '" + parts[1] + "' does not exist",
                     statement.span);
      }
      std::sort(tables->begin(), tables->end());
      for (const std::string& table : *tables) rows.push_back({table});
      return Rows({Text("Table")}, rows, statement, session);
    }
    case StatementKind::kShowColumns:
      return ShowColumns(statement, session);
    case StatementKind::kShowFunctions:
      return ShowFunctions(statement, session);
    default:
      for (const auto& [name, value] : session.properties) {
        rows.push_back({name, value, "", "varchar", ""});
      }
      return Rows({Text("Name"), Text("Value"), Text("Default"), Text("Type"), Text("Description")},
                  rows, statement, session);
  }
}

Result<Answer> StatementRunner::ShowColumns(const Statement& statement, const Session& session) {
  Binder binder(session, catalogs_, {});
  FLOE_ASSIGN(ProvidedTable table, binder.FindTable(statement.name, std::nullopt, statement.span));
  std::vector<TextRow> rows;
  for (const TableColumn& column : table.columns) {
    if (column.hidden) continue;
    rows.push_back({column.name, column.type.ToString(), "", column.comment});
  }
  return Rows({Text("Column"), Text("Type"), Text("Extra"), Text("Comment")}, rows, statement,
              session);
}

Result<Answer> StatementRunner::ShowFunctions(const Statement& statement, const Session& session) {
  std::vector<TextRow> rows;
  ForEachFunction([&](const FunctionRow& row) {
    const std::string name = row.name;
    if (name[0] < 'a' || name[0] > 'z' || name == "negate" || name == "subscript") return;
    static constexpr const char* kKinds[] = {"scalar", "aggregate", "window"};
    const bool is_random = name == "random" || name == "rand" || name == "uuid";
    rows.push_back({name, row.result, row.arguments, kKinds[static_cast<int>(row.kind)],
                    is_random ? "false" : "true", ""});
  });
  return Rows({Text("Function"),
               Text("Return Type"),
               Text("Argument Types"),
               Text("Function Type"),
               {"Deterministic", Type(TypeKind::kBoolean), true, ""},
               Text("Description")},
              rows, statement, session);
}

Result<Answer> StatementRunner::RunUse(const Statement& statement, const Session& session) {
  std::vector<std::string> parts;
  for (const auto& part : statement.name.parts) parts.push_back(LowerCase(part.value));
  Answer answer;
  answer.update_type = "USE";
  if (parts.size() > 2) {
    return Error(ErrorCode::kSqlSyntax, "Too many dots in schema name", statement.span);
  }
  if (parts.size() == 1 && session.catalog.empty()) return MissingCatalog(statement.span);
  const std::string catalog = parts.size() == 2 ? parts[0] : LowerCase(session.catalog);
  FLOE_ASSIGN(TableProvider * provider, FindCatalog(catalog, statement.span));
  FLOE_ASSIGN(auto schemas, provider->ListSchemas());
  const bool exists = parts.back() == "information_schema" ||
                      std::find(schemas.begin(), schemas.end(), parts.back()) != schemas.end();
  if (!exists) {
    return Error(ErrorCode::kSchemaNotFound,
                 "Schema does not exist: " + catalog + "." + parts.back(), statement.span);
  }
  if (parts.size() == 2) answer.set_catalog = catalog;
  answer.set_schema = parts.back();
  return answer;
}

Result<Answer> StatementRunner::SetTimeZone(const Statement& statement, const Session& session) {
  Answer answer;
  answer.update_type = "SET TIME ZONE";
  if (statement.parameters.empty()) {
    answer.clear_session.emplace_back("time_zone_id");
    return answer;
  }
  Binder binder(session, catalogs_, {});
  FLOE_ASSIGN(BoundPtr value, binder.BindConstant(statement.parameters[0]));
  if (!value->constant || !value->type.is(TypeKind::kVarchar)) {
    return Error(ErrorCode::kSqlUnsupported, "SET TIME ZONE takes the name of a zone only",
                 statement.parameters[0].span);
  }
  auto zone = CanonicalZone(*value->constant);
  if (!zone) {
    return Error(ErrorCode::kInvalidArgument, "Time zone not supported: " + *value->constant);
  }
  answer.set_session.emplace_back("time_zone_id", *zone);
  return answer;
}

Result<Answer> StatementRunner::RunSession(const Statement& statement, const Session& session) {
  Answer answer;
  const std::string name = statement.name.ToString();
  switch (statement.kind) {
    case StatementKind::kSetSession: {
      answer.update_type = "SET SESSION";
      if (!IsProperty(name)) {
        return Error(ErrorCode::kInvalidSessionProperty,
                     "Session property '" + name + "' does not exist",
                     statement.parameters[0].span);
      }
      Binder binder(session, catalogs_, {});
      FLOE_ASSIGN(BoundPtr value, binder.BindConstant(statement.parameters[0]));
      if (!value->constant) {
        return Error(ErrorCode::kSqlUnsupported, "a session property takes a constant",
                     statement.parameters[0].span);
      }
      answer.set_session.emplace_back(
          name, LowerCase(*value->constant) == "true" || LowerCase(*value->constant) == "false"
                    ? LowerCase(*value->constant)
                    : *value->constant);
      return answer;
    }
    case StatementKind::kResetSession:
      answer.update_type = "RESET SESSION";
      if (!IsProperty(name)) {
        return Error(ErrorCode::kInvalidSessionProperty,
                     "Session property '" + name + "' does not exist", statement.span);
      }
      answer.clear_session.push_back(name);
      return answer;
    case StatementKind::kSetTimeZone:
      return SetTimeZone(statement, session);
    case StatementKind::kPrepare:
      answer.update_type = "PREPARE";
      answer.added_prepare.emplace_back(LowerCase(statement.identifier.value), statement.text);
      return answer;
    case StatementKind::kDeallocate: {
      answer.update_type = "DEALLOCATE";
      const std::string prepared = LowerCase(statement.identifier.value);
      if (!session.prepared.contains(prepared)) {
        return Error(ErrorCode::kNotFound, "Prepared statement not found: " + prepared);
      }
      answer.deallocated_prepare.push_back(prepared);
      return answer;
    }
    case StatementKind::kStartTransaction:
      answer.update_type = "START TRANSACTION";
      if (!session.supports_transactions) {
        return Error(ErrorCode::kIncompatibleClient, "Client does not support transactions");
      }
      answer.started_transaction = true;
      return answer;
    default:
      answer.update_type = statement.kind == StatementKind::kCommit ? "COMMIT" : "ROLLBACK";
      answer.clear_transaction = true;
      return answer;
  }
}

Result<Answer> StatementRunner::RunExecute(const Statement& statement, const Session& session,
                                           int depth) {
  std::string text = statement.text;
  const bool is_immediate = statement.kind == StatementKind::kExecuteImmediate;
  if (!is_immediate) {
    auto prepared = session.prepared.find(LowerCase(statement.identifier.value));
    if (prepared == session.prepared.end()) {
      return Error(ErrorCode::kNotFound,
                   "Prepared statement not found: " + statement.identifier.value);
    }
    text = prepared->second;
  }
  // A place in the inner text counts from where that text stands.
  auto moved = [&](Error error) {
    if (!is_immediate || !error.span() || error.span()->line != 1) return error;
    SourceSpan span = *error.span();
    span.line = statement.text_span.line;
    span.column += statement.text_span.column;
    return Error(error.code(), error.message(), span);
  };
  auto inner = sql::trino::ParseStatement(text);
  if (!inner.ok()) return moved(std::move(inner).error());
  if (inner->kind == StatementKind::kQuery &&
      inner->parameter_count != static_cast<int>(statement.parameters.size())) {
    return Error(ErrorCode::kInvalidParameterUsage,
                 "Incorrect number of parameters: expected " +
                     std::to_string(inner->parameter_count) + " but found " +
                     std::to_string(statement.parameters.size()),
                 moved(Error(ErrorCode::kInternal, "", inner->span)).span().value());
  }
  auto answer = RunParsed(*inner, session, statement.parameters, depth + 1);
  if (!answer.ok()) return moved(std::move(answer).error());
  return answer;
}

Result<Answer> StatementRunner::RunExplain(const Statement& statement, const Session& session) {
  bool validates = false;
  for (const std::string& option : statement.options) {
    validates |= option == "TYPE=VALIDATE";
    if (option == "ANALYZE" || option == "TYPE=IO") {
      return Error(ErrorCode::kSqlUnsupported, "EXPLAIN (" + option + ") is not supported",
                   statement.span);
    }
  }
  if (!statement.query) {
    return Error(ErrorCode::kSqlUnsupported, "EXPLAIN is supported for queries only",
                 statement.span);
  }
  Binder binder(session, catalogs_, {});
  FLOE_ASSIGN(BoundQuery bound, binder.BindQuery(*statement.query, nullptr));
  if (validates) {
    return Rows({{"Valid", Type(TypeKind::kBoolean), true, ""}}, {{"true"}}, statement, session);
  }
  std::string plan = "Output[";
  for (size_t i = 0; i < bound.columns.size(); ++i) {
    plan += (i > 0 ? ", " : "") + bound.columns[i].name.value_or("_col" + std::to_string(i)) + ":" +
            bound.columns[i].type.ToString();
  }
  return Rows({Text("Query Plan")}, {{plan + "]\n    " + bound.sql + "\n"}}, statement, session);
}

// Statements that change something: what Trino says first, else that they are not supported.
Result<Answer> StatementRunner::Refuse(const Statement& statement, const Session& session) {
  static constexpr std::string_view kNeedTable[] = {"DROP TABLE", "DELETE",         "UPDATE",
                                                    "INSERT",     "TRUNCATE TABLE", "MERGE"};
  const bool needs_table = std::find(std::begin(kNeedTable), std::end(kNeedTable),
                                     std::string_view(statement.text)) != std::end(kNeedTable);
  if (needs_table && !statement.if_exists && !statement.name.parts.empty()) {
    Binder binder(session, catalogs_, {});
    auto table = binder.FindTable(statement.name, std::nullopt, statement.span);
    if (!table.ok()) {
      const ErrorCode code = table.error().code();
      if (code != ErrorCode::kSchemaNotFound) return std::move(table).error();
      if (statement.name.parts.size() == 3) {
        return Error(ErrorCode::kTableNotFound,
                     "Table '" + statement.name.ToString() + "' does not exist", statement.span);
      }
    }
  }
  const std::string what = statement.kind == StatementKind::kShowCreate
                               ? "SHOW CREATE " + statement.text
                           : statement.text.empty() ? std::string("DESCRIBE INPUT and OUTPUT")
                                                    : statement.text;
  return Error(ErrorCode::kSqlUnsupported, what + " is not supported");
}

}  // namespace floe::query::trino
