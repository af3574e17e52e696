// MySQL's date formats (date_format, date_parse), as Trino has them, and texts of times.
#include <chrono>
#include <cstdio>

#include "query/trino/duckdb_rows.h"
#include "query/trino/literal.h"

namespace floe::query::trino {
namespace {

constexpr int64_t kMillisPerDay = 86'400'000;
constexpr std::string_view kMonths[] = {"January",   "February", "March",    "April",
                                        "May",       "June",     "July",     "August",
                                        "September", "October",  "November", "December"};
constexpr std::string_view kDays[] = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                      "Friday", "Saturday", "Sunday"};

int64_t FloorDivide(int64_t a, int64_t b) { return a / b - (a % b < 0 ? 1 : 0); }

std::string Padded(int64_t value, int digits) {
  char text[24];
  std::snprintf(text, sizeof(text), "%0*lld", digits, static_cast<long long>(value));
  return text;
}

// A local time and what calendars say of it.
struct Moment {
  explicit Moment(int64_t millis) {
    days = FloorDivide(millis, kMillisPerDay);
    const int64_t clock = millis - days * kMillisPerDay;
    const std::chrono::year_month_day date{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(days)))};
    year = static_cast<int>(date.year());
    month = static_cast<unsigned>(date.month());
    day = static_cast<unsigned>(date.day());
    hour = clock / 3'600'000;
    minute = clock / 60'000 % 60;
    second = clock / 1000 % 60;
    milli = clock % 1000;
    weekday = ((days + 3) % 7 + 7) % 7;
    // The week belongs to the year of its Thursday.
    const int64_t thursday = days - weekday + 3;
    const std::chrono::year_month_day of_week{
        std::chrono::sys_days(std::chrono::days(static_cast<int>(thursday)))};
    week_year = static_cast<int>(of_week.year());
    week = (thursday - FirstOfYear(week_year)) / 7 + 1;
    day_of_year = days - FirstOfYear(year) + 1;
  }
  static int64_t FirstOfYear(int year) {
    return std::chrono::sys_days(std::chrono::year(year) / 1 / 1).time_since_epoch().count();
  }

  int64_t days = 0;
  int year = 0;
  unsigned month = 0;
  unsigned day = 0;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t milli = 0;
  int64_t weekday = 0;  // Monday: 0
  int week_year = 0;
  int64_t week = 0;
  int64_t day_of_year = 0;
};

std::string Clock12(const Moment& at) {
  return Padded((at.hour + 11) % 12 + 1, 2) + ":" + Padded(at.minute, 2) + ":" +
         Padded(at.second, 2) + (at.hour < 12 ? " AM" : " PM");
}

std::string FormatField(char field, const Moment& at) {
  switch (field) {
    case 'a':
      return std::string(kDays[at.weekday].substr(0, 3));
    case 'b':
      return std::string(kMonths[at.month - 1].substr(0, 3));
    case 'c':
      return std::to_string(at.month);
    case 'd':
      return Padded(at.day, 2);
    case 'e':
      return std::to_string(at.day);
    case 'f':
      return Padded(at.milli, 3) + "000";
    case 'H':
      return Padded(at.hour, 2);
    case 'h':
    case 'I':
      return Padded((at.hour + 11) % 12 + 1, 2);
    case 'i':
      return Padded(at.minute, 2);
    case 'j':
      return Padded(at.day_of_year, 3);
    case 'k':
      return std::to_string(at.hour);
    case 'l':
      return std::to_string((at.hour + 11) % 12 + 1);
    case 'M':
      return std::string(kMonths[at.month - 1]);
    case 'm':
      return Padded(at.month, 2);
    case 'p':
      return at.hour < 12 ? "AM" : "PM";
    case 'r':
      return Clock12(at);
    case 'S':
    case 's':
      return Padded(at.second, 2);
    case 'T':
      return Padded(at.hour, 2) + ":" + Padded(at.minute, 2) + ":" + Padded(at.second, 2);
    case 'v':
      return Padded(at.week, 2);
    case 'W':
      return std::string(kDays[at.weekday]);
    case 'x':
      return Padded(at.week_year, 4);
    case 'Y':
      return Padded(at.year, 4);
    case 'y':
      return Padded((at.year % 100 + 100) % 100, 2);
    default:
      return std::string(1, field);
  }
}

