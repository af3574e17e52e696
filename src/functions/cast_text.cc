// Casts to CHAR, VARCHAR, BINARY and VARBINARY.
#include <cstdlib>
#include <cstring>
#include <string>

#include "functions/calendar.h"
#include "functions/casting.h"
#include "functions/expression_text.h"
#include "functions/kernel.h"
#include "functions/session_time.h"
#include "functions/utf8.h"
#include "types/text.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

// Cuts text to the length of CHAR(n) or VARCHAR(n), and fills CHAR(n) with blanks.
class TextFit {
 public:
  explicit TextFit(const DataType& target)
      : length_(target.length()), pads_(target.kind() == TypeKind::kChar) {}

  std::string_view Apply(Row& row, std::string_view text) const {
    if (length_ == DataType::kMaxLength) return text;
    // No text has more characters than bytes.
    if (!pads_ && static_cast<int64_t>(text.size()) <= length_) return text;
    const int64_t count = CharacterCount(text);
    if (count > length_) return SubstringOf(text, 0, length_);
    if (!pads_ || count == length_) return text;
    const auto blanks = static_cast<size_t>(length_ - count);
    char* out = row.arena().Allocate(text.size() + blanks);
    if (out == nullptr) return {};
    if (!text.empty()) std::memcpy(out, text.data(), text.size());
    std::memset(out + text.size(), ' ', blanks);
    return {out, text.size() + blanks};
  }

 private:
  int64_t length_;
  bool pads_;
};

// A kernel from write(value, std::string*).
template <typename In, typename Write>
BoundKernel Writing(const DataType& target, Write write) {
  return PerRowTotal<std::string_view, In>(
      [fit = TextFit(target), write, scratch = std::string()](Row& row, const In& value,
                                                              std::string_view* out) mutable {
        scratch.clear();
        write(value, &scratch);
        *out = fit.Apply(row, row.Keep(scratch));
        return true;
      });
}

template <typename In>
BoundKernel WritingInteger(const DataType& target) {
  return Writing<In>(target, [](In value, std::string* out) { *out = std::to_string(value); });
}

void AppendYearMonth(int32_t months, std::string* out) {
  const int64_t magnitude = std::abs(int64_t{months});
  *out += months < 0 ? '-' : '+';
  *out += std::to_string(magnitude / 12);
  *out += '-';
  AppendPadded(magnitude % 12, 2, out);
}

void AppendDayTime(int64_t millis, std::string* out) {
  const int64_t magnitude = std::abs(millis);
  *out += millis < 0 ? '-' : '+';
  *out += std::to_string(magnitude / kMillisPerDay);
  *out += ' ';
  AppendPadded(magnitude / kMillisPerHour % 24, 2, out);
  *out += ':';
  AppendPadded(magnitude / kMillisPerMinute % 60, 2, out);
  *out += ':';
  AppendPadded(magnitude / kMillisPerSecond % 60, 2, out);
  *out += '.';
  AppendPadded(magnitude % kMillisPerSecond, 3, out);
}

Result<BoundKernel> WritingTimestamp(const KernelRequest& request) {
  const int precision = request.argument_type(0).precision();
  if (request.argument_type(0).kind() == TypeKind::kTimestamp) {
    return Writing<int64_t>(request.type, [precision](int64_t units, std::string* out) {
      AppendTimestamp(FromTimestampUnits(units, precision), precision, out);
    });
  }
  FLOE_ASSIGN(TimeZone zone, ZoneOfArgument(request, 1));
  const auto write = [precision, zone](int64_t units, std::string* out) {
    LocalTime time = FromTimestampUnits(units, precision);
    time.seconds = zone.ToLocal(time.seconds);
    AppendTimestamp(time, precision, out);
  };
  return PerRowTotal<std::string_view, int64_t, std::string_view>(
      [fit = TextFit(request.type), write](Row& row, int64_t units, std::string_view,
                                           std::string_view* out) {
        std::string text;
        write(units, &text);
        *out = fit.Apply(row, row.Keep(text));
        return true;
      });
}

BoundKernel Fitting(const DataType& target) {
  return PerRowTotal<std::string_view, std::string_view>(
      [fit = TextFit(target)](Row& row, std::string_view text, std::string_view* out) {
        *out = fit.Apply(row, text);
        return true;
      });
}

BoundKernel Decoding(const DataType& target) {
  return PerRowTotal<std::string_view, std::string_view>(
      [fit = TextFit(target)](Row& row, std::string_view bytes, std::string_view* out) {
        *out = fit.Apply(row, IsValidUtf8(bytes) ? bytes : row.Keep(ReplaceInvalidUtf8(bytes)));
        return true;
      });
}

}  // namespace

Result<BoundKernel> MakeToTextCast(const KernelRequest& request) {
  const DataType& source = request.argument_type(0);
  const DataType& target = request.type;
  const int scale = source.scale();
  const int precision = source.precision();
  switch (source.kind()) {
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return Fitting(target);
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return Decoding(target);
    case TypeKind::kBoolean:
      return Writing<uint8_t>(
          target, [](uint8_t value, std::string* out) { *out = value != 0 ? "TRUE" : "FALSE"; });
    case TypeKind::kTinyInt:
      return WritingInteger<int8_t>(target);
    case TypeKind::kSmallInt:
      return WritingInteger<int16_t>(target);
    case TypeKind::kInteger:
      return WritingInteger<int32_t>(target);
    case TypeKind::kBigInt:
      return WritingInteger<int64_t>(target);
    case TypeKind::kFloat:
      return Writing<float>(target,
                            [](float value, std::string* out) { *out = types::JavaText(value); });
    case TypeKind::kDouble:
      return Writing<double>(target,
                             [](double value, std::string* out) { *out = types::JavaText(value); });
    case TypeKind::kDecimal:
      return Writing<Int128>(
          target, [scale](Int128 value, std::string* out) { *out = DecimalText(value, scale); });
    case TypeKind::kDate:
      return Writing<int32_t>(target,
                              [](int32_t days, std::string* out) { AppendDate(days, out); });
    case TypeKind::kTime:
      return Writing<int32_t>(target, [precision](int32_t millis, std::string* out) {
        AppendTime(millis, precision, out);
      });
    case TypeKind::kIntervalYearMonth:
      return Writing<int32_t>(target, AppendYearMonth);
    case TypeKind::kIntervalDayTime:
      return Writing<int64_t>(target, AppendDayTime);
    default:
      return WritingTimestamp(request);
  }
}

Result<BoundKernel> MakeToBinaryCast(const KernelRequest& request) {
  const auto length = static_cast<size_t>(request.type.length());
  const bool pads = request.type.kind() == TypeKind::kBinary;
  return PerRowTotal<std::string_view, std::string_view>(
      [length, pads](Row& row, std::string_view bytes, std::string_view* out) {
        *out = bytes.substr(0, length);
        if (!pads || out->size() == length) return true;
        char* padded = row.arena().Allocate(length);
        if (padded == nullptr) return false;
        std::memset(padded, 0, length);
        if (!out->empty()) std::memcpy(padded, out->data(), out->size());
        *out = {padded, length};
        return true;
      });
}

}  // namespace floe::functions
