// Random disorder through SQL: the same rows, in the same order, at any parallelism, block size and
// checkpoint interval, late rows included (docs/design/order-and-time.md).
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <vector>

#include "base/random.h"
#include "harness/conservation.h"
#include "harness/sql_runner.h"
#include "sql/flink/parse.h"

namespace floe::harness {
namespace {

// Out of order by up to 8 s, with a bound of 2 s; now and then a NULL key.
std::string RandomLine(Random* random, int id, int64_t now_ms) {
  const int64_t second = (now_ms - static_cast<int64_t>(random->Uniform(8000))) / 100;
  const std::string text = std::to_string(1'000'000 + second);
  const std::string key =
      random->Uniform(8) == 0 ? "null" : "\"" + std::to_string(random->Uniform(3)) + "\"";
  return "{\"id\":" + std::to_string(id) + ",\"k\":" + key + ",\"ts\":\"2024-01-01 00:0" +
         std::to_string(second / 600 % 10) + ":" +
         std::to_string(100 + second / 10 % 60).substr(1) + "." + text.back() + "00\"}";
}

TestInputs RandomInputs(uint64_t seed) {
  Random random(seed);
  TestInputs inputs;
  int64_t now_ms = 10'000;
  int id = 0;
  while (id < 120) {
    const std::string name = random.Uniform(2) == 0 ? "l" : "r";
    for (uint64_t run = 1 + random.Uniform(9); run > 0; --run) {
      now_ms += static_cast<int64_t>(random.Uniform(700));
      inputs.files[name].push_back(RandomLine(&random, ++id, now_ms));
      inputs.arrival.push_back(name);
    }
  }
  inputs.arrival.insert(inputs.arrival.end(), {"end:l", "end:r"});
  return inputs;
}

struct Answer {
  std::vector<std::string> rows;
  int64_t late = 0;

  bool operator==(const Answer&) const = default;
};

void PrintTo(const Answer& answer, std::ostream* out) {
  *out << answer.late << " late";
  for (const std::string& row : answer.rows) *out << "\n" << row;
}

Result<plan::StatementResult> Execute(SqlRunner* runner, const std::string& sql) {
  FLOE_ASSIGN(const sql::flink::Statement statement,
              sql::flink::ParseStatement(SqlRunner::Substitute(sql)));
  return runner->session().Execute(statement);
}

Answer RunSql(const std::string& query, const TestInputs& inputs, const RunOptions& options) {
  SqlRunner runner(options);
  for (const std::string name : {"l", "r"}) {
    const auto created = Execute(
        &runner, "CREATE TABLE " + name +
                     " (id INT, k STRING, ts TIMESTAMP(3), WATERMARK FOR ts AS ts - INTERVAL '2' "
                     "SECOND) WITH ('connector' = 'filesystem', 'format' = 'json', 'path' = "
                     "'${input:" +
                     name + "}')");
    EXPECT_TRUE(created.ok()) << created.error().ToString();
  }
  runner.SetInputs(inputs);
  const Result<plan::StatementResult> planned = Execute(&runner, query);
  EXPECT_TRUE(planned.ok()) << planned.error().ToString();
  if (!planned.ok()) return {};
  const Result<QueryOutcome> outcome = runner.Run(*planned);
  EXPECT_TRUE(outcome.ok()) << outcome.error().ToString();
  if (!outcome.ok()) return {};
  EXPECT_EQ(CheckConservation(*outcome), "");
  Answer answer;
  for (const stream::Batch& batch : outcome->batches) {
    for (std::string& row : RowTexts(batch)) answer.rows.push_back(std::move(row));
  }
  for (const runtime::OperatorReport& report : outcome->operators) {
    answer.late += report.counters.rows_late;
  }
  return answer;
}

constexpr char kTumbleL[] = "TABLE(TUMBLE(TABLE l, DESCRIPTOR(ts), INTERVAL '5' SECOND))";
constexpr char kTumbleR[] = "TABLE(TUMBLE(TABLE r, DESCRIPTOR(ts), INTERVAL '5' SECOND))";
constexpr char kInterval[] =
    "b.ts BETWEEN a.ts - INTERVAL '3' SECOND AND a.ts + INTERVAL '1' SECOND";

std::string WindowJoin(const std::string& type, const std::string& key) {
  return std::string("SELECT a.id, b.id, a.window_end, b.window_end FROM (SELECT * FROM ") +
         kTumbleL + ") a " + type + " JOIN (SELECT * FROM " + kTumbleR + ") b ON " + key +
         "a.window_start = b.window_start AND a.window_end = b.window_end";
}

std::string IntervalJoin(const std::string& type, const std::string& key) {
  return "SELECT a.id, b.id FROM l a " + type + " JOIN r b ON " + key + kInterval;
}

std::vector<std::string> Queries() {
  const std::string hop =
      "TABLE(HOP(TABLE l, DESCRIPTOR(ts), INTERVAL '2' SECOND, INTERVAL '6' SECOND))";
  return {
      "SELECT k, window_end, COUNT(*), SUM(id), COUNT(DISTINCT id), MAX(id) FROM " + hop +
          " GROUP BY k, window_start, window_end",
      "SELECT window_end, COUNT(*), SUM(id), MIN(k) FROM " + hop +
          " GROUP BY window_start, window_end",
      "SELECT k, window_end, COUNT(*), AVG(id) FROM " + std::string(kTumbleL) +
          " GROUP BY k, window_start, window_end",
      WindowJoin("FULL", "a.k = b.k AND "),
      WindowJoin("LEFT", ""),
      IntervalJoin("FULL", "a.k = b.k AND "),
      IntervalJoin("LEFT", ""),
      IntervalJoin("", ""),
      "SELECT window_end, COUNT(*), COUNT(rid) FROM TABLE(TUMBLE((SELECT a.ts AS ts, b.id AS rid "
      "FROM l a LEFT JOIN r b ON a.k = b.k AND " +
          std::string(kInterval) +
          "), DESCRIPTOR(ts), INTERVAL '5' SECOND)) GROUP BY window_start, window_end",
  };
}

class OrderProperty : public ::testing::TestWithParam<std::string> {};

TEST_P(OrderProperty, TheRowsDoNotDependOnParallelismBlocksOrCheckpoints) {
  size_t rows = 0;
  for (uint64_t seed = 1; seed <= 6; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    const TestInputs inputs = RandomInputs(seed);
    const Answer expected = RunSql(GetParam(), inputs, {1, 1, false, false});
    rows += expected.rows.size();
    EXPECT_EQ(RunSql(GetParam(), inputs, {2, 1, false, false}), expected);
    EXPECT_EQ(RunSql(GetParam(), inputs, {1, 7, false, false}), expected);
    EXPECT_EQ(RunSql(GetParam(), inputs, {3, 7, false, true}), expected);
    EXPECT_EQ(RunSql(GetParam(), inputs, {2, 1, true, false}), expected);
    EXPECT_EQ(RunSql(GetParam(), inputs, {3, 7, true, false}), expected);
  }
  EXPECT_GT(rows, 40u);
}

INSTANTIATE_TEST_SUITE_P(Queries, OrderProperty, ::testing::ValuesIn(Queries()));

// Without late rows the property above would say little.
TEST(OrderProperty, TheInputsHaveLateRows) {
  EXPECT_GT(RunSql(Queries()[2], RandomInputs(1), {}).late, 5);
  EXPECT_GT(RunSql(WindowJoin("FULL", ""), RandomInputs(1), {}).late, 5);
}

}  // namespace
}  // namespace floe::harness
