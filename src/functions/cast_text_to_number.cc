// Casts of CHAR and VARCHAR to numbers and BOOLEAN.
#include <limits>
#include <optional>
#include <string>

#include "functions/ascii.h"
#include "functions/casting.h"
#include "functions/decimal.h"
#include "functions/kernel.h"
#include "functions/number_text.h"

namespace floe::functions {
namespace {

// Long values are cut in messages.
constexpr size_t kMaxQuoted = 100;

std::string Quote(std::string_view text) {
  std::string out = "'";
  out += text.substr(0, kMaxQuoted);
  if (text.size() > kMaxQuoted) out += "…";
  return out + "'";
}

bool CastFailed(Row& row, CastFailure failure, std::string_view text, std::string_view type,
                std::string_view why) {
  if (failure == CastFailure::kNull) return false;
  return row.Fail(Error(ErrorCode::kInvalidCast, "cannot cast " + Quote(text) + " to " +
                                                     std::string(type) + ": " + std::string(why))
                      .WithHint("TRY_CAST gives NULL for such a value"));
}

std::string_view Reason(NumberParse parse) {
  switch (parse) {
    case NumberParse::kEmpty:
      return "it is empty";
    case NumberParse::kOverflow:
      return "it is out of range";
    default:
      return "it is not a number";
  }
}

template <typename T>
BoundKernel ToInteger(const types::DataType& target, CastFailure failure) {
  const std::string name = target.WithNullable(true).ToString();
  return PerRow<T, std::string_view>([failure, name](Row& row, std::string_view text, T* out) {
    int64_t value = 0;
    const NumberParse parse =
        ParseInteger(text, std::numeric_limits<T>::min(), std::numeric_limits<T>::max(), &value);
    if (parse != NumberParse::kOk) return CastFailed(row, failure, text, name, Reason(parse));
    *out = static_cast<T>(value);
    return true;
  });
}

template <typename T>
BoundKernel ToFloating(const types::DataType& target, CastFailure failure) {
  const std::string name = target.WithNullable(true).ToString();
  return PerRow<T, std::string_view>([failure, name](Row& row, std::string_view text, T* out) {
    std::optional<T> value;
    if constexpr (std::is_same_v<T, float>) {
      value = ParseFloat(text);
    } else {
      value = ParseDouble(text);
    }
    if (!value.has_value()) return CastFailed(row, failure, text, name, "it is not a number");
    *out = *value;
    return true;
  });
}

BoundKernel ToDecimal(const types::DataType& target, CastFailure failure) {
  const std::string name = target.WithNullable(true).ToString();
  const int scale = target.scale();
  const int precision = target.precision();
  return PerRow<Int128, std::string_view>(
      [failure, name, scale, precision](Row& row, std::string_view text, Int128* out) {
        switch (ParseDecimal(TrimJava(text), scale, precision, out)) {
          case DecimalParse::kOk:
            return true;
          case DecimalParse::kOverflow:
            return CastFailed(row, failure, text, name, "it has too many digits");
          case DecimalParse::kInvalid:
            break;
        }
        return CastFailed(row, failure, text, name, "it is not a number");
      });
}

BoundKernel ToBoolean(CastFailure failure) {
  return PerRow<uint8_t, std::string_view>(
      [failure](Row& row, std::string_view text, uint8_t* out) {
        const std::optional<bool> value = ParseBoolean(text);
        if (!value.has_value()) {
          return CastFailed(row, failure, text, "BOOLEAN", "it is neither true nor false");
        }
        *out = *value ? 1 : 0;
        return true;
      });
}

}  // namespace

Result<BoundKernel> MakeTextToNumberCast(const KernelRequest& request, CastFailure failure) {
  switch (PhysicalOf(request.type.kind())) {
    case Physical::kBool:
      return ToBoolean(failure);
    case Physical::kInt8:
      return ToInteger<int8_t>(request.type, failure);
    case Physical::kInt16:
      return ToInteger<int16_t>(request.type, failure);
    case Physical::kInt32:
      return ToInteger<int32_t>(request.type, failure);
    case Physical::kInt64:
      return ToInteger<int64_t>(request.type, failure);
    case Physical::kFloat:
      return ToFloating<float>(request.type, failure);
    case Physical::kDouble:
      return ToFloating<double>(request.type, failure);
    default:
      return ToDecimal(request.type, failure);
  }
}

}  // namespace floe::functions
