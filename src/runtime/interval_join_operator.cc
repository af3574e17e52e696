#include "runtime/interval_join_operator.h"

#include <arrow/array/array_base.h>
#include <arrow/array/array_primitive.h>
#include <arrow/type.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "base/assert.h"
#include "functions/accumulator_value_ids.h"
#include "runtime/batch_rows.h"
#include "runtime/union_all.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

constexpr int kLeft = 0;
constexpr int kRight = 1;

bool IsPreserved(plan::JoinType type, int side) {
  if (type == plan::JoinType::kFull) return true;
  return type == (side == kLeft ? plan::JoinType::kLeft : plan::JoinType::kRight);
}

// Without keys each instance holds its share of one side: the preserved one, since padding needs
// all matches of a row; else the one of which the last matches are wanted.
bool IsSharedOut(const plan::IntervalJoinNode& node, const OperatorContext& context, int side) {
  if (!node.left_keys.empty() || context.parallelism == 1) return false;
  FLOE_ASSERT(node.type != plan::JoinType::kFull);
  const bool inner_by_right =
      node.type == plan::JoinType::kInner && node.matches == plan::MatchSelection::kLastOfRightRow;
  return side == (node.type == plan::JoinType::kRight || inner_by_right ? kRight : kLeft);
}

int64_t FloorDivide(int64_t value, int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

}  // namespace

void IntervalJoinOperator::Side::ClearRound() {
  causes.clear();
  times.clear();
  rows.clear();
  key_ids.clear();
  unmatchable.clear();
}

IntervalJoinOperator::IntervalJoinOperator(const plan::IntervalJoinNode& node,
                                           const OperatorContext& context, std::vector<Side> sides,
                                           WindowKeyTable keys)
    : node_(node),
      context_(context),
      empty_interval_(node.lower_bound_ms > node.upper_bound_ms),
      sides_(std::move(sides)),
      keys_(std::move(keys)) {}

Result<IntervalJoinOperator::Side> IntervalJoinOperator::MakeSide(
    const plan::IntervalJoinNode& node, const OperatorContext& context, int side) {
  const plan::PhysicalNode& input = *node.inputs[static_cast<size_t>(side)];
  FLOE_ASSIGN(JoinRowStore store,
              JoinRowStore::Make(input.schema, static_cast<size_t>(OrderColumnCount(input)),
                                 context.memory_pool));
  const int time_column = side == kLeft ? node.left_time : node.right_time;
  return Side{std::move(store),
              types::ToArrow(input.schema),
              time_column,
              types::TimestampUnitsPerMilli(input.schema.field(time_column).type),
              side == kLeft ? node.left_keys : node.right_keys,
              side == kLeft ? -node.lower_bound_ms : node.upper_bound_ms,
              IsPreserved(node.type, side),
              IsSharedOut(node, context, side),
              {},
              {},
              {},
              {},
              {},
              {}};
}

Result<std::unique_ptr<Operator>> IntervalJoinOperator::Make(const plan::IntervalJoinNode& node,
                                                             const OperatorContext& context) {
  std::vector<Side> sides;
  for (const int side : {kLeft, kRight}) {
    FLOE_ASSIGN(Side made, MakeSide(node, context, side));
    sides.push_back(std::move(made));
  }
  std::vector<types::Field> key_fields;
  for (const int key : node.left_keys) {
    key_fields.push_back(node.inputs[kLeft]->schema.field(key));
  }
  const types::Schema key_schema(std::move(key_fields));
  for (size_t i = 0; i < node.right_keys.size(); ++i) {
    const types::DataType& right = node.inputs[kRight]->schema.field(node.right_keys[i]).type;
    FLOE_ASSERT(
        types::ToArrow(right)->Equals(*types::ToArrow(key_schema.field(static_cast<int>(i)).type)));
  }
  std::vector<int> key_columns(node.left_keys.size());
  std::iota(key_columns.begin(), key_columns.end(), 0);
  FLOE_ASSIGN(WindowKeyTable keys, WindowKeyTable::Make(key_schema, std::move(key_columns)));
  std::unique_ptr<IntervalJoinOperator> made(
      new IntervalJoinOperator(node, context, std::move(sides), std::move(keys)));
  made->key_schema_ = types::ToArrow(key_schema);
  FLOE_ASSIGN(IntervalJoinOutput output,
              IntervalJoinOutput::Make(node, context, made->sides_[kLeft].store,
                                       made->sides_[kRight].store));
  made->output_.emplace(std::move(output));
  made->states_.resize(made->keys_.capacity());
  return std::unique_ptr<Operator>(std::move(made));
}

