#include "plan/type_binder.h"

#include <algorithm>

namespace floe::plan {
namespace {

using sql::flink::TypeName;
using sql::flink::TypeNameKind;
using types::DataType;

constexpr int64_t kMaxTimePrecision = 9;
constexpr int64_t kDefaultTimestampPrecision = 6;
constexpr int64_t kDefaultDecimalPrecision = 10;

int64_t Parameter(const TypeName& type, size_t index, int64_t otherwise) {
  return index < type.parameters.size() ? type.parameters[index] : otherwise;
}

Error TypeError(const TypeName& type, std::string message) {
  return Error(ErrorCode::kSqlValidation, std::move(message), type.span);
}

Result<DataType> BindDecimal(const TypeName& type) {
  int64_t precision = Parameter(type, 0, kDefaultDecimalPrecision);
  int64_t scale = Parameter(type, 1, 0);
  precision = std::min<int64_t>(precision, DataType::kMaxDecimalPrecision);
  if (precision < 1) {
    return TypeError(
        type, "DECIMAL precision must be between 1 and 38, but is " + std::to_string(precision));
  }
  if (scale < 0 || scale > precision) {
    return TypeError(type, "DECIMAL scale must be between 0 and the precision " +
                               std::to_string(precision) + ", but is " + std::to_string(scale));
  }
  return DataType::Decimal(static_cast<int>(precision), static_cast<int>(scale));
}

Result<int> Length(const TypeName& type, int64_t otherwise) {
  int64_t length = Parameter(type, 0, otherwise);
  if (length < 0 || length > DataType::kMaxLength) {
    return TypeError(type, std::string(TypeNameKindName(type.kind)) +
                               " length must be between 1 and 2147483647");
  }
  return static_cast<int>(length);
}

int TimePrecision(const TypeName& type, int64_t otherwise) {
  return static_cast<int>(std::min(Parameter(type, 0, otherwise), kMaxTimePrecision));
}

Result<DataType> BindInterval(const TypeName& type) {
  if (!type.interval.has_value()) return DataType::IntervalDayTime();
  switch (type.interval->start) {
    case sql::flink::TimeUnit::kYear:
    case sql::flink::TimeUnit::kQuarter:
    case sql::flink::TimeUnit::kMonth:
      return DataType::IntervalYearMonth();
    default:
      return DataType::IntervalDayTime();
  }
}

Result<DataType> BindNested(const TypeName& type) {
  std::vector<DataType> children;
  for (const TypeName& child : type.children) {
    FLOE_ASSIGN(children.emplace_back(), BindType(child));
  }
  switch (type.kind) {
    case TypeNameKind::kArray:
      return DataType::Array(children.at(0));
    case TypeNameKind::kMultiset:
      return DataType::Multiset(children.at(0));
    case TypeNameKind::kMap:
      return DataType::Map(children.at(0), children.at(1));
    default:
      break;
  }
  std::vector<types::Field> fields;
  for (const sql::flink::TypeNameField& field : type.fields) {
    FLOE_ASSIGN(DataType field_type, BindType(field.type));
    fields.push_back({field.name.value, field_type});
  }
  return DataType::Row(std::move(fields));
}

Result<DataType> BindParameterized(const TypeName& type) {
  switch (type.kind) {
    case TypeNameKind::kDecimal:
      return BindDecimal(type);
    case TypeNameKind::kChar: {
      FLOE_ASSIGN(int length, Length(type, 1));
      return DataType::Char(length);
    }
    case TypeNameKind::kVarchar: {
      FLOE_ASSIGN(int length, Length(type, DataType::kMaxLength));
      return DataType::Varchar(length);
    }
    case TypeNameKind::kBinary: {
      FLOE_ASSIGN(int length, Length(type, 1));
      return DataType::Binary(length);
    }
    case TypeNameKind::kVarbinary: {
      FLOE_ASSIGN(int length, Length(type, DataType::kMaxLength));
      return DataType::Varbinary(length);
    }
    case TypeNameKind::kTime:
      return DataType::Time(TimePrecision(type, 0));
    case TypeNameKind::kTimestamp:
      return DataType::Timestamp(TimePrecision(type, kDefaultTimestampPrecision));
    case TypeNameKind::kTimestampLtz:
      return DataType::TimestampLtz(TimePrecision(type, kDefaultTimestampPrecision));
    case TypeNameKind::kInterval:
      return BindInterval(type);
    default:
      return BindNested(type);
  }
}

Result<DataType> BindKind(const TypeName& type) {
  switch (type.kind) {
    case TypeNameKind::kBoolean:
      return DataType::Boolean();
    case TypeNameKind::kTinyInt:
      return DataType::TinyInt();
    case TypeNameKind::kSmallInt:
      return DataType::SmallInt();
    case TypeNameKind::kInteger:
      return DataType::Integer();
    case TypeNameKind::kBigInt:
      return DataType::BigInt();
    case TypeNameKind::kFloat:
      return DataType::Float();
    case TypeNameKind::kDouble:
      return DataType::Double();
    case TypeNameKind::kString:
      return DataType::String();
    case TypeNameKind::kBytes:
      return DataType::Bytes();
    case TypeNameKind::kDate:
      return DataType::Date();
    case TypeNameKind::kNull:
      return DataType::Null();
    case TypeNameKind::kRaw:
    case TypeNameKind::kVariant:
    case TypeNameKind::kStructured:
      return Error(ErrorCode::kSqlUnsupported,
                   "the type " + std::string(TypeNameKindName(type.kind)) + " is not supported yet",
                   type.span);
    case TypeNameKind::kUserDefined:
      return TypeError(type, "unknown type '" + type.name.ToString() + "'")
          .WithHint(
              "types: BOOLEAN, TINYINT, SMALLINT, INT, BIGINT, FLOAT, DOUBLE, DECIMAL(p, s), "
              "CHAR(n), VARCHAR(n), STRING, BYTES, DATE, TIME, TIMESTAMP(p), TIMESTAMP_LTZ(p), "
              "ARRAY, MAP, ROW");
    default:
      return BindParameterized(type);
  }
}

}  // namespace

Result<DataType> BindType(const TypeName& type) {
  FLOE_ASSIGN(DataType bound, BindKind(type));
  return bound.WithNullable(type.nullability != sql::flink::Nullability::kNotNull);
}

}  // namespace floe::plan
