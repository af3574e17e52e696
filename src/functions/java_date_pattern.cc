#include "functions/java_date_pattern.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "functions/ascii.h"

namespace floe::functions {
namespace {

constexpr std::array<std::string_view, 12> kMonths = {
    "January", "February", "March",     "April",   "May",      "June",
    "July",    "August",   "September", "October", "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Monday", "Tuesday",  "Wednesday", "Thursday",
                                                   "Friday", "Saturday", "Sunday"};
constexpr size_t kShortName = 3;

// All letters that Java knows; the rest are refused as it does.
constexpr std::string_view kFormatterLetters = "GuyDMLdQqYwWEecFaBhKkHmsSAnNVvzOXxZp";
constexpr std::string_view kSimpleLetters = "GyYMLwWDdFEuaHkKhmsSzZX";
constexpr std::string_view kKnown = "yuMLdDHkKhmsSnaEXxZ";

bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsZone(char letter) { return letter == 'X' || letter == 'x' || letter == 'Z'; }

// Month and weekday names are text, and so are AM and PM.
bool IsNumeric(char letter, int count) {
  if (letter == 'M' || letter == 'L') return count <= 2;
  return letter != 'a' && letter != 'E' && !IsZone(letter);
}

std::string_view Name(std::string_view full, int count) {
  if (count == 5) return full.substr(0, 1);
  return count == 4 ? full : full.substr(0, kShortName);
}

struct CivilTime {
  CivilDate date;
  int64_t days = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int32_t nanos = 0;
};

CivilTime Split(const LocalTime& time) {
  CivilTime out;
  out.days = FloorDivide(time.seconds, kSecondsPerDay);
  const int64_t of_day = time.seconds - out.days * kSecondsPerDay;
  out.date = CivilFromDays(out.days);
  out.hour = static_cast<int>(of_day / 3600);
  out.minute = static_cast<int>(of_day / 60 % 60);
  out.second = static_cast<int>(of_day % 60);
  out.nanos = time.nanos;
  return out;
}

// The index of the name at `*at`, full or short as `count` says; -1 if there is none.
template <size_t N>
int TakeName(const std::array<std::string_view, N>& names, int count, bool lenient,
             std::string_view text, size_t* at) {
  const std::string_view rest = text.substr(*at);
  for (int wanted : {4, 3}) {
    if (!lenient && wanted != std::clamp(count, 3, 4)) continue;
    for (size_t i = 0; i < N; ++i) {
      const std::string_view name = Name(names[i], wanted);
      const std::string_view given = rest.substr(0, name.size());
      const bool same = lenient ? AsciiLower(given) == AsciiLower(name) : given == name;
      if (!same || name.empty()) continue;
      *at += name.size();
      return static_cast<int>(i);
    }
  }
  return -1;
}

// Z or [+-]hh[[:]mm]: read and dropped.
bool SkipZone(std::string_view text, size_t* at) {
  if (*at < text.size() && text[*at] == 'Z') {
    ++*at;
    return true;
  }
  if (*at == text.size() || (text[*at] != '+' && text[*at] != '-')) return false;
  size_t i = *at + 1;
  size_t digits = 0;
  for (; i < text.size() && digits < 4; ++i) {
    if (IsDigit(text[i])) {
      ++digits;
    } else if (text[i] != ':' || digits != 2) {
      break;
    }
  }
  if (digits != 2 && digits != 4) return false;
  *at = i;
  return true;
}

}  // namespace

// What a text said. Absent fields have no value.
struct JavaDatePattern::Fields {
  std::optional<int64_t> year;
  std::optional<int64_t> month;
  std::optional<int64_t> day;
  std::optional<int64_t> day_of_year;
  std::optional<int64_t> hour;
  std::optional<int64_t> half_day_hour;  // 0 … 11
  std::optional<int64_t> half_day;       // 0 AM, 1 PM
  std::optional<int64_t> minute;
  std::optional<int64_t> second;
  std::optional<int64_t> nanos;
};

Result<JavaDatePattern> JavaDatePattern::Compile(std::string_view pattern, PatternDialect dialect) {
  JavaDatePattern out;
  out.dialect_ = dialect;
  const bool brackets = dialect == PatternDialect::kDateTimeFormatter;
  int depth = 0;
  for (size_t i = 0; i < pattern.size();) {
    const char c = pattern[i];
    if (IsLetter(c)) {
      size_t end = i;
      while (end < pattern.size() && pattern[end] == c) ++end;
      FLOE_TRY(out.AddField(c, static_cast<int>(end - i)));
      i = end;
      continue;
    }
    Token token;
    ++i;
    if (c == '\'') {
      // '' is a quote, inside of quotes too.
      for (; i < pattern.size(); ++i) {
        if (pattern[i] != '\'') {
          token.text += pattern[i];
        } else if (i + 1 < pattern.size() && pattern[i + 1] == '\'') {
          token.text += pattern[i++];
        } else {
          break;
        }
      }
      if (i == pattern.size()) {
        return Error(ErrorCode::kInvalidArgument,
                     "the date pattern '" + std::string(pattern) + "' lacks a closing quote");
      }
      ++i;
      if (token.text.empty()) token.text = "'";
    } else if (brackets && (c == '[' || c == ']')) {
      token.kind = c == '[' ? Kind::kOptionalBegin : Kind::kOptionalEnd;
      depth += c == '[' ? 1 : -1;
      if (depth < 0) {
        return Error(ErrorCode::kInvalidArgument,
                     "the date pattern '" + std::string(pattern) + "' has a ] without [");
      }
    } else {
      token.text = c;
    }
    out.tokens_.push_back(std::move(token));
  }
  for (; depth > 0; --depth) out.tokens_.push_back({Kind::kOptionalEnd, "", 0, 0, false});
  out.MarkAdjacent();
  out.FindFixedFields();
  return out;
}

Status JavaDatePattern::AddField(char letter, int count) {
  const bool simple = dialect_ == PatternDialect::kSimpleDateFormat;
  const std::string_view letters = simple ? kSimpleLetters : kFormatterLetters;
  const std::string name(1, letter);
  if (letters.find(letter) == std::string_view::npos) {
    return Error(ErrorCode::kInvalidArgument, "unknown letter in a date pattern: " + name)
        .WithHint("for example yyyy-MM-dd HH:mm:ss.SSS; text is put in quotes");
  }
  if (kKnown.find(letter) == std::string_view::npos || (simple && letter == 'u')) {
    return Error(ErrorCode::kSqlUnsupported,
                 "the letter " + name + " of date patterns is not supported yet");
  }
  tokens_.push_back({Kind::kField, "", letter, count, false});
  return Status::Ok();
}

void JavaDatePattern::MarkAdjacent() {
  for (size_t i = 0; i + 1 < tokens_.size(); ++i) {
    Token& token = tokens_[i];
    const Token& next = tokens_[i + 1];
    token.adjacent = token.kind == Kind::kField && next.kind == Kind::kField &&
                     IsNumeric(token.letter, token.count) && IsNumeric(next.letter, next.count);
  }
}

void JavaDatePattern::FindFixedFields() {
  if (dialect_ != PatternDialect::kDateTimeFormatter) return;
  constexpr std::string_view kFixed = "yuMdHmsS";
  for (const Token& token : tokens_) {
    if (token.kind == Kind::kText) {
      fixed_shape_ += token.text;
      continue;
    }
    const size_t width = token.letter == 'y' || token.letter == 'u' ? 4 : 2;
    const bool fixed = token.kind == Kind::kField && !token.adjacent &&
                       kFixed.find(token.letter) != std::string_view::npos &&
                       (token.letter == 'S' || static_cast<size_t>(token.count) == width);
    if (!fixed || token.count > 9) {
      fixed_shape_.clear();
      fixed_fields_.clear();
      return;
    }
    fixed_fields_.push_back({token.letter, fixed_shape_.size(), static_cast<size_t>(token.count)});
    fixed_shape_.append(static_cast<size_t>(token.count), '\0');
  }
}

// --- formatting --------------------------------------------------------------------------------

Status JavaDatePattern::Format(const LocalTime& time, int64_t offset_seconds,
                               std::string* out) const {
  for (const Token& token : tokens_) {
    if (token.kind == Kind::kText) {
      *out += token.text;
    } else if (token.kind == Kind::kField) {
      FLOE_TRY(FormatField(token, time, offset_seconds, out));
    }
  }
  return Status::Ok();
}

namespace {

void AppendYear(int year, int count, std::string* out) {
  if (count == 2) return AppendPadded(FloorModulo(year, 100), 2, out);
  if (count >= 4 && year > 9999) out->push_back('+');
  AppendPadded(year, count, out);
}

void AppendMonth(int month, int count, std::string* out) {
  if (count <= 2) return AppendPadded(month, count, out);
  *out += Name(kMonths[static_cast<size_t>(month - 1)], count);
}

void AppendFraction(int32_t nanos, int count, std::string* out) {
  std::string digits;
  AppendPadded(nanos, 9, &digits);
  digits.resize(static_cast<size_t>(count), '0');
  *out += digits;
}

void AppendOffset(int64_t seconds, bool colon, std::string* out) {
  out->push_back(seconds < 0 ? '-' : '+');
  const int64_t minutes = (seconds < 0 ? -seconds : seconds) / 60;
  AppendPadded(minutes / 60, 2, out);
  if (colon) out->push_back(':');
  AppendPadded(minutes % 60, 2, out);
}

}  // namespace

Status JavaDatePattern::FormatField(const Token& token, const LocalTime& time,
                                    int64_t offset_seconds, std::string* out) const {
  const CivilTime civil = Split(time);
  const bool simple = dialect_ == PatternDialect::kSimpleDateFormat;
  const int count = token.count;
  switch (token.letter) {
    case 'y':
    case 'u':
      AppendYear(civil.date.year, count, out);
      break;
    case 'M':
    case 'L':
      AppendMonth(civil.date.month, count, out);
      break;
    case 'd':
      AppendPadded(civil.date.day, count, out);
      break;
    case 'D':
      AppendPadded(civil.days - DaysFromCivil(civil.date.year, 1, 1) + 1, count, out);
      break;
    case 'E':
      *out += Name(kDays[static_cast<size_t>(IsoDayOfWeek(civil.days) - 1)], count);
      break;
    case 'a':
      *out += civil.hour < 12 ? "AM" : "PM";
      break;
    case 'H':
      AppendPadded(civil.hour, count, out);
      break;
    case 'k':
      AppendPadded(civil.hour == 0 ? 24 : civil.hour, count, out);
      break;
    case 'K':
      AppendPadded(civil.hour % 12, count, out);
      break;
    case 'h':
      AppendPadded(civil.hour % 12 == 0 ? 12 : civil.hour % 12, count, out);
      break;
    case 'm':
      AppendPadded(civil.minute, count, out);
      break;
    case 's':
      AppendPadded(civil.second, count, out);
      break;
    case 'S':
      if (simple) {
        AppendPadded(civil.nanos / 1'000'000, count, out);
      } else {
        AppendFraction(civil.nanos, count, out);
      }
      break;
    case 'n':
      AppendPadded(civil.nanos, count, out);
      break;
    default:
      if (!simple) {
        return Error(ErrorCode::kInvalidArgument, "a date pattern asks for a zone (" +
                                                      std::string(1, token.letter) +
                                                      "), but the time has none");
      }
      if (token.letter == 'X' && offset_seconds == 0) {
        *out += 'Z';
      } else {
        AppendOffset(offset_seconds, token.letter == 'X' && count == 3, out);
      }
  }
  return Status::Ok();
}

// --- parsing -----------------------------------------------------------------------------------

bool JavaDatePattern::Parse(std::string_view text, LocalTime* out) const {
  Fields fields;
  if (ParseFixed(text, &fields)) return ResolveStrict(fields, out);
  fields = Fields();
  size_t at = 0;
  if (!ParseTokens(0, tokens_.size(), text, &at, &fields)) return false;
  if (dialect_ == PatternDialect::kSimpleDateFormat) return ResolveLenient(fields, out);
  return at == text.size() && ResolveStrict(fields, out);
}

size_t JavaDatePattern::EndOfOptional(size_t begin) const {
  int depth = 0;
  for (size_t i = begin; i < tokens_.size(); ++i) {
    if (tokens_[i].kind == Kind::kOptionalBegin) ++depth;
    if (tokens_[i].kind == Kind::kOptionalEnd && --depth == 0) return i;
  }
  return tokens_.size();
}

bool JavaDatePattern::ParseTokens(size_t begin, size_t end, std::string_view text, size_t* at,
                                  Fields* fields) const {
  for (size_t i = begin; i < end; ++i) {
    const Token& token = tokens_[i];
    if (token.kind == Kind::kOptionalBegin) {
      const size_t close = EndOfOptional(i);
      size_t inner = *at;
      Fields attempt = *fields;
      if (ParseTokens(i + 1, close, text, &inner, &attempt)) {
        *at = inner;
        *fields = attempt;
      }
      i = close;
    } else if (token.kind == Kind::kText) {
      if (!text.substr(*at).starts_with(token.text)) return false;
      *at += token.text.size();
    } else if (token.kind == Kind::kField) {
      if (!ParseField(i, text, at, fields)) return false;
    }
  }
  return true;
}

int JavaDatePattern::DigitsBehind(size_t index) const {
  int digits = 0;
  for (; tokens_[index].adjacent; ++index) digits += tokens_[index + 1].count;
  return digits;
}

bool JavaDatePattern::ParseNumber(size_t index, std::string_view text, size_t* at,
                                  int64_t* out) const {
  static constexpr size_t kMaxDigits = 18;
  const Token& token = tokens_[index];
  const bool lenient = dialect_ == PatternDialect::kSimpleDateFormat;
  size_t begin = *at;
  bool negative = false;
  if (lenient) {
    while (begin < text.size() && (text[begin] == ' ' || text[begin] == '\t')) ++begin;
    negative = begin < text.size() && text[begin] == '-' && !token.adjacent;
    if (negative) ++begin;
  }
  size_t available = 0;
  while (begin + available < text.size() && available < kMaxDigits &&
         IsDigit(text[begin + available])) {
    ++available;
  }
  const auto count = static_cast<size_t>(token.count);
  const bool is_year = token.letter == 'y' || token.letter == 'u';
  const bool behind_another = index > 0 && tokens_[index - 1].adjacent;
  size_t take = available;
  if (lenient) {
    if (token.adjacent || behind_another) take = std::min(take, count);
  } else if (is_year && count != 2) {
    // Takes what the fixed fields behind leave over, at least its own width.
    const auto behind = static_cast<size_t>(DigitsBehind(index));
    take = available > behind ? available - behind : 0;
    if (take < count) return false;
    if (count >= 4 && take > count) return false;  // needs a '+'
  } else if (count >= 2 || token.letter == 'S') {
    take = count;
  } else if (token.adjacent) {
    const auto behind = static_cast<size_t>(DigitsBehind(index));
    take = available > behind ? available - behind : 0;
  }
  if (take == 0 || take > available) return false;
  int64_t value = 0;
  for (size_t i = 0; i < take; ++i) value = value * 10 + (text[begin + i] - '0');
  *out = negative ? -value : value;
  *at = begin + take;
  return true;
}

bool JavaDatePattern::ParseFixed(std::string_view text, Fields* fields) const {
  if (fixed_fields_.empty() || text.size() != fixed_shape_.size()) return false;
  size_t end = 0;  // of the field before
  for (const FixedField& field : fixed_fields_) {
    for (; end < field.at; ++end) {
      if (text[end] != fixed_shape_[end]) return false;
    }
    int64_t value = 0;
    for (end = field.at; end < field.at + field.width; ++end) {
      if (!IsDigit(text[end])) return false;
      value = value * 10 + (text[end] - '0');
    }
    SetField(field.letter, static_cast<int>(field.width), value, fields);
  }
  return text.substr(end) == std::string_view(fixed_shape_).substr(end);
}

bool JavaDatePattern::ParseField(size_t index, std::string_view text, size_t* at,
                                 Fields* fields) const {
  const Token& token = tokens_[index];
  const bool lenient = dialect_ == PatternDialect::kSimpleDateFormat;
  if (IsZone(token.letter)) return SkipZone(text, at);
  if (token.letter == 'E') return TakeName(kDays, token.count, lenient, text, at) >= 0;
  if (token.letter == 'a') {
    static constexpr std::array<std::string_view, 2> kHalves = {"AM", "PM"};
    const int half = TakeName(kHalves, 4, lenient, text, at);
    fields->half_day = half;
    return half >= 0;
  }
  if (!IsNumeric(token.letter, token.count)) {
    const int month = TakeName(kMonths, token.count, lenient, text, at);
    fields->month = month + 1;
    return month >= 0;
  }
  int64_t value = 0;
  if (!ParseNumber(index, text, at, &value)) return false;
  SetField(token.letter, token.count, value, fields);
  return true;
}

void JavaDatePattern::SetField(char letter, int count, int64_t value, Fields* fields) const {
  const bool lenient = dialect_ == PatternDialect::kSimpleDateFormat;
  switch (letter) {
    case 'y':
    case 'u':
      fields->year = count == 2 && !lenient ? 2000 + value : value;
      break;
    case 'M':
    case 'L':
      fields->month = value;
      break;
    case 'd':
      fields->day = value;
      break;
    case 'D':
      fields->day_of_year = value;
      break;
    case 'H':
      fields->hour = value;
      break;
    case 'k':
      fields->hour = value == 24 ? 0 : value;
      break;
    case 'K':
      fields->half_day_hour = value;
      break;
    case 'h':
      fields->half_day_hour = value == 12 ? 0 : value;
      break;
    case 'm':
      fields->minute = value;
      break;
    case 's':
      fields->second = value;
      break;
    case 'S': {
      int64_t scaled = value;
      if (lenient) {
        scaled = value * 1'000'000;
      } else {
        for (int i = count; i < 9; ++i) scaled *= 10;
      }
      fields->nanos = scaled;
      break;
    }
    default:
      fields->nanos = value;
  }
}

// java.time's SMART resolution, and Flink's defaults for what is missing.
bool JavaDatePattern::ResolveStrict(const Fields& fields, LocalTime* out) const {
  const auto in_range = [](const std::optional<int64_t>& value, int64_t low, int64_t high) {
    return !value.has_value() || (*value >= low && *value <= high);
  };
  if (!in_range(fields.year, 1, 999'999'999) || !in_range(fields.month, 1, 12) ||
      !in_range(fields.day, 1, 31) || !in_range(fields.day_of_year, 1, 366) ||
      !in_range(fields.hour, 0, 24) || !in_range(fields.half_day_hour, 0, 11) ||
      !in_range(fields.minute, 0, 59) || !in_range(fields.second, 0, 59) ||
      !in_range(fields.nanos, 0, 999'999'999)) {
    return false;
  }
  const auto year = static_cast<int>(fields.year.value_or(1970));
  const auto month = static_cast<int>(fields.month.value_or(1));
  int64_t day = fields.day.value_or(1);
  const int last = LastDayOfMonth(year, month);
  if (day > last) {
    if (!fields.year || !fields.month) return false;
    day = last;
  }
  int64_t days = DaysFromCivil(year, month, static_cast<int>(day));
  if (fields.day_of_year && fields.year && !fields.month && !fields.day) {
    days = DaysFromCivil(year, 1, 1) + *fields.day_of_year - 1;
  }
  int64_t hour = fields.hour.value_or(0);
  if (!fields.hour && fields.half_day_hour && fields.half_day) {
    hour = *fields.half_day_hour + 12 * *fields.half_day;
  }
  const int64_t minute = fields.minute.value_or(0);
  const int64_t second = fields.second.value_or(0);
  const int64_t nanos = fields.nanos.value_or(0);
  if (hour == 24 && (minute != 0 || second != 0 || nanos != 0)) return false;
  out->seconds = days * kSecondsPerDay + hour * 3600 + minute * 60 + second;
  out->nanos = static_cast<int32_t>(nanos);
  return true;
}

// Values beyond their range carry over, as in java.util.Calendar.
bool JavaDatePattern::ResolveLenient(const Fields& fields, LocalTime* out) const {
  static constexpr int64_t kLimit = 1'000'000'000;
  const auto clamp = [](const std::optional<int64_t>& value, int64_t otherwise) {
    return std::clamp(value.value_or(otherwise), -kLimit, kLimit);
  };
  int64_t days = DaysFromCivil(
      static_cast<int>(std::clamp<int64_t>(clamp(fields.year, 1970), -100'000, 100'000)),
      static_cast<int>(clamp(fields.month, 1)), 1);
  days += fields.day_of_year && !fields.day ? clamp(fields.day_of_year, 1) - 1
                                            : clamp(fields.day, 1) - 1;
  int64_t hour = clamp(fields.hour, 0);
  if (!fields.hour && fields.half_day_hour) {
    hour = clamp(fields.half_day_hour, 0) + 12 * fields.half_day.value_or(0);
  }
  const int64_t nanos = fields.nanos.value_or(0);
  out->seconds = days * kSecondsPerDay + hour * 3600 + clamp(fields.minute, 0) * 60 +
                 clamp(fields.second, 0) + FloorDivide(nanos, kNanosPerSecond);
  out->nanos = static_cast<int32_t>(FloorModulo(nanos, kNanosPerSecond));
  return true;
}

}  // namespace floe::functions
