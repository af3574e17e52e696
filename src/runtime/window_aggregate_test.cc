#include "runtime/window_aggregate.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "runtime/window_assigner.h"
#include "runtime/window_local_aggregate.h"
#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using functions::AggregateCall;
using functions::AggregateKind;
using plan::WindowKind;
using plan::WindowProperty;
using testing::Cuts;
using testing::OutputRow;
using testing::RunStage;
using testing::TestStage;
using testing::TestStream;
using types::DataType;

constexpr int64_t kEndOfInput = std::numeric_limits<int64_t>::max();

const types::Schema& InputSchema() {
  static const types::Schema schema(
      {{"k", DataType::String()}, {"v", DataType::Integer()}, {"ts", DataType::Timestamp(3)}});
  return schema;
}

struct InputRow {
  std::optional<std::string> key;
  std::optional<int> value;
  int64_t time_ms = 0;
};

std::string Json(const InputRow& row) {
  return "[" + (row.key ? "\"" + *row.key + "\"" : "null") + "," +
         (row.value ? std::to_string(*row.value) : "null") + "," + std::to_string(row.time_ms) +
         "]";
}

// A stream whose watermark is the largest time so far less `delay_ms`, sent with each row and only
// above 0, and the largest one at its end.
TestStream StreamOf(const std::vector<InputRow>& rows, int64_t delay_ms) {
  TestStream stream;
  stream.schema = InputSchema();
  int64_t watermark_ms = 0;
  int64_t sequence = 0;
  for (const InputRow& row : rows) {
    sequence += 10;
    stream.sequences.push_back(sequence);
    stream.rows.push_back(Json(row));
    if (row.time_ms - delay_ms > watermark_ms) {
      watermark_ms = row.time_ms - delay_ms;
      stream.steps.emplace_back(sequence, watermark_ms);
    }
  }
  stream.steps.emplace_back(sequence + 10, kEndOfInput);
  return stream;
}

AggregateCall Call(AggregateKind kind, int argument, DataType type, bool distinct = false) {
  AggregateCall call;
  call.kind = kind;
  call.argument = argument;
  if (argument >= 0) call.argument_type = InputSchema().field(argument).type;
  call.type = std::move(type);
  call.distinct = distinct;
  return call;
}

// SELECT k, COUNT(*), SUM(v), COUNT(DISTINCT v), MAX(v), window_start, window_end GROUP BY window,
// k
plan::WindowAggregateNode Node(const plan::WindowSpec& window, std::vector<int> keys = {0}) {
  plan::WindowAggregateNode node;
  node.window = window;
  node.time_column = 2;
  node.keys = std::move(keys);
  node.aggregates = {Call(AggregateKind::kCountStar, -1, DataType::BigInt()),
                     Call(AggregateKind::kSum, 1, DataType::Integer()),
                     Call(AggregateKind::kCount, 1, DataType::BigInt(), true),
                     Call(AggregateKind::kMax, 1, DataType::Integer())};
  node.properties = {WindowProperty::kStart, WindowProperty::kEnd};
  std::vector<types::Field> fields;
  for (const int key : node.keys) fields.push_back(InputSchema().field(key));
  for (const AggregateCall& call : node.aggregates) fields.push_back({"a", call.type});
  fields.push_back({"window_start", DataType::Timestamp(3)});
  fields.push_back({"window_end", DataType::Timestamp(3)});
  node.schema = types::Schema(std::move(fields));
  node.inputs = {testing::ScanOf(InputSchema())};
  node.operator_id = "agg";
  return node;
}

plan::WindowSpec Tumble(int64_t size_ms, int64_t offset_ms = 0) {
  return {WindowKind::kTumble, size_ms, size_ms, offset_ms, ""};
}
plan::WindowSpec Hop(int64_t slide_ms, int64_t size_ms, int64_t offset_ms = 0) {
  return {WindowKind::kHop, size_ms, slide_ms, offset_ms, ""};
}
plan::WindowSpec Cumulate(int64_t step_ms, int64_t size_ms, int64_t offset_ms = 0) {
  return {WindowKind::kCumulate, size_ms, step_ms, offset_ms, ""};
}

