// What every log has to do.
#include "log/partitioned_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/executor.h"
#include "log/embedded_log.h"
#include "log/partitioner.h"
#include "log/scripted_log.h"
#include "storage/in_memory_file_system.h"

namespace floe::log {
namespace {

using ::testing::ElementsAre;

class PartitionedLogContract : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    if (GetParam()) {
      log_ = EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log").value();
    } else {
      log_ = std::make_unique<ScriptedLog>();
    }
  }
  std::vector<std::string> Values(const LogSlice& slice) {
    std::vector<std::string> values;
    for (const RecordView& record : slice.records) {
      values.emplace_back(record.value.value_or("(null)"));
    }
    return values;
  }
  Offset AppendOne(int32_t partition, std::string_view value, int64_t timestamp_ms = 0) {
    const AppendRecord record{"k", value, timestamp_ms, {}};
    return log_->AppendTo("t", PartitionId(partition), {&record, 1}).value();
  }

  ManualClock clock_;
  DeterministicExecutor executor_{clock_, Random(1)};
  storage::InMemoryFileSystem files_;
  std::unique_ptr<PartitionedLog> log_;
  static constexpr PartitionId kFirst{0};
};
INSTANTIATE_TEST_SUITE_P(All, PartitionedLogContract, ::testing::Values(true, false),
                         [](const auto& test) { return test.param ? "Embedded" : "Scripted"; });

