#include "runtime/window_time_zone.h"

#include <limits>
#include <optional>

namespace floe::runtime {

namespace {

constexpr int64_t kMillisPerSecond = 1000;
constexpr int64_t kMillisPerHour = 3'600'000;

int64_t FloorSeconds(int64_t millis) {
  const int64_t seconds = millis / kMillisPerSecond;
  return millis % kMillisPerSecond < 0 ? seconds - 1 : seconds;
}

int64_t SaturatingMillis(int64_t seconds) {
  constexpr int64_t kLimit = std::numeric_limits<int64_t>::max() / kMillisPerSecond;
  if (seconds >= kLimit) return std::numeric_limits<int64_t>::max();
  if (seconds <= -kLimit) return std::numeric_limits<int64_t>::min();
  return seconds * kMillisPerSecond;
}

}  // namespace

Result<WindowTimeZone> WindowTimeZone::Make(const std::string& name) {
  WindowTimeZone result;
  if (name.empty()) return result;
  std::optional<functions::TimeZone> zone = functions::TimeZone::Find(name);
  if (!zone) {
    return Error(ErrorCode::kInvalidConfiguration,
                 "table.local-time-zone '" + name + "' is not known")
        .WithHint("give a region such as 'Europe/Berlin' or an offset such as '+08:00'");
  }
  result.zone_ = *zone;
  result.uses_daylight_time_ = zone->UsesDaylightTime();
  return result;
}

WindowTimeZone::Period WindowTimeZone::PeriodAt(int64_t time_ms) const {
  const functions::TimeZone::Period period = zone_.PeriodAt(FloorSeconds(time_ms));
  return {SaturatingMillis(period.begin), SaturatingMillis(period.end),
          period.offset * kMillisPerSecond};
}

int64_t WindowTimeZone::ToEventTime(int64_t local_ms) const {
  const int64_t local_seconds = FloorSeconds(local_ms);
  return local_ms + (zone_.ToUtc(local_seconds) - local_seconds) * kMillisPerSecond;
}

int64_t WindowTimeZone::ToTimer(int64_t local_ms) const {
  const int64_t time_ms = ToEventTime(local_ms);
  if (!uses_daylight_time_) return time_ms;
  const int64_t hour_later_ms = ToEventTime(local_ms + kMillisPerHour);
  if (hour_later_ms == time_ms) return time_ms - time_ms % kMillisPerHour;
  if (hour_later_ms - time_ms > kMillisPerHour) return time_ms + kMillisPerHour;
  return time_ms;
}

}  // namespace floe::runtime
