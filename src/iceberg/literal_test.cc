#include "iceberg/literal.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace floe::iceberg {
namespace {

std::string Bytes(std::initializer_list<int> values) {
  std::string out;
  for (int value : values) out += static_cast<char>(value);
  return out;
}

TEST(LiteralTest, BinaryFormOfEachType) {
  EXPECT_EQ(Literal::Boolean(true).ToBytes(Type::Of(TypeId::kBoolean)), Bytes({1}));
  EXPECT_EQ(Literal::Int(-2).ToBytes(Type::Of(TypeId::kInt)), Bytes({0xFE, 0xFF, 0xFF, 0xFF}));
  EXPECT_EQ(Literal::Long(258).ToBytes(Type::Of(TypeId::kTimestamp)),
            Bytes({2, 1, 0, 0, 0, 0, 0, 0}));
  EXPECT_EQ(Literal::Float(1.0F).ToBytes(Type::Of(TypeId::kFloat)), Bytes({0, 0, 0x80, 0x3F}));
  EXPECT_EQ(Literal::String("ab").ToBytes(Type::Of(TypeId::kString)), "ab");
}

TEST(LiteralTest, DecimalsAreMinimalTwosComplement) {
  Type type = Type::Decimal(38, 2);
  EXPECT_EQ(Literal::Decimal(0).ToBytes(type), Bytes({0}));
  EXPECT_EQ(Literal::Decimal(127).ToBytes(type), Bytes({0x7F}));
  EXPECT_EQ(Literal::Decimal(128).ToBytes(type), Bytes({0, 0x80}));
  EXPECT_EQ(Literal::Decimal(-128).ToBytes(type), Bytes({0x80}));
  EXPECT_EQ(Literal::Decimal(-129).ToBytes(type), Bytes({0xFF, 0x7F}));
  Int128 large = static_cast<Int128>(1) << 126;
  for (Int128 value : {Int128{0}, Int128{1420}, Int128{-1420}, large, -large, ~Int128{0}}) {
    auto back = Literal::FromBytes(Literal::Decimal(value).ToBytes(type), type);
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back->Get<Int128>() == value);
  }
}

TEST(LiteralTest, ReadsFormsFromBeforeAPromotion) {
  auto number = Literal::FromBytes(Bytes({0xFE, 0xFF, 0xFF, 0xFF}), Type::Of(TypeId::kLong));
  ASSERT_TRUE(number.ok());
  EXPECT_EQ(number->Get<int64_t>(), -2);
  auto floating = Literal::FromBytes(Bytes({0, 0, 0x80, 0x3F}), Type::Of(TypeId::kDouble));
  ASSERT_TRUE(floating.ok());
  EXPECT_EQ(floating->Get<double>(), 1.0);
}

TEST(LiteralTest, RefusesWrongLengths) {
  for (TypeId id : {TypeId::kBoolean, TypeId::kInt, TypeId::kLong, TypeId::kFloat, TypeId::kDouble,
                    TypeId::kUuid, TypeId::kTime}) {
    auto literal = Literal::FromBytes(Bytes({1, 2, 3}), Type::Of(id));
    ASSERT_FALSE(literal.ok());
    EXPECT_EQ(literal.error().code(), ErrorCode::kCorruption);
  }
  EXPECT_FALSE(Literal::FromBytes("", Type::Decimal(9, 2)).ok());
  EXPECT_FALSE(Literal::FromBytes(std::string(17, 'x'), Type::Decimal(9, 2)).ok());
}

TEST(LiteralTest, FloatsHaveTheSpecsOrder) {
  double nan = std::numeric_limits<double>::quiet_NaN();
  double infinity = std::numeric_limits<double>::infinity();
  std::vector<Literal> ordered = {
      Literal::Null(),       Literal::Double(-nan),     Literal::Double(-infinity),
      Literal::Double(-1.5), Literal::Double(-0.0),     Literal::Double(0.0),
      Literal::Double(1e-9), Literal::Double(infinity), Literal::Double(nan)};
  for (size_t i = 0; i < ordered.size(); ++i) {
    for (size_t j = 0; j < ordered.size(); ++j) {
      int wanted = i < j ? -1 : (i > j ? 1 : 0);
      EXPECT_EQ(ordered[i].Compare(ordered[j]), wanted) << i << " and " << j;
    }
  }
}

TEST(LiteralTest, TextForms) {
  EXPECT_EQ(Literal::Int(19753).ToString(Type::Of(TypeId::kDate)), "2024-01-31");
  EXPECT_EQ(Literal::Int(-1).ToString(Type::Of(TypeId::kDate)), "1969-12-31");
  EXPECT_EQ(Literal::Int(-719162).ToString(Type::Of(TypeId::kDate)), "0001-01-01");
  EXPECT_EQ(Literal::Long(1706695200000000).ToString(Type::Of(TypeId::kTimestamp)),
            "2024-01-31T10:00:00");
  EXPECT_EQ(Literal::Long(-1).ToString(Type::Of(TypeId::kTimestampTz)),
            "1969-12-31T23:59:59.999999+00:00");
  EXPECT_EQ(Literal::Decimal(-5).ToString(Type::Decimal(9, 2)), "-0.05");
  EXPECT_EQ(Literal::Double(0.1).ToString(Type::Of(TypeId::kDouble)), "0.1");
  EXPECT_EQ(Literal::Float(0.1F).ToString(Type::Of(TypeId::kFloat)), "0.1");
  EXPECT_EQ(Literal::String("\xF7\x9C\x3E").ToString(Type::Of(TypeId::kBinary)), "f79c3e");
  EXPECT_EQ(Literal::Null().ToString(Type::Of(TypeId::kInt)), "null");
}

}  // namespace
}  // namespace floe::iceberg
