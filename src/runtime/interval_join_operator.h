// The interval join's operator: what it holds per key and side, and how rows and watermark steps
// go through it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/interval_join.h"
#include "runtime/interval_join_output.h"
#include "runtime/join_row_store.h"
#include "runtime/operator.h"
#include "runtime/range_log.h"
#include "runtime/row_pages.h"
#include "runtime/time_index.h"
#include "runtime/window_key_table.h"

namespace floe::runtime {

class IntervalJoinOperator final : public Operator {
 public:
  static Result<std::unique_ptr<Operator>> Make(const plan::IntervalJoinNode& node,
                                                const OperatorContext& context);

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override;
  Status Snapshot(state::StateWriter& writer) const override;
  Status Restore(const state::StateReader& reader) override;
  const OperatorCounters& counters() const override { return counters_; }

 private:
  static constexpr int64_t kNoTimer = std::numeric_limits<int64_t>::max();

  // What a key holds of one side.
  struct HeldRows {
    TimeIndex rows;
    int64_t let_go_through = 0;  // rows up to this time were let go; Flink's expiration time
    int64_t timer = kNoTimer;    // when rows are let go next
  };
  struct KeyState {
    HeldRows sides[2];
    bool in_use = false;  // counted by the key table
  };
  struct Timer {
    int64_t time;
    KeyId key;
    int side;

    // The earliest on top of a heap.
    bool operator<(const Timer& other) const { return time > other.time; }
  };

  struct Side {
    JoinRowStore store;
    std::shared_ptr<arrow::Schema> schema;
    int time_column;
    int64_t units_per_milli;
    std::vector<int> keys;
    int64_t relative_size;  // leftSize or rightSize of interval_join.h
    bool preserved;
    // Keyless and parallel: only this instance's share is held, of the others' rows their times.
    bool shared_out;
    TimeIndex elsewhere;

    // Of the round at hand, row by row.
    std::vector<int64_t> causes;
    std::vector<int64_t> times;
    std::vector<int64_t> rows;  // numbers in `store`; kElsewhere: another instance's
    std::vector<KeyId> key_ids;
    std::vector<uint8_t> unmatchable;  // a NULL key or time

    void ClearRound();
  };
  static constexpr int64_t kElsewhere = -2;

  IntervalJoinOperator(const plan::IntervalJoinNode& node, const OperatorContext& context,
                       std::vector<Side> sides, WindowKeyTable keys);
  static Result<Side> MakeSide(const plan::IntervalJoinNode& node, const OperatorContext& context,
                               int side);

  // Takes a round's rows of one input into the side's columns.
  Status TakeInput(int side, const std::vector<stream::Batch>& batches);
  Status TakeBatch(Side* side, const stream::Batch& batch);
  // Forgets what was only for the round.
  void EndRound(Side* side);
  void ReadTimes(Side* side, const arrow::RecordBatch& batch) const;
  void ReadKeys(Side* side, const arrow::RecordBatch& batch);
  void FlagNulls(Side* side, const arrow::Array& column, size_t first) const;
  // Which of a batch's rows are this instance's share.
  std::vector<int32_t> OwnRows(const stream::Batch& batch) const;
  std::shared_ptr<arrow::RecordBatch> KeyBatch(const Side& side,
                                               const arrow::RecordBatch& batch) const;
  Status ProcessRound(const stream::WatermarkTimeline& watermarks, int64_t clock_ms,
                      std::vector<stream::Batch>* output);
  // What follows is caused by this sequence. Gives out what was collected when it is much.
  Status BeginCause(int64_t cause, int64_t clock_ms, std::vector<stream::Batch>* output);
  void AdvanceTo(int64_t watermark_ms);
  void ProcessRow(int side, size_t index);
  // A row of an interval that holds no time.
  void PadRow(int side, size_t index);
  // A join without key of which only the last pairs of one side leave, and whose other side is not
  // preserved: a row of the other side is not paired with each row in its range at once, which may
  // be thousands, but its range is written down; a row of the side looks for the last range that
  // covers it when it is let go, and at the end of the round.
  bool PairsLater(int side) const;
  void FindLastPair(int side, int64_t time, int64_t row);
  void FindLastPairs();
  void Hold(int side, size_t index, KeyState* key);
  void LetGo(int side, KeyState* key);
  int64_t ExpirationTime(const Side& side) const;
  void SetTimer(int side, KeyId key, HeldRows* held);
  void FireTimer(const Timer& timer);
  // Forgets a key that holds nothing.
  void ForgetIfUnused(KeyId key);
  KeyState& StateOf(KeyId key);
  void AddPair(int side, int64_t row, int64_t other_row);
  void AddPadding(int side, int64_t row);

  // State, see interval_join_state.cc.
  Status SaveRows(int side, state::StateWriter& writer) const;
  Status SaveKeys(state::StateWriter& writer) const;
  Status RestoreRows(int side, const state::StateReader& reader);
  Status RestoreBatch(int side, stream::Batch batch);
  Status RestoreKeys(const state::StateReader& reader);
  // Hashes of keys by HashKeys.
  Result<std::vector<uint64_t>> HashesOf(std::span<const KeyId> ids) const;
  Result<stream::Batch> RowsOfInstance(const Side& side, const stream::Batch& batch) const;

  const plan::IntervalJoinNode& node_;
  const OperatorContext context_;
  const bool empty_interval_;
  std::vector<Side> sides_;  // left, right
  WindowKeyTable keys_;
  std::shared_ptr<arrow::Schema> key_schema_;
  std::optional<IntervalJoinOutput> output_;
  std::vector<KeyState> states_;  // by key
  std::vector<Timer> timers_;     // a heap
  RangeLog ranges_;               // of the round; see PairsLater
  RowPages<size_t> held_since_;   // how many ranges there were when a row came
  int64_t now_ms_ = 0;            // the operator's time: its watermark, 0 at least
  int64_t cause_ = -1;            // of what happens now
  OperatorCounters counters_;
};

}  // namespace floe::runtime
