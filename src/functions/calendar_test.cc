#include "functions/calendar.h"

#include <gtest/gtest.h>

#include "functions/time_zone.h"

namespace floe::functions {
namespace {

std::string Shown(std::string_view text) {
  const std::optional<LocalTime> time = ParseTimestampText(text);
  if (!time.has_value()) return "refused";
  std::string out;
  AppendTimestamp(*time, 3, &out);
  return out;
}

TEST(CalendarTest, DaysAndDatesAreInverse) {
  EXPECT_EQ(DaysFromCivil(1970, 1, 1), 0);
  EXPECT_EQ(DaysFromCivil(2000, 3, 1), 11017);
  EXPECT_EQ(DaysFromCivil(1, 1, 1), -719162);
  EXPECT_EQ(DaysFromCivil(2023, 13, 1), DaysFromCivil(2024, 1, 1));
  for (int64_t days = -800'000; days < 3'000'000; days += 997) {
    const CivilDate date = CivilFromDays(days);
    EXPECT_EQ(DaysFromCivil(date.year, date.month, date.day), days);
    EXPECT_LE(date.day, LastDayOfMonth(date.year, date.month));
  }
}

TEST(CalendarTest, MonthsEndOnTheirLastDay) {
  EXPECT_EQ(AddMonths(DaysFromCivil(2024, 1, 31), 1), DaysFromCivil(2024, 2, 29));
  EXPECT_EQ(AddMonths(DaysFromCivil(2024, 2, 29), 12), DaysFromCivil(2025, 2, 28));
  EXPECT_EQ(AddMonths(DaysFromCivil(2024, 3, 31), -1), DaysFromCivil(2024, 2, 29));
  EXPECT_EQ(AddMonths(DaysFromCivil(1970, 1, 1), -1), DaysFromCivil(1969, 12, 1));
}

TEST(CalendarTest, WeekdaysCountFromMonday) {
  EXPECT_EQ(IsoDayOfWeek(0), 4);   // a Thursday
  EXPECT_EQ(IsoDayOfWeek(-4), 7);  // the Sunday before
}

// Recorded answers of CAST(… AS TIMESTAMP(3)).
TEST(CalendarTest, ReadsTimestampsAsFlink) {
  EXPECT_EQ(Shown("2024-01-02 03:04:05.1239"), "2024-01-02 03:04:05.1239");
  EXPECT_EQ(Shown("2024-01-02"), "2024-01-02 00:00:00.000");
  EXPECT_EQ(Shown("2024-1-2 3:4:5"), "2024-01-02 03:04:05.000");
  EXPECT_EQ(Shown("2024-01-02 24:00:00"), "2024-01-03 00:00:00.000");
  EXPECT_EQ(Shown("2024-02-30 03:04:05"), "2024-02-29 03:04:05.000");
  EXPECT_EQ(Shown("2024-01-02 03:04:05."), "2024-01-02 03:04:05.000");
  EXPECT_EQ(Shown("0001-01-01 00:00:00"), "0001-01-01 00:00:00.000");
  EXPECT_EQ(Shown("+12345-01-01"), "12345-01-01 00:00:00.000");
}

TEST(CalendarTest, RefusesWhatFlinkRefuses) {
  for (std::string_view text :
       {"2024-01-02T03:04:05", "2024-01-02 03:04:05Z", "2024-01-02 03", "2024-01-02  03:04:05",
        "2024-01-02 03:04:05.1234567890", "10000-01-01 00:00:00", "0000-01-01", "2024-13-01",
        "2024-00-01", "2024-01-32", "2024-01-02 25:00:00", "2024-01-02 24:00:01",
        "2024-01-02 03:60:05", "", "bogus", " 2024-01-02", "2024-01-02 ", "24-01-02"}) {
    EXPECT_EQ(Shown(text), "refused") << text;
  }
}

// The fast path and the general one agree, whatever was parsed before.
TEST(CalendarTest, FastPathAgreesWithTheGeneralOne) {
  TimestampTextParser parser;
  for (std::string_view text :
       {"2024-05-31 23:59:59.999", "2024-05-31 00:00:00.001", "2024-05-31 24:00:00",
        "2024-05-31 12:00:60", "2024-05-31 1:02:03", "2024-05-31T00:00:00.000",
        "2024-02-31 00:00:00.5", "2024-05-31 00:00:0x", "2024-05-31 00:00:00.12x",
        "2024-05-31 00:00:00.123456789", "2024-05-31 00:00:00.1234567891", "2024-05-31",
        "9999-12-31 23:59:59", "2024-05-31 00:00:00.", "2024-05-3100:00:00.000"}) {
    LocalTime fast;
    const std::optional<LocalTime> general = ParseTimestampText(text);
    ASSERT_EQ(parser.Parse(text, &fast), general.has_value()) << text;
    if (!general.has_value()) continue;
    EXPECT_EQ(fast.seconds, general->seconds) << text;
    EXPECT_EQ(fast.nanos, general->nanos) << text;
  }
}

TEST(CalendarTest, ReadsDatesMoreLoosely) {
  EXPECT_EQ(ParseDateText(" 2024-01-02 "), DaysFromCivil(2024, 1, 2));
  EXPECT_EQ(ParseDateText("2024-02"), DaysFromCivil(2024, 2, 1));
  EXPECT_EQ(ParseDateText("2024"), DaysFromCivil(2024, 1, 1));
  EXPECT_EQ(ParseDateText("2024-1-2 anything"), DaysFromCivil(2024, 1, 2));
  for (std::string_view text : {"2024-02-30", "2024-13-01", "20240102", "x", "", "2024-01-xx"}) {
    EXPECT_FALSE(ParseDateText(text).has_value()) << text;
  }
}

TEST(CalendarTest, ReadsTimesOfDay) {
  EXPECT_EQ(ParseTimeText("12:34:56.789"), 45'296'789);
  EXPECT_EQ(ParseTimeText("12:34"), 45'240'000);
  EXPECT_EQ(ParseTimeText("7"), 25'200'000);
  EXPECT_EQ(ParseTimeText("00:00:00.1239"), 124);
  EXPECT_FALSE(ParseTimeText("25:00:00").has_value());
  EXPECT_FALSE(ParseTimeText("12:xx:00").has_value());
}

TEST(CalendarTest, CutsToUnits) {
  int64_t units = 0;
  EXPECT_TRUE(ToTimestampUnits({1, 123'999'999}, 3, &units));
  EXPECT_EQ(units, 1'123);
  EXPECT_TRUE(ToTimestampUnits({1, 123'999'999}, 1, &units));
  EXPECT_EQ(units, 1'100);
  EXPECT_TRUE(ToTimestampUnits({-1, 500'000'000}, 6, &units));
  EXPECT_EQ(units, -500'000);
  EXPECT_FALSE(ToTimestampUnits({int64_t{1} << 50, 0}, 9, &units));
  const LocalTime back = FromTimestampUnits(-1, 3);
  EXPECT_EQ(back.seconds, -1);
  EXPECT_EQ(back.nanos, 999'000'000);
}

TEST(TimeZoneTest, KnowsRegionsAndOffsets) {
  for (std::string_view name :
       {"UTC", "Z", "GMT", "Europe/Berlin", "+08:00", "GMT-3", "UTC+5:30"}) {
    EXPECT_TRUE(TimeZone::Find(name).has_value()) << name;
  }
  for (std::string_view name : {"Mars/Base", "", "+25:00", "GMT+1:99"}) {
    EXPECT_FALSE(TimeZone::Find(name).has_value()) << name;
  }
}

// Berlin 2024: from 31 March 01:00 UTC to 27 October 01:00 UTC two hours ahead, else one.
TEST(TimeZoneTest, GapsAndOverlapsTakeTheOffsetBefore) {
  const TimeZone zone = *TimeZone::Find("Europe/Berlin");
  const int64_t spring = DaysFromCivil(2024, 3, 31) * kSecondsPerDay;
  const int64_t autumn = DaysFromCivil(2024, 10, 27) * kSecondsPerDay;
  EXPECT_EQ(zone.ToUtc(spring + 90 * 60), spring + 30 * 60);
  EXPECT_EQ(zone.ToUtc(spring + 150 * 60), spring + 90 * 60);  // 02:30 does not exist
  EXPECT_EQ(zone.ToUtc(autumn + 150 * 60), autumn + 30 * 60);  // 02:30 comes twice
  EXPECT_EQ(zone.ToUtc(autumn + 210 * 60), autumn + 150 * 60);
  EXPECT_EQ(zone.ToLocal(spring + 60 * 60), spring + 180 * 60);
  EXPECT_EQ(zone.ToLocal(spring + 60 * 60 - 1), spring + 120 * 60 - 1);
}

}  // namespace
}  // namespace floe::functions
