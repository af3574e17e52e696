// Which slice and which windows a time belongs to. Windows are made of slices: a HOP or CUMULATE
// window of several, each of which is aggregated once.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/window_time_zone.h"

namespace floe::runtime {

// Bounds of a window in local time (see WindowTimeZone), milliseconds, the end exclusive.
struct WindowBounds {
  int64_t start_ms = 0;
  int64_t end_ms = 0;
};

// A timestamp of `units` per millisecond (types::TimestampUnitsPerMilli), rounded down.
inline int64_t FloorToMillis(int64_t value, int64_t units) {
  if (units == 1) return value;
  return value / units - (value % units < 0 ? 1 : 0);
}

// The largest start <= time of windows of this size, aligned to the offset.
inline int64_t AlignedStart(int64_t time_ms, int64_t offset_ms, int64_t size_ms) {
  const int64_t remainder = (time_ms - offset_ms) % size_ms;
  return time_ms - (remainder < 0 ? remainder + size_ms : remainder);
}

// Immutable but for a cache; used by one task at a time. A slice is named by its end, which is also
// the end of the first window that holds it. All ends are local times in milliseconds.
class WindowAssigner {
 public:
  // kInvalidArgument for sizes that Flink refuses too; kInvalidConfiguration for an unknown zone.
  static Result<WindowAssigner> Make(const plan::WindowSpec& spec);
  // For windows that rows carry already: each is a slice of its own. Only LastWindowEnd,
  // TriggerTime and WindowTime have a meaning.
  static Result<WindowAssigner> MakeAttached(const std::string& time_zone);

  // Event times [begin_ms, end_ms) that belong to one slice.
  struct SliceTimes {
    int64_t begin_ms = 0;
    int64_t end_ms = 0;
    int64_t slice_end_ms = 0;
  };
  // The slice of an event time, and the longest run of times around it for which it is the same
  // (the slice itself, cut where the zone's offset changes). REQUIRES: the window's size is a
  // multiple of its slide.
  SliceTimes SliceOf(int64_t time_ms) const;

  // Ends of the windows that hold a slice: slice_end_ms, + slide_ms(), … LastWindowEnd.
  int64_t LastWindowEnd(int64_t slice_end_ms) const;
  int64_t slide_ms() const { return slide_ms_; }
  int64_t size_ms() const { return size_ms_; }
  plan::WindowKind kind() const { return kind_; }
  const WindowTimeZone& zone() const { return zone_; }
  // Start of the window with this end.
  int64_t WindowStart(int64_t window_end_ms) const;

  // The least watermark that fires the window with this end.
  int64_t TriggerTime(int64_t window_end_ms) const { return zone_.ToTimer(window_end_ms - 1); }
  // The window's last millisecond as an event time: its window_time.
  int64_t WindowTime(int64_t window_end_ms) const { return zone_.ToEventTime(window_end_ms - 1); }

  // All windows of an event time, their ends rising. A HOP window's size need not be a multiple of
  // its slide here; there may be none if the slide is the longer.
  void WindowsOf(int64_t time_ms, std::vector<WindowBounds>* windows) const;

 private:
  WindowAssigner(const plan::WindowSpec& spec, WindowTimeZone zone);
  int64_t ToLocal(int64_t time_ms) const;

  plan::WindowKind kind_;
  int64_t size_ms_;
  int64_t slide_ms_;
  int64_t offset_ms_;
  WindowTimeZone zone_;
  mutable WindowTimeZone::Period period_;  // the last one asked for
};

}  // namespace floe::runtime
