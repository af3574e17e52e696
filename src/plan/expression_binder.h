// Scalar expressions: syntax tree → bound expression. Names come from a Scope, functions and types
// from functions/resolve.h.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "functions/aggregate.h"
#include "functions/expression.h"
#include "functions/resolve.h"
#include "plan/binding_options.h"
#include "plan/scope.h"
#include "sql/flink/ast_expression.h"
#include "sql/flink/ast_function.h"

namespace floe::plan {

// Names of aggregate functions of Flink, whether executed or not; any case.
bool IsAggregateFunction(std::string_view name);

// What a clause allows beside columns and scalar functions.
class CallHandler {
 public:
  virtual ~CallHandler() = default;
  // A call of an aggregate function, or of TUMBLE_START and the like.
  virtual Result<functions::ExpressionPtr> BindSpecialCall(const sql::flink::FunctionCall& call,
                                                           std::string_view upper_name,
                                                           SourceSpan span) = 0;
};

// Refuses aggregates with "not allowed in <clause>".
class NoAggregates final : public CallHandler {
 public:
  explicit NoAggregates(std::string_view clause) : clause_(clause) {}
  Result<functions::ExpressionPtr> BindSpecialCall(const sql::flink::FunctionCall& call,
                                                   std::string_view upper_name,
                                                   SourceSpan span) override;

 private:
  std::string clause_;  // e.g. "WHERE"
};

class ExpressionBinder {
 public:
  // All outlive the binder.
  ExpressionBinder(const Scope& scope, const BindingOptions& options, CallHandler& handler)
      : scope_(scope), options_(options), handler_(handler) {}

  Result<functions::ExpressionPtr> Bind(const sql::flink::Expression& expression);
  // A condition: BOOLEAN, or NULL (which is then a BOOLEAN NULL). `clause` names it in errors.
  Result<functions::ExpressionPtr> BindCondition(const sql::flink::Expression& expression,
                                                 std::string_view clause);

 private:
  friend struct ExpressionVisitor;

  Result<functions::ExpressionPtr> BindCall(const sql::flink::FunctionCall& call, SourceSpan span);
  Result<std::vector<functions::ExpressionPtr>> BindAll(
      const std::vector<sql::flink::Expression>& expressions);
  // The clauses of the JSON functions as further arguments: symbols ("NULL ON EMPTY", "DEFAULT ON
  // ERROR" with its value behind it, "WITH CONDITIONAL WRAPPER", "ABSENT ON NULL") and, for
  // RETURNING, the symbol "RETURNING" and a NULL of the type.
  Status AppendJsonClause(const sql::flink::JsonClause& clause,
                          std::vector<functions::ExpressionPtr>& arguments);
  // Resolves the call; errors without a position get `span`.
  Result<functions::ExpressionPtr> Call(std::string_view name,
                                        std::vector<functions::ExpressionPtr> arguments,
                                        SourceSpan span);

  const Scope& scope_;
  const BindingOptions& options_;
  CallHandler& handler_;
};

// The column's type without its time attribute, for every use but forwarding; `expression` itself
// if it has none.
functions::ExpressionPtr WithoutTimeAttribute(const functions::ExpressionPtr& expression);

// Conjunction of `conditions`, null for none; and the conjuncts of a condition (null: none).
functions::ExpressionPtr And(const std::vector<functions::ExpressionPtr>& conditions);
std::vector<functions::ExpressionPtr> Conjuncts(const functions::ExpressionPtr& condition);

// Nodes of an expression into which a rule substitutes others (projections merged, conditions
// pushed down). Far beyond what people write; chains of doubling columns would grow without bound.
inline constexpr size_t kMaxMergedExpressionNodes = 2'000;
// Nodes of the expression, counted as a tree up to `limit`.
size_t ExpressionSize(const functions::Expression& expression, size_t limit);

// The function's name as the resolver knows it ("=", "AND", "TIMESTAMPADD" …); "" if not a call.
std::string_view FunctionNameOf(const functions::Expression& expression);

Error Unsupported(std::string what, const SourceSpan& span);

}  // namespace floe::plan
