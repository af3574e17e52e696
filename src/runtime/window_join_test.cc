#include "runtime/window_join.h"

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "functions/resolve.h"
#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using plan::JoinType;
using testing::Cuts;
using testing::OutputRow;
using testing::RunStage;
using testing::TestStage;
using testing::TestStream;
using types::DataType;

constexpr int64_t kEndOfInput = std::numeric_limits<int64_t>::max();
constexpr int64_t kWindowMs = 10000;

const types::Schema& InputSchema() {
  static const types::Schema schema({{"id", DataType::Integer()},
                                     {"k", DataType::String()},
                                     {"v", DataType::Integer()},
                                     {"window_start", DataType::Timestamp(3)},
                                     {"window_end", DataType::Timestamp(3)}});
  return schema;
}

struct InputRow {
  int id = 0;
  std::optional<std::string> key;
  int value = 0;
  int64_t time_ms = 0;
  int64_t sequence = 0;

  int64_t window_end_ms() const { return (time_ms / kWindowMs + 1) * kWindowMs; }
};

// A side: its watermark is its largest time so far, with each row; the largest one at its end.
TestStream StreamOf(const std::vector<InputRow>& rows, int64_t end_sequence) {
  TestStream stream;
  stream.schema = InputSchema();
  int64_t watermark_ms = 0;
  for (const InputRow& row : rows) {
    stream.sequences.push_back(row.sequence);
    stream.rows.push_back(
        "[" + std::to_string(row.id) + "," + (row.key ? "\"" + *row.key + "\"" : "null") + "," +
        std::to_string(row.value) + "," + std::to_string(row.window_end_ms() - kWindowMs) + "," +
        std::to_string(row.window_end_ms()) + "]");
    if (row.time_ms > watermark_ms) {
      watermark_ms = row.time_ms;
      stream.steps.emplace_back(row.sequence, watermark_ms);
    }
  }
  stream.steps.emplace_back(end_sequence, kEndOfInput);
  return stream;
}

plan::WindowJoinNode Node(JoinType type, bool has_key, bool has_condition) {
  plan::WindowJoinNode node;
  node.type = type;
  node.left_window_start = node.right_window_start = 3;
  node.left_window_end = node.right_window_end = 4;
  if (has_key) node.left_keys = node.right_keys = {1};
  std::vector<types::Field> fields = InputSchema().fields();
  fields.insert(fields.end(), InputSchema().fields().begin(), InputSchema().fields().end());
  node.schema = types::Schema(std::move(fields));
  node.inputs = {testing::ScanOf(InputSchema()), testing::ScanOf(InputSchema())};
  if (has_condition) {
    auto condition =
        functions::ResolveCall("<=",
                               {functions::Expression::Column(2, DataType::Integer(), "v"),
                                functions::Expression::Column(7, DataType::Integer(), "v")},
                               {});
    EXPECT_TRUE(condition.ok());
    node.condition = std::move(condition).value();
  }
  return node;
}

TestStage StageOf(const plan::WindowJoinNode& node, int parallelism = 1,
                  int64_t max_batch_rows = 8192) {
  return TestStage(
      [&node](const OperatorContext& context) { return MakeWindowJoin(node, context); },
      {node.left_keys, node.right_keys}, parallelism, max_batch_rows);
}

// Joined ids, "null" where padded.
std::vector<OutputRow> Ids(std::vector<OutputRow> rows) {
  for (OutputRow& row : rows) {
    std::vector<std::string> values(1);
    for (const char c : row.text) {
      if (c == '|') {
        values.emplace_back();
      } else {
        values.back() += c;
      }
    }
    row.text = values[0] + "-" + values[5];
  }
  return rows;
}

// --- The reference: nested loops over each window.

struct Expected {
  std::vector<OutputRow> rows;
  int64_t left_late = 0;
  int64_t right_late = 0;
};

bool Matches(const InputRow& left, const InputRow& right, bool has_key, bool has_condition) {
  if (has_key && (!left.key || !right.key || *left.key != *right.key)) return false;
  return !has_condition || left.value <= right.value;
}

void JoinWindow(const std::vector<InputRow>& left, const std::vector<InputRow>& right,
                JoinType type, bool has_key, bool has_condition, int64_t end_ms, int64_t cause,
                std::vector<OutputRow>* output) {
  std::vector<OutputRow> rows;
  std::vector<bool> right_matched(right.size());
  for (const InputRow& l : left) {
    bool matched = false;
    for (size_t r = 0; r < right.size(); ++r) {
      if (!Matches(l, right[r], has_key, has_condition)) continue;
      matched = right_matched[r] = true;
      rows.push_back({{cause, end_ms, l.sequence, right[r].sequence},
                      std::to_string(l.id) + "-" + std::to_string(right[r].id)});
    }
    if (!matched && (type == JoinType::kLeft || type == JoinType::kFull)) {
      rows.push_back({{cause, end_ms, l.sequence, 0}, std::to_string(l.id) + "-null"});
    }
  }
  for (size_t r = 0; r < right.size(); ++r) {
    if (!right_matched[r] && (type == JoinType::kRight || type == JoinType::kFull)) {
      rows.push_back(
          {{cause, end_ms, 0, right[r].sequence}, "null-" + std::to_string(right[r].id)});
    }
  }
  std::sort(rows.begin(), rows.end(),
            [](const OutputRow& a, const OutputRow& b) { return a.order < b.order; });
  output->insert(output->end(), rows.begin(), rows.end());
}

