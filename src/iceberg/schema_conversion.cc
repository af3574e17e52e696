// Schemas from Flink's types, back to them, and to Arrow's.
#include <arrow/type.h>
#include <arrow/util/key_value_metadata.h>

#include <algorithm>
#include <deque>
#include <utility>

#include "base/assert.h"
#include "iceberg/schema.h"

namespace floe::iceberg {
namespace {

using types::TypeKind;

Error NoIcebergType(const types::DataType& type, const std::string& path, std::string_view why) {
  return Error(ErrorCode::kSqlTypeMismatch,
               "column '" + path + "' of type " + type.ToString() +
                   " can't be stored in an Iceberg table: " + std::string(why));
}

// Gives ids level by level: all fields of a struct before what is inside of them.
class IdAssigner {
 public:
  Result<std::vector<NestedField>> Assign(const std::vector<types::Field>& fields,
                                          const std::string& path) {
    std::vector<NestedField> out;
    for (const types::Field& field : fields) {
      NestedField column;
      column.id = ColumnId(++last_id_);
      column.name = field.name;
      column.required = !field.type.nullable();
      out.push_back(std::move(column));
    }
    for (size_t i = 0; i < fields.size(); ++i) {
      std::string name = path.empty() ? fields[i].name : path + "." + fields[i].name;
      FLOE_ASSIGN(out[i].type, Convert(fields[i].type, name));
    }
    return out;
  }

 private:
  Result<Type> Convert(const types::DataType& type, const std::string& path) {
    switch (type.kind()) {
      case TypeKind::kBoolean:
        return Type::Of(TypeId::kBoolean);
      case TypeKind::kTinyInt:
      case TypeKind::kSmallInt:
      case TypeKind::kInteger:
        return Type::Of(TypeId::kInt);
      case TypeKind::kBigInt:
        return Type::Of(TypeId::kLong);
      case TypeKind::kFloat:
        return Type::Of(TypeId::kFloat);
      case TypeKind::kDouble:
        return Type::Of(TypeId::kDouble);
      case TypeKind::kDecimal:
        return Type::Decimal(type.precision(), type.scale());
      case TypeKind::kChar:
      case TypeKind::kVarchar:
        return Type::Of(TypeId::kString);
      case TypeKind::kBinary:
        return Type::Fixed(type.length());
      case TypeKind::kVarbinary:
        return Type::Of(TypeId::kBinary);
      case TypeKind::kDate:
        return Type::Of(TypeId::kDate);
      case TypeKind::kTime:
        return Type::Of(TypeId::kTime);
      case TypeKind::kTimestamp:
      case TypeKind::kTimestampLtz:
        if (type.precision() > 6) {
          return NoIcebergType(type, path, "format version 2 keeps at most 6 fraction digits");
        }
        return Type::Of(type.kind() == TypeKind::kTimestamp ? TypeId::kTimestamp
                                                            : TypeId::kTimestampTz);
      default:
        return ConvertNested(type, path);
    }
  }

  Result<Type> ConvertNested(const types::DataType& type, const std::string& path) {
    switch (type.kind()) {
      case TypeKind::kRow: {
        FLOE_ASSIGN(auto fields, Assign(type.children(), path));
        return Type::Struct(std::move(fields));
      }
      case TypeKind::kArray: {
        NestedField element = NewField(type.children()[0].type);
        FLOE_ASSIGN(element.type, Convert(type.children()[0].type, path + ".element"));
        return Type::List(std::move(element));
      }
      case TypeKind::kMap: {
        NestedField key = NewField(type.children()[0].type);
        NestedField value = NewField(type.children()[1].type);
        FLOE_ASSIGN(key.type, Convert(type.children()[0].type, path + ".key"));
        FLOE_ASSIGN(value.type, Convert(type.children()[1].type, path + ".value"));
        return Type::Map(std::move(key), std::move(value));
      }
      default:
        return NoIcebergType(type, path, "there is no such type in Iceberg");
    }
  }

  NestedField NewField(const types::DataType& type) {
    NestedField field;
    field.id = ColumnId(++last_id_);
    field.required = !type.nullable();
    return field;
  }