bool IsRefused(char field) { return std::string_view("DUuVwX").find(field) != std::string::npos; }

std::string NotSupported(char field) {
  return std::string("INVALID_FUNCTION_ARGUMENT|%") + field +
         " not supported in date format string";
}

// Microseconds, format.
void DateFormat(Row& row) {
  const Moment at(FloorDivide(row.Value<int64_t>(0), 1000));
  const std::string_view format = row.Text(1);
  std::string out;
  for (size_t i = 0; i < format.size(); ++i) {
    if (format[i] != '%' || i + 1 == format.size()) {
      out += format[i];
      continue;
    }
    const char field = format[++i];
    if (IsRefused(field)) return row.Fail(NotSupported(field));
    out += FormatField(field, at);
  }
  row.SetText(out);
}

// What date_parse has read so far.
struct Parsed {
  int64_t year = 1970;
  int64_t month = 1;
  int64_t day = 1;
  int64_t hour = 0;
  int64_t minute = 0;
  int64_t second = 0;
  int64_t millis = 0;
  std::optional<bool> is_afternoon;
  bool is_clock12 = false;
};

class DateParser {
 public:
  explicit DateParser(std::string_view text) : text_(text) {}

  // "" or the message of what fails.
  std::string Parse(std::string_view format) {
    for (size_t i = 0; i < format.size(); ++i) {
      const bool is_field = format[i] == '%' && i + 1 < format.size();
      const char c = is_field ? format[++i] : format[i];
      if (is_field && (IsRefused(c) || std::string_view("aWxvjrc").find(c) != std::string::npos)) {
        return c == 'c' || !IsRefused(c)
                   ? "NOT_SUPPORTED|date_parse with %" + std::string(1, c) + " is not supported"
                   : NotSupported(c);
      }
      if (!(is_field ? ReadField(c) : ReadCharacter(c))) return Malformed();
    }
    return at_ == text_.size() ? "" : Malformed();
  }

  std::optional<int64_t> Micros() const {
    const Parsed& p = parsed_;
    int64_t hour = p.hour;
    if (p.is_clock12) hour = p.hour % 12 + (p.is_afternoon.value_or(false) ? 12 : 0);
    const auto date = std::chrono::year(static_cast<int>(p.year)) / static_cast<int>(p.month) /
                      static_cast<int>(p.day);
    const bool is_valid = date.ok() && hour < 24 && p.minute < 60 && p.second < 60 &&
                          (!p.is_clock12 || (p.hour >= 1 && p.hour <= 12));
    if (!is_valid) return std::nullopt;
    const int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    const int64_t clock = (hour * 60 + p.minute) * 60'000 + p.second * 1000 + p.millis;
    return (days * kMillisPerDay + clock) * 1000;
  }

  std::string Malformed() const {
    const std::string quoted = "INVALID_FUNCTION_ARGUMENT|Invalid format: \"" + std::string(text_);
    if (at_ == 0) return quoted + "\"";
    if (at_ >= text_.size()) return quoted + "\" is too short";
    return quoted + "\" is malformed at \"" + std::string(text_.substr(at_)) + "\"";
  }

