#include "functions/decimal.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <utility>

#include "functions/ascii.h"
#include "functions/expression_text.h"

namespace floe::functions {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr std::array<Int128, kMaxDecimalDigits + 1> MakePowers() {
  std::array<Int128, kMaxDecimalDigits + 1> powers{};
  powers[0] = 1;
  for (size_t i = 1; i < powers.size(); ++i) powers[i] = powers[i - 1] * 10;
  return powers;
}

constexpr std::array<Int128, kMaxDecimalDigits + 1> kPowers = MakePowers();
constexpr Int128 kMax128 = static_cast<Int128>(~Uint128{0} >> 1);

Uint128 Magnitude(Int128 value) {
  return value < 0 ? Uint128{0} - static_cast<Uint128>(value) : static_cast<Uint128>(value);
}

// An unsigned number of 512 bits, enough for any quotient of two decimals at any scale.
class Wide {
 public:
  static constexpr size_t kLimbs = 16;

  explicit Wide(Uint128 value) {
    for (size_t i = 0; i < 4; ++i) limbs_[i] = static_cast<uint32_t>(value >> (32 * i));
  }

  void MultiplyBySmall(uint32_t factor) {
    uint64_t carry = 0;
    for (uint32_t& limb : limbs_) {
      carry += uint64_t{limb} * factor;
      limb = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }

  void MultiplyByPowerOfTen(int exponent) {
    for (; exponent >= 9; exponent -= 9) MultiplyBySmall(1'000'000'000);
    for (; exponent > 0; --exponent) MultiplyBySmall(10);
  }

  void MultiplyBy(Uint128 factor) {
    const std::array<uint32_t, kLimbs> self = limbs_;
    limbs_.fill(0);
    for (size_t i = 0; i < 4; ++i) {
      const auto part = static_cast<uint32_t>(factor >> (32 * i));
      uint64_t carry = 0;
      for (size_t j = 0; i + j < kLimbs; ++j) {
        carry += uint64_t{self[j]} * part + limbs_[i + j];
        limbs_[i + j] = static_cast<uint32_t>(carry);
        carry >>= 32;
      }
    }
  }

  // Divides by `divisor`, rounding half up; the remainder too if `remainder` is given (then without
  // rounding). Bit by bit: this is the path of operands that 128 bits do not hold.
  void DivideBy(const Wide& divisor, Wide* remainder) {
    Wide quotient(0);
    Wide rest(0);
    for (size_t bit = kLimbs * 32; bit-- > 0;) {
      rest.ShiftLeft();
      rest.limbs_[0] |= (limbs_[bit / 32] >> (bit % 32)) & 1;
      if (rest.Compare(divisor) >= 0) {
        rest.Subtract(divisor);
        quotient.limbs_[bit / 32] |= uint32_t{1} << (bit % 32);
      }
    }
    if (remainder != nullptr) {
      *remainder = rest;
    } else {
      rest.ShiftLeft();
      if (rest.Compare(divisor) >= 0) quotient.Increment();
    }
    *this = quotient;
  }

  int Compare(const Wide& other) const {
    for (size_t i = kLimbs; i-- > 0;) {
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] < other.limbs_[i] ? -1 : 1;
    }
    return 0;
  }

  void Add(const Wide& other) {
    uint64_t carry = 0;
    for (size_t i = 0; i < kLimbs; ++i) {
      carry += uint64_t{limbs_[i]} + other.limbs_[i];
      limbs_[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }

  // REQUIRES: other <= *this.
  void Subtract(const Wide& other) {
    int64_t borrow = 0;
    for (size_t i = 0; i < kLimbs; ++i) {
      int64_t difference = int64_t{limbs_[i]} - other.limbs_[i] - borrow;
      borrow = difference < 0 ? 1 : 0;
      if (difference < 0) difference += int64_t{1} << 32;
      limbs_[i] = static_cast<uint32_t>(difference);
    }
  }

  // With the sign, if it has at most `precision` digits.
  std::optional<Int128> ToDecimal(bool negative, int precision) const {
    for (size_t i = 4; i < kLimbs; ++i) {
      if (limbs_[i] != 0) return std::nullopt;
    }
    Uint128 value = 0;
    for (size_t i = 4; i-- > 0;) value = (value << 32) | limbs_[i];
    if (value >= static_cast<Uint128>(PowerOfTen(precision))) return std::nullopt;
    return negative ? -static_cast<Int128>(value) : static_cast<Int128>(value);
  }

 private:
  void ShiftLeft() {
    for (size_t i = kLimbs; i-- > 1;) limbs_[i] = (limbs_[i] << 1) | (limbs_[i - 1] >> 31);
    limbs_[0] <<= 1;
  }
  void Increment() { Add(Wide(1)); }

  std::array<uint32_t, kLimbs> limbs_{};
};

Wide PowerOfTenWide(int exponent) {
  Wide power(1);
  power.MultiplyByPowerOfTen(exponent);
  return power;
}

// |value| / 10^digits, rounded half up.
Uint128 DropDigits(Uint128 value, int digits) {
  if (digits > kMaxDecimalDigits) return 0;
  const auto power = static_cast<Uint128>(PowerOfTen(digits));
  const Uint128 quotient = value / power;
  return value % power >= power - power / 2 ? quotient + 1 : quotient;
}

// Whether |value| * 10^digits stays within 127 bits.
bool CanScaleUp(Uint128 value, int digits) {
  return digits <= kMaxDecimalDigits && value <= static_cast<Uint128>(kMax128 / PowerOfTen(digits));
}

}  // namespace

Int128 PowerOfTen(int exponent) { return kPowers[static_cast<size_t>(exponent)]; }

bool FitsPrecision(Int128 value, int precision) {
  const Int128 bound = PowerOfTen(precision);
  return value < bound && value > -bound;
}

std::optional<Int128> RescaleDecimal(Int128 value, int from_scale, int to_scale, int precision) {
  const Uint128 magnitude = Magnitude(value);
  Uint128 scaled = magnitude;
  if (to_scale < from_scale) {
    scaled = DropDigits(magnitude, from_scale - to_scale);
  } else if (to_scale > from_scale && magnitude != 0) {
    if (!CanScaleUp(magnitude, to_scale - from_scale)) return std::nullopt;
    scaled = magnitude * static_cast<Uint128>(PowerOfTen(to_scale - from_scale));
  }
  if (scaled >= static_cast<Uint128>(PowerOfTen(precision))) return std::nullopt;
  return value < 0 ? -static_cast<Int128>(scaled) : static_cast<Int128>(scaled);
}

std::optional<Int128> MultiplyDecimal(Int128 a, Int128 b, int product_scale, int to_scale,
                                      int precision) {
  Int128 product = 0;
  if (!__builtin_mul_overflow(a, b, &product)) {
    return RescaleDecimal(product, product_scale, to_scale, precision);
  }
  Wide wide(Magnitude(a));
  wide.MultiplyBy(Magnitude(b));
  if (to_scale < product_scale) {
    wide.DivideBy(PowerOfTenWide(product_scale - to_scale), nullptr);
  } else {
    wide.MultiplyByPowerOfTen(to_scale - product_scale);
  }
  return wide.ToDecimal((a < 0) != (b < 0), precision);
}

std::optional<Int128> DivideDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                    int precision) {
  const bool negative = (a < 0) != (b < 0);
  const int exponent = to_scale + b_scale - a_scale;
  const Uint128 dividend = Magnitude(a);
  const Uint128 divisor = Magnitude(b);
  if (exponent >= 0 && CanScaleUp(dividend, exponent)) {
    const Uint128 scaled = dividend * static_cast<Uint128>(PowerOfTen(exponent));
    Uint128 quotient = scaled / divisor;
    const Uint128 rest = scaled % divisor;
    if (rest >= divisor - rest) ++quotient;
    if (quotient >= static_cast<Uint128>(PowerOfTen(precision))) return std::nullopt;
    return negative ? -static_cast<Int128>(quotient) : static_cast<Int128>(quotient);
  }
  Wide wide(dividend);
  Wide wide_divisor(divisor);
  if (exponent >= 0) {
    wide.MultiplyByPowerOfTen(exponent);
  } else {
    wide_divisor.MultiplyByPowerOfTen(-exponent);
  }
  wide.DivideBy(wide_divisor, nullptr);
  return wide.ToDecimal(negative, precision);
}

std::optional<Int128> AddDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                 int precision) {
  const int scale = std::max(a_scale, b_scale);
  if (CanScaleUp(Magnitude(a), scale - a_scale) && CanScaleUp(Magnitude(b), scale - b_scale)) {
    Int128 sum = 0;
    if (!__builtin_add_overflow(a * PowerOfTen(scale - a_scale), b * PowerOfTen(scale - b_scale),
                                &sum)) {
      return RescaleDecimal(sum, scale, to_scale, precision);
    }
  }
  Wide left(Magnitude(a));
  left.MultiplyByPowerOfTen(scale - a_scale);
  Wide right(Magnitude(b));
  right.MultiplyByPowerOfTen(scale - b_scale);
  bool negative = a < 0;
  if ((a < 0) == (b < 0)) {
    left.Add(right);
  } else if (left.Compare(right) >= 0) {
    left.Subtract(right);
  } else {
    right.Subtract(left);
    left = right;
    negative = b < 0;
  }
  if (to_scale < scale) {
    left.DivideBy(PowerOfTenWide(scale - to_scale), nullptr);
  } else {
    left.MultiplyByPowerOfTen(to_scale - scale);
  }
  return left.ToDecimal(negative, precision);
}

std::optional<Int128> ModuloDecimal(Int128 a, int a_scale, Int128 b, int b_scale, int to_scale,
                                    int precision) {
  const int scale = std::max(a_scale, b_scale);
  if (CanScaleUp(Magnitude(a), scale - a_scale) && CanScaleUp(Magnitude(b), scale - b_scale)) {
    const Int128 rest = (a * PowerOfTen(scale - a_scale)) % (b * PowerOfTen(scale - b_scale));
    return RescaleDecimal(rest, scale, to_scale, precision);
  }
  Wide dividend(Magnitude(a));
  dividend.MultiplyByPowerOfTen(scale - a_scale);
  Wide divisor(Magnitude(b));
  divisor.MultiplyByPowerOfTen(scale - b_scale);
  Wide rest(0);
  dividend.DivideBy(divisor, &rest);
  const std::optional<Int128> value = rest.ToDecimal(a < 0, kMaxDecimalDigits);
  if (!value.has_value()) return std::nullopt;
  return RescaleDecimal(*value, scale, to_scale, precision);
}

int CompareDecimal(Int128 a, int a_scale, Int128 b, int b_scale) {
  if (a_scale == b_scale) return a < b ? -1 : (a > b ? 1 : 0);
  const int scale = std::max(a_scale, b_scale);
  if (CanScaleUp(Magnitude(a), scale - a_scale) && CanScaleUp(Magnitude(b), scale - b_scale)) {
    const Int128 left = a * PowerOfTen(scale - a_scale);
    const Int128 right = b * PowerOfTen(scale - b_scale);
    return left < right ? -1 : (left > right ? 1 : 0);
  }
  if ((a < 0) != (b < 0)) return a < 0 ? -1 : 1;
  Wide left(Magnitude(a));
  left.MultiplyByPowerOfTen(scale - a_scale);
  Wide right(Magnitude(b));
  right.MultiplyByPowerOfTen(scale - b_scale);
  const int order = left.Compare(right);
  return a < 0 ? -order : order;
}

double DecimalToDouble(Int128 value, int scale) {
  // Both exact as doubles: one division rounds once.
  static constexpr Int128 kExact = Int128{1} << 53;
  static constexpr int kExactPower = 22;
  if (value <= kExact && value >= -kExact && scale <= kExactPower) {
    return static_cast<double>(static_cast<int64_t>(value)) /
           static_cast<double>(PowerOfTen(scale));
  }
  return std::strtod(DecimalText(value, scale).c_str(), nullptr);
}

std::optional<Int128> DecimalFromDouble(double value, int scale, int precision) {
  if (!std::isfinite(value)) return std::nullopt;
  std::array<char, 40> text;
  const auto end =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::scientific);
  Int128 out = 0;
  const std::string_view digits(text.data(), static_cast<size_t>(end.ptr - text.data()));
  if (ParseDecimal(digits, scale, precision, &out) != DecimalParse::kOk) return std::nullopt;
  return out;
}

