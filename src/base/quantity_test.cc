#include "base/quantity.h"

#include <gtest/gtest.h>

namespace floe {
namespace {

TEST(DurationTest, ReadsFlinksForms) {
  EXPECT_EQ(*ParseDurationMs("500 ms"), 500);
  EXPECT_EQ(*ParseDurationMs("500"), 500);
  EXPECT_EQ(*ParseDurationMs("10s"), 10'000);
  EXPECT_EQ(*ParseDurationMs(" 5 MIN "), 300'000);
  EXPECT_EQ(*ParseDurationMs("2 hours"), 7'200'000);
  EXPECT_EQ(*ParseDurationMs("1d"), 86'400'000);
  EXPECT_EQ(*ParseDurationMs("2500 \xc2\xb5s"), 2);
  EXPECT_EQ(*ParseDurationMs("0 s"), 0);
}

TEST(DurationTest, RefusesOtherForms) {
  for (const char* text : {"", "s", "10 parsecs", "-5 s", "1.5 s", "10 s s", "99999999999999999999",
                           "9223372036854775807 d"}) {
    const Result<int64_t> parsed = ParseDurationMs(text);
    ASSERT_FALSE(parsed.ok()) << text;
    EXPECT_NE(parsed.error().message().find("is not a duration"), std::string::npos);
    EXPECT_FALSE(parsed.error().hint().empty());
  }
}

TEST(BytesTest, ReadsFlinksForms) {
  EXPECT_EQ(*ParseBytes("64 mb"), 64 << 20);
  EXPECT_EQ(*ParseBytes("1024"), 1024);
  EXPECT_EQ(*ParseBytes("2g"), int64_t{2} << 30);
  EXPECT_EQ(*ParseBytes("3 kibibytes"), 3 << 10);
  EXPECT_FALSE(ParseBytes("64 mph").ok());
  EXPECT_FALSE(ParseBytes("9000000 tb").ok());
}

TEST(FormatTest, ShowsWhatMatters) {
  EXPECT_EQ(FormatDuration(350), "350 ms");
  EXPECT_EQ(FormatDuration(12'540), "12.5 s");
  EXPECT_EQ(FormatDuration(59'999), "59.9 s");
  EXPECT_EQ(FormatDuration(300'000), "5 min");
  EXPECT_EQ(FormatDuration(307'000), "5 min 7 s");
  EXPECT_EQ(FormatDuration(7'500'000), "2 h 5 min");
  EXPECT_EQ(FormatDuration(90'000'000), "1 d 1 h");
  EXPECT_EQ(FormatBytes(512), "512 B");
  EXPECT_EQ(FormatBytes(1536), "1.5 KiB");
  EXPECT_EQ(FormatBytes((int64_t{1} << 30) - 1), "1 GiB");
  EXPECT_EQ(FormatBytes(int64_t{200} << 20), "200 MiB");
  EXPECT_EQ(FormatCount(0), "0");
  EXPECT_EQ(FormatCount(1'234'567), "1,234,567");
  EXPECT_EQ(FormatCount(-123), "-123");
  EXPECT_EQ(FormatCount(-1234), "-1,234");
}

}  // namespace
}  // namespace floe
