#include "base/executor.h"

#include <gtest/gtest.h>

#include <atomic>
#include <set>
#include <string>

namespace floe {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

TEST(ManualClockTest, MovesOnlyWhenTold) {
  ManualClock clock(1000);
  clock.Advance(milliseconds(250));
  EXPECT_EQ(clock.WallMillis(), 1250);
  EXPECT_EQ(clock.Monotonic(), milliseconds(250));
  clock.SetWallMillis(5);
  EXPECT_EQ(clock.WallMillis(), 5);
  EXPECT_EQ(clock.Monotonic(), milliseconds(250));
}

TEST(SystemClockTest, MonotonicNeverFalls) {
  const SystemClock clock;
  const auto before = clock.Monotonic();
  EXPECT_GE(clock.Monotonic(), before);
  constexpr int64_t kStartOf2024 = 1'704'067'200'000;
  EXPECT_GT(clock.WallMillis(), kStartOf2024);
}

class ThreadPoolExecutorTest : public testing::TestWithParam<int> {
 protected:
  SystemClock clock_;
};

TEST_P(ThreadPoolExecutorTest, RunsWhatWasSubmittedBeforeItEnds) {
  std::atomic<int> ran{0};
  {
    ThreadPoolExecutor executor(GetParam(), clock_);
    for (int i = 0; i < 1000; ++i) executor.Submit([&ran] { ++ran; });
  }
  EXPECT_EQ(ran, 1000);
}

TEST_P(ThreadPoolExecutorTest, RunUntilWaitsForTheCondition) {
  ThreadPoolExecutor executor(GetParam(), clock_);
  std::atomic<int> ran{0};
  for (int i = 0; i < 100; ++i) {
    executor.Submit([&] {
      ++ran;
      executor.Wake();
    });
  }
  executor.RunUntil([&] { return ran == 100; });
  EXPECT_EQ(ran, 100);
}

TEST_P(ThreadPoolExecutorTest, WaitingInsideTasksDoesNotLockUp) {
  ThreadPoolExecutor executor(GetParam(), clock_);
  std::atomic<int> finished{0};
  for (int i = 0; i < 8; ++i) {
    executor.Submit([&] {
      const Result<int> answer =
          Await<int>(executor, [&](auto done) { executor.Submit([done] { done(42); }); });
      EXPECT_EQ(*answer, 42);
      ++finished;
      executor.Wake();
    });
  }
  executor.RunUntil([&] { return finished == 8; });
}

TEST_P(ThreadPoolExecutorTest, ParallelForCallsEachIndexOnce) {
  ThreadPoolExecutor executor(GetParam(), clock_);
  std::vector<std::atomic<int>> calls(500);
  executor.ParallelFor(calls.size(), [&](size_t i) { ++calls[i]; });
  for (const auto& count : calls) EXPECT_EQ(count, 1);
  executor.ParallelFor(0, [](size_t) { FAIL(); });
}

TEST_P(ThreadPoolExecutorTest, DelayedTasksRunInOrderOfTheirTime) {
  ThreadPoolExecutor executor(GetParam(), clock_);
  std::atomic<bool> done{false};
  executor.SubmitAfter(hours(1), [] { ADD_FAILURE() << "an hour has not passed"; });
  executor.SubmitAfter(milliseconds(1), [&] {
    done = true;
    executor.Wake();
  });
  executor.RunUntil([&] { return done.load(); });
}

INSTANTIATE_TEST_SUITE_P(Threads, ThreadPoolExecutorTest, testing::Values(1, 2, 4));

TEST(ThreadPoolExecutorOneThreadTest, ParallelForKeepsTheOrder) {
  SystemClock clock;
  ThreadPoolExecutor executor(1, clock);
  std::vector<size_t> order;
  executor.ParallelFor(5, [&](size_t i) { order.push_back(i); });
  EXPECT_EQ(order, (std::vector<size_t>{0, 1, 2, 3, 4}));
}

std::string OrderOfTasks(uint64_t seed) {
  ManualClock clock;
  DeterministicExecutor executor(clock, Random(seed));
  std::string order;
  for (char c = 'a'; c <= 'h'; ++c) executor.Submit([&order, c] { order += c; });
  executor.RunReady();
  return order;
}

TEST(DeterministicExecutorTest, TheSeedDecidesTheOrder) {
  std::set<std::string> orders;
  for (uint64_t seed = 0; seed < 20; ++seed) {
    EXPECT_EQ(OrderOfTasks(seed), OrderOfTasks(seed));
    EXPECT_EQ(OrderOfTasks(seed).size(), 8u);
    orders.insert(OrderOfTasks(seed));
  }
  EXPECT_GT(orders.size(), 10u);
}

TEST(DeterministicExecutorTest, TimeMovesToTheNextDelayedTask) {
  ManualClock clock;
  DeterministicExecutor executor(clock, Random(1));
  std::string order;
  executor.SubmitAfter(hours(2), [&] { order += "b"; });
  executor.SubmitAfter(hours(1), [&] { order += "a"; });
  executor.RunReady();
  EXPECT_EQ(order, "");
  executor.RunUntil([&] { return order.size() == 2; });
  EXPECT_EQ(order, "ab");
  EXPECT_EQ(clock.Monotonic(), hours(2));
}

TEST(DeterministicExecutorDeathTest, WaitingForWhatNeverComesIsADefect) {
  ManualClock clock;
  DeterministicExecutor executor(clock, Random(1));
  EXPECT_DEATH(executor.RunUntil([] { return false; }), "internal defect");
}

TEST(AwaitTest, GivesTheErrorOfTheCall) {
  ManualClock clock;
  DeterministicExecutor executor(clock, Random(1));
  const Result<std::string> result = Await<std::string>(executor, [&](auto done) {
    executor.SubmitAfter(milliseconds(5), [done] { done(Error(ErrorCode::kIo, "gone")); });
  });
  ASSERT_FALSE(result.ok());
  EXPECT_EQ(result.error().message(), "gone");
}

}  // namespace
}  // namespace floe
