// The one file of runtime/ that sees the time zone database (and turns its exceptions into errors).
#define USE_OS_TZDB 1
#include "runtime/window_time_zone.h"

#include <arrow/vendored/datetime/tz.h>

#include <charconv>
#include <chrono>
#include <exception>
#include <optional>
#include <string_view>

namespace floe::runtime {

namespace {

namespace date = arrow_vendored::date;

constexpr int64_t kMillisPerSecond = 1000;
constexpr int64_t kMillisPerHour = 3'600'000;

int64_t FloorSeconds(int64_t millis) {
  const int64_t seconds = millis / kMillisPerSecond;
  return millis % kMillisPerSecond < 0 ? seconds - 1 : seconds;
}

int64_t SaturatingMillis(date::sys_seconds time) {
  const int64_t seconds = time.time_since_epoch().count();
  constexpr int64_t kLimit = std::numeric_limits<int64_t>::max() / kMillisPerSecond;
  if (seconds >= kLimit) return std::numeric_limits<int64_t>::max();
  if (seconds <= -kLimit) return std::numeric_limits<int64_t>::min();
  return seconds * kMillisPerSecond;
}

const date::time_zone& Zone(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

date::sys_info InfoAt(const void* zone, int64_t time_ms) {
  return Zone(zone).get_info(date::sys_seconds(std::chrono::seconds(FloorSeconds(time_ms))));
}

// A number of at most two digits at the front of `text`, taken off it.
std::optional<int> TakeTwoDigits(std::string_view* text) {
  int value = 0;
  const char* end = text->data() + std::min<size_t>(2, text->size());
  const auto parsed = std::from_chars(text->data(), end, value);
  if (parsed.ec != std::errc() || value < 0) return std::nullopt;
  text->remove_prefix(static_cast<size_t>(parsed.ptr - text->data()));
  return value;
}

// [GMT|UTC|UT](+|-)h[h][:mm[:ss]], or Z.
std::optional<int64_t> ParseOffset(std::string_view text) {
  for (const std::string_view prefix : {"GMT", "UTC", "UT"}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    break;
  }
  if (text == "Z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  int64_t seconds = 0;
  for (const int64_t unit : {3600, 60, 1}) {
    if (unit != 3600) {
      if (text.empty()) break;
      if (text[0] == ':') text.remove_prefix(1);
    }
    const std::optional<int> value = TakeTwoDigits(&text);
    if (!value) return std::nullopt;
    seconds += *value * unit;
  }
  if (!text.empty()) return std::nullopt;
  return sign * seconds * kMillisPerSecond;
}

// Whether the zone changes its clock every year, as java.util.TimeZone.useDaylightTime says. Asked
// of a year near the end of what the database lists.
bool ChangesEveryYear(const date::time_zone& zone) {
  const auto january = date::sys_days(date::year(2036) / 1 / 1);
  const auto july = date::sys_days(date::year(2036) / 7 / 1);
  return zone.get_info(date::sys_seconds(january)).offset !=
         zone.get_info(date::sys_seconds(july)).offset;
}

}  // namespace

Result<WindowTimeZone> WindowTimeZone::Make(const std::string& name) {
  WindowTimeZone result;
  if (name.empty() || name == "UTC" || name == "GMT" || name == "UT") return result;
  if (const std::optional<int64_t> offset_ms = ParseOffset(name)) {
    result.offset_ms_ = *offset_ms;
    return result;
  }
  try {
    const date::time_zone* zone = date::locate_zone(name);
    result.zone_ = zone;
    result.uses_daylight_time_ = ChangesEveryYear(*zone);
  } catch (const std::exception& exception) {
    return Error(ErrorCode::kInvalidConfiguration,
                 "table.local-time-zone '" + name + "': " + exception.what())
        .WithHint("give a region such as 'Europe/Berlin' or an offset such as '+08:00'");
  }
  return result;
}

WindowTimeZone::Period WindowTimeZone::PeriodAt(int64_t time_ms) const {
  Period period;
  if (zone_ == nullptr) {
    period.offset_ms = offset_ms_;
    return period;
  }
  const date::sys_info info = InfoAt(zone_, time_ms);
  period.begin_ms = SaturatingMillis(info.begin);
  period.end_ms = SaturatingMillis(info.end);
  period.offset_ms = info.offset.count() * kMillisPerSecond;
  return period;
}

int64_t WindowTimeZone::ToEventTime(int64_t local_ms) const {
  if (zone_ == nullptr) return local_ms - offset_ms_;
  const date::local_info info =
      Zone(zone_).get_info(date::local_seconds(std::chrono::seconds(FloorSeconds(local_ms))));
  // In a gap as in an overlap the offset before the change is the one to take.
  return local_ms - info.first.offset.count() * kMillisPerSecond;
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
