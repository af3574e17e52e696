#include "runtime/watermark_tracker.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace floe::runtime {

void WatermarkTracker::BeginRound() {
  timeline_ = std::make_shared<stream::WatermarkTimeline>(current_);
  timeline_->set_initially_idle(idle_);
}

int64_t WatermarkTracker::MinimumExcept(const Partition* except) const {
  int64_t minimum = EventTime::Max().millis();
  for (const auto& [index, partition] : partitions_) {
    if (&partition == except || partition.idle || partition.ended) continue;
    minimum = std::min(minimum, partition.watermark_ms);
  }
  return minimum;
}

bool WatermarkTracker::AllIdle() const {
  bool any_idle = false;
  for (const auto& [index, partition] : partitions_) {
    if (!partition.idle && !partition.ended) return false;
    any_idle |= partition.idle && !partition.ended;
  }
  return any_idle;
}

void WatermarkTracker::StepTo(int64_t sequence, int64_t watermark_ms) {
  // Flink's assigner starts at 0 and sends only what is greater.
  if (watermark_ms <= 0 || watermark_ms <= current_.millis()) return;
  current_ = EventTime(watermark_ms);
  timeline_->Append(sequence, current_);
}

void WatermarkTracker::AddRows(size_t partition, std::span<const int64_t> sequences,
                               std::span<const int64_t> watermarks_ms) {
  FLOE_ASSERT(sequences.size() == watermarks_ms.size());
  Partition& state = partitions_[partition];
  const int64_t others = MinimumExcept(&state);
  for (size_t i = 0; i < sequences.size(); ++i) {
    if (watermarks_ms[i] <= state.watermark_ms) continue;
    state.watermark_ms = watermarks_ms[i];
    StepTo(sequences[i], std::min(others, state.watermark_ms));
  }
}

void WatermarkTracker::SetIdle(size_t partition, int64_t sequence, bool idle) {
  partitions_[partition].idle = idle;
  idle_ = AllIdle();
  timeline_->AppendIdle(sequence, idle_);
  // The others go on without it; when none is left, the stream keeps what it has.
  if (idle && !idle_) StepTo(sequence, MinimumExcept(nullptr));
}

void WatermarkTracker::End(size_t partition, int64_t sequence) {
  partitions_[partition].ended = true;
  idle_ = AllIdle();
  timeline_->AppendIdle(sequence, idle_);
  // Idle partitions do not hold back the others, but a stream with only such left has not ended.
  if (!idle_) StepTo(sequence, MinimumExcept(nullptr));
}

stream::WatermarkTimelinePtr WatermarkTracker::FinishRound() { return std::move(timeline_); }

}  // namespace floe::runtime
