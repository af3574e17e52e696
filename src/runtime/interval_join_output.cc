#include "runtime/interval_join_output.h"

#include <arrow/array/array_primitive.h>
#include <arrow/type.h>

#include <algorithm>
#include <utility>

#include "base/assert.h"
#include "runtime/batch_rows.h"
#include "types/arrow_types.h"

namespace floe::runtime {

IntervalJoinOutput::IntervalJoinOutput(const plan::IntervalJoinNode& node,
                                       const OperatorContext& context, JoinRowStore& left,
                                       JoinRowStore& right)
    : node_(&node),
      pool_(context.memory_pool),
      max_batch_rows_(static_cast<size_t>(context.max_batch_rows)),
      left_(&left),
      right_(&right),
      marks_left_(node.type == plan::JoinType::kLeft || node.type == plan::JoinType::kFull),
      marks_right_(node.type == plan::JoinType::kRight || node.type == plan::JoinType::kFull),
      schema_(types::ToArrow(node.schema)) {}

Result<IntervalJoinOutput> IntervalJoinOutput::Make(const plan::IntervalJoinNode& node,
                                                    const OperatorContext& context,
                                                    JoinRowStore& left, JoinRowStore& right) {
  IntervalJoinOutput output(node, context, left, right);
  if (node.condition) {
    FLOE_TRY(output.CompileCondition());
  } else if (node.matches == plan::MatchSelection::kLastOfLeftRow) {
    output.last_of_ = 0;
  } else if (node.matches == plan::MatchSelection::kLastOfRightRow) {
    output.last_of_ = 1;
  }
  return output;
}

Status IntervalJoinOutput::CompileCondition() {
  condition_columns_ = functions::ReferencedColumns(*node_->condition);
  const int left_columns = left_->columns();
  std::vector<int> mapping(static_cast<size_t>(left_columns + right_->columns()), -1);
  arrow::FieldVector fields;
  for (size_t i = 0; i < condition_columns_.size(); ++i) {
    const int column = condition_columns_[i];
    mapping[static_cast<size_t>(column)] = static_cast<int>(i);
    const types::Schema& schema = node_->inputs[column < left_columns ? 0 : 1]->schema;
    const types::Field& field =
        schema.field(column < left_columns ? column : column - left_columns);
    fields.push_back(arrow::field(field.name, types::ToArrow(field.type)));
  }
  condition_schema_ = arrow::schema(std::move(fields));
  FLOE_ASSIGN(functions::Evaluator condition,
              functions::Evaluator::Create({functions::RemapColumns(node_->condition, mapping)}));
  condition_.emplace(std::move(condition));
  return Status::Ok();
}

void IntervalJoinOutput::FinishCause() {
  if (causes_.empty()) return;
  const auto begin = entries_.begin() + static_cast<std::ptrdiff_t>(causes_.back().begin);
  if (!std::is_sorted(begin, entries_.end())) std::sort(begin, entries_.end());
}

void IntervalJoinOutput::BeginCause(int64_t cause) {
  if (!causes_.empty()) {
    if (causes_.back().cause == cause) return;
    FLOE_ASSERT(causes_.back().cause < cause);
    FinishCause();
    if (causes_.back().begin == entries_.size()) causes_.pop_back();
  }
  causes_.push_back({cause, entries_.size()});
}

void IntervalJoinOutput::SetLastPair(int64_t row, int64_t other, int64_t cause) {
  LastPair& last = last_pairs_.At(row);
  // A later cause is a later pair; of one cause it is the one with the highest other row.
  const bool is_first = last.other == JoinRowStore::kNoRow;
  if (is_first) rows_with_last_pair_.push_back(row);
  if (is_first || cause > last.cause || (cause == last.cause && other > last.other)) {
    last = {cause, other};
  }
}

void IntervalJoinOutput::AddLastPairs() {
  std::vector<std::pair<int64_t, Entry>> all;
  size_t cause = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    while (cause + 1 < causes_.size() && causes_[cause + 1].begin <= i) ++cause;
    all.emplace_back(causes_[cause].cause, entries_[i]);
  }
  for (const int64_t row : rows_with_last_pair_) {
    const LastPair& last = last_pairs_.At(row);
    all.emplace_back(last.cause, last_of_ == 0 ? Entry{row, last.other} : Entry{last.other, row});
  }
  rows_with_last_pair_.clear();
  last_pairs_.Clear();
  std::sort(all.begin(), all.end());
  entries_.clear();
  causes_.clear();
  for (const auto& [of_cause, entry] : all) {
    if (causes_.empty() || causes_.back().cause != of_cause) {
      causes_.push_back({of_cause, entries_.size()});
    }
    entries_.push_back(entry);
  }
}

