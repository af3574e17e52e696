#include "runtime/job_runtime.h"

#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/random.h"
#include "functions/resolve.h"
#include "runtime/window_test_stream.h"
#include "stream/scripted_source.h"

namespace floe::runtime {
namespace {

using functions::Expression;
using functions::ExpressionPtr;
using stream::ScriptedPartition;
using stream::ScriptedPartitions;
using testing::OutputRow;
using types::DataType;

const types::Schema& TableSchema() {
  static const types::Schema schema(
      {{"id", DataType::Integer()}, {"k", DataType::String()}, {"ts", DataType::Timestamp(3)}});
  return schema;
}

// Lines "id,key,milliseconds"; "bad" is a bad record.
class LineDecoder final : public stream::Decoder {
 public:
  Result<stream::DecodedBlock> Decode(const stream::RecordBlock& block) override {
    arrow::Int32Builder ids(testing::Pool());
    arrow::StringBuilder keys(testing::Pool());
    arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MILLI), testing::Pool());
    stream::DecodedBlock decoded;
    for (size_t i = 0; i < block.records.size(); ++i) {
      const std::string line(*block.records[i].value);
      const size_t first = line.find(',');
      if (first == std::string::npos) {
        decoded.bad_records.push_back({static_cast<int32_t>(i), "not a row"});
        continue;
      }
      const size_t second = line.find(',', first + 1);
      EXPECT_TRUE(ids.Append(std::stoi(line.substr(0, first))).ok());
      EXPECT_TRUE(keys.Append(line.substr(first + 1, second - first - 1)).ok());
      EXPECT_TRUE(times.Append(std::stoll(line.substr(second + 1))).ok());
      decoded.record_of_row.push_back(static_cast<int32_t>(i));
    }
    const int64_t rows = ids.length();
    decoded.rows = arrow::RecordBatch::Make(
        types::ToArrow(TableSchema()), rows,
        {ids.Finish().ValueOrDie(), keys.Finish().ValueOrDie(), times.Finish().ValueOrDie()});
    return decoded;
  }
};

ExpressionPtr Column(int index, const types::Schema& schema) {
  return Expression::Column(index, schema.field(index).type, schema.field(index).name);
}

// WATERMARK FOR ts AS ts - INTERVAL '0.5' SECOND, by table name.
std::shared_ptr<plan::ScanNode> ScanOf(const std::string& table) {
  auto scan = std::make_shared<plan::ScanNode>();
  scan->table.name.table = table;
  scan->table.physical_schema = TableSchema();
  scan->schema = TableSchema();
  scan->operator_id = "scan-" + table;
  scan->decoded_columns = {0, 1, 2};
  for (int i = 0; i < 3; ++i) scan->expressions.push_back(Column(i, TableSchema()));
  scan->rowtime_column = 2;
  const auto half_second =
      functions::ResolveIntervalLiteral("0.5", false, functions::IntervalQualifier());
  EXPECT_TRUE(half_second.ok());
  auto watermark = functions::ResolveCall("-", {Column(2, TableSchema()), *half_second}, {});
  EXPECT_TRUE(watermark.ok());
  scan->watermark = *watermark;
  return scan;
}

// The rows with id % 3 <> 0.
plan::PhysicalNodePtr FilterOf(plan::PhysicalNodePtr input) {
  auto calc = std::make_shared<plan::CalcNode>();
  calc->operator_id = "calc-" + input->operator_id;
  calc->schema = input->schema;
  for (int i = 0; i < input->schema.size(); ++i) {
    calc->projections.push_back(Column(i, input->schema));
  }
  auto rest =
      functions::ResolveCall("%", {Column(0, input->schema), functions::IntegerLiteral(3)}, {});
  EXPECT_TRUE(rest.ok());
  auto condition = functions::ResolveCall("<>", {*rest, functions::IntegerLiteral(0)}, {});
  EXPECT_TRUE(condition.ok());
  calc->condition = *condition;
  calc->inputs = {std::move(input)};
  calc->distribution = {{}};
  return calc;
}

plan::Distribution Hash(std::vector<int> keys) {
  return {plan::DistributionKind::kHash, std::move(keys)};
}

plan::PhysicalNodePtr JoinOf(plan::PhysicalNodePtr left, plan::PhysicalNodePtr right, bool keyed) {
  auto join = std::make_shared<plan::IntervalJoinNode>();
  join->operator_id = "join";
  join->type = plan::JoinType::kLeft;
  join->left_time = join->right_time = 2;
  join->lower_bound_ms = -700;
  join->upper_bound_ms = 400;
  if (keyed) join->left_keys = join->right_keys = {1};
  join->inputs = {std::move(left), std::move(right)};
  const plan::Distribution each =
      keyed ? Hash({1}) : plan::Distribution{plan::DistributionKind::kBroadcast, {}};
  join->distribution = {each, each};
  std::vector<types::Field> fields = TableSchema().fields();
  for (const types::Field& field : TableSchema().fields()) fields.push_back(field);
  join->schema = types::Schema(std::move(fields));
  return join;
}

