// One statement from its text to its answer.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/trino/binder.h"
#include "query/trino/executor.h"
#include "query/trino/session.h"

namespace floe::query::trino {

struct Answer {
  std::vector<OutputColumn> columns;     // empty: a statement without a result
  std::unique_ptr<ResultCursor> cursor;  // null with `columns` empty, or in `rows`
  std::string update_type;               // "SET SESSION", "USE", …; "" for queries
  // What the client's session becomes, as name and value (values of headers, not yet encoded).
  std::optional<std::string> set_catalog;
  std::optional<std::string> set_schema;
  std::vector<std::pair<std::string, std::string>> set_session;
  std::vector<std::string> clear_session;
  std::vector<std::pair<std::string, std::string>> added_prepare;
  std::vector<std::string> deallocated_prepare;
  bool started_transaction = false;
  bool clear_transaction = false;
};

// Thread-safe if providers and executor are.
class StatementRunner {
 public:
  StatementRunner(Catalogs catalogs, QueryExecutor& executor)
      : catalogs_(std::move(catalogs)), executor_(executor) {}

  // Errors have a place in `text` where there is one; error_names.h gives Trino's names.
  Result<Answer> Run(const std::string& text, const Session& session);
  // DuckDB's SQL of a query; for EXPLAIN and tests.
  Result<BoundQuery> Bind(const std::string& text, const Session& session);

 private:
  using Statement = sql::trino::Statement;

  Result<Answer> RunParsed(const Statement& statement, const Session& session,
                           std::vector<sql::trino::Expression> parameters, int depth);
  Result<Answer> RunQuery(const sql::trino::Query& query, const Session& session,
                          std::vector<sql::trino::Expression> parameters);
  Result<Answer> RunBound(const BoundQuery& query, const Session& session);
  Result<Answer> RunShow(const Statement& statement, const Session& session);
  Result<Answer> ShowColumns(const Statement& statement, const Session& session);
  Result<Answer> ShowCreate(const Statement& statement, const Session& session);
  Result<Answer> ShowFunctions(const Statement& statement, const Session& session);
  Result<Answer> RunSession(const Statement& statement, const Session& session);
  Result<Answer> SetTimeZone(const Statement& statement, const Session& session);
  Result<Answer> RunExecute(const Statement& statement, const Session& session, int depth);
  Result<Answer> RunExplain(const Statement& statement, const Session& session);
  Result<Answer> RunUse(const Statement& statement, const Session& session);
  Result<Answer> Refuse(const Statement& statement, const Session& session);
  Result<TableProvider*> FindCatalog(const std::string& name, SourceSpan span);
  Result<Answer> Rows(const std::vector<TableColumn>& columns,
                      const std::vector<std::vector<std::optional<std::string>>>& rows,
                      const Statement& statement, const Session& session);

  Catalogs catalogs_;
  QueryExecutor& executor_;
};

}  // namespace floe::query::trino
