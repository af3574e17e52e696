// Runs bound expressions over batches, column-wise. The adapter header of functions/ for Arrow.
#pragma once

#include <arrow/array/array_base.h>
#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <limits>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "functions/expression.h"

namespace floe::functions {

inline constexpr int64_t kNoWatermark = std::numeric_limits<int64_t>::min();

// What an evaluation may read besides the batch.
struct EvaluationContext {
  arrow::MemoryPool* memory_pool = nullptr;  // REQUIRES: not null; outlives the results
  // For PROCTIME(), NOW(), CURRENT_TIMESTAMP …: milliseconds since 1970 UTC. One value per call, so
  // give it the time of the rows' arrival.
  int64_t now_ms = 0;
  // CURRENT_WATERMARK: the watermark before each row in milliseconds, kNoWatermark where there was
  // none yet; empty: none for any row. Else REQUIRES: the batch's length.
  std::span<const int64_t> watermarks_ms;
  Random* random = nullptr;  // for RAND() and UUID(); REQUIRES: not null if they are used
};

// The rows for which an expression failed, each with its first error.
class RowErrors {
 public:
  void Add(int64_t row, Error error) { errors_.try_emplace(row, std::move(error)); }
  bool empty() const { return errors_.empty(); }
  bool Contains(int64_t row) const { return errors_.contains(row); }
  void Clear() { errors_.clear(); }
  const std::map<int64_t, Error>& errors() const { return errors_; }  // by row

 private:
  std::map<int64_t, Error> errors_;
};

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
