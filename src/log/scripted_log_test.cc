#include "log/scripted_log.h"

#include <gtest/gtest.h>

#include <string>

namespace floe::log {
namespace {

class ScriptedLogTest : public ::testing::Test {
 protected:
  ScriptedLogTest() { EXPECT_TRUE(log_.CreateTopic("t", 1, {}).ok()); }
  Result<Offset> AppendOne(std::string_view value) {
    const AppendRecord record{"k", value, 0, {}};
    return log_.AppendTo("t", PartitionId(0), {&record, 1});
  }
  ScriptedLog log_;
};

TEST_F(ScriptedLogTest, OffsetsMayHaveGaps) {
  ASSERT_TRUE(AppendOne("a").ok());
  ASSERT_TRUE(log_.SkipTo("t", PartitionId(0), Offset(5)).ok());
  EXPECT_EQ(AppendOne("b").value(), Offset(5));
  const LogSlice slice = log_.Read("t", PartitionId(0), Offset(1), 100).value();
  ASSERT_EQ(slice.records.size(), 1u);
  EXPECT_EQ(slice.records[0].offset, Offset(5));
  ASSERT_TRUE(log_.SkipTo("t", PartitionId(0), Offset(9)).ok());
  EXPECT_EQ(log_.Read("t", PartitionId(0), Offset(5), 100).value().next_offset, Offset(9));
}

TEST_F(ScriptedLogTest, DropsOldRecords) {
  for (const char* value : {"a", "b", "c"}) ASSERT_TRUE(AppendOne(value).ok());
  const LogSlice held = log_.Read("t", PartitionId(0), Offset(0), 1000).value();
  ASSERT_TRUE(log_.TruncateBefore("t", PartitionId(0), Offset(2)).ok());
  EXPECT_EQ(log_.Offsets("t", PartitionId(0)).value(), (OffsetRange{Offset(2), Offset(3)}));
  EXPECT_EQ(log_.Read("t", PartitionId(0), Offset(1), 10).error().code(),
            ErrorCode::kOffsetOutOfRange);
  EXPECT_EQ(held.records[0].value, "a") << "a slice keeps its records";
}

TEST_F(ScriptedLogTest, FailsByScript) {
  log_.set_script([](LogOperation operation, const std::string&, PartitionId) {
    return operation == LogOperation::kAppend ? Status(ErrorCode::kDiskFull, "full") : Status::Ok();
  });
  EXPECT_EQ(AppendOne("a").error().code(), ErrorCode::kDiskFull);
  EXPECT_TRUE(log_.Read("t", PartitionId(0), Offset(0), 10).value().records.empty());
}

}  // namespace
}  // namespace floe::log
