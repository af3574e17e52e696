#include "query/trino/type.h"

#include <algorithm>
#include <iterator>

#include "sql/trino/keywords.h"

namespace floe::query::trino {
namespace {

struct KindName {
  TypeKind kind;
  const char* name;
  const char* duckdb;
};
constexpr KindName kNames[] = {
    {TypeKind::kUnknown, "unknown", "INTEGER"},
    {TypeKind::kBoolean, "boolean", "BOOLEAN"},
    {TypeKind::kTinyint, "tinyint", "TINYINT"},
    {TypeKind::kSmallint, "smallint", "SMALLINT"},
    {TypeKind::kInteger, "integer", "INTEGER"},
    {TypeKind::kBigint, "bigint", "BIGINT"},
    {TypeKind::kReal, "real", "FLOAT"},
    {TypeKind::kDouble, "double", "DOUBLE"},
    {TypeKind::kDecimal, "decimal", "DECIMAL"},
    {TypeKind::kChar, "char", "VARCHAR"},
    {TypeKind::kVarchar, "varchar", "VARCHAR"},
    {TypeKind::kVarbinary, "varbinary", "BLOB"},
    {TypeKind::kJson, "json", "VARCHAR"},
    {TypeKind::kDate, "date", "DATE"},
    {TypeKind::kTime, "time", "BIGINT"},
    {TypeKind::kTimestamp, "timestamp", "TIMESTAMP"},
    {TypeKind::kTimestampTz, "timestamp with time zone", "TIMESTAMP WITH TIME ZONE"},
    {TypeKind::kIntervalDay, "interval day to second", "BIGINT"},
    {TypeKind::kIntervalYear, "interval year to month", "BIGINT"},
    {TypeKind::kUuid, "uuid", "UUID"},
    {TypeKind::kArray, "array", ""},
    {TypeKind::kMap, "map", ""},
    {TypeKind::kRow, "row", ""},
};

const KindName& NameOf(TypeKind kind) { return kNames[static_cast<size_t>(kind)]; }

bool HasPrecision(TypeKind kind) {
  return kind == TypeKind::kTime || kind == TypeKind::kTimestamp || kind == TypeKind::kTimestampTz;
}

std::string Parameters(const Type& type, const char* comma, bool parametric) {
  if (type.is(TypeKind::kDecimal)) {
    return "(" + std::to_string(type.precision()) + comma + std::to_string(type.scale()) + ")";
  }
  if (type.is(TypeKind::kChar) ||
      (type.is(TypeKind::kVarchar) && type.length() != Type::kUnbounded)) {
    return "(" + std::to_string(type.length()) + ")";
  }
  if (parametric && HasPrecision(type.kind())) return "(" + std::to_string(type.precision()) + ")";
  return "";
}

std::string Print(const Type& type, const char* comma, bool parametric) {
  const std::string parameters = Parameters(type, comma, parametric);
  if (type.is(TypeKind::kTimestampTz)) return "timestamp" + parameters + " with time zone";
  std::string out = NameOf(type.kind()).name + parameters;
  if (type.arguments().empty()) return out;
  out += "(";
  for (size_t i = 0; i < type.arguments().size(); ++i) {
    if (i > 0) out += ", ";
    if (i < type.names().size() && type.names()[i]) {
      const std::string& name = *type.names()[i];
      const bool is_plain = std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
      });
      out += (is_plain ? name : "\"" + name + "\"") + " ";
    }
    out += Print(type.arguments()[i], comma, parametric);
  }
  return out + ")";
}

std::string LongArgument(int64_t value) {
  return R"({"kind":"LONG","value":)" + std::to_string(value) + "}";
}