void IntervalJoinOperator::FlagNulls(Side* side, const arrow::Array& column, size_t first) const {
  if (column.null_count() == 0) return;
  for (int64_t i = 0; i < column.length(); ++i) {
    if (column.IsNull(i)) side->unmatchable[first + static_cast<size_t>(i)] = 1;
  }
}

void IntervalJoinOperator::ReadTimes(Side* side, const arrow::RecordBatch& batch) const {
  const arrow::Array& column = *batch.column(side->time_column);
  const int64_t* values = column.data()->GetValues<int64_t>(1);
  const size_t first = side->times.size();
  side->times.insert(side->times.end(), values, values + column.length());
  if (side->units_per_milli != 1) {
    for (size_t i = first; i < side->times.size(); ++i) {
      side->times[i] = FloorDivide(side->times[i], side->units_per_milli);
    }
  }
  side->unmatchable.resize(side->times.size(), 0);
  if (column.null_count() == 0) return;
  FlagNulls(side, column, first);
  // A row without time is never held: it is as late as can be.
  for (size_t i = first; i < side->times.size(); ++i) {
    if (side->unmatchable[i] != 0) side->times[i] = std::numeric_limits<int64_t>::min() / 2;
  }
}

std::shared_ptr<arrow::RecordBatch> IntervalJoinOperator::KeyBatch(
    const Side& side, const arrow::RecordBatch& batch) const {
  arrow::ArrayVector columns;
  for (const int key : side.keys) columns.push_back(batch.column(key));
  return arrow::RecordBatch::Make(key_schema_, batch.num_rows(), std::move(columns));
}

void IntervalJoinOperator::ReadKeys(Side* side, const arrow::RecordBatch& batch) {
  const size_t first = side->key_ids.size();
  const auto rows = static_cast<size_t>(batch.num_rows());
  side->key_ids.resize(first + rows, 0);
  if (keys_.is_keyless()) return;
  for (const int key : side->keys) FlagNulls(side, *batch.column(key), first);
  std::vector<int32_t> all(rows);
  std::iota(all.begin(), all.end(), 0);
  const std::span<KeyId> ids(side->key_ids.data() + first, rows);
  keys_.Intern(*KeyBatch(*side, batch), all, ids);
  // Ids stay valid for the round.
  for (const KeyId id : ids) keys_.AddReference(id);
}

std::vector<int32_t> IntervalJoinOperator::OwnRows(const stream::Batch& batch) const {
  std::vector<int32_t> own;
  const auto parallelism = static_cast<uint64_t>(context_.parallelism);
  for (int64_t row = 0; row < batch.size(); ++row) {
    uint64_t hash = 0;
    for (const auto& column : batch.order) {
      hash = functions::HashValue(hash ^ static_cast<uint64_t>(column->Value(row)));
    }
    if (hash % parallelism == static_cast<uint64_t>(context_.instance)) {
      own.push_back(static_cast<int32_t>(row));
    }
  }
  return own;
}