namespace {

struct DecimalDigits {
  Uint128 value = 0;       // the first 38 significant digits
  int digits = 0;          // how many of them
  int64_t dropped = 0;     // further digits before the exponent is applied
  int64_t scale = 0;       // fraction digits among all
  bool rounds_up = false;  // the first dropped digit is 5 or more
  bool any = false;        // there was a digit
};

void TakeDigit(char c, DecimalDigits* out) {
  out->any = true;
  if (out->digits < kMaxDecimalDigits) {
    out->value = out->value * 10 + static_cast<Uint128>(c - '0');
    if (out->value != 0) ++out->digits;
    return;
  }
  if (out->dropped == 0) out->rounds_up = c >= '5';
  ++out->dropped;
}

// Digits, point and exponent of text behind the sign; false if it is malformed.
bool ScanDecimal(std::string_view text, DecimalDigits* out) {
  size_t at = 0;
  bool point = false;
  for (; at < text.size(); ++at) {
    if (IsDigit(text[at])) {
      TakeDigit(text[at], out);
      if (point) ++out->scale;
    } else if (text[at] == '.' && !point) {
      point = true;
    } else {
      break;
    }
  }
  if (!out->any) return false;
  if (at == text.size()) return true;
  if (text[at] != 'e' && text[at] != 'E') return false;
  std::string_view exponent_text = text.substr(at + 1);
  if (exponent_text.starts_with('+')) exponent_text.remove_prefix(1);
  int exponent = 0;
  const char* end = exponent_text.data() + exponent_text.size();
  const auto parsed = std::from_chars(exponent_text.data(), end, exponent);
  if (parsed.ec != std::errc() || parsed.ptr != end) return false;
  out->scale -= exponent;
  return true;
}

}  // namespace