  int32_t last_id_ = 0;
};

types::DataType TypeToFlink(const Type& type);

types::DataType FieldToFlink(const NestedField& field) {
  return TypeToFlink(field.type).WithNullable(!field.required);
}

types::DataType NestedToFlink(const Type& type) {
  if (type.id() == TypeId::kList) return types::DataType::Array(FieldToFlink(type.fields()[0]));
  if (type.id() == TypeId::kMap) {
    return types::DataType::Map(FieldToFlink(type.fields()[0]), FieldToFlink(type.fields()[1]));
  }
  std::vector<types::Field> fields;
  for (const NestedField& field : type.fields()) {
    fields.push_back({field.name, FieldToFlink(field)});
  }
  return types::DataType::Row(std::move(fields));
}

types::DataType TypeToFlink(const Type& type) {
  using types::DataType;
  switch (type.id()) {
    case TypeId::kBoolean:
      return DataType::Boolean();
    case TypeId::kInt:
      return DataType::Integer();
    case TypeId::kLong:
      return DataType::BigInt();
    case TypeId::kFloat:
      return DataType::Float();
    case TypeId::kDouble:
      return DataType::Double();
    case TypeId::kDecimal:
      return DataType::Decimal(type.precision(), type.scale());
    case TypeId::kDate:
      return DataType::Date();
    case TypeId::kTime:
      return DataType::Time();
    case TypeId::kTimestamp:
      return DataType::Timestamp(6);
    case TypeId::kTimestampTz:
      return DataType::TimestampLtz(6);
    case TypeId::kString:
      return DataType::String();
    case TypeId::kUuid:
      return DataType::Binary(16);
    case TypeId::kFixed:
      return DataType::Binary(type.length());
    case TypeId::kBinary:
      return DataType::Bytes();
    default:
      return NestedToFlink(type);
  }
}

std::shared_ptr<arrow::DataType> TypeToArrow(const Type& type);

std::shared_ptr<arrow::Field> FieldToArrow(const NestedField& field) {
  auto metadata =
      arrow::key_value_metadata({"PARQUET:field_id"}, {std::to_string(field.id.value())});
  return arrow::field(field.name, TypeToArrow(field.type), !field.required, std::move(metadata));
}

std::shared_ptr<arrow::DataType> NestedToArrow(const Type& type) {
  if (type.id() == TypeId::kList) return arrow::list(FieldToArrow(type.fields()[0]));
  if (type.id() == TypeId::kMap) {
    return std::make_shared<arrow::MapType>(FieldToArrow(type.fields()[0]),
                                            FieldToArrow(type.fields()[1]));
  }
  arrow::FieldVector fields;
  for (const NestedField& field : type.fields()) fields.push_back(FieldToArrow(field));
  return arrow::struct_(std::move(fields));
}

std::shared_ptr<arrow::DataType> TypeToArrow(const Type& type) {
  switch (type.id()) {
    case TypeId::kBoolean:
      return arrow::boolean();
    case TypeId::kInt:
      return arrow::int32();
    case TypeId::kLong:
      return arrow::int64();
    case TypeId::kFloat:
      return arrow::float32();
    case TypeId::kDouble:
      return arrow::float64();
    case TypeId::kDecimal:
      return arrow::decimal128(type.precision(), type.scale());
    case TypeId::kDate:
      return arrow::date32();
    case TypeId::kTime:
      return arrow::time64(arrow::TimeUnit::MICRO);
    case TypeId::kTimestamp:
      return arrow::timestamp(arrow::TimeUnit::MICRO);
    case TypeId::kTimestampTz:
      return arrow::timestamp(arrow::TimeUnit::MICRO, "UTC");
    case TypeId::kString:
      return arrow::utf8();
    case TypeId::kUuid:
      return arrow::fixed_size_binary(16);
    case TypeId::kFixed:
      return arrow::fixed_size_binary(type.length());
    case TypeId::kBinary:
      return arrow::binary();
    default:
      return NestedToArrow(type);
  }
}

}  // namespace

Result<Schema> SchemaFromFlink(const types::Schema& schema,
                               const std::vector<std::string>& primary_key) {
  IdAssigner assigner;
  FLOE_ASSIGN(std::vector<NestedField> fields, assigner.Assign(schema.fields(), ""));
  std::vector<ColumnId> identifiers;
  for (const std::string& name : primary_key) {
    auto field = std::find_if(fields.begin(), fields.end(),
                              [&](const NestedField& f) { return f.name == name; });
    if (field == fields.end()) {
      return Error(ErrorCode::kColumnNotFound,
                   "the primary key names column '" + name + "', which the table does not have");
    }
    if (field->type.is_floating() || !field->type.is_primitive()) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "column '" + name + "' of type " + field->type.ToString() +
                       " can't be part of an Iceberg table's primary key")
          .WithHint("use a key of integers, strings, dates, timestamps, decimals or binaries");
    }
    field->required = true;
    identifiers.push_back(field->id);
  }
  std::sort(identifiers.begin(), identifiers.end());
  return Schema(0, std::move(fields), std::move(identifiers));
}

types::Schema SchemaToFlink(const Schema& schema) {
  std::vector<types::Field> fields;
  for (const NestedField& field : schema.fields()) {
    fields.push_back({field.name, FieldToFlink(field)});
  }
  return types::Schema(std::move(fields));
}

std::shared_ptr<arrow::Schema> ToArrowSchema(const Schema& schema) {
  arrow::FieldVector fields;
  for (const NestedField& field : schema.fields()) fields.push_back(FieldToArrow(field));
  return arrow::schema(std::move(fields));
}

}  // namespace floe::iceberg
