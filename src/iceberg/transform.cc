// Partition transforms: parsing, result types, values (spec, "Partition Transforms", appendix B).
#include <array>
#include <charconv>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "iceberg/civil_time.h"
#include "iceberg/partition_spec.h"

namespace floe::iceberg {
namespace {

constexpr int64_t kMicrosPerHour = 3'600'000'000;
constexpr int64_t kMicrosPerDay = 24 * kMicrosPerHour;

constexpr std::array<std::pair<TransformKind, std::string_view>, 6> kPlainNames = {{
    {TransformKind::kIdentity, "identity"},
    {TransformKind::kYear, "year"},
    {TransformKind::kMonth, "month"},
    {TransformKind::kDay, "day"},
    {TransformKind::kHour, "hour"},
    {TransformKind::kVoid, "void"},
}};

Error Unknown(std::string_view text) {
  return Error(ErrorCode::kCorruption, "'" + std::string(text) + "' is not a partition transform");
}

uint32_t RotateLeft(uint32_t value, int bits) { return (value << bits) | (value >> (32 - bits)); }

int32_t Murmur3(std::string_view bytes) {
  constexpr uint32_t kC1 = 0xcc9e2d51;
  constexpr uint32_t kC2 = 0x1b873593;
  uint32_t hash = 0;
  size_t blocks = bytes.size() / 4;
  for (size_t i = 0; i < blocks; ++i) {
    uint32_t block;
    std::memcpy(&block, bytes.data() + 4 * i, 4);
    hash ^= RotateLeft(block * kC1, 15) * kC2;
    hash = RotateLeft(hash, 13) * 5 + 0xe6546b64;
  }
  uint32_t tail = 0;
  for (size_t i = bytes.size(); i > 4 * blocks; --i) {
    tail = (tail << 8) | static_cast<unsigned char>(bytes[i - 1]);
  }
  if (bytes.size() > 4 * blocks) hash ^= RotateLeft(tail * kC1, 15) * kC2;
  hash ^= static_cast<uint32_t>(bytes.size());
  hash ^= hash >> 16;
  hash *= 0x85ebca6b;
  hash ^= hash >> 13;
  hash *= 0xc2b2ae35;
  hash ^= hash >> 16;
  return static_cast<int32_t>(hash);
}

bool IsTemporal(TypeId id) {
  return id == TypeId::kDate || id == TypeId::kTimestamp || id == TypeId::kTimestampTz;
}

// First `width` code points.
std::string TruncateText(const std::string& text, int width) {
  int seen = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    bool starts_code_point = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts_code_point && seen++ == width) return text.substr(0, i);
  }
  return text;
}

template <typename T>
T TruncateNumber(T value, T width) {
  return value - (((value % width) + width) % width);
}

Literal Truncate(const Literal& value, const Type& type, int width) {
  switch (type.id()) {
    case TypeId::kInt:
      return Literal::Int(
          static_cast<int32_t>(TruncateNumber<int64_t>(value.Get<int32_t>(), width)));
    case TypeId::kLong:
      return Literal::Long(
          static_cast<int64_t>(TruncateNumber<Int128>(value.Get<int64_t>(), width)));
    case TypeId::kDecimal:
      return Literal::Decimal(TruncateNumber<Int128>(value.Get<Int128>(), width));
    case TypeId::kString:
      return Literal::String(TruncateText(value.Get<std::string>(), width));
    default:
      return Literal::String(value.Get<std::string>().substr(0, static_cast<size_t>(width)));
  }
}

int64_t DaysOf(const Literal& value, const Type& type) {
  return type.id() == TypeId::kDate ? value.Get<int32_t>()
                                    : FloorDivide(value.Get<int64_t>(), kMicrosPerDay);
}

}  // namespace

