// The texts of typed literals: DATE '2024-01-02', INTERVAL '1' DAY.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::query::trino {

// A point in time as written; `fraction` holds its digits.
struct TimestampText {
  int64_t days = 0;  // since 1970-01-01
  bool has_time = false;
  int hour = 0;
  int minute = 0;
  int second = 0;
  std::string fraction;
  std::string zone;  // "" for none
};

// "[+-]Y-M-D[ h:m[:s[.f]]][ zone]"; nothing for what is no such text.
std::optional<TimestampText> ParseTimestampText(std::string_view text);
// "h:m[:s[.f]]"; days stay 0.
std::optional<TimestampText> ParseTimeText(std::string_view text);
// "2024-01-02".
std::string DateText(int64_t days);
// "03:04:05.6".
std::string ClockText(const TimestampText& time);
// "UTC", a region's name, or "+05:30"; nothing for an unknown zone.
std::optional<std::string> CanonicalZone(std::string_view name);

// Milliseconds of a "day to second" interval, months of a "year to month" one; `unit` in lower
// case, such as "day" or "day to second".
std::optional<int64_t> ParseInterval(std::string_view text, std::string_view unit);
bool IsMonthUnit(std::string_view unit);

}  // namespace floe::query::trino
