// Single values of primitive types: partition values, column bounds, predicates (spec, appendix D).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "iceberg/type.h"

namespace floe::iceberg {

// Unscaled decimal value.
using Int128 = __int128;

// A value without its type: null; boolean; int and date (days) as int32; long, time (us) and
// timestamps (us) as int64; float; double; decimal as Int128 (unscaled); string, uuid (16 bytes,
// big-endian), fixed and binary as string of bytes.
class Literal {
 public:
  using Value =
      std::variant<std::monostate, bool, int32_t, int64_t, float, double, Int128, std::string>;

  Literal() = default;  // null
  static Literal Null() { return {}; }
  static Literal Boolean(bool v) { return Literal(Value(std::in_place_type<bool>, v)); }
  static Literal Int(int32_t v) { return Literal(Value(std::in_place_type<int32_t>, v)); }
  static Literal Long(int64_t v) { return Literal(Value(std::in_place_type<int64_t>, v)); }
  static Literal Float(float v) { return Literal(Value(std::in_place_type<float>, v)); }
  static Literal Double(double v) { return Literal(Value(std::in_place_type<double>, v)); }
  static Literal Decimal(Int128 v) { return Literal(Value(std::in_place_type<Int128>, v)); }
  static Literal String(std::string v) {
    return Literal(Value(std::in_place_type<std::string>, std::move(v)));
  }

  bool is_null() const { return value_.index() == 0; }
  const Value& value() const { return value_; }
  template <typename T>
  const T& Get() const {
    return std::get<T>(value_);
  }

  // Binary single-value form. REQUIRES: not null, and of this type's kind.
  std::string ToBytes(const Type& type) const;
  // Accepts the shorter form that a column had before it was promoted (int for long, float for
  // double). kCorruption when the length is wrong.
  static Result<Literal> FromBytes(std::string_view bytes, const Type& type);

  // The value as it stands in a partition path or a log: "null", "2024-01-31",
  // "2024-01-31T10:00:00", "3.50".
  std::string ToString(const Type& type) const;

  // REQUIRES: both of one kind. Null sorts first; floats by the order of the spec
  // (-NaN < -Inf < … < -0 < 0 < … < Inf < NaN).
  int Compare(const Literal& other) const;
  bool operator==(const Literal& other) const = default;

 private:
  explicit Literal(Value value) : value_(std::move(value)) {}
  Value value_;
};

}  // namespace floe::iceberg
