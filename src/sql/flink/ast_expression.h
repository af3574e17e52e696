// Scalar expressions of Flink SQL as a tree of values: copyable, comparable, immutable by
// convention once parsed. Walk it with std::visit over Expression::node, which the compiler checks
// for completeness, or ask for one alternative with As<T>().
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "sql/box.h"
#include "sql/flink/ast_name.h"

namespace floe::sql::flink {

struct Expression;
struct Query;  // sql/flink/ast_query.h

enum class LiteralKind : uint8_t {
  kNull,
  kTrue,
  kFalse,
  kUnknown,             // UNKNOWN, the NULL of BOOLEAN
  kExactNumeric,        // text: digits with at most one '.', no sign
  kApproximateNumeric,  // text: with an exponent
  kString,              // text: the value, quotes undone, Unicode escapes decoded
  kBinary,              // text: an even number of upper-case hex digits
  kDate,                // text: what stands between the quotes, unchecked (so below)
  kTime,
  kTimestamp,
  kTimestampLtz,
};

struct Literal {
  LiteralKind kind = LiteralKind::kNull;
  std::string text;
  std::string charset;  // of _UTF16'…'; else empty

  bool operator==(const Literal&) const = default;
};

// INTERVAL [-]'1 02:03' DAY TO MINUTE. `text` is what stands between the quotes, unchecked.
struct IntervalLiteral {
  bool negative = false;
  std::string text;
  IntervalQualifier qualifier;

  bool operator==(const IntervalLiteral&) const = default;
};

// INTERVAL <expression> <unit>, without quotes: Flink parses it and refuses it when planning.
struct IntervalExpression {
  Box<Expression> operand;
  IntervalQualifier qualifier;

  bool operator==(const IntervalExpression&) const = default;
};

// a, t.a, catalog.database.t.a, record.field: which of them is the binder's to find out.
struct ColumnReference {
  QualifiedName name;

  bool operator==(const ColumnReference&) const = default;
};

// * or qualifier.*; in a select list or as the only argument of a call.
struct Star {
  QualifiedName qualifier;  // no parts: a plain *

  bool operator==(const Star&) const = default;
};

// f(x).field, (expression).field.
struct FieldAccess {
  Box<Expression> operand;
  Identifier field;

  bool operator==(const FieldAccess&) const = default;
};

// array[index], map[key], row['field'].
struct ElementAccess {
  Box<Expression> operand;
  Box<Expression> index;

  bool operator==(const ElementAccess&) const = default;
};

enum class UnaryOperator : uint8_t { kPlus, kMinus, kNot };

struct UnaryOperation {
  UnaryOperator op = UnaryOperator::kNot;
  Box<Expression> operand;

  bool operator==(const UnaryOperation&) const = default;
};

enum class BinaryOperator : uint8_t {
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kConcatenate,
  kEqual,
  kNotEqual,
  kLess,
  kLessOrEqual,
  kGreater,
  kGreaterOrEqual,
  kIsDistinctFrom,
  kIsNotDistinctFrom,
  kAnd,
  kOr,
  kOverlaps,
};

// The operator's SQL spelling, e.g. "<>".
std::string_view BinaryOperatorName(BinaryOperator op);

struct BinaryOperation {
  BinaryOperator op = BinaryOperator::kAnd;
  Box<Expression> left;
  Box<Expression> right;
  NodeSpan operator_span;

  bool operator==(const BinaryOperation&) const = default;
};

enum class IsTest : uint8_t {
  kNull,
  kTrue,
  kFalse,
  kUnknown,
  kJsonValue,
  kJsonObject,
  kJsonArray,
  kJsonScalar,
};

// operand IS [NOT] <test>.
struct IsPredicate {
  IsTest test = IsTest::kNull;
  bool negated = false;
  Box<Expression> operand;

  bool operator==(const IsPredicate&) const = default;
};

struct BetweenPredicate {
  bool negated = false;
  bool symmetric = false;
  Box<Expression> operand;
  Box<Expression> low;
  Box<Expression> high;

  bool operator==(const BetweenPredicate&) const = default;
};

enum class LikeKind : uint8_t { kLike, kIlike, kRlike, kSimilarTo };

struct LikePredicate {
  LikeKind kind = LikeKind::kLike;
  bool negated = false;
  Box<Expression> operand;
  Box<Expression> pattern;
  std::optional<Box<Expression>> escape;

  bool operator==(const LikePredicate&) const = default;
};

// operand IN (value, …).
struct InList {
  bool negated = false;
  Box<Expression> operand;
  std::vector<Expression> values;

  bool operator==(const InList&) const = default;
};

struct InSubquery {
  bool negated = false;
  Box<Expression> operand;
  Box<Query> query;

  bool operator==(const InSubquery&) const = default;
};

// EXISTS (query); NOT EXISTS is a UnaryOperation around it.
struct ExistsSubquery {
  Box<Query> query;

