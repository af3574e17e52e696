#include "stream/watermark_timeline.h"

#include <algorithm>
#include <limits>
#include <utility>

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

void WatermarkTimeline::AppendIdle(int64_t sequence, bool idle) {
  FLOE_ASSERT(idle_changes_.empty() || sequence > idle_changes_.back().sequence);
  if (idle != finally_idle()) idle_changes_.push_back({sequence, idle});
}

bool WatermarkTimeline::finally_idle() const {
  return idle_changes_.empty() ? initially_idle_ : idle_changes_.back().idle;
}

namespace {

// Walks a timeline's steps and idle changes together.
class TimelineCursor {
 public:
  explicit TimelineCursor(const WatermarkTimeline& timeline)
      : timeline_(timeline), watermark_(timeline.initial()), idle_(timeline.initially_idle()) {}

  // Sequence of the next change, or the greatest number at the end.
  int64_t Next() const {
    int64_t next = std::numeric_limits<int64_t>::max();
    if (step_ < timeline_.size()) next = timeline_.sequences()[step_];
    if (change_ < timeline_.idle_changes().size()) {
      next = std::min(next, timeline_.idle_changes()[change_].sequence);
    }
    return next;
  }

  void AdvanceTo(int64_t sequence) {
    while (step_ < timeline_.size() && timeline_.sequences()[step_] <= sequence) {
      watermark_ = EventTime(timeline_.watermarks_millis()[step_++]);
    }
    const auto& changes = timeline_.idle_changes();
    while (change_ < changes.size() && changes[change_].sequence <= sequence) {
      idle_ = changes[change_++].idle;
    }
  }

  EventTime watermark() const { return watermark_; }
  bool idle() const { return idle_; }

 private:
  const WatermarkTimeline& timeline_;
  size_t step_ = 0;
  size_t change_ = 0;
  EventTime watermark_;
  bool idle_;
};

struct Combined {
  EventTime watermark = EventTime::Min();  // Min where nothing can be said: all are idle
  bool idle = true;
};

Combined Combine(const std::vector<TimelineCursor>& cursors) {
  Combined combined;
  for (const TimelineCursor& cursor : cursors) {
    if (cursor.idle()) continue;
    combined.watermark =
        combined.idle ? cursor.watermark() : std::min(combined.watermark, cursor.watermark());
    combined.idle = false;
  }
  return combined;
}

WatermarkTimelinePtr MinimumOf(std::vector<TimelineCursor> cursors, EventTime floor) {
  const Combined initial = Combine(cursors);
  auto result = std::make_shared<WatermarkTimeline>(std::max(floor, initial.watermark));
  result->set_initially_idle(initial.idle);
  for (;;) {
    int64_t sequence = std::numeric_limits<int64_t>::max();
    for (const TimelineCursor& cursor : cursors) sequence = std::min(sequence, cursor.Next());
    if (sequence == std::numeric_limits<int64_t>::max()) return result;
    for (TimelineCursor& cursor : cursors) cursor.AdvanceTo(sequence);
    const Combined now = Combine(cursors);
    result->Append(sequence, now.watermark);
    if (now.idle != result->finally_idle()) result->AppendIdle(sequence, now.idle);
  }
}

}  // namespace

WatermarkTimelinePtr WatermarkTimeline::Minimum(const WatermarkTimeline& a,
                                                const WatermarkTimeline& b, EventTime floor) {
  return MinimumOf({TimelineCursor(a), TimelineCursor(b)}, floor);
}

WatermarkTimelinePtr WatermarkTimeline::Minimum(std::span<const WatermarkTimelinePtr> inputs,
                                                EventTime floor) {
  std::vector<TimelineCursor> cursors;
  cursors.reserve(inputs.size());
  for (const WatermarkTimelinePtr& input : inputs) cursors.emplace_back(*input);
  return MinimumOf(std::move(cursors), floor);
}

WatermarkTimelinePtr WatermarkTimeline::Delayed(const WatermarkTimeline& timeline,
                                                int64_t delay_ms) {
  const auto lower = [delay_ms](int64_t millis) {
    const EventTime lowest = EventTime::Min();
    return millis < lowest.millis() + delay_ms ? lowest : EventTime(millis - delay_ms);
  };
  auto result = std::make_shared<WatermarkTimeline>(lower(timeline.initial_.millis()));
  result->initially_idle_ = timeline.initially_idle_;
  result->idle_changes_ = timeline.idle_changes_;
  for (size_t i = 0; i < timeline.size(); ++i) {
    result->Append(timeline.sequences_[i], lower(timeline.watermarks_[i]));
  }
  return result;
}

}  // namespace floe::stream
