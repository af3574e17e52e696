// The one file of functions/ that sees the time zone database (and its exceptions).
#define USE_OS_TZDB 1
#include "functions/time_zone.h"

#include <arrow/vendored/datetime/tz.h>

#include <algorithm>
#include <chrono>
#include <exception>
#include <string>

#include "functions/ascii.h"

namespace floe::functions {
namespace {

namespace date = arrow_vendored::date;

const date::time_zone& Zone(const void* zone) { return *static_cast<const date::time_zone*>(zone); }

// A number of one or two digits off the front.
std::optional<int> TakeNumber(std::string_view* text) {
  size_t digits = 0;
  while (digits < 2 && digits < text->size() && IsDigit((*text)[digits])) ++digits;
  if (digits == 0) return std::nullopt;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) value = value * 10 + ((*text)[i] - '0');
  text->remove_prefix(digits);
  return value;
}

std::optional<int64_t> ParseOffset(std::string_view text) {
  for (std::string_view prefix : {"GMT", "UTC", "UT"}) {
    if (!text.starts_with(prefix)) continue;
    text.remove_prefix(prefix.size());
    if (text.empty()) return 0;
    break;
  }
  if (text == "Z") return 0;
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int64_t sign = text[0] == '-' ? -1 : 1;
  text.remove_prefix(1);
  int64_t seconds = 0;
  for (int64_t unit : {3600, 60, 1}) {
    if (text.empty() && unit != 3600) break;
    if (unit != 3600 && text[0] == ':') text.remove_prefix(1);
    const std::optional<int> value = TakeNumber(&text);
    if (!value.has_value() || *value > (unit == 3600 ? 18 : 59)) return std::nullopt;
    seconds += *value * unit;
  }
  if (!text.empty()) return std::nullopt;
  return sign * seconds;
}

}  // namespace

std::optional<TimeZone> TimeZone::Find(std::string_view name) {
  TimeZone zone;
  if (const std::optional<int64_t> offset = ParseOffset(name)) {
    zone.offset_ = *offset;
    return zone;
  }
  try {
    zone.zone_ = date::locate_zone(std::string(name));
  } catch (const std::exception&) {
    return std::nullopt;
  }
  zone.end_ = zone.begin_;  // no period yet
  return zone;
}

int64_t TimeZone::OffsetAt(int64_t utc_seconds) const {
  if (utc_seconds < begin_ || utc_seconds >= end_) {
    if (zone_ == nullptr) return offset_;
    const date::sys_info info =
        Zone(zone_).get_info(date::sys_seconds(std::chrono::seconds(utc_seconds)));
    begin_ = info.begin.time_since_epoch().count();
    end_ = info.end.time_since_epoch().count();
    offset_ = info.offset.count();
  }
  return offset_;
}

TimeZone::Period TimeZone::PeriodAt(int64_t utc_seconds) const {
  const int64_t offset = OffsetAt(utc_seconds);
  return {begin_, end_, offset};
}

bool TimeZone::UsesDaylightTime() const {
  // A year near the end of what the database lists.
  const auto at = [](date::month month) {
    return date::sys_seconds(date::sys_days(date::year(2036) / month / 1)).time_since_epoch();
  };
  return OffsetAt(at(date::January).count()) != OffsetAt(at(date::July).count());
}

int64_t TimeZone::ToUtc(int64_t local_seconds) const {
  if (zone_ == nullptr) return local_seconds - offset_;
  // Far from the period's ends there is one answer.
  static constexpr int64_t kDay = 86'400;
  if (end_ > begin_ && local_seconds - kDay > begin_ && local_seconds + kDay < end_) {
    return local_seconds - offset_;
  }
  const date::local_info info =
      Zone(zone_).get_info(date::local_seconds(std::chrono::seconds(local_seconds)));
  // In a gap as in an overlap the offset before the change is the one to take.
  const int64_t utc_seconds = local_seconds - info.first.offset.count();
  OffsetAt(utc_seconds);
  return utc_seconds;
}

}  // namespace floe::functions
