#include "functions/decimal.h"

#include <gtest/gtest.h>

#include <string>

#include "functions/expression_text.h"

namespace floe::functions {
namespace {

Int128 Unscaled(std::string_view text, int scale) {
  Int128 out = 0;
  EXPECT_EQ(ParseDecimal(text, scale, kMaxDecimalDigits, &out), DecimalParse::kOk) << text;
  return out;
}

std::string Shown(const std::optional<Int128>& value, int scale) {
  return value.has_value() ? DecimalText(*value, scale) : "NULL";
}

const std::string kNines(38, '9');

TEST(DecimalTest, TextGoesBothWays) {
  EXPECT_EQ(DecimalText(Unscaled("-0.05", 2), 2), "-0.05");
  EXPECT_EQ(DecimalText(Unscaled("12.5", 0), 0), "13");
  EXPECT_EQ(DecimalText(Unscaled("-12.5", 0), 0), "-13");
  EXPECT_EQ(DecimalText(Unscaled("1e3", 2), 2), "1000.00");
  EXPECT_EQ(DecimalText(Unscaled("125E-2", 1), 1), "1.3");
  EXPECT_EQ(DecimalText(Unscaled(kNines, 0), 0), kNines);
  EXPECT_EQ(DecimalText(Unscaled("-" + kNines, 0), 0), "-" + kNines);
  EXPECT_EQ(DecimalText(Unscaled("0." + kNines, 38), 38), "0." + kNines);
}

TEST(DecimalTest, RefusesMalformedAndTooLongText) {
  Int128 out = 0;
  for (std::string_view text : {"", ".", "-", "1.2.3", "1e", "e5", "1 2", "0x1", "NaN"}) {
    EXPECT_EQ(ParseDecimal(text, 2, 10, &out), DecimalParse::kInvalid) << text;
  }
  EXPECT_EQ(ParseDecimal("12.345", 3, 4, &out), DecimalParse::kOverflow);
  EXPECT_EQ(ParseDecimal("1e99", 0, 38, &out), DecimalParse::kOverflow);
  EXPECT_EQ(ParseDecimal("9.99", 1, 2, &out), DecimalParse::kOverflow);
  EXPECT_EQ(ParseDecimal("1e-99", 0, 38, &out), DecimalParse::kOk);
  EXPECT_EQ(static_cast<int>(out), 0);
}

TEST(DecimalTest, RescalesHalfUp) {
  EXPECT_EQ(Shown(RescaleDecimal(1235, 2, 1, 4), 1), "12.4");
  EXPECT_EQ(Shown(RescaleDecimal(-5, 2, 1, 4), 1), "-0.1");
  EXPECT_EQ(Shown(RescaleDecimal(-4, 2, 1, 4), 1), "0.0");
  EXPECT_EQ(Shown(RescaleDecimal(9999999999, 2, 1, 4), 1), "NULL");
  EXPECT_EQ(Shown(RescaleDecimal(Unscaled(kNines, 0), 0, 1, 38), 1), "NULL");
}

// Recorded answers.
TEST(DecimalTest, DividesHalfUp) {
  EXPECT_EQ(Shown(DivideDecimal(1235, 2, 3, 0, 13, 21), 13), "4.1166666666667");
  EXPECT_EQ(Shown(DivideDecimal(-5, 2, 3, 0, 13, 21), 13), "-0.0166666666667");
  EXPECT_EQ(Shown(DivideDecimal(7, 0, 1235, 2, 11, 23), 11), "0.56680161943");
  EXPECT_EQ(Shown(DivideDecimal(2147483647, 0, 9999999999, 2, 11, 23), 11), "21.47483647215");
}

// Operands whose scaled values leave 128 bits.
TEST(DecimalTest, WideIntermediatesAreExact) {
  const Int128 nines = Unscaled(kNines, 0);
  EXPECT_EQ(Shown(MultiplyDecimal(nines, nines, 76, 38, 38), 38),
            "0.99999999999999999999999999999999999998");
  EXPECT_EQ(Shown(MultiplyDecimal(nines, nines, 0, 0, 38), 0), "NULL");
  EXPECT_EQ(Shown(DivideDecimal(nines, 0, nines, 38, 6, 38), 6), "NULL");
  EXPECT_EQ(Shown(DivideDecimal(nines, 38, nines, 0, 38, 38), 38),
            "0.00000000000000000000000000000000000001");
  EXPECT_EQ(Shown(DivideDecimal(nines, 10, 3, 20, 6, 38), 6), "NULL");
  EXPECT_EQ(Shown(AddDecimal(nines, 0, nines, 38, 0, 38), 0), "NULL");
  EXPECT_EQ(Shown(AddDecimal(nines, 0, -nines, 38, 0, 38), 0),
            "99999999999999999999999999999999999998");
  EXPECT_EQ(Shown(AddDecimal(nines, 38, -nines, 38, 38, 38), 38), "0." + std::string(38, '0'));
  EXPECT_EQ(Shown(ModuloDecimal(nines, 0, Unscaled("0.7", 38), 38, 38, 38), 38),
            "0.3" + std::string(37, '0'));
}

TEST(DecimalTest, ComparesAcrossScales) {
  EXPECT_EQ(CompareDecimal(15, 1, 150, 2), 0);
  EXPECT_LT(CompareDecimal(15, 1, 151, 2), 0);
  const Int128 nines = Unscaled(kNines, 0);
  EXPECT_GT(CompareDecimal(nines, 0, nines, 38), 0);
  EXPECT_LT(CompareDecimal(-nines, 0, -nines, 38), 0);
  EXPECT_LT(CompareDecimal(-nines, 0, nines, 38), 0);
}

TEST(DecimalTest, MeetsDoubles) {
  EXPECT_EQ(DecimalToDouble(1235, 2), 12.35);
  EXPECT_EQ(DecimalToDouble(Unscaled(kNines, 0), 0), 1e38);
  EXPECT_EQ(Shown(DecimalFromDouble(1.005, 2, 10), 2), "1.01");
  EXPECT_EQ(Shown(DecimalFromDouble(1e10, 2, 10), 2), "NULL");
  EXPECT_EQ(Shown(DecimalFromDouble(0.0 / 1.0, 2, 10), 2), "0.00");
  EXPECT_EQ(Shown(DecimalFromDouble(-1e-300, 2, 10), 2), "0.00");
}

}  // namespace
}  // namespace floe::functions
