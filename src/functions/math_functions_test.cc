#include <gtest/gtest.h>

#include "functions/test_expressions.h"

// The answers are those that Flink 2.3.0 gave.
namespace floe::functions {
namespace {

using types::DataType;

ExpressionPtr Tiny(const char* text) { return CastTo(Number(text), DataType::TinyInt()); }
ExpressionPtr Float(const char* text) { return CastTo(Number(text), DataType::Float()); }
ExpressionPtr Double(const char* text) { return CastTo(Number(text), DataType::Double()); }
ExpressionPtr Decimal(const char* text, int precision, int scale) {
  return CastTo(Number(text), DataType::Decimal(precision, scale));
}

TEST(ArithmeticTest, IntegersWrapAround) {
  const char* const type = "TINYINT NOT NULL";
  CheckValues({
      {Call("+", {Tiny("127"), Tiny("1")}), "-128", type},
      {Call("*", {Tiny("100"), Tiny("3")}), "44", type},
      {Call("-", {Tiny("-128")}), "-128", type},
      {Call("+", {Number("9223372036854775807"), Number("1")}), "-9223372036854775808",
       "BIGINT NOT NULL"},
      {Call("/", {Number("-7"), Number("2")}), "-3", "INT NOT NULL"},
      {Call("%", {Number("-7"), Number("3")}), "-1", "INT NOT NULL"},
      {Call("%", {Number("7"), Number("-3")}), "1", "INT NOT NULL"},
      {Call("/", {Tiny("-128"), Tiny("-1")}), "-128", type},
      {Call("ABS", {Number("-5")}), "5", "INT NOT NULL"},
      {Call("+", {NullOf(DataType::Integer()), Number("1")}), "NULL", "INT"},
  });
}

TEST(ArithmeticTest, DivisionByZeroFailsTheRow) {
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(Call("/", {Number("1"), Number("0")})), "error: division by zero");
  EXPECT_EQ(evaluation.Constant(Call("%", {Number("1"), Number("0")})), "error: division by zero");
  EXPECT_EQ(evaluation.Constant(Call("/", {Number("1.0"), Number("0")})),
            "error: division by zero");
  // Between constants only; a column divided by zero is infinite.
  EXPECT_EQ(evaluation.Constant(Call("/", {Double("1"), Number("0")})), "error: division by zero");
  EXPECT_EQ(evaluation.Folded(Call("/", {Double("1"), Number("0")})), "error: division by zero");
}

TEST(ArithmeticTest, DecimalTypesAndValues) {
  CheckValues({
      {Call("/", {Number("5"), Number("2.0")}), "2.500000", "DECIMAL(17, 6) NOT NULL"},
      {Call("+", {Number("1"), Number("1.5")}), "2.5", "DECIMAL(12, 1) NOT NULL"},
      {Call("+", {Number("1.1"), Number("2.22")}), "3.32", "DECIMAL(4, 2) NOT NULL"},
      {Call("*", {Number("1.10"), Number("2.20")}), "2.4200", "DECIMAL(7, 4) NOT NULL"},
      {Call("/", {Number("10.00"), Number("3")}), "3.3333333333333", "DECIMAL(15, 13) NOT NULL"},
      {Call("/", {Decimal("1", 38, 18), Number("3")}), "0.333333333333333333",
       "DECIMAL(38, 18) NOT NULL"},
      {Call("/", {Decimal("10", 10, 0), Decimal("3", 10, 0)}), "3.33333333333",
       "DECIMAL(21, 11) NOT NULL"},
      {Call("+", {Decimal("1.5", 5, 2), Number("1")}), "2.50", "DECIMAL(13, 2) NOT NULL"},
      {Call("%", {Decimal("1", 5, 2), Decimal("1", 7, 3)}), "0.000", "DECIMAL(6, 3) NOT NULL"},
      {Call("+", {Decimal("1", 38, 10), Decimal("1", 38, 20)}), "2.000000000",
       "DECIMAL(38, 9) NOT NULL"},
      {Call("/", {Decimal("1", 38, 10), Decimal("1", 38, 20)}), "1.000000",
       "DECIMAL(38, 6) NOT NULL"},
      {Call("ABS", {Number("-5.50")}), "5.50", "DECIMAL(3, 2) NOT NULL"},
  });
}

TEST(ArithmeticTest, ApproximateTypesFollowTheFirst) {
  CheckValues({
      {Call("+", {Float("0.1"), Float("0.2")}), "0.3", "FLOAT NOT NULL", 0},
      {Call("+", {Float("0.1"), Double("0.2")}), "0.3", "FLOAT NOT NULL", 0},
      {Call("+", {Double("0.5"), Float("0.25")}), "0.75", "DOUBLE NOT NULL"},
      {Call("+", {Float("1"), Number("1.25")}), "2.25", "DOUBLE NOT NULL"},
      {Call("+", {Float("1"), Number("1")}), "2.0", "FLOAT NOT NULL"},
      {Call("+", {Number("1"), CastTo(Number("2"), DataType::BigInt())}), "3", "BIGINT NOT NULL"},
  });
}

TEST(MathFunctionsTest, Values) {
  const char* const type = "DOUBLE NOT NULL";
  CheckValues({
      {Call("POWER", {Number("2"), Number("0.5")}), "1.4142135623730951", type},
      {Call("SQRT", {Number("2")}), "1.4142135623730951", type},
      {Call("EXP", {Number("1")}), "2.718281828459045", type},
      {Call("LOG10", {Number("1000")}), "3.0", type},
      {Call("LOG2", {Number("8")}), "3.0", type},
      {Call("LOG", {Number("8")}), "2.0794415416798357", type},
      {Call("LOG", {Number("2"), Number("8")}), "3.0", type},
      {Call("ATAN2", {Number("1"), Number("2")}), "0.4636476090008061", type},
      {Call("PI", {}), "3.141592653589793", type},
      {Call("DEGREES", {Number("1")}), "57.29577951308232", type},
      {Call("RADIANS", {Number("180")}), "3.141592653589793", type},
      {Call("COSH", {Number("1")}), "1.543080634815244", type},
      {Call("RAND", {Number("5")}), "0.730519863614471", type, 0},
      {Call("SIGN", {Number("-3")}), "-1", "INT NOT NULL"},
      {Call("SIGN", {Number("12.35")}), "1.00", "DECIMAL(4, 2) NOT NULL"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(Call("TANH", {Number("0")})), "0.0");
  EXPECT_EQ(evaluation.Constant(Call("SINH", {Number("100")})), "1.3440585709080678E43");
  EXPECT_EQ(evaluation.Constant(Call("RAND_INTEGER", {Number("0")})),
            "error: the bound of RAND_INTEGER must be 1 to 2147483647");
}

TEST(MathFunctionsTest, Rounding) {
  CheckValues({
      {Call("ROUND", {Number("2.5")}), "3", "DECIMAL(2, 0) NOT NULL"},
      {Call("ROUND", {Number("-2.5")}), "-3", "DECIMAL(2, 0) NOT NULL"},
      {Call("ROUND", {Double("2.675"), Number("2")}), "2.68", "DOUBLE NOT NULL", 1},
      {Call("ROUND", {Approximate("1e300"), Number("2")}), "1.0E300", "DOUBLE NOT NULL", 1},
      {Call("ROUND", {Double("-0.5")}), "-1.0", "DOUBLE NOT NULL", 1},
      {Call("ROUND", {Double("9.995"), Number("2")}), "10.0", "DOUBLE NOT NULL", 1},
      {Call("ROUND", {Double("1234.5"), Number("-2")}), "1200.0", "DOUBLE NOT NULL", 1},
      {Call("ROUND", {Number("1250"), Number("-2")}), "1300", "INT NOT NULL", 1},
      {Call("ROUND", {Number("12.35"), Number("1")}), "12.4", "DECIMAL(4, 1) NOT NULL", 1},
      {Call("ROUND", {Number("1555.5"), Number("-2")}), "1600", "DECIMAL(5, 0) NOT NULL", 1},
      {Call("TRUNCATE", {Number("42.345"), Number("2")}), "42.34", "DECIMAL(5, 2) NOT NULL", 1},
      {Call("TRUNCATE", {Double("-42.345"), Number("1")}), "-42.3", "DOUBLE NOT NULL", 1},
      {Call("CEIL", {Number("-2.5")}), "-2", "DECIMAL(2, 0) NOT NULL"},
      {Call("FLOOR", {Number("-2.5")}), "-3", "DECIMAL(2, 0) NOT NULL"},
      {Call("FLOOR", {Double("2.7")}), "2.0", "DOUBLE NOT NULL"},
      {Call("CEILING", {Number("7")}), "7", "INT NOT NULL"},
  });
}

}  // namespace
}  // namespace floe::functions