DecimalParse ParseDecimal(std::string_view text, int scale, int precision, Int128* out) {
  bool negative = false;
  if (!text.empty() && (text[0] == '-' || text[0] == '+')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  DecimalDigits digits;
  if (!ScanDecimal(text, &digits)) return DecimalParse::kInvalid;
  *out = 0;
  if (digits.value == 0) return DecimalParse::kOk;
  const int64_t value_scale = digits.scale - digits.dropped;
  if (value_scale > scale + 2 * kMaxDecimalDigits) return DecimalParse::kOk;
  if (value_scale < scale - kMaxDecimalDigits) return DecimalParse::kOverflow;
  Uint128 value = digits.value;
  if (value_scale <= scale && digits.rounds_up) ++value;
  if (value_scale > scale) {
    value = DropDigits(value, static_cast<int>(value_scale - scale));
  } else {
    const int up = static_cast<int>(scale - value_scale);
    if (!CanScaleUp(value, up)) return DecimalParse::kOverflow;
    value *= static_cast<Uint128>(PowerOfTen(up));
  }
  if (value >= static_cast<Uint128>(PowerOfTen(precision))) return DecimalParse::kOverflow;
  *out = negative ? -static_cast<Int128>(value) : static_cast<Int128>(value);
  return DecimalParse::kOk;
}

}  // namespace floe::functions
