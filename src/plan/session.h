// A session: options, catalogs and current names, and what each statement does to them. The entry
// point of plan/.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "functions/expression.h"
#include "plan/binding_options.h"
#include "plan/catalog_store.h"
#include "plan/configuration.h"
#include "plan/insert_binder.h"
#include "plan/physical_plan.h"
#include "plan/table_catalog.h"
#include "sql/flink/ast_statement.h"

namespace floe::plan {

struct SessionEnvironment {
  // For CREATE CATALOG of other types than generic_in_memory; may be empty.
  CatalogFactory make_catalog;
  // May be null: then tables are not validated. Outlives the session.
  const ConnectorValidator* connectors = nullptr;
};

// What a statement gave.
struct StatementResult {
  enum class Kind : uint8_t {
    kDone,   // nothing but "OK"
    kRows,   // SHOW, DESCRIBE, EXPLAIN, SET
    kQuery,  // a SELECT to run: plan.query
    kJob,    // inserts to run: plan.sinks
  };
  Kind kind = Kind::kDone;
  types::Schema schema;                                    // kRows, kQuery
  std::vector<std::vector<functions::LiteralValue>> rows;  // kRows
  PhysicalPlan plan;                                       // kQuery, kJob
  std::vector<std::string> warnings;
};

// Used by one thread at a time. Errors carry positions that count in the text that the statement
// was parsed from.
class Session {
 public:
  explicit Session(SessionEnvironment environment) : environment_(std::move(environment)) {}

  // Runs a statement, or plans what has to be run. A statement that fails changes nothing.
  Result<StatementResult> Execute(const sql::flink::Statement& statement);
  // What Flink checks when it parses a statement: names and types of a query, and of the query in
  // an EXPLAIN. Changes nothing; does not plan, so that constructs without an operator pass here.
  Status Validate(const sql::flink::Statement& statement);

  // Binds a scalar expression over columns of `schema`, e.g. of `floe replay --set`. No aggregates.
  Result<functions::ExpressionPtr> BindExpression(const sql::flink::Expression& expression,
                                                  const types::Schema& schema);

  Configuration& configuration() { return configuration_; }
  CatalogStore& catalogs() { return catalogs_; }
  BindingOptions binding_options() const;

 private:
  friend struct StatementExecutor;  // session.cc
  using Done = Result<StatementResult>;

  Done Set(const sql::flink::SetStatement& set);
  Done Reset(const sql::flink::ResetStatement& reset);
  Done CreateCatalog(const sql::flink::CreateCatalog& create);
  Done CreateDatabase(const sql::flink::CreateDatabase& create);
  Done CreateTable(const sql::flink::CreateTable& create, const sql::flink::Statement& statement);
  Done CreateView(const sql::flink::CreateView& create);
  Done Drop(const sql::flink::DropStatement& drop);
  Done AlterTable(const sql::flink::AlterTable& alter);
  Done PlanSelect(const sql::flink::Query& query);
  Done PlanInserts(const std::vector<const sql::flink::Insert*>& inserts);
  Done Insert(const sql::flink::Insert& insert);
  Done EndStatementSet();
  Done Explain(const sql::flink::ExplainStatement& explain);

  // show.cc
  Done Show(const sql::flink::ShowStatement& show);
  Done ShowList(const sql::flink::ShowStatement& show);
  Done ShowCreate(const sql::flink::ShowStatement& show);
  Done Describe(const sql::flink::QualifiedName& name, bool is_show_columns);

  SessionEnvironment environment_;
  Configuration configuration_;
  CatalogStore catalogs_;
  // The inserts since BEGIN STATEMENT SET.
  std::optional<std::vector<sql::flink::Insert>> statement_set_;
};

// The name of Flink's class for the statement, e.g. "CreateTableOperation",
// "PlannerQueryOperation".
std::string FlinkOperationName(const sql::flink::Statement& statement);

}  // namespace floe::plan
