#include "functions/time_unit.h"

#include <array>
#include <string>
#include <utility>

#include "functions/ascii.h"

namespace floe::functions {
namespace {

constexpr std::array<std::pair<TimeUnit, std::string_view>, 19> kNames = {{
    {TimeUnit::kMillennium, "MILLENNIUM"},
    {TimeUnit::kCentury, "CENTURY"},
    {TimeUnit::kDecade, "DECADE"},
    {TimeUnit::kYear, "YEAR"},
    {TimeUnit::kQuarter, "QUARTER"},
    {TimeUnit::kMonth, "MONTH"},
    {TimeUnit::kWeek, "WEEK"},
    {TimeUnit::kDay, "DAY"},
    {TimeUnit::kHour, "HOUR"},
    {TimeUnit::kMinute, "MINUTE"},
    {TimeUnit::kSecond, "SECOND"},
    {TimeUnit::kMillisecond, "MILLISECOND"},
    {TimeUnit::kMicrosecond, "MICROSECOND"},
    {TimeUnit::kNanosecond, "NANOSECOND"},
    {TimeUnit::kEpoch, "EPOCH"},
    {TimeUnit::kDayOfYear, "DOY"},
    {TimeUnit::kDayOfWeek, "DOW"},
    {TimeUnit::kIsoDayOfWeek, "ISODOW"},
    {TimeUnit::kIsoYear, "ISOYEAR"},
}};

}  // namespace

std::string_view TimeUnitName(TimeUnit unit) {
  for (const auto& [candidate, name] : kNames) {
    if (candidate == unit) return name;
  }
  return "";
}

std::optional<TimeUnit> ParseTimeUnit(std::string_view name) {
  std::string upper = AsciiUpper(name);
  if (upper.starts_with("SQL_TSI_")) upper.erase(0, 8);
  for (const auto& [unit, candidate] : kNames) {
    if (upper == candidate) return unit;
  }
  if (upper.size() > 1 && upper.back() == 'S') {
    upper.pop_back();
    for (const auto& [unit, candidate] : kNames) {
      if (upper == candidate) return unit;
    }
  }
  return std::nullopt;
}

}  // namespace floe::functions
