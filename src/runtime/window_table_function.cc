#include "runtime/window_table_function.h"

#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/batch_rows.h"
#include "runtime/window_assigner.h"
#include "runtime/window_state.h"
#include "types/arrow_types.h"

namespace floe::runtime {

namespace {

class WindowTableFunction final : public Operator {
 public:
  WindowTableFunction(const plan::WindowTableFunctionNode& node, const OperatorContext& context,
                      WindowAssigner assigner)
      : node_(node),
        context_(context),
        schema_(types::ToArrow(node.schema)),
        assigner_(std::move(assigner)) {}

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override {
    FLOE_ASSERT(inputs.size() == 1);
    for (const stream::Batch& batch : inputs[0].batches) {
      counters_.rows_in += batch.size();
      FLOE_TRY(Expand(batch, output));
    }
    return Status::Ok();
  }

  Status Snapshot(state::StateWriter& writer) const override {
    SaveProgress(counters_, EventTime::Min().millis(), writer);
    return Status::Ok();
  }
  Status Restore(const state::StateReader& reader) override {
    int64_t no_watermark = 0;
    return RestoreProgress(context_, reader, &counters_, &no_watermark);
  }
  const OperatorCounters& counters() const override { return counters_; }

 private:
  Status Expand(const stream::Batch& batch, std::vector<stream::Batch>* output);
  // Gives out the rows collected in rows_, starts_ms_ and ends_ms_.
  Status Emit(const stream::Batch& batch, std::vector<stream::Batch>* output);
  Result<std::shared_ptr<arrow::Array>> MakeTimes(int column, std::span<const int64_t> times_ms);

  const plan::WindowTableFunctionNode& node_;
  const OperatorContext context_;
  const std::shared_ptr<arrow::Schema> schema_;
  WindowAssigner assigner_;
  OperatorCounters counters_;

  std::vector<int32_t> rows_;
  std::vector<int64_t> order_;  // among the windows of a row
  std::vector<int64_t> starts_ms_;
  std::vector<int64_t> ends_ms_;
};

Status WindowTableFunction::Expand(const stream::Batch& batch, std::vector<stream::Batch>* output) {
  const auto times = batch.rows->column(node_.time_column);
  if (times->null_count() > 0) {
    return Status(ErrorCode::kNullRowtime,
                  "event time '" + batch.rows->column_name(node_.time_column) + "' is NULL");
  }
  const int64_t units =
      types::TimestampUnitsPerMilli(node_.inputs[0]->schema.field(node_.time_column).type);
  const int64_t* values = times->data()->GetValues<int64_t>(1);
  // The windows of a row leave in Flink's order: those of HOP from the latest to the earliest.
  const bool latest_first = assigner_.kind() == plan::WindowKind::kHop;
  std::vector<WindowBounds> windows;
  for (int64_t row = 0; row < batch.size(); ++row) {
    assigner_.WindowsOf(FloorToMillis(values[row], units), &windows);
    if (latest_first) std::reverse(windows.begin(), windows.end());
    for (const WindowBounds& window : windows) {
      rows_.push_back(static_cast<int32_t>(row));
      order_.push_back(latest_first ? -window.end_ms : window.end_ms);
      starts_ms_.push_back(window.start_ms);
      ends_ms_.push_back(window.end_ms);
    }
    if (static_cast<int64_t>(rows_.size()) >= context_.max_batch_rows) {
      FLOE_TRY(Emit(batch, output));
    }
  }
  return Emit(batch, output);
}

Result<std::shared_ptr<arrow::Array>> WindowTableFunction::MakeTimes(
    int column, std::span<const int64_t> times_ms) {
  const int64_t units = types::TimestampUnitsPerMilli(node_.schema.field(column).type);
  arrow::TimestampBuilder builder(schema_->field(column)->type(), context_.memory_pool);
  std::shared_ptr<arrow::Array> array;
  arrow::Status status = builder.Reserve(static_cast<int64_t>(times_ms.size()));
  if (status.ok()) {
    for (const int64_t time_ms : times_ms) builder.UnsafeAppend(time_ms * units);
    status = builder.Finish(&array);
  }
  if (!status.ok()) return Error(ErrorCode::kMemoryLimit, "windows of rows: " + status.message());
  return array;
}

Status WindowTableFunction::Emit(const stream::Batch& batch, std::vector<stream::Batch>* output) {
  if (rows_.empty()) return Status::Ok();
  FLOE_ASSIGN(stream::Batch expanded, SelectRows(batch, rows_, context_.memory_pool));
  FLOE_ASSIGN(auto window_order, MakeInt64Array(order_, context_.memory_pool));
  expanded.order.push_back(std::move(window_order));

  std::vector<std::shared_ptr<arrow::Array>> columns = expanded.rows->columns();
  const int first = static_cast<int>(columns.size());
  FLOE_ASSERT(first + 3 == schema_->num_fields());
  FLOE_ASSIGN(auto starts, MakeTimes(first, starts_ms_));
  FLOE_ASSIGN(auto ends, MakeTimes(first + 1, ends_ms_));
  for (int64_t& end_ms : ends_ms_) end_ms = assigner_.WindowTime(end_ms);
  FLOE_ASSIGN(auto window_times, MakeTimes(first + 2, ends_ms_));
  columns.push_back(std::move(starts));
  columns.push_back(std::move(ends));
  columns.push_back(std::move(window_times));
  expanded.rows = arrow::RecordBatch::Make(schema_, expanded.rows->num_rows(), std::move(columns));

  counters_.rows_out += expanded.size();
  output->push_back(std::move(expanded));
  rows_.clear();
  order_.clear();
  starts_ms_.clear();
  ends_ms_.clear();
  return Status::Ok();
}

}  // namespace

Result<std::unique_ptr<Operator>> MakeWindowTableFunction(const plan::WindowTableFunctionNode& node,
                                                          const OperatorContext& context) {
  FLOE_ASSIGN(WindowAssigner assigner, WindowAssigner::Make(node.window));
  return std::unique_ptr<Operator>(
      std::make_unique<WindowTableFunction>(node, context, std::move(assigner)));
}

}  // namespace floe::runtime
