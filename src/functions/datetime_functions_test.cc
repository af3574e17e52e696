#include <gtest/gtest.h>

#include "functions/calendar.h"
#include "functions/java_date_pattern.h"
#include "functions/test_expressions.h"

// The answers are those that Flink 2.3.0 gave.
namespace floe::functions {
namespace {

using types::DataType;

ExpressionPtr Extract(const char* unit, ExpressionPtr value) {
  return Call("EXTRACT", {Word(unit), std::move(value)});
}

SessionOptions In(const char* zone) {
  SessionOptions options;
  options.time_zone = zone;
  return options;
}

TEST(DateTimeFunctionsTest, Extract) {
  const char* const type = "BIGINT NOT NULL";
  const ExpressionPtr before_1970 = TimestampOf("1969-12-31 23:59:59.999");
  CheckValues({
      {Extract("YEAR", DateOf("2024-05-06")), "2024", type},
      {Extract("WEEK", DateOf("2024-12-30")), "1", type},
      {Extract("WEEK", DateOf("1969-12-31")), "1", type},
      {Extract("WEEK", DateOf("2021-01-03")), "53", type},
      {Extract("ISOYEAR", DateOf("2021-01-03")), "2020", type},
      {Extract("DOW", DateOf("2024-01-07")), "1", type},
      {Extract("ISODOW", DateOf("2024-01-07")), "7", type},
      {Extract("DOY", DateOf("2024-12-31")), "366", type},
      {Extract("MILLISECOND", TimestampOf("2024-01-01 00:00:05.678")), "678", type},
      {Extract("MICROSECOND", TimestampOf("2024-01-01 00:00:05.678")), "678000", type},
      {Extract("EPOCH", TimestampOf("2024-01-01 00:00:05.678")), "1704067205", type},
      {Extract("HOUR", TimeOf("12:34:56")), "12", type},
      {Extract("DECADE", DateOf("2024-05-05")), "202", type},
      {Extract("CENTURY", DateOf("2000-05-05")), "20", type},
      {Call("MONTH", {TimestampOf("2024-05-06 01:02:03")}), "5", type},
      {Call("QUARTER", {DateOf("2024-05-06")}), "2", type},
      {Call("DAYOFMONTH", {DateOf("2024-05-06")}), "6", type},
      {Call("SECOND", {TimestampOf("2024-05-06 01:02:03")}), "3", type},
      // Flink rounds times before 1970 with a fraction up.
      {Call("YEAR", {before_1970}), "1970", type},
  });
}

TEST(DateTimeFunctionsTest, ExtractInTheSessionsZone) {
  const SessionOptions shanghai = In("Asia/Shanghai");
  const ExpressionPtr instant =
      Call("TO_TIMESTAMP_LTZ", {Number("1704164645123"), Number("3")}, shanghai);
  CheckValues({{Call("EXTRACT", {Word("HOUR"), instant}, shanghai), "11", "BIGINT", 0},
               {Call("FLOOR", {instant, Word("DAY")}, shanghai),
                "TIMESTAMP_LTZ '2024-01-01 16:00:00.000Z'", "TIMESTAMP_LTZ(3)", 0}});
}

TEST(DateTimeFunctionsTest, FloorAndCeil) {
  const ExpressionPtr time = TimestampOf("2024-05-16 11:12:13.456");
  const char* const type = "TIMESTAMP(3) NOT NULL";
  CheckValues({
      {Call("CEIL", {time, Word("YEAR")}), "TIMESTAMP '2025-01-01 00:00:00.000'", type},
      {Call("FLOOR", {time, Word("YEAR")}), "TIMESTAMP '2024-01-01 00:00:00.000'", type},
      {Call("FLOOR", {time, Word("QUARTER")}), "TIMESTAMP '2024-04-01 00:00:00.000'", type},
      {Call("FLOOR", {time, Word("HOUR")}), "TIMESTAMP '2024-05-16 11:00:00.000'", type},
      {Call("CEIL", {time, Word("SECOND")}), "TIMESTAMP '2024-05-16 11:12:14.000'", type},
      {Call("FLOOR", {TimestampOf("2024-02-29 12:34:56.789"), Word("WEEK")}),
       "TIMESTAMP '2024-02-25 00:00:00.000'", type},
      {Call("FLOOR", {TimestampOf("1969-12-31 23:59:59.999"), Word("WEEK")}),
       "TIMESTAMP '1969-12-28 00:00:00.000'", type},
      {Call("CEIL", {DateOf("2024-05-16"), Word("MONTH")}), "DATE '2024-06-01'", "DATE NOT NULL"},
      {Call("CEIL", {DateOf("2024-05-01"), Word("MONTH")}), "DATE '2024-05-01'", "DATE NOT NULL"},
  });
}

TEST(DateTimeFunctionsTest, Arithmetic) {
  IntervalQualifier month;
  month.start = TimeUnit::kMonth;
  const ExpressionPtr one_month = ResolveIntervalLiteral("1", false, month).value();
  CheckValues({
      {Call("+", {TimestampOf("2024-01-01 00:00:00"), Seconds("1.5")}),
       "TIMESTAMP '2024-01-01 00:00:01'", "TIMESTAMP(0) NOT NULL"},
      {Call("+", {Seconds("90"), TimestampOf("2024-01-01 00:00:00.000")}),
       "TIMESTAMP '2024-01-01 00:01:30.000'", "TIMESTAMP(3) NOT NULL"},
      {Call("-", {TimestampOf("2024-01-01 00:00:00"), Seconds("1")}),
       "TIMESTAMP '2023-12-31 23:59:59'", "TIMESTAMP(0) NOT NULL"},
      {Call("+", {TimestampOf("1969-12-31 23:59:59.999"), one_month}),
       "TIMESTAMP '1970-01-31 23:59:59.999'", "TIMESTAMP(3) NOT NULL"},
      {Call("-", {DateOf("2024-03-31"), one_month}), "DATE '2024-02-29'", "DATE NOT NULL"},
      {Call("*", {Number("2"), Seconds("30")}), "60000:INTERVAL SECOND",
       "INTERVAL SECOND(3) NOT NULL"},
      {Call("-", {Seconds("30")}), "-30000:INTERVAL SECOND", "INTERVAL SECOND(3) NOT NULL"},
      {Call("TIMESTAMPADD", {Word("MONTH"), Number("1"), DateOf("2024-01-31")}),
       "DATE '2024-02-29'", "DATE NOT NULL"},
      {Call("TIMESTAMPADD", {Word("SECOND"), Number("90"), TimestampOf("2024-01-01 00:00:00")}),
       "TIMESTAMP '2024-01-01 00:01:30'", "TIMESTAMP(0) NOT NULL"},
      {Call("TIMESTAMPADD", {Word("HOUR"), Number("1"), DateOf("2024-01-01")}),
       "TIMESTAMP '2024-01-01 01:00:00.000000'", "TIMESTAMP(6) NOT NULL"},
      {Call("TIMESTAMPADD", {Word("WEEK"), Number("1"), DateOf("2024-01-01")}), "DATE '2024-01-08'",
       "DATE NOT NULL"},
  });
}

TEST(DateTimeFunctionsTest, TimestampDiff) {
  const auto difference = [](const char* unit, ExpressionPtr from, ExpressionPtr to) {
    return Call("TIMESTAMPDIFF", {Word(unit), std::move(from), std::move(to)});
  };
  const char* const type = "INT NOT NULL";
  CheckValues({
      {difference("SECOND", TimestampOf("2024-01-01 00:00:00"),
                  TimestampOf("2024-01-01 00:00:59.999")),
       "59", type},
      {difference("DAY", TimestampOf("2024-01-01 23:00:00"), TimestampOf("2024-01-02 01:00:00")),
       "0", type},
      {difference("MONTH", DateOf("2024-03-31"), DateOf("2024-02-29")), "-1", type},
      {difference("MONTH", DateOf("2024-01-31"), DateOf("2024-02-29")), "1", type},
      {difference("MONTH", TimestampOf("2024-01-15 12:00:00"), TimestampOf("2024-02-15 11:00:00")),
       "0", type},
      {difference("YEAR", DateOf("2020-02-29"), DateOf("2024-02-28")), "3", type},
      {difference("HOUR", DateOf("2024-01-01"), TimestampOf("2024-01-02 01:30:00")), "25", type},
      {difference("WEEK", DateOf("2024-01-01"), DateOf("2024-01-20")), "2", type},
  });
}

TEST(DateTimeFunctionsTest, FromText) {
  const char* const timestamp = "TIMESTAMP(3)";
  CheckValues({
      {Call("TO_TIMESTAMP", {Text("2024-01-02 03:04:05.123456")}),
       "TIMESTAMP '2024-01-02 03:04:05.123'", timestamp},
      {Call("TO_TIMESTAMP", {Text("2024-01-02T03:04:05")}), "NULL", timestamp},
      {Call("TO_TIMESTAMP", {Text("bogus")}), "NULL", timestamp},
      {Call("TO_TIMESTAMP", {Text("2024-02-30 00:00:00")}), "TIMESTAMP '2024-02-29 00:00:00.000'",
       timestamp},
      {Call("TO_TIMESTAMP", {Text("2024-01-02T03:04:05Z"), Text("yyyy-MM-dd'T'HH:mm:ss'Z'")}),
       "TIMESTAMP '2024-01-02 03:04:05.000'", timestamp},
      {Call("TO_TIMESTAMP", {Text("20240102"), Text("yyyyMMdd")}),
       "TIMESTAMP '2024-01-02 00:00:00.000'", timestamp},
      {Call("TO_TIMESTAMP", {Text("1999-9-10 05:20:10"), Text("yyyy-MM-dd HH:mm:ss")}),
       "TIMESTAMP '1999-09-10 05:20:10.000'", timestamp},
      {Call("TO_DATE", {Text("02/01/2024"), Text("dd/MM/yyyy")}), "DATE '2024-01-02'", "DATE"},
      {Call("TO_DATE", {Text("2024-02-30")}), "NULL", "DATE"},
      {Call("TO_TIMESTAMP_LTZ", {Number("1704164645"), Number("0")}),
       "TIMESTAMP_LTZ '2024-01-02 03:04:05.000Z'", "TIMESTAMP_LTZ(3)", 1},
      {Call("TO_TIMESTAMP_LTZ", {Number("1704164645123"), Number("6")}),
       "TIMESTAMP_LTZ '1970-01-20 17:22:44.645123Z'", "TIMESTAMP_LTZ(6)", 1},
      {Call("TO_TIMESTAMP_LTZ", {Number("1.5"), Number("0")}),
       "TIMESTAMP_LTZ '1970-01-01 00:00:01.000Z'", "TIMESTAMP_LTZ(3)", 0},
      {Call("TO_TIMESTAMP_LTZ", {Number("9999999999999999"), Number("3")}), "NULL",
       "TIMESTAMP_LTZ(3)", 1},
      {Call("TO_TIMESTAMP_LTZ",
            {Text("2024-01-02 03:04:05"), Text("yyyy-MM-dd HH:mm:ss"), Text("Asia/Shanghai")}),
       "TIMESTAMP_LTZ '2024-01-01 19:04:05.000Z'", "TIMESTAMP_LTZ(3)"},
  });
}

TEST(DateTimeFunctionsTest, ToText) {
  const SessionOptions shanghai = In("Asia/Shanghai");
  CheckValues({
      {Call("DATE_FORMAT", {TimestampOf("2024-01-02 15:04:05"), Text("hh:mm a")}), "'03:04 PM'",
       "STRING"},
      {Call("DATE_FORMAT", {Text("2024-01-02 03:04:05"), Text("yyyy/MM/dd")}), "'2024/01/02'",
       "STRING"},
      {Call("DATE_FORMAT", {Text("bogus"), Text("yyyy")}), "NULL", "STRING"},
      {Call("DATE_FORMAT", {TimestampOf("1969-12-31 23:59:59.999"), Text("yyyy-MM-dd HH:mm:ss")}),
       "'1969-12-31 23:59:59'", "STRING"},
      {Call("DATE_FORMAT", {DateOf("2024-01-02"), Text("EEE, d MMM yyyy")}), "'Tue, 2 Jan 2024'",
       "STRING"},
      {Call("FROM_UNIXTIME", {Number("1704164645")}), "'2024-01-02 03:04:05'", "STRING", 1},
      {Call("FROM_UNIXTIME", {Number("-1")}), "'1969-12-31 23:59:59'", "STRING", 1},
      {Call("FROM_UNIXTIME", {Number("1704164645")}, shanghai), "'2024-01-02 11:04:05'", "STRING",
       1},
      {Call("UNIX_TIMESTAMP", {Text("2024-01-02 03:04:05")}, shanghai), "1704135845",
       "BIGINT NOT NULL", 2},
      {Call("UNIX_TIMESTAMP", {Text("bogus")}), "-9223372036854775808", "BIGINT NOT NULL", 2},
      {Call("CONVERT_TZ", {Text("bogus"), Text("UTC"), Text("Asia/Shanghai")}), "NULL", "STRING"},
      {Call("CONVERT_TZ", {Text("1970-01-01 00:00:00"), Text("UTC"), Text("America/Los_Angeles")}),
       "'1969-12-31 16:00:00'", "STRING"},
  });
  TestEvaluation evaluation;
  EXPECT_EQ(
      evaluation.Constant(Call("DATE_FORMAT", {TimestampOf("2024-01-02 03:04:05"), Text("bogus")})),
      "error: unknown letter in a date pattern: b");
}

TEST(DateTimeFunctionsTest, ClocksReadTheContext) {
  TestEvaluation evaluation;
  evaluation.context().now_ms = 1'704'164'645'123;
  const SessionOptions shanghai = In("Asia/Shanghai");
  EXPECT_EQ(evaluation.Constant(Call("NOW", {})), "TIMESTAMP_LTZ '2024-01-02 03:04:05.123Z'");
  EXPECT_EQ(evaluation.Constant(Call("CURRENT_TIMESTAMP", {}, shanghai)),
            "TIMESTAMP_LTZ '2024-01-02 03:04:05.123Z'");
  EXPECT_EQ(evaluation.Constant(Call("LOCALTIMESTAMP", {}, shanghai)),
            "TIMESTAMP '2024-01-02 11:04:05.123'");
  EXPECT_EQ(evaluation.Constant(Call("CURRENT_DATE", {}, shanghai)), "DATE '2024-01-02'");
  EXPECT_EQ(evaluation.Constant(Call("LOCALTIME", {}, shanghai)), "TIME '11:04:05'");
  EXPECT_EQ(evaluation.Constant(Call("UNIX_TIMESTAMP", {})), "1704164645");
  EXPECT_EQ(Call("PROCTIME", {})->type().time_attribute(), types::TimeAttribute::kProctime);
  EXPECT_FALSE(IsDeterministic(*Call("NOW", {})));

  SessionOptions batch;
  batch.statement_time_ms = 0;
  EXPECT_EQ(Call("NOW", {}, batch)->kind(), ExpressionKind::kLiteral);
  EXPECT_EQ(Call("PROCTIME", {}, batch)->kind(), ExpressionKind::kCall);
}

TEST(JavaDatePatternTest, StrictAndLenientReading) {
  const auto read = [](PatternDialect dialect, std::string_view pattern, std::string_view text) {
    LocalTime time;
    auto compiled = JavaDatePattern::Compile(pattern, dialect);
    if (!compiled.ok()) return std::string("bad pattern");
    if (!compiled->Parse(text, &time)) return std::string("no match");
    std::string out;
    AppendTimestamp(time, 0, &out);
    return out;
  };
  const auto strict = PatternDialect::kDateTimeFormatter;
  const auto lenient = PatternDialect::kSimpleDateFormat;
  EXPECT_EQ(read(strict, "yyyy-MM-dd", "2024-1-2"), "no match");
  EXPECT_EQ(read(strict, "yyyy-M-d", "2024-1-2"), "2024-01-02 00:00:00");
  EXPECT_EQ(read(strict, "yyyy-MM-dd", "2024-01-02x"), "no match");
  EXPECT_EQ(read(strict, "yyyy-MM-dd", "2024-13-02"), "no match");
  EXPECT_EQ(read(strict, "yyyyMMddHHmmssSSS", "20240102030405678"), "2024-01-02 03:04:05.678");
  EXPECT_EQ(read(strict, "yyyy-MM-dd[ HH:mm]", "2024-01-02"), "2024-01-02 00:00:00");
  EXPECT_EQ(read(strict, "yyyy-MM-dd[ HH:mm]", "2024-01-02 03:04"), "2024-01-02 03:04:00");
  EXPECT_EQ(read(strict, "d MMM yyyy h:mm a", "2 Jan 2024 3:04 PM"), "2024-01-02 15:04:00");
  EXPECT_EQ(read(strict, "yy", "24"), "2024-01-01 00:00:00");
  const std::string_view millis = "yyyy-MM-dd HH:mm:ss.SSS";
  EXPECT_EQ(read(strict, millis, "2024-01-02 03:04:05.678"), "2024-01-02 03:04:05.678");
  EXPECT_EQ(read(strict, millis, "2024-02-31 03:04:05.678"), "2024-02-29 03:04:05.678");
  EXPECT_EQ(read(strict, millis, "2024-01-02T03:04:05.678"), "no match");
  EXPECT_EQ(read(strict, millis, "2024-01-02 03:04:05.67x"), "no match");
  EXPECT_EQ(read(strict, millis, "2024-01-02 03:04:05.67"), "no match");
  EXPECT_EQ(read(strict, millis, "2024-01-02 03:60:05.678"), "no match");
  EXPECT_EQ(read(strict, "'at' HH:mm'h'", "at 03:04h"), "1970-01-01 03:04:00");
  EXPECT_EQ(read(strict, "'at' HH:mm'h'", "at 03:04m"), "no match");
  EXPECT_EQ(read(strict, "yyyy-MM-dd'T'HH:mm:ssX", "2024-01-02T03:04:05+01:00"),
            "2024-01-02 03:04:05");
  EXPECT_EQ(read(lenient, "yyyy-MM-dd", "2024-1-2 and more"), "2024-01-02 00:00:00");
  EXPECT_EQ(read(lenient, "yyyy-MM-dd", "2024-13-32"), "2025-02-01 00:00:00");
  EXPECT_EQ(read(lenient, "yyyyMMdd", "20240102"), "2024-01-02 00:00:00");
  EXPECT_EQ(read(lenient, "yyyy-MM-dd", "x"), "no match");
  EXPECT_EQ(read(strict, "'open", "x"), "bad pattern");
  EXPECT_EQ(read(strict, "yyyy]", "x"), "bad pattern");
  EXPECT_EQ(read(strict, "b", "x"), "bad pattern");
}

}  // namespace
}  // namespace floe::functions
