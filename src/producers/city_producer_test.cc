#include "producers/city_producer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "log/scripted_log.h"
#include "storage/in_memory_file_system.h"

namespace floe::producers {
namespace {

constexpr int64_t kStart = 1'714'550'400'000;
constexpr int64_t kMinute = 60'000;

class CityProducerTest : public ::testing::Test {
 protected:
  CityProducerTest() {
    options_.city.drivers = 50;
    options_.city.driver_events_per_second = 25;
    options_.city.rides_per_second = 0.5;
    options_.city.start_time = EventTime(kStart);
    options_.fixed_start = true;
    options_.state_path = "/city";
  }
  Result<std::unique_ptr<CityProducer>> Open(RecordSink& sink) {
    return CityProducer::Open(files_, clock_, sink, options_);
  }
  // All records of a log, per topic and partition.
  std::vector<std::string> Contents(log::ScriptedLog& log) {
    std::vector<std::string> found;
    for (const std::string_view topic : kCityTopicNames) {
      for (const int32_t partition : {0, 1}) {
        const log::LogSlice slice =
            log.Read(std::string(topic), PartitionId(partition), Offset(0), INT64_MAX).value();
        for (const log::RecordView& record : slice.records) {
          found.push_back(std::to_string(record.timestamp_ms) + std::string(*record.key) +
                          std::string(*record.value));
        }
      }
    }
    return found;
  }
  // Runs until the end or an error; the pace is the clock's.
  Status Run(CityProducer& producer, int max_steps = 1 << 20) {
    for (int i = 0; i < max_steps; ++i) {
      FLOE_ASSIGN(const CityProgress progress, producer.Step());
      if (progress.finished) return Status::Ok();
      clock_.Advance(std::chrono::milliseconds(progress.wait_ms));
    }
    return Status::Ok();
  }

  ManualClock clock_{kStart + 5'000'000};
  storage::InMemoryFileSystem files_;
  CityProducerOptions options_;
};

TEST_F(CityProducerTest, RunsToItsEnd) {
  log::ScriptedLog log;
  LogSink sink(log, 2);
  options_.end_time = EventTime(kStart + 2 * kMinute);
  const auto producer = Open(sink).value();
  const auto before = clock_.Monotonic();
  ASSERT_TRUE(Run(*producer).ok());
  EXPECT_GE(clock_.Monotonic() - before, std::chrono::minutes(2));
  EXPECT_LE(clock_.Monotonic() - before, std::chrono::minutes(2) + std::chrono::seconds(1));
  const std::vector<std::string> paced = Contents(log);
  EXPECT_GT(paced.size(), 2'900u);

  log::ScriptedLog fast_log;
  LogSink fast_sink(fast_log, 2);
  options_.speed = 0;
  options_.state_path = "/fast";
  const auto fast = Open(fast_sink).value();
  ASSERT_TRUE(Run(*fast).ok());
  EXPECT_TRUE(Contents(fast_log) == paced) << "speed changes no byte";
}

TEST_F(CityProducerTest, AStopAndAStartChangeNothing) {
  log::ScriptedLog whole_log;
  LogSink whole_sink(whole_log, 2);
  options_.end_time = EventTime(kStart + kMinute);
  ASSERT_TRUE(Run(*Open(whole_sink).value()).ok());

  log::ScriptedLog log;
  LogSink sink(log, 2);
  options_.state_path = "/stopped";
  for (int part = 0; part < 5; ++part) {
    const auto producer = Open(sink).value();
    ASSERT_TRUE(Run(*producer, 137).ok());
    ASSERT_TRUE(producer->Close().ok());
  }
  ASSERT_TRUE(Run(*Open(sink).value()).ok());
  EXPECT_TRUE(Contents(log) == Contents(whole_log));
}

// A kill at any append: what came after the saved state is found again, and nothing comes twice.
TEST_F(CityProducerTest, AKillAndAStartChangeNothing) {
  log::ScriptedLog whole_log;
  LogSink whole_sink(whole_log, 2);
  options_.end_time = EventTime(kStart + kMinute);
  options_.save_interval_ms = 2'000;
  ASSERT_TRUE(Run(*Open(whole_sink).value()).ok());
  const std::vector<std::string> expected = Contents(whole_log);

  for (const int kill_after : {1, 2, 3, 17, 100, 333}) {
    SCOPED_TRACE(kill_after);
    log::ScriptedLog log;
    LogSink sink(log, 2);
    options_.state_path = "/killed" + std::to_string(kill_after);
    int appends = 0;
    log.set_script([&](log::LogOperation operation, const std::string&, PartitionId) {
      const bool dead = operation == log::LogOperation::kAppend && ++appends > kill_after;
      return dead ? Status(ErrorCode::kIo, "killed") : Status::Ok();
    });
    EXPECT_FALSE(Run(*Open(sink).value()).ok());
    log.set_script(nullptr);
    ASSERT_TRUE(Run(*Open(sink).value()).ok());
    EXPECT_TRUE(Contents(log) == expected);
  }
}

TEST_F(CityProducerTest, OthersMayWriteToo) {
  log::ScriptedLog log;
  LogSink sink(log, 2);
  options_.end_time = EventTime(kStart + kMinute);
  ASSERT_TRUE(Run(*Open(sink).value(), 50).ok());
  const log::AppendRecord foreign{"x", "not the city's", kStart + 3 * kMinute, {}};
  ASSERT_TRUE(log.Append("ride_requests", {&foreign, 1}).ok());
  ASSERT_TRUE(Run(*Open(sink).value()).ok());
  const std::vector<std::string> contents = Contents(log);
  EXPECT_EQ(std::set<std::string>(contents.begin(), contents.end()).size(), contents.size())
      << "nothing is there twice";
}

TEST_F(CityProducerTest, ALiveCityFollowsTheClock) {
  log::ScriptedLog log;
  LogSink sink(log, 2);
  options_.fixed_start = false;
  auto producer = Open(sink).value();
  ASSERT_TRUE(Run(*producer, 1'000).ok());
  const int64_t rides = producer->counts().rides_total;
  EXPECT_GT(rides, 0);
  ASSERT_TRUE(producer->Close().ok());
  producer.reset();

  clock_.Advance(std::chrono::hours(48));
  producer = Open(sink).value();
  const CityProgress progress = producer->Step().value();
  EXPECT_EQ(progress.city_time, EventTime(clock_.WallMillis()));
  EXPECT_EQ(progress.records, 0) << "two days are not made up for";
  EXPECT_EQ(producer->counts().rides_total, rides);

  clock_.Advance(std::chrono::hours(1));
  EXPECT_LT(producer->Step().value().records, 100) << "nor an hour in which the machine slept";
  EXPECT_EQ(CityProducer::Open(files_, clock_, sink,
                               [&] {
                                 CityProducerOptions fast = options_;
                                 fast.speed = 2;
                                 return fast;
                               }())
                .error()
                .code(),
            ErrorCode::kInvalidArgument);
}

TEST_F(CityProducerTest, DamagedStateIsRefused) {
  log::ScriptedLog log;
  LogSink sink(log, 2);
  ASSERT_TRUE(Open(sink).ok());
  files_.FlipByte("/city", 30, 1);
  EXPECT_EQ(Open(sink).error().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace floe::producers
