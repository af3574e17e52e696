// EXTRACT, and YEAR, MONTH … as its short forms.
#include <string>
#include <utility>

#include "functions/calendar.h"
#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/registry.h"
#include "functions/session_time.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

int64_t IsoYear(int64_t days) {
  // The year of the week's Thursday.
  return CivilFromDays(days - IsoDayOfWeek(days) + 4).year;
}

int64_t IsoWeek(int64_t days) {
  const int64_t thursday = days - IsoDayOfWeek(days) + 4;
  const int64_t first = DaysFromCivil(CivilFromDays(thursday).year, 1, 1);
  return (thursday - first) / 7 + 1;
}

int64_t RoundedUp(int64_t year, int64_t unit) {
  return year > 0 ? (year + unit - 1) / unit : (year - unit + 1) / unit;
}

int64_t ExtractFromDays(TimeUnit unit, int64_t days) {
  const CivilDate date = CivilFromDays(days);
  switch (unit) {
    case TimeUnit::kMillennium:
      return RoundedUp(date.year, 1000);
    case TimeUnit::kCentury:
      return RoundedUp(date.year, 100);
    case TimeUnit::kDecade:
      return date.year / 10;
    case TimeUnit::kYear:
      return date.year;
    case TimeUnit::kIsoYear:
      return IsoYear(days);
    case TimeUnit::kQuarter:
      return (date.month + 2) / 3;
    case TimeUnit::kMonth:
      return date.month;
    case TimeUnit::kWeek:
      return IsoWeek(days);
    case TimeUnit::kDay:
      return date.day;
    case TimeUnit::kDayOfYear:
      return days - DaysFromCivil(date.year, 1, 1) + 1;
    case TimeUnit::kDayOfWeek:
      return IsoDayOfWeek(days) % 7 + 1;
    case TimeUnit::kIsoDayOfWeek:
      return IsoDayOfWeek(days);
    default:
      return days * kSecondsPerDay;  // EPOCH
  }
}

bool IsDateUnit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kHour:
    case TimeUnit::kMinute:
    case TimeUnit::kSecond:
    case TimeUnit::kMillisecond:
    case TimeUnit::kMicrosecond:
    case TimeUnit::kNanosecond:
    case TimeUnit::kEpoch:
      return false;
    default:
      return true;
  }
}

// From local milliseconds and the nanoseconds above them. Divisions round towards zero, as those of
// Flink's DateTimeUtils.convertExtract do.
int64_t ExtractFromMillis(TimeUnit unit, int64_t millis, int32_t nanos) {
  switch (unit) {
    case TimeUnit::kEpoch:
      return millis / kMillisPerSecond;
    case TimeUnit::kHour:
      return millis % kMillisPerDay / kMillisPerHour;
    case TimeUnit::kMinute:
      return millis % kMillisPerHour / kMillisPerMinute;
    case TimeUnit::kSecond:
      return millis % kMillisPerMinute / kMillisPerSecond;
    case TimeUnit::kMillisecond:
      return millis % kMillisPerSecond;
    case TimeUnit::kMicrosecond:
      return millis % kMillisPerSecond * 1000 + nanos / 1000;
    case TimeUnit::kNanosecond:
      return millis % kMillisPerSecond * 1'000'000 + nanos;
    default:
      return ExtractFromDays(unit, millis / kMillisPerDay);
  }
}

int64_t ExtractFromTimestamp(TimeUnit unit, const LocalTime& time) {
  const int32_t millis_of_second = time.nanos / 1'000'000;
  return ExtractFromMillis(unit, time.seconds * kMillisPerSecond + millis_of_second,
                           time.nanos % 1'000'000);
}

