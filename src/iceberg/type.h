// Iceberg's types: primitives and nested types whose fields carry ids that never change (spec,
// "Schemas and Data Types"). Format version 2: the types that version 3 added are refused.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"

namespace floe::iceberg {

enum class TypeId : uint8_t {
  kBoolean,
  kInt,
  kLong,
  kFloat,
  kDouble,
  kDecimal,
  kDate,
  kTime,         // microseconds since midnight
  kTimestamp,    // microseconds, no zone
  kTimestampTz,  // microseconds, UTC
  kString,
  kUuid,
  kFixed,
  kBinary,
  kStruct,
  kList,
  kMap,
};

struct NestedField;

// Immutable value; copying is cheap (nested types share their children).
class Type {
 public:
  Type() = default;  // boolean
  // A primitive without parameters. REQUIRES: not decimal, fixed, struct, list or map.
  static Type Of(TypeId id);
  // REQUIRES: 1 <= precision <= 38, 0 <= scale <= precision.
  static Type Decimal(int precision, int scale);
  static Type Fixed(int length);
  static Type Struct(std::vector<NestedField> fields);
  // `element` is named "element".
  static Type List(NestedField element);
  // The children are named "key" (required) and "value".
  static Type Map(NestedField key, NestedField value);

  // The name of a primitive as metadata writes it: "long", "decimal(10, 2)", "fixed[16]".
  static Result<Type> ParsePrimitive(std::string_view text);

  TypeId id() const { return id_; }
  int precision() const { return first_; }  // decimal
  int scale() const { return second_; }     // decimal
  int length() const { return first_; }     // fixed
  // Struct: its fields; list: {element}; map: {key, value}; else empty.
  const std::vector<NestedField>& fields() const;
  bool is_primitive() const { return id_ < TypeId::kStruct; }
  bool is_floating() const { return id_ == TypeId::kFloat || id_ == TypeId::kDouble; }

  // A primitive as ParsePrimitive reads it; nested types as struct<…>, list<…>, map<…>.
  std::string ToString() const;
  bool operator==(const Type& other) const;

 private:
  explicit Type(TypeId id, int first = 0, int second = 0)
      : id_(id), first_(first), second_(second) {}

  TypeId id_ = TypeId::kBoolean;
  int first_ = 0;
  int second_ = 0;
  std::shared_ptr<const std::vector<NestedField>> fields_;
};

struct NestedField {
  ColumnId id;
  std::string name;
  Type type;
  bool required = false;
  std::string doc;
  // Members that this version does not know, as JSON text: written back as they were read.
  std::string unknown_json;

  bool operator==(const NestedField&) const = default;
};

}  // namespace floe::iceberg
