// For the tests of functions/: expressions in short form, evaluated in every way that there is.
#pragma once

#include <arrow/record_batch.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/memory.h"
#include "functions/evaluator.h"
#include "functions/expression.h"
#include "functions/resolve.h"
#include "types/arrow_memory.h"

namespace floe::functions {

// Literals. Text of numbers, dates and times is checked by the literal's own rules.
ExpressionPtr Number(std::string_view text);
ExpressionPtr Approximate(std::string_view text);
ExpressionPtr Text(std::string_view text);
ExpressionPtr DateOf(std::string_view text);
ExpressionPtr TimeOf(std::string_view text);
ExpressionPtr TimestampOf(std::string_view text);
ExpressionPtr Seconds(std::string_view text);  // INTERVAL '…' SECOND
ExpressionPtr NullOf(const types::DataType& type);
ExpressionPtr Word(std::string_view word);

// The call or cast; a failure of resolution fails the test and gives NULL.
ExpressionPtr Call(std::string_view name, std::vector<ExpressionPtr> arguments,
                   const SessionOptions& options = {});
ExpressionPtr CastTo(ExpressionPtr operand, const types::DataType& target,
                     CastMode mode = CastMode::kExplicit, const SessionOptions& options = {});

// A memory pool and what an evaluation needs.
class TestEvaluation {
 public:
  TestEvaluation();

  EvaluationContext& context() { return context_; }
  arrow::MemoryPool* pool() { return &pool_; }

  // The value as SQL text ('x', DATE '…', NULL), or "error: …".
  std::string Constant(const ExpressionPtr& expression);
  // The same through Fold.
  std::string Folded(const ExpressionPtr& expression);
  // The same with the first `columns` arguments of the call read from columns, in whose rows the
  // values and NULLs take turns; "rows differ" if equal rows gave different answers.
  std::string FromColumns(const ExpressionPtr& call, size_t columns);

  // Rows of a result as SQL texts.
  std::vector<std::string> Rows(const ExpressionPtr& expression, const arrow::RecordBatch& batch,
                                RowErrors* errors = nullptr);

 private:
  MemoryBudget budget_;
  types::ArrowMemoryPool pool_;
  Random random_{1};
  EvaluationContext context_;
};

// A call with what Flink answers: the value as SQL text and the type as TYPEOF shows it.
struct ValueCase {
  ExpressionPtr call;
  std::string value;
  std::string type;
  size_t columns = 9;  // arguments that may come from columns; 0: literals only
};

// Evaluates each call directly, folded, and over columns.
void CheckValues(const std::vector<ValueCase>& cases);

// Row `row` of an array as SQL text.
std::string ArrayText(const arrow::Array& array, const types::DataType& type, int64_t row);

}  // namespace floe::functions
