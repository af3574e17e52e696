#include "runtime/window_join_output.h"

#include <arrow/array/array_primitive.h>
#include <arrow/type.h>

#include <algorithm>

#include "runtime/batch_rows.h"
#include "types/arrow_types.h"

namespace floe::runtime {

WindowJoinOutput::WindowJoinOutput(const plan::WindowJoinNode& node, const OperatorContext& context,
                                   const JoinRowStore& left, const JoinRowStore& right)
    : node_(&node),
      pool_(context.memory_pool),
      max_batch_rows_(static_cast<size_t>(context.max_batch_rows)),
      left_(&left),
      right_(&right),
      schema_(types::ToArrow(node.schema)) {}

Result<WindowJoinOutput> WindowJoinOutput::Make(const plan::WindowJoinNode& node,
                                                const OperatorContext& context,
                                                const JoinRowStore& left,
                                                const JoinRowStore& right) {
  WindowJoinOutput output(node, context, left, right);
  FLOE_TRY(output.CompileCondition());
  return output;
}

Status WindowJoinOutput::CompileCondition() {
  if (node_->condition == nullptr) return Status::Ok();
  condition_columns_ = functions::ReferencedColumns(*node_->condition);
  std::vector<int> mapping(static_cast<size_t>(left_->columns() + right_->columns()), -1);
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (const int column : condition_columns_) {
    mapping[static_cast<size_t>(column)] = static_cast<int>(fields.size());
    fields.push_back(schema_->field(column));
  }
  condition_schema_ = arrow::schema(std::move(fields));
  FLOE_ASSIGN(condition_,
              functions::Evaluator::Create({functions::RemapColumns(node_->condition, mapping)}));
  return Status::Ok();
}

void WindowJoinOutput::IndexRight(const WindowJoinRows& right) {
  right_by_key_.clear();
  for (uint32_t i = 0; i < right.keys.size(); ++i) {
    if (right.keys[i] != WindowJoinRows::kNoKey) right_by_key_.emplace_back(right.keys[i], i);
  }
  std::sort(right_by_key_.begin(), right_by_key_.end());
}

Status WindowJoinOutput::AddWindow(const WindowJoinRows& left, const WindowJoinRows& right,
                                   int64_t end_ms, int64_t cause, int64_t clock_ms) {
  windows_.push_back({end_ms, cause, entries_.size()});
  left_matched_.assign(left.rows.size(), 0);
  right_matched_.assign(right.rows.size(), 0);
  pairs_.clear();
  IndexRight(right);
  for (uint32_t i = 0; i < left.rows.size(); ++i) {
    if (left.keys[i] == WindowJoinRows::kNoKey) continue;
    auto match = std::lower_bound(right_by_key_.begin(), right_by_key_.end(),
                                  std::pair<KeyId, uint32_t>(left.keys[i], 0));
    for (; match != right_by_key_.end() && match->first == left.keys[i]; ++match) {
      pairs_.push_back({i, match->second});
      if (pairs_.size() == kMaxPairs) FLOE_TRY(JudgePairs(left, right, clock_ms));
    }
  }
  FLOE_TRY(JudgePairs(left, right, clock_ms));
  AddPadding(left, right);
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(windows_.back().begin);
  if (!std::is_sorted(begin, entries_.end())) std::sort(begin, entries_.end());
  return Status::Ok();
}

Status WindowJoinOutput::JudgePairs(const WindowJoinRows& left, const WindowJoinRows& right,
                                    int64_t clock_ms) {
  const auto keep = [&](const Pair& pair) {
    left_matched_[pair.left] = 1;
    right_matched_[pair.right] = 1;
    entries_.push_back({left.rows[pair.left], right.rows[pair.right]});
  };
  if (!condition_ || pairs_.empty()) {
    for (const Pair& pair : pairs_) keep(pair);
    pairs_.clear();
    return Status::Ok();
  }
  std::vector<int64_t> lefts;
  std::vector<int64_t> rights;
  for (const Pair& pair : pairs_) {
    lefts.push_back(left.rows[pair.left]);
    rights.push_back(right.rows[pair.right]);
  }
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const int column : condition_columns_) {
    const bool is_left = column < left_->columns();
    FLOE_ASSIGN(auto values, is_left ? left_->Gather(column, lefts)
                                     : right_->Gather(column - left_->columns(), rights));
    columns.push_back(std::move(values));
  }
  const auto batch = arrow::RecordBatch::Make(
      condition_schema_, static_cast<int64_t>(pairs_.size()), std::move(columns));
  functions::EvaluationContext context;
  context.memory_pool = pool_;
  context.now_ms = clock_ms;
  FLOE_ASSIGN(const std::vector<int32_t> holds,
              condition_->EvaluateFilter(*batch, context, nullptr));
  for (const int32_t i : holds) keep(pairs_[static_cast<size_t>(i)]);
  pairs_.clear();
  return Status::Ok();
}

