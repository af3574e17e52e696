#include "runtime/window_output.h"

#include <arrow/array/builder_base.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/type.h>

#include <utility>

#include "types/arrow_types.h"

namespace floe::runtime {

namespace {

Status BuilderStatus(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "rows of fired windows: " + status.message());
}

int64_t PropertyMillis(plan::WindowProperty property, const WindowOutput::Window& window) {
  switch (property) {
    case plan::WindowProperty::kStart:
      return window.start_ms;
    case plan::WindowProperty::kEnd:
      return window.end_ms;
    case plan::WindowProperty::kTime:
      return window.time_ms;
  }
  return 0;
}

Result<std::shared_ptr<arrow::Array>> FinishArray(arrow::ArrayBuilder& builder) {
  arrow::Result<std::shared_ptr<arrow::Array>> array = builder.Finish();
  FLOE_TRY(BuilderStatus(array.status()));
  return std::move(array).ValueUnsafe();
}

}  // namespace

WindowOutput::WindowOutput(const plan::WindowAggregateNode& node, const OperatorContext& context)
    : node_(&node),
      pool_(context.memory_pool),
      max_batch_rows_(context.max_batch_rows),
      schema_(types::ToArrow(node.schema)) {}
WindowOutput::WindowOutput(WindowOutput&&) noexcept = default;
WindowOutput& WindowOutput::operator=(WindowOutput&&) noexcept = default;
WindowOutput::~WindowOutput() = default;

Result<WindowOutput> WindowOutput::Make(const plan::WindowAggregateNode& node,
                                        const OperatorContext& context) {
  WindowOutput output(node, context);
  const size_t columns = node.keys.size() + node.aggregates.size();
  FLOE_ASSERT(static_cast<size_t>(node.schema.size()) == columns + node.properties.size());
  for (size_t i = 0; i < columns; ++i) {
    auto builder =
        arrow::MakeBuilder(output.schema_->field(static_cast<int>(i))->type(), output.pool_);
    FLOE_TRY(BuilderStatus(builder.status()));
    output.builders_.push_back(std::move(builder).ValueUnsafe());
  }
  return output;
}

std::span<const std::unique_ptr<arrow::ArrayBuilder>> WindowOutput::keys() const {
  return std::span(builders_).first(node_->keys.size());
}

std::span<const std::unique_ptr<arrow::ArrayBuilder>> WindowOutput::aggregates() const {
  return std::span(builders_).subspan(node_->keys.size());
}

void WindowOutput::FinishWindow(const Window& window, int64_t rows,
                                std::vector<int64_t> first_order_keys, size_t order_columns) {
  rows_ += rows;
  order_columns_ = order_columns;
  windows_.push_back({window, rows, std::move(first_order_keys)});
}

Result<stream::OrderColumns> WindowOutput::TakeOrder() {
  stream::OrderColumns order;
  const size_t columns = 2 + order_columns_;
  for (size_t c = 0; c < columns; ++c) {
    arrow::Int64Builder builder(pool_);
    FLOE_TRY(BuilderStatus(builder.Reserve(rows_)));
    for (const FinishedWindow& finished : windows_) {
      for (int64_t row = 0; row < finished.rows; ++row) {
        if (c < 2) {
          builder.UnsafeAppend(c == 0 ? finished.window.cause : finished.window.end_ms);
        } else {
          builder.UnsafeAppend(
              finished.first_order_keys[static_cast<size_t>(row) * order_columns_ + c - 2]);
        }
      }
    }
    FLOE_ASSIGN(auto array, FinishArray(builder));
    order.push_back(std::static_pointer_cast<arrow::Int64Array>(array));
  }
  return order;
}

Result<std::shared_ptr<arrow::Array>> WindowOutput::TakeProperty(plan::WindowProperty property,
                                                                 int column) {
  const int64_t units = types::TimestampUnitsPerMilli(node_->schema.field(column).type);
  arrow::TimestampBuilder builder(schema_->field(column)->type(), pool_);
  FLOE_TRY(BuilderStatus(builder.Reserve(rows_)));
  for (const FinishedWindow& finished : windows_) {
    const int64_t value = PropertyMillis(property, finished.window) * units;
    for (int64_t row = 0; row < finished.rows; ++row) builder.UnsafeAppend(value);
  }
  return FinishArray(builder);
}

Status WindowOutput::Flush(std::vector<stream::Batch>* batches) {
  if (rows_ == 0) {
    windows_.clear();
    return Status::Ok();
  }
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& builder : builders_) {
    FLOE_ASSIGN(auto array, FinishArray(*builder));
    columns.push_back(std::move(array));
  }
  for (const plan::WindowProperty property : node_->properties) {
    FLOE_ASSIGN(auto array, TakeProperty(property, static_cast<int>(columns.size())));
    columns.push_back(std::move(array));
  }
  stream::Batch batch;
  FLOE_ASSIGN(batch.order, TakeOrder());
  batch.rows = arrow::RecordBatch::Make(schema_, rows_, std::move(columns));
  for (int64_t at = 0; at < rows_; at += max_batch_rows_) {
    const int64_t length = std::min(max_batch_rows_, rows_ - at);
    batches->push_back(length == rows_ ? batch : batch.Slice(at, length));
  }
  windows_.clear();
  rows_ = 0;
  return Status::Ok();
}

}  // namespace floe::runtime