// arguments: unit, value[, zone].
Result<BoundKernel> MakeExtract(const KernelRequest& request) {
  const TimeUnit unit = *UnitOfArgument(*request.arguments[0]);
  const DataType& type = request.argument_type(1);
  const int precision = type.precision();
  switch (type.kind()) {
    case TypeKind::kDate:
      return Total<int64_t, std::string_view, int32_t>(
          [unit](std::string_view, int32_t days) { return ExtractFromDays(unit, days); });
    case TypeKind::kTime:
      return Total<int64_t, std::string_view, int32_t>(
          [unit](std::string_view, int32_t millis) { return ExtractFromMillis(unit, millis, 0); });
    case TypeKind::kIntervalDayTime:
      return Total<int64_t, std::string_view, int64_t>([unit](std::string_view, int64_t millis) {
        return unit == TimeUnit::kDay ? millis / kMillisPerDay : ExtractFromMillis(unit, millis, 0);
      });
    case TypeKind::kIntervalYearMonth:
      return Total<int64_t, std::string_view, int32_t>(
          [unit](std::string_view, int32_t months) -> int64_t {
            return unit == TimeUnit::kYear ? months / 12 : months % 12;
          });
    case TypeKind::kTimestamp:
      return Total<int64_t, std::string_view, int64_t>(
          [unit, precision](std::string_view, int64_t units) {
            return ExtractFromTimestamp(unit, FromTimestampUnits(units, precision));
          });
    default:
      break;
  }
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 2));
  return PerRowTotal<int64_t, std::string_view, int64_t, std::string_view>(
      [unit, precision, zone](Row&, std::string_view, int64_t units, std::string_view,
                              int64_t* out) {
        LocalTime time = FromTimestampUnits(units, precision);
        time.seconds = zone.ToLocal(time.seconds);
        *out = ExtractFromTimestamp(unit, time);
        return true;
      });
}

const ScalarFunction kExtract{"EXTRACT", CallForm::kStrict, PrintForm::kCall, true, 0, MakeExtract};
const ScalarFunction kExtractInZone{"EXTRACT", CallForm::kStrict, PrintForm::kCall, true,
                                    1,         MakeExtract};

bool CanExtract(TimeUnit unit, const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kDate:
      return IsDateUnit(unit) || unit == TimeUnit::kEpoch;
    case TypeKind::kTime:
      return !IsDateUnit(unit) && unit != TimeUnit::kEpoch;
    case TypeKind::kIntervalDayTime:
      return unit == TimeUnit::kDay || (!IsDateUnit(unit) && unit != TimeUnit::kEpoch);
    case TypeKind::kIntervalYearMonth:
      return unit == TimeUnit::kYear || unit == TimeUnit::kMonth;
    default:
      return type.is_timestamp();
  }
}

Result<ExpressionPtr> ExtractCall(ResolveRequest& request, TimeUnit unit, ExpressionPtr value) {
  if (IsUntypedNull(*value)) return UntypedNull(request);
  const DataType type = value->type();
  if (!CanExtract(unit, type)) {
    return ArgumentMismatch(request, std::string(TimeUnitName(unit)) + " is no part of " +
                                         type.WithNullable(true).ToString());
  }
  std::vector<ExpressionPtr> arguments{SymbolLiteral(std::string(TimeUnitName(unit))),
                                       std::move(value)};
  const bool in_zone = type.kind() == TypeKind::kTimestampLtz;
  if (in_zone) arguments.push_back(StringLiteral(request.options.time_zone));
  return Expression::Call(in_zone ? &kExtractInZone : &kExtract, std::move(arguments),
                          DataType::BigInt().WithNullable(type.nullable()), request.span);
}

Result<ExpressionPtr> ResolveExtract(ResolveRequest& request) {
  const std::optional<TimeUnit> unit = UnitOfArgument(*request.arguments[0]);
  if (!unit.has_value()) return ArgumentMismatch(request);
  return ExtractCall(request, *unit, request.arguments[1]);
}

struct ShortForm {
  std::string_view name;
  TimeUnit unit;
};

constexpr ShortForm kShortForms[] = {
    {"YEAR", TimeUnit::kYear},           {"QUARTER", TimeUnit::kQuarter},
    {"MONTH", TimeUnit::kMonth},         {"WEEK", TimeUnit::kWeek},
    {"DAYOFYEAR", TimeUnit::kDayOfYear}, {"DAYOFMONTH", TimeUnit::kDay},
    {"DAYOFWEEK", TimeUnit::kDayOfWeek}, {"HOUR", TimeUnit::kHour},
    {"MINUTE", TimeUnit::kMinute},       {"SECOND", TimeUnit::kSecond},
};

Result<ExpressionPtr> ResolveShortForm(ResolveRequest& request) {
  for (const ShortForm& form : kShortForms) {
    if (form.name == request.name) return ExtractCall(request, form.unit, request.arguments[0]);
  }
  return ArgumentMismatch(request);
}

}  // namespace

void RegisterDateTime(FunctionRegistry& registry) {
  registry.Add("EXTRACT", {2, 2, "EXTRACT(unit FROM datetime)", false, ResolveExtract});
  for (const ShortForm& form : kShortForms) {
    registry.Add(form.name, {1, 1, std::string(form.name) + "(datetime)", false, ResolveShortForm});
  }
}

}  // namespace floe::functions
