// Rates of the window operators alone, on one thread: rounds of 64 blocks of 1,024 rows whose
// watermark is 5 s behind. Prints CPU nanoseconds per row and rows per second.
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/memory_pool.h>
#include <sys/resource.h>

#include <cstdio>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "plan/physical_plan.h"
#include "runtime/batch_rows.h"
#include "runtime/window_aggregate.h"
#include "runtime/window_join.h"
#include "runtime/window_local_aggregate.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

using functions::AggregateCall;
using functions::AggregateKind;
using types::DataType;

constexpr int kBlockRows = 1024;
constexpr int kRoundBlocks = 64;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

template <typename Builder>
std::shared_ptr<arrow::Array> Finish(Builder& builder) {
  return builder.Finish().ValueOrDie();
}

struct Stream {
  int64_t rows = 0;
  int groups = 1;              // distinct values of the group key
  int values = 1000;           // distinct values of what is counted
  double rows_per_second = 0;  // of event time
  double late_share = 0;       // rows up to 60 s behind
};

types::Schema InputSchema() {
  return types::Schema({{"zone", DataType::String()},
                        {"driver_id", DataType::String()},
                        {"fare", DataType::Double()},
                        {"ts", DataType::Timestamp(3)}});
}

std::shared_ptr<arrow::RecordBatch> MakeRows(const Stream& stream, int64_t first, Random& random) {
  arrow::MemoryPool* pool = arrow::system_memory_pool();
  arrow::StringBuilder zones(pool);
  arrow::StringBuilder drivers(pool);
  arrow::DoubleBuilder fares(pool);
  arrow::TimestampBuilder times(arrow::timestamp(arrow::TimeUnit::MILLI), pool);
  for (int64_t i = 0; i < kBlockRows; ++i) {
    const uint64_t driver = random.Uniform(static_cast<uint64_t>(stream.values));
    const uint64_t zone = random.Uniform(static_cast<uint64_t>(stream.groups));
    (void)zones.Append(std::string("zone_").append(std::to_string(zone)));
    (void)drivers.Append(std::string("driver_").append(std::to_string(driver)));
    (void)fares.Append(static_cast<double>(random.Uniform(1000)) / 10);
    int64_t time_ms = 1'700'000'000'000 + static_cast<int64_t>(static_cast<double>(first + i) *
                                                               1000 / stream.rows_per_second);
    time_ms -= static_cast<int64_t>(random.Uniform(2000));
    if (random.NextDouble() < stream.late_share) {
      time_ms -= static_cast<int64_t>(random.Uniform(60000));
    }
    (void)times.Append(time_ms);
  }
  return arrow::RecordBatch::Make(types::ToArrow(InputSchema()), kBlockRows,
                                  {Finish(zones), Finish(drivers), Finish(fares), Finish(times)});
}

// All rounds of a stream, made before the clock starts.
std::vector<RoundInput> MakeRounds(const Stream& stream) {
  Random random(42);
  std::vector<RoundInput> rounds;
  int64_t watermark_ms = EventTime::Min().millis();
  for (int64_t first = 0; first < stream.rows;) {
    RoundInput& round = rounds.emplace_back();
    auto timeline = std::make_shared<stream::WatermarkTimeline>(EventTime(watermark_ms));
    for (int block = 0; block < kRoundBlocks && first < stream.rows; ++block) {
      stream::Batch batch;
      batch.rows = MakeRows(stream, first, random);
      std::vector<int64_t> causes;
      const auto& times = static_cast<const arrow::TimestampArray&>(*batch.rows->column(3));
      for (int64_t i = 0; i < kBlockRows; ++i) {
        causes.push_back((first + i) * stream::kSequencesPerRecord);
        watermark_ms = std::max(watermark_ms, times.Value(i) - 5000);
        timeline->Append(causes.back(), EventTime(watermark_ms));
      }
      batch.order.push_back(MakeInt64Array(causes, arrow::system_memory_pool()).value());
      round.batches.push_back(std::move(batch));
      first += kBlockRows;
    }
    round.watermarks = std::move(timeline);
  }
  return rounds;
}

