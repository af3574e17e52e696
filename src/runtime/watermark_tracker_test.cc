#include "runtime/watermark_tracker.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace floe::runtime {
namespace {

using Steps = std::vector<std::pair<int64_t, int64_t>>;

constexpr int64_t kEnd = EventTime::Max().millis();

Steps StepsOf(const stream::WatermarkTimeline& timeline) {
  Steps steps;
  for (size_t i = 0; i < timeline.size(); ++i) {
    steps.emplace_back(timeline.sequences()[i], timeline.watermarks_millis()[i]);
  }
  return steps;
}

void AddRows(WatermarkTracker* tracker, size_t partition, const Steps& rows) {
  std::vector<int64_t> sequences;
  std::vector<int64_t> watermarks;
  for (const auto& [sequence, watermark] : rows) {
    sequences.push_back(sequence);
    watermarks.push_back(watermark);
  }
  tracker->AddRows(partition, sequences, watermarks);
}

TEST(WatermarkTracker, StepsWithTheLargestValueSoFar) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.BeginRound();
  AddRows(&tracker, 0, {{1, 10}, {2, kNoRowWatermark}, {3, 8}, {4, 11}});
  EXPECT_EQ(StepsOf(*tracker.FinishRound()), (Steps{{1, 10}, {4, 11}}));
  tracker.BeginRound();
  tracker.End(0, 5);
  const auto timeline = tracker.FinishRound();
  EXPECT_EQ(timeline->initial(), EventTime(11));
  EXPECT_EQ(StepsOf(*timeline), (Steps{{5, kEnd}}));
}

TEST(WatermarkTracker, NothingUpToZeroIsSent) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.BeginRound();
  AddRows(&tracker, 0, {{1, -500}, {2, 0}, {3, 1}});
  EXPECT_EQ(StepsOf(*tracker.FinishRound()), (Steps{{3, 1}}));
}

TEST(WatermarkTracker, TheSlowestPartitionDecides) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.AddPartition(1);
  tracker.BeginRound();
  AddRows(&tracker, 0, {{1, 10}, {2, 20}});  // partition 1 is silent: nothing
  AddRows(&tracker, 1, {{3, 5}, {4, 15}, {5, 30}});
  tracker.End(1, 6);
  EXPECT_EQ(StepsOf(*tracker.FinishRound()), (Steps{{3, 5}, {4, 15}, {5, 20}}));
}

TEST(WatermarkTracker, IdlePartitionsAreLeftAside) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.AddPartition(1);
  tracker.BeginRound();
  AddRows(&tracker, 0, {{1, 10}});
  tracker.SetIdle(1, 2, true);
  AddRows(&tracker, 0, {{3, 12}});
  tracker.SetIdle(0, 4, true);  // now the stream is idle and keeps what it has
  tracker.SetIdle(1, 5, false);
  AddRows(&tracker, 1, {{6, 11}, {7, 13}});
  const auto timeline = tracker.FinishRound();
  EXPECT_EQ(StepsOf(*timeline), (Steps{{2, 10}, {3, 12}, {7, 13}}));
  ASSERT_EQ(timeline->idle_changes().size(), 2u);
  EXPECT_EQ(timeline->idle_changes()[0].sequence, 4);
  EXPECT_TRUE(timeline->idle_changes()[0].idle);
  EXPECT_EQ(timeline->idle_changes()[1].sequence, 5);
}

TEST(WatermarkTracker, AStreamWithOnlyIdlePartitionsLeftHasNotEnded) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.AddPartition(1);
  tracker.BeginRound();
  tracker.SetIdle(0, 1, true);
  tracker.End(1, 2);
  const auto timeline = tracker.FinishRound();
  EXPECT_EQ(timeline->final(), EventTime::Min());
  EXPECT_TRUE(timeline->finally_idle());
}

TEST(WatermarkTracker, GoesOnAfterARestore) {
  WatermarkTracker tracker;
  tracker.AddPartition(0);
  tracker.AddPartition(1);
  tracker.BeginRound();
  AddRows(&tracker, 0, {{1, 10}});
  AddRows(&tracker, 1, {{2, 20}});
  tracker.SetIdle(0, 3, true);
  tracker.SetIdle(1, 4, true);
  tracker.FinishRound();
  WatermarkTracker restored;
  restored.Restore(tracker.current(), tracker.partitions());
  restored.BeginRound();
  const auto timeline = restored.FinishRound();
  EXPECT_EQ(timeline->initial(), EventTime(20));
  EXPECT_TRUE(timeline->initially_idle());
}

TEST(WatermarkTracker, ABoundedStreamWithoutPartitionsHasEnded) {
  WatermarkTracker tracker;
  tracker.EndWithoutPartitions();
  tracker.BeginRound();
  EXPECT_EQ(tracker.FinishRound()->initial(), EventTime::Max());
}

}  // namespace
}  // namespace floe::runtime
