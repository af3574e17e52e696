// The syntax tree of Trino's dialect. Uniform nodes: whoever walks a tree needs one loop.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sql/box.h"
#include "sql/node_span.h"

namespace floe::sql::trino {

// A name; unquoted ones are folded to lower case where they are compared, not here.
struct Identifier {
  std::string value;
  bool quoted = false;
  NodeSpan span;
  bool operator==(const Identifier&) const = default;
};

struct QualifiedName {
  std::vector<Identifier> parts;
  NodeSpan span;
  std::string ToString() const;  // in lower case, with dots
  bool operator==(const QualifiedName&) const = default;
};

// A type as written. `name` is in lower case: "varchar", "timestamp with time zone", "row",
// "interval day to second".
struct TypeName {
  std::string name;
  std::vector<int64_t> parameters;               // of varchar(10), decimal(38, 2), timestamp(6)
  std::vector<TypeName> arguments;               // of array, map, row
  std::vector<std::optional<Identifier>> names;  // of row: one per argument
  NodeSpan span;
  bool operator==(const TypeName&) const = default;
};

enum class ExpressionKind : uint8_t {
  kNull,
  kBoolean,         // text: TRUE or FALSE
  kInteger,         // text: digits
  kDecimal,         // text: digits with a point
  kDouble,          // text: with exponent
  kString,          // text: value
  kBinary,          // text: hexadecimal digits
  kTypedLiteral,    // type, text: DATE '2024-01-01'
  kInterval,        // text: value with sign; type.name "day", "day to second", …
  kParameter,       // ?
  kIdentifier,      // name
  kDereference,     // children[0].name
  kUnary,           // text: - or +
  kBinaryOperator,  // text: + - * / % ||
  kComparison,      // text: = <> < <= > >=, IS DISTINCT FROM
  kAnd,
  kOr,
  kNot,
  kIsNull,
  kBetween,      // value, low, high
  kIn,           // value, items…
  kInQuery,      // value, query
  kLike,         // value, pattern[, escape]
  kExists,       // query
  kSubquery,     // query
  kQuantified,   // value, query; text: operator; name: ALL or ANY
  kCase,         // when, then, when, then … [else]
  kSimpleCase,   // operand, when, then, … [else]
  kCast,         // value, type; flag: TRY_CAST
  kCall,         // name of function in `function`, arguments
  kArray,        // ARRAY[…]
  kRow,          // ROW(…) or (a, b)
  kSubscript,    // base, index
  kLambda,       // parameters in `parameters`, body
  kAtTimeZone,   // value, zone
  kExtract,      // value; text: field in upper case
  kCurrentTime,  // text: CURRENT_DATE, …; precision in type.parameters
  kGrouping,     // GROUPING(a, b)
};

struct Query;
struct Expression;

enum class NullOrder : uint8_t { kDefault, kFirst, kLast };

struct SortItem;

enum class FrameUnit : uint8_t { kRows, kRange, kGroups };
enum class BoundKind : uint8_t {
  kUnboundedPreceding,
  kPreceding,
  kCurrentRow,
  kFollowing,
  kUnboundedFollowing,
};

struct CallOptions;

struct Expression {
  ExpressionKind kind = ExpressionKind::kNull;
  NodeSpan span;
  std::string text;
  Identifier name;
  bool negated = false;  // NOT IN, NOT LIKE, IS NOT NULL …
  bool flag = false;     // CASE: there is an ELSE; CAST: TRY_CAST
  std::vector<Expression> children;
  std::vector<Identifier> parameters;
  OptionalBox<TypeName> type;
  OptionalBox<CallOptions> call;
  OptionalBox<Query> query;

