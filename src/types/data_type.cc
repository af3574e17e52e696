#include "types/data_type.h"

#include "base/assert.h"

namespace floe::types {
namespace {

std::string WithArguments(const char* name, int first) {
  return std::string(name) + "(" + std::to_string(first) + ")";
}

std::string RowToString(const std::vector<Field>& fields) {
  std::string out = "ROW<";
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) out += ", ";
    out += "`" + fields[i].name + "` " + fields[i].type.ToString();
  }
  return out + ">";
}

std::string KindToString(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
      return "NULL";
    case TypeKind::kBoolean:
      return "BOOLEAN";
    case TypeKind::kTinyInt:
      return "TINYINT";
    case TypeKind::kSmallInt:
      return "SMALLINT";
    case TypeKind::kInteger:
      return "INT";
    case TypeKind::kBigInt:
      return "BIGINT";
    case TypeKind::kFloat:
      return "FLOAT";
    case TypeKind::kDouble:
      return "DOUBLE";
    case TypeKind::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision()) + ", " + std::to_string(type.scale()) +
             ")";
    case TypeKind::kChar:
      return WithArguments("CHAR", type.length());
    case TypeKind::kVarchar:
      return type.length() == DataType::kMaxLength ? "STRING"
                                                   : WithArguments("VARCHAR", type.length());
    case TypeKind::kBinary:
      return WithArguments("BINARY", type.length());
    case TypeKind::kVarbinary:
      return type.length() == DataType::kMaxLength ? "BYTES"
                                                   : WithArguments("VARBINARY", type.length());
    case TypeKind::kDate:
      return "DATE";
    case TypeKind::kTime:
      return WithArguments("TIME", type.precision());
    case TypeKind::kTimestamp:
      return WithArguments("TIMESTAMP", type.precision());
    case TypeKind::kTimestampLtz:
      return WithArguments("TIMESTAMP_LTZ", type.precision());
    case TypeKind::kIntervalYearMonth:
      return "INTERVAL MONTH";
    case TypeKind::kIntervalDayTime:
      return "INTERVAL SECOND(3)";
    case TypeKind::kArray:
      return "ARRAY<" + type.children()[0].type.ToString() + ">";
    case TypeKind::kMultiset:
      return "MULTISET<" + type.children()[0].type.ToString() + ">";
    case TypeKind::kMap:
      return "MAP<" + type.children()[0].type.ToString() + ", " +
             type.children()[1].type.ToString() + ">";
    case TypeKind::kRow:
      return RowToString(type.children());
  }
  return "";
}

}  // namespace

DataType DataType::Decimal(int precision, int scale) {
  FLOE_ASSERT(precision >= 1 && precision <= kMaxDecimalPrecision);
  FLOE_ASSERT(scale >= 0 && scale <= precision);
  return DataType(TypeKind::kDecimal, precision, scale);
}

DataType DataType::Array(DataType element) {
  DataType type(TypeKind::kArray);
  type.children_ = std::make_shared<const std::vector<Field>>(
      std::vector<Field>{{"element", std::move(element)}});
  return type;
}

DataType DataType::Multiset(DataType element) {
  DataType type(TypeKind::kMultiset);
  type.children_ = std::make_shared<const std::vector<Field>>(
      std::vector<Field>{{"element", std::move(element)}});
  return type;
}

DataType DataType::Map(DataType key, DataType value) {
  DataType type(TypeKind::kMap);
  type.children_ = std::make_shared<const std::vector<Field>>(
      std::vector<Field>{{"key", std::move(key)}, {"value", std::move(value)}});
  return type;
}

DataType DataType::Row(std::vector<Field> fields) {
  DataType type(TypeKind::kRow);
  type.children_ = std::make_shared<const std::vector<Field>>(std::move(fields));
  return type;
}

const std::vector<Field>& DataType::children() const {
  static const std::vector<Field> kNone;
  return children_ ? *children_ : kNone;
}

DataType DataType::WithNullable(bool nullable) const {
  DataType type = *this;
  type.nullable_ = nullable;
  return type;
}

DataType DataType::WithTimeAttribute(TimeAttribute attribute) const {
  DataType type = *this;
  type.time_attribute_ = attribute;
  return type;
}

bool DataType::is_integer() const {
  return kind_ == TypeKind::kTinyInt || kind_ == TypeKind::kSmallInt ||
         kind_ == TypeKind::kInteger || kind_ == TypeKind::kBigInt;
}

bool DataType::is_approximate() const {
  return kind_ == TypeKind::kFloat || kind_ == TypeKind::kDouble;
}

bool DataType::is_numeric() const {
  return is_integer() || is_approximate() || kind_ == TypeKind::kDecimal;
}

bool DataType::is_datetime() const {
  return kind_ == TypeKind::kDate || kind_ == TypeKind::kTime || is_timestamp();
}

bool DataType::is_nested() const {
  return kind_ == TypeKind::kArray || kind_ == TypeKind::kMap || kind_ == TypeKind::kMultiset ||
         kind_ == TypeKind::kRow;
}

std::string DataType::ToString() const {
  std::string out = KindToString(*this);
  if (!nullable_) out += " NOT NULL";
  if (time_attribute_ == TimeAttribute::kRowtime) out += " *ROWTIME*";
  if (time_attribute_ == TimeAttribute::kProctime) out += " *PROCTIME*";
  return out;
}

bool DataType::operator==(const DataType& other) const {
  return kind_ == other.kind_ && nullable_ == other.nullable_ &&
         time_attribute_ == other.time_attribute_ && precision_ == other.precision_ &&
         scale_ == other.scale_ && children() == other.children();
}

bool DataType::SameKindAs(const DataType& other) const {
  if (kind_ != other.kind_ || precision_ != other.precision_ || scale_ != other.scale_ ||
      children().size() != other.children().size()) {
    return false;
  }
  for (size_t i = 0; i < children().size(); ++i) {
    if (!children()[i].type.SameKindAs(other.children()[i].type)) return false;
  }
  return true;
}

int Schema::IndexOf(std::string_view name) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

std::string Schema::ToString() const {
  std::string out = "(";
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (i > 0) out += ", ";
    out += fields_[i].name + " " + fields_[i].type.ToString();
  }
  return out + ")";
}

std::string_view RowKindName(RowKind kind) {
  switch (kind) {
    case RowKind::kInsert:
      return "+I";
    case RowKind::kUpdateBefore:
      return "-U";
    case RowKind::kUpdateAfter:
      return "+U";
    case RowKind::kDelete:
      return "-D";
  }
  return "";
}

}  // namespace floe::types