void IntervalJoinOutput::AddEarlierPair(int64_t left, int64_t right, int64_t cause) {
  SetLastPair(last_of_ == 0 ? left : right, last_of_ == 0 ? right : left, cause);
  if (marks_left_) left_->set_matched(left);
  if (marks_right_) right_->set_matched(right);
}

void IntervalJoinOutput::AddPair(int64_t left, int64_t right) {
  if (last_of_ != kNoSide) return AddEarlierPair(left, right, causes_.back().cause);
  entries_.push_back({left, right});
  if (condition_) return;
  if (marks_left_) left_->set_matched(left);
  if (marks_right_) right_->set_matched(right);
}

void IntervalJoinOutput::AddLeftPadding(int64_t left) {
  if (!left_->matched(left)) entries_.push_back({left, JoinRowStore::kNoRow});
}

void IntervalJoinOutput::AddRightPadding(int64_t right) {
  if (!right_->matched(right)) entries_.push_back({JoinRowStore::kNoRow, right});
}

Result<std::vector<int32_t>> IntervalJoinOutput::EvaluatePairs(std::span<const size_t> pairs,
                                                               int64_t clock_ms) {
  std::vector<int64_t> lefts(pairs.size());
  std::vector<int64_t> rights(pairs.size());
  for (size_t i = 0; i < pairs.size(); ++i) {
    lefts[i] = entries_[pairs[i]].left;
    rights[i] = entries_[pairs[i]].right;
  }
  arrow::ArrayVector columns;
  for (const int column : condition_columns_) {
    const bool is_left = column < left_->columns();
    FLOE_ASSIGN(
        std::shared_ptr<arrow::Array> values,
        is_left ? left_->Gather(column, lefts) : right_->Gather(column - left_->columns(), rights));
    columns.push_back(std::move(values));
  }
  const auto batch =
      arrow::RecordBatch::Make(condition_schema_, static_cast<int64_t>(pairs.size()), columns);
  functions::EvaluationContext context;
  context.memory_pool = pool_;
  context.now_ms = clock_ms;
  return condition_->EvaluateFilter(*batch, context, nullptr);
}

void IntervalJoinOutput::Keep(const std::vector<uint8_t>& keep) {
  size_t kept = 0;
  size_t cause = 0;
  for (size_t i = 0; i < entries_.size(); ++i) {
    for (; cause < causes_.size() && causes_[cause].begin == i; ++cause) {
      causes_[cause].begin = kept;
    }
    if (keep[i] != 0) entries_[kept++] = entries_[i];
  }
  for (; cause < causes_.size(); ++cause) causes_[cause].begin = kept;
  entries_.resize(kept);
}

Status IntervalJoinOutput::ApplyCondition(int64_t clock_ms) {
  std::vector<uint8_t> keep(entries_.size(), 1);
  std::vector<size_t> pairs;
  for (size_t i = 0; i < entries_.size();) {
    pairs.clear();
    for (; i < entries_.size() && pairs.size() < max_batch_rows_; ++i) {
      const Entry& entry = entries_[i];
      if (entry.left == JoinRowStore::kNoRow || entry.right == JoinRowStore::kNoRow) continue;
      pairs.push_back(i);
      keep[i] = 0;
    }
    if (pairs.empty()) break;
    FLOE_ASSIGN(const std::vector<int32_t> holding, EvaluatePairs(pairs, clock_ms));
    for (const int32_t at : holding) {
      const size_t entry = pairs[static_cast<size_t>(at)];
      keep[entry] = 1;
      if (marks_left_) left_->set_matched(entries_[entry].left);
      if (marks_right_) right_->set_matched(entries_[entry].right);
    }
  }
  Keep(keep);
  return Status::Ok();
}