// Per hop and key; with `keyed` false of all rows, in two levels at a parallelism above 1.
plan::PhysicalNodePtr CountOf(plan::PhysicalNodePtr input, bool keyed = true) {
  auto node = std::make_shared<plan::WindowAggregateNode>();
  node->operator_id = "window";
  node->window = {plan::WindowKind::kHop, 1000, 500, 0, ""};
  node->time_column = 2;
  if (keyed) node->keys = {1};
  functions::AggregateCall count;
  count.kind = functions::AggregateKind::kCount;
  count.argument = 0;
  count.argument_type = DataType::Integer();
  count.type = DataType::BigInt().NotNull();
  node->aggregates = {count};
  node->properties = {plan::WindowProperty::kEnd};
  std::vector<types::Field> fields;
  if (keyed) fields.push_back({"k", DataType::String()});
  fields.push_back({"n", count.type});
  fields.push_back({"window_end", DataType::Timestamp(3)});
  node->schema = types::Schema(std::move(fields));
  node->inputs = {std::move(input)};
  node->distribution = {keyed ? Hash({1})
                              : plan::Distribution{plan::DistributionKind::kSingleton, {}}};
  return node;
}

plan::PhysicalNodePtr UnionOf(plan::PhysicalNodePtr a, plan::PhysicalNodePtr b) {
  auto node = std::make_shared<plan::UnionNode>();
  node->operator_id = "union";
  node->schema = a->schema;
  node->inputs = {std::move(a), std::move(b)};
  node->distribution = {{}, {}};
  return node;
}

// Adds a column of UUIDs, and leaves out half of the rows by chance.
plan::PhysicalNodePtr RandomOf(plan::PhysicalNodePtr input) {
  auto calc = std::make_shared<plan::CalcNode>();
  calc->operator_id = "random";
  std::vector<types::Field> fields = input->schema.fields();
  for (int i = 0; i < input->schema.size(); ++i) {
    calc->projections.push_back(Column(i, input->schema));
  }
  const auto uuid = functions::ResolveCall("UUID", {}, {});
  EXPECT_TRUE(uuid.ok());
  calc->projections.push_back(*uuid);
  fields.push_back({"uuid", (*uuid)->type()});
  calc->schema = types::Schema(std::move(fields));
  const auto random = functions::ResolveCall("RAND", {}, {});
  EXPECT_TRUE(random.ok());
  const auto half = functions::ResolveExactNumericLiteral("0.5");
  EXPECT_TRUE(half.ok());
  const auto condition = functions::ResolveCall("<", {*random, *half}, {});
  EXPECT_TRUE(condition.ok());
  calc->condition = *condition;
  calc->inputs = {std::move(input)};
  calc->distribution = {{}};
  return calc;
}

enum class Shape {
  kKeyedJoin,
  kKeylessJoin,
  kWindowOfUnion,
  kWindowOfAll,
  kWindowOfAllOfJoin,
  kUnionOfJoin,
  kRandom
};

plan::PhysicalNodePtr QueryOf(Shape shape) {
  const plan::PhysicalNodePtr a = FilterOf(ScanOf("a"));
  const plan::PhysicalNodePtr b = FilterOf(ScanOf("b"));
  switch (shape) {
    case Shape::kKeyedJoin:
      return JoinOf(a, b, true);
    case Shape::kKeylessJoin:
      return JoinOf(a, b, false);
    case Shape::kWindowOfUnion:
      return CountOf(UnionOf(a, b));
    case Shape::kWindowOfAll:
      return CountOf(UnionOf(a, b), false);
    case Shape::kWindowOfAllOfJoin:
      return CountOf(JoinOf(a, b, true), false);
    case Shape::kUnionOfJoin:
      return CountOf(JoinOf(b, UnionOf(a, ScanOf("c")), true));
    case Shape::kRandom:
      return RandomOf(JoinOf(a, b, true));
  }
  return nullptr;
}

using Tables = std::map<std::string, ScriptedPartitions>;

// Each partition out of order by itself and at its own pace.
Tables RandomTables(Random* random) {
  Tables tables;
  int id = 0;
  for (const char* name : {"a", "b", "c"}) {
    const int partitions = 1 + static_cast<int>(random->Uniform(3));
    for (int i = 0; i < partitions; ++i) {
      auto script = std::make_shared<ScriptedPartition>();
      script->topic = name;
      script->partition = PartitionId(i);
      int64_t now = 1000;
      for (uint64_t n = random->Uniform(120); n > 0; --n) {
        now += static_cast<int64_t>(random->Uniform(60));
        const int64_t time = now - static_cast<int64_t>(random->Uniform(1500));
        const std::string key(1, static_cast<char>('a' + random->Uniform(4)));
        script->records.push_back(
            {now, random->Uniform(20) == 0
                      ? std::string("bad")
                      : std::to_string(++id) + "," + key + "," + std::to_string(time)});
      }
      tables[name].push_back(std::move(script));
    }
  }
  return tables;
}