  bool operator==(const Expression&) const;
};

struct SortItem {
  Expression expression;
  bool descending = false;
  NullOrder nulls = NullOrder::kDefault;
  bool operator==(const SortItem&) const = default;
};

struct FrameBound {
  BoundKind kind = BoundKind::kUnboundedPreceding;
  std::vector<Expression> value;  // none or one
  bool operator==(const FrameBound&) const = default;
};

struct Window {
  std::optional<Identifier> base;  // OVER w, or OVER (w ORDER BY …)
  std::vector<Expression> partition_by;
  std::vector<SortItem> order_by;
  bool has_frame = false;
  FrameUnit unit = FrameUnit::kRange;
  FrameBound start;
  FrameBound end{BoundKind::kCurrentRow, {}};
  NodeSpan span;
  bool operator==(const Window&) const = default;
};

// What a call has beside its arguments.
struct CallOptions {
  QualifiedName function;
  bool distinct = false;
  bool star = false;  // count(*)
  std::vector<SortItem> order_by;
  std::vector<Expression> filter;  // none or one
  bool ignore_nulls = false;
  std::vector<Window> over;  // none or one
  bool operator==(const CallOptions&) const = default;
};

struct SelectItem {
  std::vector<Expression> expression;  // none: *
  std::vector<Expression> qualifier;   // of t.*
  std::optional<Identifier> alias;
  NodeSpan span;
  bool operator==(const SelectItem&) const = default;
};

enum class RelationKind : uint8_t { kTable, kQuery, kUnnest, kJoin, kTableFunction };
enum class JoinKind : uint8_t { kCross, kInner, kLeft, kRight, kFull };

struct Relation {
  RelationKind kind = RelationKind::kTable;
  NodeSpan span;
  QualifiedName table;
  std::vector<Expression> version;  // FOR VERSION | TIMESTAMP AS OF; none or one
  bool version_is_timestamp = false;
  bool lateral = false;
  OptionalBox<Query> query;
  std::vector<Expression> unnest;
  bool ordinality = false;
  JoinKind join = JoinKind::kInner;
  bool natural = false;
  std::vector<Relation> sides;  // left, right
  std::vector<Expression> on;   // none or one
  std::vector<Identifier> using_columns;
  std::optional<Identifier> alias;
  std::vector<Identifier> columns;
  bool has_sample = false;
  bool operator==(const Relation&) const = default;
};

enum class GroupingKind : uint8_t { kSimple, kSets, kRollup, kCube };

struct GroupingElement {
  GroupingKind kind = GroupingKind::kSimple;
  std::vector<std::vector<Expression>> sets;
  bool operator==(const GroupingElement&) const = default;
};

struct Select {
  NodeSpan span;
  bool distinct = false;
  std::vector<SelectItem> items;
  std::vector<Relation> from;  // none or one (commas are cross joins)
  std::vector<Expression> where;
  bool has_group_by = false;
  std::vector<GroupingElement> group_by;
  std::vector<Expression> having;
  std::vector<std::pair<Identifier, Window>> windows;
  bool operator==(const Select&) const = default;
};

enum class BodyKind : uint8_t { kSelect, kValues, kTable, kSetOperation, kNested };
enum class SetKind : uint8_t { kUnion, kIntersect, kExcept };

struct QueryBody {
  BodyKind kind = BodyKind::kSelect;
  NodeSpan span;
  OptionalBox<Select> select;
  std::vector<Expression> rows;  // VALUES: kRow or a single value
  QualifiedName table;
  SetKind set = SetKind::kUnion;
  bool distinct = true;
  std::vector<QueryBody> sides;
  OptionalBox<Query> nested;
  bool operator==(const QueryBody&) const;
};

struct CommonTable {
  Identifier name;
  std::vector<Identifier> columns;
  Box<Query> query;
  bool operator==(const CommonTable&) const;
};

struct Query {
  NodeSpan span;
  bool recursive = false;
  std::vector<CommonTable> with;
  QueryBody body;
  std::vector<SortItem> order_by;
  std::vector<Expression> offset;  // none or one
  std::vector<Expression> limit;   // none or one; LIMIT ALL is none
  bool with_ties = false;
  bool operator==(const Query&) const;
};

enum class StatementKind : uint8_t {
  kQuery,
  kExplain,       // inner text in `text`; options "TYPE=VALIDATE" in names
  kShowCatalogs,  // pattern, escape
  kShowSchemas,   // name: catalog
  kShowTables,    // name: schema
  kShowColumns,   // name: table
  kShowFunctions,
  kShowSession,
  kShowCreate,        // text: TABLE, VIEW, SCHEMA, MATERIALIZED VIEW
  kDescribeInput,     // identifier
  kDescribeOutput,    // identifier
  kUse,               // name: [catalog.]schema
  kSetSession,        // name, expression
  kResetSession,      // name
  kSetTimeZone,       // expression; none: LOCAL
  kPrepare,           // identifier, text: the statement
  kExecute,           // identifier, parameters
  kExecuteImmediate,  // text, parameters
  kDeallocate,        // identifier
  kStartTransaction,
  kCommit,
  kRollback,
  kOther,  // text: "CREATE TABLE"; name where one follows
};

struct Statement {
  StatementKind kind = StatementKind::kQuery;
  NodeSpan span;
  NodeSpan text_span;  // where `text` stands in the statement
  OptionalBox<Query> query;
  QualifiedName name;
  Identifier identifier;
  std::string text;
  std::optional<std::string> pattern;
  std::optional<std::string> escape;
  std::vector<std::string> options;
  bool if_exists = false;
  std::vector<Expression> parameters;
  int parameter_count = 0;  // question marks in it
  bool operator==(const Statement&) const = default;
};

}  // namespace floe::sql::trino