TestStage StageOf(const plan::WindowAggregateNode& node, int parallelism = 1,
                  int64_t max_batch_rows = 8192) {
  return TestStage(
      [&node](const OperatorContext& context) { return MakeWindowAggregate(node, context); },
      {node.keys}, parallelism, max_batch_rows);
}

OperatorContext ContextOf(int64_t max_batch_rows) {
  OperatorContext context;
  context.memory_pool = testing::Pool();
  context.max_batch_rows = max_batch_rows;
  return context;
}

// --- The reference: row by row, every window for itself.

struct Expected {
  std::vector<OutputRow> rows;
  int64_t late = 0;
};

struct ReferenceGroup {
  int64_t first_sequence = 0;
  std::vector<InputRow> rows;
};

std::string ReferenceText(const ReferenceGroup& group, bool has_key, int64_t start_ms,
                          int64_t end_ms) {
  int64_t sum = 0;
  bool has_value = false;
  int most = 0;
  std::set<int> distinct;
  for (const InputRow& row : group.rows) {
    if (!row.value) continue;
    sum += *row.value;
    most = has_value ? std::max(most, *row.value) : *row.value;
    has_value = true;
    distinct.insert(*row.value);
  }
  std::string text;
  if (has_key) text = group.rows[0].key.value_or("null") + "|";
  return text + std::to_string(group.rows.size()) + "|" +
         (has_value ? std::to_string(sum) : "null") + "|" + std::to_string(distinct.size()) + "|" +
         (has_value ? std::to_string(most) : "null") + "|" + std::to_string(start_ms) + "|" +
         std::to_string(end_ms);
}

Expected Reference(const plan::WindowSpec& window, bool has_key, const std::vector<InputRow>& rows,
                   const TestStream& stream) {
  Expected expected;
  auto assigner = WindowAssigner::Make(window);
  EXPECT_TRUE(assigner.ok());
  // By window end, then key ("" is a key too, so NULL is told apart).
  std::map<int64_t, std::map<std::pair<bool, std::string>, ReferenceGroup>> open;
  int64_t watermark_ms = EventTime::Min().millis();
  size_t row = 0;
  const auto add = [&](const InputRow& input, int64_t sequence) {
    std::vector<WindowBounds> windows;
    assigner->WindowsOf(input.time_ms, &windows);
    bool late = true;
    for (const WindowBounds& bounds : windows) {
      if (assigner->TriggerTime(bounds.end_ms) <= watermark_ms) continue;
      late = false;
      const std::pair<bool, std::string> key{has_key && !input.key,
                                             has_key ? input.key.value_or("") : ""};
      ReferenceGroup& group = open[bounds.end_ms][key];
      if (group.rows.empty()) group.first_sequence = sequence;
      group.rows.push_back(input);
    }
    if (late) ++expected.late;
  };
  for (const auto& [sequence, step_ms] : stream.steps) {
    for (; row < rows.size() && stream.sequences[row] <= sequence; ++row) {
      add(rows[row], stream.sequences[row]);
    }
    watermark_ms = step_ms;
    for (auto at = open.begin(); at != open.end();) {
      if (assigner->TriggerTime(at->first) > watermark_ms) {
        ++at;
        continue;
      }
      std::vector<OutputRow> fired;
      for (const auto& [key, group] : at->second) {
        fired.push_back(
            {{sequence, at->first, group.first_sequence},
             ReferenceText(group, has_key, assigner->WindowStart(at->first), at->first)});
      }
      std::sort(fired.begin(), fired.end(),
                [](const OutputRow& a, const OutputRow& b) { return a.order < b.order; });
      expected.rows.insert(expected.rows.end(), fired.begin(), fired.end());
      at = open.erase(at);
    }
  }
  return expected;
}

// --- Golden cases

