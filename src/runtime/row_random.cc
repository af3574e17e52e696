#include "runtime/row_random.h"

#include <arrow/array/concatenate.h>

#include <algorithm>
#include <utility>

#include "base/random.h"
#include "functions/accumulator_value_ids.h"
#include "functions/scalar_function.h"

namespace floe::runtime {
namespace {

// The context of row `row`, with a generator of its own.
functions::EvaluationContext ContextOfRow(const functions::EvaluationContext& of_batch, int64_t row,
                                          Random* random) {
  functions::EvaluationContext context = of_batch;
  if (!context.watermarks_ms.empty()) {
    context.watermarks_ms = context.watermarks_ms.subspan(static_cast<size_t>(row), 1);
  }
  context.random = random;
  return context;
}

}  // namespace

bool DrawsRandom(const functions::Expression& expression) {
  if (expression.kind() == functions::ExpressionKind::kCall) {
    const std::string_view name = expression.function()->name;
    if (name == "RAND" || name == "RAND_INTEGER" || name == "UUID") return true;
  }
  const auto& arguments = expression.arguments();
  return std::any_of(
      arguments.begin(), arguments.end(),
      [](const functions::ExpressionPtr& argument) { return DrawsRandom(*argument); });
}

uint64_t OperatorSeed(uint64_t job_seed, std::string_view operator_id) {
  return functions::HashValue(job_seed ^ functions::HashValue(operator_id));
}

uint64_t RowSeed(uint64_t operator_seed, const stream::OrderColumns& order, int64_t row) {
  uint64_t seed = operator_seed;
  for (const auto& column : order) {
    seed = functions::HashValue(seed ^ static_cast<uint64_t>(column->Value(row)));
  }
  return seed;
}

Result<std::vector<std::shared_ptr<arrow::Array>>> EvaluateWithRandom(
    functions::Evaluator& evaluator, const arrow::RecordBatch& rows,
    const std::function<uint64_t(int64_t)>& seed_of, functions::EvaluationContext& context,
    functions::RowErrors* errors) {
  std::vector<arrow::ArrayVector> parts;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    Random random(seed_of(row));
    functions::EvaluationContext of_row = ContextOfRow(context, row, &random);
    functions::RowErrors row_errors;
    FLOE_ASSIGN(auto values, evaluator.Evaluate(*rows.Slice(row, 1), of_row,
                                                errors == nullptr ? nullptr : &row_errors));
    for (const auto& [ignored, error] : row_errors.errors()) errors->Add(row, error);
    parts.resize(values.size());
    for (size_t i = 0; i < values.size(); ++i) parts[i].push_back(std::move(values[i]));
  }
  // Without rows the evaluator says what the columns look like.
  if (parts.empty()) return evaluator.Evaluate(rows, context, errors);
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const arrow::ArrayVector& part : parts) {
    auto column = arrow::Concatenate(part, context.memory_pool);
    if (!column.ok()) return Error(ErrorCode::kMemoryLimit, column.status().message());
    columns.push_back(std::move(column).ValueUnsafe());
  }
  return columns;
}

Result<std::vector<int32_t>> FilterWithRandom(functions::Evaluator& evaluator,
                                              const arrow::RecordBatch& rows,
                                              const std::function<uint64_t(int64_t)>& seed_of,
                                              functions::EvaluationContext& context) {
  std::vector<int32_t> kept;
  for (int64_t row = 0; row < rows.num_rows(); ++row) {
    Random random(seed_of(row));
    functions::EvaluationContext of_row = ContextOfRow(context, row, &random);
    FLOE_ASSIGN(const std::vector<int32_t> found,
                evaluator.EvaluateFilter(*rows.Slice(row, 1), of_row, nullptr));
    if (!found.empty()) kept.push_back(static_cast<int32_t>(row));
  }
  return kept;
}

}  // namespace floe::runtime
