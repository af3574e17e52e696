#include "types/timestamp_text.h"

#include <chrono>
#include <cstdio>
#include <string>

namespace floe::types {

Result<EventTime> ParseUtcTimestamp(std::string_view text) {
  const Error invalid(
      ErrorCode::kInvalidArgument,
      "'" + std::string(text) + "' is not a time; write 'yyyy-MM-dd HH:mm:ss' (UTC)");
  std::string plain(text);
  if (plain.ends_with('Z')) plain.pop_back();
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int used = 0;
  if (std::sscanf(plain.c_str(), "%4d-%2u-%2u%n", &year, &month, &day, &used) != 3) return invalid;
  const std::chrono::year_month_day date{std::chrono::year(year), std::chrono::month(month),
                                         std::chrono::day(day)};
  if (!date.ok()) return invalid;
  int64_t millis = int64_t{std::chrono::sys_days(date).time_since_epoch().count()} * 86'400'000;
  if (static_cast<size_t>(used) == plain.size()) return EventTime(millis);
  int hour = 0;
  int minute = 0;
  double second = 0;
  char between = 0;
  int more = 0;
  if (std::sscanf(plain.c_str() + used, "%c%2d:%2d:%lf%n", &between, &hour, &minute, &second,
                  &more) != 4) {
    return invalid;
  }
  const bool in_range = hour >= 0 && hour < 24 && minute >= 0 && minute < 60 && second >= 0 &&
                        second < 60 && (between == ' ' || between == 'T');
  if (!in_range || static_cast<size_t>(used + more) != plain.size()) return invalid;
  millis += (hour * 60 + minute) * int64_t{60'000} + static_cast<int64_t>(second * 1000 + 0.5);
  return EventTime(millis);
}

std::string FormatUtcTimestamp(EventTime time) {
  int64_t days = time.millis() / 86'400'000;
  int64_t rest = time.millis() % 86'400'000;
  if (rest < 0) {
    rest += 86'400'000;
    --days;
  }
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02u %02d:%02d:%02d.%03d",
                static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                static_cast<unsigned>(date.day()), static_cast<int>(rest / 3'600'000),
                static_cast<int>(rest / 60'000 % 60), static_cast<int>(rest / 1000 % 60),
                static_cast<int>(rest % 1000));
  return text;
}

}  // namespace floe::types
