#include "producers/event_text.h"

#include <chrono>
#include <cstring>
#include <limits>

namespace floe::producers {
namespace {

constexpr int64_t kSecondsPerDay = 86'400;

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

int64_t FloorDivide(int64_t value, int64_t by) {
  return value / by - (value % by != 0 && (value < 0) != (by < 0) ? 1 : 0);
}

void StoreDigits(char* at, int64_t value, int count) {
  for (int i = count - 1; i >= 0; --i) {
    at[i] = static_cast<char>('0' + value % 10);
    value /= 10;
  }
}

// `count` digits at the front of the text as a number; -1 if they are none. Takes them off.
int TakeDigits(std::string_view& text, size_t count) {
  if (text.size() < count) return -1;
  int value = 0;
  for (size_t i = 0; i < count; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool TakeChar(std::string_view& text, char c) {
  if (!text.starts_with(c)) return false;
  text.remove_prefix(1);
  return true;
}

// Length of the digits at the front.
size_t CountDigits(std::string_view text) {
  size_t count = 0;
  while (count < text.size() && IsDigit(text[count])) ++count;
  return count;
}

// Takes a JSON integer off the front; false if there is none.
bool TakeInteger(std::string_view& text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  const size_t digits = CountDigits(text);
  if (digits == 0 || (digits > 1 && text[0] == '0')) return false;
  text.remove_prefix(digits);
  return true;
}

}  // namespace

void TimestampWriter::Append(int64_t millis, std::string& out) {
  const int64_t second = FloorDivide(millis, 1000);
  if (second != second_) {
    second_ = second;
    const int64_t day = FloorDivide(second, kSecondsPerDay);
    const int64_t rest = second - day * kSecondsPerDay;
    const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
    std::memcpy(text_, "0000-00-00 00:00:00.", 20);
    StoreDigits(text_, static_cast<int>(date.year()), 4);
    StoreDigits(text_ + 5, static_cast<unsigned>(date.month()), 2);
    StoreDigits(text_ + 8, static_cast<unsigned>(date.day()), 2);
    StoreDigits(text_ + 11, rest / 3600, 2);
    StoreDigits(text_ + 14, rest / 60 % 60, 2);
    StoreDigits(text_ + 17, rest % 60, 2);
  }
  char fraction[3];
  StoreDigits(fraction, millis - second * 1000, 3);
  out.append(text_, sizeof text_).append(fraction, sizeof fraction);
}

std::optional<int64_t> ParseTimestamp(std::string_view text) {
  if (text.ends_with('Z')) text.remove_suffix(1);
  const int year = TakeDigits(text, 4);
  const bool dash1 = TakeChar(text, '-');
  const int month = TakeDigits(text, 2);
  const bool dash2 = TakeChar(text, '-');
  const int day = TakeDigits(text, 2);
  const bool between = TakeChar(text, ' ') || TakeChar(text, 'T');
  const int hour = TakeDigits(text, 2);
  const bool colon1 = TakeChar(text, ':');
  const int minute = TakeDigits(text, 2);
  const bool colon2 = TakeChar(text, ':');
  const int second = TakeDigits(text, 2);
  if (year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0) return std::nullopt;
  if (!dash1 || !dash2 || !between || !colon1 || !colon2) return std::nullopt;
  if (hour > 23 || minute > 59 || second > 59) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return std::nullopt;
  int64_t millis = std::chrono::sys_days(date).time_since_epoch().count() * kSecondsPerDay * 1000 +
                   (hour * 3600 + minute * 60 + second) * int64_t{1000};
  if (text.empty()) return millis;
  if (!TakeChar(text, '.') || text.empty() || CountDigits(text) != text.size()) return std::nullopt;
  int64_t scale = 100;
  for (size_t i = 0; i < text.size() && scale > 0; ++i, scale /= 10) {
    millis += (text[i] - '0') * scale;
  }
  return millis;
}

void AppendJsonString(std::string_view text, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  size_t plain = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) >= 0x20 && c != '"' && c != '\\') continue;
    out.append(text.substr(plain, i - plain));
    plain = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        out += "\\u00";
        out += kDigits[static_cast<unsigned char>(c) >> 4];
        out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  out.append(text.substr(plain));
  out += '"';
}

bool IsJsonInteger(std::string_view text) { return TakeInteger(text) && text.empty(); }

bool IsJsonNumber(std::string_view text) {
  if (!TakeInteger(text)) return false;
  if (TakeChar(text, '.')) {
    const size_t digits = CountDigits(text);
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  if (TakeChar(text, 'e') || TakeChar(text, 'E')) {
    if (!TakeChar(text, '-')) TakeChar(text, '+');
    const size_t digits = CountDigits(text);
    if (digits == 0) return false;
    text.remove_prefix(digits);
  }
  return text.empty();
}

std::optional<int64_t> ParseScaled(std::string_view text, int64_t scale) {
  const bool negative = TakeChar(text, '-');
  const size_t digits = CountDigits(text);
  if (digits == 0 || digits > 18) return std::nullopt;
  int64_t whole = 0;
  for (const char c : text.substr(0, digits)) whole = whole * 10 + (c - '0');
  if (whole > std::numeric_limits<int64_t>::max() / scale - 1) return std::nullopt;
  int64_t value = whole * scale;
  text.remove_prefix(digits);
  bool is_exact = true;
  if (TakeChar(text, '.')) {
    if (text.empty() || CountDigits(text) != text.size()) return std::nullopt;
    for (const char c : text) {
      is_exact = is_exact && (scale % 10 == 0 || c == '0');
      scale /= 10;
      value += (c - '0') * scale;
    }
  } else if (!text.empty()) {
    return std::nullopt;
  }
  return negative ? -value - (is_exact ? 0 : 1) : value;
}

}  // namespace floe::producers
