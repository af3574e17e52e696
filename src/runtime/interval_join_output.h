// Collects the matches and paddings of an interval join, decides which stand, and gives them out as
// batches in order.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "base/result.h"
#include "functions/evaluator.h"
#include "plan/physical_plan.h"
#include "runtime/interval_join.h"
#include "runtime/join_row_store.h"
#include "runtime/row_pages.h"
#include "stream/batch.h"

namespace floe::runtime {

// Used by one task at a time.
class IntervalJoinOutput {
 public:
  // References outlive it. A side in `tracks_matches` needs JoinRowStore::matched to be kept.
  static Result<IntervalJoinOutput> Make(const plan::IntervalJoinNode& node,
                                         const OperatorContext& context, JoinRowStore& left,
                                         JoinRowStore& right);

  // What follows is caused by this sequence. REQUIRES: not below the last one.
  void BeginCause(int64_t cause);
  // Two rows with equal keys whose times fit: a match if the node's condition holds.
  void AddPair(int64_t left, int64_t right);
  // A pair of a row of which the last pair is kept, found out later than it came about.
  // REQUIRES: keeps_last_of a side.
  void AddEarlierPair(int64_t left, int64_t right, int64_t cause);
  // A preserved row that goes without having matched, unless a pair before this one stands.
  void AddLeftPadding(int64_t left);
  void AddRightPadding(int64_t right);

  // Only the last pair of each row of this side counts (0: left, 1: right), at once: of several
  // pairs of it with one cause, the one with the highest other row is enough.
  bool keeps_last_of(int side) const { return last_of_ == side; }

  // Whether so much is collected that it should be given out before the next cause.
  bool is_full() const { return entries_.size() >= kMaxEntries; }
  // Decides about everything collected, marks rows as matched, appends what stands to `batches`.
  // Returns the number of rows. `clock_ms` is for NOW() in the condition.
  Result<int64_t> Flush(int64_t clock_ms, std::vector<stream::Batch>* batches);

 private:
  struct Entry {
    int64_t left;   // JoinRowStore::kNoRow: padding of the right row
    int64_t right;  // kNoRow: padding of the left row

    auto operator<=>(const Entry&) const = default;
  };
  struct CauseRun {
    int64_t cause;
    size_t begin;  // of its entries
  };
  struct LastPair {
    int64_t cause = 0;
    int64_t other = JoinRowStore::kNoRow;
  };
  static constexpr int kNoSide = -1;
  static constexpr size_t kMaxEntries = size_t{1} << 18;

  IntervalJoinOutput(const plan::IntervalJoinNode& node, const OperatorContext& context,
                     JoinRowStore& left, JoinRowStore& right);
  Status CompileCondition();
  // Puts the entries of the newest cause in order.
  void FinishCause();
  // Leaves out the pairs for which the condition does not hold.
  Status ApplyCondition(int64_t clock_ms);
  Result<std::vector<int32_t>> EvaluatePairs(std::span<const size_t> pairs, int64_t clock_ms);
  void DropPaddingOfMatched();
  void SetLastPair(int64_t row, int64_t other, int64_t cause);
  // Puts the last pairs among the entries.
  void AddLastPairs();
  void KeepLastMatches();
  // Keeps entry i if keep[i] is not 0.
  void Keep(const std::vector<uint8_t>& keep);
  Result<stream::Batch> MakeBatch(size_t begin, size_t end) const;

  const plan::IntervalJoinNode* node_;
  arrow::MemoryPool* pool_;
  size_t max_batch_rows_;
  JoinRowStore* left_;
  JoinRowStore* right_;
  bool marks_left_ = false;
  bool marks_right_ = false;
  std::shared_ptr<arrow::Schema> schema_;
  // The condition over the columns that it reads, and what these are.
  std::optional<functions::Evaluator> condition_;
  std::vector<int> condition_columns_;
  std::shared_ptr<arrow::Schema> condition_schema_;

  std::vector<Entry> entries_;
  std::vector<CauseRun> causes_;  // rising
  // The side of which only the last pairs are kept, these by row, and the rows that have one.
  int last_of_ = kNoSide;
  RowPages<LastPair> last_pairs_;
  std::vector<int64_t> rows_with_last_pair_;
};

}  // namespace floe::runtime
