#include "log/inspect.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "log/embedded_log.h"
#include "log/segment.h"
#include "storage/in_memory_file_system.h"

namespace floe::log {
namespace {

using ::testing::HasSubstr;
using Depth = InspectOptions::Depth;

class InspectTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto log = EmbeddedLog::Open({files_, executor_, clock_, Random(1)}, "/log").value();
    ASSERT_TRUE(log->CreateTopic("t", 2, {.compression = Compression::kNone}).ok());
    const HeaderView headers[] = {{"h", "1"}};
    const AppendRecord records[] = {{"key", "{\"a\":1}", 1'000, headers},
                                    {std::nullopt, "\xff\x01", 2'000, {}}};
    ASSERT_TRUE(log->AppendTo("t", PartitionId(1), records).ok());
  }
  std::string Inspect(InspectOptions options) {
    std::string text;
    const Status status =
        InspectLog(files_, "/log", options, [&](std::string_view line) { text += line; });
    EXPECT_TRUE(status.ok()) << status.ToString();
    return text;
  }
  std::vector<nlohmann::json> Lines(Depth depth) {
    const std::string text = Inspect({.format = InspectFormat::kJsonLines, .depth = depth});
    std::vector<nlohmann::json> lines;
    for (size_t at = 0; at < text.size();) {
      const size_t end = text.find('\n', at);
      lines.push_back(nlohmann::json::parse(text.substr(at, end - at)));
      at = end + 1;
    }
    return lines;
  }

  ManualClock clock_{1'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
  storage::InMemoryFileSystem files_;
};

TEST_F(InspectTest, JsonLinesByDepth) {
  const auto lines = Lines(Depth::kRecords);
  std::vector<std::string> kinds;
  for (const auto& line : lines) kinds.push_back(line["kind"]);
  EXPECT_EQ(kinds, (std::vector<std::string>{"log", "topic", "partition", "partition", "segment",
                                             "batch", "record", "record"}));
  EXPECT_EQ(lines[1]["partitions"], 2);
  EXPECT_EQ(lines[3]["end"], 2);
  EXPECT_EQ(lines[5]["records"], 2);
  EXPECT_EQ(lines[6]["key"], "key");
  EXPECT_EQ(lines[6]["value"], "{\"a\":1}");
  EXPECT_EQ(lines[6]["headers"][0]["value"], "1");
  EXPECT_EQ(lines[7]["key"], nullptr);
  EXPECT_EQ(lines[7]["value"], "0xff01");
  EXPECT_EQ(lines[7]["timestamp_ms"], 2'000);
  EXPECT_EQ(Lines(Depth::kPartitions).size(), 4u);
}

TEST_F(InspectTest, TextAndFilters) {
  const std::string text = Inspect({.topic = "t", .partition = 1, .depth = Depth::kSegments});
  EXPECT_THAT(text, HasSubstr("\n    partition topic=t partition=1 begin=0 end=2 segments=1"));
  EXPECT_THAT(text, Not(HasSubstr("partition=0")));
  EXPECT_THAT(Inspect({.topic = "none"}), Not(HasSubstr("topic=")));
}

TEST_F(InspectTest, DescribesDamage) {
  const std::string path = SegmentLogPath("/log/topics/t/1", Offset(0));
  files_.FlipByte(path, 65, 1);
  const auto lines = Lines(Depth::kRecords);
  EXPECT_THAT(lines.back()["problem"].get<std::string>(), HasSubstr("checksum"));
  EXPECT_GT(lines.back()["unreadable_bytes"], 0);
  files_.FlipByte("/log/topics/t/topic.meta", 5, 1);
  EXPECT_TRUE(Lines(Depth::kPartitions)[1].contains("problem"));
}

TEST_F(InspectTest, NeedsALog) {
  const Status status = InspectLog(files_, "/log/topics", {}, [](std::string_view) {});
  EXPECT_THAT(status.error().message(), HasSubstr("not the directory of a log"));
}

}  // namespace
}  // namespace floe::log
