#include "functions/calendar.h"

#include <algorithm>
#include <cstring>

#include "functions/ascii.h"

namespace floe::functions {
namespace {

// Reads digits from the front of a text.
class DigitScanner {
 public:
  explicit DigitScanner(std::string_view text) : text_(text) {}

  bool AtEnd() const { return at_ == text_.size(); }
  size_t position() const { return at_; }
  void set_position(size_t position) { at_ = position; }
  bool Take(char c) {
    if (AtEnd() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // Exactly `count` digits.
  bool TakeFixed(size_t count, int64_t* out) {
    if (text_.size() - at_ < count) return false;
    int64_t value = 0;
    for (size_t i = 0; i < count; ++i) {
      if (!IsDigit(text_[at_ + i])) return false;
      value = value * 10 + (text_[at_ + i] - '0');
    }
    at_ += count;
    *out = value;
    return true;
  }
  // 1 to 18 digits.
  bool TakeAll(int64_t* out) {
    size_t end = at_;
    while (end < text_.size() && end - at_ < 18 && IsDigit(text_[end])) ++end;
    return end > at_ && TakeFixed(end - at_, out);
  }

 private:
  std::string_view text_;
  size_t at_ = 0;
};

// Java's "[XX][X]": two digits, or any number of them; the second form may repeat the value of the
// first. Nothing at all leaves `out` alone.
void TakeOptionalField(DigitScanner& scanner, std::optional<int64_t>* out) {
  int64_t value = 0;
  if (scanner.TakeFixed(2, &value)) *out = value;
  const size_t before = scanner.position();
  if (!scanner.TakeAll(&value)) return;
  if (out->has_value() && **out != value) {
    scanner.set_position(before);
  } else {
    *out = value;
  }
}

// Java's "yyyy": four digits, or more behind a '+'.
bool TakeYear(DigitScanner& scanner, int64_t* year) {
  const bool plus = scanner.Take('+');
  const size_t begin = scanner.position();
  if (!scanner.TakeAll(year)) return false;
  const size_t digits = scanner.position() - begin;
  return plus ? digits > 4 : digits == 4;
}

struct TimeFields {
  std::optional<int64_t> hour;
  std::optional<int64_t> minute;
  std::optional<int64_t> second;
  int64_t nanos = 0;
};

// " [HH][H]:[mm][m]:[ss][s][.f]" as one optional part: false leaves the scanner where it was.
bool TakeTime(DigitScanner& scanner, TimeFields* out) {
  const size_t begin = scanner.position();
  TimeFields fields;
  bool ok = scanner.Take(' ');
  if (ok) {
    TakeOptionalField(scanner, &fields.hour);
    ok = scanner.Take(':');
  }
  if (ok) {
    TakeOptionalField(scanner, &fields.minute);
    ok = scanner.Take(':');
  }
  if (!ok) {
    scanner.set_position(begin);
    return false;
  }
  TakeOptionalField(scanner, &fields.second);
  if (scanner.Take('.')) {
    int64_t digit = 0;
    int64_t unit = kNanosPerSecond / 10;
    while (unit > 0 && scanner.TakeFixed(1, &digit)) {
      fields.nanos += digit * unit;
      unit /= 10;
    }
  }
  *out = fields;
  return true;
}

bool InRange(const std::optional<int64_t>& value, int64_t low, int64_t high) {
  return !value.has_value() || (*value >= low && *value <= high);
}

constexpr int64_t kMaxYear = 999'999'999;

}  // namespace

int LastDayOfMonth(int year, int month) {
  if (month == 2) return IsLeapYear(year) ? 29 : 28;
  return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
}

int IsoDayOfWeek(int64_t days) { return static_cast<int>(FloorModulo(days + 3, 7)) + 1; }

int32_t AddMonths(int32_t days, int64_t months) {
  const CivilDate date = CivilFromDays(days);
  const int64_t total = int64_t{date.year} * 12 + date.month - 1 + months;
  const auto year = static_cast<int>(FloorDivide(total, 12));
  const auto month = static_cast<int>(FloorModulo(total, 12)) + 1;
  return DaysFromCivil(year, month, std::min(date.day, LastDayOfMonth(year, month)));
}

std::optional<LocalTime> ParseTimestampText(std::string_view text) {
  DigitScanner scanner(text);
  int64_t year = 0;
  std::optional<int64_t> month;
  std::optional<int64_t> day;
  if (!TakeYear(scanner, &year) || !scanner.Take('-')) return std::nullopt;
  TakeOptionalField(scanner, &month);
  if (!scanner.Take('-')) return std::nullopt;
  TakeOptionalField(scanner, &day);
  TimeFields time;
  TakeTime(scanner, &time);
  if (!scanner.AtEnd()) return std::nullopt;
  if (year < 1 || year > kMaxYear || !InRange(month, 1, 12) || !InRange(day, 1, 31) ||
      !InRange(time.hour, 0, 24) || !InRange(time.minute, 0, 59) || !InRange(time.second, 0, 59)) {
    return std::nullopt;
  }
  const int64_t minute = time.minute.value_or(0);
  const int64_t second = time.second.value_or(0);
  if (time.hour == 24 && (minute != 0 || second != 0 || time.nanos != 0)) return std::nullopt;
  const int last = LastDayOfMonth(static_cast<int>(year), static_cast<int>(month.value_or(1)));
  const int64_t day_of_month = std::min<int64_t>(day.value_or(1), last);
  LocalTime out;
  out.seconds = int64_t{DaysFromCivil(static_cast<int>(year), static_cast<int>(month.value_or(1)),
                                      static_cast<int>(day_of_month))} *
                    kSecondsPerDay +
                time.hour.value_or(0) * 3600 + minute * 60 + second;
  out.nanos = static_cast<int32_t>(time.nanos);
  return out;
}

bool TimestampTextParser::Parse(std::string_view text, LocalTime* out) {
  static constexpr size_t kDateLength = sizeof(date_);
  static constexpr size_t kSecondsLength = 19;  // "yyyy-MM-dd HH:mm:ss"
  static constexpr size_t kMaxLength = kSecondsLength + 10;
  const auto slow = [&] {
    const std::optional<LocalTime> parsed = ParseTimestampText(text);
    if (parsed.has_value()) *out = *parsed;
    return parsed.has_value();
  };
  if (text.size() < kSecondsLength || text.size() > kMaxLength) return slow();
  const char* s = text.data();
  if (std::memcmp(s, date_, kDateLength) != 0) {
    if (s[10] != ' ') return slow();
    const std::optional<LocalTime> date = ParseTimestampText(text.substr(0, kDateLength - 1));
    if (!date.has_value()) return slow();
    std::memcpy(date_, s, kDateLength);
    date_seconds_ = date->seconds;
  }
  const auto digit = [s](size_t at) { return static_cast<unsigned>(s[at]) - unsigned{'0'}; };
  const unsigned hour = digit(11) * 10 + digit(12);
  const unsigned minute = digit(14) * 10 + digit(15);
  const unsigned second = digit(17) * 10 + digit(18);
  const bool digits = digit(11) <= 9 && digit(12) <= 9 && digit(14) <= 9 && digit(15) <= 9 &&
                      digit(17) <= 9 && digit(18) <= 9;
  if (!digits || s[13] != ':' || s[16] != ':' || hour > 23 || minute > 59 || second > 59) {
    return slow();
  }
  int32_t nanos = 0;
  if (text.size() > kSecondsLength) {
    if (s[kSecondsLength] != '.') return slow();
    int32_t unit = kNanosPerSecond / 10;
    for (size_t at = kSecondsLength + 1; at < text.size(); ++at, unit /= 10) {
      if (digit(at) > 9) return slow();
      nanos += static_cast<int32_t>(digit(at)) * unit;
    }
  }
  out->seconds = date_seconds_ + int64_t{hour * 3600 + minute * 60 + second};
  out->nanos = nanos;
  return true;
}

namespace {

// A trimmed run of digits that an INT holds.
std::optional<int32_t> ParseField(std::string_view text) {
  text = TrimJava(text);
  if (text.empty() || text.size() > 9) return std::nullopt;
  int32_t value = 0;
  for (char c : text) {
    if (!IsDigit(c)) return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value;
}

// Three digits of a fraction, the fourth rounds.
int32_t ParseMillis(std::string_view fraction) {
  int32_t millis = 0;
  int32_t unit = 100;
  for (size_t i = 0; i < fraction.size() && unit > 0; ++i, unit /= 10) {
    millis += IsDigit(fraction[i]) ? unit * (fraction[i] - '0') : 0;
    if (unit == 1 && i + 1 < fraction.size() && fraction[i + 1] >= '5') ++millis;
  }
  return millis;
}

}  // namespace

std::optional<int32_t> ParseDateText(std::string_view text) {
  const size_t blank = text.find(' ');
  if (blank != std::string_view::npos && blank > 0) text = text.substr(0, blank);
  std::optional<int32_t> month = 1;
  std::optional<int32_t> day = 1;
  const size_t hyphen = text.find('-');
  const std::optional<int32_t> year = ParseField(text.substr(0, hyphen));
  if (hyphen != std::string_view::npos) {
    const size_t second = text.find('-', hyphen + 1);
    month =
        ParseField(text.substr(hyphen + 1, second == std::string_view::npos ? std::string_view::npos
                                                                            : second - hyphen - 1));
    if (second != std::string_view::npos) day = ParseField(text.substr(second + 1));
  }
  if (!year || !month || !day) return std::nullopt;
  if (*year > 9999 || *month < 1 || *month > 12 || *day < 1 ||
      *day > LastDayOfMonth(*year, *month)) {
    return std::nullopt;
  }
  return DaysFromCivil(*year, *month, *day);
}

std::optional<int32_t> ParseTimeText(std::string_view text) {
  int64_t offset = 0;
  size_t zone = text.find('-');
  const int64_t sign = zone == std::string_view::npos ? 1 : -1;
  if (zone == std::string_view::npos) zone = text.find('+');
  if (zone != std::string_view::npos) {
    const std::string_view rest = text.substr(zone + 1);
    const size_t colon = rest.find(':');
    const std::optional<int32_t> hours = ParseField(rest.substr(0, colon));
    const std::optional<int32_t> minutes =
        colon == std::string_view::npos ? 0 : ParseField(rest.substr(colon + 1));
    if (!hours || !minutes) return std::nullopt;
    offset = sign * (*hours * kMillisPerHour + *minutes * kMillisPerMinute);
    text = text.substr(0, zone);
  }
  std::optional<int32_t> minute = 0;
  std::optional<int32_t> second = 0;
  int32_t millis = 0;
  const size_t first = text.find(':');
  const std::optional<int32_t> hour = ParseField(text.substr(0, first));
  if (first != std::string_view::npos) {
    std::string_view rest = text.substr(first + 1);
    const size_t next = rest.find(':');
    minute = ParseField(rest.substr(0, next));
    if (next != std::string_view::npos) {
      rest = rest.substr(next + 1);
      const size_t dot = rest.find('.');
      second = ParseField(rest.substr(0, dot));
      if (dot != std::string_view::npos) millis = ParseMillis(TrimJava(rest.substr(dot + 1)));
    }
  }
  if (!hour || !minute || !second) return std::nullopt;
  const int64_t total = *hour * kMillisPerHour + *minute * kMillisPerMinute +
                        *second * kMillisPerSecond + millis + offset;
  if (total < 0 || total >= kMillisPerDay) return std::nullopt;
  return static_cast<int32_t>(total);
}

int64_t UnitsPerSecond(int precision) {
  if (precision <= 3) return 1'000;
  return precision <= 6 ? 1'000'000 : 1'000'000'000;
}

bool ToTimestampUnits(const LocalTime& time, int precision, int64_t* out) {
  static constexpr int32_t kDigit[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                       10'000,        1'000,       100,        10,        1};
  const int64_t per_second = UnitsPerSecond(precision);
  const int32_t nanos = time.nanos - time.nanos % kDigit[precision];
  return !__builtin_mul_overflow(time.seconds, per_second, out) &&
         !__builtin_add_overflow(*out, nanos / (kNanosPerSecond / per_second), out);
}

LocalTime FromTimestampUnits(int64_t units, int precision) {
  const int64_t per_second = UnitsPerSecond(precision);
  LocalTime time;
  time.seconds = FloorDivide(units, per_second);
  time.nanos =
      static_cast<int32_t>((units - time.seconds * per_second) * (kNanosPerSecond / per_second));
  return time;
}

void AppendPadded(int64_t value, int width, std::string* out) {
  char digits[40];
  char* const end = digits + sizeof(digits);
  char* begin = end;
  uint64_t rest =
      value < 0 ? uint64_t{0} - static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  do {
    *--begin = static_cast<char>('0' + rest % 10);
    rest /= 10;
  } while (rest != 0);
  if (value < 0) out->push_back('-');
  const auto count = static_cast<size_t>(end - begin);
  if (static_cast<size_t>(width) > count) out->append(static_cast<size_t>(width) - count, '0');
  out->append(begin, count);
}

void AppendDate(int64_t days, std::string* out) {
  const CivilDate date = CivilFromDays(days);
  AppendPadded(date.year, 4, out);
  out->push_back('-');
  AppendPadded(date.month, 2, out);
  out->push_back('-');
  AppendPadded(date.day, 2, out);
}

namespace {

void AppendClock(int64_t seconds_of_day, std::string* out) {
  AppendPadded(seconds_of_day / 3600, 2, out);
  out->push_back(':');
  AppendPadded(seconds_of_day / 60 % 60, 2, out);
  out->push_back(':');
  AppendPadded(seconds_of_day % 60, 2, out);
}

}  // namespace

void AppendTime(int32_t millis, int precision, std::string* out) {
  const int64_t of_day = FloorModulo(millis, kMillisPerDay);
  AppendClock(of_day / kMillisPerSecond, out);
  if (precision <= 0) return;
  out->push_back('.');
  int64_t fraction = of_day % kMillisPerSecond;
  for (int i = 0; i < precision; ++i) {
    out->push_back(static_cast<char>('0' + fraction / 100));
    fraction = fraction % 100 * 10;
    if (fraction == 0) break;
  }
}

void AppendTimestamp(const LocalTime& time, int precision, std::string* out) {
  const int64_t days = FloorDivide(time.seconds, kSecondsPerDay);
  AppendDate(days, out);
  out->push_back(' ');
  AppendClock(time.seconds - days * kSecondsPerDay, out);
  std::string fraction;
  AppendPadded(time.nanos, 9, &fraction);
  while (static_cast<int>(fraction.size()) > precision && fraction.back() == '0') {
    fraction.pop_back();
  }
  if (fraction.empty()) return;
  out->push_back('.');
  *out += fraction;
}

}  // namespace floe::functions