 private:
  bool ReadCharacter(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool ReadNumber(size_t most_digits, int64_t* value) {
    size_t end = at_;
    *value = 0;
    while (end < text_.size() && end - at_ < most_digits && text_[end] >= '0' &&
           text_[end] <= '9') {
      *value = *value * 10 + (text_[end++] - '0');
    }
    if (end == at_) return false;
    at_ = end;
    return true;
  }
  bool ReadWord(std::string_view word) {
    if (text_.size() - at_ < word.size()) return false;
    for (size_t i = 0; i < word.size(); ++i) {
      if ((text_[at_ + i] | 0x20) != (word[i] | 0x20)) return false;
    }
    at_ += word.size();
    return true;
  }
  bool ReadMonthName(size_t length) {
    for (size_t i = 0; i < std::size(kMonths); ++i) {
      if (!ReadWord(kMonths[i].substr(0, length))) continue;
      parsed_.month = static_cast<int64_t>(i) + 1;
      return true;
    }
    return false;
  }
  bool ReadFraction() {
    const size_t begin = at_;
    int64_t value = 0;
    if (!ReadNumber(9, &value)) return false;
    std::string digits(text_.substr(begin, at_ - begin));
    digits.resize(3, '0');
    parsed_.millis = std::stoll(digits);
    return true;
  }
  bool ReadField(char field) {
    switch (field) {
      case 'Y':
        return ReadNumber(4, &parsed_.year);
      case 'y': {
        if (!ReadNumber(2, &parsed_.year)) return false;
        parsed_.year += parsed_.year < 70 ? 2000 : 1900;
        return true;
      }
      case 'm':
        return ReadNumber(2, &parsed_.month);
      case 'd':
      case 'e':
        return ReadNumber(2, &parsed_.day);
      case 'H':
      case 'k':
        return ReadNumber(2, &parsed_.hour);
      case 'h':
      case 'I':
      case 'l':
        parsed_.is_clock12 = true;
        return ReadNumber(2, &parsed_.hour);
      case 'i':
        return ReadNumber(2, &parsed_.minute);
      case 'S':
      case 's':
        return ReadNumber(2, &parsed_.second);
      case 'f':
        return ReadFraction();
      case 'b':
        return ReadMonthName(3);
      case 'M':
        return ReadMonthName(std::string_view::npos);
      case 'p':
        parsed_.is_afternoon = ReadWord("PM");
        return *parsed_.is_afternoon || ReadWord("AM");
      case 'T':
        return ReadField('H') && ReadCharacter(':') && ReadField('i') && ReadCharacter(':') &&
               ReadField('s');
      default:
        return ReadCharacter(field);
    }
  }

  const std::string_view text_;
  size_t at_ = 0;
  Parsed parsed_;
};

// Text, format; gives microseconds.
void DateParse(Row& row) {
  DateParser parser(row.Text(0));
  std::string error = parser.Parse(row.Text(1));
  if (!error.empty()) return row.Fail(std::move(error));
  const auto micros = parser.Micros();
  if (!micros) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|Invalid value in \"" + std::string(row.Text(0)) +
                    "\"");
  }
  row.Set(*micros);
}

// Text of a time of day, digits; gives picoseconds, rounded.
void ParseTime(Row& row) {
  const auto time = ParseTimeText(row.Text(0));
  if (!time || !time->zone.empty() || time->fraction.size() > 12) {
    return row.Fail("INVALID_CAST_ARGUMENT|Value cannot be cast to time: " +
                    std::string(row.Text(0)));
  }
  std::string fraction = time->fraction;
  fraction.resize(12, '0');
  int64_t picos =
      (time->hour * 3600 + time->minute * 60 + time->second) * int64_t{1'000'000'000'000} +
      std::stoll(fraction);
  int64_t unit = 1;
  for (int64_t digits = row.Value<int64_t>(1); digits < 12; ++digits) unit *= 10;
  picos = (picos + unit / 2) / unit * unit % int64_t{86'400'000'000'000'000};
  row.Set(picos);
}

}  // namespace

std::vector<ScalarDefinition> TimeDefinitions() {
  constexpr duckdb_type kText = DUCKDB_TYPE_VARCHAR;
  constexpr duckdb_type kNumber = DUCKDB_TYPE_BIGINT;
  return {
      {"floe_date_format", {kNumber, kText}, kText, RunRows<DateFormat>},
      {"floe_date_parse", {kText, kText}, kNumber, RunRows<DateParse>},
      {"floe_parse_time", {kText, kNumber}, kNumber, RunRows<ParseTime>},
  };
}

}  // namespace floe::query::trino