void IntervalJoinOutput::DropPaddingOfMatched() {
  std::vector<uint8_t> keep(entries_.size(), 1);
  for (size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    if (entry.right == JoinRowStore::kNoRow) keep[i] = left_->matched(entry.left) ? 0 : 1;
    if (entry.left == JoinRowStore::kNoRow) keep[i] = right_->matched(entry.right) ? 0 : 1;
  }
  Keep(keep);
}

void IntervalJoinOutput::KeepLastMatches() {
  const auto row_of = [this](const Entry& entry) {
    return node_->matches == plan::MatchSelection::kLastOfLeftRow ? entry.left : entry.right;
  };
  RowPages<uint8_t> seen;
  std::vector<uint8_t> keep(entries_.size(), 1);
  for (size_t i = entries_.size(); i-- > 0;) {
    const int64_t row = row_of(entries_[i]);
    if (row == JoinRowStore::kNoRow) continue;
    uint8_t& was_seen = seen.At(row);
    keep[i] = was_seen == 0 ? 1 : 0;
    was_seen = 1;
  }
  Keep(keep);
}

Result<stream::Batch> IntervalJoinOutput::MakeBatch(size_t begin, size_t end) const {
  std::vector<int64_t> lefts;
  std::vector<int64_t> rights;
  std::vector<int64_t> causes;
  lefts.reserve(end - begin);
  rights.reserve(end - begin);
  causes.reserve(end - begin);
  size_t run = static_cast<size_t>(
      std::upper_bound(causes_.begin(), causes_.end(), begin,
                       [](size_t at, const CauseRun& cause) { return at < cause.begin; }) -
      causes_.begin() - 1);
  for (size_t i = begin; i < end; ++i) {
    while (run + 1 < causes_.size() && causes_[run + 1].begin <= i) ++run;
    lefts.push_back(entries_[i].left);
    rights.push_back(entries_[i].right);
    causes.push_back(causes_[run].cause);
  }
  stream::Batch batch;
  arrow::ArrayVector columns;
  for (int i = 0; i < left_->columns(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> values, left_->Gather(i, lefts));
    columns.push_back(std::move(values));
  }
  for (int i = 0; i < right_->columns(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> values, right_->Gather(i, rights));
    columns.push_back(std::move(values));
  }
  batch.rows = arrow::RecordBatch::Make(schema_, static_cast<int64_t>(end - begin), columns);
  FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> cause, MakeInt64Array(causes, pool_));
  batch.order.push_back(std::move(cause));
  for (size_t i = 0; i < left_->order_columns(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> key, left_->GatherOrder(i, lefts));
    batch.order.push_back(std::move(key));
  }
  for (size_t i = 0; i < right_->order_columns(); ++i) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> key, right_->GatherOrder(i, rights));
    batch.order.push_back(std::move(key));
  }
  return batch;
}

Result<int64_t> IntervalJoinOutput::Flush(int64_t clock_ms, std::vector<stream::Batch>* batches) {
  FinishCause();
  if (condition_) {
    FLOE_TRY(ApplyCondition(clock_ms));
    if (marks_left_ || marks_right_) DropPaddingOfMatched();
  }
  if (last_of_ != kNoSide) {
    AddLastPairs();
  } else if (node_->matches != plan::MatchSelection::kAll) {
    KeepLastMatches();
  }
  const auto rows = static_cast<int64_t>(entries_.size());
  for (size_t begin = 0; begin < entries_.size(); begin += max_batch_rows_) {
    FLOE_ASSIGN(stream::Batch batch,
                MakeBatch(begin, std::min(entries_.size(), begin + max_batch_rows_)));
    batches->push_back(std::move(batch));
  }
  entries_.clear();
  causes_.clear();
  return rows;
}

}  // namespace floe::runtime
