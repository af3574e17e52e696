#include "iceberg/type.h"

#include <array>
#include <charconv>
#include <utility>

#include "base/assert.h"

namespace floe::iceberg {
namespace {

constexpr std::array<std::pair<TypeId, std::string_view>, 12> kPlainNames = {{
    {TypeId::kBoolean, "boolean"},
    {TypeId::kInt, "int"},
    {TypeId::kLong, "long"},
    {TypeId::kFloat, "float"},
    {TypeId::kDouble, "double"},
    {TypeId::kDate, "date"},
    {TypeId::kTime, "time"},
    {TypeId::kTimestamp, "timestamp"},
    {TypeId::kTimestampTz, "timestamptz"},
    {TypeId::kString, "string"},
    {TypeId::kUuid, "uuid"},
    {TypeId::kBinary, "binary"},
}};

constexpr std::array<std::string_view, 6> kVersion3Names = {
    "timestamp_ns", "timestamptz_ns", "unknown", "variant", "geometry", "geography"};

Error InvalidType(std::string_view text) {
  return Error(ErrorCode::kCorruption, "'" + std::string(text) + "' is not an Iceberg type");
}

// Integers between `open` and `close`, separated by commas and blanks.
std::vector<int> Parameters(std::string_view text, char open, char close) {
  std::vector<int> out;
  size_t begin = text.find(open);
  size_t end = text.rfind(close);
  if (begin == std::string_view::npos || end == std::string_view::npos || end != text.size() - 1) {
    return out;
  }
  const char* at = text.data() + begin + 1;
  const char* stop = text.data() + end;
  while (at < stop) {
    while (at < stop && (*at == ' ' || *at == ',')) ++at;
    int value = 0;
    auto [next, error] = std::from_chars(at, stop, value);
    if (error != std::errc()) return {};
    out.push_back(value);
    at = next;
    while (at < stop && *at == ' ') ++at;
  }
  return out;
}

}  // namespace

Type Type::Of(TypeId id) {
  FLOE_ASSERT(id < TypeId::kStruct && id != TypeId::kDecimal && id != TypeId::kFixed);
  return Type(id);
}

Type Type::Decimal(int precision, int scale) {
  FLOE_ASSERT(precision >= 1 && precision <= 38 && scale >= 0 && scale <= precision);
  return Type(TypeId::kDecimal, precision, scale);
}

Type Type::Fixed(int length) {
  FLOE_ASSERT(length >= 0);
  return Type(TypeId::kFixed, length);
}

Type Type::Struct(std::vector<NestedField> fields) {
  Type type(TypeId::kStruct);
  type.fields_ = std::make_shared<const std::vector<NestedField>>(std::move(fields));
  return type;
}

Type Type::List(NestedField element) {
  element.name = "element";
  Type type(TypeId::kList);
  type.fields_ = std::make_shared<const std::vector<NestedField>>(
      std::vector<NestedField>{std::move(element)});
  return type;
}

Type Type::Map(NestedField key, NestedField value) {
  key.name = "key";
  key.required = true;
  value.name = "value";
  Type type(TypeId::kMap);
  type.fields_ = std::make_shared<const std::vector<NestedField>>(
      std::vector<NestedField>{std::move(key), std::move(value)});
  return type;
}

Result<Type> Type::ParsePrimitive(std::string_view text) {
  for (const auto& [id, name] : kPlainNames) {
    if (text == name) return Type(id);
  }
  for (std::string_view name : kVersion3Names) {
    if (text.substr(0, name.size()) == name) {
      return Error(
          ErrorCode::kNotImplemented,
          "type '" + std::string(text) + "' needs format version 3, which is not supported");
    }
  }
  if (text.substr(0, 7) == "decimal") {
    std::vector<int> parameters = Parameters(text, '(', ')');
    if (parameters.size() != 2 || parameters[0] < 1 || parameters[0] > 38 || parameters[1] < 0 ||
        parameters[1] > parameters[0]) {
      return InvalidType(text);
    }
    return Decimal(parameters[0], parameters[1]);
  }
  if (text.substr(0, 5) == "fixed") {
    std::vector<int> parameters = Parameters(text, '[', ']');
    if (parameters.size() != 1 || parameters[0] < 0) return InvalidType(text);
    return Fixed(parameters[0]);
  }
  return InvalidType(text);
}

const std::vector<NestedField>& Type::fields() const {
  static const std::vector<NestedField> kNone;
  return fields_ ? *fields_ : kNone;
}

std::string Type::ToString() const {
  for (const auto& [id, name] : kPlainNames) {
    if (id == id_) return std::string(name);
  }
  switch (id_) {
    case TypeId::kDecimal:
      return "decimal(" + std::to_string(first_) + ", " + std::to_string(second_) + ")";
    case TypeId::kFixed:
      return "fixed[" + std::to_string(first_) + "]";
    case TypeId::kList:
      return "list<" + fields()[0].type.ToString() + ">";
    case TypeId::kMap:
      return "map<" + fields()[0].type.ToString() + ", " + fields()[1].type.ToString() + ">";
    default:
      break;
  }
  std::string out = "struct<";
  for (const NestedField& field : fields()) {
    if (out.size() > 7) out += ", ";
    out += std::to_string(field.id.value()) + ": " + field.name + ": " +
           (field.required ? "required " : "optional ") + field.type.ToString();
  }
  return out + ">";
}

bool Type::operator==(const Type& other) const {
  return id_ == other.id_ && first_ == other.first_ && second_ == other.second_ &&
         fields() == other.fields();
}

}  // namespace floe::iceberg
