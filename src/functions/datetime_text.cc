// Dates and times from and to text and numbers: DATE_FORMAT, TO_TIMESTAMP, UNIX_TIMESTAMP …
#include <algorithm>
#include <cmath>
#include <limits>
#include <optional>
#include <string>
#include <utility>

#include "functions/ascii.h"
#include "functions/calendar.h"
#include "functions/casting.h"
#include "functions/java_date_pattern.h"
#include "functions/kernel.h"
#include "functions/registry.h"
#include "functions/session_time.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

constexpr std::string_view kDefaultPattern = "yyyy-MM-dd HH:mm:ss";
// '0000-01-01 00:00:00' to '9999-12-31 23:59:59.999' UTC: beyond, TO_TIMESTAMP_LTZ is NULL.
constexpr int64_t kMinMillis = -62'167'219'200'000;
constexpr int64_t kMaxMillis = 253'402'300'799'999;

// SimpleDateFormat reads 'yy' as the year within 80 years before and 20 years after the moment when
// the pattern was compiled: not a function of the data, so it is refused.
bool HasTwoDigitYear(std::string_view pattern) {
  bool quoted = false;
  for (size_t i = 0; i < pattern.size();) {
    size_t end = i + 1;
    while (end < pattern.size() && pattern[end] == pattern[i]) ++end;
    if (pattern[i] == '\'' && (end - i) % 2 == 1) quoted = !quoted;
    if (!quoted && pattern[i] == 'y' && end - i <= 2) return true;
    i = end;
  }
  return false;
}

// The compiled form of the pattern of the newest row; nearly always a literal.
class PatternCache {
 public:
  explicit PatternCache(PatternDialect dialect, bool reads = false)
      : dialect_(dialect), reads_(reads) {}

  // Null, and the row failed, if the pattern is not valid.
  const JavaDatePattern* Get(std::string_view pattern, Row& row) {
    if (!compiled_.has_value() || text_ != pattern) {
      text_ = pattern;
      compiled_ = Compile(pattern);
    }
    if (!compiled_->ok()) {
      row.Fail(compiled_->error());
      return nullptr;
    }
    return &compiled_->value();
  }

 private:
  Result<JavaDatePattern> Compile(std::string_view pattern) const {
    if (reads_ && dialect_ == PatternDialect::kSimpleDateFormat && HasTwoDigitYear(pattern)) {
      return Error(ErrorCode::kSqlUnsupported,
                   "a two-digit year in the date pattern '" + std::string(pattern) +
                       "' is not supported: its century depends on today")
          .WithHint("use yyyy, or TO_TIMESTAMP, whose 'yy' counts from 2000");
    }
    return JavaDatePattern::Compile(pattern, dialect_);
  }

  PatternDialect dialect_;
  bool reads_;
  std::string text_;
  std::optional<Result<JavaDatePattern>> compiled_;
};

bool FormatInto(Row& row, const JavaDatePattern& pattern, const LocalTime& time, int64_t offset,
                std::string_view* out) {
  std::string text;
  const Status status = pattern.Format(time, offset, &text);
  if (!status.ok()) return row.Fail(status.error());
  *out = row.Keep(text);
  return true;
}

// --- DATE_FORMAT -------------------------------------------------------------------------------

BoundKernel FormatTimestamp(int precision) {
  return PerRow<std::string_view, int64_t, std::string_view>(
      [precision, cache = PatternCache(PatternDialect::kDateTimeFormatter)](
          Row& row, int64_t units, std::string_view format, std::string_view* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        return FormatInto(row, *pattern, FromTimestampUnits(units, precision), 0, out);
      });
}

BoundKernel FormatInstant(int precision, TimeZone zone) {
  return PerRow<std::string_view, int64_t, std::string_view, std::string_view>(
      [precision, zone, cache = PatternCache(PatternDialect::kDateTimeFormatter)](
          Row& row, int64_t units, std::string_view format, std::string_view,
          std::string_view* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        LocalTime time = FromTimestampUnits(units, precision);
        time.seconds = zone.ToLocal(time.seconds);
        return FormatInto(row, *pattern, time, 0, out);
      });
}

