#include "iceberg/civil_time.h"

#include <cstdio>

namespace floe::iceberg {
namespace {

constexpr int64_t kMicrosPerSecond = 1'000'000;
constexpr int64_t kMicrosPerDay = 86'400 * kMicrosPerSecond;

}  // namespace

// Counts years from a 1st of March, so that the leap day is a year's last day.
CivilDate CivilFromDays(int64_t days) {
  constexpr int64_t kDaysToEpoch = 719'468;  // 0000-03-01 to 1970-01-01
  constexpr int64_t kDaysPerEra = 146'097;   // 400 years
  int64_t shifted = days + kDaysToEpoch;
  int64_t era = FloorDivide(shifted, kDaysPerEra);
  int64_t day_of_era = shifted - era * kDaysPerEra;
  int64_t year_of_era =
      (day_of_era - day_of_era / 1'460 + day_of_era / 36'524 - day_of_era / 146'096) / 365;
  int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  int64_t month_from_march = (5 * day_of_year + 2) / 153;
  CivilDate date;
  date.day = static_cast<int>(day_of_year - (153 * month_from_march + 2) / 5 + 1);
  date.month =
      static_cast<int>(month_from_march < 10 ? month_from_march + 3 : month_from_march - 9);
  date.year = year_of_era + era * 400 + (date.month <= 2 ? 1 : 0);
  return date;
}

int64_t FloorDivide(int64_t value, int64_t divisor) {
  int64_t quotient = value / divisor;
  return value % divisor < 0 ? quotient - 1 : quotient;
}

std::string DateToString(int32_t days) {
  CivilDate date = CivilFromDays(days);
  char text[32];
  std::snprintf(text, sizeof(text), "%04lld-%02d-%02d", static_cast<long long>(date.year),
                date.month, date.day);
  return text;
}

std::string TimeToString(int64_t micros) {
  int64_t seconds = micros / kMicrosPerSecond;
  char text[48];
  std::snprintf(text, sizeof(text), "%02lld:%02lld:%02lld", static_cast<long long>(seconds / 3'600),
                static_cast<long long>(seconds / 60 % 60), static_cast<long long>(seconds % 60));
  std::string out = text;
  if (micros % kMicrosPerSecond != 0) {
    std::snprintf(text, sizeof(text), ".%06lld", static_cast<long long>(micros % kMicrosPerSecond));
    out += text;
  }
  return out;
}

std::string TimestampToString(int64_t micros) {
  int64_t days = FloorDivide(micros, kMicrosPerDay);
  return DateToString(static_cast<int32_t>(days)) + "T" +
         TimeToString(micros - days * kMicrosPerDay);
}

}  // namespace floe::iceberg