// What a run gives.
struct Answer {
  std::vector<OutputRow> rows;
  std::vector<std::string> dead_letters;
  std::map<std::string, std::vector<int64_t>> counters;  // by operator

  bool operator==(const Answer&) const = default;
};

class TestRun {
 public:
  TestRun(plan::PhysicalNodePtr query, const Tables& tables)
      : plan_(std::make_shared<plan::PhysicalPlan>()), tables_(tables) {
    plan_->query = std::move(query);
    plan_->configuration["execution.checkpointing.interval"] = "10 s";
  }

  // Runs to the end; with `restart_every` > 0 it stops after so many rounds, and goes on from
  // the snapshot with one of the parallelisms in turn.
  Answer All(std::vector<int> parallelism, int max_round_blocks, int restart_every) {
    max_round_blocks_ = max_round_blocks;
    Start(parallelism[0]);
    for (size_t round = 1; round < 100'000; ++round) {
      Result<RoundSummary> summary = runtime_->RunRound();
      EXPECT_TRUE(summary.ok()) << summary.error().ToString();
      if (!summary.ok()) break;
      for (const DeadLetter& letter : summary->dead_letters) {
        answer_.dead_letters.push_back(letter.topic + "/" +
                                       std::to_string(letter.partition.value()) + "@" +
                                       std::to_string(letter.offset.value()));
      }
      if (summary->finished) break;
      if (restart_every > 0 && round % static_cast<size_t>(restart_every) == 0) {
        Restart(parallelism[(round / static_cast<size_t>(restart_every)) % parallelism.size()]);
      }
    }
    Report();
    std::sort(answer_.dead_letters.begin(), answer_.dead_letters.end());
    return std::move(answer_);
  }

 private:
  void Start(int parallelism) {
    executor_ = std::make_unique<ThreadPoolExecutor>(parallelism, clock_);
    JobConnectors connectors;
    connectors.open_source = [this](const plan::ScanNode& node) -> Result<ScanSource> {
      ScanSource source;
      source.reader =
          std::make_unique<stream::ScriptedSource>(tables_.at(node.table.name.table), true);
      source.make_decoder = [](const types::Schema&) -> Result<std::unique_ptr<stream::Decoder>> {
        return std::unique_ptr<stream::Decoder>(std::make_unique<LineDecoder>());
      };
      source.bad_records = BadRecordPolicy::kDeadLetter;
      return source;
    };
    connectors.collect = [this](const std::vector<stream::Batch>& batches) {
      for (const stream::Batch& batch : batches) testing::AppendRows(batch, &answer_.rows);
      return Status::Ok();
    };
    JobRuntimeOptions options;
    options.parallelism = parallelism;
    options.random_seed = ++starts_;  // a restored job keeps its first one
    options.sequencer.block_records = 5;
    options.sequencer.max_round_blocks = max_round_blocks_;
    auto runtime =
        JobRuntime::Create(plan_, connectors, *executor_, clock_, testing::Pool(), options);
    ASSERT_TRUE(runtime.ok()) << runtime.error().ToString();
    runtime_ = std::move(runtime).value();
  }

  void Restart(int parallelism) {
    Result<std::vector<state::OperatorSnapshot>> snapshots = runtime_->Snapshot();
    ASSERT_TRUE(snapshots.ok());
    state::EpochRecord record;
    record.partitions = runtime_->partitions();
    record.offsets = runtime_->offsets();
    Start(parallelism);
    const Status restored = runtime_->Restore(record, [&](const std::string& operator_id) {
      auto reader = std::make_unique<testing::MemoryStateReader>();
      for (const state::OperatorSnapshot& snapshot : *snapshots) {
        if (snapshot.sections.empty()) continue;
        if (snapshot.sections[0].info.operator_id == operator_id) reader->Add(snapshot);
      }
      return reader;
    });
    ASSERT_TRUE(restored.ok()) << restored.error().ToString();
  }

  void Report() {
    for (const OperatorReport& report : runtime_->operator_reports()) {
      const OperatorCounters& counters = report.counters;
      // Every instance of a keyless join takes in the rows of one side.
      const int64_t rows_in = report.kind == "IntervalJoin" ? 0 : counters.rows_in;
      answer_.counters[report.operator_id] = {rows_in, counters.rows_out, counters.rows_late};
    }
    for (const ScanReport& report : runtime_->scan_reports()) {
      const ScanCounters& counters = report.counters;
      EXPECT_EQ(counters.records,
                counters.delivered_records + counters.skipped_records + counters.bad_records);
      answer_.counters[report.operator_id] = {counters.records, counters.rows,
                                              counters.bad_records};
    }
  }

