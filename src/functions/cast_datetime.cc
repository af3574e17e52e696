// Casts to DATE, TIME, TIMESTAMP and TIMESTAMP_LTZ.
#include <optional>
#include <string>
#include <utility>

#include "functions/calendar.h"
#include "functions/casting.h"
#include "functions/kernel.h"
#include "functions/session_time.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

constexpr size_t kMaxQuoted = 100;

std::string_view ValidForm(TypeKind kind) {
  switch (kind) {
    case TypeKind::kDate:
      return "yyyy-MM-dd";
    case TypeKind::kTime:
      return "HH:mm:ss[.fff]";
    default:
      return "yyyy-MM-dd[ HH:mm:ss[.fffffffff]]";
  }
}

bool CastFailed(Row& row, CastFailure failure, std::string_view text, const DataType& target) {
  if (failure == CastFailure::kNull) return false;
  std::string quoted(text.substr(0, kMaxQuoted));
  if (text.size() > kMaxQuoted) quoted += "…";
  return row.Fail(Error(ErrorCode::kInvalidCast,
                        "cannot cast '" + quoted + "' to " + target.WithNullable(true).ToString() +
                            ": it is not " + std::string(ValidForm(target.kind())))
                      .WithHint("TRY_CAST gives NULL for such a value"));
}

bool OutOfRange(Row& row, CastFailure failure, const DataType& target) {
  if (failure == CastFailure::kNull) return false;
  return row.Fail(Error(ErrorCode::kNumericOutOfRange,
                        "a time is out of the range of " + target.WithNullable(true).ToString())
                      .WithHint("with more than six digits of fraction, the years 1678 to 2261"));
}

// Truncates towards zero to `precision` digits of a second, as Flink does for milliseconds.
int64_t TruncateMillis(int64_t millis, int precision) {
  static constexpr int64_t kUnit[] = {1000, 100, 10, 1};
  const int64_t unit = kUnit[precision < 3 ? precision : 3];
  return millis / unit * unit;
}

int32_t TruncateTime(int32_t millis, int precision) {
  return static_cast<int32_t>(TruncateMillis(millis, precision));
}

// Units of one precision to those of another: fractions of milliseconds are cut towards the past,
// milliseconds towards zero (DateTimeUtils.truncate).
bool ConvertUnits(int64_t units, int from, int to, int64_t* out) {
  if (to >= from) {
    return !__builtin_mul_overflow(units, UnitsPerSecond(to) / UnitsPerSecond(from), out);
  }
  const int64_t millis = FloorDivide(units, UnitsPerSecond(from) / kMillisPerSecond);
  if (to <= 3) {
    *out = TruncateMillis(millis, to);
    return true;
  }
  LocalTime time = FromTimestampUnits(units, from);
  return ToTimestampUnits(time, to, out);
}

int64_t UnitsToMillis(int64_t units, int precision) {
  return FloorDivide(units, UnitsPerSecond(precision) / kMillisPerSecond);
}

bool MillisToUnits(int64_t millis, int precision, int64_t* out) {
  return !__builtin_mul_overflow(millis, UnitsPerSecond(precision) / kMillisPerSecond, out);
}

// --- from text ---------------------------------------------------------------------------------

BoundKernel TextToDate(const DataType& target, CastFailure failure) {
  return PerRow<int32_t, std::string_view>(
      [target, failure](Row& row, std::string_view text, int32_t* out) {
        const std::optional<int32_t> days = ParseDateText(text);
        if (!days.has_value()) return CastFailed(row, failure, text, target);
        *out = *days;
        return true;
      });
}

BoundKernel TextToTime(const DataType& target, CastFailure failure) {
  return PerRow<int32_t, std::string_view>(
      [target, failure](Row& row, std::string_view text, int32_t* out) {
        const std::optional<int32_t> millis = ParseTimeText(text);
        if (!millis.has_value()) return CastFailed(row, failure, text, target);
        *out = TruncateTime(*millis, target.precision());
        return true;
      });
}

BoundKernel TextToTimestamp(const DataType& target, CastFailure failure) {
  return PerRow<int64_t, std::string_view>(
      [target, failure, precision = target.precision(), parser = TimestampTextParser()](
          Row& row, std::string_view text, int64_t* out) mutable {
        LocalTime time;
        if (!parser.Parse(text, &time)) return CastFailed(row, failure, text, target);
        if (!ToTimestampUnits(time, precision, out)) return OutOfRange(row, failure, target);
        return true;
      });
}

BoundKernel TextToLocalTimestamp(const DataType& target, CastFailure failure, TimeZone zone) {
  return PerRow<int64_t, std::string_view, std::string_view>(
      [target, failure, zone, parser = TimestampTextParser()](
          Row& row, std::string_view text, std::string_view, int64_t* out) mutable {
        LocalTime time;
        if (!parser.Parse(text, &time)) return CastFailed(row, failure, text, target);
        time.seconds = zone.ToUtc(time.seconds);
        if (!ToTimestampUnits(time, target.precision(), out)) {
          return OutOfRange(row, failure, target);
        }
        return true;
      });
}

Result<BoundKernel> FromText(const KernelRequest& request, CastFailure failure) {
  switch (request.type.kind()) {
    case TypeKind::kDate:
      return TextToDate(request.type, failure);
    case TypeKind::kTime:
      return TextToTime(request.type, failure);
    case TypeKind::kTimestamp:
      return TextToTimestamp(request.type, failure);
    default: {
      FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 1));
      return TextToLocalTimestamp(request.type, failure, zone);
    }
  }
}

