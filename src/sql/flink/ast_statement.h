// Statements of Flink SQL. All that Flink 2.3 parses has a node here: those that Floe does not
// execute are either a structured node or OtherStatement, which carries its name, so that they can
// be refused by name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/flink/ast_query.h"

namespace floe::sql::flink {

struct QueryStatement {
  Query query;

  bool operator==(const QueryStatement&) const = default;
};

// SET ['key' = 'value'] (or bare); without a key it lists the options. Back quotes and double
// quotes of a bare key stay part of it, as in Flink.
struct SetStatement {
  std::optional<Option> option;

  bool operator==(const SetStatement&) const = default;
};

// RESET ['key'].
struct ResetStatement {
  std::optional<std::string> key;
  NodeSpan key_span;

  bool operator==(const ResetStatement&) const = default;
};

enum class ObjectKind : uint8_t { kCatalog, kDatabase, kTable, kView, kFunction };

std::string_view ObjectKindName(ObjectKind kind);

struct CreateCatalog {
  bool if_not_exists = false;
  Identifier name;
  std::optional<std::string> comment;
  std::vector<Option> options;

  bool operator==(const CreateCatalog&) const = default;
};

struct CreateDatabase {
  bool if_not_exists = false;
  QualifiedName name;
  std::optional<std::string> comment;
  std::vector<Option> options;

  bool operator==(const CreateDatabase&) const = default;
};

struct UseCatalog {
  Identifier name;

  bool operator==(const UseCatalog&) const = default;
};

// USE [catalog.]database.
struct UseDatabase {
  QualifiedName name;

  bool operator==(const UseDatabase&) const = default;
};

enum class ColumnKind : uint8_t {
  kPhysical,  // name type
  kComputed,  // name AS expression
  kMetadata,  // name type METADATA [FROM 'key'] [VIRTUAL]
  kNameOnly,  // name, in CREATE TABLE t (a, b) AS SELECT …
};

struct ColumnDefinition {
  ColumnKind kind = ColumnKind::kPhysical;
  Identifier name;
  TypeName type;                       // kPhysical, kMetadata
  OptionalBox<Expression> expression;  // kComputed
  std::optional<std::string> metadata_key;
  bool is_virtual = false;  // kMetadata
  std::optional<std::string> comment;
  NodeSpan span;

  bool operator==(const ColumnDefinition&) const = default;
};

enum class ConstraintKind : uint8_t { kPrimaryKey, kUnique };

// Table constraints, and those written behind a column (then with that one column).
struct TableConstraint {
  ConstraintKind kind = ConstraintKind::kPrimaryKey;
  std::optional<Identifier> name;
  std::vector<Identifier> columns;
  std::optional<bool> enforced;  // [NOT] ENFORCED as written
  NodeSpan span;

  bool operator==(const TableConstraint&) const = default;
};

// WATERMARK FOR column AS expression.
struct WatermarkDefinition {
  QualifiedName column;  // several parts: a field of a ROW
  Expression expression;
  NodeSpan span;

  bool operator==(const WatermarkDefinition&) const = default;
};

enum class LikeMerging : uint8_t { kIncluding, kExcluding, kOverwriting };

enum class LikeFeature : uint8_t {
  kAll,
  kConstraints,
  kDistribution,
  kGenerated,
  kMetadata,
  kOptions,
  kPartitions,
  kWatermarks,
};

struct LikeOption {
  LikeMerging merging = LikeMerging::kIncluding;
  LikeFeature feature = LikeFeature::kAll;
  NodeSpan span;

  bool operator==(const LikeOption&) const = default;
};

// LIKE table [(INCLUDING ALL EXCLUDING OPTIONS …)].
struct TableLike {
  QualifiedName table;
  std::vector<LikeOption> options;
  NodeSpan span;

  bool operator==(const TableLike&) const = default;
};

enum class DistributionKind : uint8_t { kUnspecified, kHash, kRange };

// DISTRIBUTED [BY [HASH | RANGE] (column, …)] INTO n BUCKETS.
struct TableDistribution {
  DistributionKind kind = DistributionKind::kUnspecified;
  std::vector<Identifier> columns;
  std::optional<int64_t> buckets;
  NodeSpan span;

  bool operator==(const TableDistribution&) const = default;
};

struct CreateTable {
  bool or_replace = false;
  bool temporary = false;
  bool if_not_exists = false;
  QualifiedName name;
  std::vector<ColumnDefinition> columns;
  std::vector<TableConstraint> constraints;
  std::vector<WatermarkDefinition> watermarks;  // more than one is for the binder to refuse
  std::optional<std::string> comment;
  OptionalBox<TableDistribution> distribution;
  std::vector<Identifier> partitioned_by;
  std::vector<Option> options;
  OptionalBox<TableLike> like;
  OptionalBox<Query> as_query;  // CREATE TABLE … AS query

  bool operator==(const CreateTable&) const = default;
};

struct ViewColumn {
  Identifier name;
  std::optional<std::string> comment;

  bool operator==(const ViewColumn&) const = default;
};

struct CreateView {
  bool or_replace = false;
  bool temporary = false;
  bool if_not_exists = false;
  QualifiedName name;
  std::vector<ViewColumn> columns;
  std::optional<std::string> comment;
  Query query;
  std::string query_text;  // as written, for SHOW CREATE VIEW