void WindowJoinOutput::AddPadding(const WindowJoinRows& left, const WindowJoinRows& right) {
  if (node_->type == plan::JoinType::kLeft || node_->type == plan::JoinType::kFull) {
    for (size_t i = 0; i < left.rows.size(); ++i) {
      if (left_matched_[i] == 0) entries_.push_back({left.rows[i], JoinRowStore::kNoRow});
    }
  }
  if (node_->type == plan::JoinType::kRight || node_->type == plan::JoinType::kFull) {
    for (size_t i = 0; i < right.rows.size(); ++i) {
      if (right_matched_[i] == 0) entries_.push_back({JoinRowStore::kNoRow, right.rows[i]});
    }
  }
}

Status WindowJoinOutput::Flush(std::vector<stream::Batch>* batches) {
  for (size_t begin = 0; begin < entries_.size(); begin += max_batch_rows_) {
    FLOE_ASSIGN(stream::Batch batch,
                MakeBatch(begin, std::min(entries_.size(), begin + max_batch_rows_)));
    batches->push_back(std::move(batch));
  }
  entries_.clear();
  windows_.clear();
  return Status::Ok();
}

Result<stream::Batch> WindowJoinOutput::MakeBatch(size_t begin, size_t end) const {
  std::vector<int64_t> lefts;
  std::vector<int64_t> rights;
  for (size_t i = begin; i < end; ++i) {
    lefts.push_back(entries_[i].left);
    rights.push_back(entries_[i].right);
  }
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int c = 0; c < left_->columns(); ++c) {
    FLOE_ASSIGN(auto values, left_->Gather(c, lefts));
    columns.push_back(std::move(values));
  }
  for (int c = 0; c < right_->columns(); ++c) {
    FLOE_ASSIGN(auto values, right_->Gather(c, rights));
    columns.push_back(std::move(values));
  }
  stream::Batch batch;
  batch.rows =
      arrow::RecordBatch::Make(schema_, static_cast<int64_t>(end - begin), std::move(columns));
  FLOE_ASSIGN(batch.order, MakeOrder(begin, end, lefts, rights));
  return batch;
}

Result<stream::OrderColumns> WindowJoinOutput::MakeOrder(size_t begin, size_t end,
                                                         std::span<const int64_t> left,
                                                         std::span<const int64_t> right) const {
  std::vector<int64_t> causes;
  std::vector<int64_t> ends_ms;
  size_t window = 0;
  for (size_t i = begin; i < end; ++i) {
    while (window + 1 < windows_.size() && windows_[window + 1].begin <= i) ++window;
    causes.push_back(windows_[window].cause);
    ends_ms.push_back(windows_[window].end_ms);
  }
  stream::OrderColumns order;
  FLOE_ASSIGN(auto cause_column, MakeInt64Array(causes, pool_));
  order.push_back(std::move(cause_column));
  FLOE_ASSIGN(auto end_column, MakeInt64Array(ends_ms, pool_));
  order.push_back(std::move(end_column));
  for (size_t c = 0; c < left_->order_columns(); ++c) {
    FLOE_ASSIGN(auto column, left_->GatherOrder(c, left));
    order.push_back(std::move(column));
  }
  for (size_t c = 0; c < right_->order_columns(); ++c) {
    FLOE_ASSIGN(auto column, right_->GatherOrder(c, right));
    order.push_back(std::move(column));
  }
  return order;
}

}  // namespace floe::runtime
