// The clock and the watermark: NOW, CURRENT_DATE, PROCTIME, CURRENT_WATERMARK …
#include <memory>
#include <optional>
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

template <typename T>
Status SetConstant(KernelCall& call, T value) {
  auto owner = std::make_shared<const T>(value);
  *call.result = ConstantVector(call.result->physical, owner.get(), owner);
  return Status::Ok();
}

// What a clock function says at an instant, in the units of its type.
int64_t ReadClock(TypeKind kind, int64_t now_ms, const TimeZone& zone) {
  if (kind == TypeKind::kTimestampLtz) return now_ms;
  if (kind == TypeKind::kBigInt) return now_ms / kMillisPerSecond;
  const int64_t offset = zone.OffsetAt(FloorDivide(now_ms, kMillisPerSecond));
  const int64_t local = now_ms + offset * kMillisPerSecond;
  switch (kind) {
    case TypeKind::kDate:
      return FloorDivide(local, kMillisPerDay);
    case TypeKind::kTime: {
      const int64_t of_day = FloorModulo(local, kMillisPerDay);
      return of_day - of_day % kMillisPerSecond;
    }
    default:
      return local;  // TIMESTAMP(3)
  }
}

// argument: the session's zone.
Result<BoundKernel> MakeClock(const KernelRequest& request) {
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 0));
  const TypeKind kind = request.type.kind();
  return BoundKernel{[zone, kind](KernelCall& call) -> Status {
                       const int64_t value = ReadClock(kind, call.context.now_ms, zone);
                       return call.result->physical == Physical::kInt32
                                  ? SetConstant(call, static_cast<int32_t>(value))
                                  : SetConstant(call, value);
                     },
                     true};
}

constexpr ScalarFunction Clock(std::string_view name) {
  return {name, CallForm::kStrict, PrintForm::kCall, false, 1, MakeClock};
}

const ScalarFunction kClocks[] = {
    Clock("NOW"),          Clock("CURRENT_TIMESTAMP"), Clock("CURRENT_ROW_TIMESTAMP"),
    Clock("PROCTIME"),     Clock("LOCALTIMESTAMP"),    Clock("LOCALTIME"),
    Clock("CURRENT_TIME"), Clock("CURRENT_DATE"),      Clock("UNIX_TIMESTAMP NOW"),
};

DataType ClockType(std::string_view name) {
  if (name == "LOCALTIMESTAMP") return DataType::Timestamp(3).NotNull();
  if (name == "LOCALTIME" || name == "CURRENT_TIME") return DataType::Time(0).NotNull();
  if (name == "CURRENT_DATE") return DataType::Date().NotNull();
  if (name == "UNIX_TIMESTAMP NOW") return DataType::BigInt().NotNull();
  const DataType local = DataType::TimestampLtz(3).NotNull();
  return name == "PROCTIME" ? local.WithTimeAttribute(types::TimeAttribute::kProctime) : local;
}

// CURRENT_ROW_TIMESTAMP and PROCTIME are of the row, in batch mode too.
bool IsStatementClock(std::string_view name) {
  return name != "CURRENT_ROW_TIMESTAMP" && name != "PROCTIME";
}

Result<ExpressionPtr> ResolveClock(ResolveRequest& request) {
  const DataType type = ClockType(request.name);
  if (request.options.statement_time_ms.has_value() && IsStatementClock(request.name)) {
    const std::optional<TimeZone> zone = TimeZone::Find(request.options.time_zone);
    const int64_t value =
        ReadClock(type.kind(), *request.options.statement_time_ms, zone.value_or(TimeZone::Utc()));
    return Expression::Literal(value, type, request.span);
  }
  for (const ScalarFunction& clock : kClocks) {
    if (clock.name != request.name) continue;
    std::vector<ExpressionPtr> arguments{StringLiteral(request.options.time_zone)};
    return Expression::Call(&clock, std::move(arguments), type, request.span);
  }
  return ArgumentMismatch(request);
}

Result<BoundKernel> MakeCurrentWatermark(const KernelRequest&) {
  return BoundKernel{[](KernelCall& call) -> Status {
                       const std::span<const int64_t> watermarks = call.context.watermarks_ms;
                       if (watermarks.empty()) {
                         *call.result = ConstantNullVector(Physical::kInt64);
                         return Status::Ok();
                       }
                       FLOE_ASSIGN(int64_t * out, AllocateResult<int64_t>(call));
                       FLOE_ASSIGN(uint8_t * valid, AllocateValidity(call));
                       ForEachRow(call, [&](int64_t row) {
                         const int64_t watermark = watermarks[static_cast<size_t>(row)];
                         out[row] = watermark;
                         if (watermark == kNoWatermark) valid[row] = 0;
                       });
                       return Status::Ok();
                     },
                     true};
}

// The argument only gives the type: its value is not read.
const ScalarFunction kCurrentWatermark{
    "CURRENT_WATERMARK", CallForm::kStrict, PrintForm::kCall, false, 0, MakeCurrentWatermark};

Result<ExpressionPtr> ResolveCurrentWatermark(ResolveRequest& request) {
  const DataType type = request.type(0);
  if (!type.is_timestamp() || !type.is_rowtime()) {
    return ArgumentMismatch(request, "the argument must be an event-time column");
  }
  const DataType result =
      type.kind() == TypeKind::kTimestamp ? DataType::Timestamp(3) : DataType::TimestampLtz(3);
  return Expression::Call(&kCurrentWatermark, std::move(request.arguments), result, request.span);
}

}  // namespace

void RegisterSessionTime(FunctionRegistry& registry) {
  for (const ScalarFunction& clock : kClocks) {
    FunctionEntry entry{0, 0, std::string(clock.name), false, ResolveClock};
    if (clock.name == "UNIX_TIMESTAMP NOW") {
      registry.AddOperator(clock.name, std::move(entry));
    } else {
      registry.Add(clock.name, std::move(entry));
    }
  }
  registry.Add("CURRENT_WATERMARK",
               {1, 1, "CURRENT_WATERMARK(event-time column)", false, ResolveCurrentWatermark});
}

}  // namespace floe::functions