int32_t BucketHash(const Literal& value, const Type& type) {
  auto hash_long = [](int64_t number) {
    char bytes[sizeof(number)];
    std::memcpy(bytes, &number, sizeof(number));
    return Murmur3({bytes, sizeof(bytes)});
  };
  switch (type.id()) {
    case TypeId::kInt:
    case TypeId::kDate:
      return hash_long(value.Get<int32_t>());
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return hash_long(value.Get<int64_t>());
    case TypeId::kDecimal:
      return Murmur3(value.ToBytes(type));
    default:
      return Murmur3(value.Get<std::string>());
  }
}

Result<Transform> Transform::Parse(std::string_view text) {
  for (const auto& [kind, name] : kPlainNames) {
    if (text == name) return Transform(kind);
  }
  size_t open = text.find('[');
  if (open == std::string_view::npos || text.back() != ']') return Unknown(text);
  int parameter = 0;
  const char* end = text.data() + text.size() - 1;
  auto [at, error] = std::from_chars(text.data() + open + 1, end, parameter);
  if (error != std::errc() || at != end || parameter <= 0) return Unknown(text);
  std::string_view name = text.substr(0, open);
  if (name == "bucket") return Transform(TransformKind::kBucket, parameter);
  if (name == "truncate") return Transform(TransformKind::kTruncate, parameter);
  return Unknown(text);
}

std::string Transform::ToString() const {
  for (const auto& [kind, name] : kPlainNames) {
    if (kind == kind_) return std::string(name);
  }
  return (kind_ == TransformKind::kBucket ? "bucket[" : "truncate[") + std::to_string(parameter_) +
         "]";
}

Result<Type> Transform::ResultType(const Type& source) const {
  TypeId id = source.id();
  bool allowed = source.is_primitive();
  Type result = source;
  switch (kind_) {
    case TransformKind::kIdentity:
    case TransformKind::kVoid:
      break;
    case TransformKind::kBucket:
      allowed = allowed && id != TypeId::kBoolean && !source.is_floating();
      result = Type::Of(TypeId::kInt);
      break;
    case TransformKind::kTruncate:
      allowed = id == TypeId::kInt || id == TypeId::kLong || id == TypeId::kDecimal ||
                id == TypeId::kString || id == TypeId::kBinary;
      break;
    case TransformKind::kYear:
    case TransformKind::kMonth:
      allowed = IsTemporal(id);
      result = Type::Of(TypeId::kInt);
      break;
    case TransformKind::kDay:
      allowed = IsTemporal(id);
      result = Type::Of(TypeId::kDate);
      break;
    case TransformKind::kHour:
      allowed = id == TypeId::kTimestamp || id == TypeId::kTimestampTz;
      result = Type::Of(TypeId::kInt);
      break;
  }
  if (!allowed) {
    return Error(ErrorCode::kSqlTypeMismatch,
                 "transform " + ToString() + " has no meaning for type " + source.ToString());
  }
  return result;
}

Literal Transform::Apply(const Literal& value, const Type& source) const {
  if (value.is_null() || kind_ == TransformKind::kVoid) return Literal::Null();
  switch (kind_) {
    case TransformKind::kIdentity:
      return value;
    case TransformKind::kBucket:
      return Literal::Int((BucketHash(value, source) & 0x7FFFFFFF) % parameter_);
    case TransformKind::kTruncate:
      return Truncate(value, source, parameter_);
    case TransformKind::kYear:
      return Literal::Int(static_cast<int32_t>(CivilFromDays(DaysOf(value, source)).year - 1970));
    case TransformKind::kMonth: {
      CivilDate date = CivilFromDays(DaysOf(value, source));
      return Literal::Int(static_cast<int32_t>((date.year - 1970) * 12 + date.month - 1));
    }
    case TransformKind::kDay:
      return Literal::Int(static_cast<int32_t>(DaysOf(value, source)));
    case TransformKind::kHour:
      return Literal::Int(static_cast<int32_t>(FloorDivide(value.Get<int64_t>(), kMicrosPerHour)));
    case TransformKind::kVoid:
      break;
  }
  FLOE_ASSERT(false);
  return Literal::Null();
}

}  // namespace floe::iceberg
