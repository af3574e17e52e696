#include "log/embedded_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "log/segment.h"
#include "storage/faulty_file_system.h"
#include "storage/in_memory_file_system.h"
#include "storage/local_file_system.h"

namespace floe::log {
namespace {

using ::testing::HasSubstr;

constexpr PartitionId kFirst{0};
constexpr int64_t kSmallSegment = int64_t{64} << 10;

class EmbeddedLogTest : public ::testing::Test {
 protected:
  // A script may know the test's variables, and the log outlives them.
  void TearDown() override { files_.set_script(nullptr); }

  void Open(EmbeddedLogOptions options = {}) {
    log_.reset();
    log_ = EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log", options).value();
  }
  Result<Offset> AppendOne(std::string_view value, int64_t timestamp_ms = 0) {
    const AppendRecord record{"k", value, timestamp_ms, {}};
    return log_->AppendTo("t", kFirst, {&record, 1});
  }
  // Values that do not compress, so that segments fill.
  std::string Noise(size_t bytes) {
    std::string noise(bytes, '\0');
    for (char& byte : noise) byte = static_cast<char>(random_.Uniform(256));
    return noise;
  }
  size_t CountSegments() {
    size_t count = 0;
    const std::vector<storage::DirectoryEntry> entries = memory_.List("/log/topics/t/0").value();
    for (const storage::DirectoryEntry& entry : entries) {
      count += ParseSegmentFileName(entry.name).has_value();
    }
    return count;
  }