// --- without a zone ----------------------------------------------------------------------------

BoundKernel TimestampToTimestamp(const DataType& source, const DataType& target,
                                 CastFailure failure) {
  return PerRow<int64_t, int64_t>(
      [from = source.precision(), target, failure](Row& row, int64_t units, int64_t* out) {
        if (!ConvertUnits(units, from, target.precision(), out)) {
          return OutOfRange(row, failure, target);
        }
        return true;
      });
}

// Days and times of day divide towards zero: before 1970 a fraction rounds up, as in Flink.
BoundKernel TimestampToDate(const DataType& source) {
  return Total<int32_t, int64_t>([precision = source.precision()](int64_t units) {
    return static_cast<int32_t>(UnitsToMillis(units, precision) / kMillisPerDay);
  });
}

BoundKernel TimestampToTime(const DataType& source, const DataType& target) {
  return Total<int32_t, int64_t>(
      [from = source.precision(), to = target.precision()](int64_t units) {
        const int64_t millis = TruncateMillis(UnitsToMillis(units, from), to);
        return static_cast<int32_t>(FloorModulo(millis, kMillisPerDay));
      });
}

BoundKernel MillisToTimestamp(const DataType& source, const DataType& target, CastFailure failure) {
  const int64_t factor = source.kind() == TypeKind::kDate ? kMillisPerDay : 1;
  return PerRow<int64_t, int32_t>([factor, target, failure](Row& row, int32_t value, int64_t* out) {
    if (!MillisToUnits(value * factor, target.precision(), out)) {
      return OutOfRange(row, failure, target);
    }
    return true;
  });
}

// --- in the session's zone ---------------------------------------------------------------------

BoundKernel InstantToLocal(const KernelRequest& request, CastFailure failure, TimeZone zone) {
  const DataType target = request.type;
  const int from = request.argument_type(0).precision();
  if (target.kind() == TypeKind::kTimestamp) {
    return PerRow<int64_t, int64_t, std::string_view>(
        [from, target, zone, failure](Row& row, int64_t units, std::string_view, int64_t* out) {
          LocalTime time = FromTimestampUnits(units, from);
          time.seconds = zone.ToLocal(time.seconds);
          int64_t local = 0;
          if (!ToTimestampUnits(time, from, &local) ||
              !ConvertUnits(local, from, target.precision(), out)) {
            return OutOfRange(row, failure, target);
          }
          return true;
        });
  }
  const bool to_date = target.kind() == TypeKind::kDate;
  return PerRowTotal<int32_t, int64_t, std::string_view>(
      [from, to_date, zone, precision = target.precision()](Row&, int64_t units, std::string_view,
                                                            int32_t* out) {
        LocalTime time = FromTimestampUnits(units, from);
        time.seconds = zone.ToLocal(time.seconds);
        const int64_t days = FloorDivide(time.seconds, kSecondsPerDay);
        const int64_t millis =
            (time.seconds - days * kSecondsPerDay) * kMillisPerSecond + time.nanos / 1'000'000;
        *out = to_date ? static_cast<int32_t>(days)
                       : static_cast<int32_t>(TruncateMillis(millis, precision));
        return true;
      });
}

BoundKernel LocalToInstant(const KernelRequest& request, CastFailure failure, TimeZone zone) {
  const DataType target = request.type;
  const DataType source = request.argument_type(0);
  const auto finish = [target, zone, failure](Row& row, LocalTime time, int64_t* out) {
    time.seconds = zone.ToUtc(time.seconds);
    if (!ToTimestampUnits(time, target.precision(), out)) return OutOfRange(row, failure, target);
    return true;
  };
  if (source.kind() == TypeKind::kTimestamp) {
    return PerRow<int64_t, int64_t, std::string_view>(
        [source, finish](Row& row, int64_t units, std::string_view, int64_t* out) {
          return finish(row, FromTimestampUnits(units, source.precision()), out);
        });
  }
  const int64_t factor = source.kind() == TypeKind::kDate ? kMillisPerDay : 1;
  return PerRow<int64_t, int32_t, std::string_view>(
      [factor, finish](Row& row, int32_t value, std::string_view, int64_t* out) {
        return finish(row, FromTimestampUnits(value * factor, 3), out);
      });
}

}  // namespace

Result<BoundKernel> MakeDateTimeCast(const KernelRequest& request, CastFailure failure) {
  const DataType& source = request.argument_type(0);
  const DataType& target = request.type;
  if (source.is_character()) return FromText(request, failure);
  if (CastNeedsZone(source, target)) {
    FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 1));
    return target.kind() == TypeKind::kTimestampLtz ? LocalToInstant(request, failure, zone)
                                                    : InstantToLocal(request, failure, zone);
  }
  if (source.kind() == TypeKind::kTime && target.kind() == TypeKind::kTime) {
    return Total<int32_t, int32_t>([precision = target.precision()](int32_t millis) {
      return TruncateTime(millis, precision);
    });
  }
  if (!source.is_timestamp()) return MillisToTimestamp(source, target, failure);
  if (target.kind() == TypeKind::kDate) return TimestampToDate(source);
  if (target.kind() == TypeKind::kTime) return TimestampToTime(source, target);
  return TimestampToTimestamp(source, target, failure);
}

}  // namespace floe::functions