  bool operator==(const CreateView& other) const;  // all but query_text
};

// DROP [TEMPORARY [SYSTEM]] CATALOG | DATABASE | TABLE | VIEW | FUNCTION [IF EXISTS] name.
struct DropStatement {
  ObjectKind kind = ObjectKind::kTable;
  bool temporary = false;
  bool system = false;  // DROP TEMPORARY SYSTEM FUNCTION
  bool if_exists = false;
  QualifiedName name;
  std::optional<bool> cascade;  // CASCADE true, RESTRICT false; of databases only

  bool operator==(const DropStatement&) const = default;
};

enum class AlterTableAction : uint8_t { kSetOptions, kResetOptions, kRename, kOther };

struct AlterTable {
  bool if_exists = false;
  QualifiedName name;
  AlterTableAction action = AlterTableAction::kSetOptions;
  std::vector<Option> options;  // kSetOptions; kResetOptions: with empty values
  QualifiedName new_name;       // kRename
  std::string action_name;      // e.g. "SET", "RENAME TO", "ADD", "DROP", "MODIFY"
  std::string action_text;      // kOther: from the action's first word on, as written

  bool operator==(const AlterTable&) const = default;
};

enum class InsertKind : uint8_t { kInto, kOverwrite, kUpsert };

enum class ConflictAction : uint8_t { kNothing, kError, kDeduplicate };

// PARTITION (column = literal, column).
struct PartitionValue {
  Identifier column;
  OptionalBox<Expression> value;

  bool operator==(const PartitionValue&) const = default;
};

struct Insert {
  InsertKind kind = InsertKind::kInto;
  QualifiedName table;
  std::vector<Hint> hints;
  std::vector<PartitionValue> partition;
  std::vector<QualifiedName> columns;  // empty: all, in order; several parts: a field of a ROW
  Query query;
  std::optional<ConflictAction> on_conflict;
  NodeSpan on_conflict_span;

  bool operator==(const Insert&) const = default;
};

struct InsertInSet {
  Insert insert;
  std::string text;  // as written
  NodeSpan span;

  bool operator==(const InsertInSet& other) const { return insert == other.insert; }
};

// EXECUTE STATEMENT SET BEGIN …; END, or the script form BEGIN STATEMENT SET; …; END;. The second
// may be empty: then there is nothing to run.
struct StatementSet {
  bool is_script_form = false;
  std::vector<InsertInSet> inserts;

  bool operator==(const StatementSet&) const = default;
};

// BEGIN STATEMENT SET and END alone, as an interactive client sends them; ParseScript joins them
// and what is between them to a StatementSet.
struct BeginStatementSet {
  bool operator==(const BeginStatementSet&) const = default;
};
struct EndStatementSet {
  bool operator==(const EndStatementSet&) const = default;
};

struct Statement;

// EXPLAIN [PLAN FOR | detail, …] statement.
struct ExplainStatement {
  bool plan_for = false;
  std::vector<std::string> details;  // ESTIMATED_COST, CHANGELOG_MODE, JSON_EXECUTION_PLAN, …
  Box<Statement> statement;

  bool operator==(const ExplainStatement&) const = default;
};

// SHOW CATALOGS, SHOW CREATE TABLE t, …
enum class ShowKind : uint8_t {
  kCatalogs,
  kCurrentCatalog,
  kDatabases,
  kCurrentDatabase,
  kTables,
  kViews,
  kMaterializedTables,
  kFunctions,
  kUserFunctions,
  kModules,
  kFullModules,
  kColumns,
  kPartitions,
  kProcedures,
  kModels,
  kJars,
  kJobs,
  kCreateTable,
  kCreateView,
  kCreateCatalog,
  kCreateMaterializedTable,
  kCreateModel,
};

// Without SHOW, e.g. "CREATE TABLE".
std::string_view ShowKindName(ShowKind kind);

struct ShowStatement {
  ShowKind kind = ShowKind::kTables;
  // kCreate…, kColumns, kPartitions: the object. Lists: the database (or catalog) behind FROM | IN.
  QualifiedName name;
  std::vector<PartitionValue> partition;  // kPartitions
  bool negated_like = false;
  bool is_ilike = false;
  std::optional<std::string> like_pattern;

  bool operator==(const ShowStatement&) const = default;
};

// DESCRIBE | DESC [EXTENDED] table; of other objects: OtherStatement.
struct DescribeTable {
  bool extended = false;
  QualifiedName name;

  bool operator==(const DescribeTable&) const = default;
};

// A statement of Flink that Floe knows by name only.
struct OtherStatement {
  std::string name;  // e.g. "CREATE FUNCTION", "ADD JAR", "HELP"

  bool operator==(const OtherStatement&) const = default;
};

struct Statement {
  using Node =
      std::variant<QueryStatement, SetStatement, ResetStatement, CreateCatalog, CreateDatabase,
                   UseCatalog, UseDatabase, CreateTable, CreateView, DropStatement, AlterTable,
                   Insert, StatementSet, BeginStatementSet, EndStatementSet, ExplainStatement,
                   ShowStatement, DescribeTable, OtherStatement>;

  Node node;
  std::string text;  // as written, from its first to its last token, without the semicolon
  NodeSpan span;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
  bool operator==(const Statement& other) const { return node == other.node; }
};

// The statement's name for messages, e.g. "CREATE TABLE", "SHOW JOBS", "INSERT INTO".
std::string StatementName(const Statement& statement);

}  // namespace floe::sql::flink