BoundKernel FormatDate() {
  return PerRow<std::string_view, int32_t, std::string_view>(
      [cache = PatternCache(PatternDialect::kSimpleDateFormat)](
          Row& row, int32_t days, std::string_view format, std::string_view* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        return FormatInto(row, *pattern, {days * kSecondsPerDay, 0}, 0, out);
      });
}

BoundKernel ReformatText() {
  const JavaDatePattern from =
      JavaDatePattern::Compile(kDefaultPattern, PatternDialect::kSimpleDateFormat).value();
  return PerRow<std::string_view, std::string_view, std::string_view>(
      [from, cache = PatternCache(PatternDialect::kSimpleDateFormat)](
          Row& row, std::string_view text, std::string_view format, std::string_view* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        LocalTime time;
        if (pattern == nullptr || !from.Parse(text, &time)) return false;
        return FormatInto(row, *pattern, time, 0, out);
      });
}

Result<BoundKernel> MakeDateFormat(const KernelRequest& request) {
  const DataType& type = request.argument_type(0);
  if (type.kind() == TypeKind::kTimestamp) return FormatTimestamp(type.precision());
  if (type.kind() == TypeKind::kDate) return FormatDate();
  if (type.is_character()) return ReformatText();
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 2));
  return FormatInstant(type.precision(), zone);
}

const ScalarFunction kDateFormat{"DATE_FORMAT", CallForm::kStrict, PrintForm::kCall, true, 0,
                                 MakeDateFormat};
const ScalarFunction kDateFormatInZone{"DATE_FORMAT", CallForm::kStrict, PrintForm::kCall, true, 1,
                                       MakeDateFormat};

Result<ExpressionPtr> ResolveDateFormat(ResolveRequest& request) {
  const DataType type = request.type(0);
  if (IsUntypedNull(*request.arguments[0]) || IsUntypedNull(*request.arguments[1])) {
    return UntypedNull(request);
  }
  if (!(type.is_timestamp() || type.kind() == TypeKind::kDate || type.is_character()) ||
      !request.type(1).is_character()) {
    return ArgumentMismatch(request);
  }
  const bool in_zone = type.kind() == TypeKind::kTimestampLtz;
  if (in_zone) request.arguments.push_back(StringLiteral(request.options.time_zone));
  return Expression::Call(in_zone ? &kDateFormatInZone : &kDateFormat, std::move(request.arguments),
                          DataType::String(), request.span);
}

// --- TO_TIMESTAMP, TO_DATE ---------------------------------------------------------------------

// What java.sql.Timestamp.valueOf and Date.valueOf take: the form in which Flink reads text that
// does not match the pattern.
bool ParseJdbcForm(std::string_view text, LocalTime* out) {
  static const JavaDatePattern kDate =
      JavaDatePattern::Compile("yyyy-M-d", PatternDialect::kSimpleDateFormat).value();
  static const JavaDatePattern kTimestamp =
      JavaDatePattern::Compile("yyyy-M-d H:m:s", PatternDialect::kSimpleDateFormat).value();
  text = TrimJava(text);
  const size_t year = text.find('-');
  if (year != 4) return false;
  const size_t dot = text.find('.');
  const std::string_view whole = text.substr(0, dot);
  const bool has_time = text.find(' ') != std::string_view::npos;
  if (!std::all_of(whole.begin(), whole.end(),
                   [](char c) { return IsDigit(c) || c == '-' || c == ' ' || c == ':'; })) {
    return false;
  }
  if (!has_time) return dot == std::string_view::npos && kDate.Parse(text, out);
  if (std::count(whole.begin(), whole.end(), ':') != 2 || !kTimestamp.Parse(whole, out)) {
    return false;
  }
  if (dot == std::string_view::npos) return true;
  std::string fraction(text.substr(dot + 1));
  if (fraction.empty() || fraction.size() > 9 ||
      !std::all_of(fraction.begin(), fraction.end(), IsDigit)) {
    return false;
  }
  fraction.resize(9, '0');
  out->nanos = std::stoi(fraction);
  return true;
}

