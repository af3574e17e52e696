#include "base/quantity.h"

#include <array>
#include <charconv>
#include <cstdio>
#include <span>

namespace floe {
namespace {

// A unit is worth `multiply` / `divide` of the base unit (milliseconds, bytes).
struct Unit {
  std::string_view label;
  int64_t multiply = 1;
  int64_t divide = 1;
};

constexpr int64_t kSecond = 1000;
constexpr int64_t kMinute = 60 * kSecond;
constexpr int64_t kHour = 60 * kMinute;
constexpr int64_t kDay = 24 * kHour;

constexpr Unit kDurationUnits[] = {
    {""},
    {"ms"},
    {"milli"},
    {"millis"},
    {"millisecond"},
    {"milliseconds"},
    {"s", kSecond},
    {"sec", kSecond},
    {"secs", kSecond},
    {"second", kSecond},
    {"seconds", kSecond},
    {"m", kMinute},
    {"min", kMinute},
    {"minute", kMinute},
    {"minutes", kMinute},
    {"h", kHour},
    {"hour", kHour},
    {"hours", kHour},
    {"d", kDay},
    {"day", kDay},
    {"days", kDay},
    {"\xc2\xb5s", 1, 1000},
    {"micro", 1, 1000},
    {"micros", 1, 1000},
    {"microsecond", 1, 1000},
    {"microseconds", 1, 1000},
    {"ns", 1, 1'000'000},
    {"nano", 1, 1'000'000},
    {"nanos", 1, 1'000'000},
    {"nanosecond", 1, 1'000'000},
    {"nanoseconds", 1, 1'000'000},
};

constexpr int64_t kKibi = 1024;
constexpr Unit kByteUnits[] = {
    {""},
    {"b"},
    {"bytes"},
    {"k", kKibi},
    {"kb", kKibi},
    {"kib", kKibi},
    {"kibibytes", kKibi},
    {"m", kKibi* kKibi},
    {"mb", kKibi* kKibi},
    {"mib", kKibi* kKibi},
    {"mebibytes", kKibi* kKibi},
    {"g", kKibi* kKibi* kKibi},
    {"gb", kKibi* kKibi* kKibi},
    {"gib", kKibi* kKibi* kKibi},
    {"gibibytes", kKibi* kKibi* kKibi},
    {"t", kKibi* kKibi* kKibi* kKibi},
    {"tb", kKibi* kKibi* kKibi* kKibi},
    {"tib", kKibi* kKibi* kKibi* kKibi},
    {"tebibytes", kKibi* kKibi* kKibi* kKibi},
};

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Result<int64_t> Parse(std::string_view text, std::span<const Unit> units, const char* what,
                      const char* valid) {
  const auto invalid = [&](const std::string& reason) {
    return Error(ErrorCode::kInvalidArgument,
                 "'" + std::string(text) + "' is not a " + what + reason)
        .WithHint(valid);
  };
  const std::string_view trimmed = Trim(text);
  int64_t number = 0;
  const char* const end = trimmed.data() + trimmed.size();
  const auto [stopped, error] = std::from_chars(trimmed.data(), end, number);
  if (error == std::errc::invalid_argument || number < 0) return invalid("");
  if (error != std::errc()) return invalid(": it is too large");
  std::string label(Trim(std::string_view(stopped, static_cast<size_t>(end - stopped))));
  for (char& c : label) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  for (const Unit& unit : units) {
    if (unit.label != label) continue;
    int64_t value = 0;
    if (__builtin_mul_overflow(number, unit.multiply, &value)) return invalid(": it is too large");
    return value / unit.divide;
  }
  return invalid(": the unit '" + label + "' is not known");
}

std::string Decimal(double value, const char* unit) {
  char text[40];
  std::snprintf(text, sizeof text, "%.1f", value);
  std::string out = text;
  if (out.ends_with(".0")) out.resize(out.size() - 2);
  return out + " " + unit;
}

}  // namespace

Result<int64_t> ParseDurationMs(std::string_view text) {
  return Parse(text, kDurationUnits, "duration",
               "a number and one of ns, us, ms, s, min, h, d: '500 ms', '10 s', '5 min'");
}

Result<int64_t> ParseBytes(std::string_view text) {
  return Parse(text, kByteUnits, "memory size",
               "a number and one of b, kb, mb, gb, tb: '512 kb', '64 mb'");
}

std::string FormatDuration(int64_t milliseconds) {
  if (milliseconds < 0) return "-" + FormatDuration(-milliseconds);
  if (milliseconds < kSecond) return std::to_string(milliseconds) + " ms";
  if (milliseconds < kMinute) {
    return Decimal(static_cast<double>(milliseconds / 100) / 10, "s");
  }
  const bool short_form = milliseconds < kHour;
  const int64_t large = short_form ? kMinute : milliseconds < kDay ? kHour : kDay;
  const int64_t small = short_form ? kSecond : milliseconds < kDay ? kMinute : kHour;
  const char* const large_unit = short_form ? " min" : milliseconds < kDay ? " h" : " d";
  const char* const small_unit = short_form ? " s" : milliseconds < kDay ? " min" : " h";
  std::string text = std::to_string(milliseconds / large) + large_unit;
  const int64_t rest = milliseconds % large / small;
  if (rest > 0) text += " " + std::to_string(rest) + small_unit;
  return text;
}

std::string FormatBytes(int64_t bytes) {
  if (bytes < kKibi) return std::to_string(bytes) + " B";
  constexpr std::array kUnits = {"KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};
  double value = static_cast<double>(bytes) / kKibi;
  size_t unit = 0;
  while (value >= 1023.95 && unit + 1 < kUnits.size()) {
    value /= kKibi;
    ++unit;
  }
  return Decimal(value, kUnits[unit]);
}

std::string FormatCount(int64_t count) {
  std::string digits = std::to_string(count);
  const size_t first = count < 0 ? 1 : 0;
  for (size_t place = digits.size(); place > first + 3; place -= 3) digits.insert(place - 3, ",");
  return digits;
}

}  // namespace floe