  const std::shared_ptr<plan::PhysicalPlan> plan_;
  const Tables tables_;
  ManualClock clock_;
  int max_round_blocks_ = 64;
  uint64_t starts_ = 0;
  std::unique_ptr<ThreadPoolExecutor> executor_;
  std::unique_ptr<JobRuntime> runtime_;
  Answer answer_;
};

class JobRuntimeProperty : public ::testing::TestWithParam<Shape> {};

TEST_P(JobRuntimeProperty, TheAnswerDoesNotDependOnParallelismRoundsOrRestarts) {
  size_t rows = 0;
  for (uint64_t seed = 1; seed <= 12; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    const Tables tables = RandomTables(&random);
    const plan::PhysicalNodePtr query = QueryOf(GetParam());
    const Answer expected = TestRun(query, tables).All({1}, 1000, 0);
    rows += expected.rows.size();
    EXPECT_EQ(TestRun(query, tables).All({2}, 1, 0), expected);
    EXPECT_EQ(TestRun(query, tables).All({3}, 4, 0), expected);
    EXPECT_EQ(TestRun(query, tables).All({1}, 1, 1), expected);
    EXPECT_EQ(TestRun(query, tables).All({2, 1, 3}, 3, 2), expected);
  }
  EXPECT_GT(rows, 100u);
}

INSTANTIATE_TEST_SUITE_P(Shapes, JobRuntimeProperty,
                         ::testing::Values(Shape::kKeyedJoin, Shape::kKeylessJoin,
                                           Shape::kWindowOfUnion, Shape::kWindowOfAll,
                                           Shape::kWindowOfAllOfJoin, Shape::kUnionOfJoin,
                                           Shape::kRandom));

TEST(JobRuntime, AUuidComesOnce) {
  Random random(5);
  const Tables tables = RandomTables(&random);
  const Answer answer = TestRun(QueryOf(Shape::kRandom), tables).All({2, 1}, 2, 1);
  std::set<std::string> uuids;
  for (const OutputRow& row : answer.rows) uuids.insert(row.text.substr(row.text.rfind('|')));
  EXPECT_GT(uuids.size(), 20u);
  EXPECT_EQ(uuids.size(), answer.rows.size());
}

TEST(JobRuntime, AnEmptyInputEndsToo) {
  // b has a partition without records, c none at all: padding and windows do not wait for them.
  Random random(1);
  Tables tables = RandomTables(&random);
  auto empty = std::make_shared<ScriptedPartition>();
  empty->topic = "b";
  tables["b"] = {};
  const Answer without = TestRun(QueryOf(Shape::kKeyedJoin), tables).All({1}, 1000, 0);
  tables["b"] = {empty};
  const Answer with = TestRun(QueryOf(Shape::kKeyedJoin), tables).All({1}, 1000, 0);
  EXPECT_FALSE(with.rows.empty());
  EXPECT_EQ(testing::Texts(without.rows), testing::Texts(with.rows));
}

TEST(JobRuntime, ABadRecordFailsTheJobWithItsPlaceUnderThatPolicy) {
  auto script = std::make_shared<ScriptedPartition>();
  script->topic = "rides";
  script->records = {{1, "1,a,1000"}, {2, "bad"}};
  auto plan = std::make_shared<plan::PhysicalPlan>();
  plan->query = ScanOf("a");
  ManualClock clock;
  ThreadPoolExecutor executor(1, clock);
  JobConnectors connectors;
  connectors.open_source = [&](const plan::ScanNode&) -> Result<ScanSource> {
    ScanSource source;
    source.reader = std::make_unique<stream::ScriptedSource>(ScriptedPartitions{script}, true);
    source.make_decoder = [](const types::Schema&) -> Result<std::unique_ptr<stream::Decoder>> {
      return std::unique_ptr<stream::Decoder>(std::make_unique<LineDecoder>());
    };
    return source;
  };
  connectors.collect = [](const std::vector<stream::Batch>&) { return Status::Ok(); };
  auto runtime = JobRuntime::Create(plan, connectors, executor, clock, testing::Pool(), {});
  ASSERT_TRUE(runtime.ok());
  const Result<RoundSummary> summary = (*runtime)->RunRound();
  ASSERT_FALSE(summary.ok());
  EXPECT_EQ(summary.error().code(), ErrorCode::kInvalidData);
  EXPECT_NE(summary.error().message().find("topic 'rides' partition 0 offset 1"),
            std::string::npos);
}

}  // namespace
}  // namespace floe::runtime
