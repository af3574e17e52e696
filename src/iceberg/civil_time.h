// Days, months and text forms of points in time in the proleptic Gregorian calendar, UTC.
#pragma once

#include <cstdint>
#include <string>

namespace floe::iceberg {

struct CivilDate {
  int64_t year = 1970;
  int month = 1;  // 1..12
  int day = 1;    // 1..31
};

// The date `days` after 1970-01-01.
CivilDate CivilFromDays(int64_t days);
// Rounds toward minus infinity. REQUIRES: divisor > 0.
int64_t FloorDivide(int64_t value, int64_t divisor);

std::string DateToString(int32_t days);         // "2024-01-31"
std::string TimeToString(int64_t micros);       // "10:00:00", "10:00:00.250000"
std::string TimestampToString(int64_t micros);  // "2024-01-31T10:00:00"

}  // namespace floe::iceberg
