// The window aggregate itself; window_aggregate.h is its contract. Split over three files: taking
// rows in (…_operator.cc), firing (…_firing.cc), checkpoints (…_state.cc).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "plan/physical_plan.h"
#include "runtime/operator.h"
#include "runtime/window_assigner.h"
#include "runtime/window_flush_check.h"
#include "runtime/window_group_store.h"
#include "runtime/window_key_table.h"
#include "runtime/window_local_aggregate.h"
#include "runtime/window_output.h"
#include "runtime/window_slice.h"

namespace floe::runtime {

// What a row of the input is.
enum class WindowInput : uint8_t {
  kTimed,     // a row with an event time
  kAttached,  // a row with its window's start and end
  kPartial,   // several rows of one slice and key, combined by a WindowLocalAggregate
};

class WindowAggregateOperator final : public Operator {
 public:
  // `node` gives keys, aggregates, properties and window. `input_schema` and `key_columns` are of
  // the rows that come: the node's own but for kPartial.
  static Result<std::unique_ptr<WindowAggregateOperator>> Make(
      const plan::WindowAggregateNode& node, const OperatorContext& context, WindowInput input,
      const types::Schema& input_schema, std::vector<int> key_columns);

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override;
  Status Snapshot(state::StateWriter& writer) const override;
  Status Restore(const state::StateReader& reader) override;
  const OperatorCounters& counters() const override { return counters_; }

 private:
  // A window that has rows and has not fired: (watermark that fires it, its end).
  using PendingWindow = std::pair<int64_t, int64_t>;

  WindowAggregateOperator(const plan::WindowAggregateNode& node, const OperatorContext& context,
                          WindowInput input, WindowAssigner assigner, WindowKeyTable keys,
                          WindowGroupStore groups, WindowOutput output);

  // --- Taking rows in. Between two firings of the round the rows of a batch are one segment.
  Status ProcessBatch(const stream::Batch& batch, std::vector<stream::Batch>* output);
  // Adds rows [begin, end) or fewer, if a window that they open fires earlier: returns the end.
  Result<int64_t> ProcessSegment(const stream::Batch& batch, int64_t begin, int64_t end);
  // Fills rows_ and row_slices_ with the rows that are not late. Returns the segment's end.
  Result<int64_t> AssignSlices(const stream::Batch& batch, int64_t begin, int64_t end);
  // Where the rows' times lie, in the order of the batch: event times or ends of slices.
  Result<const int64_t*> SliceValues(const stream::Batch& batch);
  WindowAssigner::SliceTimes SliceTimesOf(int64_t value) const;
  // The slice that a row goes to, made if needed; null if the row is late.
  WindowSlice* FindSlice(int64_t slice_end_ms, const stream::Batch& batch, int64_t row);
  WindowSlice* MakeSlice(std::map<int64_t, WindowSlice>& slices, int64_t end_ms,
                         int64_t first_window_end_ms, int64_t last_window_end_ms,
                         const stream::Batch& batch, int64_t row);
  void AssignGroups(const stream::Batch& batch, int64_t begin, int64_t end);
  functions::GroupId MakeGroup(WindowSlice* slice, KeyId key, const stream::Batch& batch,
                               int64_t row);
  Status UpdateAccumulators(const stream::Batch& batch, int64_t begin, int64_t end);
  Status MergePartials(const stream::Batch& batch, int64_t begin);
  void CountLate(const stream::Batch& batch, int64_t row);
  // How many rows of the first level's input a row stands for.
  int64_t RowsOf(const stream::Batch& batch, int64_t row) const;

  // The last cause before the next window fires; the largest number if none does in this round.
  int64_t CauseLimit() const;
  int64_t WatermarkAt(int64_t cause) const;
  void AddPending(int64_t first_window_end_ms, int64_t last_window_end_ms, int64_t watermark_ms);

  // --- Firing.
  // Fires what the next step that fires anything lets fire. REQUIRES: CauseLimit() is one.
  Status FireStep(std::vector<stream::Batch>* output);
  Status FireWindow(int64_t end_ms, int64_t cause);
  // Adds the slices of a CUMULATE window that end by then to what has fired of it, which is
  // returned; null if there is nothing.
  WindowSlice* FoldSlices(int64_t end_ms);
  void FoldSlice(WindowSlice from, int64_t last_window_end_ms);
  // Whether the slice's rows are there for windows that fire now; always, but for WindowFlushCheck.
  bool IsFlushed(const WindowSlice& slice) const;
  void CollectSources(int64_t end_ms);
  // Fills targets_ with the keys of sources_, in the order of their first rows.
  void CollectTargets();
  Status EmitTargets(int64_t end_ms, int64_t cause);
  void ExpireAfter(int64_t end_ms);
  void Expire(std::map<int64_t, WindowSlice>& slices, int64_t end_ms);

  // --- Checkpoints.
  void SaveGroups(std::string& bytes) const;
  Status LoadGroups(std::string_view bytes);
  Result<std::vector<functions::GroupId>> LoadEntries(functions::ByteReader& reader);
  Result<std::vector<bool>> KeysOfThisInstance(std::span<const KeyId> keys) const;

  const plan::WindowAggregateNode& node_;
  const OperatorContext context_;
  const WindowInput input_;
  const PartialLayout layout_;  // of the input, if it is kPartial
  WindowAssigner assigner_;
  WindowKeyTable keys_;
  WindowGroupStore groups_;
  WindowOutput output_;
  OperatorCounters counters_;

  int64_t watermark_ms_;                        // of the last step that was handled
  std::map<int64_t, WindowSlice> slices_;       // by end
  std::map<int64_t, WindowSlice> accumulated_;  // CUMULATE: fired slices together, by last window
  std::set<PendingWindow> pending_;
  const bool loses_rows_;  // as Flink does without checkpoints
  WindowFlushCheck flush_check_;

  // Of the round: its watermarks, and the next step that is not handled.
  const stream::WatermarkTimeline* timeline_ = nullptr;
  size_t step_ = 0;
  size_t flush_position_ = 0;  // steps that flush_check_ has taken in

  // Scratch of a segment.
  std::vector<int64_t> times_ms_;
  std::vector<int32_t> rows_;  // of the batch
  std::vector<WindowSlice*> row_slices_;
  std::vector<KeyId> row_keys_;
  std::vector<functions::GroupId> row_groups_;  // by row of the segment

  // Scratch of a firing window.
  struct Target {
    KeyId key = 0;
    functions::GroupId first = 0;  // the group whose first row comes first
    uint32_t groups = 0;
    uint32_t end = 0;  // of its groups in merged_groups_
  };
  std::vector<const WindowSlice*> sources_;
  std::vector<Target> targets_;
  std::vector<uint32_t> target_of_key_;
  std::vector<uint32_t> target_mark_of_key_;
  uint32_t target_mark_ = 0;
  std::vector<functions::GroupId> merged_groups_;
};

}  // namespace floe::runtime