Expected Reference(JoinType type, bool has_key, bool has_condition,
                   const std::vector<InputRow>& left, const std::vector<InputRow>& right,
                   int64_t left_end, int64_t right_end) {
  Expected expected;
  std::map<int64_t, std::pair<std::vector<InputRow>, std::vector<InputRow>>> windows;
  int64_t left_ms = EventTime::Min().millis();
  int64_t right_ms = left_ms;
  const auto fire = [&](int64_t cause) {
    const int64_t watermark_ms = std::min(left_ms, right_ms);
    while (!windows.empty() && windows.begin()->first - 1 <= watermark_ms) {
      const auto& [end_ms, rows] = *windows.begin();
      JoinWindow(rows.first, rows.second, type, has_key, has_condition, end_ms, cause,
                 &expected.rows);
      windows.erase(windows.begin());
    }
  };
  const auto add = [&](const InputRow& row, bool is_left) {
    if (row.window_end_ms() - 1 <= std::min(left_ms, right_ms)) {
      ++(is_left ? expected.left_late : expected.right_late);
    } else {
      auto& window = windows[row.window_end_ms()];
      (is_left ? window.first : window.second).push_back(row);
    }
    int64_t& watermark_ms = is_left ? left_ms : right_ms;
    watermark_ms = std::max(watermark_ms, row.time_ms);
    fire(row.sequence);
  };
  size_t l = 0;
  size_t r = 0;
  const int64_t last = std::max(left_end, right_end);
  for (int64_t sequence = 0; sequence <= last; ++sequence) {
    if (l < left.size() && left[l].sequence == sequence) add(left[l++], true);
    if (r < right.size() && right[r].sequence == sequence) add(right[r++], false);
    if (sequence == left_end) left_ms = kEndOfInput;
    if (sequence == right_end) right_ms = kEndOfInput;
    if (sequence == left_end || sequence == right_end) fire(sequence);
  }
  return expected;
}

// Case window-join-201 (and 205 for RIGHT): the row of 9 s is late for the join, not for its side.
std::vector<InputRow> LateLeft() {
  return {{1, "a", 1, 1000, 10},  {2, "b", 2, 11000, 30}, {3, "a", 3, 9000, 50},
          {4, "a", 4, 21000, 70}, {5, "a", 5, 12000, 90}, {6, "c", 6, 35000, 110}};
}
std::vector<InputRow> LateRight() {
  return {{11, "a", 1, 2000, 20},  {12, "b", 2, 12000, 40},  {13, "a", 3, 8000, 60},
          {14, "a", 4, 22000, 80}, {15, "a", 5, 13000, 100}, {16, "c", 6, 36000, 120}};
}

TEST(WindowJoinTest, DropsRowsOfFiredWindows) {
  const auto node = Node(JoinType::kInner, true, false);
  TestStage stage = StageOf(node);
  const std::vector<OutputRow> rows =
      Ids(RunStage(stage, {StreamOf(LateLeft(), 130), StreamOf(LateRight(), 140)}, {}));
  EXPECT_EQ(testing::Texts(rows), (std::vector<std::string>{"1-11", "2-12", "4-14", "6-16"}));
  // Fired by the fourth, eighth and twelfth arrival and the end of the second input.
  EXPECT_EQ(rows[0].order, (std::vector<int64_t>{40, 10000, 10, 20}));
  EXPECT_EQ(rows[1].order[0], 80);
  EXPECT_EQ(rows[2].order[0], 120);
  EXPECT_EQ(rows[3].order[0], 140);
  EXPECT_EQ(stage.counters().rows_left_late, 2);
  EXPECT_EQ(stage.counters().rows_right_late, 2);
  EXPECT_EQ(stage.counters().rows_late, 4);
  EXPECT_EQ(stage.counters().rows_in, 12);
  EXPECT_EQ(stage.counters().rows_out, 4);
}

TEST(WindowJoinTest, PadsWhatDoesNotMatch) {
  const std::vector<InputRow> left = {{1, "a", 1, 1000, 10}, {2, std::nullopt, 2, 2000, 20}};
  const std::vector<InputRow> right = {{11, "a", 1, 1000, 30}, {12, std::nullopt, 2, 2000, 40}};
  const auto run = [&](JoinType type) {
    const auto node = Node(type, true, false);
    TestStage stage = StageOf(node);
    return testing::Texts(Ids(RunStage(stage, {StreamOf(left, 50), StreamOf(right, 60)}, {})));
  };
  using Rows = std::vector<std::string>;
  EXPECT_EQ(run(JoinType::kInner), (Rows{"1-11"}));
  EXPECT_EQ(run(JoinType::kLeft), (Rows{"1-11", "2-null"}));
  EXPECT_EQ(run(JoinType::kRight), (Rows{"null-12", "1-11"}));
  EXPECT_EQ(run(JoinType::kFull), (Rows{"null-12", "1-11", "2-null"}));
}

