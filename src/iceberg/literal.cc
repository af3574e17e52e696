#include "iceberg/literal.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "base/assert.h"
#include "iceberg/civil_time.h"

namespace floe::iceberg {
namespace {

template <typename T>
std::string LittleEndian(T value) {
  std::string out(sizeof(T), '\0');
  std::memcpy(out.data(), &value, sizeof(T));
  return out;
}

template <typename T>
T FromLittleEndian(std::string_view bytes) {
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

static_assert(std::endian::native == std::endian::little);

// Two's complement, big-endian, in as few bytes as keep the sign.
std::string MinimalBigEndian(Int128 value) {
  std::string out;
  Int128 rest = value;
  do {
    out.insert(out.begin(), static_cast<char>(rest & 0xFF));
    rest >>= 8;
    bool sign_bit = (static_cast<unsigned char>(out[0]) & 0x80) != 0;
    if ((rest == 0 && !sign_bit) || (rest == -1 && sign_bit)) break;
  } while (true);
  return out;
}

Result<Int128> FromBigEndian(std::string_view bytes) {
  if (bytes.empty() || bytes.size() > sizeof(Int128)) {
    return Error(ErrorCode::kCorruption, "a decimal bound has " + std::to_string(bytes.size()) +
                                             " bytes, 1 to 16 are possible");
  }
  unsigned __int128 value =
      (static_cast<unsigned char>(bytes[0]) & 0x80) != 0 ? ~static_cast<unsigned __int128>(0) : 0;
  for (char byte : bytes) value = (value << 8) | static_cast<unsigned char>(byte);
  return static_cast<Int128>(value);
}

Error WrongLength(const Type& type, size_t length) {
  return Error(ErrorCode::kCorruption,
               "a value of type " + type.ToString() + " has " + std::to_string(length) + " bytes");
}

std::string DecimalToString(Int128 value, int scale) {
  bool negative = value < 0;
  unsigned __int128 rest =
      negative ? -static_cast<unsigned __int128>(value) : static_cast<unsigned __int128>(value);
  std::string digits;
  do {
    digits.insert(digits.begin(), static_cast<char>('0' + static_cast<int>(rest % 10)));
    rest /= 10;
  } while (rest != 0 || static_cast<int>(digits.size()) <= scale);
  if (scale > 0) digits.insert(digits.size() - static_cast<size_t>(scale), ".");
  return negative ? "-" + digits : digits;
}

std::string Hex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  for (char byte : bytes) {
    out += kDigits[static_cast<unsigned char>(byte) >> 4];
    out += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return out;
}

std::string UuidText(std::string_view bytes) {
  std::string hex = Hex(bytes);
  for (size_t at : {20U, 16U, 12U, 8U}) {
    if (at <= hex.size()) hex.insert(at, "-");
  }
  return hex;
}

template <typename T>
std::string FloatingToString(T value) {
  std::string text(32, '\0');
  // Shortest form that reads back as the same value.
  for (int digits = 1; digits <= 17; ++digits) {
    int length =
        std::snprintf(text.data(), text.size(), "%.*g", digits, static_cast<double>(value));
    T back = static_cast<T>(std::strtod(text.c_str(), nullptr));
    if (back == value || digits == 17) {
      text.resize(static_cast<size_t>(length));
      break;
    }
  }
  return text;
}

// The order of the spec: sign and magnitude bits as an integer, NaNs at the ends.
template <typename T, typename Bits>
int CompareFloating(T a, T b) {
  auto key = [](T value) {
    Bits bits = std::bit_cast<Bits>(value);
    if (std::isnan(value)) {
      bits = std::signbit(value) ? std::bit_cast<Bits>(-std::numeric_limits<T>::quiet_NaN())
                                 : std::bit_cast<Bits>(std::numeric_limits<T>::quiet_NaN());
    }
    return bits < 0 ? std::numeric_limits<Bits>::min() - bits - 1 : bits;
  };
  Bits x = key(a);
  Bits y = key(b);
  return x < y ? -1 : (x > y ? 1 : 0);
}

template <typename T>
int CompareValues(const T& a, const T& b) {
  return a < b ? -1 : (b < a ? 1 : 0);
}

}  // namespace

std::string Literal::ToBytes(const Type& type) const {
  switch (type.id()) {
    case TypeId::kBoolean:
      return std::string(1, Get<bool>() ? '\1' : '\0');
    case TypeId::kInt:
    case TypeId::kDate:
      return LittleEndian(Get<int32_t>());
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return LittleEndian(Get<int64_t>());
    case TypeId::kFloat:
      return LittleEndian(Get<float>());
    case TypeId::kDouble:
      return LittleEndian(Get<double>());
    case TypeId::kDecimal:
      return MinimalBigEndian(Get<Int128>());
    default:
      return Get<std::string>();
  }
}

Result<Literal> Literal::FromBytes(std::string_view bytes, const Type& type) {
  size_t size = bytes.size();
  switch (type.id()) {
    case TypeId::kBoolean:
      if (size != 1) return WrongLength(type, size);
      return Boolean(bytes[0] != 0);
    case TypeId::kInt:
    case TypeId::kDate:
      if (size != 4) return WrongLength(type, size);
      return Int(FromLittleEndian<int32_t>(bytes));
    case TypeId::kLong:
      if (size == 4) return Long(FromLittleEndian<int32_t>(bytes));
      [[fallthrough]];
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      if (size != 8) return WrongLength(type, size);
      return Long(FromLittleEndian<int64_t>(bytes));
    case TypeId::kFloat:
      if (size != 4) return WrongLength(type, size);
      return Float(FromLittleEndian<float>(bytes));
    case TypeId::kDouble:
      if (size == 4) return Double(static_cast<double>(FromLittleEndian<float>(bytes)));
      if (size != 8) return WrongLength(type, size);
      return Double(FromLittleEndian<double>(bytes));
    case TypeId::kDecimal: {
      FLOE_ASSIGN(Int128 value, FromBigEndian(bytes));
      return Decimal(value);
    }
    case TypeId::kUuid:
      if (size != 16) return WrongLength(type, size);
      return String(std::string(bytes));
    case TypeId::kString:
    case TypeId::kFixed:
    case TypeId::kBinary:
      return String(std::string(bytes));
    default:
      return Error(ErrorCode::kCorruption, "type " + type.ToString() + " has no single values");
  }
}

std::string Literal::ToString(const Type& type) const {
  if (is_null()) return "null";
  switch (type.id()) {
    case TypeId::kBoolean:
      return Get<bool>() ? "true" : "false";
    case TypeId::kInt:
      return std::to_string(Get<int32_t>());
    case TypeId::kDate:
      return DateToString(Get<int32_t>());
    case TypeId::kLong:
      return std::to_string(Get<int64_t>());
    case TypeId::kTime:
      return TimeToString(Get<int64_t>());
    case TypeId::kTimestamp:
      return TimestampToString(Get<int64_t>());
    case TypeId::kTimestampTz:
      return TimestampToString(Get<int64_t>()) + "+00:00";
    case TypeId::kFloat:
      return FloatingToString(Get<float>());
    case TypeId::kDouble:
      return FloatingToString(Get<double>());
    case TypeId::kDecimal:
      return DecimalToString(Get<Int128>(), type.scale());
    case TypeId::kUuid:
      return UuidText(Get<std::string>());
    case TypeId::kFixed:
    case TypeId::kBinary:
      return Hex(Get<std::string>());
    default:
      return Get<std::string>();
  }
}

int Literal::Compare(const Literal& other) const {
  if (is_null() || other.is_null()) {
    return static_cast<int>(!is_null()) - static_cast<int>(!other.is_null());
  }
  FLOE_ASSERT(value_.index() == other.value_.index());
  return std::visit(
      [&](const auto& mine) -> int {
        using T = std::decay_t<decltype(mine)>;
        if constexpr (std::is_same_v<T, std::monostate>) {
          return 0;
        } else if constexpr (std::is_same_v<T, float>) {
          return CompareFloating<float, int32_t>(mine, other.Get<float>());
        } else if constexpr (std::is_same_v<T, double>) {
          return CompareFloating<double, int64_t>(mine, other.Get<double>());
        } else {
          return CompareValues(mine, other.Get<T>());
        }
      },
      value_);
}

}  // namespace floe::iceberg
