// Collects the rows of fired windows in columns and gives them out as batches.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/operator.h"
#include "stream/batch.h"

namespace arrow {
class ArrayBuilder;
class Schema;
}  // namespace arrow

namespace floe::runtime {

// The output of a window aggregate: keys, aggregates, window properties. Used by one task at a
// time.
class WindowOutput {
 public:
  // `node` and the context's pool must outlive it.
  static Result<WindowOutput> Make(const plan::WindowAggregateNode& node,
                                   const OperatorContext& context);
  WindowOutput(WindowOutput&&) noexcept;
  WindowOutput& operator=(WindowOutput&&) noexcept;
  ~WindowOutput();

  // For the rows of one window: one builder per key and per aggregate, to be appended to first …
  std::span<const std::unique_ptr<arrow::ArrayBuilder>> keys() const;
  std::span<const std::unique_ptr<arrow::ArrayBuilder>> aggregates() const;
  // … then the window, in milliseconds as the columns show them, and its rows' order: the cause of
  // all of them, and for each row `order_columns` numbers of its first row's order key.
  struct Window {
    int64_t start_ms = 0;
    int64_t end_ms = 0;
    int64_t time_ms = 0;
    int64_t cause = 0;
  };
  void FinishWindow(const Window& window, int64_t rows, std::vector<int64_t> first_order_keys,
                    size_t order_columns);

  int64_t rows() const { return rows_; }
  // Appends all rows collected to `batches`, cut to max_batch_rows. Order keys must rise over all
  // windows since the last call.
  Status Flush(std::vector<stream::Batch>* batches);

 private:
  struct FinishedWindow {
    Window window;
    int64_t rows = 0;
    std::vector<int64_t> first_order_keys;  // row by row
  };

  WindowOutput(const plan::WindowAggregateNode& node, const OperatorContext& context);
  Result<stream::OrderColumns> TakeOrder();
  Result<std::shared_ptr<arrow::Array>> TakeProperty(plan::WindowProperty property, int column);

  const plan::WindowAggregateNode* node_;
  arrow::MemoryPool* pool_;
  int64_t max_batch_rows_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders_;  // keys, then aggregates
  std::vector<FinishedWindow> windows_;
  size_t order_columns_ = 0;
  int64_t rows_ = 0;
};

}  // namespace floe::runtime
