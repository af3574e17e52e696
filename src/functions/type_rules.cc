#include "functions/type_rules.h"

#include <algorithm>

#include "base/assert.h"
#include "functions/resolve.h"

namespace floe::functions {

using types::DataType;
using types::TypeKind;

namespace {

constexpr int kMinAdjustedScale = 6;

int IntegerRank(TypeKind kind) { return static_cast<int>(kind); }

DataType WiderInteger(const DataType& a, const DataType& b) {
  return IntegerRank(a.kind()) >= IntegerRank(b.kind()) ? a : b;
}

// FLOAT and DOUBLE where an operand is approximate: a DECIMAL makes it DOUBLE, of two approximate
// types the first stays.
DataType ApproximateType(const DataType& a, const DataType& b) {
  if (a.is_approximate() && b.is_approximate()) return a;
  const DataType& approximate = a.is_approximate() ? a : b;
  const DataType& exact = a.is_approximate() ? b : a;
  return exact.kind() == TypeKind::kDecimal ? DataType::Double() : approximate;
}

std::optional<DataType> CommonNumeric(const DataType& a, const DataType& b) {
  if (a.is_approximate() || b.is_approximate()) return ApproximateType(a, b);
  if (a.is_integer() && b.is_integer()) return WiderInteger(a, b);
  const DataType x = ExactAsDecimal(a);
  const DataType y = ExactAsDecimal(b);
  const int scale = std::max(x.scale(), y.scale());
  const int digits = std::max(x.precision() - x.scale(), y.precision() - y.scale());
  const int precision = std::min(digits + scale, DataType::kMaxDecimalPrecision);
  return DataType::Decimal(precision, std::min(scale, precision));
}

std::optional<DataType> CommonText(const DataType& a, const DataType& b) {
  const int length = std::max(a.length(), b.length());
  if (a.is_character()) {
    const bool fixed =
        a.kind() == TypeKind::kChar && b.kind() == TypeKind::kChar && a.length() == b.length();
    return fixed ? DataType::Char(length) : DataType::Varchar(length);
  }
  const bool fixed =
      a.kind() == TypeKind::kBinary && b.kind() == TypeKind::kBinary && a.length() == b.length();
  return fixed ? DataType::Binary(length) : DataType::Varbinary(length);
}

std::optional<DataType> CommonDateTime(const DataType& a, const DataType& b) {
  const int precision = std::max(a.precision(), b.precision());
  if (a.kind() == b.kind()) {
    if (a.kind() == TypeKind::kDate) return DataType::Date();
    if (a.kind() == TypeKind::kTime) return DataType::Time(precision);
    if (a.kind() == TypeKind::kTimestamp) return DataType::Timestamp(precision);
    return DataType::TimestampLtz(precision);
  }
  if (a.kind() == TypeKind::kDate && b.kind() == TypeKind::kTimestamp) return b;
  if (b.kind() == TypeKind::kDate && a.kind() == TypeKind::kTimestamp) return a;
  return std::nullopt;
}

std::optional<DataType> CommonIgnoringNull(const DataType& a, const DataType& b) {
  if (a.SameKindAs(b)) return a;
  if (a.kind() == TypeKind::kNull) return b;
  if (b.kind() == TypeKind::kNull) return a;
  if (a.is_numeric() && b.is_numeric()) return CommonNumeric(a, b);
  if ((a.is_character() && b.is_character()) || (a.is_binary() && b.is_binary())) {
    return CommonText(a, b);
  }
  if (a.is_datetime() && b.is_datetime()) return CommonDateTime(a, b);
  return std::nullopt;
}

}  // namespace

DataType ExactAsDecimal(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kTinyInt:
      return DataType::Decimal(3, 0);
    case TypeKind::kSmallInt:
      return DataType::Decimal(5, 0);
    case TypeKind::kInteger:
      return DataType::Decimal(10, 0);
    case TypeKind::kBigInt:
      return DataType::Decimal(19, 0);
    default:
      FLOE_ASSERT(type.kind() == TypeKind::kDecimal);
      return type;
  }
}

DataType LimitDecimal(int precision, int scale) {
  if (precision <= DataType::kMaxDecimalPrecision) return DataType::Decimal(precision, scale);
  const int digits = precision - scale;
  const int kept =
      std::max(DataType::kMaxDecimalPrecision - digits, std::min(scale, kMinAdjustedScale));
  return DataType::Decimal(DataType::kMaxDecimalPrecision, kept);
}

DataType AdditionType(const DataType& a, const DataType& b) {
  if (a.is_approximate() || b.is_approximate()) return ApproximateType(a, b);
  if (a.is_integer() && b.is_integer()) return WiderInteger(a, b);
  const DataType x = ExactAsDecimal(a);
  const DataType y = ExactAsDecimal(b);
  const int scale = std::max(x.scale(), y.scale());
  const int digits = std::max(x.precision() - x.scale(), y.precision() - y.scale());
  return LimitDecimal(digits + scale + 1, scale);
}

DataType MultiplicationType(const DataType& a, const DataType& b) {
  if (a.is_approximate() || b.is_approximate()) return ApproximateType(a, b);
  if (a.is_integer() && b.is_integer()) return WiderInteger(a, b);
  const DataType x = ExactAsDecimal(a);
  const DataType y = ExactAsDecimal(b);
  return LimitDecimal(x.precision() + y.precision() + 1, x.scale() + y.scale());
}

DataType DivisionType(const DataType& a, const DataType& b) {
  if (a.is_approximate() || b.is_approximate()) return ApproximateType(a, b);
  if (a.is_integer() && b.is_integer()) return WiderInteger(a, b);
  const DataType x = ExactAsDecimal(a);
  const DataType y = ExactAsDecimal(b);
  const int scale = std::max(kMinAdjustedScale, x.scale() + y.precision() + 1);
  return LimitDecimal(x.precision() - x.scale() + y.scale() + scale, scale);
}

DataType ModuloType(const DataType& a, const DataType& b) {
  if (a.is_approximate() || b.is_approximate()) {
    return a.kind() == TypeKind::kDecimal || b.kind() == TypeKind::kDecimal ? DataType::Double()
                                                                            : b;
  }
  if (a.is_integer() && b.is_integer()) return b;
  const DataType x = ExactAsDecimal(a);
  const DataType y = ExactAsDecimal(b);
  const int scale = std::max(x.scale(), y.scale());
  const int digits = std::min(x.precision() - x.scale(), y.precision() - y.scale());
  return LimitDecimal(std::max(1, digits + scale), scale);
}

std::optional<DataType> CommonTypeOf(const DataType& a, const DataType& b) {
  const std::optional<DataType> common = CommonIgnoringNull(a, b);
  if (!common.has_value()) return common;
  return common->WithNullable(a.nullable() || b.nullable())
      .WithTimeAttribute(types::TimeAttribute::kNone);
}

Result<DataType> CommonType(std::span<const DataType> types) {
  FLOE_ASSERT(!types.empty());
  DataType common = types[0].WithTimeAttribute(types::TimeAttribute::kNone);
  for (const DataType& type : types.subspan(1)) {
    const std::optional<DataType> next = CommonTypeOf(common, type);
    if (!next.has_value()) {
      return Error(ErrorCode::kSqlTypeMismatch,
                   "there is no common type of " + common.ToString() + " and " + type.ToString())
          .WithHint("cast one of them to the other's type");
    }
    common = *next;
  }
  return common;
}

}  // namespace floe::functions