Result<BoundKernel> MakeToTimestamp(const KernelRequest& request) {
  if (request.arguments.size() == 1) {
    return PerRowTotal<int64_t, std::string_view>(
        [parser = TimestampTextParser()](Row&, std::string_view text, int64_t* out) mutable {
          LocalTime time;
          return parser.Parse(text, &time) && ToTimestampUnits(time, 3, out);
        });
  }
  return PerRow<int64_t, std::string_view, std::string_view>(
      [cache = PatternCache(PatternDialect::kDateTimeFormatter)](
          Row& row, std::string_view text, std::string_view format, int64_t* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        LocalTime time;
        if (!pattern->Parse(text, &time) && !ParseJdbcForm(text, &time)) return false;
        return ToTimestampUnits(time, 3, out);
      });
}

Result<BoundKernel> MakeToDate(const KernelRequest& request) {
  if (request.arguments.size() == 1) {
    return PerRowTotal<int32_t, std::string_view>([](Row&, std::string_view text, int32_t* out) {
      const std::optional<int32_t> days = ParseDateText(text);
      *out = days.value_or(0);
      return days.has_value();
    });
  }
  return PerRow<int32_t, std::string_view, std::string_view>(
      [cache = PatternCache(PatternDialect::kSimpleDateFormat, true)](
          Row& row, std::string_view text, std::string_view format, int32_t* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        LocalTime time;
        if (pattern == nullptr || !pattern->Parse(text, &time)) return false;
        *out = static_cast<int32_t>(FloorDivide(time.seconds, kSecondsPerDay));
        return true;
      });
}

// --- TO_TIMESTAMP_LTZ --------------------------------------------------------------------------

bool InRange(int64_t units, int precision) {
  const int64_t millis = FloorDivide(units, UnitsPerSecond(precision) / kMillisPerSecond);
  return millis >= kMinMillis && millis <= kMaxMillis;
}

int64_t TenTo(int exponent) {
  int64_t power = 1;
  for (; exponent > 0; --exponent) power *= 10;
  return power;
}

// A count of 10^-digits seconds since 1970 as units of the result; nothing where out of range.
bool UnitsFromCount(int64_t count, int digits, int precision, int64_t* out) {
  const int64_t factor = UnitsPerSecond(precision) / TenTo(digits);
  return !__builtin_mul_overflow(count, factor, out) && InRange(*out, precision);
}

// arguments: number, digits.
Result<BoundKernel> MakeLocalFromNumber(const KernelRequest& request) {
  const int precision = request.type.precision();
  const auto digits = static_cast<int>(std::get<int64_t>(request.arguments[1]->literal()));
  if (request.argument_type(0).is_approximate()) {
    return PerRowTotal<int64_t, double, int64_t>([precision, digits](Row&, double value, int64_t,
                                                                     int64_t* out) {
      const double units = value * static_cast<double>(UnitsPerSecond(precision) / TenTo(digits));
      if (!(std::fabs(units) < 9.2e18)) return false;
      *out = static_cast<int64_t>(units);
      return InRange(*out, precision);
    });
  }
  return PerRowTotal<int64_t, int64_t, int64_t>(
      [precision, digits](Row&, int64_t value, int64_t, int64_t* out) {
        return UnitsFromCount(value, digits, precision, out);
      });
}

// arguments: text[, pattern[, zone]].
Result<BoundKernel> MakeLocalFromText(const KernelRequest& request) {
  if (request.arguments.size() == 1) {
    return PerRowTotal<int64_t, std::string_view>(
        [parser = TimestampTextParser()](Row&, std::string_view text, int64_t* out) mutable {
          LocalTime time;
          return parser.Parse(text, &time) && ToTimestampUnits(time, 3, out);
        });
  }
  auto parse = [cache = PatternCache(PatternDialect::kDateTimeFormatter)](
                   Row& row, std::string_view text, std::string_view format, const TimeZone& zone,
                   int64_t* out) mutable {
    const JavaDatePattern* pattern = cache.Get(format, row);
    LocalTime time;
    if (pattern == nullptr || (!pattern->Parse(text, &time) && !ParseJdbcForm(text, &time))) {
      return false;
    }
    time.seconds = zone.ToUtc(time.seconds);
    return ToTimestampUnits(time, 3, out);
  };
  if (request.arguments.size() == 2) {
    return PerRow<int64_t, std::string_view, std::string_view>(
        [parse](Row& row, std::string_view text, std::string_view format, int64_t* out) mutable {
          return parse(row, text, format, TimeZone::Utc(), out);
        });
  }
  return PerRow<int64_t, std::string_view, std::string_view, std::string_view>(
      [parse, name = std::string(), zone = std::optional<TimeZone>()](
          Row& row, std::string_view text, std::string_view format, std::string_view zone_name,
          int64_t* out) mutable {
        if (!zone.has_value() || name != zone_name) {
          name = zone_name;
          zone = TimeZone::Find(zone_name);
        }
        return zone.has_value() && parse(row, text, format, *zone, out);
      });
}

