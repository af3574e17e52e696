#include "runtime/window_assigner.h"

#include <algorithm>
#include <cstdlib>
#include <limits>
#include <string>
#include <utility>

namespace floe::runtime {

namespace {

Status CheckSpec(const plan::WindowSpec& spec) {
  const auto refuse = [](const std::string& what) {
    return Status(ErrorCode::kInvalidArgument, "window " + what);
  };
  if (spec.size_ms <= 0 || spec.slide_ms <= 0) return refuse("size and slide must be positive");
  if (spec.kind == plan::WindowKind::kTumble && spec.slide_ms != spec.size_ms) {
    return refuse("of kind TUMBLE must slide by its size");
  }
  if (spec.kind == plan::WindowKind::kCumulate && spec.size_ms % spec.slide_ms != 0) {
    return refuse("of kind CUMULATE must have a size that is a multiple of its step");
  }
  if (spec.kind == plan::WindowKind::kTumble && std::abs(spec.offset_ms) >= spec.size_ms) {
    return refuse("of kind TUMBLE must have an offset shorter than its size");
  }
  return Status::Ok();
}

}  // namespace

WindowAssigner::WindowAssigner(const plan::WindowSpec& spec, WindowTimeZone zone)
    : kind_(spec.kind),
      size_ms_(spec.size_ms),
      slide_ms_(spec.slide_ms),
      offset_ms_(spec.offset_ms),
      zone_(std::move(zone)),
      period_(zone_.PeriodAt(0)) {}

Result<WindowAssigner> WindowAssigner::Make(const plan::WindowSpec& spec) {
  FLOE_TRY(CheckSpec(spec));
  FLOE_ASSIGN(WindowTimeZone zone, WindowTimeZone::Make(spec.time_zone));
  return WindowAssigner(spec, std::move(zone));
}

Result<WindowAssigner> WindowAssigner::MakeAttached(const std::string& time_zone) {
  FLOE_ASSIGN(WindowTimeZone zone, WindowTimeZone::Make(time_zone));
  return WindowAssigner(plan::WindowSpec{}, std::move(zone));
}

int64_t WindowAssigner::ToLocal(int64_t time_ms) const {
  if (time_ms < period_.begin_ms || time_ms >= period_.end_ms) period_ = zone_.PeriodAt(time_ms);
  return time_ms + period_.offset_ms;
}

WindowAssigner::SliceTimes WindowAssigner::SliceOf(int64_t time_ms) const {
  const int64_t start_ms = AlignedStart(ToLocal(time_ms), offset_ms_, slide_ms_);
  const int64_t begin_ms = start_ms - period_.offset_ms;
  return {std::max(begin_ms, period_.begin_ms), std::min(begin_ms + slide_ms_, period_.end_ms),
          start_ms + slide_ms_};
}

int64_t WindowAssigner::LastWindowEnd(int64_t slice_end_ms) const {
  switch (kind_) {
    case plan::WindowKind::kTumble:
      return slice_end_ms;
    case plan::WindowKind::kHop:
      return slice_end_ms - slide_ms_ + size_ms_;
    case plan::WindowKind::kCumulate:
      return WindowStart(slice_end_ms) + size_ms_;
  }
  return slice_end_ms;
}

int64_t WindowAssigner::WindowStart(int64_t window_end_ms) const {
  if (kind_ != plan::WindowKind::kCumulate) return window_end_ms - size_ms_;
  return AlignedStart(window_end_ms - 1, offset_ms_, size_ms_);
}

void WindowAssigner::WindowsOf(int64_t time_ms, std::vector<WindowBounds>* windows) const {
  windows->clear();
  const int64_t local_ms = ToLocal(time_ms);
  if (kind_ == plan::WindowKind::kCumulate) {
    const int64_t start_ms = AlignedStart(local_ms, offset_ms_, size_ms_);
    const int64_t first_end_ms = AlignedStart(local_ms, offset_ms_, slide_ms_) + slide_ms_;
    for (int64_t end_ms = first_end_ms; end_ms <= start_ms + size_ms_; end_ms += slide_ms_) {
      windows->push_back({start_ms, end_ms});
    }
    return;
  }
  const int64_t last_start_ms = AlignedStart(local_ms, offset_ms_, slide_ms_);
  for (int64_t start_ms = last_start_ms; start_ms > local_ms - size_ms_; start_ms -= slide_ms_) {
    windows->push_back({start_ms, start_ms + size_ms_});
  }
  std::reverse(windows->begin(), windows->end());
}

}  // namespace floe::runtime