plan::WindowAggregateNode Node(std::vector<int> keys, std::vector<AggregateCall> calls) {
  plan::WindowAggregateNode node;
  node.window = {plan::WindowKind::kHop, 60000, 10000, 0, ""};
  node.time_column = 3;
  node.keys = std::move(keys);
  node.aggregates = std::move(calls);
  node.properties = {plan::WindowProperty::kStart, plan::WindowProperty::kEnd};
  std::vector<types::Field> fields;
  for (const int key : node.keys) fields.push_back(InputSchema().field(key));
  for (const AggregateCall& call : node.aggregates) fields.push_back({call.name, call.type});
  fields.push_back({"window_start", DataType::Timestamp(3)});
  fields.push_back({"window_end", DataType::Timestamp(3)});
  node.schema = types::Schema(std::move(fields));
  auto scan = std::make_shared<plan::ScanNode>();
  scan->schema = InputSchema();
  node.inputs = {scan};
  return node;
}

AggregateCall Call(AggregateKind kind, int argument, DataType type, bool distinct) {
  AggregateCall call;
  call.kind = kind;
  call.argument = argument;
  if (argument >= 0) call.argument_type = InputSchema().field(argument).type;
  call.type = std::move(type);
  call.distinct = distinct;
  call.name = "a";
  return call;
}

AggregateCall CountDistinct() { return Call(AggregateKind::kCount, 1, DataType::BigInt(), true); }

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

OperatorContext Context() {
  OperatorContext context;
  context.memory_pool = arrow::system_memory_pool();
  return context;
}

void Report(const char* name, int64_t rows, int64_t rows_out, double seconds) {
  std::printf("%-64s %7.1f ns/row %8.2f M rows/s  (%lld out)\n", name,
              seconds * 1e9 / static_cast<double>(rows), static_cast<double>(rows) / seconds / 1e6,
              static_cast<long long>(rows_out));
}

void Aggregate(const char* name, const plan::WindowAggregateNode& node, const Stream& stream,
               bool two_levels = false) {
  const std::vector<RoundInput> rounds = MakeRounds(stream);
  auto one = two_levels ? MakeWindowGlobalAggregate(node, Context())
                        : MakeWindowAggregate(node, Context());
  Check(one.status());
  std::unique_ptr<Operator> local;
  if (two_levels) {
    auto made = MakeWindowLocalAggregate(node, Context());
    Check(made.status());
    local = std::move(made).value();
  }
  int64_t rows_out = 0;
  const double start = CpuSeconds();
  for (const RoundInput& round : rounds) {
    std::vector<stream::Batch> output;
    if (two_levels) {
      RoundInput partials;
      Check(local->OnRound(std::span(&round, 1), &partials.batches));
      partials.watermarks = round.watermarks;
      Check(one.value()->OnRound(std::span(&partials, 1), &output));
    } else {
      Check(one.value()->OnRound(std::span(&round, 1), &output));
    }
    for (const stream::Batch& batch : output) rows_out += batch.size();
  }
  Report(name, stream.rows, rows_out, CpuSeconds() - start);
}

void RunAggregates() {
  const auto global = Node({}, {CountDistinct()});
  const auto keyed = Node({0}, {CountDistinct()});
  const auto sums = Node({0}, {Call(AggregateKind::kCountStar, -1, DataType::BigInt(), false),
                               Call(AggregateKind::kSum, 2, DataType::Double(), false),
                               Call(AggregateKind::kMax, 2, DataType::Double(), false)});
  constexpr int64_t kRows = int64_t{4} << 20;
  const auto stream = [](int groups, int values, double late_share = 0) {
    return Stream{kRows, groups, values, 5000, late_share};
  };
  std::printf("HOP 60 s / 10 s, 5,000 rows a second of event time\n");
  Aggregate("COUNT(DISTINCT driver_id), 1,000 drivers", global, stream(1, 1000));
  Aggregate("the same, 5 % up to a minute late", global, stream(1, 1000, 0.05));
  Aggregate("the same, in two levels", global, stream(1, 1000), true);
  Aggregate("COUNT(DISTINCT driver_id), 1,000,000 drivers", global, stream(1, 1000000));
  Aggregate("by 100 zones, 1,000 drivers", keyed, stream(100, 1000));
  Aggregate("by 1,000 zones, 1,000 drivers", keyed, stream(1000, 1000));
  Aggregate("by 1,000 zones, 10,000 drivers", keyed, stream(1000, 10000));
  Aggregate("by 1,000 zones, 1,000 drivers, in two levels", keyed, stream(1000, 1000), true);
  Aggregate("COUNT(*), SUM, MAX by 100 zones", sums, stream(100, 1000));
  Aggregate("COUNT(*), SUM, MAX by 1,000 zones", sums, stream(1000, 1000));
  Aggregate("COUNT(*), SUM, MAX by 10,000 zones", sums, stream(10000, 1000));
}

}  // namespace
}  // namespace floe::runtime

int main() {
  floe::runtime::RunAggregates();
  return 0;
}
