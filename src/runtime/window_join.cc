#include "runtime/window_join.h"

#include <arrow/array/array_primitive.h>
#include <arrow/type.h>

#include <algorithm>
#include <array>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <utility>

#include "runtime/batch_encoding.h"
#include "runtime/batch_rows.h"
#include "runtime/key_hash.h"
#include "runtime/window_assigner.h"
#include "runtime/window_join_output.h"
#include "runtime/window_order.h"
#include "runtime/window_state.h"
#include "state/snapshot.h"
#include "types/arrow_types.h"

namespace floe::runtime {

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();
constexpr std::string_view kRowsOfSide[] = {"window-join-left", "window-join-right"};

// What is fixed of a side.
struct Side {
  const types::Schema* schema = nullptr;
  int window_end_column = -1;
  std::vector<int> keys;
  bool is_preserved = false;  // its rows without match are padded
};

std::array<Side, 2> SidesOf(const plan::WindowJoinNode& node) {
  const bool keeps_left = node.type == plan::JoinType::kLeft || node.type == plan::JoinType::kFull;
  const bool keeps_right =
      node.type == plan::JoinType::kRight || node.type == plan::JoinType::kFull;
  return {{{&node.inputs[0]->schema, node.left_window_end, node.left_keys, keeps_left},
           {&node.inputs[1]->schema, node.right_window_end, node.right_keys, keeps_right}}};
}

// The keys as columns of their own: both sides share one table of them.
types::Schema KeySchema(const Side& side) {
  std::vector<types::Field> fields;
  for (const int key : side.keys) fields.push_back(side.schema->field(key));
  return types::Schema(std::move(fields));
}

class WindowJoin final : public Operator {
 public:
  static Result<std::unique_ptr<Operator>> Make(const plan::WindowJoinNode& node,
                                                const OperatorContext& context) {
    auto join = std::unique_ptr<WindowJoin>(new WindowJoin(node, context));
    FLOE_TRY(join->Prepare());
    return std::unique_ptr<Operator>(std::move(join));
  }

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override;
  Status Snapshot(state::StateWriter& writer) const override;
  Status Restore(const state::StateReader& reader) override;
  const OperatorCounters& counters() const override { return counters_; }

 private:
  // A window that has rows and has not fired: (watermark that fires it, its end).
  using PendingWindow = std::pair<int64_t, int64_t>;
  using WindowRows = std::array<WindowJoinRows, 2>;  // left, right

  // Where reading a side stands in the round.
  struct Cursor {
    size_t batch = 0;
    int64_t row = 0;                   // the next one of the batch
    std::optional<int64_t> first_row;  // number of the batch's row 0, once it is stored
  };

  WindowJoin(const plan::WindowJoinNode& node, const OperatorContext& context)
      : node_(node), context_(context), sides_(SidesOf(node)) {}
  Status Prepare();

  // Takes in the rows of a side up to what CauseLimit says, which falls as windows open.
  Status AddRows(int side, const std::vector<stream::Batch>& batches, Cursor* cursor);
  // Fills kept_rows_ and kept_into_ with the batch's rows from `row` on that are not late, up to
  // the limit. Returns where it stopped.
  Result<int64_t> CollectRows(int side, const stream::Batch& batch, int64_t row);
  // Retains what was collected, with its keys.
  void KeepRows(int side, const stream::Batch& batch, int64_t first_row);
  // The window's rows, made if needed; null if it has fired.
  WindowRows* RowsOf(int64_t end_ms, int64_t cause);

  // The last cause before the next window fires; kNever if none does in this round.
  int64_t CauseLimit() const;
  int64_t WatermarkAt(int64_t cause) const;
  Status FireStep(int64_t clock_ms, std::vector<stream::Batch>* output);
  Status Flush(std::vector<stream::Batch>* output);

  Status SaveRows(int side, state::StateWriter& writer) const;
  Status RestoreRows(int side, const state::StateReader& reader);
  Result<stream::Batch> RowsOfInstance(int side, stream::Batch batch) const;

  const plan::WindowJoinNode& node_;
  const OperatorContext context_;
  const std::array<Side, 2> sides_;
  std::optional<WindowAssigner> windows_;  // for the time at which one fires
  std::optional<WindowKeyTable> keys_;
  std::shared_ptr<arrow::Schema> key_schema_;
  std::vector<JoinRowStore> stores_;  // left, right
  std::optional<WindowJoinOutput> output_;
  OperatorCounters counters_;