// Flink's WindowAggregateTestPrograms and case watermark-001: the row of 4 s is late for [0, 5) …
// but counted in windows that are open.
TEST(WindowAggregateTest, LateRowCountsInOpenWindowsOfItsSlice) {
  const std::vector<InputRow> rows = {{"a", 1, 1000}, {"a", 2, 6000}, {"a", 3, 12000},
                                      {"a", 4, 4000}, {"a", 5, 7000}, {"a", 6, 3000},
                                      {"a", 7, 21000}};
  const auto node = Node(Hop(5000, 10000));
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
            (std::vector<std::string>{"a|1|1|1|1|-5000|5000", "a|2|3|2|2|0|10000",
                                      "a|3|10|3|5|5000|15000", "a|1|3|1|3|10000|20000",
                                      "a|1|7|1|7|15000|25000", "a|1|7|1|7|20000|30000"}));
  EXPECT_EQ(stage.counters().rows_in, 7);
  EXPECT_EQ(stage.counters().rows_late, 2);
  EXPECT_EQ(stage.counters().rows_out, 6);
}

TEST(WindowAggregateTest, FiresAtItsLastMillisecond) {
  const std::vector<InputRow> rows = {{"a", 1, 4000}, {"a", 2, 4998}, {"a", 3, 4999},
                                      {"a", 4, 4500}, {"a", 5, 9998}, {"a", 6, 5100}};
  const auto node = Node(Tumble(5000), {});
  TestStage stage = StageOf(node);
  const std::vector<OutputRow> output = RunStage(stage, {StreamOf(rows, 0)}, {});
  EXPECT_EQ(testing::Texts(output),
            (std::vector<std::string>{"3|6|3|3|0|5000", "2|11|2|6|5000|10000"}));
  // The third row's watermark fires the first window; the end of input the second.
  EXPECT_EQ(output[0].order, (std::vector<int64_t>{30, 5000, 10}));
  EXPECT_EQ(output[1].order, (std::vector<int64_t>{70, 10000, 50}));
  EXPECT_EQ(stage.counters().rows_late, 1);
}

TEST(WindowAggregateTest, HopFiresWithoutRowsUntilEmpty) {
  const std::vector<InputRow> rows = {{"a", 1, 1000}, {"a", 2, 100000}};
  const auto node = Node(Hop(5000, 20000));
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
            (std::vector<std::string>{"a|1|1|1|1|-15000|5000", "a|1|1|1|1|-10000|10000",
                                      "a|1|1|1|1|-5000|15000", "a|1|1|1|1|0|20000",
                                      "a|1|2|1|2|85000|105000", "a|1|2|1|2|90000|110000",
                                      "a|1|2|1|2|95000|115000", "a|1|2|1|2|100000|120000"}));
}

TEST(WindowAggregateTest, NegativeTimesAndTheFirstWatermark) {
  const std::vector<InputRow> rows = {{"a", 1, -10000}, {"a", 2, 5000}, {"a", 3, -5000}};
  const auto node = Node(Hop(5000, 10000), {});
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
            (std::vector<std::string>{"1|1|1|1|-15000|-5000", "1|1|1|1|-10000|0", "1|2|1|2|0|10000",
                                      "1|2|1|2|5000|15000"}));
  EXPECT_EQ(stage.counters().rows_late, 1);
}

TEST(WindowAggregateTest, NullKeysFormAGroup) {
  const std::vector<InputRow> rows = {{std::nullopt, 1, 1000},
                                      {"a", 2, 2000},
                                      {std::nullopt, 3, 3000},
                                      {"", 4, 4000},
                                      {std::nullopt, std::nullopt, 12000}};
  const auto node = Node(Tumble(10000));
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
            (std::vector<std::string>{"null|2|4|2|3|0|10000", "a|1|2|1|2|0|10000",
                                      "|1|4|1|4|0|10000", "null|1|null|0|null|10000|20000"}));
}

TEST(WindowAggregateTest, NoRowsNoWindows) {
  const auto node = Node(Tumble(10000), {});
  TestStage stage = StageOf(node);
  EXPECT_TRUE(RunStage(stage, {StreamOf({}, 0)}, {}).empty());
}

