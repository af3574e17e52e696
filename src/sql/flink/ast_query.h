// Queries of Flink SQL: SELECT, VALUES, set operations, FROM items.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sql/box.h"
#include "sql/flink/ast_expression.h"
#include "sql/flink/ast_function.h"

namespace floe::sql::flink {

struct TableReference;
struct QueryBody;

// One key of a WITH ( ) clause or an OPTIONS hint.
struct Option {
  std::string key;
  std::string value;
  NodeSpan key_span;
  NodeSpan value_span;

  bool operator==(const Option&) const = default;
};

// /*+ NAME(…) */ behind SELECT or a table. OPTIONS has `options`; others have `arguments`, as
// written. Flink ignores hints that it does not know.
struct Hint {
  std::string name;  // upper case
  std::vector<Option> options;
  std::vector<std::string> arguments;
  NodeSpan span;

  bool operator==(const Hint&) const = default;
};

struct TableAlias {
  Identifier name;
  std::vector<Identifier> columns;

  bool operator==(const TableAlias&) const = default;
};

// [catalog.[database.]]table, or a CTE's name.
struct NamedTable {
  QualifiedName name;
  std::vector<Hint> hints;
  OptionalBox<Expression> system_time;  // FOR SYSTEM_TIME AS OF <expression>

  bool operator==(const NamedTable&) const = default;
};

// [LATERAL] (query).
struct DerivedTable {
  bool lateral = false;
  Box<Query> query;

  bool operator==(const DerivedTable&) const = default;
};

// [LATERAL] TABLE(f(…)), or f(…) without the wrapper.
struct TableFunctionCall {
  bool lateral = false;
  bool has_table_keyword = true;
  FunctionCall call;

  bool operator==(const TableFunctionCall&) const = default;
};

struct UnnestTable {
  std::vector<Expression> operands;
  bool with_ordinality = false;

  bool operator==(const UnnestTable&) const = default;
};

enum class JoinKind : uint8_t {
  kComma,  // FROM a, b
  kCross,
  kInner,
  kLeft,
  kRight,
  kFull,
};

// The join's SQL spelling, e.g. "LEFT JOIN".
std::string_view JoinKindName(JoinKind kind);

struct Join {
  JoinKind kind = JoinKind::kInner;
  bool natural = false;
  Box<TableReference> left;
  Box<TableReference> right;
  OptionalBox<Expression> on;
  std::vector<Identifier> using_columns;
  NodeSpan keyword_span;

  bool operator==(const Join&) const = default;
};

// table MATCH_RECOGNIZE ( … ) and table PIVOT | UNPIVOT ( … ): kept as text, refused by name.
struct UnsupportedTableClause {
  std::string name;  // e.g. "MATCH_RECOGNIZE"
  Box<TableReference> table;
  std::string text;  // with its parentheses
  NodeSpan name_span;

  bool operator==(const UnsupportedTableClause&) const = default;
};

// TABLESAMPLE BERNOULLI | SYSTEM (percentage) [REPEATABLE (seed)].
struct TableSample {
  bool bernoulli = true;
  Literal percentage;
  std::optional<Literal> seed;
  NodeSpan span;

  bool operator==(const TableSample&) const = default;
};

// One item of FROM.
struct TableReference {
  using Node = std::variant<NamedTable, DerivedTable, TableFunctionCall, UnnestTable, Join,
                            UnsupportedTableClause>;

  Node node;
  std::optional<TableAlias> alias;
  OptionalBox<TableSample> sample;
  NodeSpan span;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
  bool operator==(const TableReference&) const = default;
};

struct SelectItem {
  Expression expression;  // may be a Star
  std::optional<Identifier> alias;

  bool operator==(const SelectItem&) const = default;
};

enum class GroupingKind : uint8_t {
  kExpression,   // expressions: one
  kParentheses,  // (a, b) or (): one set of several expressions
  kRollup,       // elements: its arguments
  kCube,
  kGroupingSets,
};

struct GroupingElement {
  GroupingKind kind = GroupingKind::kExpression;
  std::vector<Expression> expressions;
  std::vector<GroupingElement> elements;
  NodeSpan span;

  bool operator==(const GroupingElement&) const = default;
};

struct GroupBy {
  SetQuantifier quantifier = SetQuantifier::kUnspecified;
  std::vector<GroupingElement> elements;
  NodeSpan span;

  bool operator==(const GroupBy&) const = default;
};

// WINDOW name AS (specification).
struct NamedWindow {
  Identifier name;
  WindowSpecification specification;

  bool operator==(const NamedWindow&) const = default;
};

struct Select {
  SetQuantifier quantifier = SetQuantifier::kUnspecified;
  std::vector<Hint> hints;
  std::vector<SelectItem> items;
  std::optional<Box<TableReference>> from;
  OptionalBox<Expression> where;
  OptionalBox<GroupBy> group_by;
  OptionalBox<Expression> having;
  std::vector<NamedWindow> windows;
  OptionalBox<Expression> qualify;

  bool operator==(const Select&) const = default;
};

// One row of VALUES: (1, 'a'), ROW(1, 'a'), or 1 without parentheses.
struct ValuesRow {
  std::vector<Expression> values;
  NodeSpan span;

  bool operator==(const ValuesRow&) const = default;
};

struct Values {
  std::vector<ValuesRow> rows;

  bool operator==(const Values&) const = default;
};

// TABLE t, the same as SELECT * FROM t.
struct ExplicitTable {
  QualifiedName name;

  bool operator==(const ExplicitTable&) const = default;
};

enum class SetOperator : uint8_t { kUnion, kIntersect, kExcept };

std::string_view SetOperatorName(SetOperator op);

struct SetOperation {
  SetOperator op = SetOperator::kUnion;
  bool all = false;
  Box<QueryBody> left;
  Box<QueryBody> right;
  NodeSpan operator_span;

  bool operator==(const SetOperation&) const = default;
};

struct QueryBody {
  // Box<Query>: a query in parentheses with clauses of its own (WITH, ORDER BY, LIMIT).
  using Node = std::variant<Select, Values, ExplicitTable, SetOperation, Box<Query>>;

  Node node;
  NodeSpan span;

  template <typename T>
  const T* As() const {
    return std::get_if<T>(&node);
  }
  bool operator==(const QueryBody&) const = default;
};

struct CommonTableExpression;

struct Query {
  bool recursive = false;  // WITH RECURSIVE
  std::vector<CommonTableExpression> with;
  QueryBody body;
  std::vector<OrderItem> order_by;
  OptionalBox<Expression> offset;
  OptionalBox<Expression> limit;  // LIMIT n, or FETCH FIRST n ROWS ONLY
  NodeSpan span;

  bool operator==(const Query&) const = default;
};

// name [(column, …)] AS (query).
struct CommonTableExpression {
  Identifier name;
  std::vector<Identifier> columns;
  Query query;
  NodeSpan span;

  bool operator==(const CommonTableExpression&) const = default;
};

}  // namespace floe::sql::flink
