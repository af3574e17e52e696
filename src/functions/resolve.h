// From names and operators to bound expressions: overloads, result types, implicit casts. What the
// binder calls for each node of a scalar expression. All functions here are pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/expression.h"
#include "functions/time_unit.h"
#include "types/data_type.h"

namespace floe::functions {

// What a statement's meaning takes from its session.
struct SessionOptions {
  std::string time_zone = "UTC";  // table.local-time-zone, as IsTimeZone accepts it
  bool legacy_cast = false;       // table.exec.legacy-cast-behaviour: a failed cast gives NULL
  // Batch mode: NOW(), CURRENT_TIMESTAMP and the like are this instant (milliseconds since 1970
  // UTC) for all rows. Unset (streaming): they read EvaluationContext::now_ms.
  std::optional<int64_t> statement_time_ms;
};

// True for a zone's region name ("Europe/Berlin", "UTC") or a fixed offset ("GMT+08:00", "+08:00").
bool IsTimeZone(std::string_view name);

// A call of a function or operator. `name` is compared without regard to case:
//   operators  + - * / % || = <> < <= > >= (- and + with one argument are the signs)
//              AND OR NOT, IS [NOT] DISTINCT FROM
//              IS [NOT] NULL | TRUE | FALSE | UNKNOWN | JSON VALUE | JSON OBJECT | JSON ARRAY |
//              JSON SCALAR
//              [NOT] BETWEEN, [NOT] BETWEEN SYMMETRIC (x, low, high)
//              [NOT] LIKE, [NOT] SIMILAR TO (x, pattern [, escape])
//              [NOT] IN (x, value, …)
//              CASE (condition, result, …, otherwise): an odd number; give NullLiteral() where
//              there is no ELSE. The binder rewrites CASE x WHEN v to CASE WHEN x = v.
//   functions  as SHOW FUNCTIONS lists them. Bare words among the arguments (time units, LEADING of
//              TRIM) are SymbolLiterals; the forms of sql/flink/ast_expression.h are understood.
// Errors: kSqlFunctionNotFound with near names; kSqlTypeMismatch with the valid signatures;
// kSqlUnsupported for what Flink has and this does not; kSqlValidation for a NULL without a type
// where Flink wants one. The result's type carries no time attribute (except PROCTIME()).
Result<ExpressionPtr> ResolveCall(std::string_view name, std::vector<ExpressionPtr> arguments,
                                  const SessionOptions& options, SourceSpan span = {});

enum class CastMode : uint8_t {
  kExplicit,  // CAST: all pairs that Flink has; a value that does not fit fails the row
  kTry,       // TRY_CAST: NULL instead
  kImplicit,  // what INSERT INTO does to a query's column: only pairs that lose nothing by type
};

// The nullability of `target` does not count: the result is nullable if the operand is, and always
// for kTry. Returns `operand` itself where there is nothing to do.
Result<ExpressionPtr> ResolveCast(ExpressionPtr operand, const types::DataType& target,
                                  CastMode mode, const SessionOptions& options,
                                  SourceSpan span = {});
// Whether INSERT INTO may write `source` into a column of type `target`.
bool IsImplicitlyCastable(const types::DataType& source, const types::DataType& target);

// The least restrictive type to which all of `types` can be brought (CASE, COALESCE, IN, UNION),
// or an error that names the two that do not meet. The order counts where FLOAT meets DOUBLE: the
// first wins, as in Flink. REQUIRES: types is not empty.
Result<types::DataType> CommonType(std::span<const types::DataType> types);

// Literals. Texts are what the AST holds; errors name the text and the valid form.
ExpressionPtr NullLiteral(SourceSpan span = {});
ExpressionPtr BooleanLiteral(bool value, SourceSpan span = {});
ExpressionPtr StringLiteral(std::string value, SourceSpan span = {});  // CHAR(n)
ExpressionPtr IntegerLiteral(int32_t value, SourceSpan span = {});
// A bare word: a time unit, BOTH | LEADING | TRAILING, a JSON behaviour. Not a value.
ExpressionPtr SymbolLiteral(std::string word, SourceSpan span = {});
bool IsSymbol(const Expression& expression);
// Digits with at most one '.': INT, BIGINT or DECIMAL by size and text.
Result<ExpressionPtr> ResolveExactNumericLiteral(std::string_view text, SourceSpan span = {});
Result<ExpressionPtr> ResolveApproximateNumericLiteral(std::string_view text, SourceSpan span = {});
Result<ExpressionPtr> ResolveBinaryLiteral(std::string_view hex, SourceSpan span = {});
// DATE '2024-01-31', TIME '12:34:56.7', TIMESTAMP '2024-01-31 12:34:56.789' (DATE alone is taken).
Result<ExpressionPtr> ResolveDateLiteral(std::string_view text, SourceSpan span = {});
Result<ExpressionPtr> ResolveTimeLiteral(std::string_view text, SourceSpan span = {});
Result<ExpressionPtr> ResolveTimestampLiteral(std::string_view text, SourceSpan span = {});

// INTERVAL [-]'text' start[(leading_precision)] [TO end][(fraction_precision)].
struct IntervalQualifier {
  TimeUnit start = TimeUnit::kSecond;
  std::optional<TimeUnit> end;
  std::optional<int> leading_precision;   // default 2
  std::optional<int> fraction_precision;  // default 6
};
Result<ExpressionPtr> ResolveIntervalLiteral(std::string_view text, bool negative,
                                             const IntervalQualifier& qualifier,
                                             SourceSpan span = {});

// Replaces calls of which all arguments are constant by their values, bottom up. A branch that is
// not taken is not evaluated; a row-independent failure (1 / 0) is returned as the error that it
// would be at run time. Calls that are not deterministic are left alone.
Result<ExpressionPtr> Fold(const ExpressionPtr& expression);

// False if it holds RAND, UUID, NOW and the like: a call that may differ from row to row.
bool IsDeterministic(const Expression& expression);

// Whether `name` is a scalar function or operator of Flink, supported or not.
bool IsKnownFunction(std::string_view name);
// Names of all supported scalar functions in lower case, sorted, operators aside (SHOW FUNCTIONS).
std::vector<std::string> FunctionNames();

}  // namespace floe::functions
