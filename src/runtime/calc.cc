#include "runtime/calc.h"

#include <optional>
#include <utility>

#include "functions/evaluator.h"
#include "functions/scalar_function.h"
#include "runtime/batch_rows.h"
#include "runtime/row_random.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

bool Calls(const functions::Expression& expression, std::string_view function) {
  if (expression.kind() == functions::ExpressionKind::kCall &&
      expression.function()->name == function) {
    return true;
  }
  for (const functions::ExpressionPtr& argument : expression.arguments()) {
    if (Calls(*argument, function)) return true;
  }
  return false;
}

class CalcOperator final : public Operator {
 public:
  CalcOperator(const plan::CalcNode& node, const OperatorContext& context)
      : node_(node), pool_(context.memory_pool), schema_(types::ToArrow(node.schema)) {
    for (const functions::ExpressionPtr& expression : node.projections) {
      reads_watermark_ |= Calls(*expression, "CURRENT_WATERMARK");
      projection_draws_ |= DrawsRandom(*expression);
    }
    if (!node.condition) return;
    reads_watermark_ |= Calls(*node.condition, "CURRENT_WATERMARK");
    filter_draws_ = DrawsRandom(*node.condition);
  }

  Status Compile() {
    FLOE_ASSIGN(functions::Evaluator projection, functions::Evaluator::Create(node_.projections));
    projection_.emplace(std::move(projection));
    if (node_.condition) {
      FLOE_ASSIGN(functions::Evaluator filter, functions::Evaluator::Create({node_.condition}));
      filter_.emplace(std::move(filter));
    }
    return Status::Ok();
  }

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override {
    for (const stream::Batch& batch : inputs[0].batches) {
      counters_.rows_in += batch.size();
      FLOE_ASSIGN(stream::Batch result, Process(batch, inputs[0]));
      if (result.size() == 0) continue;
      counters_.rows_out += result.size();
      output->push_back(std::move(result));
    }
    return Status::Ok();
  }

  Status Snapshot(state::StateWriter&) const override { return Status::Ok(); }
  Status Restore(const state::StateReader&) override { return Status::Ok(); }
  const OperatorCounters& counters() const override { return counters_; }

 private:
  Result<stream::Batch> Process(const stream::Batch& input, const RoundInput& round) {
    functions::EvaluationContext context;
    context.memory_pool = pool_;
    context.now_ms = round.clock_ms;
    std::vector<int64_t> watermarks;
    stream::Batch batch = input;
    const uint64_t seed = OperatorSeed(round.random_seed, node_.operator_id);
    const auto seed_of = [&](int64_t row) { return RowSeed(seed, batch.order, row); };
    if (filter_) {
      SetWatermarks(batch, round, &watermarks, &context);
      FLOE_ASSIGN(const std::vector<int32_t> rows,
                  filter_draws_ ? FilterWithRandom(*filter_, *batch.rows, seed_of, context)
                                : filter_->EvaluateFilter(*batch.rows, context, nullptr));
      counters_.rows_filtered += batch.size() - static_cast<int64_t>(rows.size());
      FLOE_ASSIGN(batch, SelectRows(batch, rows, pool_));
    }
    if (batch.size() == 0) return batch;
    SetWatermarks(batch, round, &watermarks, &context);
    FLOE_ASSIGN(auto columns,
                projection_draws_
                    ? EvaluateWithRandom(*projection_, *batch.rows, seed_of, context, nullptr)
                    : projection_->Evaluate(*batch.rows, context, nullptr));
    batch.rows = arrow::RecordBatch::Make(schema_, batch.size(), std::move(columns));
    return batch;
  }

  void SetWatermarks(const stream::Batch& batch, const RoundInput& round,
                     std::vector<int64_t>* watermarks,
                     functions::EvaluationContext* context) const {
    if (!reads_watermark_) return;
    watermarks->resize(static_cast<size_t>(batch.size()));
    for (int64_t row = 0; row < batch.size(); ++row) {
      const EventTime before = round.watermarks->Before(batch.causes()[row]);
      (*watermarks)[static_cast<size_t>(row)] =
          before == EventTime::Min() ? functions::kNoWatermark : before.millis();
    }
    context->watermarks_ms = *watermarks;
  }

  const plan::CalcNode& node_;
  arrow::MemoryPool* const pool_;
  const std::shared_ptr<arrow::Schema> schema_;
  bool reads_watermark_ = false;
  bool projection_draws_ = false;
  bool filter_draws_ = false;
  std::optional<functions::Evaluator> projection_;
  std::optional<functions::Evaluator> filter_;
  OperatorCounters counters_;
};

}  // namespace

Result<std::unique_ptr<Operator>> MakeCalc(const plan::CalcNode& node,
                                           const OperatorContext& context) {
  auto calc = std::make_unique<CalcOperator>(node, context);
  FLOE_TRY(calc->Compile());
  return std::unique_ptr<Operator>(std::move(calc));
}

}  // namespace floe::runtime
