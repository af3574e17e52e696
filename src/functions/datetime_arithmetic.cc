// Dates and times plus intervals, TIMESTAMPADD, TIMESTAMPDIFF, and FLOOR and CEIL to a unit.
#include "functions/datetime_arithmetic.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "functions/calendar.h"
#include "functions/casting.h"
#include "functions/datetime_floor.h"
#include "functions/kernel.h"
#include "functions/session_time.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

int64_t UnitsPerMilli(const DataType& type) { return UnitsPerSecond(type.precision()) / 1000; }

// Cuts digits that a precision below 3 does not show.
int64_t FloorToPrecision(int64_t units, int precision) {
  static constexpr int64_t kStep[] = {1000, 100, 10};
  if (precision >= 3) return units;
  return FloorDivide(units, kStep[precision]) * kStep[precision];
}

// --- datetime ± interval -----------------------------------------------------------------------

// A timestamp plus milliseconds or months, `sign` times.
BoundKernel ShiftTimestamp(const DataType& type, bool months, int64_t sign) {
  const int64_t per_milli = UnitsPerMilli(type);
  const int precision = type.precision();
  if (!months) {
    return Total<int64_t, int64_t, int64_t>(
        [per_milli, precision, sign](int64_t units, int64_t millis) {
          const auto shift = static_cast<uint64_t>(millis) * static_cast<uint64_t>(per_milli) *
                             static_cast<uint64_t>(sign);
          return FloorToPrecision(static_cast<int64_t>(static_cast<uint64_t>(units) + shift),
                                  precision);
        });
  }
  const int64_t per_day = per_milli * kMillisPerDay;
  return Total<int64_t, int64_t, int32_t>([per_day, sign](int64_t units, int32_t count) {
    const int64_t days = FloorDivide(units, per_day);
    const int64_t moved = AddMonths(static_cast<int32_t>(days), sign * count);
    return moved * per_day + (units - days * per_day);
  });
}

BoundKernel ShiftDate(bool months, int64_t sign) {
  if (months) {
    return Total<int32_t, int32_t, int32_t>(
        [sign](int32_t days, int32_t count) { return AddMonths(days, sign * count); });
  }
  return Total<int32_t, int32_t, int64_t>([sign](int32_t days, int64_t millis) {
    return static_cast<int32_t>(days + sign * (millis / kMillisPerDay));
  });
}

BoundKernel ShiftTime(bool months, int64_t sign) {
  if (months) {
    return Total<int32_t, int32_t, int32_t>([](int32_t millis, int32_t) { return millis; });
  }
  return Total<int32_t, int32_t, int64_t>([sign](int32_t millis, int64_t shift) {
    return static_cast<int32_t>(
        FloorModulo(millis + sign * (shift % kMillisPerDay), kMillisPerDay));
  });
}

Result<BoundKernel> MakeShift(const KernelRequest& request, int64_t sign) {
  const bool months = request.argument_type(1).kind() == TypeKind::kIntervalYearMonth;
  switch (request.type.kind()) {
    case TypeKind::kDate:
      return ShiftDate(months, sign);
    case TypeKind::kTime:
      return ShiftTime(months, sign);
    default:
      return ShiftTimestamp(request.type, months, sign);
  }
}

Result<BoundKernel> MakePlus(const KernelRequest& request) { return MakeShift(request, 1); }
Result<BoundKernel> MakeMinus(const KernelRequest& request) { return MakeShift(request, -1); }

const ScalarFunction kPlus{"+", CallForm::kStrict, PrintForm::kInfix, true, 0, MakePlus};
const ScalarFunction kMinus{"-", CallForm::kStrict, PrintForm::kInfix, true, 0, MakeMinus};

// --- TIMESTAMPADD ------------------------------------------------------------------------------

bool IsMonthUnit(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kYear:
    case TimeUnit::kQuarter:
    case TimeUnit::kMonth:
    case TimeUnit::kDecade:
    case TimeUnit::kCentury:
    case TimeUnit::kMillennium:
      return true;
    default:
      return false;
  }
}

int64_t MonthsOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kMillennium:
      return 12000;
    case TimeUnit::kCentury:
      return 1200;
    case TimeUnit::kDecade:
      return 120;
    case TimeUnit::kYear:
      return 12;
    case TimeUnit::kQuarter:
      return 3;
    default:
      return 1;
  }
}