Status IntervalJoinOperator::TakeBatch(Side* side, const stream::Batch& batch) {
  const auto count = static_cast<size_t>(batch.size());
  side->causes.insert(side->causes.end(), batch.causes(), batch.causes() + count);
  ReadTimes(side, *batch.rows);
  ReadKeys(side, *batch.rows);
  const size_t first = side->rows.size();
  side->rows.resize(first + count, kElsewhere);
  if (!side->shared_out) {
    FLOE_ASSIGN(const int64_t number, side->store.Append(batch));
    std::iota(side->rows.begin() + static_cast<std::ptrdiff_t>(first), side->rows.end(), number);
    return Status::Ok();
  }
  const std::vector<int32_t> own = OwnRows(batch);
  if (own.empty()) return Status::Ok();
  FLOE_ASSIGN(const stream::Batch share, SelectRows(batch, own, context_.memory_pool));
  FLOE_ASSIGN(int64_t number, side->store.Append(share));
  for (const int32_t row : own) side->rows[first + static_cast<size_t>(row)] = number++;
  return Status::Ok();
}

Status IntervalJoinOperator::TakeInput(int side, const std::vector<stream::Batch>& batches) {
  for (const stream::Batch& batch : batches) {
    FLOE_TRY(TakeBatch(&sides_[static_cast<size_t>(side)], batch));
  }
  states_.resize(std::max(states_.size(), keys_.capacity()));
  return Status::Ok();
}

IntervalJoinOperator::KeyState& IntervalJoinOperator::StateOf(KeyId key) {
  FLOE_ASSERT(key < states_.size());
  return states_[key];
}

int64_t IntervalJoinOperator::ExpirationTime(const Side& side) const {
  if (now_ms_ == EventTime::Max().millis()) return now_ms_;
  return now_ms_ - side.relative_size - 1;
}

void IntervalJoinOperator::AddPair(int side, int64_t row, int64_t other_row) {
  if (side == kLeft) {
    output_->AddPair(row, other_row);
  } else {
    output_->AddPair(other_row, row);
  }
}

void IntervalJoinOperator::AddPadding(int side, int64_t row) {
  if (side == kLeft) {
    output_->AddLeftPadding(row);
  } else {
    output_->AddRightPadding(row);
  }
}

void IntervalJoinOperator::LetGo(int side, KeyState* key) {
  Side& of = sides_[static_cast<size_t>(side)];
  HeldRows& held = key->sides[side];
  const bool pairs_later = PairsLater(side);
  held.rows.RemoveThrough(held.let_go_through, [&](int64_t time, int64_t row) {
    if (pairs_later) FindLastPair(side, time, row);
    if (of.preserved) AddPadding(side, row);
    of.store.Release(row);
  });
  if (of.shared_out) of.elsewhere.RemoveThrough(held.let_go_through, [](int64_t, int64_t) {});
}

void IntervalJoinOperator::SetTimer(int side, KeyId key, HeldRows* held) {
  const Side& of = sides_[static_cast<size_t>(side)];
  int64_t earliest = held->rows.empty() ? kNoTimer : held->rows.min_time();
  if (of.shared_out && !of.elsewhere.empty()) {
    earliest = std::min(earliest, of.elsewhere.min_time());
  }
  held->timer = kNoTimer;
  if (earliest == kNoTimer) return;
  held->timer = earliest + of.relative_size + node_.min_cleanup_interval_ms + 1;
  timers_.push_back({held->timer, key, side});
  std::push_heap(timers_.begin(), timers_.end());
}

void IntervalJoinOperator::FireTimer(const Timer& timer) {
  KeyState& state = StateOf(timer.key);
  HeldRows& held = state.sides[timer.side];
  FLOE_ASSERT(held.timer == timer.time);
  held.let_go_through = ExpirationTime(sides_[static_cast<size_t>(timer.side)]);
  LetGo(timer.side, &state);
  SetTimer(timer.side, timer.key, &held);
  ForgetIfUnused(timer.key);
}

void IntervalJoinOperator::AdvanceTo(int64_t watermark_ms) {
  now_ms_ = std::max(now_ms_, watermark_ms);
  while (!timers_.empty() && timers_.front().time <= now_ms_) {
    const Timer timer = timers_.front();
    std::pop_heap(timers_.begin(), timers_.end());
    timers_.pop_back();
    FireTimer(timer);
  }
}

