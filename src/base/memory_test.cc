#include "base/memory.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/executor.h"

namespace floe {
namespace {

TEST(MemoryBudgetTest, CountsInAllPoolsAbove) {
  MemoryBudget root("floe", 1000);
  MemoryBudget job("job", MemoryBudget::kNoLimit, root);
  MemoryBudget join("join", 400, job);
  ASSERT_TRUE(join.Reserve(300).ok());
  ASSERT_TRUE(job.Reserve(200).ok());
  EXPECT_EQ(join.used_bytes(), 300);
  EXPECT_EQ(job.used_bytes(), 500);
  EXPECT_EQ(root.used_bytes(), 500);
  join.Release(300);
  job.Release(200);
  EXPECT_EQ(root.used_bytes(), 0);
  EXPECT_EQ(root.peak_bytes(), 500);
  EXPECT_EQ(join.peak_bytes(), 300);
}

TEST(MemoryBudgetTest, RefusesPastItsOwnLimit) {
  MemoryBudget root("floe", 1000);
  MemoryBudget join("join", 400, root);
  ASSERT_TRUE(join.Reserve(400).ok());
  const Status refused = join.Reserve(1);
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code(), ErrorCode::kMemoryLimit);
  EXPECT_EQ(refused.error().message(),
            "floe.join needs 1 B more, but 400 B of the limit of 400 B of floe.join are in use");
  EXPECT_EQ(root.used_bytes(), 400);
  join.Release(400);
}

TEST(MemoryBudgetTest, RefusesPastALimitAboveAndTakesNothing) {
  MemoryBudget root("floe", 1000);
  MemoryBudget left("left", MemoryBudget::kNoLimit, root);
  MemoryBudget right("right", MemoryBudget::kNoLimit, root);
  ASSERT_TRUE(left.Reserve(900).ok());
  const Status refused = right.Reserve(200);
  ASSERT_FALSE(refused.ok());
  EXPECT_THAT(refused.error().message(), testing::HasSubstr("of floe are in use"));
  EXPECT_EQ(right.used_bytes(), 0);
  EXPECT_EQ(right.peak_bytes(), 0);
  EXPECT_EQ(root.used_bytes(), 900);
  left.Release(900);
}

TEST(MemoryBudgetTest, HugeRequestsDoNotOverflow) {
  MemoryBudget root("floe", MemoryBudget::kNoLimit);
  ASSERT_TRUE(root.Reserve(10).ok());
  EXPECT_FALSE(root.Reserve(MemoryBudget::kNoLimit).ok());
  root.Release(10);
}

TEST(MemoryBudgetTest, SnapshotListsThePoolsParentsFirst) {
  MemoryBudget root("floe", 1000);
  MemoryBudget log("log", 100, root);
  MemoryBudget state("state", 500, root);
  MemoryBudget join("join", 200, state);
  std::vector<std::string> paths;
  for (const MemoryBudget::Usage& usage : root.Snapshot()) paths.push_back(usage.path);
  EXPECT_THAT(paths, testing::ElementsAre("floe", "floe.log", "floe.state", "floe.state.join"));
}

TEST(MemoryBudgetTest, NeverExceedsItsLimitUnderContention) {
  SystemClock clock;
  ThreadPoolExecutor executor(4, clock);
  MemoryBudget root("floe", 1000);
  executor.ParallelFor(8, [&](size_t) {
    MemoryBudget task("task", 700, root);
    for (int i = 0; i < 5000; ++i) {
      if (task.Reserve(300).ok()) task.Release(300);
    }
  });
  EXPECT_EQ(root.used_bytes(), 0);
  EXPECT_LE(root.peak_bytes(), 1000);
  EXPECT_GE(root.peak_bytes(), 300);
}

TEST(MemoryBudgetDeathTest, ALeakIsADefect) {
  EXPECT_DEATH(
      {
        MemoryBudget root("floe", 1000);
        const Status reserved = root.Reserve(1);
        static_cast<void>(reserved);
      },
      "used_bytes\\(\\) == 0 is false");
}

TEST(MemoryReservationTest, GivesBackAtItsEnd) {
  MemoryBudget root("floe", 1000);
  {
    MemoryReservation reservation(root);
    ASSERT_TRUE(reservation.Resize(600).ok());
    EXPECT_FALSE(reservation.Resize(1001).ok());
    EXPECT_EQ(reservation.bytes(), 600);
    ASSERT_TRUE(reservation.Resize(100).ok());
    EXPECT_EQ(root.used_bytes(), 100);
    MemoryReservation moved = std::move(reservation);
    EXPECT_EQ(root.used_bytes(), 100);
  }
  EXPECT_EQ(root.used_bytes(), 0);
}

}  // namespace
}  // namespace floe
