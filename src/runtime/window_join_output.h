// From the rows of a fired window on both sides to joined rows: pairs of equal key, the residual
// condition, padding, and the output's columns.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "functions/evaluator.h"
#include "plan/physical_plan.h"
#include "runtime/join_row_store.h"
#include "runtime/operator.h"
#include "runtime/window_key_table.h"
#include "stream/batch.h"

namespace floe::runtime {

// The buffered rows of one window on one side, in the order of their keys in the stream.
struct WindowJoinRows {
  // A key that equals none: one of its columns is NULL.
  static constexpr KeyId kNoKey = 0xffffffff;

  std::vector<int64_t> rows;  // numbers in the side's JoinRowStore
  std::vector<KeyId> keys;    // of each row
};

// Used by one task at a time.
class WindowJoinOutput {
 public:
  // References outlive it.
  static Result<WindowJoinOutput> Make(const plan::WindowJoinNode& node,
                                       const OperatorContext& context, const JoinRowStore& left,
                                       const JoinRowStore& right);

  // Joins a window's rows, which must stay retained until Flush. `clock_ms` is for NOW() in the
  // condition. Windows must come in the order of (cause, end).
  Status AddWindow(const WindowJoinRows& left, const WindowJoinRows& right, int64_t end_ms,
                   int64_t cause, int64_t clock_ms);
  int64_t rows() const { return static_cast<int64_t>(entries_.size()); }
  // Appends all rows collected to `batches`.
  Status Flush(std::vector<stream::Batch>* batches);

 private:
  // A joined row; JoinRowStore::kNoRow on the side that is padded. In the order of the output's key
  // within a window: rows are numbered in the order of their keys.
  struct Entry {
    int64_t left;
    int64_t right;
    auto operator<=>(const Entry&) const = default;
  };
  // Indexes into a window's rows.
  struct Pair {
    uint32_t left;
    uint32_t right;
  };
  struct WindowRun {
    int64_t end_ms;
    int64_t cause;
    size_t begin;  // of its entries
  };
  static constexpr size_t kMaxPairs = size_t{1} << 16;  // judged by the condition at a time

  WindowJoinOutput(const plan::WindowJoinNode& node, const OperatorContext& context,
                   const JoinRowStore& left, const JoinRowStore& right);
  Status CompileCondition();
  // Lists the right rows by key: those of key k are right_by_key_[begin, end).
  void IndexRight(const WindowJoinRows& right);
  // Keeps the pairs for which the condition holds, and notes which rows have matched.
  Status JudgePairs(const WindowJoinRows& left, const WindowJoinRows& right, int64_t clock_ms);
  void AddPadding(const WindowJoinRows& left, const WindowJoinRows& right);
  Result<stream::Batch> MakeBatch(size_t begin, size_t end) const;
  Result<stream::OrderColumns> MakeOrder(size_t begin, size_t end, std::span<const int64_t> left,
                                         std::span<const int64_t> right) const;

  const plan::WindowJoinNode* node_;
  arrow::MemoryPool* pool_;
  size_t max_batch_rows_;
  const JoinRowStore* left_;
  const JoinRowStore* right_;
  std::shared_ptr<arrow::Schema> schema_;
  // The condition over the columns that it reads, and what these are.
  std::optional<functions::Evaluator> condition_;
  std::vector<int> condition_columns_;
  std::shared_ptr<arrow::Schema> condition_schema_;

  std::vector<Entry> entries_;
  std::vector<WindowRun> windows_;

  // Scratch of a window.
  std::vector<Pair> pairs_;
  std::vector<uint8_t> left_matched_;
  std::vector<uint8_t> right_matched_;
  std::vector<std::pair<KeyId, uint32_t>> right_by_key_;
};

}  // namespace floe::runtime