void IntervalJoinOperator::ForgetIfUnused(KeyId key) {
  if (keys_.is_keyless()) return;
  KeyState& state = StateOf(key);
  for (const HeldRows& held : state.sides) {
    if (!held.rows.empty() || held.timer != kNoTimer) return;
  }
  const bool was_in_use = state.in_use;
  state = KeyState();
  if (was_in_use) keys_.Release(key);
}

void IntervalJoinOperator::Hold(int side, size_t index, KeyState* key) {
  Side& of = sides_[static_cast<size_t>(side)];
  HeldRows& held = key->sides[side];
  const int64_t row = of.rows[index];
  if (row == kElsewhere) {
    of.elsewhere.Insert(of.times[index], row);
  } else {
    held.rows.Insert(of.times[index], row);
    of.store.Retain(row);
    if (ranges_.size() > 0 && PairsLater(side)) held_since_.At(row) = ranges_.size();
  }
  if (!key->in_use) {
    key->in_use = true;
    keys_.AddReference(of.key_ids[index]);
  }
  if (held.timer == kNoTimer) SetTimer(side, of.key_ids[index], &held);
}

void IntervalJoinOperator::ProcessRow(int side, size_t index) {
  Side& of = sides_[static_cast<size_t>(side)];
  const int other = 1 - side;
  const Side& opposite = sides_[static_cast<size_t>(other)];
  const KeyId key = of.key_ids[index];
  const int64_t row = of.rows[index];
  const int64_t from = of.times[index] - opposite.relative_size;
  const int64_t through = of.times[index] + of.relative_size;
  KeyState& state = StateOf(key);
  HeldRows& others = state.sides[other];
  if (others.let_go_through < through) {
    others.let_go_through = ExpirationTime(opposite);
    if (row != kElsewhere && of.unmatchable[index] == 0) {
      // Rows of a preserved side have to know that they matched: all are gone through.
      if (output_->keeps_last_of(side) && !opposite.preserved) {
        const int64_t last = others.rows.MaxRow(from, through, JoinRowStore::kNoRow);
        if (last != JoinRowStore::kNoRow) AddPair(side, row, last);
      } else if (PairsLater(other)) {
        ranges_.Append({from, through, cause_, row});
      } else {
        others.rows.ForRange(from, through,
                             [&](int64_t other_row) { AddPair(side, row, other_row); });
      }
    }
    LetGo(other, &state);
  }
  if (now_ms_ < through) {
    if (of.preserved || of.unmatchable[index] == 0) Hold(side, index, &state);
  } else if (of.preserved && row != kElsewhere) {
    AddPadding(side, row);
  }
  ForgetIfUnused(key);
}

bool IntervalJoinOperator::PairsLater(int side) const {
  return keys_.is_keyless() && output_->keeps_last_of(side) &&
         !sides_[static_cast<size_t>(1 - side)].preserved;
}

void IntervalJoinOperator::FindLastPair(int side, int64_t time, int64_t row) {
  const RangeLog::Entry* last = ranges_.LastCovering(time, held_since_.At(row));
  if (last == nullptr) return;
  if (side == kLeft) {
    output_->AddEarlierPair(row, last->row, last->cause);
  } else {
    output_->AddEarlierPair(last->row, row, last->cause);
  }
}

void IntervalJoinOperator::FindLastPairs() {
  if (ranges_.size() == 0) return;
  const int side = PairsLater(kLeft) ? kLeft : kRight;
  StateOf(0).sides[side].rows.ForAll(
      [&](int64_t time, int64_t row) { FindLastPair(side, time, row); });
  ranges_.Clear();
  held_since_.Clear();
}

