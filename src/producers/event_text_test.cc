#include "producers/event_text.h"

#include <gtest/gtest.h>

#include <string>

#include "base/random.h"

namespace floe::producers {
namespace {

std::string Written(int64_t millis) {
  TimestampWriter writer;
  std::string out;
  writer.Append(millis, out);
  return out;
}

std::string Json(std::string_view text) {
  std::string out;
  AppendJsonString(text, out);
  return out;
}

TEST(EventText, WritesTimestamps) {
  EXPECT_EQ(Written(0), "1970-01-01 00:00:00.000");
  EXPECT_EQ(Written(-1), "1969-12-31 23:59:59.999");
  EXPECT_EQ(Written(1'709'210'096'007), "2024-02-29 12:34:56.007");
  TimestampWriter writer;
  std::string out;
  for (const int64_t millis : {999, 1000, 1001, 500}) writer.Append(millis, out);
  EXPECT_EQ(out,
            "1970-01-01 00:00:00.9991970-01-01 00:00:01.0001970-01-01 00:00:01.001"
            "1970-01-01 00:00:00.500");
}

TEST(EventText, ReadsWhatItWrites) {
  Random random(3);
  for (int i = 0; i < 1000; ++i) {
    const auto millis = static_cast<int64_t>(random.Uniform(4'000'000'000'000));
    EXPECT_EQ(ParseTimestamp(Written(millis)), millis);
  }
}

TEST(EventText, ReadsTimestamps) {
  EXPECT_EQ(ParseTimestamp("2024-02-29 12:34:56"), 1'709'210'096'000);
  EXPECT_EQ(ParseTimestamp("2024-02-29T12:34:56.5Z"), 1'709'210'096'500);
  EXPECT_EQ(ParseTimestamp("2024-02-29 12:34:56.123999"), 1'709'210'096'123);
  for (const char* text : {"", "2024-02-30 00:00:00", "2024-02-29", "2024-02-29 24:00:00",
                           "2024-02-29 12:34:56.", "2024-02-29 12:34:56x", "24-02-29 12:34:56"}) {
    EXPECT_EQ(ParseTimestamp(text), std::nullopt) << text;
  }
}

TEST(EventText, QuotesJson) {
  EXPECT_EQ(Json("plain"), "\"plain\"");
  EXPECT_EQ(Json("a\"b\\c\n\t\r\x01z"), "\"a\\\"b\\\\c\\n\\t\\r\\u0001z\"");
  EXPECT_EQ(Json("gr\xc3\xbc\xc3\x9f"), "\"gr\xc3\xbc\xc3\x9f\"");
  EXPECT_EQ(Json(""), "\"\"");
}

TEST(EventText, KnowsJsonNumbers) {
  for (const char* text : {"0", "-1", "37.5", "1e5", "-0.5E-3", "10"}) {
    EXPECT_TRUE(IsJsonNumber(text)) << text;
  }
  for (const char* text : {"", "-", "+1", "01", ".5", "5.", "1e", "0x1", "NaN", "1 "}) {
    EXPECT_FALSE(IsJsonNumber(text)) << text;
  }
  EXPECT_TRUE(IsJsonInteger("-10"));
  EXPECT_FALSE(IsJsonInteger("1.0"));
}

TEST(EventText, ScalesNumbers) {
  EXPECT_EQ(ParseScaled("12", 1000), 12'000);
  EXPECT_EQ(ParseScaled("12.5", 1000), 12'500);
  EXPECT_EQ(ParseScaled("12.3456", 1000), 12'345);
  EXPECT_EQ(ParseScaled("-0.0001", 1000), -1) << "down, not towards zero";
  EXPECT_EQ(ParseScaled("-1.500", 1000), -1'500);
  EXPECT_EQ(ParseScaled("1212390000", 1000), 1'212'390'000'000);
  for (const char* text : {"", "x", "1e3", "1.", "99999999999999999999"}) {
    EXPECT_EQ(ParseScaled(text, 1000), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace floe::producers