// Milliseconds of a day-time unit; nothing for those below.
std::optional<int64_t> MillisOf(TimeUnit unit) {
  switch (unit) {
    case TimeUnit::kWeek:
      return 7 * kMillisPerDay;
    case TimeUnit::kDay:
      return kMillisPerDay;
    case TimeUnit::kHour:
      return kMillisPerHour;
    case TimeUnit::kMinute:
      return kMillisPerMinute;
    case TimeUnit::kSecond:
      return kMillisPerSecond;
    case TimeUnit::kMillisecond:
      return 1;
    default:
      return std::nullopt;
  }
}

// arguments: unit, count, datetime: as the datetime plus that many units.
Result<ExpressionPtr> ResolveTimestampAdd(ResolveRequest& request) {
  const std::optional<TimeUnit> unit = UnitOfArgument(*request.arguments[0]);
  if (!unit.has_value()) return ArgumentMismatch(request);
  const bool months = IsMonthUnit(*unit);
  const std::optional<int64_t> size = months ? MonthsOf(*unit) : MillisOf(*unit);
  if (!size.has_value()) {
    return Error(ErrorCode::kSqlUnsupported,
                 "TIMESTAMPADD in " + std::string(TimeUnitName(*unit)) + "s is not supported yet",
                 request.span);
  }
  ExpressionPtr value = request.arguments[2];
  if (IsUntypedNull(*value) || IsUntypedNull(*request.arguments[1])) return UntypedNull(request);
  if (!value->type().is_datetime() || !request.type(1).is_integer()) {
    return ArgumentMismatch(request);
  }
  const bool below_day = !months && *size < kMillisPerDay;
  if (value->type().kind() == TypeKind::kDate && below_day) {
    FLOE_ASSIGN(value, CoerceTo(value, DataType::Timestamp(6), request.options));
  } else if (value->type().is_timestamp() && *unit == TimeUnit::kMillisecond &&
             value->type().precision() < 3) {
    const DataType finer = value->type().kind() == TypeKind::kTimestamp ? DataType::Timestamp(3)
                                                                        : DataType::TimestampLtz(3);
    FLOE_ASSIGN(value, CoerceTo(value, finer, request.options));
  }
  const DataType interval =
      (months ? DataType::IntervalYearMonth() : DataType::IntervalDayTime()).NotNull();
  FLOE_ASSIGN(ExpressionPtr shift,
              ResolveCall("*", {request.arguments[1], Expression::Literal(*size, interval)},
                          request.options, request.span));
  return ResolveCall("+", {value, shift}, request.options, request.span);
}

// --- TIMESTAMPDIFF -----------------------------------------------------------------------------

int64_t MonthsBetween(int64_t from_millis, int64_t to_millis) {
  if (to_millis < from_millis) return -MonthsBetween(to_millis, from_millis);
  const int64_t from_day = FloorDivide(from_millis, kMillisPerDay);
  const int64_t to_day = FloorDivide(to_millis, kMillisPerDay);
  const CivilDate from = CivilFromDays(from_day);
  const CivilDate to = CivilFromDays(to_day);
  int64_t months = (int64_t{to.year} - from.year) * 12 + to.month - from.month;
  if (AddMonths(static_cast<int32_t>(from_day), months) > to_day) --months;
  const int64_t reached = AddMonths(static_cast<int32_t>(from_day), months);
  if (reached == to_day &&
      from_millis - from_day * kMillisPerDay > to_millis - to_day * kMillisPerDay) {
    --months;
  }
  return months;
}

template <typename Out>
BoundKernel Difference(TimeUnit unit) {
  if (IsMonthUnit(unit)) {
    return Total<Out, std::string_view, int64_t, int64_t>(
        [size = MonthsOf(unit)](std::string_view, int64_t from, int64_t to) {
          return static_cast<Out>(MonthsBetween(from, to) / size);
        });
  }
  const std::optional<int64_t> size = MillisOf(unit);
  if (size.has_value()) {
    return Total<Out, std::string_view, int64_t, int64_t>(
        [size = *size](std::string_view, int64_t from, int64_t to) {
          return static_cast<Out>((to - from) / size);
        });
  }
  const int64_t factor = unit == TimeUnit::kMicrosecond ? 1'000 : 1'000'000;
  return Total<Out, std::string_view, int64_t, int64_t>(
      [factor](std::string_view, int64_t from, int64_t to) {
        return static_cast<Out>((to - from) * factor);
      });
}

