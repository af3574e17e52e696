#include "query/trino/literal.h"

#include <array>
#include <vector>

#include "functions/calendar.h"
#include "functions/time_zone.h"

namespace floe::query::trino {
namespace {

// Reads a text from its front.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  bool AtEnd() const { return text_.empty(); }
  bool Accept(char c) {
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string Digits() {
    std::string out;
    while (!text_.empty() && text_[0] >= '0' && text_[0] <= '9') {
      out += text_[0];
      text_.remove_prefix(1);
    }
    return out;
  }
  bool Number(size_t most_digits, int* out) {
    const std::string digits = Digits();
    if (digits.empty() || digits.size() > most_digits) return false;
    *out = std::stoi(digits);
    return true;
  }
  std::string_view rest() const { return text_; }

 private:
  std::string_view text_;
};

bool ReadClock(Cursor& cursor, TimestampText* out) {
  out->has_time = true;
  if (!cursor.Number(2, &out->hour) || !cursor.Accept(':') || !cursor.Number(2, &out->minute)) {
    return false;
  }
  if (cursor.Accept(':')) {
    if (!cursor.Number(2, &out->second)) return false;
    if (cursor.Accept('.')) {
      out->fraction = cursor.Digits();
      if (out->fraction.empty() || out->fraction.size() > 12) return false;
    }
  }
  return out->hour < 24 && out->minute < 60 && out->second < 60;
}

std::string TwoDigits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

}  // namespace

std::optional<TimestampText> ParseTimestampText(std::string_view text) {
  Cursor cursor(text);
  TimestampText out;
  const bool negative = cursor.Accept('-');
  if (!negative) cursor.Accept('+');
  int year = 0;
  int month = 0;
  int day = 0;
  if (!cursor.Number(6, &year) || !cursor.Accept('-') || !cursor.Number(2, &month) ||
      !cursor.Accept('-') || !cursor.Number(2, &day)) {
    return std::nullopt;
  }
  if (negative) year = -year;
  if (month < 1 || month > 12 || day < 1 || day > functions::LastDayOfMonth(year, month)) {
    return std::nullopt;
  }
  out.days = functions::DaysFromCivil(year, month, day);
  if (cursor.AtEnd()) return out;
  if (!cursor.Accept(' ')) return std::nullopt;
  const std::string_view rest = cursor.rest();
  if (!rest.empty() && rest[0] >= '0' && rest[0] <= '9') {
    if (!ReadClock(cursor, &out)) return std::nullopt;
    if (cursor.AtEnd()) return out;
    cursor.Accept(' ');
  }
  auto zone = CanonicalZone(cursor.rest());
  if (!zone) return std::nullopt;
  out.zone = *zone;
  return out;
}

std::optional<TimestampText> ParseTimeText(std::string_view text) {
  Cursor cursor(text);
  TimestampText out;
  if (!ReadClock(cursor, &out) || !cursor.AtEnd()) return std::nullopt;
  return out;
}

std::string DateText(int64_t days) {
  std::string out;
  functions::AppendDate(days, &out);
  return out;
}

std::string ClockText(const TimestampText& time) {
  std::string out =
      TwoDigits(time.hour) + ":" + TwoDigits(time.minute) + ":" + TwoDigits(time.second);
  return time.fraction.empty() ? out : out + "." + time.fraction;
}

std::optional<std::string> CanonicalZone(std::string_view name) {
  if (name.empty()) return std::nullopt;
  if (name[0] == '+' || name[0] == '-') {
    Cursor cursor(name.substr(1));
    int hours = 0;
    int minutes = 0;
    if (!cursor.Number(2, &hours)) return std::nullopt;
    if (cursor.Accept(':') && !cursor.Number(2, &minutes)) return std::nullopt;
    if (!cursor.AtEnd() || hours > 14 || minutes > 59) return std::nullopt;
    if (hours == 0 && minutes == 0) return "UTC";
    return std::string(1, name[0]) + TwoDigits(hours) + ":" + TwoDigits(minutes);
  }
  if (name == "Z" || name == "UTC" || name == "GMT" || name == "UT") return "UTC";
  if (!functions::TimeZone::Find(name)) return std::nullopt;
  return std::string(name);
}

bool IsMonthUnit(std::string_view unit) {
  return unit == "year" || unit == "month" || unit == "year to month";
}

std::optional<int64_t> ParseInterval(std::string_view text, std::string_view unit) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  // Parts of the text from the largest unit on, and what separates them.
  struct Unit {
    std::string_view name;
    int64_t size;
    char before;
  };
  static constexpr std::array<Unit, 7> kUnits = {{{"year", 12, '\0'},
                                                  {"month", 1, '-'},
                                                  {"week", 604'800'000, '\0'},
                                                  {"day", 86'400'000, '\0'},
                                                  {"hour", 3'600'000, ' '},
                                                  {"minute", 60'000, ':'},
                                                  {"second", 1000, ':'}}};
  const size_t to = unit.find(" to ");
  const std::string_view first = unit.substr(0, to);
  const std::string_view last = to == std::string_view::npos ? first : unit.substr(to + 4);
  size_t index = 0;
  while (index < kUnits.size() && kUnits[index].name != first) ++index;
  Cursor cursor(text);
  int64_t total = 0;
  for (bool is_first = true; index < kUnits.size(); ++index, is_first = false) {
    if (!is_first && !cursor.Accept(kUnits[index].before)) return std::nullopt;
    int value = 0;
    if (!cursor.Number(9, &value)) return std::nullopt;
    total += value * kUnits[index].size;
    if (kUnits[index].name == "second" && cursor.Accept('.')) {
      std::string fraction = cursor.Digits();
      fraction.resize(3, '0');
      total += std::stoll(fraction);
    }
    if (kUnits[index].name == last) break;
  }
  if (!cursor.AtEnd()) return std::nullopt;
  return negative ? -total : total;
}

}  // namespace floe::query::trino
