// Runs bound expressions over batches, column-wise. The adapter header of functions/ for Arrow.
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "functions/evaluation_context.h"
#include "functions/expression.h"

namespace floe::functions {

class Program;  // functions/program.h

// Compiled expressions over one input layout. Equal subexpressions are evaluated once. Owned and
// used by one task at a time; holds scratch state, so evaluation is not const.
class Evaluator {
 public:
  // Every column reference must have the layout that types::ToArrow gives to its type.
  static Result<Evaluator> Create(const std::vector<ExpressionPtr>& expressions);
  Evaluator(Evaluator&&) noexcept;
  Evaluator& operator=(Evaluator&&) noexcept;
  ~Evaluator();

  // One array per expression, of the batch's length and of layout types::ToArrow(type). A column
  // reference gives the input's array itself.
  // A row that fails: with `errors` it is added there, and its value is NULL in the results (also
  // in NOT NULL columns); without, the call fails with the error of the first failing row. Branches
  // that a row does not take (CASE, COALESCE, IF, AND, OR …) cannot fail for it.
  Result<std::vector<std::shared_ptr<arrow::Array>>> Evaluate(const arrow::RecordBatch& batch,
                                                              EvaluationContext& context,
                                                              RowErrors* errors);
  // For a single BOOLEAN expression: the rows for which it is TRUE, rising. Failing rows as above.
  // REQUIRES: Create got exactly one expression, BOOLEAN.
  Result<std::vector<int32_t>> EvaluateFilter(const arrow::RecordBatch& batch,
                                              EvaluationContext& context, RowErrors* errors);

 private:
  explicit Evaluator(std::unique_ptr<Program> program);

  std::unique_ptr<Program> program_;
};

// The rows `rows` of `batch`, in that order; the batch itself when they are all of them in order.
// REQUIRES: each value of rows is in [0, batch.num_rows()).
Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(
    const std::shared_ptr<arrow::RecordBatch>& batch, std::span<const int32_t> rows,
    arrow::MemoryPool* pool);

// The value of an expression without columns, e.g. of a VALUES row or of an option.
Result<LiteralValue> EvaluateConstant(const ExpressionPtr& expression, EvaluationContext& context);
// A column of `length` equal values in the layout of `type`.
Result<std::shared_ptr<arrow::Array>> MakeConstantArray(const LiteralValue& value,
                                                        const types::DataType& type, int64_t length,
                                                        arrow::MemoryPool* pool);

}  // namespace floe::functions
