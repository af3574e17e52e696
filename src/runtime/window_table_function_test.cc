#include "runtime/window_table_function.h"

#include <gtest/gtest.h>

#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using plan::WindowKind;
using testing::OutputRow;
using testing::RunStage;
using testing::TestStage;
using testing::TestStream;
using types::DataType;

plan::WindowTableFunctionNode Node(const plan::WindowSpec& window, DataType time) {
  plan::WindowTableFunctionNode node;
  node.window = window;
  node.time_column = 1;
  const types::Schema input({{"v", DataType::Integer()}, {"ts", time}});
  std::vector<types::Field> fields = input.fields();
  fields.push_back({"window_start", DataType::Timestamp(3)});
  fields.push_back({"window_end", DataType::Timestamp(3)});
  fields.push_back({"window_time", std::move(time)});
  node.schema = types::Schema(std::move(fields));
  node.inputs = {testing::ScanOf(input)};
  return node;
}

TestStage StageOf(const plan::WindowTableFunctionNode& node, int64_t max_batch_rows = 8192) {
  return TestStage(
      [&node](const OperatorContext& context) { return MakeWindowTableFunction(node, context); },
      {{0}}, 1, max_batch_rows);
}

TestStream Stream(const plan::WindowTableFunctionNode& node, std::vector<std::string> rows) {
  TestStream stream;
  stream.schema = node.inputs[0]->schema;
  for (size_t i = 0; i < rows.size(); ++i) stream.sequences.push_back(static_cast<int64_t>(i) + 5);
  stream.rows = std::move(rows);
  return stream;
}

// Case window-kinds-047.
TEST(WindowTableFunctionTest, CumulateGivesTheRowPerStep) {
  const auto node = Node({WindowKind::kCumulate, 10000, 2000, 0, ""}, DataType::Timestamp(3));
  TestStage stage = StageOf(node, 3);
  const std::vector<OutputRow> rows =
      RunStage(stage, {Stream(node, {"[1, 0]", "[2, 3000]", "[3, 7500]"})}, {});
  EXPECT_EQ(
      testing::Texts(rows),
      (std::vector<std::string>{"1|0|0|2000|1999", "1|0|0|4000|3999", "1|0|0|6000|5999",
                                "1|0|0|8000|7999", "1|0|0|10000|9999", "2|3000|0|4000|3999",
                                "2|3000|0|6000|5999", "2|3000|0|8000|7999", "2|3000|0|10000|9999",
                                "3|7500|0|8000|7999", "3|7500|0|10000|9999"}));
  EXPECT_EQ(rows[0].order, (std::vector<int64_t>{5, 2000}));
  EXPECT_EQ(rows[10].order, (std::vector<int64_t>{7, 10000}));
  EXPECT_EQ(stage.counters().rows_in, 3);
  EXPECT_EQ(stage.counters().rows_out, 11);
  stage.Restart(1);
  EXPECT_EQ(stage.counters().rows_out, 11);
}

TEST(WindowTableFunctionTest, LocalWindowsAndFinerTimes) {
  // 2024-07-01 00:30:00.000001 in Berlin; the day's last instant is 22:00 UTC less 1 ms.
  const auto node = Node({WindowKind::kTumble, 86400000, 86400000, 0, "Europe/Berlin"},
                         DataType::TimestampLtz(6));
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {Stream(node, {"[1, 1719786600000001]"})}, {})),
            (std::vector<std::string>{
                "1|1719786600000001|1719792000000|1719878400000|1719871199999000"}));
}

TEST(WindowTableFunctionTest, NullTimeIsAnError) {
  const auto node = Node({WindowKind::kTumble, 10, 10, 0, ""}, DataType::Timestamp(3));
  OperatorContext context;
  context.memory_pool = testing::Pool();
  auto made = MakeWindowTableFunction(node, context);
  ASSERT_TRUE(made.ok());
  std::vector<RoundInput> round(1);
  round[0].batches.push_back(Stream(node, {"[1, null]"}).AsBatch());
  round[0].watermarks = std::make_shared<stream::WatermarkTimeline>(EventTime::Min());
  std::vector<stream::Batch> output;
  const Status status = made.value()->OnRound(round, &output);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kNullRowtime);
}

}  // namespace
}  // namespace floe::runtime
