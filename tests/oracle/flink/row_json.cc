#include "oracle/flink/row_json.h"

#include <arrow/array/array_primitive.h>

#include <cmath>
#include <string>

#include "types/text.h"

namespace floe::oracle {
namespace {

using types::TypeKind;

std::string Text(const arrow::Array& array, int64_t row) {
  std::string text;
  types::AppendText(array, row, &text);
  return text;
}

// FLOAT and DOUBLE: the shortest text that reads back to the same value, as a number.
Json RealJson(double value, const std::string& text) {
  if (std::isnan(value) || std::isinf(value)) return text;
  return std::stod(text);
}

// A text with `digits` fraction digits: the array's unit may keep more, or none that are wanted.
std::string WithFraction(std::string text, int digits, bool zoned) {
  if (zoned && text.ends_with('Z')) text.pop_back();
  size_t point = text.find('.');
  if (point == std::string::npos) {
    point = text.size();
    text += '.';
  }
  text.resize(point + 1 + static_cast<size_t>(digits), '0');
  if (digits == 0) text.resize(point);
  return zoned ? text + "Z" : text;
}

// Java's Duration and Period texts.
std::string DayTimeText(int64_t millis) {
  if (millis == 0) return "PT0S";
  std::string out = "PT";
  const int64_t hours = millis / 3'600'000;
  const int64_t minutes = millis / 60'000 % 60;
  const int64_t rest = millis % 60'000;
  if (hours != 0) out += std::to_string(hours) + "H";
  if (minutes != 0) out += std::to_string(minutes) + "M";
  if (rest == 0) return out;
  if (rest < 0) out += "-";
  out += std::to_string(std::abs(rest) / 1000);
  if (rest % 1000 != 0) {
    std::string fraction = std::to_string(1000 + std::abs(rest) % 1000).substr(1);
    while (fraction.back() == '0') fraction.pop_back();
    out += "." + fraction;
  }
  return out + "S";
}

std::string YearMonthText(int32_t months) {
  if (months == 0) return "P0D";
  std::string out = "P";
  if (months / 12 != 0) out += std::to_string(months / 12) + "Y";
  if (months % 12 != 0) out += std::to_string(months % 12) + "M";
  return out;
}

Json ValueJson(const arrow::Array& array, int64_t row, const types::DataType& type) {
  if (array.IsNull(row)) return nullptr;
  switch (type.kind()) {
    case TypeKind::kNull:
      return nullptr;
    case TypeKind::kBoolean:
      return static_cast<const arrow::BooleanArray&>(array).Value(row);
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
    case TypeKind::kInteger:
    case TypeKind::kBigInt:
      return std::stoll(Text(array, row));
    case TypeKind::kFloat:
      return RealJson(static_cast<const arrow::FloatArray&>(array).Value(row), Text(array, row));
    case TypeKind::kDouble:
      return RealJson(static_cast<const arrow::DoubleArray&>(array).Value(row), Text(array, row));
    case TypeKind::kTime:
    case TypeKind::kTimestamp:
      return WithFraction(Text(array, row), type.precision(), false);
    case TypeKind::kTimestampLtz:
      return WithFraction(Text(array, row), type.precision(), true);
    case TypeKind::kIntervalDayTime:
      return DayTimeText(static_cast<const arrow::DurationArray&>(array).Value(row));
    case TypeKind::kIntervalYearMonth:
      return YearMonthText(static_cast<const arrow::Int32Array&>(array).Value(row));
    default:
      return Text(array, row);
  }
}

}  // namespace

void AppendRows(const stream::Batch& batch, const types::Schema& schema,
                std::vector<AnswerRow>* rows) {
  for (int64_t row = 0; row < batch.size(); ++row) {
    AnswerRow answer;
    const auto kind = batch.row_kinds ? static_cast<types::RowKind>(batch.row_kinds->Value(row))
                                      : types::RowKind::kInsert;
    answer.kind = std::string(types::RowKindName(kind));
    answer.values = Json::object();
    for (int column = 0; column < schema.size(); ++column) {
      const types::Field& field = schema.field(column);
      answer.values[field.name] = ValueJson(*batch.rows->column(column), row, field.type);
    }
    rows->push_back(std::move(answer));
  }
}

}  // namespace floe::oracle