  int64_t watermark_ms_ = EventTime::Min().millis();  // of the last step that was handled
  std::map<int64_t, WindowRows> rows_;                // by window end
  std::set<PendingWindow> pending_;
  std::vector<WindowRows> fired_;  // in output_: released when it is flushed

  stream::WatermarkTimelinePtr timeline_;  // of the round
  size_t step_ = 0;

  // Scratch of a batch.
  std::vector<int32_t> kept_rows_;
  std::vector<WindowJoinRows*> kept_into_;
  std::vector<int32_t> matchable_rows_;  // without a NULL key
  std::vector<KeyId> matchable_keys_;
};

Status WindowJoin::Prepare() {
  FLOE_ASSIGN(windows_, WindowAssigner::MakeAttached(node_.time_zone));
  const types::Schema key_schema = KeySchema(sides_[0]);
  key_schema_ = types::ToArrow(key_schema);
  std::vector<int> key_columns(sides_[0].keys.size());
  std::iota(key_columns.begin(), key_columns.end(), 0);
  FLOE_ASSIGN(keys_, WindowKeyTable::Make(key_schema, std::move(key_columns)));
  for (const plan::PhysicalNodePtr& input : node_.inputs) {
    FLOE_ASSIGN(JoinRowStore store,
                JoinRowStore::Make(input->schema, static_cast<size_t>(OrderColumnCount(*input)),
                                   context_.memory_pool));
    stores_.push_back(std::move(store));
  }
  FLOE_ASSIGN(output_, WindowJoinOutput::Make(node_, context_, stores_[0], stores_[1]));
  return Status::Ok();
}

Status WindowJoin::OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) {
  FLOE_ASSERT(inputs.size() == 2);
  timeline_ = stream::WatermarkTimeline::Minimum(*inputs[0].watermarks, *inputs[1].watermarks,
                                                 EventTime(watermark_ms_));
  step_ = 0;
  std::array<Cursor, 2> cursors;
  for (;;) {
    for (const int side : {0, 1}) {
      FLOE_TRY(AddRows(side, inputs[static_cast<size_t>(side)].batches,
                       &cursors[static_cast<size_t>(side)]));
    }
    if (CauseLimit() == kNever) break;
    FLOE_TRY(FireStep(inputs[0].clock_ms, output));
  }
  watermark_ms_ = std::max(watermark_ms_, timeline_->final().millis());
  timeline_ = nullptr;
  FLOE_TRY(Flush(output));
  for (JoinRowStore& store : stores_) store.Reclaim();
  return Status::Ok();
}

Status WindowJoin::AddRows(int side, const std::vector<stream::Batch>& batches, Cursor* cursor) {
  for (; cursor->batch < batches.size(); ++cursor->batch) {
    const stream::Batch& batch = batches[cursor->batch];
    if (batch.causes()[cursor->row] > CauseLimit()) return Status::Ok();
    if (!cursor->first_row) {
      FLOE_ASSIGN(cursor->first_row, stores_[static_cast<size_t>(side)].Append(batch));
      counters_.rows_in += batch.size();
    }
    FLOE_ASSIGN(cursor->row, CollectRows(side, batch, cursor->row));
    KeepRows(side, batch, *cursor->first_row);
    if (cursor->row < batch.size()) return Status::Ok();
    cursor->row = 0;
    cursor->first_row.reset();
  }
  return Status::Ok();
}

Result<int64_t> WindowJoin::CollectRows(int side, const stream::Batch& batch, int64_t row) {
  kept_rows_.clear();
  kept_into_.clear();
  const int column = sides_[static_cast<size_t>(side)].window_end_column;
  const auto array = batch.rows->column(column);
  if (array->null_count() > 0) {
    return Error(ErrorCode::kNullRowtime, "column '" + batch.rows->column_name(column) +
                                              "', by which rows belong to windows, is NULL");
  }
  const int64_t* ends = array->data()->GetValues<int64_t>(1);
  const int64_t units =
      types::TimestampUnitsPerMilli(sides_[static_cast<size_t>(side)].schema->field(column).type);
  int64_t& late = side == 0 ? counters_.rows_left_late : counters_.rows_right_late;
  int64_t limit = CauseLimit();
  WindowRows* window = nullptr;
  std::optional<int64_t> window_end;
  for (; row < batch.size() && batch.causes()[row] <= limit; ++row) {
    if (window_end != ends[row]) {
      window_end = ends[row];
      window = RowsOf(FloorToMillis(ends[row], units), batch.causes()[row]);
      limit = CauseLimit();  // a window may have opened
    }
    if (window == nullptr) {
      ++late;
      ++counters_.rows_late;
      continue;
    }
    kept_rows_.push_back(static_cast<int32_t>(row));
    kept_into_.push_back(&(*window)[static_cast<size_t>(side)]);
  }
  return row;
}

