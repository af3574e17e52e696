#include "types/arrow_types.h"

#include "base/assert.h"

namespace floe::types {
namespace {

arrow::TimeUnit::type TimestampUnit(int precision) {
  if (precision <= 3) return arrow::TimeUnit::MILLI;
  return precision <= 6 ? arrow::TimeUnit::MICRO : arrow::TimeUnit::NANO;
}

std::shared_ptr<arrow::DataType> NestedToArrow(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kArray:
      return arrow::list(ToArrow(type.children()[0].type));
    case TypeKind::kMap:
      return arrow::map(ToArrow(type.children()[0].type), ToArrow(type.children()[1].type));
    case TypeKind::kMultiset:
      return arrow::map(ToArrow(type.children()[0].type), arrow::int32());
    default: {
      arrow::FieldVector fields;
      for (const Field& field : type.children()) {
        fields.push_back(arrow::field(field.name, ToArrow(field.type), field.type.nullable()));
      }
      return arrow::struct_(std::move(fields));
    }
  }
}

}  // namespace

std::shared_ptr<arrow::DataType> ToArrow(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return arrow::null();
    case TypeKind::kBoolean:
      return arrow::boolean();
    case TypeKind::kTinyInt:
      return arrow::int8();
    case TypeKind::kSmallInt:
      return arrow::int16();
    case TypeKind::kInteger:
    case TypeKind::kIntervalYearMonth:
      return arrow::int32();
    case TypeKind::kBigInt:
      return arrow::int64();
    case TypeKind::kFloat:
      return arrow::float32();
    case TypeKind::kDouble:
      return arrow::float64();
    case TypeKind::kDecimal:
      return arrow::decimal128(type.precision(), type.scale());
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return arrow::utf8();
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return arrow::binary();
    case TypeKind::kDate:
      return arrow::date32();
    case TypeKind::kTime:
      return arrow::time32(arrow::TimeUnit::MILLI);
    case TypeKind::kTimestamp:
      return arrow::timestamp(TimestampUnit(type.precision()));
    case TypeKind::kTimestampLtz:
      return arrow::timestamp(TimestampUnit(type.precision()), "UTC");
    case TypeKind::kIntervalDayTime:
      return arrow::duration(arrow::TimeUnit::MILLI);
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return NestedToArrow(type);
  }
  FLOE_ASSERT(false);
  return nullptr;
}

std::shared_ptr<arrow::Schema> ToArrow(const Schema& schema) {
  arrow::FieldVector fields;
  for (const Field& field : schema.fields()) {
    fields.push_back(arrow::field(field.name, ToArrow(field.type), field.type.nullable()));
  }
  return arrow::schema(std::move(fields));
}

int64_t TimestampUnitsPerMilli(const DataType& type) {
  if (type.precision() <= 3) return 1;
  return type.precision() <= 6 ? 1'000 : 1'000'000;
}

}  // namespace floe::types
