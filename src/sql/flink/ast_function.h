// Function calls of Flink SQL with all their clauses.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "sql/box.h"
#include "sql/flink/ast_expression.h"

namespace floe::sql::flink {

enum class SetQuantifier : uint8_t { kUnspecified, kAll, kDistinct };

enum class FrameUnit : uint8_t { kRows, kRange };

enum class FrameBoundKind : uint8_t {
  kUnboundedPreceding,
  kPreceding,  // by `offset`
  kCurrentRow,
  kFollowing,  // by `offset`
  kUnboundedFollowing,
};

struct FrameBound {
  FrameBoundKind kind = FrameBoundKind::kCurrentRow;
  OptionalBox<Expression> offset;
  NodeSpan span;

  bool operator==(const FrameBound&) const = default;
};

struct WindowFrame {
  FrameUnit unit = FrameUnit::kRange;
  FrameBound start;
  std::optional<FrameBound> end;  // only with BETWEEN
  NodeSpan span;

  bool operator==(const WindowFrame&) const = default;
};

// ([name] [PARTITION BY …] [ORDER BY …] [frame]), or a name alone without parentheses.
struct WindowSpecification {
  std::optional<Identifier> name;
  bool is_name_only = false;  // OVER w
  std::vector<Expression> partition_by;
  std::vector<OrderItem> order_by;
  OptionalBox<WindowFrame> frame;
  NodeSpan span;

  bool operator==(const WindowSpecification&) const = default;
};

// name => value, or a value.
struct FunctionArgument {
  std::optional<Identifier> name;
  Expression value;

  bool operator==(const FunctionArgument&) const = default;
};

enum class JsonBehaviorKind : uint8_t {
  kNull,
  kError,
  kDefault,  // with a value
  kTrue,
  kFalse,
  kUnknown,
  kEmptyArray,
  kEmptyObject,
};

struct JsonBehavior {
  JsonBehaviorKind kind = JsonBehaviorKind::kNull;
  OptionalBox<Expression> default_value;

  bool operator==(const JsonBehavior&) const = default;
};

enum class JsonWrapper : uint8_t { kUnspecified, kWithout, kConditional, kUnconditional };

enum class JsonNullClause : uint8_t { kUnspecified, kNullOnNull, kAbsentOnNull };

// What the JSON functions write behind their arguments. The arguments themselves are in
// FunctionCall::arguments: JSON_VALUE, JSON_QUERY, JSON_EXISTS: input, path; JSON_OBJECT,
// JSON_OBJECTAGG: key, value, …; JSON_ARRAY, JSON_ARRAYAGG: values.
struct JsonClause {
  std::optional<TypeName> returning;
  std::optional<JsonBehavior> on_empty;
  std::optional<JsonBehavior> on_error;
  JsonWrapper wrapper = JsonWrapper::kUnspecified;
  JsonNullClause nulls = JsonNullClause::kUnspecified;

  bool operator==(const JsonClause&) const = default;
};

enum class NullTreatment : uint8_t { kUnspecified, kRespectNulls, kIgnoreNulls };

// Every call, of whatever syntax: SUBSTRING(s FROM a FOR b) is SUBSTRING(s, a, b), POSITION(a IN b)
// is POSITION(a, b), OVERLAY(s PLACING r FROM a FOR b) is OVERLAY(s, r, a, b), CURRENT_TIMESTAMP is
// a call without parentheses. COUNT(*) has one argument, a Star.
struct FunctionCall {
  QualifiedName name;  // built-in functions of special syntax in upper case, else as written
  bool has_parentheses = true;
  SetQuantifier quantifier = SetQuantifier::kUnspecified;
  std::vector<FunctionArgument> arguments;
  OptionalBox<JsonClause> json;
  std::vector<OrderItem> within_group;
  OptionalBox<Expression> filter;
  NullTreatment null_treatment = NullTreatment::kUnspecified;
  OptionalBox<WindowSpecification> over;
  NodeSpan span;

  bool operator==(const FunctionCall&) const = default;
};

}  // namespace floe::sql::flink
