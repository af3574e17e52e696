// Flink SQL's data types as values. Names, limits and printing follow Flink's LogicalType.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::types {

enum class TypeKind : uint8_t {
  kNull,
  kBoolean,
  kTinyInt,
  kSmallInt,
  kInteger,
  kBigInt,
  kFloat,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,  // STRING is VARCHAR(2147483647)
  kBinary,
  kVarbinary,  // BYTES is VARBINARY(2147483647)
  kDate,
  kTime,
  kTimestamp,
  kTimestampLtz,
  kIntervalYearMonth,
  kIntervalDayTime,
  kArray,
  kMap,
  kMultiset,
  kRow,
};

// Whether a timestamp column is the stream's event time or processing time; any computation on it
// gives a regular timestamp (Flink: TimestampKind).
enum class TimeAttribute : uint8_t { kNone, kRowtime, kProctime };

struct Field;

// Immutable value; copying is cheap (nested types share their children).
class DataType {
 public:
  static constexpr int kMaxLength = 2147483647;
  static constexpr int kMaxDecimalPrecision = 38;

  DataType() = default;  // NULL

  static DataType Null() { return DataType(TypeKind::kNull); }
  static DataType Boolean() { return DataType(TypeKind::kBoolean); }
  static DataType TinyInt() { return DataType(TypeKind::kTinyInt); }
  static DataType SmallInt() { return DataType(TypeKind::kSmallInt); }
  static DataType Integer() { return DataType(TypeKind::kInteger); }
  static DataType BigInt() { return DataType(TypeKind::kBigInt); }
  static DataType Float() { return DataType(TypeKind::kFloat); }
  static DataType Double() { return DataType(TypeKind::kDouble); }
  // REQUIRES: 1 <= precision <= 38, 0 <= scale <= precision.
  static DataType Decimal(int precision, int scale);
  static DataType Char(int length) { return DataType(TypeKind::kChar, length); }
  static DataType Varchar(int length) { return DataType(TypeKind::kVarchar, length); }
  static DataType String() { return Varchar(kMaxLength); }
  static DataType Binary(int length) { return DataType(TypeKind::kBinary, length); }
  static DataType Varbinary(int length) { return DataType(TypeKind::kVarbinary, length); }
  static DataType Bytes() { return Varbinary(kMaxLength); }
  static DataType Date() { return DataType(TypeKind::kDate); }
  // Fraction digits 0..9.
  static DataType Time(int precision = 0) { return DataType(TypeKind::kTime, precision); }
  static DataType Timestamp(int precision = 6) { return DataType(TypeKind::kTimestamp, precision); }
  static DataType TimestampLtz(int precision = 6) {
    return DataType(TypeKind::kTimestampLtz, precision);
  }
  // Leading and fraction precision are kept for printing only.
  static DataType IntervalYearMonth() { return DataType(TypeKind::kIntervalYearMonth); }
  static DataType IntervalDayTime() { return DataType(TypeKind::kIntervalDayTime); }
  static DataType Array(DataType element);
  static DataType Map(DataType key, DataType value);
  static DataType Multiset(DataType element);
  static DataType Row(std::vector<Field> fields);

  TypeKind kind() const { return kind_; }
  bool nullable() const { return nullable_; }
  // Decimal: digits; char/binary kinds: length(); time and timestamp kinds: fraction digits.
  int precision() const { return precision_; }
  int length() const { return precision_; }
  int scale() const { return scale_; }
  TimeAttribute time_attribute() const { return time_attribute_; }
  bool is_rowtime() const { return time_attribute_ == TimeAttribute::kRowtime; }
  // Array and multiset: {element}; map: {key, value}; row: its fields; else empty.
  const std::vector<Field>& children() const;

  DataType WithNullable(bool nullable) const;
  DataType NotNull() const { return WithNullable(false); }
  DataType WithTimeAttribute(TimeAttribute attribute) const;

  // Integer kinds, FLOAT, DOUBLE, DECIMAL.
  bool is_numeric() const;
  bool is_integer() const;      // TINYINT … BIGINT
  bool is_approximate() const;  // FLOAT, DOUBLE
  bool is_character() const { return kind_ == TypeKind::kChar || kind_ == TypeKind::kVarchar; }
  bool is_binary() const { return kind_ == TypeKind::kBinary || kind_ == TypeKind::kVarbinary; }
  bool is_timestamp() const {
    return kind_ == TypeKind::kTimestamp || kind_ == TypeKind::kTimestampLtz;
  }
  bool is_datetime() const;  // DATE, TIME, TIMESTAMP, TIMESTAMP_LTZ
  bool is_interval() const {
    return kind_ == TypeKind::kIntervalYearMonth || kind_ == TypeKind::kIntervalDayTime;
  }
  bool is_nested() const;  // ARRAY, MAP, MULTISET, ROW

  // As Flink prints it in DESCRIBE and result schemas: "TIMESTAMP(3) *ROWTIME*",
  // "DECIMAL(10, 2) NOT NULL", "STRING".
  std::string ToString() const;
  // Equality includes nullability and time attribute.
  bool operator==(const DataType& other) const;
  // Equality of kind, precision, scale and children's kinds only.
  bool SameKindAs(const DataType& other) const;

 private:
  explicit DataType(TypeKind kind, int precision = 0, int scale = 0)
      : kind_(kind), precision_(precision), scale_(scale) {}

  TypeKind kind_ = TypeKind::kNull;
  bool nullable_ = true;
  TimeAttribute time_attribute_ = TimeAttribute::kNone;
  int precision_ = 0;
  int scale_ = 0;
  std::shared_ptr<const std::vector<Field>> children_;
};

// A named column.
struct Field {
  std::string name;
  DataType type;

  bool operator==(const Field&) const = default;
};

// The columns of a table or stream, in order. Names may repeat in a stream, never in a table.
class Schema {
 public:
  Schema() = default;
  explicit Schema(std::vector<Field> fields) : fields_(std::move(fields)) {}

  const std::vector<Field>& fields() const { return fields_; }
  int size() const { return static_cast<int>(fields_.size()); }
  const Field& field(int index) const { return fields_[static_cast<size_t>(index)]; }
  // Index of the first column with this exact name (names are case-sensitive, as in Flink), or -1.
  int IndexOf(std::string_view name) const;
  std::string ToString() const;
  bool operator==(const Schema&) const = default;

 private:
  std::vector<Field> fields_;
};

// What happened to a row. Flink's RowKind, in its byte order.
enum class RowKind : int8_t { kInsert = 0, kUpdateBefore = 1, kUpdateAfter = 2, kDelete = 3 };

// "+I", "-U", "+U", "-D".
std::string_view RowKindName(RowKind kind);

}  // namespace floe::types
