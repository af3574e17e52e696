#include "stream/watermark_timeline.h"

#include <algorithm>

#include "base/assert.h"

namespace floe::stream {

void WatermarkTimeline::Append(int64_t sequence, EventTime watermark) {
  FLOE_ASSERT(sequences_.empty() || sequence > sequences_.back());
  if (watermark <= final()) return;
  sequences_.push_back(sequence);
  watermarks_.push_back(watermark.millis());
}

EventTime WatermarkTimeline::final() const {
  return watermarks_.empty() ? initial_ : EventTime(watermarks_.back());
}

size_t WatermarkTimeline::FirstReaching(EventTime time, size_t from) const {
  const auto begin = watermarks_.begin() + static_cast<std::ptrdiff_t>(from);
  return static_cast<size_t>(std::lower_bound(begin, watermarks_.end(), time.millis()) -
                             watermarks_.begin());
}

EventTime WatermarkTimeline::Before(int64_t cause) const {
  const auto step = std::lower_bound(sequences_.begin(), sequences_.end(), cause);
  if (step == sequences_.begin()) return initial_;
  return EventTime(watermarks_[static_cast<size_t>(step - sequences_.begin()) - 1]);
}

WatermarkTimelinePtr WatermarkTimeline::Minimum(const WatermarkTimeline& a,
                                                const WatermarkTimeline& b) {
  auto result = std::make_shared<WatermarkTimeline>(std::min(a.initial_, b.initial_));
  EventTime current_a = a.initial_;
  EventTime current_b = b.initial_;
  size_t i = 0;
  size_t j = 0;
  while (i < a.size() || j < b.size()) {
    const bool take_a = j == b.size() || (i < a.size() && a.sequences_[i] <= b.sequences_[j]);
    const bool take_b = i == a.size() || (j < b.size() && b.sequences_[j] <= a.sequences_[i]);
    const int64_t sequence = take_a ? a.sequences_[i] : b.sequences_[j];
    if (take_a) current_a = EventTime(a.watermarks_[i++]);
    if (take_b) current_b = EventTime(b.watermarks_[j++]);
    result->Append(sequence, std::min(current_a, current_b));
  }
  return result;
}

WatermarkTimelinePtr WatermarkTimeline::Delayed(const WatermarkTimeline& timeline,
                                                int64_t delay_ms) {
  const auto lower = [delay_ms](int64_t millis) {
    const EventTime lowest = EventTime::Min();
    return millis < lowest.millis() + delay_ms ? lowest : EventTime(millis - delay_ms);
  };
  auto result = std::make_shared<WatermarkTimeline>(lower(timeline.initial_.millis()));
  for (size_t i = 0; i < timeline.size(); ++i) {
    result->Append(timeline.sequences_[i], lower(timeline.watermarks_[i]));
  }
  return result;
}

}  // namespace floe::stream