// arguments: unit, from, to, both as TIMESTAMP(3).
Result<BoundKernel> MakeDifference(const KernelRequest& request) {
  const TimeUnit unit = *UnitOfArgument(*request.arguments[0]);
  return request.type.kind() == TypeKind::kBigInt ? Difference<int64_t>(unit)
                                                  : Difference<int32_t>(unit);
}

const ScalarFunction kTimestampDiff{"TIMESTAMPDIFF", CallForm::kStrict, PrintForm::kCall, true, 0,
                                    MakeDifference};

Result<ExpressionPtr> ResolveTimestampDiff(ResolveRequest& request) {
  const std::optional<TimeUnit> unit = UnitOfArgument(*request.arguments[0]);
  if (!unit.has_value() || (!IsMonthUnit(*unit) && !MillisOf(*unit).has_value() &&
                            *unit != TimeUnit::kMicrosecond && *unit != TimeUnit::kNanosecond)) {
    return ArgumentMismatch(request);
  }
  const bool nullable = request.type(1).nullable() || request.type(2).nullable();
  const bool local = request.type(1).kind() == TypeKind::kTimestampLtz;
  if (local != (request.type(2).kind() == TypeKind::kTimestampLtz)) {
    return ArgumentMismatch(request, "TIMESTAMP_LTZ has a difference to TIMESTAMP_LTZ only");
  }
  for (size_t i = 1; i < 3; ++i) {
    if (IsUntypedNull(*request.arguments[i])) return UntypedNull(request);
    if (!request.type(i).is_datetime()) return ArgumentMismatch(request);
    const DataType millis = local ? DataType::TimestampLtz(3) : DataType::Timestamp(3);
    FLOE_ASSIGN(request.arguments[i], CoerceTo(request.arguments[i], millis, request.options));
  }
  const bool fine = *unit == TimeUnit::kMicrosecond || *unit == TimeUnit::kNanosecond;
  const DataType type = fine ? DataType::BigInt() : DataType::Integer();
  return Expression::Call(&kTimestampDiff, std::move(request.arguments),
                          type.WithNullable(nullable), request.span);
}

// --- FLOOR and CEIL ----------------------------------------------------------------------------

// Flink's DateTimeUtils.julianDateFloor.
int32_t FloorDate(TimeUnit unit, int64_t days, bool up) {
  const CivilDate date = CivilFromDays(days);
  const int next = up ? 1 : 0;
  const auto period = [&](int size) {
    const int last = (date.year + size - 1) / size * size;
    return DaysFromCivil(up ? last + 1 : last - size + 1, 1, 1);
  };
  switch (unit) {
    case TimeUnit::kMillennium:
      return period(1000);
    case TimeUnit::kCentury:
      return period(100);
    case TimeUnit::kDecade:
      return DaysFromCivil(10 * (date.year / 10 + next), 1, 1);
    case TimeUnit::kYear:
      return DaysFromCivil(date.year + (up && (date.month > 1 || date.day > 1) ? 1 : 0), 1, 1);
    case TimeUnit::kQuarter: {
      const int quarter = (date.month + 2) / 3 + (up && (date.month > 1 || date.day > 1) ? 1 : 0);
      return DaysFromCivil(date.year, quarter * 3 - 2, 1);
    }
    case TimeUnit::kMonth:
      return DaysFromCivil(date.year, date.month + (up && date.day > 1 ? 1 : 0), 1);
    case TimeUnit::kWeek: {
      // Weeks begin on Sunday.
      const int since_sunday = IsoDayOfWeek(days) % 7;
      const int shift = up && since_sunday > 0 ? since_sunday - 7 : since_sunday;
      return static_cast<int32_t>(days - shift);
    }
    default:
      return static_cast<int32_t>(days + next);
  }
}

int64_t FloorMillis(TimeUnit unit, int64_t millis, bool up) {
  const std::optional<int64_t> size = MillisOf(unit);
  if (!size.has_value() || unit == TimeUnit::kWeek) {
    return int64_t{FloorDate(unit, millis / kMillisPerDay, up)} * kMillisPerDay;
  }
  const int64_t floor = FloorDivide(millis, *size) * *size;
  return up && floor < millis ? floor + *size : floor;
}

