// The watermark of one table scan: per partition, minimum over partitions, step by step.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <vector>

#include "base/strong_id.h"
#include "stream/watermark_timeline.h"

namespace floe::runtime {

// Value of a row whose watermark expression is NULL.
inline constexpr int64_t kNoRowWatermark = INT64_MIN;

// Fed in sequence; used by one thread at a time.
class WatermarkTracker {
 public:
  // Begins a round's timeline.
  void BeginRound();
  // Rows of a block: sequences (rising) and values of the watermark expression in ms.
  void AddRows(size_t partition, std::span<const int64_t> sequences,
               std::span<const int64_t> watermarks_ms);
  void SetIdle(size_t partition, int64_t sequence, bool idle);
  // The partition has ended; with the last one the stream's watermark becomes Max.
  void End(size_t partition, int64_t sequence);
  // A partition that the stream has to wait for, before anything is known of it.
  void AddPartition(size_t partition) { partitions_.try_emplace(partition); }
  // Between rounds: the stream is bounded and has no partition at all.
  void EndWithoutPartitions() { current_ = EventTime::Max(); }
  stream::WatermarkTimelinePtr FinishRound();

  EventTime current() const { return current_; }

  struct Partition {
    int64_t watermark_ms = INT64_MIN;
    bool idle = false;
    bool ended = false;

    bool operator==(const Partition&) const = default;
  };
  const std::map<size_t, Partition>& partitions() const { return partitions_; }
  void Restore(EventTime current, std::map<size_t, Partition> partitions) {
    current_ = current;
    partitions_ = std::move(partitions);
    idle_ = AllIdle();
  }

 private:
  // Minimum over active partitions other than `except`; Max if there is none.
  int64_t MinimumExcept(const Partition* except) const;
  bool AllIdle() const;
  void StepTo(int64_t sequence, int64_t watermark_ms);

  std::map<size_t, Partition> partitions_;
  EventTime current_ = EventTime::Min();
  bool idle_ = false;
  std::shared_ptr<stream::WatermarkTimeline> timeline_;
};

}  // namespace floe::runtime