TEST(WindowAggregateTest, CumulateGrowsAndTakesLateRowsOfFiredSteps) {
  const std::vector<InputRow> rows = {{"a", 1, 2000}, {"a", 5, 3000},  {"a", 3, 5500},
                                      {"a", 4, 1000}, {"a", 9, 12000}, {"a", 1, 9000}};
  const auto node = Node(Cumulate(2000, 10000), {});
  TestStage stage = StageOf(node);
  EXPECT_EQ(
      testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
      (std::vector<std::string>{"2|6|2|5|0|4000", "4|13|4|5|0|6000", "4|13|4|5|0|8000",
                                "4|13|4|5|0|10000", "1|9|1|9|10000|14000", "1|9|1|9|10000|16000",
                                "1|9|1|9|10000|18000", "1|9|1|9|10000|20000"}));
  EXPECT_EQ(stage.counters().rows_late, 1);
}

// Rows that were late before a restart stay late, though the source starts without a watermark.
TEST(WindowAggregateTest, WatermarkIsState) {
  const auto node = Node(Tumble(5000));
  TestStage stage = StageOf(node);
  TestStream before = StreamOf({{"a", 1, 1000}, {"a", 2, 7000}}, 0);
  before.steps.pop_back();
  EXPECT_EQ(testing::Texts(RunStage(stage, {before}, {})),
            (std::vector<std::string>{"a|1|1|1|1|0|5000"}));
  stage.Restart(1);
  TestStream after = StreamOf({{"a", 3, 2000}, {"a", 4, 6000}}, 0);
  EXPECT_EQ(testing::Texts(RunStage(stage, {after}, {})),
            (std::vector<std::string>{"a|2|6|2|4|5000|10000"}));
  EXPECT_EQ(stage.counters().rows_late, 1);
  EXPECT_EQ(stage.counters().rows_in, 4);
}

TEST(WindowAggregateTest, WindowsThatRowsCarry) {
  plan::WindowAggregateNode node = Node(Tumble(10000));
  const types::Schema schema({{"k", DataType::String()},
                              {"v", DataType::Integer()},
                              {"window_start", DataType::Timestamp(3)},
                              {"window_end", DataType::Timestamp(3)}});
  node.time_column = -1;
  node.window_start_column = 2;
  node.window_end_column = 3;
  node.inputs = {testing::ScanOf(schema)};
  TestStream stream;
  stream.schema = schema;
  stream.sequences = {1, 2, 3, 4, 5, 6};
  stream.rows = {R"(["a", 1, 0, 10])", R"(["a", 2, 10, 20])", R"(["b", 3, 0, 10])",
                 R"(["a", 4, 5, 15])", R"(["a", 5, 0, 10])",  R"(["a", 6, 5, 15])"};
  // Nothing waits for 15 when 14 passes; the window opens with row 4, behind it.
  stream.steps = {{3, 14}, {7, 100}};
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {stream}, {})),
            (std::vector<std::string>{"a|1|1|1|1|0|10", "b|1|3|1|3|0|10", "a|1|2|1|2|10|20"}));
  EXPECT_EQ(stage.counters().rows_late, 3);
}

TEST(WindowAggregateTest, WindowTimeAndLocalTime) {
  // Case window-kinds-064: two hours come twice or once, local windows take both.
  plan::WindowAggregateNode node = Node(Hop(3600000, 7200000), {});
  node.window.time_zone = "America/Los_Angeles";
  node.aggregates = {Call(AggregateKind::kCountStar, -1, DataType::BigInt())};
  node.properties = {WindowProperty::kStart, WindowProperty::kEnd, WindowProperty::kTime};
  node.schema = types::Schema({{"c", DataType::BigInt()},
                               {"window_start", DataType::Timestamp(3)},
                               {"window_end", DataType::Timestamp(3)},
                               {"window_time", DataType::TimestampLtz(3)}});
  std::vector<InputRow> rows;
  for (int64_t i = 0; i < 9; ++i) rows.push_back({"a", 1, 1730615400000 + i * 1800000});
  TestStage stage = StageOf(node);
  EXPECT_EQ(testing::Texts(RunStage(stage, {StreamOf(rows, 0)}, {})),
            (std::vector<std::string>{"1|1730584800000|1730592000000|1730617199999",
                                      "3|1730588400000|1730595600000|1730620799999",
                                      "6|1730592000000|1730599200000|1730624399999",
                                      "6|1730595600000|1730602800000|1730631599999",
                                      "2|1730599200000|1730606400000|1730635199999"}));
}

