// Trino's types: names, signatures, coercions, and where their values lie in DuckDB.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/trino/ast.h"

namespace floe::query::trino {

enum class TypeKind : uint8_t {
  kUnknown,  // of NULL
  kBoolean,
  kTinyint,
  kSmallint,
  kInteger,
  kBigint,
  kReal,
  kDouble,
  kDecimal,
  kChar,
  kVarchar,
  kVarbinary,
  kJson,
  kDate,
  kTime,
  kTimestamp,
  kTimestampTz,
  kIntervalDay,
  kIntervalYear,
  kUuid,
  kArray,
  kMap,
  kRow,
};

// Immutable value.
class Type {
 public:
  static constexpr int64_t kUnbounded = 2147483647;  // length of varchar

  Type() = default;
  explicit Type(TypeKind kind, int64_t first = 0, int64_t second = 0)
      : kind_(kind), first_(first), second_(second) {}
  static Type Varchar(int64_t length = kUnbounded) { return Type(TypeKind::kVarchar, length); }
  static Type Decimal(int64_t precision, int64_t scale) {
    return Type(TypeKind::kDecimal, precision, scale);
  }
  static Type Array(Type element);
  static Type Map(Type key, Type value);
  static Type Row(std::vector<Type> fields, std::vector<std::optional<std::string>> names);
  // kTypeNotFound, or kSqlUnsupported for types and precisions that are not built.
  static Result<Type> FromName(const sql::trino::TypeName& name);

  TypeKind kind() const { return kind_; }
  bool is(TypeKind kind) const { return kind_ == kind; }
  int64_t length() const { return first_; }     // varchar, char
  int64_t precision() const { return first_; }  // decimal, time, timestamps
  int64_t scale() const { return second_; }
  const std::vector<Type>& arguments() const;
  // Of a row's fields.
  const std::vector<std::optional<std::string>>& names() const;

  bool is_integer() const { return kind_ >= TypeKind::kTinyint && kind_ <= TypeKind::kBigint; }
  bool is_floating() const { return kind_ == TypeKind::kReal || kind_ == TypeKind::kDouble; }
  bool is_numeric() const { return kind_ >= TypeKind::kTinyint && kind_ <= TypeKind::kDecimal; }
  bool is_orderable() const;
  bool contains(TypeKind kind) const;

  // As in messages and DESCRIBE: "decimal(12,2)", "row(x integer)".
  std::string ToString() const;
  // As in a result's columns: "decimal(12, 2)"; without `parametric`, times without precision.
  std::string DisplayName(bool parametric = true) const;
  // {"rawType":…,"arguments":[…]} of the client protocol.
  std::string SignatureJson(bool parametric = true) const;
  // "DECIMAL(12,2)", "STRUCT(f1 BIGINT)[]".
  std::string DuckDbType() const;

  bool operator==(const Type& other) const;

 private:
  struct Nested {
    std::vector<Type> arguments;
    std::vector<std::optional<std::string>> names;
  };
  TypeKind kind_ = TypeKind::kUnknown;
  int64_t first_ = 0;
  int64_t second_ = 0;
  std::shared_ptr<const Nested> nested_;
};

// Whether an expression of type `from` may stand where `to` is wanted.
bool CanCoerce(const Type& from, const Type& to);
// The type that both are coerced to, if there is one.
std::optional<Type> CommonSuperType(const Type& a, const Type& b);
// Whether CAST(from AS to) is one.
bool CanCast(const Type& from, const Type& to);

}  // namespace floe::query::trino