void IntervalJoinOperator::PadRow(int side, size_t index) {
  const Side& of = sides_[static_cast<size_t>(side)];
  if (of.preserved && of.rows[index] != kElsewhere) AddPadding(side, of.rows[index]);
}

Status IntervalJoinOperator::BeginCause(int64_t cause, int64_t clock_ms,
                                        std::vector<stream::Batch>* output) {
  // Never within a cause: its rows are put in order together.
  if (cause != cause_ && output_->is_full()) {
    FindLastPairs();
    FLOE_ASSIGN(const int64_t rows, output_->Flush(clock_ms, output));
    counters_.rows_out += rows;
  }
  cause_ = cause;
  output_->BeginCause(cause);
  return Status::Ok();
}

Status IntervalJoinOperator::ProcessRound(const stream::WatermarkTimeline& watermarks,
                                          int64_t clock_ms, std::vector<stream::Batch>* output) {
  now_ms_ = std::max(now_ms_, watermarks.initial().millis());
  const std::vector<int64_t>& causes_left = sides_[kLeft].causes;
  const std::vector<int64_t>& causes_right = sides_[kRight].causes;
  constexpr int64_t kEnd = std::numeric_limits<int64_t>::max();
  size_t left = 0;
  size_t right = 0;
  size_t step = 0;
  for (;;) {
    const int64_t next_left = left < causes_left.size() ? causes_left[left] : kEnd;
    const int64_t next_right = right < causes_right.size() ? causes_right[right] : kEnd;
    const int64_t cause = std::min(next_left, next_right);
    for (; step < watermarks.size() && watermarks.sequences()[step] < cause; ++step) {
      FLOE_TRY(BeginCause(watermarks.sequences()[step], clock_ms, output));
      AdvanceTo(watermarks.watermarks_millis()[step]);
    }
    if (cause == kEnd) break;
    // Of the same cause left rows come first.
    const int side = next_left <= next_right ? kLeft : kRight;
    const size_t index = side == kLeft ? left++ : right++;
    FLOE_TRY(BeginCause(cause, clock_ms, output));
    if (empty_interval_) {
      PadRow(side, index);
    } else {
      ProcessRow(side, index);
    }
  }
  FindLastPairs();
  FLOE_ASSIGN(const int64_t rows, output_->Flush(clock_ms, output));
  counters_.rows_out += rows;
  return Status::Ok();
}

Status IntervalJoinOperator::OnRound(std::span<const RoundInput> inputs,
                                     std::vector<stream::Batch>* output) {
  FLOE_ASSERT(inputs.size() == 2);
  for (const int side : {kLeft, kRight}) {
    const std::vector<stream::Batch>& batches = inputs[static_cast<size_t>(side)].batches;
    FLOE_TRY(TakeInput(side, batches));
    for (const stream::Batch& batch : batches) counters_.rows_in += batch.size();
  }
  const stream::WatermarkTimelinePtr watermarks =
      stream::WatermarkTimeline::Minimum(*inputs[kLeft].watermarks, *inputs[kRight].watermarks,
                                         now_ms_ > 0 ? EventTime(now_ms_) : EventTime::Min());
  FLOE_TRY(ProcessRound(*watermarks, inputs[kLeft].clock_ms, output));
  for (Side& side : sides_) EndRound(&side);
  return Status::Ok();
}

void IntervalJoinOperator::EndRound(Side* side) {
  for (const KeyId id : side->key_ids) keys_.Release(id);
  side->ClearRound();
  side->store.Reclaim();
}

Result<std::unique_ptr<Operator>> MakeIntervalJoin(const plan::IntervalJoinNode& node,
                                                   const OperatorContext& context) {
  return IntervalJoinOperator::Make(node, context);
}

int64_t IntervalJoinDelay(const plan::IntervalJoinNode& node) {
  if (node.lower_bound_ms > node.upper_bound_ms) return 0;
  return std::max({-node.lower_bound_ms, node.upper_bound_ms, int64_t{0}});
}

}  // namespace floe::runtime
