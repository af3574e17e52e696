// RAND(), RAND_INTEGER() and UUID() in a job: what they give for a row depends on the job's seed
// and the row's order key only, so that a replay, another parallelism or other batches give the
// same, and a restart never gives a UUID again.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "functions/evaluator.h"
#include "functions/expression.h"
#include "stream/batch.h"

namespace floe::runtime {

// Whether it draws random numbers without a seed of its own.
bool DrawsRandom(const functions::Expression& expression);

// For the random numbers of one operator: the job's seed and the operator's id.
uint64_t OperatorSeed(uint64_t job_seed, std::string_view operator_id);
uint64_t RowSeed(uint64_t operator_seed, const stream::OrderColumns& order, int64_t row);

// Evaluates row by row, each with a generator of its own seed. Errors are as Evaluator::Evaluate
// gives them. The context's watermarks, if any, are those of the whole batch.
Result<std::vector<std::shared_ptr<arrow::Array>>> EvaluateWithRandom(
    functions::Evaluator& evaluator, const arrow::RecordBatch& rows,
    const std::function<uint64_t(int64_t)>& seed_of, functions::EvaluationContext& context,
    functions::RowErrors* errors);
// The same of a filter.
Result<std::vector<int32_t>> FilterWithRandom(functions::Evaluator& evaluator,
                                              const arrow::RecordBatch& rows,
                                              const std::function<uint64_t(int64_t)>& seed_of,
                                              functions::EvaluationContext& context);

}  // namespace floe::runtime
