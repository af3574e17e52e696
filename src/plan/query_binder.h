// Queries: syntax tree → logical plan. What Flink refuses is refused with its reason; what Flink
// has and Floe has not is kSqlUnsupported with the name of the construct.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "plan/binding_options.h"
#include "plan/catalog_store.h"
#include "plan/expression_binder.h"
#include "plan/hints.h"
#include "plan/logical_plan.h"
#include "plan/scope.h"
#include "plan/table_catalog.h"
#include "sql/flink/ast_query.h"

namespace floe::plan {

// Shared by all queries of one statement, so that a table or view that several of them use is one
// node.
class BindingContext {
 public:
  // `connectors` may be null: then sources are not validated. The others outlive the context.
  BindingContext(CatalogStore& catalogs, const BindingOptions& options,
                 const ConnectorValidator* connectors)
      : catalogs_(catalogs), options_(options), connectors_(connectors) {}

  CatalogStore& catalogs() { return catalogs_; }
  const BindingOptions& options() const { return options_; }
  const ConnectorValidator* connectors() const { return connectors_; }

  // The scan of a table with the options of its hints put over its own.
  Result<LogicalNodePtr> Scan(const CatalogTablePtr& table,
                              const std::vector<sql::flink::Hint>& hints, const SourceSpan& span);
  // The query of a view, bound once. kSqlValidation if it reads itself, or if its columns are no
  // longer those that it was created with.
  Result<LogicalNodePtr> View(const CatalogViewPtr& view, const SourceSpan& span);

 private:
  CatalogStore& catalogs_;
  const BindingOptions& options_;
  const ConnectorValidator* connectors_;
  std::map<std::string, LogicalNodePtr> scans_;  // by name and hints
  std::map<stream::TableName, LogicalNodePtr> views_;
  std::set<stream::TableName> open_views_;  // being bound
};

class QueryBinder {
 public:
  // Names of fewer than three parts are completed with `catalog` and `database`.
  QueryBinder(BindingContext& context, std::string catalog, std::string database)
      : context_(context), catalog_(std::move(catalog)), database_(std::move(database)) {}

  Result<LogicalNodePtr> Bind(const sql::flink::Query& query);

 private:
  // A FROM item: its rows, and how its columns are named.
  struct Source {
    LogicalNodePtr node;
    Scope scope;
  };
  struct CommonTable {
    LogicalNodePtr node;
    types::Schema schema;  // with the names of its column list
  };
  struct SelectColumn {
    std::string name;
    functions::ExpressionPtr expression;
    SourceSpan span;
  };
  class GroupedSelect;  // select_binder.cc

  // query_binder.cc
  Result<LogicalNodePtr> BindBody(const sql::flink::QueryBody& body);
  Result<LogicalNodePtr> BindSetOperation(const sql::flink::SetOperation& operation);
  Result<LogicalNodePtr> BindValues(const sql::flink::Values& values, const SourceSpan& span);
  Status CheckOrderAndLimit(const sql::flink::Query& query, const LogicalNode& node);

  // select_binder.cc
  Result<LogicalNodePtr> BindSelect(const sql::flink::Select& select, const SourceSpan& span);
  Status CheckSelect(const sql::flink::Select& select, const SourceSpan& span);
  Result<LogicalNodePtr> BindPlainSelect(const sql::flink::Select& select, const Source& source);
  // Select list over `scope`; `handler` binds aggregates.
  Result<std::vector<SelectColumn>> BindSelectList(const sql::flink::Select& select,
                                                   const Scope& scope, CallHandler& handler);
  Result<LogicalNodePtr> Project(LogicalNodePtr input, std::vector<SelectColumn> columns,
                                 const SourceSpan& span);

  // from_binder.cc
  Result<Source> BindFrom(const sql::flink::TableReference& reference);
  Result<Source> BindNamedTable(const sql::flink::NamedTable& table,
                                const sql::flink::TableReference& reference);
  Result<LogicalNodePtr> BindTableName(const sql::flink::QualifiedName& name,
                                       const std::vector<sql::flink::Hint>& hints,
                                       types::Schema& schema, std::vector<std::string>& path);
  Result<Source> BindJoin(const sql::flink::Join& join, const SourceSpan& span);
  Result<Source> BindUsing(const sql::flink::Join& join, const Source& left, const Source& right,
                           std::shared_ptr<LogicalJoin> node);
  Result<Source> WithAlias(LogicalNodePtr node, types::Schema schema, std::vector<std::string> path,
                           const std::optional<sql::flink::TableAlias>& alias);

  // window_binder.cc
  Result<LogicalNodePtr> BindWindowFunction(const sql::flink::FunctionCall& call,
                                            const SourceSpan& span);
  Result<LogicalNodePtr> BindTableArgument(const sql::flink::TableArgument& argument,
                                           types::Schema& schema, const SourceSpan& span);

  BindingContext& context_;
  std::string catalog_;
  std::string database_;
  std::vector<std::map<std::string, CommonTable>> common_tables_;  // innermost last
};

// `node` with the names of `schema`, which has the same types.
LogicalNodePtr Renamed(const LogicalNodePtr& node, const types::Schema& schema);

// Output names: each once, as Flink makes them unique ("k", "k0", "k1").
std::vector<std::string> UniqueNames(const std::vector<std::string>& names);

// --- Windows: window_binder.cc -----------------------------------------------------------------

// Checks a window's lengths as Flink does when planning.
Status CheckWindow(const WindowSpec& window, std::string_view function, const SourceSpan& span);
// The node that assigns windows to `input`'s rows by its time attribute `time_column`.
Result<LogicalNodePtr> MakeWindow(LogicalNodePtr input, WindowSpec window, int time_column,
                                  const BindingOptions& options, const SourceSpan& span);
// A constant INTERVAL DAY TO SECOND in milliseconds.
Result<int64_t> ConstantInterval(const functions::ExpressionPtr& expression, std::string_view what,
                                 const SourceSpan& span);

}  // namespace floe::plan
