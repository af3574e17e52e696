#include "stream/watermark_timeline.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.h"

namespace floe::stream {
namespace {

using Steps = std::vector<std::pair<int64_t, int64_t>>;

Steps StepsOf(const WatermarkTimeline& timeline) {
  Steps steps;
  for (size_t i = 0; i < timeline.size(); ++i) {
    steps.emplace_back(timeline.sequences()[i], timeline.watermarks_millis()[i]);
  }
  return steps;
}

std::shared_ptr<WatermarkTimeline> TimelineOf(EventTime initial, const Steps& steps) {
  auto timeline = std::make_shared<WatermarkTimeline>(initial);
  for (const auto& [sequence, watermark] : steps) timeline->Append(sequence, EventTime(watermark));
  return timeline;
}

TEST(WatermarkTimeline, AStepTakesEffectBehindItsOwnRow) {
  const auto timeline = TimelineOf(EventTime::Min(), {{10, 5}, {20, 5}, {30, 7}});
  EXPECT_EQ(StepsOf(*timeline), (Steps{{10, 5}, {30, 7}}));
  EXPECT_EQ(timeline->Before(10), EventTime::Min());
  EXPECT_EQ(timeline->Before(11), EventTime(5));
  EXPECT_EQ(timeline->Before(30), EventTime(5));
  EXPECT_EQ(timeline->Before(31), EventTime(7));
  EXPECT_EQ(timeline->FirstReaching(EventTime(5)), 0u);
  EXPECT_EQ(timeline->FirstReaching(EventTime(6)), 1u);
  EXPECT_EQ(timeline->FirstReaching(EventTime(8)), 2u);
}

TEST(WatermarkTimeline, TheMinimumOfTwoStepsWhereTheSlowerOneDoes) {
  const auto a = TimelineOf(EventTime::Min(), {{1, 10}, {5, 30}});
  const auto b = TimelineOf(EventTime::Min(), {{2, 5}, {5, 20}, {7, 40}});
  const auto minimum = WatermarkTimeline::Minimum(*a, *b);
  EXPECT_EQ(StepsOf(*minimum), (Steps{{2, 5}, {5, 20}, {7, 30}}));
  EXPECT_EQ(minimum->initial(), EventTime::Min());
}

TEST(WatermarkTimeline, AnIdleInputIsLeftAside) {
  const auto a = TimelineOf(EventTime(10), {{6, 12}});
  auto b = TimelineOf(EventTime(50), {{3, 60}});
  a->AppendIdle(2, true);
  a->AppendIdle(6, false);
  const auto minimum = WatermarkTimeline::Minimum(*a, *b);
  // It never falls when the idle input comes back behind the other.
  EXPECT_EQ(StepsOf(*minimum), (Steps{{2, 50}, {3, 60}}));
  EXPECT_FALSE(minimum->finally_idle());
  b->AppendIdle(9, true);
  a->AppendIdle(9, true);
  const auto both = WatermarkTimeline::Minimum(*a, *b);
  EXPECT_EQ(both->final(), EventTime(60));
  EXPECT_TRUE(both->finally_idle());
}

TEST(WatermarkTimeline, TheNextRoundDoesNotFallBelowTheFloor) {
  auto a = TimelineOf(EventTime(10), {});
  const auto b = TimelineOf(EventTime(60), {});
  EXPECT_EQ(WatermarkTimeline::Minimum(*a, *b, EventTime(60))->initial(), EventTime(60));
}

TEST(WatermarkTimeline, DelayedLowersEveryStepAndTheEndToo) {
  const auto a = TimelineOf(EventTime::Min(), {{1, 10}, {2, EventTime::Max().millis()}});
  const auto delayed = WatermarkTimeline::Delayed(*a, 30);
  EXPECT_EQ(delayed->initial(), EventTime::Min());
  EXPECT_EQ(StepsOf(*delayed), (Steps{{1, -20}, {2, EventTime::Max().millis() - 30}}));
}

TEST(WatermarkTimeline, TheMinimumOfManyIsWhatEachMomentSays) {
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    std::vector<WatermarkTimelinePtr> inputs;
    const auto count = 2 + random.Uniform(3);
    // What each input says after each sequence: its watermark, or none while it is idle.
    constexpr int kSequences = 30;
    std::vector<int64_t> lowest(kSequences, EventTime::Max().millis());
    std::vector<bool> any(kSequences, false);
    for (uint64_t i = 0; i < count; ++i) {
      auto timeline = std::make_shared<WatermarkTimeline>(EventTime(0));
      int64_t watermark = 0;
      bool idle = false;
      for (int sequence = 0; sequence < kSequences; ++sequence) {
        if (random.Uniform(3) == 0) {
          watermark += static_cast<int64_t>(random.Uniform(20));
          timeline->Append(sequence, EventTime(watermark));
        }
        if (random.Uniform(6) == 0) {
          idle = !idle;
          timeline->AppendIdle(sequence, idle);
        }
        const auto at = static_cast<size_t>(sequence);
        if (idle) continue;
        any[at] = true;
        lowest[at] = std::min(lowest[at], watermark);
      }
      inputs.push_back(timeline);
    }
    const auto minimum = WatermarkTimeline::Minimum(inputs, EventTime::Min());
    int64_t expected = 0;
    for (int sequence = 0; sequence < kSequences; ++sequence) {
      const auto at = static_cast<size_t>(sequence);
      if (any[at]) expected = std::max(expected, lowest[at]);
      ASSERT_EQ(minimum->Before(sequence + 1), EventTime(expected)) << sequence;
    }
  }
}

}  // namespace
}  // namespace floe::stream
