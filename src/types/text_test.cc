#include "types/text.h"

#include <gtest/gtest.h>

#include <limits>

#include "types/data_type.h"
#include "types/timestamp_text.h"

namespace floe::types {
namespace {

TEST(JavaTextTest, WritesNumbersAsJavaDoes) {
  EXPECT_EQ(JavaText(1.0), "1.0");
  EXPECT_EQ(JavaText(-0.0), "-0.0");
  EXPECT_EQ(JavaText(0.001), "0.001");
  EXPECT_EQ(JavaText(0.0001), "1.0E-4");
  EXPECT_EQ(JavaText(1234567.0), "1234567.0");
  EXPECT_EQ(JavaText(12345678.0), "1.2345678E7");
  EXPECT_EQ(JavaText(0.1), "0.1");
  EXPECT_EQ(JavaText(1.1f), "1.1");
  EXPECT_EQ(JavaText(std::numeric_limits<double>::infinity()), "Infinity");
  EXPECT_EQ(JavaText(std::numeric_limits<double>::quiet_NaN()), "NaN");
}

TEST(TimestampTextTest, ReadsWhatItWrites) {
  const Result<EventTime> time = ParseUtcTimestamp("2008-06-02T07:00:00.250Z");
  ASSERT_TRUE(time.ok());
  EXPECT_EQ(time->millis(), 1212390000250);
  EXPECT_EQ(FormatUtcTimestamp(*time), "2008-06-02 07:00:00.250");
  EXPECT_EQ(FormatUtcTimestamp(EventTime(-1)), "1969-12-31 23:59:59.999");
  EXPECT_TRUE(ParseUtcTimestamp("2008-06-02").ok());
}

TEST(TimestampTextTest, RefusesOtherForms) {
  for (const char* text : {"", "2008", "2008-13-01", "2008-06-02 25:00:00", "2008-06-02 1", "x"}) {
    EXPECT_FALSE(ParseUtcTimestamp(text).ok()) << text;
  }
}

TEST(DataTypeTest, PrintsAsFlinkDoes) {
  EXPECT_EQ(DataType::Decimal(10, 2).NotNull().ToString(), "DECIMAL(10, 2) NOT NULL");
  EXPECT_EQ(DataType::Timestamp(3).WithTimeAttribute(TimeAttribute::kRowtime).ToString(),
            "TIMESTAMP(3) *ROWTIME*");
  EXPECT_EQ(DataType::Map(DataType::String(), DataType::Array(DataType::Integer())).ToString(),
            "MAP<STRING, ARRAY<INT>>");
  EXPECT_EQ(DataType::Row({{"a", DataType::BigInt()}}).ToString(), "ROW<`a` BIGINT>");
}

}  // namespace
}  // namespace floe::types
