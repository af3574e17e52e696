// Names and types: a syntax tree becomes DuckDB SQL by way of a typed tree.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "query/trino/bound.h"
#include "query/trino/function_library.h"
#include "query/trino/session.h"
#include "sql/trino/ast.h"

namespace floe::query::trino {

struct OutputColumn {
  std::optional<std::string> name;  // "_col0" is shown where there is none
  Type type;
  std::optional<std::string> zone;
};

// A query whose columns are c1, c2, …
struct BoundQuery {
  std::vector<OutputColumn> columns;
  std::string sql;
};

struct ScopeField {
  std::vector<std::string> qualifier;  // of the relation: {"t"} or {"catalog", "schema", "table"}
  std::optional<std::string> name;
  BoundPtr value;
  bool hidden = false;  // not in SELECT *
};

struct Scope {
  std::vector<ScopeField> fields;
  const Scope* parent = nullptr;
};

// What an expression may refer to where it stands.
struct ExpressionContext {
  const Scope* scope = nullptr;
  const char* clause = "";  // of the message when aggregates are refused
  bool allow_aggregates = false;
  bool allow_windows = false;
  const std::set<std::string>* groups = nullptr;  // SQL of grouped expressions; null: no grouping
  const std::vector<std::pair<sql::trino::Identifier, sql::trino::Window>>* windows = nullptr;
};

// Binds one statement. `parameters` are the values of question marks.
class Binder {
 public:
  Binder(const Session& session, const Catalogs& catalogs,
         std::vector<sql::trino::Expression> parameters)
      : session_(session), catalogs_(catalogs), parameters_(std::move(parameters)) {}

  // Ends with reading what the tables' providers have to read: their scans are given what the
  // query wants of them.
  Result<BoundQuery> BindQuery(const sql::trino::Query& query, const Scope* outer);
  // A constant expression: of SET SESSION, EXECUTE … USING.
  Result<BoundPtr> BindConstant(const sql::trino::Expression& expression);
  // The table that a name means; with the provider's errors.
  Result<ProvidedTable> FindTable(const sql::trino::QualifiedName& name,
                                  std::optional<int64_t> version, SourceSpan span);

 private:
  using Expression = sql::trino::Expression;
  using Context = const ExpressionContext&;

  // Expressions.
  Result<BoundPtr> Bind(const Expression& node, Context context);
  Result<BoundPtr> BindNode(const Expression& node, Context context);
  Result<BoundPtr> BindLiteral(const Expression& node);
  Result<BoundPtr> BindTypedLiteral(const Expression& node);
  Result<BoundPtr> BindInterval(const Expression& node);
  Result<BoundPtr> BindIdentifier(const Expression& node, Context context);
  Result<BoundPtr> BindDereference(const Expression& node, Context context);
  Result<BoundPtr> BindOperator(const Expression& node, Context context);
  Result<BoundPtr> BindComparison(const Expression& node, Context context);
  Result<BoundPtr> BindLogical(const Expression& node, Context context);
  Result<BoundPtr> BindBetween(const Expression& node, Context context);
  Result<BoundPtr> BindIn(const Expression& node, Context context);
  Result<BoundPtr> BindLike(const Expression& node, Context context);
  Result<BoundPtr> BindSubquery(const Expression& node, Context context);
  Result<BoundPtr> BindCase(const Expression& node, Context context);
  Result<BoundPtr> BindCast(const Expression& node, Context context);
  Result<BoundPtr> BindArray(const Expression& node, Context context);
  Result<BoundPtr> BindRow(const Expression& node, Context context);
  Result<BoundPtr> BindAtTimeZone(const Expression& node, Context context);
  Result<BoundPtr> BindExtract(const Expression& node, Context context);
  Result<BoundPtr> BindCurrentTime(const Expression& node);
  Result<BoundPtr> BindCall(const Expression& node, Context context);
  Result<std::optional<BoundPtr>> BindSpecialCall(const std::string& name, const Expression& node,
                                                  Context context);
  Result<BoundPtr> BindConditional(const std::string& name, const Expression& node,
                                   Context context);
  Result<BoundPtr> BindDateCall(const std::string& name, const Expression& node, Context context);
  Result<BoundPtr> BindLambdaCall(const std::string& name, const Expression& node, Context context);
  Result<BoundPtr> BindMapLambda(const std::string& name, const Expression& node, Context context);
  Result<BoundPtr> BindReduce(const std::string& name, const Expression& node, Context context);
  Result<BoundPtr> BindFromUnixtime(const Expression& node, Context context);
  Result<BoundPtr> BindAggregate(const std::string& name, const Expression& node, Context context);
  Result<std::string> WindowSql(const sql::trino::Window& window, Context context);
  Result<std::string> SortSql(const std::vector<sql::trino::SortItem>& items, Context context);