WindowJoin::WindowRows* WindowJoin::RowsOf(int64_t end_ms, int64_t cause) {
  if (const auto found = rows_.find(end_ms); found != rows_.end()) return &found->second;
  // A window that is there cuts the round where it fires; for others the watermark is looked up.
  const int64_t trigger_ms = windows_->TriggerTime(end_ms);
  if (trigger_ms <= WatermarkAt(cause)) return nullptr;
  pending_.insert({trigger_ms, end_ms});
  return &rows_[end_ms];
}

void WindowJoin::KeepRows(int side, const stream::Batch& batch, int64_t first_row) {
  const Side& fixed = sides_[static_cast<size_t>(side)];
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const int key : fixed.keys) columns.push_back(batch.rows->column(key));
  const auto has_null_key = [&columns](int32_t row) {
    return std::any_of(columns.begin(), columns.end(), [row](const auto& column) {
      return column->null_count() > 0 && column->IsNull(row);
    });
  };
  matchable_rows_.clear();
  for (const int32_t row : kept_rows_) {
    if (!has_null_key(row)) matchable_rows_.push_back(row);
  }
  matchable_keys_.resize(matchable_rows_.size());
  keys_->Intern(*arrow::RecordBatch::Make(key_schema_, batch.size(), columns), matchable_rows_,
                matchable_keys_);
  size_t next_matchable = 0;
  for (size_t i = 0; i < kept_rows_.size(); ++i) {
    KeyId key = WindowJoinRows::kNoKey;
    if (next_matchable < matchable_rows_.size() &&
        matchable_rows_[next_matchable] == kept_rows_[i]) {
      key = matchable_keys_[next_matchable++];
      keys_->AddReference(key);
    } else if (!fixed.is_preserved) {
      continue;  // it can neither match nor be padded
    }
    stores_[static_cast<size_t>(side)].Retain(first_row + kept_rows_[i]);
    kept_into_[i]->rows.push_back(first_row + kept_rows_[i]);
    kept_into_[i]->keys.push_back(key);
  }
}

int64_t WindowJoin::CauseLimit() const {
  if (pending_.empty()) return kNever;
  const size_t step = timeline_->FirstReaching(EventTime(pending_.begin()->first), step_);
  return step == timeline_->size() ? kNever : timeline_->sequences()[step];
}

int64_t WindowJoin::WatermarkAt(int64_t cause) const {
  return std::max(watermark_ms_, timeline_->Before(cause).millis());
}

Status WindowJoin::FireStep(int64_t clock_ms, std::vector<stream::Batch>* output) {
  step_ = timeline_->FirstReaching(EventTime(pending_.begin()->first), step_);
  watermark_ms_ = std::max(watermark_ms_, timeline_->watermarks_millis()[step_]);
  const int64_t cause = timeline_->sequences()[step_];
  std::vector<int64_t> ends_ms;
  while (!pending_.empty() && pending_.begin()->first <= watermark_ms_) {
    ends_ms.push_back(pending_.begin()->second);
    pending_.erase(pending_.begin());
  }
  std::sort(ends_ms.begin(), ends_ms.end());
  for (const int64_t end_ms : ends_ms) {
    auto window = rows_.extract(end_ms);
    const WindowRows& rows = fired_.emplace_back(std::move(window.mapped()));
    FLOE_TRY(output_->AddWindow(rows[0], rows[1], end_ms, cause, clock_ms));
    if (output_->rows() >= context_.max_batch_rows) FLOE_TRY(Flush(output));
  }
  return Status::Ok();
}

Status WindowJoin::Flush(std::vector<stream::Batch>* output) {
  counters_.rows_out += output_->rows();
  FLOE_TRY(output_->Flush(output));
  for (const WindowRows& window : fired_) {
    for (const size_t side : {0, 1}) {
      for (const int64_t row : window[side].rows) stores_[side].Release(row);
      for (const KeyId key : window[side].keys) {
        if (key != WindowJoinRows::kNoKey) keys_->Release(key);
      }
    }
  }
  fired_.clear();
  return Status::Ok();
}