// Case window-kinds-060: without checkpoints Flink loses windows whose end it does not look at.
TEST(WindowAggregateTest, FlushesAtUtcDaysWithoutCheckpoints) {
  plan::WindowAggregateNode node = Node(Tumble(86400000), {});
  node.window.time_zone = "Asia/Shanghai";
  node.schema = types::Schema({{"c", DataType::BigInt()},
                               {"s", DataType::Integer()},
                               {"d", DataType::BigInt()},
                               {"m", DataType::Integer()},
                               {"window_start", DataType::Timestamp(3)},
                               {"window_end", DataType::Timestamp(3)}});
  const TestStream stream = StreamOf({{"a", 0, 1704052800000},
                                      {"a", 1, 1704067200000},
                                      {"a", 2, 1704142800000},
                                      {"a", 3, 1704150000000}},
                                     0);
  const std::string first = "2|1|2|1|1704067200000|1704153600000";
  const std::string second = "2|5|2|3|1704153600000|1704240000000";
  for (const bool has_checkpoints : {false, true}) {
    TestStage stage(
        [&](const OperatorContext& context) {
          OperatorContext changed = context;
          changed.has_checkpoints = has_checkpoints;
          return MakeWindowAggregate(node, changed);
        },
        {{}}, 1);
    Random random(3);
    const Cuts cuts{&random, 15, 2};
    const std::vector<std::string> texts =
        testing::Texts(RunStage(stage, {stream}, cuts, true, true));
    EXPECT_EQ(texts, has_checkpoints ? std::vector<std::string>({first, second})
                                     : std::vector<std::string>({second}));
    EXPECT_EQ(stage.counters().rows_late, has_checkpoints ? 0 : 2);
  }
}

TEST(WindowAggregateTest, NullTimeIsAnError) {
  const auto node = Node(Tumble(10000));
  auto made = MakeWindowAggregate(node, ContextOf(8192));
  ASSERT_TRUE(made.ok());
  TestStream stream;
  stream.schema = InputSchema();
  stream.sequences = {1};
  stream.rows = {R"(["a", 1, null])"};
  std::vector<RoundInput> round(1);
  round[0].batches.push_back(stream.AsBatch());
  round[0].watermarks = std::make_shared<stream::WatermarkTimeline>(EventTime::Min());
  std::vector<stream::Batch> output;
  const Status status = made.value()->OnRound(round, &output);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kNullRowtime);
}

TEST(WindowAggregateTest, LongWindowsComeInBatches) {
  std::vector<InputRow> rows;
  for (int i = 0; i < 100; ++i) rows.push_back({"k" + std::to_string(i), i, 1000 + i});
  const auto node = Node(Tumble(10000));
  auto made = MakeWindowAggregate(node, ContextOf(30));
  ASSERT_TRUE(made.ok());
  std::vector<stream::Batch> output;
  for (const auto& round : testing::CutIntoRounds({StreamOf(rows, 0)}, {})) {
    ASSERT_TRUE(made.value()->OnRound(round, &output).ok());
  }
  ASSERT_EQ(output.size(), 4u);
  EXPECT_EQ(output[0].size(), 30);
  EXPECT_EQ(output[3].size(), 10);
}

// --- Properties: any cut, any parallelism, any restart gives what the reference gives.

std::vector<InputRow> RandomRows(Random& random, int count) {
  std::vector<InputRow> rows;
  int64_t now_ms = static_cast<int64_t>(random.Uniform(40000)) - 20000;
  for (int i = 0; i < count; ++i) {
    now_ms += static_cast<int64_t>(random.Uniform(random.Uniform(20) == 0 ? 30000 : 1500));
    InputRow row;
    row.time_ms =
        now_ms - static_cast<int64_t>(random.Uniform(random.Uniform(4) == 0 ? 25000 : 2000));
    if (random.Uniform(10) != 0)
      row.key = std::string(1, static_cast<char>('a' + random.Uniform(4)));
    if (random.Uniform(8) != 0) row.value = static_cast<int>(random.Uniform(6)) - 2;
    rows.push_back(row);
  }
  return rows;
}