  ManualClock clock_{1'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
  Random random_{5};
  storage::InMemoryFileSystem memory_;
  storage::FaultyFileSystem files_{memory_};
  std::unique_ptr<EmbeddedLog> log_;
};

TEST_F(EmbeddedLogTest, OneOwner) {
  Open();
  const auto second = EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log");
  EXPECT_EQ(second.error().code(), ErrorCode::kDataDirectoryLocked);
  log_.reset();
  EXPECT_TRUE(EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log").ok());
}

TEST_F(EmbeddedLogTest, GoesOnAfterAStop) {
  Open();
  const TopicInfo made =
      log_->CreateTopic("t", 2, {.compression = Compression::kZstd, .retention_ms = 5}).value();
  EXPECT_EQ(log_->leader_epoch(), 1);
  ASSERT_TRUE(AppendOne("a", clock_.WallMillis()).ok());
  Open();
  EXPECT_EQ(log_->leader_epoch(), 2);
  const TopicInfo found = log_->DescribeTopic("t").value();
  EXPECT_EQ(found.id, made.id);
  EXPECT_EQ(found.options, made.options);
  ASSERT_EQ(log_->recovery().size(), 2u);
  EXPECT_EQ(log_->recovery()[0].scanned_bytes, 0) << "the index of the stop covers everything";
  EXPECT_EQ(AppendOne("b").value(), Offset(1));
  const LogSlice slice = log_->Read("t", kFirst, Offset(0), 1000).value();
  ASSERT_EQ(slice.records.size(), 2u);
  EXPECT_EQ(slice.records[1].value, "b");
}

TEST_F(EmbeddedLogTest, ReadersSeeOnlyWhatIsDurable) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  bool done = false;
  const AppendRecord record{"k", "v", 0, {}};
  log_->AppendAsync("t", kFirst, {&record, 1}, [&](const Result<Offset>& result) {
    EXPECT_TRUE(result.ok());
    EXPECT_EQ(log_->Offsets("t", kFirst).value().end, Offset(1));
    done = true;
  });
  EXPECT_EQ(log_->Offsets("t", kFirst).value().end, Offset(0));
  EXPECT_TRUE(log_->Read("t", kFirst, Offset(0), 1000).value().records.empty());
  EXPECT_FALSE(done);
  executor_.RunUntil([&] { return done; });
  EXPECT_EQ(log_->Read("t", kFirst, Offset(0), 1000).value().records.size(), 1u);
}

TEST_F(EmbeddedLogTest, AppendersShareSyncs) {
  Open({.sync_delay = std::chrono::milliseconds(2)});
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  int syncs = 0;
  files_.set_script([&](uint64_t, storage::FileOperation operation, std::string_view) {
    syncs += operation == storage::FileOperation::kSync;
    return nullptr;
  });
  int done = 0;
  for (int i = 0; i < 100; ++i) {
    const AppendRecord record{"k", "v", 0, {}};
    log_->AppendAsync("t", kFirst, {&record, 1}, [&](const Result<Offset>& result) {
      EXPECT_EQ(result.value(), Offset(done));
      ++done;
    });
  }
  executor_.RunUntil([&] { return done == 100; });
  EXPECT_EQ(syncs, 1);
  EXPECT_EQ(clock_.Monotonic(), std::chrono::milliseconds(2));
}

TEST_F(EmbeddedLogTest, CloseAnswersThoseWhoWait) {
  Open({.sync_delay = std::chrono::hours(1)});
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  bool appended = false;
  bool notified = false;
  const AppendRecord record{"k", "v", 0, {}};
  log_->AppendAsync("t", kFirst, {&record, 1},
                    [&](const Result<Offset>& result) { appended = result.ok(); });
  log_->NotifyWhenBeyond("t", kFirst, Offset(7), [&] { notified = true; });
  ASSERT_TRUE(log_->Close().ok());
  EXPECT_TRUE(appended);
  EXPECT_TRUE(notified);
  EXPECT_EQ(AppendOne("x").error().code(), ErrorCode::kCancelled);
  executor_.RunUntil([&] { return clock_.Monotonic() >= std::chrono::hours(1); });
}

TEST_F(EmbeddedLogTest, ReadsOverSegments) {
  Open({.index_interval_bytes = 4096});
  ASSERT_TRUE(log_->CreateTopic("t", 1, {.segment_bytes = kSmallSegment}).ok());
  std::vector<std::string> values;
  for (int i = 0; i < 300; ++i) {
    values.push_back(Noise(1000));
    ASSERT_EQ(AppendOne(values.back(), i * 10).value(), Offset(i));
  }
  EXPECT_GE(CountSegments(), 5u);
  for (int restart = 0; restart < 2; ++restart) {
    for (int64_t from = 0; from < 300; from += 7) {
      const LogSlice slice = log_->Read("t", kFirst, Offset(from), 10).value();
      ASSERT_EQ(slice.records.size(), 1u);
      EXPECT_EQ(slice.records[0].offset, Offset(from));
      EXPECT_EQ(slice.records[0].value, values[static_cast<size_t>(from)]);
      EXPECT_EQ(log_->FindTimestamp("t", kFirst, from * 10 - 5).value(),
                (OffsetAndTimestamp{Offset(from), from * 10}));
    }
    Offset next;
    int64_t seen = 0;
    while (next < Offset(300)) {
      const LogSlice slice = log_->Read("t", kFirst, next, 16 << 10).value();
      seen += static_cast<int64_t>(slice.records.size());
      next = slice.next_offset;
    }
    EXPECT_EQ(seen, 300);
    Open({.index_interval_bytes = 4096});
  }
}

TEST_F(EmbeddedLogTest, OneAppendMayFillSeveralSegments) {
  Open({.batch_bytes = 16 << 10});
  ASSERT_TRUE(log_->CreateTopic("t", 1, {.segment_bytes = kSmallSegment}).ok());
  std::vector<std::string> values;
  for (int i = 0; i < 200; ++i) values.push_back(Noise(1000));
  std::vector<AppendRecord> records;
  for (const std::string& value : values) records.push_back({"k", value, 0, {}});
  EXPECT_EQ(log_->AppendTo("t", kFirst, records).value(), Offset(0));
  EXPECT_GE(CountSegments(), 3u);
  const LogSlice first = log_->Read("t", kFirst, Offset(0), 1 << 20).value();
  const LogSlice slice = log_->Read("t", kFirst, Offset(199), 1 << 20).value();
  EXPECT_EQ(first.records[0].value, values[0]);
  EXPECT_EQ(slice.records[0].value, values[199]);
}

TEST_F(EmbeddedLogTest, RetentionByBytes) {
  Open();
  ASSERT_TRUE(
      log_->CreateTopic("t", 1, {.retention_bytes = 150'000, .segment_bytes = kSmallSegment}).ok());
  for (int i = 0; i < 400; ++i) ASSERT_TRUE(AppendOne(Noise(1000)).ok());
  ASSERT_TRUE(log_->EnforceRetention().ok());
  EXPECT_GE(log_->size_bytes(), 150'000);
  EXPECT_LT(log_->size_bytes(), 150'000 + 2 * kSmallSegment);
  const OffsetRange range = log_->Offsets("t", kFirst).value();
  EXPECT_GT(range.begin, Offset(100));
  EXPECT_EQ(range.end, Offset(400));
  const Status lost = log_->Read("t", kFirst, Offset(0), 1000).status();
  EXPECT_EQ(lost.error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_THAT(lost.error().message(), HasSubstr(std::to_string(range.begin.value()) + " to 400"));
  EXPECT_TRUE(log_->Read("t", kFirst, range.begin, 1000).ok());
  Open();
  EXPECT_EQ(log_->Offsets("t", kFirst).value(), range) << "also after a restart";
}

TEST_F(EmbeddedLogTest, RetentionByTime) {
  Open();
  constexpr int64_t kHour = 3'600'000;
  ASSERT_TRUE(
      log_->CreateTopic("t", 1, {.retention_ms = kHour, .segment_bytes = kSmallSegment}).ok());
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(AppendOne(Noise(1000), 5).ok());
  ASSERT_TRUE(log_->EnforceRetention().ok());
  EXPECT_EQ(log_->Offsets("t", kFirst).value().begin, Offset(0))
      << "old timestamps alone drop nothing that was just written";
  clock_.Advance(std::chrono::minutes(30));
  Open();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(AppendOne(Noise(1000), 5).ok());
  clock_.Advance(std::chrono::minutes(31));
  ASSERT_TRUE(log_->EnforceRetention().ok());
  const OffsetRange range = log_->Offsets("t", kFirst).value();
  EXPECT_GT(range.begin, Offset(0));
  EXPECT_LE(range.begin, Offset(100));
  clock_.Advance(std::chrono::minutes(61));
  ASSERT_TRUE(log_->EnforceRetention().ok());
  EXPECT_EQ(log_->Offsets("t", kFirst).value(), (OffsetRange{Offset(200), Offset(200)}));
  EXPECT_EQ(AppendOne("next").value(), Offset(200));
  EXPECT_EQ(CountSegments(), 1u);
}

TEST_F(EmbeddedLogTest, ASlowTopicLosesItsOldRecordsToo) {
  Open();
  constexpr int64_t kDay = 24 * 3'600'000;
  ASSERT_TRUE(log_->CreateTopic("t", 1, {.retention_ms = kDay}).ok());
  for (int hour = 0; hour < 72; ++hour) {
    ASSERT_TRUE(AppendOne("v", clock_.WallMillis()).ok());
    clock_.Advance(std::chrono::hours(1));
    if (hour % 10 == 9) Open();
    ASSERT_TRUE(log_->EnforceRetention().ok());
  }
  const OffsetRange range = log_->Offsets("t", kFirst).value();
  EXPECT_EQ(range.end, Offset(72));
  EXPECT_LE(range.begin, Offset(72 - 24)) << "nothing is dropped before its time";
  EXPECT_GE(range.begin, Offset(72 - 24 - 4)) << "nothing stays much longer";
  EXPECT_LE(CountSegments(), 10u);
}

TEST_F(EmbeddedLogTest, WithoutRetentionNoSegmentIsTooOld) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {.retention_ms = -1}).ok());
  for (int day = 0; day < 30; ++day) {
    ASSERT_TRUE(AppendOne("v", clock_.WallMillis()).ok());
    clock_.Advance(std::chrono::hours(24));
  }
  EXPECT_EQ(CountSegments(), 1u);
}

TEST_F(EmbeddedLogTest, ASliceOutlivesItsSegment) {
  Open();
  ASSERT_TRUE(
      log_->CreateTopic("t", 1, {.retention_bytes = 0, .segment_bytes = kSmallSegment}).ok());
  ASSERT_TRUE(AppendOne("first").ok());
  const LogSlice slice = log_->Read("t", kFirst, Offset(0), 1000).value();
  for (int i = 0; i < 100; ++i) ASSERT_TRUE(AppendOne(Noise(1000)).ok());
  ASSERT_TRUE(log_->EnforceRetention().ok());
  EXPECT_EQ(log_->Read("t", kFirst, Offset(0), 1000).error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(slice.records[0].value, "first");
  ASSERT_TRUE(log_->DeleteTopic("t").ok());
  EXPECT_EQ(slice.records[0].value, "first");
}

TEST_F(EmbeddedLogTest, RefusesRecordsThatAreTooLarge) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  EXPECT_EQ(AppendOne(std::string(limits::kMaxRecordBytes, 'x')).error().code(),
            ErrorCode::kInvalidArgument);
  const std::string large = Noise(limits::kMaxRecordBytes - 1000);
  EXPECT_TRUE(AppendOne(large).ok());
  EXPECT_EQ(log_->Read("t", kFirst, Offset(0), 1).value().records[0].value, large);
}

// --- Faults --------------------------------------------------------------------------------------

TEST_F(EmbeddedLogTest, AFailedSyncIsFinal) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  ASSERT_TRUE(AppendOne("a").ok());
  files_.set_script(storage::FaultyFileSystem::FailOnce(storage::FileOperation::kSync, ".log",
                                                        Error(ErrorCode::kIo, "EIO")));
  EXPECT_THAT(AppendOne("b").error().message(), HasSubstr("EIO"));
  EXPECT_EQ(AppendOne("c").error().code(), ErrorCode::kIo) << "although a sync would work again";
  EXPECT_EQ(log_->Offsets("t", kFirst).value().end, Offset(1));
  EXPECT_EQ(log_->Read("t", kFirst, Offset(0), 1000).value().records.size(), 1u);
  Open();
  EXPECT_TRUE(AppendOne("c").ok());
}

TEST_F(EmbeddedLogTest, AFullDiskIsNotFinal) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  ASSERT_TRUE(AppendOne("a").ok());
  bool full = true;
  files_.set_script([&](uint64_t, storage::FileOperation operation, std::string_view) {
    return full && operation == storage::FileOperation::kAppend
               ? std::make_unique<storage::FileFault>(
                     storage::FileFault{Error(ErrorCode::kDiskFull, "full"), 30})
               : nullptr;
  });
  EXPECT_EQ(AppendOne("b").error().code(), ErrorCode::kDiskFull);
  full = false;
  EXPECT_EQ(AppendOne("c").value(), Offset(1));
  Open();
  const LogSlice slice = log_->Read("t", kFirst, Offset(0), 1000).value();
  ASSERT_EQ(slice.records.size(), 2u);
  EXPECT_EQ(slice.records[1].value, "c");
}

TEST_F(EmbeddedLogTest, AFailedRollIsNotFinal) {
  Open();
  ASSERT_TRUE(log_->CreateTopic("t", 1, {.segment_bytes = kSmallSegment}).ok());
  ASSERT_TRUE(AppendOne(Noise(60'000)).ok());
  files_.set_script(storage::FaultyFileSystem::FailOnce(storage::FileOperation::kOpenAppend, ".log",
                                                        Error(ErrorCode::kDiskFull, "full")));
  EXPECT_EQ(AppendOne(Noise(60'000)).error().code(), ErrorCode::kDiskFull);
  EXPECT_EQ(AppendOne(Noise(60'000)).value(), Offset(1));
  EXPECT_EQ(CountSegments(), 2u);
}

// --- Threads -------------------------------------------------------------------------------------

TEST(EmbeddedLogThreads, AppendersAndAReader) {
  constexpr int kAppenders = 4;
  constexpr int kAppends = 100;
  SystemClock clock;
  ThreadPoolExecutor executor(kAppenders + 1, clock);
  storage::LocalFileSystem local;
  storage::FaultyFileSystem files(local);
  std::atomic<int> syncs{0};
  files.set_script([&](uint64_t, storage::FileOperation operation, std::string_view) {
    if (operation == storage::FileOperation::kSync) ++syncs;
    return nullptr;
  });
  const auto directory = storage::TemporaryDirectory::Create("floe_log").value();
  auto log =
      EmbeddedLog::Open({files, executor, clock, Random(1)}, directory->path() + "/log").value();
  ASSERT_TRUE(log->CreateTopic("t", 1, {.segment_bytes = kSmallSegment}).ok());

  std::vector<std::string> read;
  executor.ParallelFor(kAppenders + 1, [&](size_t index) {
    if (index == kAppenders) {
      // The reader.
      Offset next;
      while (read.size() < kAppenders * kAppends) {
        const LogSlice slice = log->Read("t", kFirst, next, 4096).value();
        for (const RecordView& record : slice.records) {
          ASSERT_EQ(record.offset, Offset(static_cast<int64_t>(read.size())));
          read.emplace_back(*record.key);
        }
        next = slice.next_offset;
      }
      return;
    }
    const std::string padding(1500, static_cast<char>('a' + index));
    for (int i = 0; i < kAppends; ++i) {
      const std::string key = std::to_string(index) + ":" + std::to_string(i);
      const AppendRecord record{key, padding, i, {}};
      const Offset offset = log->AppendTo("t", kFirst, {&record, 1}).value();
      ASSERT_LT(offset, log->Offsets("t", kFirst).value().end) << "durable when acknowledged";
    }
  });

  std::vector<int> next_of(kAppenders, 0);
  for (const std::string& key : read) {
    const int appender = key[0] - '0';
    EXPECT_EQ(key.substr(2), std::to_string(next_of[static_cast<size_t>(appender)]++));
  }
  EXPECT_LE(syncs.load(), kAppenders * kAppends + 50);
  ASSERT_TRUE(log->Close().ok());
}

TEST(EmbeddedLogThreads, AsynchronousAppendersAreAllAnswered) {
  constexpr size_t kAppenders = 4;
  constexpr int kAppends = 200;
  SystemClock clock;
  ThreadPoolExecutor executor(kAppenders, clock);
  storage::InMemoryFileSystem files;
  auto log = EmbeddedLog::Open({files, executor, clock, Random(1)}, "/log").value();
  ASSERT_TRUE(log->CreateTopic("t", 1, {}).ok());
  std::atomic<int> answered{0};
  std::vector<std::vector<int64_t>> offsets(kAppenders);
  executor.ParallelFor(kAppenders, [&](size_t index) {
    for (int i = 0; i < kAppends; ++i) {
      const AppendRecord record{"k", "v", i, {}};
      log->AppendAsync("t", kFirst, {&record, 1}, [&, index](const Result<Offset>& result) {
        offsets[index].push_back(result.value().value());
        ++answered;
        executor.Wake();
      });
    }
  });
  executor.RunUntil([&] { return answered == static_cast<int>(kAppenders) * kAppends; });
  for (const std::vector<int64_t>& of_appender : offsets) {
    EXPECT_TRUE(std::is_sorted(of_appender.begin(), of_appender.end()));
  }
  ASSERT_TRUE(log->Close().ok());
}

}  // namespace
}  // namespace floe::log
