#include "log/retention_schedule.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/limits.h"
#include "storage/faulty_file_system.h"
#include "storage/in_memory_file_system.h"

namespace floe::log {
namespace {

using ::testing::HasSubstr;

constexpr PartitionId kFirst{0};
constexpr int64_t kHourMs = 3'600'000;
constexpr int64_t kSmallSegment = int64_t{64} << 10;

class CollectingSink final : public LogSink {
 public:
  void Write(const LogRecord& record) override { messages.push_back(record.message); }
  std::vector<std::string> messages;
};

class RetentionScheduleTest : public ::testing::Test {
 protected:
  RetentionScheduleTest() {
    log_ = EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log").value();
  }
  void TearDown() override { files_.set_script(nullptr); }

  void Create(int64_t retention_ms) {
    TopicOptions options{.retention_ms = retention_ms, .segment_bytes = kSmallSegment};
    ASSERT_TRUE(log_->CreateTopic("t", 1, options).ok());
  }
  void Append(int count) {
    for (int i = 0; i < count; ++i) {
      std::string noise(1000, '\0');
      for (char& byte : noise) byte = static_cast<char>(random_.Uniform(256));
      const AppendRecord record{"k", noise, clock_.WallMillis(), {}};
      ASSERT_TRUE(log_->AppendTo("t", kFirst, {&record, 1}).ok());
    }
  }
  // Lets the executor's timers run for so long.
  void Pass(std::chrono::nanoseconds time) {
    bool passed = false;
    executor_.SubmitAfter(time, [&] { passed = true; });
    executor_.RunUntil([&] { return passed; });
    executor_.RunReady();
  }
  OffsetRange Range() { return log_->Offsets("t", kFirst).value(); }
  std::unique_ptr<RetentionSchedule> Start() {
    return std::make_unique<RetentionSchedule>(*log_, executor_, Logger(sink_, clock_, "log"));
  }

  ManualClock clock_{1'000'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
  Random random_{5};
  storage::InMemoryFileSystem memory_;
  storage::FaultyFileSystem files_{memory_};
  CollectingSink sink_;
  std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(RetentionScheduleTest, OldSegmentsGoAndReadersBehindThemHearIt) {
  Create(kHourMs);
  const auto schedule = Start();
  Append(200);
  Pass(std::chrono::minutes(50));
  EXPECT_EQ(Range(), (OffsetRange{Offset(0), Offset(200)}));
  Append(100);
  Pass(std::chrono::minutes(16));
  const OffsetRange range = Range();
  EXPECT_GT(range.begin, Offset(100)) << "the first 200 are an hour old";
  EXPECT_LE(range.begin, Offset(200)) << "the newer ones are not";
  EXPECT_EQ(range.end, Offset(300));
  const Status behind = log_->Read("t", kFirst, Offset(0), 1000).status();
  EXPECT_EQ(behind.error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_THAT(behind.error().message(), HasSubstr(std::to_string(range.begin.value()) + " to 300"));
  EXPECT_TRUE(log_->Read("t", kFirst, range.begin, 1000).ok());
  Pass(std::chrono::hours(2));
  EXPECT_EQ(Range(), (OffsetRange{Offset(300), Offset(300)})) << "the active segment goes too";
  Append(1);
  EXPECT_EQ(Range(), (OffsetRange{Offset(300), Offset(301)}));
  EXPECT_TRUE(sink_.messages.empty());
}

TEST_F(RetentionScheduleTest, WithoutRetentionEverythingStays) {
  Create(-1);
  const auto schedule = Start();
  Append(200);
  Pass(std::chrono::hours(24 * 365));
  EXPECT_EQ(Range(), (OffsetRange{Offset(0), Offset(200)}));
}

TEST_F(RetentionScheduleTest, ChecksWhenKafkaDoes) {
  Create(kHourMs);
  Append(1);
  clock_.Advance(std::chrono::hours(2));
  const auto schedule = Start();
  Pass(limits::kLogRetentionFirstCheckDelay - std::chrono::seconds(1));
  EXPECT_EQ(Range().begin, Offset(0));
  Pass(std::chrono::seconds(1));
  EXPECT_EQ(Range().begin, Offset(1));
  Append(1);
  clock_.Advance(std::chrono::hours(2));
  executor_.RunReady();
  EXPECT_EQ(Range().begin, Offset(2));
}

TEST_F(RetentionScheduleTest, AnErrorIsLoggedAndNotTheLastWord) {
  Create(kHourMs);
  Append(200);
  const auto schedule = Start();
  files_.set_script(storage::FaultyFileSystem::FailOnce(storage::FileOperation::kRemove, ".log",
                                                        Status(ErrorCode::kIo, "broken")));
  Pass(std::chrono::hours(3));
  ASSERT_EQ(sink_.messages.size(), 1u);
  EXPECT_THAT(sink_.messages[0], HasSubstr("retention"));
  EXPECT_EQ(Range().begin, Offset(200));
}

TEST_F(RetentionScheduleTest, EndsWithItsOwner) {
  Create(kHourMs);
  Append(200);
  auto schedule = Start();
  schedule.reset();
  Pass(std::chrono::hours(3));
  EXPECT_EQ(Range().begin, Offset(0));
  log_.reset();
  Pass(std::chrono::hours(1));
}

}  // namespace
}  // namespace floe::log
