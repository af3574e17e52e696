#include "query/trino/iceberg_types.h"

#include <utility>

#include "sql/trino/keywords.h"

namespace floe::query::trino {

using iceberg::NestedField;
using iceberg::TypeId;

namespace {

Type NestedTypeOf(const iceberg::Type& type) {
  if (type.id() == TypeId::kList) return Type::Array(TypeOfIceberg(type.fields()[0].type));
  if (type.id() == TypeId::kMap) {
    return Type::Map(TypeOfIceberg(type.fields()[0].type), TypeOfIceberg(type.fields()[1].type));
  }
  std::vector<Type> fields;
  std::vector<std::optional<std::string>> names;
  for (const NestedField& field : type.fields()) {
    fields.push_back(TypeOfIceberg(field.type));
    names.emplace_back(sql::trino::LowerCase(field.name));
  }
  return Type::Row(std::move(fields), std::move(names));
}

}  // namespace

Type TypeOfIceberg(const iceberg::Type& type) {
  switch (type.id()) {
    case TypeId::kBoolean:
      return Type(TypeKind::kBoolean);
    case TypeId::kInt:
      return Type(TypeKind::kInteger);
    case TypeId::kLong:
      return Type(TypeKind::kBigint);
    case TypeId::kFloat:
      return Type(TypeKind::kReal);
    case TypeId::kDouble:
      return Type(TypeKind::kDouble);
    case TypeId::kDecimal:
      return Type::Decimal(type.precision(), type.scale());
    case TypeId::kDate:
      return Type(TypeKind::kDate);
    case TypeId::kTime:
      return Type(TypeKind::kTime, 6);
    case TypeId::kTimestamp:
      return Type(TypeKind::kTimestamp, 6);
    case TypeId::kTimestampTz:
      return Type(TypeKind::kTimestampTz, 6);
    case TypeId::kString:
      return Type::Varchar();
    case TypeId::kUuid:
      return Type(TypeKind::kUuid);
    case TypeId::kFixed:
    case TypeId::kBinary:
      return Type(TypeKind::kVarbinary);
    default:
      return NestedTypeOf(type);
  }
}

}  // namespace floe::query::trino