TEST_P(PartitionedLogContract, Topics) {
  const TopicInfo made = log_->CreateTopic("t", 3, {.retention_bytes = 1 << 20}).value();
  EXPECT_EQ(made.partition_count, 3);
  EXPECT_EQ(log_->CreateTopic("t", 1, {}).error().code(), ErrorCode::kAlreadyExists);
  ASSERT_TRUE(log_->CreateTopic("a.b-c_1", 1, {}).ok());
  ASSERT_EQ(log_->ListTopics().size(), 2u);
  EXPECT_EQ(log_->ListTopics()[0].name, "a.b-c_1");
  EXPECT_EQ(log_->DescribeTopic("t").value().id, made.id);
  EXPECT_EQ(log_->DescribeTopic("t").value().options.retention_bytes, 1 << 20);
  ASSERT_TRUE(log_->DeleteTopic("t").ok());
  EXPECT_EQ(log_->DeleteTopic("t").error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(log_->DescribeTopic("t").error().code(), ErrorCode::kNotFound);
  EXPECT_NE(log_->CreateTopic("t", 3, {}).value().id, made.id);
}

TEST_P(PartitionedLogContract, RefusesBadTopics) {
  for (const std::string& name : {std::string(), std::string("."), std::string(".."),
                                  std::string("a/b"), std::string("ä"), std::string(250, 'a')}) {
    EXPECT_EQ(log_->CreateTopic(name, 1, {}).error().code(), ErrorCode::kInvalidArgument) << name;
  }
  EXPECT_EQ(log_->CreateTopic("t", 0, {}).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(log_->CreateTopic("t", 100'000, {}).error().code(), ErrorCode::kInvalidArgument);
  EXPECT_EQ(log_->CreateTopic("t", 1, {.segment_bytes = 10}).error().code(),
            ErrorCode::kInvalidArgument);
}

TEST_P(PartitionedLogContract, AppendsAndReads) {
  ASSERT_TRUE(log_->CreateTopic("t", 2, {}).ok());
  EXPECT_EQ(AppendOne(0, "a", 10), Offset(0));
  EXPECT_EQ(AppendOne(0, "b", 20), Offset(1));
  EXPECT_EQ(AppendOne(1, "c", 30), Offset(0));
  const LogSlice slice = log_->Read("t", kFirst, Offset(0), 1 << 20).value();
  EXPECT_THAT(Values(slice), ElementsAre("a", "b"));
  EXPECT_EQ(slice.records[1].timestamp_ms, 20);
  EXPECT_EQ(slice.records[1].offset, Offset(1));
  EXPECT_EQ(slice.records[1].key, "k");
  EXPECT_EQ(slice.next_offset, Offset(2));
  EXPECT_THAT(Values(log_->Read("t", kFirst, Offset(1), 1 << 20).value()), ElementsAre("b"));
  EXPECT_EQ(log_->Offsets("t", kFirst).value(), (OffsetRange{Offset(0), Offset(2)}));

  const LogSlice at_end = log_->Read("t", kFirst, Offset(2), 1 << 20).value();
  EXPECT_TRUE(at_end.records.empty());
  EXPECT_EQ(at_end.next_offset, Offset(2));
  EXPECT_EQ(log_->Read("t", kFirst, Offset(3), 1).error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(log_->Read("t", kFirst, Offset(-1), 1).error().code(), ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(log_->Read("t", PartitionId(2), Offset(0), 1).error().code(), ErrorCode::kNotFound);
  EXPECT_EQ(log_->Read("u", kFirst, Offset(0), 1).error().code(), ErrorCode::kNotFound);
}

TEST_P(PartitionedLogContract, NullsAndHeaders) {
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  const HeaderView headers[] = {{"a", "1"}, {"b", std::nullopt}};
  const AppendRecord records[] = {{std::nullopt, "no key", 1, {}}, {"k", std::nullopt, 2, headers}};
  ASSERT_TRUE(log_->AppendTo("t", kFirst, records).ok());
  const LogSlice slice = log_->Read("t", kFirst, Offset(0), 1 << 20).value();
  ASSERT_EQ(slice.records.size(), 2u);
  EXPECT_EQ(slice.records[0].key, std::nullopt);
  EXPECT_EQ(slice.records[1].value, std::nullopt);
  ASSERT_EQ(slice.records[1].headers.size(), 2u);
  EXPECT_EQ(slice.records[1].headers[0].value, "1");
  EXPECT_EQ(slice.records[1].headers[1].value, std::nullopt);
}

TEST_P(PartitionedLogContract, AppendsByKey) {
  ASSERT_TRUE(log_->CreateTopic("t", 5, {}).ok());
  std::vector<std::string> keys;
  for (int i = 0; i < 50; ++i) keys.push_back("driver_" + std::to_string(i));
  std::vector<AppendRecord> records;
  for (const std::string& key : keys) records.push_back({key, key, 0, {}});
  const std::vector<RecordPosition> positions = log_->Append("t", records).value();
  ASSERT_EQ(positions.size(), keys.size());
  for (size_t i = 0; i < keys.size(); ++i) {
    EXPECT_EQ(positions[i].partition, PartitionOfKey(keys[i], 5));
    const LogSlice slice =
        log_->Read("t", positions[i].partition, positions[i].offset, 1 << 20).value();
    EXPECT_EQ(slice.records.front().value, keys[i]);
  }

  const AppendRecord keyless[] = {{std::nullopt, "x", 0, {}}, {std::nullopt, "y", 0, {}}};
  std::vector<int> used(5, 0);
  for (int round = 0; round < 5; ++round) {
    const auto at = log_->Append("t", keyless).value();
    EXPECT_EQ(at[0].partition, at[1].partition);
    ++used[static_cast<size_t>(at[0].partition.value())];
  }
  EXPECT_THAT(used, ElementsAre(1, 1, 1, 1, 1));
}

TEST_P(PartitionedLogContract, ReadsInPieces) {
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  const std::string value(1000, 'v');
  for (int i = 0; i < 200; ++i) AppendOne(0, value + std::to_string(i), i);
  Offset next;
  int64_t pieces = 0;
  int64_t records = 0;
  while (next < Offset(200)) {
    const LogSlice slice = log_->Read("t", kFirst, next, 5000).value();
    ASSERT_FALSE(slice.records.empty());
    EXPECT_EQ(slice.records.front().offset, next);
    EXPECT_LE(slice.records.size(), 6u);
    for (const RecordView& record : slice.records) {
      EXPECT_EQ(record.value, value + std::to_string(record.offset.value()));
    }
    records += static_cast<int64_t>(slice.records.size());
    next = slice.next_offset;
    ++pieces;
  }
  EXPECT_EQ(records, 200);
  EXPECT_GE(pieces, 34);
  EXPECT_EQ(log_->Read("t", kFirst, Offset(0), 0).value().records.size(), 1u);
}

TEST_P(PartitionedLogContract, FindsTimestamps) {
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  EXPECT_EQ(log_->FindTimestamp("t", kFirst, 0).value(), std::nullopt);
  for (const int64_t timestamp : {100, 300, 200, 500}) AppendOne(0, "v", timestamp);
  const auto find = [&](int64_t timestamp) {
    return log_->FindTimestamp("t", kFirst, timestamp).value();
  };
  EXPECT_EQ(find(0), (OffsetAndTimestamp{Offset(0), 100}));
  EXPECT_EQ(find(101), (OffsetAndTimestamp{Offset(1), 300}));
  EXPECT_EQ(find(301), (OffsetAndTimestamp{Offset(3), 500}));
  EXPECT_EQ(find(501), std::nullopt);
}

TEST_P(PartitionedLogContract, NotifiesOnce) {
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  int called = 0;
  log_->NotifyWhenBeyond("t", kFirst, Offset(0), [&] { ++called; });
  EXPECT_EQ(called, 0);
  AppendOne(0, "a");
  EXPECT_EQ(called, 1);
  AppendOne(0, "b");
  EXPECT_EQ(called, 1);
  log_->NotifyWhenBeyond("t", kFirst, Offset(1), [&] { ++called; });
  EXPECT_EQ(called, 2) << "it is beyond already";
  log_->NotifyWhenBeyond("t", kFirst, Offset(2), [&] { ++called; });
  ASSERT_TRUE(log_->DeleteTopic("t").ok());
  EXPECT_EQ(called, 3) << "the topic is gone";
  log_->NotifyWhenBeyond("t", kFirst, Offset(2), [&] { ++called; });
  EXPECT_EQ(called, 4);
}

TEST_P(PartitionedLogContract, AppendsAsynchronously) {
  ASSERT_TRUE(log_->CreateTopic("t", 1, {}).ok());
  std::vector<int64_t> offsets;
  for (int i = 0; i < 10; ++i) {
    const std::string value = std::to_string(i);
    const AppendRecord record{"k", value, i, {}};
    log_->AppendAsync("t", kFirst, {&record, 1},
                      [&](Result<Offset> result) { offsets.push_back(result.value().value()); });
  }
  executor_.RunUntil([&] { return offsets.size() == 10; });
  EXPECT_THAT(offsets, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7, 8, 9));
  EXPECT_EQ(log_->Offsets("t", kFirst).value().end, Offset(10));
  std::optional<Result<Offset>> failed;
  log_->AppendAsync("none", kFirst, {}, [&](Result<Offset> result) { failed = result; });
  EXPECT_EQ(failed->error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace floe::log