  // Pieces.
  Result<BoundPtr> Call(const std::string& name, std::vector<BoundPtr> arguments, SourceSpan span);
  Result<BoundPtr> Coerced(const BoundPtr& value, const Type& type, SourceSpan span);
  BoundPtr Compare(const std::string& sign, const BoundPtr& left, const BoundPtr& right) const;
  // All values as their common type, or `mismatch` at the place of the first that has none.
  Result<std::vector<BoundPtr>> Unify(std::vector<BoundPtr> values,
                                      const std::vector<const Expression*>& nodes,
                                      const std::string& mismatch);
  Result<BoundPtr> BindBoolean(const Expression& node, Context context, const std::string& what);

  // Queries.
  Result<BoundQuery> BindBody(const sql::trino::Query& query, const Scope* outer);
  Result<BoundQuery> BindQueryBody(const sql::trino::QueryBody& body, const Scope* outer);
  Result<BoundQuery> BindSelect(const sql::trino::Select& select, const sql::trino::Query* query,
                                const Scope* outer);
  Result<BoundQuery> BindValues(const sql::trino::QueryBody& body, const Scope* outer);
  Result<BoundQuery> BindSetOperation(const sql::trino::QueryBody& body, const Scope* outer);
  Result<std::string> OrderOutput(const sql::trino::Query& query, const BoundQuery& bound);
  Result<std::string> LimitSql(const sql::trino::Query& query);
  Result<std::string> RowCount(const Expression& node);
  Result<std::string> GroupBySql(const sql::trino::Select& select, const Scope& scope,
                                 std::set<std::string>& groups);
  Result<std::string> OrderBySql(const sql::trino::Query& query, const sql::trino::Select& select,
                                 const BoundQuery& bound, const std::vector<BoundPtr>& items,
                                 Context context, BoundPtr* first = nullptr);
  // What WHERE, ORDER BY and LIMIT say of the tables of FROM, of their scans.
  void RequestRows(const sql::trino::Select& select, const BoundExpression& where,
                   size_t first_scan, size_t scan_end);
  void RequestFirstRows(const sql::trino::Query& query, const sql::trino::Select& select,
                        const BoundExpression& key, size_t first_scan);
  Status WriteScans(BoundQuery& query) const;
  Status BindItems(const sql::trino::Select& select, Context context, BoundQuery& out,
                   std::vector<BoundPtr>& items);
  Status RefuseAggregates(const Expression& node, const char* clause) const;

  // Relations: DuckDB's FROM text, and the fields.
  struct BoundRelation {
    std::string sql;
    std::vector<ScopeField> fields;
  };
  Result<BoundRelation> BindRelation(const sql::trino::Relation& relation, const Scope* outer);
  Result<BoundRelation> BindTable(const sql::trino::Relation& relation);
  Result<int64_t> TableVersion(const sql::trino::Relation& relation);
  Result<BoundRelation> BindJoin(const sql::trino::Relation& relation, const Scope* outer);
  Result<BoundRelation> BindUsing(const sql::trino::Relation& relation, BoundRelation left,
                                  BoundRelation right);
  Result<BoundRelation> BindUnnest(const sql::trino::Relation& relation, const Scope* outer);
  Status ApplyAlias(const sql::trino::Relation& relation, BoundRelation& bound) const;
  BoundRelation AsRelation(BoundQuery query, const std::vector<std::string>& qualifier);
  Status PushCommonTables(const sql::trino::Query& query, const Scope* outer);
  Status PushRecursive(const sql::trino::CommonTable& table, const Scope* outer);

  std::string NextAlias() { return "r" + std::to_string(++aliases_); }

  const Session& session_;
  const Catalogs& catalogs_;
  std::vector<Expression> parameters_;
  // Name to query, the innermost last. Its SQL is repeated where it is used.
  std::vector<std::pair<std::string, BoundQuery>> common_tables_;
  std::map<std::string, ProvidedTable> pinned_;
  // References to tables that are scanned. In SQL a mark stands for each until all is bound.
  struct PendingScan {
    std::function<Result<std::string>(const ScanRequest&)> scan;
    SourceSpan span;
    ScanRequest request;
  };
  std::vector<PendingScan> scans_;
  int depth_ = 0;  // of BindQuery
  int aliases_ = 0;
  bool in_aggregate_ = false;
};

// Whether a call that aggregates (not over a window) or a window function is in the expression.
bool ContainsAggregate(const sql::trino::Expression& node);
bool ContainsWindow(const sql::trino::Expression& node);

}  // namespace floe::query::trino
