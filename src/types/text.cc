#include "types/text.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_primitive.h>
#include <arrow/type.h>
#include <arrow/util/decimal.h>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string_view>

namespace floe::types {
namespace {

// Digits and exponent of the shortest scientific form, as Java's toString lays them out.
template <typename Real>
std::string RealText(Real value) {
  if (std::isnan(value)) return "NaN";
  if (std::isinf(value)) return value < 0 ? "-Infinity" : "Infinity";
  if (value == 0) return std::signbit(value) ? "-0.0" : "0.0";
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof buffer, std::fabs(value),
                                          std::chars_format::scientific);
  std::string_view text(buffer, static_cast<size_t>(end - buffer));
  const size_t e = text.find('e');
  std::string digits(1, text[0]);
  if (e > 2) digits += text.substr(2, e - 2);
  int exponent = 0;
  std::string_view exponent_text = text.substr(e + 1);
  if (exponent_text.front() == '+') exponent_text.remove_prefix(1);
  std::from_chars(exponent_text.data(), exponent_text.data() + exponent_text.size(), exponent);

  std::string out = value < 0 ? "-" : "";
  if (exponent >= -3 && exponent < 7) {
    if (exponent < 0)
      return out + "0." + std::string(static_cast<size_t>(-exponent - 1), '0') + digits;
    const auto whole = static_cast<size_t>(exponent) + 1;
    if (digits.size() < whole) digits.append(whole - digits.size(), '0');
    out += digits.substr(0, whole) + ".";
    return out + (digits.size() > whole ? digits.substr(whole) : "0");
  }
  out += digits.substr(0, 1) + "." + (digits.size() > 1 ? digits.substr(1) : "0");
  return out + "E" + std::to_string(exponent);
}

void AppendDate(int64_t days, std::string* out) {
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  char buffer[32];
  const int length =
      std::snprintf(buffer, sizeof buffer, "%04d-%02u-%02u", static_cast<int>(date.year()),
                    static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()));
  out->append(buffer, static_cast<size_t>(length));
}

// `units` since midnight, of which `digits` digits make a second.
void AppendTimeOfDay(int64_t units, int digits, std::string* out) {
  int64_t per_second = 1;
  for (int i = 0; i < digits; ++i) per_second *= 10;
  const int64_t seconds = units / per_second;
  char buffer[64];
  int length =
      std::snprintf(buffer, sizeof buffer, "%02d:%02d:%02d", static_cast<int>(seconds / 3600),
                    static_cast<int>(seconds / 60 % 60), static_cast<int>(seconds % 60));
  if (digits > 0) {
    length += std::snprintf(buffer + length, sizeof buffer - static_cast<size_t>(length), ".%0*lld",
                            digits, static_cast<long long>(units % per_second));
  }
  out->append(buffer, static_cast<size_t>(length));
}

void AppendTimestamp(const arrow::Array& array, int64_t row, std::string* out) {
  const auto& type = static_cast<const arrow::TimestampType&>(*array.type());
  const int digits = static_cast<int>(type.unit()) * 3;
  int64_t per_day = 86'400;
  for (int i = 0; i < digits; ++i) per_day *= 10;
  const int64_t value = static_cast<const arrow::TimestampArray&>(array).Value(row);
  int64_t days = value / per_day;
  if (value % per_day < 0) --days;
  AppendDate(days, out);
  *out += ' ';
  AppendTimeOfDay(value - days * per_day, digits, out);
  if (!type.timezone().empty()) *out += 'Z';
}

void AppendHex(std::string_view bytes, std::string* out) {
  static constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (char c : bytes) {
    *out += kDigits[static_cast<unsigned char>(c) >> 4];
    *out += kDigits[static_cast<unsigned char>(c) & 0xf];
  }
}

// Plain notation with the full scale.
void AppendDecimal(const arrow::Decimal128Array& array, int64_t row, std::string* out) {
  const auto& type = static_cast<const arrow::Decimal128Type&>(*array.type());
  std::string digits = arrow::Decimal128(array.Value(row)).ToIntegerString();
  const bool negative = digits.front() == '-';
  if (negative) digits.erase(0, 1);
  const auto scale = static_cast<size_t>(type.scale());
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, ".");
  if (negative) *out += '-';
  *out += digits;
}

template <typename ArrayType>
void AppendInteger(const arrow::Array& array, int64_t row, std::string* out) {
  *out += std::to_string(static_cast<const ArrayType&>(array).Value(row));
}

}  // namespace

std::string JavaText(double value) { return RealText(value); }
std::string JavaText(float value) { return RealText(value); }

void AppendText(const arrow::Array& array, int64_t row, std::string* out) {
  if (array.IsNull(row)) {
    *out += "NULL";
    return;
  }
  switch (array.type_id()) {
    case arrow::Type::BOOL:
      *out += static_cast<const arrow::BooleanArray&>(array).Value(row) ? "true" : "false";
      return;
    case arrow::Type::INT8:
      return AppendInteger<arrow::Int8Array>(array, row, out);
    case arrow::Type::INT16:
      return AppendInteger<arrow::Int16Array>(array, row, out);
    case arrow::Type::INT32:
      return AppendInteger<arrow::Int32Array>(array, row, out);
    case arrow::Type::INT64:
      return AppendInteger<arrow::Int64Array>(array, row, out);
    case arrow::Type::DURATION:
      return AppendInteger<arrow::DurationArray>(array, row, out);
    case arrow::Type::FLOAT:
      *out += RealText(static_cast<const arrow::FloatArray&>(array).Value(row));
      return;
    case arrow::Type::DOUBLE:
      *out += RealText(static_cast<const arrow::DoubleArray&>(array).Value(row));
      return;
    case arrow::Type::DECIMAL128:
      return AppendDecimal(static_cast<const arrow::Decimal128Array&>(array), row, out);
    case arrow::Type::STRING:
      *out += static_cast<const arrow::StringArray&>(array).GetView(row);
      return;
    case arrow::Type::BINARY:
      return AppendHex(static_cast<const arrow::BinaryArray&>(array).GetView(row), out);
    case arrow::Type::DATE32:
      return AppendDate(static_cast<const arrow::Date32Array&>(array).Value(row), out);
    case arrow::Type::TIME32:
      return AppendTimeOfDay(static_cast<const arrow::Time32Array&>(array).Value(row), 3, out);
    case arrow::Type::TIMESTAMP:
      return AppendTimestamp(array, row, out);
    default:
      *out += array.type()->ToString();
  }
}

}  // namespace floe::types
