// Dates and times of day as numbers: the proleptic Gregorian calendar, and the texts that Flink's
// casts take and give. No time zones here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::functions {

inline constexpr int64_t kMillisPerSecond = 1000;
inline constexpr int64_t kMillisPerMinute = 60'000;
inline constexpr int64_t kMillisPerHour = 3'600'000;
inline constexpr int64_t kMillisPerDay = 86'400'000;
inline constexpr int64_t kSecondsPerDay = 86'400;
inline constexpr int32_t kNanosPerSecond = 1'000'000'000;

constexpr int64_t FloorDivide(int64_t a, int64_t b) {
  const int64_t quotient = a / b;
  return a % b != 0 && (a < 0) != (b < 0) ? quotient - 1 : quotient;
}
constexpr int64_t FloorModulo(int64_t a, int64_t b) { return a - FloorDivide(a, b) * b; }

struct CivilDate {
  int year = 1970;
  int month = 1;  // 1 … 12
  int day = 1;    // 1 … 31
};

// Days since 1970-01-01. Months and days beyond their range are carried over.
constexpr int32_t DaysFromCivil(int year, int month, int day) {
  const int64_t shifted = int64_t{year} * 12 + month - 3;  // months since March of year 0
  const int64_t y = FloorDivide(shifted, 12);
  const int64_t m = shifted - y * 12;
  const int64_t era = FloorDivide(y, 400);
  const int64_t year_of_era = y - era * 400;
  const int64_t day_of_year = (153 * m + 2) / 5 + day - 1;
  const int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
  return static_cast<int32_t>(era * 146097 + day_of_era - 719468);
}
constexpr CivilDate CivilFromDays(int64_t days) {
  days += 719468;
  const int64_t era = FloorDivide(days, 146097);
  const int64_t day_of_era = days - era * 146097;
  const int64_t year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int64_t day_of_year =
      day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int64_t m = (5 * day_of_year + 2) / 153;
  const int day = static_cast<int>(day_of_year - (153 * m + 2) / 5 + 1);
  const int month = static_cast<int>(m < 10 ? m + 3 : m - 9);
  const int year = static_cast<int>(year_of_era + era * 400 + (month <= 2 ? 1 : 0));
  return {year, month, day};
}
constexpr bool IsLeapYear(int year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}
int LastDayOfMonth(int year, int month);
// 1 for Monday … 7 for Sunday.
int IsoDayOfWeek(int64_t days);
// Adds months, the day cut to the month's last.
int32_t AddMonths(int32_t days, int64_t months);

// A time without zone: seconds since 1970-01-01 00:00:00, and nanoseconds above them.
struct LocalTime {
  int64_t seconds = 0;
  int32_t nanos = 0;
};

// 'yyyy-[M]M-[d]d[ [H]H:[m]m:[s]s[.f…]]', up to nine digits of fraction: what CAST(… AS TIMESTAMP)
// and TO_TIMESTAMP take. A day past the month's end is its last day, 24:00:00 is the next midnight.
std::optional<LocalTime> ParseTimestampText(std::string_view text);
// The same, remembering the last date: for columns of texts that mostly share it.
class TimestampTextParser {
 public:
  bool Parse(std::string_view text, LocalTime* out);

 private:
  char date_[11] = {};  // "yyyy-MM-dd " of the newest fast parse
  int64_t date_seconds_ = 0;
};

// '[ ]yyyy[-M[-d]][ …]': what CAST(… AS DATE) takes. Days since 1970-01-01.
std::optional<int32_t> ParseDateText(std::string_view text);
// 'H[:m[:s[.f]]]' with an optional offset: what CAST(… AS TIME) takes. Milliseconds of the day,
// always within one day.
std::optional<int32_t> ParseTimeText(std::string_view text);

// Timestamps in units of types::ToArrow: 10^3, 10^6 or 10^9 per second.
int64_t UnitsPerSecond(int precision);
// Digits past `precision` are cut off (towards the past). False if the unit's 64 bits do not hold
// it.
bool ToTimestampUnits(const LocalTime& time, int precision, int64_t* out);
LocalTime FromTimestampUnits(int64_t units, int precision);

// yyyy-MM-dd, with at least four digits of year.
void AppendDate(int64_t days, std::string* out);
// HH:mm:ss and, where precision > 0, the fraction of a TIME as Flink prints it: trailing zeros left
// out, but not the first.
void AppendTime(int32_t millis, int precision, std::string* out);
// yyyy-MM-dd HH:mm:ss and at least `precision` digits of fraction.
void AppendTimestamp(const LocalTime& time, int precision, std::string* out);
// At least `width` digits, zeros in front.
void AppendPadded(int64_t value, int width, std::string* out);

}  // namespace floe::functions
