// Units of time as SQL writes them in EXTRACT, FLOOR … TO, TIMESTAMPADD and interval literals.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace floe::functions {

enum class TimeUnit : uint8_t {
  kMillennium,
  kCentury,
  kDecade,
  kYear,
  kQuarter,
  kMonth,
  kWeek,
  kDay,
  kHour,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond,
  kNanosecond,
  kEpoch,  // EXTRACT only, as the ones below
  kDayOfYear,
  kDayOfWeek,
  kIsoDayOfWeek,
  kIsoYear,
};

// "YEAR", "DOY" …
std::string_view TimeUnitName(TimeUnit unit);
// From a name in any case, singular or plural ("DAYS"), or with SQL_TSI_ in front.
std::optional<TimeUnit> ParseTimeUnit(std::string_view name);

}  // namespace floe::functions
