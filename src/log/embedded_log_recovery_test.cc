// What the log is after kills, losses of power and damage.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "log/embedded_log.h"
#include "log/segment.h"
#include "storage/faulty_file_system.h"
#include "storage/in_memory_file_system.h"

namespace floe::log {
namespace {

using storage::FaultyFileSystem;
using storage::InMemoryFileSystem;
using ::testing::HasSubstr;

constexpr PartitionId kFirst{0};
constexpr int64_t kSmallSegment = int64_t{64} << 10;
const std::string kPartition = "/log/topics/t/0";

std::string FirstSegment() { return SegmentLogPath(kPartition, Offset(0)); }

class LogRecoveryTest : public ::testing::Test {
 protected:
  Result<std::unique_ptr<EmbeddedLog>> Open(storage::FileSystem& files) {
    return EmbeddedLog::Open({files, executor_, clock_, Random(1)}, "/log");
  }
  static Status Append(EmbeddedLog& log, std::string_view value) {
    const AppendRecord record{"k", value, 7, {}};
    return log.AppendTo("t", kFirst, {&record, 1}).status();
  }
  static std::vector<std::string> ReadAll(EmbeddedLog& log, Offset from = Offset(0)) {
    std::vector<std::string> values;
    for (Offset next = from; next < log.Offsets("t", kFirst).value().end;) {
      const LogSlice slice = log.Read("t", kFirst, next, 1 << 20).value();
      for (const RecordView& record : slice.records) {
        EXPECT_EQ(record.offset, Offset(from.value() + static_cast<int64_t>(values.size())));
        values.emplace_back(*record.value);
      }
      next = slice.next_offset;
    }
    return values;
  }
  // A log with these values, its files as a kill leaves them: without an index.
  std::string MakeSegment(std::span<const std::string> values) {
    InMemoryFileSystem files;
    auto log = Open(files).value();
    EXPECT_TRUE(log->CreateTopic("t", 1, {}).ok());
    for (const std::string& value : values) EXPECT_TRUE(Append(*log, value).ok());
    log.reset();
    return storage::ReadFile(files, FirstSegment(), 1 << 20).value();
  }
  // A file system whose only segment has these bytes.
  void Place(InMemoryFileSystem& files, std::string_view segment) {
    ASSERT_TRUE(Open(files).value()->CreateTopic("t", 1, {}).ok());
    ASSERT_TRUE(storage::WriteFileDurably(files, FirstSegment(), segment).ok());
  }