std::string EscapeJson(const std::string& text) {
  std::string out;
  for (char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

}  // namespace

Type Type::Array(Type element) {
  Type type(TypeKind::kArray);
  type.nested_ = std::make_shared<Nested>(Nested{{std::move(element)}, {}});
  return type;
}

Type Type::Map(Type key, Type value) {
  Type type(TypeKind::kMap);
  type.nested_ = std::make_shared<Nested>(Nested{{std::move(key), std::move(value)}, {}});
  return type;
}

Type Type::Row(std::vector<Type> fields, std::vector<std::optional<std::string>> names) {
  Type type(TypeKind::kRow);
  type.nested_ = std::make_shared<Nested>(Nested{std::move(fields), std::move(names)});
  return type;
}

const std::vector<Type>& Type::arguments() const {
  static const std::vector<Type> kNone;
  return nested_ ? nested_->arguments : kNone;
}

const std::vector<std::optional<std::string>>& Type::names() const {
  static const std::vector<std::optional<std::string>> kNone;
  return nested_ ? nested_->names : kNone;
}

bool Type::operator==(const Type& other) const {
  if (kind_ != other.kind_ || first_ != other.first_ || second_ != other.second_) return false;
  return arguments() == other.arguments() && names() == other.names();
}

bool Type::is_orderable() const {
  if (kind_ == TypeKind::kMap || kind_ == TypeKind::kJson) return false;
  return std::all_of(arguments().begin(), arguments().end(),
                     [](const Type& type) { return type.is_orderable(); });
}

bool Type::contains(TypeKind kind) const {
  if (kind_ == kind) return true;
  return std::any_of(arguments().begin(), arguments().end(),
                     [kind](const Type& type) { return type.contains(kind); });
}

std::string Type::ToString() const { return Print(*this, ",", true); }

std::string Type::DisplayName(bool parametric) const {
  // Interval types are shown in capitals at the top level only.
  if (kind_ == TypeKind::kIntervalDay) return "INTERVAL DAY TO SECOND";
  if (kind_ == TypeKind::kIntervalYear) return "INTERVAL YEAR TO MONTH";
  return Print(*this, ", ", parametric);
}

std::string Type::SignatureJson(bool parametric) const {
  std::string arguments;
  auto add = [&](const std::string& argument) {
    arguments += (arguments.empty() ? "" : ",") + argument;
  };
  if (kind_ == TypeKind::kDecimal) {
    add(LongArgument(first_));
    add(LongArgument(second_));
  } else if (kind_ == TypeKind::kChar || kind_ == TypeKind::kVarchar ||
             (parametric && HasPrecision(kind_))) {
    add(LongArgument(first_));
  }
  for (size_t i = 0; i < this->arguments().size(); ++i) {
    const std::string signature = this->arguments()[i].SignatureJson(parametric);
    if (kind_ != TypeKind::kRow) {
      add(R"({"kind":"TYPE","value":)" + signature + "}");
      continue;
    }
    std::string field;
    if (names()[i]) field = R"("fieldName":{"name":")" + EscapeJson(*names()[i]) + R"("},)";
    add(R"({"kind":"NAMED_TYPE","value":{)" + field + R"("typeSignature":)" + signature + "}}");
  }
  return R"({"rawType":")" + std::string(NameOf(kind_).name) + R"(","arguments":[)" + arguments +
         "]}";
}

std::string Type::DuckDbType() const {
  if (kind_ == TypeKind::kDecimal) return "DECIMAL" + Parameters(*this, ",", true);
  if (kind_ == TypeKind::kArray) return arguments()[0].DuckDbType() + "[]";
  if (kind_ == TypeKind::kMap) {
    return "MAP(" + arguments()[0].DuckDbType() + "," + arguments()[1].DuckDbType() + ")";
  }
  if (kind_ != TypeKind::kRow) return NameOf(kind_).duckdb;
  std::string out;
  for (size_t i = 0; i < arguments().size(); ++i) {
    out += (i > 0 ? ",f" : "f") + std::to_string(i + 1) + " " + arguments()[i].DuckDbType();
  }
  return "STRUCT(" + out + ")";
}

namespace {

Result<Type> Precise(TypeKind kind, const sql::trino::TypeName& name) {
  const int64_t precision = name.parameters.empty() ? 3 : name.parameters[0];
  const int64_t limit = kind == TypeKind::kTime ? 12 : 6;
  if (precision > 12) {
    return Error(ErrorCode::kNumericOutOfRange,
                 "precision must be in range [0, 12]: " + std::to_string(precision), name.span);
  }
  if (precision > limit) {
    return Error(ErrorCode::kSqlUnsupported, "timestamps with more than 6 digits are not supported",
                 name.span);
  }
  return Type(kind, precision);
}

Result<Type> DecimalOf(const sql::trino::TypeName& name) {
  const int64_t precision = name.parameters.empty() ? 38 : name.parameters[0];
  const int64_t scale = name.parameters.size() < 2 ? 0 : name.parameters[1];
  if (precision < 1 || precision > 38) {
    return Error(ErrorCode::kInvalidArgument,
                 "DECIMAL precision must be in range [1, 38]: " + std::to_string(precision),
                 name.span);
  }
  if (scale > precision) {
    return Error(ErrorCode::kInvalidArgument,
                 "DECIMAL scale must be in range [0, precision (" + std::to_string(precision) +
                     ")]: " + std::to_string(scale),
                 name.span);
  }
  return Type::Decimal(precision, scale);
}

}  // namespace

Result<Type> Type::FromName(const sql::trino::TypeName& name) {
  std::string base = name.name == "int" ? "integer" : name.name == "dec" ? "decimal" : name.name;
  if (base == "varchar") {
    return Varchar(name.parameters.empty() ? kUnbounded : name.parameters[0]);
  }
  if (base == "char")
    return Type(TypeKind::kChar, name.parameters.empty() ? 1 : name.parameters[0]);
  if (base == "decimal") return DecimalOf(name);
  if (base == "time") return Precise(TypeKind::kTime, name);
  if (base == "timestamp") return Precise(TypeKind::kTimestamp, name);
  if (base == "timestamp with time zone") return Precise(TypeKind::kTimestampTz, name);
  std::vector<Type> arguments;
  for (const sql::trino::TypeName& argument : name.arguments) {
    FLOE_ASSIGN(Type type, FromName(argument));
    arguments.push_back(std::move(type));
  }
  if (base == "array" && arguments.size() == 1) return Array(arguments[0]);
  if (base == "map" && arguments.size() == 2) return Map(arguments[0], arguments[1]);
  if (base == "row" && !arguments.empty()) {
    std::vector<std::optional<std::string>> names(arguments.size());
    for (size_t i = 0; i < arguments.size() && i < name.names.size(); ++i) {
      if (name.names[i]) {
        names[i] = name.names[i]->quoted ? name.names[i]->value
                                         : sql::trino::LowerCase(name.names[i]->value);
      }
    }
    return Row(std::move(arguments), std::move(names));
  }
  for (const KindName& known : kNames) {
    if (base == known.name && known.duckdb[0] != '\0') return Type(known.kind);
  }
  for (const char* other : {"time with time zone", "ipaddress", "hyperloglog", "qdigest", "tdigest",
                            "geometry", "p4hyperloglog", "setdigest", "color", "bingtile",
                            "sphericalgeography", "number", "variant"}) {
    if (base == other) {
      return Error(ErrorCode::kSqlUnsupported, "type " + base + " is not supported", name.span);
    }
  }
  return Error(ErrorCode::kTypeNotFound, "Unknown type: " + base, name.span);
}

}  // namespace floe::query::trino
