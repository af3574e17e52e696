#include "functions/resolve.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "functions/aggregate.h"
#include "functions/test_expressions.h"

namespace floe::functions {
namespace {

using types::DataType;
using types::TypeKind;

Error Refusal(std::string_view name, std::vector<ExpressionPtr> arguments) {
  auto call = ResolveCall(name, std::move(arguments), {}, {3, 7, 3, 9});
  if (!call.ok()) return call.error();
  ADD_FAILURE() << name << " was accepted";
  return Error(ErrorCode::kInternal, "");
}

ExpressionPtr Column(const DataType& type) { return Expression::Column(0, type, "c"); }

TEST(ResolveTest, ErrorsNameWhatIsValid) {
  Error error = Refusal("uper", {Text("a")});
  EXPECT_EQ(error.code(), ErrorCode::kSqlFunctionNotFound);
  EXPECT_NE(error.message().find("upper"), std::string::npos) << error.message();

  error = Refusal("SUBSTRING", {Text("a"), Text("b")});
  EXPECT_EQ(error.code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(error.message(), "SUBSTRING cannot be applied to (CHAR(1) NOT NULL, CHAR(1) NOT NULL)");
  EXPECT_EQ(error.hint(), "valid: SUBSTRING(string FROM integer [FOR integer])");
  EXPECT_EQ(error.span(), (SourceSpan{3, 7, 3, 9}));

  EXPECT_EQ(Refusal("ARRAY", {Number("1")}).code(), ErrorCode::kSqlUnsupported);
  EXPECT_EQ(Refusal("PI", {Number("1")}).code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(Refusal("BITAND", {Number("1"), Number("3")}).code(), ErrorCode::kSqlFunctionNotFound);
}

TEST(ResolveTest, NullNeedsATypeWhereFlinkWantsOne) {
  const ExpressionPtr null = NullLiteral();
  for (const char* name : {"UPPER", "IS UNKNOWN", "COALESCE"}) {
    EXPECT_EQ(Refusal(name, {null}).code(), ErrorCode::kSqlValidation) << name;
  }
  EXPECT_EQ(Refusal("CONCAT", {Text("a"), null}).code(), ErrorCode::kSqlValidation);
  EXPECT_EQ(Refusal("LIKE", {null, Text("a")}).code(), ErrorCode::kSqlValidation);
  CheckValues({
      {Call("=", {null, null}), "NULL", "BOOLEAN"},
      {Call("IS NULL", {null}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("IS DISTINCT FROM", {Number("1"), null}), "TRUE", "BOOLEAN NOT NULL"},
      {Call("COALESCE", {null, Number("1"), Number("2")}), "1", "INT NOT NULL", 0},
      {Call("CASE", {Call("=", {null, null}), Number("1"), Number("2")}), "2", "INT NOT NULL", 0},
  });
}

TEST(ResolveTest, Comparisons) {
  const char* const type = "BOOLEAN NOT NULL";
  CheckValues({
      {Call("BETWEEN", {Number("1"), Number("2"), Number("0")}), "FALSE", type, 0},
      {Call("BETWEEN SYMMETRIC", {Number("1"), Number("2"), Number("0")}), "TRUE", type, 0},
      {Call("NOT BETWEEN", {Number("1"), Number("0"), Number("2")}), "FALSE", type, 0},
      {Call("=", {CastTo(Text("a "), DataType::Char(2)), Text("a")}), "FALSE", type, 0},
      {Call("=", {BooleanLiteral(true), Text("true")}), "FALSE", type},
      {Call("<>", {BooleanLiteral(true), Text("true")}), "TRUE", type},
      {Call(">", {TimestampOf("2024-01-01 00:00:00"), Text("2023-12-31 00:00:00")}), "TRUE", type,
       0},
      {Call("=", {Seconds("86400"), Seconds("86400")}), "TRUE", type},
      {Call("<", {Number("1.5"), Number("2")}), "TRUE", type},
      {Call("=", {Number("1.50"), Number("1.5")}), "TRUE", type},
      {Call("<", {Text("ab"), Text("b")}), "TRUE", type},
      {Call("IN", {Number("7"), Number("7"), Number("-7")}), "TRUE", type, 0},
      {Call("NOT IN", {Number("8"), Number("7"), NullLiteral()}), "NULL", "BOOLEAN", 0},
      {Call("IN", {Text("c"), Text("a"), Text("b"), Text("c"), Text("d")}), "TRUE", type, 1},
      {Call("IN", {Number("5"), Number("1"), Number("2"), Number("3"), NullLiteral()}), "NULL",
       "BOOLEAN", 1},
  });
  EXPECT_EQ(Refusal("=", {Text("a"), Number("1")}).code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(Refusal("=", {BooleanLiteral(true), Number("1")}).code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(Refusal("=", {TimestampOf("2024-01-01"), DateOf("2024-01-01")}).code(),
            ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(Refusal("-", {TimestampOf("2024-01-01"), TimestampOf("2024-01-01")}).code(),
            ErrorCode::kSqlTypeMismatch);
}

// A literal that is no timestamp is an error; a column's text that is none compares as NULL.
TEST(ResolveTest, TextAgainstTimes) {
  const ExpressionPtr time = TimestampOf("2024-01-01 00:00:00");
  EXPECT_FALSE(ResolveCall("=", {time, Text("bogus")}, {}).ok());
  auto call = ResolveCall("=", {time, Column(DataType::String())}, {});
  ASSERT_TRUE(call.ok());
  EXPECT_TRUE((*call)->type().nullable());
}

TEST(ResolveTest, ConditionalTypes) {
  const ExpressionPtr yes = BooleanLiteral(true);
  CheckValues({
      {Call("CASE", {yes, Text("a"), Text("bcd")}), "'a'", "VARCHAR(3) NOT NULL", 0},
      {Call("COALESCE", {NullOf(DataType::Integer()), Number("2.5")}), "2.5",
       "DECIMAL(11, 1) NOT NULL", 0},
      {Call("NULLIF", {Number("1"), Number("1")}), "NULL", "INT", 0},
      {Call("NULLIF", {Text("a"), Text("b")}), "'a'", "CHAR(1)", 0},
      {Call("IFNULL", {Number("1"), Number("5")}), "1", "INT NOT NULL", 0},
      {Call("IF", {yes, Number("1"), Number("2")}), "1", "INT NOT NULL", 0},
      {Call("LEAST", {Number("1"), CastTo(Number("2"), DataType::BigInt())}), "1",
       "BIGINT NOT NULL"},
      {Call("GREATEST", {Text("a"), Text("bc")}), "'bc'", "VARCHAR(2) NOT NULL"},
      {Call("GREATEST", {Number("1"), NullOf(DataType::Integer())}), "NULL", "INT"},
  });
  EXPECT_EQ(Refusal("COALESCE", {Number("1"), Text("a")}).code(), ErrorCode::kSqlTypeMismatch);
  EXPECT_EQ(Refusal("CASE", {Number("1"), Number("1"), Number("2")}).code(),
            ErrorCode::kSqlTypeMismatch);
  TestEvaluation evaluation;
  EXPECT_EQ(evaluation.Constant(Call("LEAST", {Number("1.5"), Approximate("1e0")})),
            "error: LEAST and GREATEST do not compare DECIMAL with DOUBLE");
}

TEST(ResolveTest, Literals) {
  EXPECT_EQ(Number("2147483647")->type().ToString(), "INT NOT NULL");
  EXPECT_EQ(Number("2147483648")->type().ToString(), "BIGINT NOT NULL");
  EXPECT_EQ(Number(".5")->type().ToString(), "DECIMAL(1, 1) NOT NULL");
  EXPECT_EQ(Number("0.1")->type().ToString(), "DECIMAL(2, 1) NOT NULL");
  EXPECT_EQ(Text("")->type().ToString(), "CHAR(0) NOT NULL");
  EXPECT_EQ(TimeOf("01:02:03.5")->type().ToString(), "TIME(1) NOT NULL");
  EXPECT_EQ(TimestampOf("2024-01-01")->type().ToString(), "TIMESTAMP(0) NOT NULL");
  EXPECT_EQ(TimestampOf("2024-01-01 00:00:00.1234567891")->type().ToString(),
            "TIMESTAMP(9) NOT NULL");
  EXPECT_FALSE(ResolveExactNumericLiteral("9223372036854775808").ok());
  EXPECT_FALSE(ResolveDateLiteral("2024-02-30").ok());
  EXPECT_FALSE(ResolveTimestampLiteral("2024-01-01 25:00:00").ok());
}

TEST(ResolveTest, IntervalLiterals) {
  const auto value = [](std::string_view text, TimeUnit start, std::optional<TimeUnit> end,
                        std::optional<int> precision = std::nullopt) -> int64_t {
    auto literal = ResolveIntervalLiteral(text, false, {start, end, precision, std::nullopt});
    return literal.ok() ? std::get<int64_t>((*literal)->literal()) : -1;
  };
  EXPECT_EQ(value("61", TimeUnit::kMinute, std::nullopt), 3'660'000);
  EXPECT_EQ(value("0.001", TimeUnit::kSecond, std::nullopt), 1);
  EXPECT_EQ(value("1 02:03:04.5", TimeUnit::kDay, TimeUnit::kSecond), 93'784'500);
  EXPECT_EQ(value("1 2", TimeUnit::kDay, TimeUnit::kHour), 93'600'000);
  EXPECT_EQ(value("1-2", TimeUnit::kYear, TimeUnit::kMonth), 14);
  EXPECT_EQ(value("100", TimeUnit::kDay, std::nullopt, 3), 8'640'000'000);
  EXPECT_EQ(value("100", TimeUnit::kDay, std::nullopt), -1);  // exceeds DAY(2)
  EXPECT_EQ(value("1 25", TimeUnit::kDay, TimeUnit::kHour), -1);
  EXPECT_EQ(value("x", TimeUnit::kDay, std::nullopt), -1);
}

TEST(ResolveTest, CommonTypes) {
  const auto common = [](std::vector<DataType> types) {
    auto type = CommonType(types);
    return type.ok() ? type->ToString() : std::string("none");
  };
  EXPECT_EQ(common({DataType::Integer(), DataType::BigInt().NotNull()}), "BIGINT");
  EXPECT_EQ(common({DataType::Integer().NotNull(), DataType::Decimal(3, 1).NotNull()}),
            "DECIMAL(11, 1) NOT NULL");
  EXPECT_EQ(common({DataType::Float(), DataType::Double()}), "FLOAT");
  EXPECT_EQ(common({DataType::Double(), DataType::Float()}), "DOUBLE");
  EXPECT_EQ(common({DataType::Char(1), DataType::Char(1)}), "CHAR(1)");
  EXPECT_EQ(common({DataType::Char(1), DataType::Char(3)}), "VARCHAR(3)");
  EXPECT_EQ(common({DataType::Null(), DataType::Date().NotNull()}), "DATE");
  EXPECT_EQ(common({DataType::Integer(), DataType::String()}), "none");
}

TEST(ResolveTest, ListsFunctionsSorted) {
  const std::vector<std::string> names = FunctionNames();
  EXPECT_TRUE(std::is_sorted(names.begin(), names.end()));
  EXPECT_NE(std::find(names.begin(), names.end(), "date_format"), names.end());
  EXPECT_EQ(std::find(names.begin(), names.end(), "||"), names.end());
  EXPECT_TRUE(IsKnownFunction("array"));
  EXPECT_FALSE(IsKnownFunction("nope"));
}

TEST(ResolveTest, AggregateTypes) {
  const auto type = [](AggregateKind kind, const DataType& argument) {
    auto result = AggregateResultType(kind, argument);
    return result.ok() ? result->ToString() : std::string("refused");
  };
  EXPECT_EQ(type(AggregateKind::kSum, DataType::TinyInt().NotNull()), "TINYINT");
  EXPECT_EQ(type(AggregateKind::kSum, DataType::Decimal(5, 2)), "DECIMAL(38, 2)");
  EXPECT_EQ(type(AggregateKind::kAvg, DataType::Decimal(5, 2)), "DECIMAL(38, 6)");
  EXPECT_EQ(type(AggregateKind::kAvg, DataType::Integer()), "INT");
  EXPECT_EQ(type(AggregateKind::kCount, DataType::String()), "BIGINT NOT NULL");
  EXPECT_EQ(type(AggregateKind::kMax, DataType::String()), "STRING");
  EXPECT_EQ(type(AggregateKind::kSum, DataType::String()), "refused");
  EXPECT_EQ(type(AggregateKind::kCount, DataType::Null()), "refused");
}

TEST(ExpressionTest, PrintsAndRewrites) {
  const ExpressionPtr a = Expression::Column(0, DataType::Integer(), "a");
  const ExpressionPtr b = Expression::Column(3, DataType::Integer(), "b");
  const ExpressionPtr sum = Call("+", {a, Call("*", {b, Number("2")})});
  EXPECT_EQ(ToString(*sum), "(a + (b * 2))");
  EXPECT_EQ(ToString(*CastTo(sum, DataType::String())), "CAST((a + (b * 2)) AS STRING)");
  EXPECT_EQ(ToString(*Call("CASE", {Call("IS NULL", {a}), Text("it's"), NullLiteral()})),
            "CASE WHEN a IS NULL THEN 'it''s' ELSE NULL END");
  EXPECT_EQ(ReferencedColumns(*sum), (std::vector<int>{0, 3}));
  const ExpressionPtr moved = RemapColumns(sum, {5, -1, -1, 1});
  EXPECT_EQ(ReferencedColumns(*moved), (std::vector<int>{1, 5}));
  EXPECT_FALSE(SameExpression(*sum, *moved));
  EXPECT_TRUE(SameExpression(*sum, *RemapColumns(moved, {-1, 3, -1, -1, -1, 0})));
  EXPECT_EQ(ToString(*SubstituteColumns(sum, {b, nullptr, nullptr, a})), "(b + (a * 2))");
}

}  // namespace
}  // namespace floe::functions