  ManualClock clock_{1'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
};

TEST_F(LogRecoveryTest, ATailTornAtAnyByteIsCut) {
  const std::vector<std::string> values = {"first", "second", "third, the one that is torn"};
  const std::string whole = MakeSegment(values);
  const size_t good = MakeSegment(std::span(values).first(2)).size();
  Random random(9);
  for (size_t size = good; size < whole.size(); ++size) {
    for (const bool with_garbage : {false, true}) {
      InMemoryFileSystem files;
      std::string bytes = whole.substr(0, size);
      if (with_garbage) {
        for (size_t i = size; i < whole.size(); ++i)
          bytes += static_cast<char>(random.Uniform(256));
        if (bytes == whole) continue;
      }
      Place(files, bytes);
      auto log = Open(files).value();
      EXPECT_EQ(log->recovery()[0].truncated_bytes, static_cast<int64_t>(bytes.size() - good));
      EXPECT_EQ(ReadAll(*log), (std::vector<std::string>{"first", "second"})) << size;
      ASSERT_TRUE(Append(*log, "again").ok());
      log = nullptr;
      log = Open(files).value();
      EXPECT_EQ(ReadAll(*log), (std::vector<std::string>{"first", "second", "again"}));
      EXPECT_EQ(log->recovery()[0].truncated_bytes, 0);
    }
  }
}

TEST_F(LogRecoveryTest, DamageInWhatWasDurableIsNotCut) {
  InMemoryFileSystem files;
  {
    auto log = Open(files).value();
    ASSERT_TRUE(log->CreateTopic("t", 1, {}).ok());
    for (int i = 0; i < 3; ++i) ASSERT_TRUE(Append(*log, "value").ok());
  }
  files.FlipByte(FirstSegment(), 70, 1);
  auto log = Open(files).value();
  const Status damaged = log->Read("t", kFirst, Offset(0), 1000).status();
  EXPECT_EQ(damaged.error().code(), ErrorCode::kCorruption);
  EXPECT_THAT(damaged.error().message(), HasSubstr(FirstSegment()));
  EXPECT_EQ(log->Offsets("t", kFirst).value().end, Offset(3));
  EXPECT_TRUE(Append(*log, "the log still takes records").ok());

  // A file that is shorter than what was durable.
  log.reset();
  auto file = files.OpenAppend(FirstSegment(), storage::OpenMode::kCreateOrAppend).value();
  ASSERT_TRUE(file->Truncate(100).ok());
  EXPECT_EQ(Open(files).error().code(), ErrorCode::kCorruption);
}

TEST_F(LogRecoveryTest, ASealedSegmentMustBeWhole) {
  InMemoryFileSystem files;
  std::string sealed_index = SegmentIndexPath(kPartition, Offset(0));
  {
    auto log = Open(files).value();
    ASSERT_TRUE(log->CreateTopic(
                       "t", 1, {.compression = Compression::kNone, .segment_bytes = kSmallSegment})
                    .ok());
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(Append(*log, std::string(20'000, 'x')).ok());
  }
  ASSERT_TRUE(files.RemoveFile(sealed_index).ok());
  {
    auto log = Open(files).value();
    EXPECT_GT(log->recovery()[0].scanned_bytes, 0);
    EXPECT_EQ(ReadAll(*log).size(), 10u) << "the index is made again";
    EXPECT_TRUE(storage::Exists(files, sealed_index).value());
  }
  ASSERT_TRUE(files.RemoveFile(sealed_index).ok());
  files.FlipByte(FirstSegment(), 30'000, 1);
  const auto damaged = Open(files);
  EXPECT_EQ(damaged.error().code(), ErrorCode::kCorruption);
  EXPECT_THAT(damaged.error().message(), HasSubstr(FirstSegment()));
}

TEST_F(LogRecoveryTest, DamagedMetadataIsRefused) {
  InMemoryFileSystem files;
  ASSERT_TRUE(Open(files).value()->CreateTopic("t", 1, {}).ok());
  files.FlipByte("/log/topics/t/topic.meta", 13, 1);
  EXPECT_EQ(Open(files).error().code(), ErrorCode::kCorruption);
  files.FlipByte("/log/topics/t/topic.meta", 13, 1);
  ASSERT_TRUE(Open(files).ok());
  files.FlipByte("/log/log.meta", 12, 1);
  EXPECT_EQ(Open(files).error().code(), ErrorCode::kCorruption);
}

// --- Every step as the last ----------------------------------------------------------------------

// What a run of the scenario was told to be true.
struct Told {
  bool created = false;
  int acknowledged = 0;
  int sent = 0;
};

std::string ValueOf(int i) {
  // Alike in no two places, so that it does not compress; segments of 64 KiB take six.
  Random random(static_cast<uint64_t>(i) + 1);
  std::string value = std::to_string(i) + ":";
  while (value.size() < 10'000) value += static_cast<char>('!' + random.Uniform(90));
  return value;
}

class LogCrashTest : public LogRecoveryTest {
 protected:
  static constexpr int kRecords = 24;

  void RunScenario(storage::FileSystem& files, Told& told) {
    auto log = Open(files);
    if (!log.ok()) return;
    if (!(*log)
             ->CreateTopic("t", 1, {.retention_bytes = 150'000, .segment_bytes = kSmallSegment})
             .ok()) {
      return;
    }
    told.created = true;
    while (told.sent < kRecords) {
      const std::string value = ValueOf(told.sent++);
      if (!Append(**log, value).ok()) return;
      told.acknowledged = told.sent;
      if (told.sent % 10 == 0 && !(*log)->EnforceRetention().ok()) return;
    }
  }

  void Check(storage::FileSystem& files, const Told& told) {
    auto log = Open(files);
    ASSERT_TRUE(log.ok()) << log.error().ToString();
    if (!told.created && (*log)->ListTopics().empty()) return;
    const OffsetRange range = (*log)->Offsets("t", kFirst).value();
    ASSERT_GE(range.end, Offset(told.acknowledged)) << "what was acknowledged is there";
    ASSERT_LE(range.end, Offset(told.sent)) << "nothing is there that was not sent";
    const std::vector<std::string> values = ReadAll(**log, range.begin);
    for (size_t i = 0; i < values.size(); ++i) {
      ASSERT_EQ(values[i], ValueOf(static_cast<int>(range.begin.value()) + static_cast<int>(i)));
    }
    ASSERT_TRUE(Append(**log, "and on").ok());
    log->reset();
    log = Open(files);
    ASSERT_TRUE(log.ok());
    EXPECT_EQ(ReadAll(**log, range.end), std::vector<std::string>{"and on"});
  }

  // The number of operations of a run without fault.
  uint64_t CountOperations() {
    InMemoryFileSystem memory;
    FaultyFileSystem files(memory);
    Told told;
    RunScenario(files, told);
    EXPECT_EQ(told.acknowledged, kRecords);
    return files.operations();
  }
};

TEST_F(LogCrashTest, AKillAtAnyStep) {
  const uint64_t operations = CountOperations();
  EXPECT_GT(operations, 3u * kRecords);
  for (uint64_t at = 0; at < operations; ++at) {
    SCOPED_TRACE(at);
    InMemoryFileSystem memory;
    FaultyFileSystem files(memory);
    files.set_script(FaultyFileSystem::CrashAt(at));
    Told told;
    RunScenario(files, told);
    Check(memory, told);
    if (HasFatalFailure()) return;
  }
}

TEST_F(LogCrashTest, ALossOfPowerAtAnyStep) {
  const uint64_t operations = CountOperations();
  Random random(17);
  for (uint64_t at = 0; at < operations; ++at) {
    for (const auto unsynced :
         {InMemoryFileSystem::Unsynced::kDropped, InMemoryFileSystem::Unsynced::kTorn}) {
      SCOPED_TRACE(at);
      InMemoryFileSystem memory;
      FaultyFileSystem files(memory);
      files.set_script(FaultyFileSystem::CrashAt(at));
      Told told;
      RunScenario(files, told);
      memory.PowerLoss(unsynced, random);
      Check(memory, told);
      if (HasFatalFailure()) return;
    }
  }
}

TEST_F(LogCrashTest, ATornWriteAtAnyStep) {
  const uint64_t operations = CountOperations();
  Random random(23);
  for (uint64_t at = 0; at < operations; ++at) {
    SCOPED_TRACE(at);
    InMemoryFileSystem memory;
    FaultyFileSystem files(memory);
    files.set_script([&](uint64_t index, storage::FileOperation, std::string_view) {
      if (index < at) return std::unique_ptr<storage::FileFault>();
      const uint64_t done = index == at ? random.Uniform(12'000) : 0;
      return std::make_unique<storage::FileFault>(
          storage::FileFault{Error(ErrorCode::kIo, "dead"), done});
    });
    Told told;
    RunScenario(files, told);
    Check(memory, told);
    if (HasFatalFailure()) return;
  }
}

TEST_F(LogRecoveryTest, AHalfMadeTopicIsRemoved) {
  InMemoryFileSystem memory;
  for (uint64_t step = 0; step < 12; ++step) {
    FaultyFileSystem files(memory);
    auto log = Open(files).value();
    files.set_script(FaultyFileSystem::CrashAt(files.operations() + step));
    const bool made = log->CreateTopic("u", 2, {}).ok();
    log.reset();
    files.set_script(nullptr);
    auto again = Open(memory).value();
    const bool there = again->DescribeTopic("u").ok();
    EXPECT_TRUE(there || !made) << step;
    if (there) {
      ASSERT_TRUE(again->DeleteTopic("u").ok());
    }
    EXPECT_TRUE(memory.List("/log/topics").value().empty());
  }
}

}  // namespace
}  // namespace floe::log
