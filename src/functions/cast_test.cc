#include <gtest/gtest.h>

#include "functions/test_expressions.h"

// The answers are those that Flink 2.3.0 gave.
namespace floe::functions {
namespace {

using types::DataType;

ExpressionPtr TryCastTo(ExpressionPtr operand, const DataType& target) {
  return CastTo(std::move(operand), target, CastMode::kTry);
}

ExpressionPtr Double(const char* text) { return CastTo(Text(text), DataType::Double()); }

TEST(CastTest, TextToNumbers) {
  CheckValues({
      {CastTo(Text("+12"), DataType::Integer()), "12", "INT NOT NULL"},
      {CastTo(Text(" 1.5 "), DataType::Integer()), "1", "INT NOT NULL"},
      {CastTo(Text("-9223372036854775808"), DataType::BigInt()), "-9223372036854775808",
       "BIGINT NOT NULL"},
      {TryCastTo(Text("2147483648"), DataType::Integer()), "NULL", "INT"},
      {TryCastTo(Text("-"), DataType::Integer()), "NULL", "INT"},
      {TryCastTo(Text("1.x"), DataType::Integer()), "NULL", "INT"},
      {CastTo(Text("1e3"), DataType::Double()), "1000.0", "DOUBLE NOT NULL"},
      {CastTo(Text(" -.5f "), DataType::Double()), "-0.5", "DOUBLE NOT NULL"},
      {CastTo(Text("0x1p3"), DataType::Double()), "8.0", "DOUBLE NOT NULL"},
      {CastTo(Text("1e999"), DataType::Double()), "Infinity", "DOUBLE NOT NULL"},
      {CastTo(Text("1e-999"), DataType::Double()), "0.0", "DOUBLE NOT NULL"},
      {CastTo(Text("-Infinity"), DataType::Double()), "-Infinity", "DOUBLE NOT NULL"},
      {TryCastTo(Text("inf"), DataType::Double()), "NULL", "DOUBLE"},
      {TryCastTo(Text("1234.5"), DataType::Decimal(4, 2)), "NULL", "DECIMAL(4, 2)"},
      {CastTo(Text("12.345"), DataType::Decimal(5, 2)), "12.35", "DECIMAL(5, 2) NOT NULL"},
      {CastTo(Text("Yes"), DataType::Boolean()), "TRUE", "BOOLEAN NOT NULL"},
      {CastTo(Text("0"), DataType::Boolean()), "FALSE", "BOOLEAN NOT NULL"},
      {TryCastTo(Text("maybe"), DataType::Boolean()), "NULL", "BOOLEAN"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(CastTo(Text(""), DataType::Integer())),
            "error: cannot cast '' to INT: it is empty");
  EXPECT_EQ(evaluation.Constant(CastTo(Text("1_000"), DataType::Integer())),
            "error: cannot cast '1_000' to INT: it is not a number");
  EXPECT_EQ(evaluation.Constant(CastTo(Text("12.345"), DataType::Decimal(4, 3))),
            "error: cannot cast '12.345' to DECIMAL(4, 3): it has too many digits");
}

TEST(CastTest, NumbersToNumbers) {
  CheckValues({
      {CastTo(Number("-12.5"), DataType::Integer()), "-12", "INT NOT NULL"},
      {CastTo(Number("300"), DataType::TinyInt()), "44", "TINYINT NOT NULL"},
      {CastTo(Number("2147483648"), DataType::Integer()), "-2147483648", "INT NOT NULL"},
      {CastTo(Approximate("1e20"), DataType::Integer()), "2147483647", "INT NOT NULL"},
      {CastTo(Approximate("1e20"), DataType::TinyInt()), "-1", "TINYINT NOT NULL"},
      {CastTo(Double("NaN"), DataType::Integer()), "0", "INT NOT NULL", 0},
      {CastTo(Number("2"), DataType::Boolean()), "TRUE", "BOOLEAN NOT NULL"},
      {CastTo(BooleanLiteral(true), DataType::Integer()), "1", "INT NOT NULL"},
      {CastTo(Approximate("1.005e0"), DataType::Decimal(10, 2)), "1.01", "DECIMAL(10, 2) NOT NULL"},
      {CastTo(Number("12.35"), DataType::Decimal(4, 1)), "12.4", "DECIMAL(4, 1) NOT NULL"},
      // What does not fit is NULL, though the type says otherwise: a sink refuses it.
      {CastTo(Number("123"), DataType::Decimal(2, 0)), "NULL", "DECIMAL(2, 0) NOT NULL"},
  });
  TestEvaluation evaluation;
  const ExpressionPtr widened =
      CastTo(CastTo(Number("1.1"), DataType::Float()), DataType::Double());
  EXPECT_EQ(evaluation.Folded(widened), "1.1");  // a literal keeps its digits
  EXPECT_EQ(evaluation.Constant(widened), "1.100000023841858");
}

TEST(CastTest, ToText) {
  const auto text = [](ExpressionPtr operand) { return CastTo(operand, DataType::String()); };
  const char* const type = "STRING NOT NULL";
  CheckValues({
      {text(Number("-7")), "'-7'", type},
      {text(Approximate("1e7")), "'1.0E7'", type},
      {text(Approximate("1e6")), "'1000000.0'", type},
      {text(Approximate("2e-3")), "'0.002'", type},
      {text(CastTo(Number("9007199254740993"), DataType::Double())), "'9.007199254740992E15'", type,
       0},
      {text(CastTo(Number("16777217"), DataType::Float())), "'1.6777216E7'", type, 0},
      {text(Double("NaN")), "'NaN'", type, 0},
      {text(Number("-0.05")), "'-0.05'", type},
      {text(BooleanLiteral(true)), "'TRUE'", type},
      {text(DateOf("2024-02-29")), "'2024-02-29'", type},
      {text(TimeOf("03:04:05")), "'03:04:05'", type},
      {text(TimeOf("03:04:05.500")), "'03:04:05.5'", type},
      {text(TimestampOf("2024-12-31 23:59:59.000")), "'2024-12-31 23:59:59.000'", type},
      {text(TimestampOf("1969-12-31 23:59:59.999")), "'1969-12-31 23:59:59.999'", type},
      {text(Seconds("93784.5")), "'+1 02:03:04.500'", type},
      {text(ResolveBinaryLiteral("616263").value()), "'abc'", type},
      {text(ResolveBinaryLiteral("61FF62").value()), "'a\uFFFDb'", type},
      {CastTo(Text("abc"), DataType::Char(5)), "'abc  '", "CHAR(5) NOT NULL"},
      {CastTo(Number("12345"), DataType::Char(3)), "'123'", "CHAR(3) NOT NULL"},
      {CastTo(Text("äöü"), DataType::Varchar(2)), "'äö'", "VARCHAR(2) NOT NULL"},
      {CastTo(Text("abc"), DataType::Bytes()), "X'616263'", "BYTES NOT NULL"},
      {CastTo(Text("abc"), DataType::Binary(2)), "X'6162'", "BINARY(2) NOT NULL"},
      {CastTo(Text("a"), DataType::Binary(3)), "X'610000'", "BINARY(3) NOT NULL"},
  });
  IntervalQualifier months;
  months.start = TimeUnit::kYear;
  months.end = TimeUnit::kMonth;
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(text(ResolveIntervalLiteral("1-2", false, months).value())),
            "'+1-02'");
}

TEST(CastTest, DatesAndTimes) {
  CheckValues({
      {CastTo(Text(" 2024-01-02 "), DataType::Date()), "DATE '2024-01-02'", "DATE NOT NULL"},
      {TryCastTo(Text("x"), DataType::Date()), "NULL", "DATE"},
      {CastTo(Text("12:34:56.789"), DataType::Time(3)), "TIME '12:34:56.789'", "TIME(3) NOT NULL"},
      {CastTo(Text("12:34:56.789"), DataType::Time(0)), "TIME '12:34:56'", "TIME(0) NOT NULL"},
      {CastTo(Text("2024-01-02 03:04:05.1239"), DataType::Timestamp(3)),
       "TIMESTAMP '2024-01-02 03:04:05.123'", "TIMESTAMP(3) NOT NULL"},
      {CastTo(Text("2024-01-02 03:04:05.123456789"), DataType::Timestamp(9)),
       "TIMESTAMP '2024-01-02 03:04:05.123456789'", "TIMESTAMP(9) NOT NULL"},
      {TryCastTo(Text("2024-01-02T03:04:05"), DataType::Timestamp(3)), "NULL", "TIMESTAMP(3)"},
      {TryCastTo(Text("0001-01-01 00:00:00"), DataType::Timestamp(9)), "NULL", "TIMESTAMP(9)"},
      {CastTo(TimestampOf("2024-01-02 03:04:05.678"), DataType::Date()), "DATE '2024-01-02'",
       "DATE NOT NULL"},
      {CastTo(TimeOf("03:04:05"), DataType::Timestamp(3)), "TIMESTAMP '1970-01-01 03:04:05.000'",
       "TIMESTAMP(3) NOT NULL"},
      {CastTo(DateOf("2024-01-02"), DataType::Timestamp(3)), "TIMESTAMP '2024-01-02 00:00:00.000'",
       "TIMESTAMP(3) NOT NULL"},
      // Flink rounds times before 1970 with a fraction up.
      {CastTo(TimestampOf("1969-12-31 23:59:59.999"), DataType::Date()), "DATE '1970-01-01'",
       "DATE NOT NULL"},
      {CastTo(TimestampOf("1969-12-31 23:59:59.999"), DataType::Time(0)), "TIME '00:00:00'",
       "TIME(0) NOT NULL"},
      {CastTo(TimestampOf("1969-12-31 23:59:59.999"), DataType::Timestamp(0)),
       "TIMESTAMP '1970-01-01 00:00:00'", "TIMESTAMP(0) NOT NULL"},
      {CastTo(TimestampOf("2024-01-02 03:04:05.123456"), DataType::Timestamp(3)),
       "TIMESTAMP '2024-01-02 03:04:05.123'", "TIMESTAMP(3) NOT NULL"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(CastTo(Text("2024-01-02T03:04:05Z"), DataType::Timestamp(3))),
            "error: cannot cast '2024-01-02T03:04:05Z' to TIMESTAMP(3): it is not "
            "yyyy-MM-dd[ HH:mm:ss[.fffffffff]]");
}

TEST(CastTest, InTheSessionsZone) {
  SessionOptions shanghai;
  shanghai.time_zone = "Asia/Shanghai";
  const auto cast = [&](ExpressionPtr operand, const DataType& target) {
    return CastTo(std::move(operand), target, CastMode::kExplicit, shanghai);
  };
  const ExpressionPtr instant = cast(Text("2024-01-02 03:04:05"), DataType::TimestampLtz(3));
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(instant), "TIMESTAMP_LTZ '2024-01-01 19:04:05.000Z'");
  EXPECT_EQ(evaluation.Constant(cast(instant, DataType::Timestamp(3))),
            "TIMESTAMP '2024-01-02 03:04:05.000'");
  EXPECT_EQ(evaluation.Constant(cast(instant, DataType::Date())), "DATE '2024-01-02'");
  EXPECT_EQ(evaluation.Constant(cast(instant, DataType::Time(0))), "TIME '03:04:05'");
  EXPECT_EQ(evaluation.Constant(cast(instant, DataType::String())), "'2024-01-02 03:04:05.000'");
  EXPECT_EQ(evaluation.Constant(cast(DateOf("2024-01-02"), DataType::TimestampLtz(3))),
            "TIMESTAMP_LTZ '2024-01-01 16:00:00.000Z'");
}

TEST(CastTest, RefusesPairsThatFlinkRefuses) {
  const auto refused = [](ExpressionPtr operand, const DataType& target) {
    return !ResolveCast(std::move(operand), target, CastMode::kExplicit, {}).ok();
  };
  EXPECT_TRUE(refused(TimestampOf("2024-01-02 03:04:05"), DataType::BigInt()));
  EXPECT_TRUE(refused(Number("1704164645"), DataType::TimestampLtz(3)));
  EXPECT_TRUE(refused(Number("1"), DataType::Date()));
  EXPECT_TRUE(refused(Number("1.5"), DataType::Boolean()));
}

TEST(CastTest, ImplicitCastsLoseNothingByType) {
  EXPECT_TRUE(IsImplicitlyCastable(DataType::Integer(), DataType::BigInt()));
  EXPECT_TRUE(IsImplicitlyCastable(DataType::Char(3), DataType::String()));
  EXPECT_TRUE(IsImplicitlyCastable(DataType::Timestamp(3), DataType::Timestamp(6)));
  EXPECT_TRUE(IsImplicitlyCastable(DataType::BigInt(), DataType::Decimal(5, 2)));
  EXPECT_FALSE(IsImplicitlyCastable(DataType::BigInt(), DataType::Integer()));
  EXPECT_FALSE(IsImplicitlyCastable(DataType::Integer(), DataType::String()));
  EXPECT_FALSE(IsImplicitlyCastable(DataType::String(), DataType::Integer()));
  EXPECT_FALSE(IsImplicitlyCastable(DataType::Double(), DataType::Float()));
  auto refused = ResolveCast(Number("1"), DataType::String(), CastMode::kImplicit, {});
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().hint(), "write CAST(… AS STRING)");
}

TEST(CastTest, LegacyBehaviourGivesNull) {
  SessionOptions legacy;
  legacy.legacy_cast = true;
  TestEvaluation evaluation;
  EXPECT_EQ(
      evaluation.Constant(CastTo(Text("x"), DataType::Integer(), CastMode::kExplicit, legacy)),
      "NULL");
}

// A cast to the same type forwards the column, without its time attribute.
TEST(CastTest, SameTypeForwards) {
  const DataType rowtime = DataType::Timestamp(3).WithTimeAttribute(types::TimeAttribute::kRowtime);
  const ExpressionPtr column = Expression::Column(0, rowtime, "ts");
  const ExpressionPtr cast = CastTo(column, DataType::Timestamp(3));
  EXPECT_FALSE(cast->type().is_rowtime());
  const ExpressionPtr plain = Expression::Column(0, DataType::Timestamp(3), "ts");
  EXPECT_EQ(CastTo(plain, DataType::Timestamp(3)), plain);
}

}  // namespace
}  // namespace floe::functions
