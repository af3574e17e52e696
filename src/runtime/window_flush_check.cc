#include "runtime/window_flush_check.h"

#include "runtime/window_assigner.h"

namespace floe::runtime {

int64_t WindowFlushCheck::NextCheck() const {
  if (last_check_ms_ == EventTime::Min().millis() || last_check_ms_ == EventTime::Max().millis()) {
    return last_check_ms_;
  }
  const int64_t check_ms = AlignedStart(last_check_ms_, offset_ms_, slide_ms_) + slide_ms_ - 1;
  return check_ms > last_check_ms_ ? check_ms : check_ms + slide_ms_;
}

void WindowFlushCheck::Advance(const stream::WatermarkTimeline& timeline, size_t end,
                               size_t* position) {
  while (*position < end) {
    const size_t step = timeline.FirstReaching(EventTime(NextCheck()), *position);
    if (step >= end) break;
    last_check_ms_ = timeline.watermarks_millis()[step];
    *position = step + 1;
  }
  *position = end;
}

}  // namespace floe::runtime