// arguments: value, unit[, zone].
template <bool kUp>
Result<BoundKernel> MakeFloor(const KernelRequest& request) {
  const TimeUnit unit = *UnitOfArgument(*request.arguments[1]);
  const int64_t per_milli = UnitsPerMilli(request.type);
  switch (request.type.kind()) {
    case TypeKind::kDate:
      return Total<int32_t, int32_t, std::string_view>(
          [unit](int32_t days, std::string_view) { return FloorDate(unit, days, kUp); });
    case TypeKind::kTime:
      return Total<int32_t, int32_t, std::string_view>([unit](int32_t millis, std::string_view) {
        return static_cast<int32_t>(FloorMillis(unit, millis, kUp) % kMillisPerDay);
      });
    case TypeKind::kTimestamp:
      return Total<int64_t, int64_t, std::string_view>(
          [unit, per_milli](int64_t units, std::string_view) {
            return FloorMillis(unit, FloorDivide(units, per_milli), kUp) * per_milli;
          });
    default:
      break;
  }
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 2));
  return PerRowTotal<int64_t, int64_t, std::string_view, std::string_view>(
      [unit, per_milli, zone](Row&, int64_t units, std::string_view, std::string_view,
                              int64_t* out) {
        const int64_t millis = FloorDivide(units, per_milli);
        const int64_t offset =
            zone.OffsetAt(FloorDivide(millis, kMillisPerSecond)) * kMillisPerSecond;
        *out = (FloorMillis(unit, millis + offset, kUp) - offset) * per_milli;
        return true;
      });
}

const ScalarFunction kFloor{"FLOOR", CallForm::kStrict, PrintForm::kCall, true,
                            0,       MakeFloor<false>};
const ScalarFunction kCeil{"CEIL", CallForm::kStrict, PrintForm::kCall, true, 0, MakeFloor<true>};
const ScalarFunction kFloorInZone{"FLOOR", CallForm::kStrict, PrintForm::kCall, true,
                                  1,       MakeFloor<false>};
const ScalarFunction kCeilInZone{"CEIL", CallForm::kStrict, PrintForm::kCall, true,
                                 1,      MakeFloor<true>};

}  // namespace

Result<ExpressionPtr> ResolveDateTimeShift(ResolveRequest& request, bool subtract) {
  const DataType type = request.type(0);
  if (!type.is_datetime() || !request.type(1).is_interval()) return ArgumentMismatch(request);
  const DataType result = type.WithNullable(AnyNullable(request.arguments))
                              .WithTimeAttribute(types::TimeAttribute::kNone);
  return Expression::Call(subtract ? &kMinus : &kPlus, std::move(request.arguments), result,
                          request.span);
}

Result<ExpressionPtr> ResolveDateTimeFloor(ResolveRequest& request, bool up) {
  const std::optional<TimeUnit> unit = UnitOfArgument(*request.arguments[1]);
  if (IsUntypedNull(*request.arguments[0])) return UntypedNull(request);
  const DataType type = request.type(0);
  const bool is_unit = unit.has_value() && (IsMonthUnit(*unit) || MillisOf(*unit).has_value());
  const bool below_day = is_unit && MillisOf(*unit).value_or(kMillisPerDay) < kMillisPerDay;
  if (!is_unit || !type.is_datetime() || (type.kind() == TypeKind::kDate && below_day) ||
      (type.kind() == TypeKind::kTime && !below_day)) {
    return ArgumentMismatch(request);
  }
  const bool in_zone = type.kind() == TypeKind::kTimestampLtz;
  if (in_zone) request.arguments.push_back(StringLiteral(request.options.time_zone));
  const ScalarFunction* function =
      up ? (in_zone ? &kCeilInZone : &kCeil) : (in_zone ? &kFloorInZone : &kFloor);
  return Expression::Call(function, std::move(request.arguments),
                          type.WithTimeAttribute(types::TimeAttribute::kNone), request.span);
}

void RegisterDateTimeArithmetic(FunctionRegistry& registry) {
  registry.Add("TIMESTAMPADD",
               {3, 3, "TIMESTAMPADD(unit, integer, datetime)", false, ResolveTimestampAdd});
  registry.Add("TIMESTAMPDIFF",
               {3, 3, "TIMESTAMPDIFF(unit, datetime, datetime)", false, ResolveTimestampDiff});
}

}  // namespace floe::functions