  bool operator==(const ExistsSubquery&) const = default;
};

enum class ComparisonQuantifier : uint8_t { kAny, kSome, kAll };

// operand <comparison> ANY | SOME | ALL (query).
struct QuantifiedComparison {
  BinaryOperator op = BinaryOperator::kEqual;
  ComparisonQuantifier quantifier = ComparisonQuantifier::kAny;
  Box<Expression> operand;
  Box<Query> query;

  bool operator==(const QuantifiedComparison&) const = default;
};

struct ScalarSubquery {
  Box<Query> query;

  bool operator==(const ScalarSubquery&) const = default;
};

struct CaseBranch;

// CASE [operand] WHEN condition THEN result … [ELSE otherwise] END.
struct CaseExpression {
  std::optional<Box<Expression>> operand;
  std::vector<CaseBranch> branches;
  std::optional<Box<Expression>> otherwise;

  bool operator==(const CaseExpression&) const = default;
};

struct CastExpression {
  bool is_try = false;  // TRY_CAST: NULL instead of a failure
  Box<Expression> operand;
  TypeName type;

  bool operator==(const CastExpression&) const = default;
};

// ROW(a, b), or (a, b) with more than one value.
struct RowConstructor {
  bool has_keyword = false;
  std::vector<Expression> values;

  bool operator==(const RowConstructor&) const = default;
};

// ARRAY[a, b], MULTISET[a, b], MAP[k, v, k, v].
enum class CollectionKind : uint8_t { kArray, kMultiset, kMap };

struct CollectionConstructor {
  CollectionKind kind = CollectionKind::kArray;
  std::vector<Expression> values;  // of a MAP: key, value, key, value, …; may be an odd number

  bool operator==(const CollectionConstructor&) const = default;
};

// ARRAY(query), MULTISET(query), MAP(query).
struct CollectionSubquery {
  CollectionKind kind = CollectionKind::kArray;
  Box<Query> query;

  bool operator==(const CollectionSubquery&) const = default;
};

// A bare time unit as a function's argument: EXTRACT(DAY FROM t) is EXTRACT(DAY, t), FLOOR(t TO
// DAY) is FLOOR(t, DAY), TIMESTAMPADD(DAY, 1, t), TIMESTAMPDIFF(DAY, a, b).
struct TimeUnitArgument {
  TimeUnit unit = TimeUnit::kSecond;

  bool operator==(const TimeUnitArgument&) const = default;
};

// The first argument of TRIM: TRIM(LEADING x FROM s) is TRIM(LEADING, x, s); where the characters
// are not written they are ' '. TRIM(s) is TRIM(BOTH, ' ', s).
enum class TrimSide : uint8_t { kBoth, kLeading, kTrailing };

struct TrimSideArgument {
  TrimSide side = TrimSide::kBoth;

  bool operator==(const TrimSideArgument&) const = default;
};

// DESCRIPTOR(column, …), an argument of window functions.
struct DescriptorArgument {
  std::vector<Identifier> columns;

  bool operator==(const DescriptorArgument&) const = default;
};

struct OrderItem;

// TABLE t [PARTITION BY …] [ORDER BY …], or (query) in the place of an argument of a table
// function.
struct TableArgument {
  std::optional<QualifiedName> table;  // exactly one of table and query
  std::optional<Box<Query>> query;
  std::vector<Expression> partition_by;
  std::vector<OrderItem> order_by;

  bool operator==(const TableArgument&) const = default;
};

// DEFAULT in the place of an argument.
struct DefaultArgument {
  bool operator==(const DefaultArgument&) const = default;
};

struct FunctionCall;  // sql/flink/ast_function.h

struct Expression {
  using Node =
      std::variant<Literal, IntervalLiteral, IntervalExpression, ColumnReference, Star, FieldAccess,
                   ElementAccess, UnaryOperation, BinaryOperation, IsPredicate, BetweenPredicate,
                   LikePredicate, InList, InSubquery, ExistsSubquery, QuantifiedComparison,
                   ScalarSubquery, CaseExpression, CastExpression, RowConstructor,
                   CollectionConstructor, CollectionSubquery, TimeUnitArgument, TrimSideArgument,
                   DescriptorArgument, TableArgument, DefaultArgument, Box<FunctionCall>>;

  Node node;
  NodeSpan span;

  // The alternative T (a FunctionCall too, without its Box), or null.
  template <typename T>
  const T* As() const {
    if constexpr (std::is_same_v<T, FunctionCall>) {
      const auto* box = std::get_if<Box<FunctionCall>>(&node);
      return box == nullptr ? nullptr : &**box;
    } else {
      return std::get_if<T>(&node);
    }
  }
  bool operator==(const Expression&) const = default;
};

struct CaseBranch {
  Expression condition;  // with an operand: the value that it is compared to
  Expression result;

  bool operator==(const CaseBranch&) const = default;
};

enum class NullsOrder : uint8_t { kUnspecified, kFirst, kLast };

struct OrderItem {
  Expression expression;
  bool descending = false;
  NullsOrder nulls = NullsOrder::kUnspecified;

  bool operator==(const OrderItem&) const = default;
};

}  // namespace floe::sql::flink