const ScalarFunction kLocalFromNumber{
    "TO_TIMESTAMP_LTZ", CallForm::kStrict, PrintForm::kCall, true, 0, MakeLocalFromNumber};
const ScalarFunction kLocalFromText{
    "TO_TIMESTAMP_LTZ", CallForm::kStrict, PrintForm::kCall, true, 0, MakeLocalFromText};

Result<ExpressionPtr> ResolveToLocal(ResolveRequest& request) {
  for (const ExpressionPtr& argument : request.arguments) {
    if (IsUntypedNull(*argument)) return UntypedNull(request);
  }
  if (request.type(0).is_character()) {
    FLOE_TRY(CoerceArguments(request, "s?ss"));
    return Expression::Call(&kLocalFromText, std::move(request.arguments),
                            DataType::TimestampLtz(3), request.span);
  }
  if (!request.type(0).is_numeric() || request.arguments.size() > 2) {
    return ArgumentMismatch(request);
  }
  if (request.arguments.size() == 1) request.arguments.push_back(IntegerLiteral(3));
  const auto* digits = std::get_if<int64_t>(&request.arguments[1]->literal());
  if (digits == nullptr || *digits < 0 || *digits > 9) {
    return ArgumentMismatch(request, "the precision must be a literal from 0 to 9");
  }
  const int precision = std::max(3, static_cast<int>(*digits));
  const DataType number =
      request.type(0).is_approximate() ? DataType::Double() : DataType::BigInt();
  FLOE_ASSIGN(request.arguments[0], CoerceTo(request.arguments[0], number, request.options));
  FLOE_ASSIGN(request.arguments[1],
              CoerceTo(request.arguments[1], DataType::BigInt(), request.options));
  return Expression::Call(&kLocalFromNumber, std::move(request.arguments),
                          DataType::TimestampLtz(precision), request.span);
}

// --- UNIX_TIMESTAMP, FROM_UNIXTIME, CONVERT_TZ -------------------------------------------------

// arguments: text, pattern, zone.
Result<BoundKernel> MakeUnixTimestamp(const KernelRequest& request) {
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 2));
  return PerRow<int64_t, std::string_view, std::string_view, std::string_view>(
      [zone, cache = PatternCache(PatternDialect::kSimpleDateFormat, true)](
          Row& row, std::string_view text, std::string_view format, std::string_view,
          int64_t* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        LocalTime time;
        if (!pattern->Parse(text, &time)) {
          *out = std::numeric_limits<int64_t>::min();  // as Flink answers
          return true;
        }
        const int64_t seconds = zone.ToUtc(time.seconds);
        // Flink divides milliseconds towards zero.
        *out = seconds < 0 && time.nanos >= 1'000'000 ? seconds + 1 : seconds;
        return true;
      });
}

// arguments: seconds, pattern, zone.
Result<BoundKernel> MakeFromUnixTime(const KernelRequest& request) {
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 2));
  return PerRow<std::string_view, int64_t, std::string_view, std::string_view>(
      [zone, cache = PatternCache(PatternDialect::kSimpleDateFormat)](
          Row& row, int64_t seconds, std::string_view format, std::string_view,
          std::string_view* out) mutable {
        const JavaDatePattern* pattern = cache.Get(format, row);
        if (pattern == nullptr) return false;
        // Flink multiplies to milliseconds, which may wrap around.
        const auto millis = static_cast<int64_t>(static_cast<uint64_t>(seconds) * 1000);
        const int64_t instant = FloorDivide(millis, kMillisPerSecond);
        const int64_t offset = zone.OffsetAt(instant);
        return FormatInto(row, *pattern, {instant + offset, 0}, offset, out);
      });
}

// A zone by name, GMT for one that does not exist, as java.util.TimeZone gives it.
class ZoneCache {
 public:
  const TimeZone& Get(std::string_view name) {
    if (!known_ || name_ != name) {
      known_ = true;
      name_ = name;
      zone_ = TimeZone::Find(name).value_or(TimeZone::Utc());
    }
    return zone_;
  }