TEST(WindowJoinTest, WaitsForBothInputs) {
  const auto node = Node(JoinType::kFull, false, false);
  TestStage stage = StageOf(node);
  TestStream silent;
  silent.schema = InputSchema();
  EXPECT_TRUE(RunStage(stage, {StreamOf(LateLeft(), 130), silent}, {}).empty());
  EXPECT_EQ(stage.counters().rows_late, 0);
}

TEST(WindowJoinTest, FailingConditionFailsTheJob) {
  auto node = Node(JoinType::kInner, true, false);
  auto zero = functions::ResolveCall("-",
                                     {functions::Expression::Column(2, DataType::Integer(), "v"),
                                      functions::Expression::Column(7, DataType::Integer(), "v")},
                                     {});
  ASSERT_TRUE(zero.ok());
  auto quotient = functions::ResolveCall("/", {functions::IntegerLiteral(1), zero.value()}, {});
  ASSERT_TRUE(quotient.ok());
  auto condition =
      functions::ResolveCall("=", {quotient.value(), functions::IntegerLiteral(1)}, {});
  ASSERT_TRUE(condition.ok());
  node.condition = condition.value();
  OperatorContext context;
  context.memory_pool = testing::Pool();
  auto made = MakeWindowJoin(node, context);
  ASSERT_TRUE(made.ok());
  std::vector<stream::Batch> output;
  const auto rounds =
      testing::CutIntoRounds({StreamOf(LateLeft(), 130), StreamOf(LateRight(), 140)}, {});
  const Status status = made.value()->OnRound(rounds[0], &output);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kDivisionByZero);
}

class WindowJoinProperty : public ::testing::TestWithParam<int> {};

std::vector<InputRow> RandomRows(Random& random, int first_id) {
  std::vector<InputRow> rows;
  int64_t now_ms = static_cast<int64_t>(random.Uniform(5000)) + 20000;
  const int count = static_cast<int>(random.Uniform(80));
  int64_t sequence = first_id == 0 ? 2 : 3;  // even: left, odd: right
  for (int i = 0; i < count; ++i) {
    now_ms += static_cast<int64_t>(random.Uniform(3000));
    sequence += 2 * (1 + static_cast<int64_t>(random.Uniform(3)));
    InputRow row;
    row.id = first_id + i;
    if (random.Uniform(6) != 0)
      row.key = std::string(1, static_cast<char>('a' + random.Uniform(3)));
    row.value = static_cast<int>(random.Uniform(5));
    row.time_ms = now_ms - static_cast<int64_t>(random.Uniform(random.Uniform(3) == 0 ? 18000 : 1));
    row.sequence = sequence;
    rows.push_back(row);
  }
  return rows;
}

TEST_P(WindowJoinProperty, EqualsTheReference) {
  Random random(static_cast<uint64_t>(GetParam()));
  const JoinType types[] = {JoinType::kInner, JoinType::kLeft, JoinType::kRight, JoinType::kFull};
  const JoinType type = types[GetParam() % 4];
  const bool has_key = random.Uniform(3) != 0;
  const bool has_condition = random.Uniform(2) != 0;
  const std::vector<InputRow> left = RandomRows(random, 0);
  const std::vector<InputRow> right = RandomRows(random, 1000);
  const int64_t left_end = (left.empty() ? 2 : left.back().sequence) + 100;
  const int64_t right_end = (right.empty() ? 3 : right.back().sequence) + 100;
  const std::vector<TestStream> streams = {StreamOf(left, left_end), StreamOf(right, right_end)};
  const Expected expected =
      Reference(type, has_key, has_condition, left, right, left_end, right_end);
  const auto node = Node(type, has_key, has_condition);

  for (int parallelism = 1; parallelism <= (has_key ? 2 : 1); ++parallelism) {
    for (const int round : {3, 50, 400}) {
      TestStage stage = StageOf(node, parallelism, round == 3 ? 2 : 8192);
      const Cuts cuts{&random, round, static_cast<int>(1 + random.Uniform(20))};
      EXPECT_EQ(Ids(RunStage(stage, streams, cuts)), expected.rows);
      EXPECT_EQ(stage.counters().rows_left_late, expected.left_late);
      EXPECT_EQ(stage.counters().rows_right_late, expected.right_late);
    }
    TestStage restarted = StageOf(node, parallelism);
    const Cuts cuts{&random, 40, 10};
    EXPECT_EQ(Ids(RunStage(restarted, streams, cuts, true, !has_key)), expected.rows);
    EXPECT_EQ(restarted.counters().rows_late, expected.left_late + expected.right_late);
    EXPECT_EQ(restarted.counters().rows_in, static_cast<int64_t>(left.size() + right.size()));
    EXPECT_EQ(restarted.counters().rows_out, static_cast<int64_t>(expected.rows.size()));
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, WindowJoinProperty, ::testing::Range(1, 81));

}  // namespace
}  // namespace floe::runtime
