// When Flink's window aggregates pass on what they have buffered, in zones where it differs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>

#include "plan/physical_plan.h"
#include "stream/watermark_timeline.h"

namespace floe::runtime {

// Flink's window operators buffer rows, and look whether to flush only when the watermark passes
// the next slice end *of UTC* (TimeWindowUtil.getNextTriggerWatermark without daylight saving). In
// a zone without daylight saving whose offset is no multiple of the slice, a window can so be over
// while its last slice still lies in the buffer; what is flushed later is late. Barriers flush too,
// so with checkpoints hardly anything is lost; without them Flink loses whole windows.
// Seen on 2.3.0: oracle case window-kinds-060.
class WindowFlushCheck {
 public:
  explicit WindowFlushCheck(const plan::WindowSpec& window)
      : offset_ms_(window.offset_ms), slide_ms_(window.slide_ms) {}

  // Takes in the steps of a round from `*position` to `end` (exclusive), and moves that on.
  void Advance(const stream::WatermarkTimeline& timeline, size_t end, size_t* position);
  // Whether a slice with this trigger time, which got its rows in time, has been flushed.
  bool HasFlushed(int64_t trigger_ms) const { return trigger_ms <= last_check_ms_; }

  // The watermark of the last check; the smallest number if there was none.
  int64_t last_check_ms() const { return last_check_ms_; }
  void set_last_check_ms(int64_t last_check_ms) { last_check_ms_ = last_check_ms; }

 private:
  // The least watermark at which the next check happens.
  int64_t NextCheck() const;

  int64_t offset_ms_;
  int64_t slide_ms_;
  int64_t last_check_ms_ = std::numeric_limits<int64_t>::min();
};

}  // namespace floe::runtime