plan::WindowSpec RandomWindow(Random& random) {
  const plan::WindowSpec windows[] = {
      Tumble(5000),           Tumble(7000, 2000),         Tumble(7000, -3000),
      Hop(5000, 10000),       Hop(1000, 10000, 300),      Hop(2000, 6000),
      Hop(10000, 10000),      Cumulate(3000, 9000),       Cumulate(5000, 20000, 1000),
      Cumulate(10000, 10000), Cumulate(2000, 10000, -500)};
  return windows[random.Uniform(std::size(windows))];
}

class WindowAggregateProperty : public ::testing::TestWithParam<int> {};

TEST_P(WindowAggregateProperty, EqualsTheReference) {
  Random random(static_cast<uint64_t>(GetParam()));
  const plan::WindowSpec window = RandomWindow(random);
  const bool has_key = random.Uniform(3) != 0;
  const std::vector<InputRow> rows = RandomRows(random, 150);
  const TestStream stream =
      StreamOf(rows, random.Uniform(2) == 0 ? 0 : static_cast<int64_t>(random.Uniform(8000)));
  const Expected expected = Reference(window, has_key, rows, stream);
  const auto node = Node(window, has_key ? std::vector<int>{0} : std::vector<int>{});

  for (int parallelism = 1; parallelism <= (has_key ? 2 : 1); ++parallelism) {
    for (const int round : {5, 60, 400}) {
      TestStage stage = StageOf(node, parallelism, round == 5 ? 3 : 8192);
      const Cuts cuts{&random, round, static_cast<int>(1 + random.Uniform(40))};
      EXPECT_EQ(RunStage(stage, {stream}, cuts), expected.rows);
      EXPECT_EQ(stage.counters().rows_late, expected.late);
      EXPECT_EQ(stage.counters().rows_in, 150);
    }
    TestStage whole = StageOf(node, parallelism);
    EXPECT_EQ(RunStage(whole, {stream}, {}), expected.rows);
    TestStage restarted = StageOf(node, parallelism);
    const Cuts cuts{&random, 100, 10};
    EXPECT_EQ(RunStage(restarted, {stream}, cuts, true, !has_key), expected.rows);
    EXPECT_EQ(restarted.counters().rows_late, expected.late);
    EXPECT_EQ(restarted.counters().rows_in, 150);
    EXPECT_EQ(restarted.counters().rows_out, static_cast<int64_t>(expected.rows.size()));
  }
}

// Two levels: local instances each see a part of the rows.
TEST_P(WindowAggregateProperty, TwoLevelsEqualOne) {
  Random random(static_cast<uint64_t>(GetParam()) + 1000);
  const plan::WindowSpec window = RandomWindow(random);
  const bool has_key = random.Uniform(3) != 0;
  const std::vector<InputRow> rows = RandomRows(random, 150);
  const TestStream stream = StreamOf(rows, static_cast<int64_t>(random.Uniform(3000)));
  const Expected expected = Reference(window, has_key, rows, stream);
  const auto node = Node(window, has_key ? std::vector<int>{0} : std::vector<int>{});
  ASSERT_TRUE(CanAggregateLocally(node));

  TestStage local(
      [&node](const OperatorContext& context) { return MakeWindowLocalAggregate(node, context); },
      {{1, 2}}, 2);  // by columns that are no keys
  TestStage global(
      [&node](const OperatorContext& context) { return MakeWindowGlobalAggregate(node, context); },
      {PartialLayout(node).keys}, has_key ? 2 : 1);
  std::vector<OutputRow> output;
  const Cuts cuts{&random, 200, 20};
  for (const std::vector<RoundInput>& round : testing::CutIntoRounds({stream}, cuts)) {
    RoundInput partials;
    partials.batches = local.Run(round);
    partials.watermarks = round[0].watermarks;
    for (const stream::Batch& batch : global.Run({partials})) {
      testing::AppendRows(batch, &output);
    }
    if (random.Uniform(4) == 0) global.Restart(global.parallelism());
  }
  EXPECT_EQ(output, expected.rows);
  EXPECT_EQ(global.counters().rows_late, expected.late);
  EXPECT_EQ(global.counters().rows_in, 150);
}

INSTANTIATE_TEST_SUITE_P(Seeds, WindowAggregateProperty, ::testing::Range(1, 61));

}  // namespace
}  // namespace floe::runtime
