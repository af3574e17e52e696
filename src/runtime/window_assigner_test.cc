#include "runtime/window_assigner.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "base/random.h"

namespace floe::runtime {
namespace {

using plan::WindowKind;

constexpr int64_t kHourMs = 3'600'000;

WindowAssigner Assigner(WindowKind kind, int64_t size_ms, int64_t slide_ms, int64_t offset_ms = 0,
                        const std::string& time_zone = "") {
  auto made = WindowAssigner::Make({kind, size_ms, slide_ms, offset_ms, time_zone});
  EXPECT_TRUE(made.ok());
  return std::move(made).value();
}

std::vector<std::pair<int64_t, int64_t>> Windows(const WindowAssigner& assigner, int64_t time_ms) {
  std::vector<WindowBounds> windows;
  assigner.WindowsOf(time_ms, &windows);
  std::vector<std::pair<int64_t, int64_t>> pairs;
  for (const WindowBounds& window : windows) pairs.emplace_back(window.start_ms, window.end_ms);
  return pairs;
}

using Pairs = std::vector<std::pair<int64_t, int64_t>>;

TEST(WindowAssignerTest, AlignsToTheOffsetAlsoBelowZero) {
  EXPECT_EQ(Windows(Assigner(WindowKind::kTumble, 10, 10), -1), (Pairs{{-10, 0}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kTumble, 10, 10), 0), (Pairs{{0, 10}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kTumble, 10, 10, -3), 6), (Pairs{{-3, 7}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kTumble, 10, 10, -3), 7), (Pairs{{7, 17}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kHop, 10, 5, 2), 1), (Pairs{{-8, 2}, {-3, 7}}));
  // An offset beyond the slide is fine.
  EXPECT_EQ(Windows(Assigner(WindowKind::kHop, 10, 5, 27), 1), (Pairs{{-8, 2}, {-3, 7}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kCumulate, 20, 5, 2), 8),
            (Pairs{{2, 12}, {2, 17}, {2, 22}}));
}

TEST(WindowAssignerTest, HopNeedNotDivideForRowsOnTheirOwn) {
  EXPECT_EQ(Windows(Assigner(WindowKind::kHop, 10, 3), 9),
            (Pairs{{0, 10}, {3, 13}, {6, 16}, {9, 19}}));
  EXPECT_EQ(Windows(Assigner(WindowKind::kHop, 10, 15), 12), (Pairs{}));
}

TEST(WindowAssignerTest, SlicesAgreeWithWindows) {
  Random random(7);
  const WindowAssigner assigners[] = {
      Assigner(WindowKind::kTumble, 7000, 7000, -3000),
      Assigner(WindowKind::kHop, 12000, 3000, 500),
      Assigner(WindowKind::kCumulate, 12000, 4000, -100),
      Assigner(WindowKind::kHop, 2 * kHourMs, kHourMs, 0, "America/Los_Angeles")};
  for (const WindowAssigner& assigner : assigners) {
    for (int i = 0; i < 300; ++i) {
      // Around the end of daylight saving time of 2024-11-03, and around 0.
      const int64_t base_ms = i % 2 == 0 ? 0 : 1730624400000;
      const int64_t time_ms =
          base_ms + static_cast<int64_t>(random.Uniform(20 * kHourMs)) - 10 * kHourMs;
      const WindowAssigner::SliceTimes slice = assigner.SliceOf(time_ms);
      EXPECT_LE(slice.begin_ms, time_ms);
      EXPECT_GT(slice.end_ms, time_ms);
      for (const int64_t edge_ms : {slice.begin_ms, slice.end_ms - 1}) {
        EXPECT_EQ(assigner.SliceOf(edge_ms).slice_end_ms, slice.slice_end_ms);
      }
      const Pairs windows = Windows(assigner, time_ms);
      EXPECT_EQ(windows.front().second, slice.slice_end_ms);
      EXPECT_EQ(windows.back().second, assigner.LastWindowEnd(slice.slice_end_ms));
      for (const auto& [start_ms, end_ms] : windows) {
        EXPECT_EQ(assigner.WindowStart(end_ms), start_ms);
      }
    }
  }
}

TEST(WindowAssignerTest, RefusesWhatFlinkRefuses) {
  const auto code = [](const plan::WindowSpec& spec) {
    auto made = WindowAssigner::Make(spec);
    return made.ok() ? ErrorCode::kInternal : made.error().code();
  };
  EXPECT_EQ(code({WindowKind::kTumble, 0, 0, 0, ""}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({WindowKind::kTumble, 10, 10, 10, ""}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({WindowKind::kCumulate, 10, 3, 0, ""}), ErrorCode::kInvalidArgument);
  EXPECT_EQ(code({WindowKind::kTumble, 10, 10, 0, "Mars/Olympus"}),
            ErrorCode::kInvalidConfiguration);
}

// The comments of Flink's TimeWindowUtil give these for Los Angeles in 2021.
TEST(WindowTimeZoneTest, TimersAtDaylightSaving) {
  auto made = WindowTimeZone::Make("America/Los_Angeles");
  ASSERT_TRUE(made.ok());
  const WindowTimeZone& zone = made.value();
  const auto local = [](int64_t day_ms, int64_t hour, int64_t minute) {
    return day_ms + hour * kHourMs + minute * 60'000;
  };
  const int64_t spring_ms = 1615680000000;  // 2021-03-14, local midnight as UTC
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 0, 0)), 1615708800000);
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 1, 0)), 1615712400000);
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 2, 0)), 1615716000000);
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 2, 59)), 1615716000000);
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 3, 0)), 1615716000000);
  EXPECT_EQ(zone.ToTimer(local(spring_ms, 4, 0)), 1615719600000);
  const int64_t autumn_ms = 1636243200000;  // 2021-11-07
  EXPECT_EQ(zone.ToTimer(local(autumn_ms, 0, 0)), 1636268400000);
  EXPECT_EQ(zone.ToTimer(local(autumn_ms, 1, 0)), 1636275600000);
  EXPECT_EQ(zone.ToTimer(local(autumn_ms, 2, 0)), 1636279200000);
  // As event times, the earlier of two and the missing hour moved on.
  EXPECT_EQ(zone.ToEventTime(local(autumn_ms, 1, 0)), 1636272000000);
  EXPECT_EQ(zone.ToEventTime(local(spring_ms, 2, 30)), 1615717800000);
}

TEST(WindowTimeZoneTest, FixedOffsets) {
  for (const char* name : {"+08:00", "GMT+8", "UTC+08:00", "Asia/Shanghai"}) {
    auto made = WindowTimeZone::Make(name);
    ASSERT_TRUE(made.ok()) << name;
    EXPECT_EQ(made->PeriodAt(1704067200000).offset_ms, 8 * kHourMs) << name;
    EXPECT_EQ(made->ToTimer(1704067200000), 1704067200000 - 8 * kHourMs) << name;
  }
  for (const char* name : {"", "UTC", "Z"}) {
    auto made = WindowTimeZone::Make(name);
    ASSERT_TRUE(made.ok()) << name;
    EXPECT_EQ(made->ToEventTime(5), 5) << name;
  }
  EXPECT_FALSE(WindowTimeZone::Make("+8:0:0:0").ok());
}

}  // namespace
}  // namespace floe::runtime