Status WindowJoin::Snapshot(state::StateWriter& writer) const {
  SaveProgress(counters_, watermark_ms_, writer);
  for (const int side : {0, 1}) FLOE_TRY(SaveRows(side, writer));
  return Status::Ok();
}

// The rows of all windows in the order of their keys; each says itself which window is its.
Status WindowJoin::SaveRows(int side, state::StateWriter& writer) const {
  const JoinRowStore& store = stores_[static_cast<size_t>(side)];
  std::vector<int64_t> rows;
  for (const auto& [end_ms, window] : rows_) {
    const std::vector<int64_t>& held = window[static_cast<size_t>(side)].rows;
    rows.insert(rows.end(), held.begin(), held.end());
  }
  std::sort(rows.begin(), rows.end());
  stream::Batch batch;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (int c = 0; c < store.columns(); ++c) {
    FLOE_ASSIGN(auto values, store.Gather(c, rows));
    columns.push_back(std::move(values));
  }
  for (size_t c = 0; c < store.order_columns(); ++c) {
    FLOE_ASSIGN(auto values, store.GatherOrder(c, rows));
    batch.order.push_back(std::move(values));
  }
  batch.rows = arrow::RecordBatch::Make(types::ToArrow(*sides_[static_cast<size_t>(side)].schema),
                                        static_cast<int64_t>(rows.size()), std::move(columns));
  FLOE_ASSIGN(const std::string bytes, EncodeBatch(batch, context_.memory_pool));
  writer.Begin(std::string(kRowsOfSide[side]), state::StateKind::kTimeline, kWindowStateVersion,
               KeyGroupsOf(context_)) = bytes;
  return Status::Ok();
}

Status WindowJoin::Restore(const state::StateReader& reader) {
  FLOE_TRY(RestoreProgress(context_, reader, &counters_, &watermark_ms_));
  timeline_ = std::make_shared<stream::WatermarkTimeline>(EventTime(watermark_ms_));
  for (const int side : {0, 1}) FLOE_TRY(RestoreRows(side, reader));
  timeline_ = nullptr;
  return Status::Ok();
}

Status WindowJoin::RestoreRows(int side, const state::StateReader& reader) {
  const JoinRowStore& store = stores_[static_cast<size_t>(side)];
  FLOE_ASSIGN(const std::vector<std::string> sections,
              ReadSections(context_, reader, kRowsOfSide[side]));
  std::vector<std::vector<stream::Batch>> streams;
  for (const std::string& bytes : sections) {
    FLOE_ASSIGN(stream::Batch batch, DecodeBatch(bytes, *sides_[static_cast<size_t>(side)].schema,
                                                 store.order_columns(), context_.memory_pool));
    FLOE_ASSIGN(batch, RowsOfInstance(side, std::move(batch)));
    if (batch.size() > 0) streams.push_back({std::move(batch)});
  }
  FLOE_ASSIGN(const std::vector<stream::Batch> batches,
              MergeByOrder(std::move(streams), context_.memory_pool));
  const OperatorCounters counters = counters_;  // these rows were counted when they came
  Cursor cursor;
  FLOE_TRY(AddRows(side, batches, &cursor));
  counters_ = counters;
  return Status::Ok();
}

Result<stream::Batch> WindowJoin::RowsOfInstance(int side, stream::Batch batch) const {
  const std::vector<int>& keys = sides_[static_cast<size_t>(side)].keys;
  if (keys.empty()) return batch;
  std::vector<uint64_t> hashes;
  HashKeys(*batch.rows, keys, &hashes);
  const std::vector<bool> is_mine = HashesOfInstance(context_, hashes);
  std::vector<int32_t> rows;
  for (size_t i = 0; i < is_mine.size(); ++i) {
    if (is_mine[i]) rows.push_back(static_cast<int32_t>(i));
  }
  return SelectRows(batch, rows, context_.memory_pool);
}

}  // namespace

Result<std::unique_ptr<Operator>> MakeWindowJoin(const plan::WindowJoinNode& node,
                                                 const OperatorContext& context) {
  return WindowJoin::Make(node, context);
}

}  // namespace floe::runtime