 private:
  bool known_ = false;
  std::string name_;
  TimeZone zone_ = TimeZone::Utc();
};

Result<BoundKernel> MakeConvertTz(const KernelRequest&) {
  FLOE_ASSIGN(const JavaDatePattern pattern,
              JavaDatePattern::Compile(kDefaultPattern, PatternDialect::kSimpleDateFormat));
  return PerRow<std::string_view, std::string_view, std::string_view, std::string_view>(
      [pattern, from = ZoneCache(), to = ZoneCache()](
          Row& row, std::string_view text, std::string_view from_name, std::string_view to_name,
          std::string_view* out) mutable {
        LocalTime time;
        if (!pattern.Parse(text, &time)) return false;
        const int64_t utc = from.Get(from_name).ToUtc(time.seconds);
        return FormatInto(row, pattern, {to.Get(to_name).ToLocal(utc), 0}, 0, out);
      });
}

DataType TimestampResult(std::span<const ExpressionPtr>) { return DataType::Timestamp(3); }

const StrictFunction kFunctions[] = {
    {{"TO_TIMESTAMP", CallForm::kStrict, PrintForm::kCall, true, 0, MakeToTimestamp},
     "s?s",
     TimestampResult,
     Nullability::kForce,
     "TO_TIMESTAMP(string), TO_TIMESTAMP(string, pattern)"},
    {{"TO_DATE", CallForm::kStrict, PrintForm::kCall, true, 0, MakeToDate},
     "s?s",
     DateResult,
     Nullability::kForce,
     "TO_DATE(string), TO_DATE(string, pattern)"},
    {{"CONVERT_TZ", CallForm::kStrict, PrintForm::kCall, true, 0, MakeConvertTz},
     "sss",
     StringResult,
     Nullability::kForce,
     "CONVERT_TZ(string, from_zone, to_zone)"},
};

const ScalarFunction kUnixTimestamp{"UNIX_TIMESTAMP", CallForm::kStrict, PrintForm::kCall, true, 1,
                                    MakeUnixTimestamp};
const ScalarFunction kFromUnixTime{"FROM_UNIXTIME", CallForm::kStrict, PrintForm::kCall, true, 1,
                                   MakeFromUnixTime};

Result<ExpressionPtr> ResolveUnixTimestamp(ResolveRequest& request) {
  if (request.arguments.empty()) {
    return ResolveCall("UNIX_TIMESTAMP NOW", {}, request.options, request.span);
  }
  if (request.arguments.size() == 1) {
    request.arguments.push_back(StringLiteral(std::string(kDefaultPattern)));
  }
  FLOE_TRY(CoerceArguments(request, "ssz"));
  const DataType type = DataType::BigInt().WithNullable(AnyNullable(request.arguments));
  return Expression::Call(&kUnixTimestamp, std::move(request.arguments), type, request.span);
}

Result<ExpressionPtr> ResolveFromUnixTime(ResolveRequest& request) {
  if (request.arguments.size() == 1) {
    request.arguments.push_back(StringLiteral(std::string(kDefaultPattern)));
  }
  FLOE_TRY(CoerceArguments(request, "isz"));
  return Expression::Call(&kFromUnixTime, std::move(request.arguments), DataType::String(),
                          request.span);
}

}  // namespace

void RegisterDateTimeText(FunctionRegistry& registry) {
  AddStrict(registry, kFunctions);
  registry.Add("DATE_FORMAT", {2, 2, "DATE_FORMAT(timestamp, pattern)", false, ResolveDateFormat});
  registry.Add("TO_TIMESTAMP_LTZ",
               {1, 3,
                "TO_TIMESTAMP_LTZ(number[, precision]), TO_TIMESTAMP_LTZ(string[, pattern[, "
                "zone]])",
                false, ResolveToLocal});
  registry.Add("UNIX_TIMESTAMP", {0, 2, "UNIX_TIMESTAMP(), UNIX_TIMESTAMP(string[, pattern])",
                                  false, ResolveUnixTimestamp});
  registry.Add("FROM_UNIXTIME",
               {1, 2, "FROM_UNIXTIME(integer[, pattern])", false, ResolveFromUnixTime});
}

}  // namespace floe::functions
