// Rates of the interval join alone, on one thread: rounds of up to 64 blocks of 1,024 rows, rows up
// to 2 s out of order, watermarks 2 s behind. Prints CPU nanoseconds per event and per row put out,
// and what the join held at the end.
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/memory_pool.h>
#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "plan/physical_plan.h"
#include "runtime/batch_rows.h"
#include "runtime/interval_join.h"
#include "state/snapshot.h"
#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

using types::DataType;

constexpr int64_t kBlockRows = 1024;
constexpr int64_t kDisorderMs = 2000;

double CpuSeconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void Check(const Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

types::Schema InputSchema() {
  return types::Schema({{"id", DataType::BigInt()},
                        {"zone", DataType::String()},
                        {"lat", DataType::Double()},
                        {"lon", DataType::Double()},
                        {"ts", DataType::Timestamp(3)}});
}

struct Case {
  const char* name;
  int64_t events;
  double left_share;         // of the events
  uint64_t zones;            // distinct keys; 0: a join without key
  int64_t bound_ms;          // ± around a row's time
  double events_per_second;  // of event time
  plan::JoinType type = plan::JoinType::kLeft;
  plan::MatchSelection matches = plan::MatchSelection::kAll;
  int64_t round_blocks = 64;
};

plan::IntervalJoinNode NodeOf(const Case& spec) {
  plan::IntervalJoinNode node;
  std::vector<types::Field> fields;
  const types::Schema schema = InputSchema();
  for (int side = 0; side < 2; ++side) {
    auto scan = std::make_shared<plan::ScanNode>();
    scan->schema = schema;
    node.inputs.push_back(std::move(scan));
    for (const types::Field& field : schema.fields()) fields.push_back(field);
  }
  node.schema = types::Schema(std::move(fields));
  node.type = spec.type;
  node.left_time = node.right_time = 4;
  node.lower_bound_ms = -spec.bound_ms;
  node.upper_bound_ms = spec.bound_ms;
  if (spec.zones > 0) node.left_keys = node.right_keys = {1};
  node.matches = spec.matches;
  return node;
}

// The streams of a case, a round at a time.
class Events {
 public:
  explicit Events(const Case& spec) : spec_(spec) {}

  bool done() const { return next_ == spec_.events; }
  std::vector<RoundInput> NextRound() {
    arrow::MemoryPool* pool = arrow::system_memory_pool();
    std::vector<RoundInput> round(2);
    std::shared_ptr<stream::WatermarkTimeline> timelines[2];
    for (int side = 0; side < 2; ++side) {
      timelines[side] = std::make_shared<stream::WatermarkTimeline>(EventTime(watermarks_[side]));
      round[static_cast<size_t>(side)].watermarks = timelines[side];
    }
    for (int64_t block = 0; block < spec_.round_blocks && !done(); ++block) {
      const int64_t count = std::min(kBlockRows, spec_.events - next_);
      AddBlock(count, pool, timelines, &round);
    }
    return round;
  }

 private:
  void AddBlock(int64_t count, arrow::MemoryPool* pool,
                const std::shared_ptr<stream::WatermarkTimeline>* timelines,
                std::vector<RoundInput>* round) {
    struct Columns {
      arrow::MemoryPool* pool = arrow::system_memory_pool();
      arrow::Int64Builder ids{pool};
      arrow::StringBuilder zones{pool};
      arrow::DoubleBuilder lats{pool};
      arrow::DoubleBuilder lons{pool};
      arrow::TimestampBuilder times{arrow::timestamp(arrow::TimeUnit::MILLI), pool};
      std::vector<int64_t> causes;
    };
    Columns columns[2];
    for (int64_t i = 0; i < count; ++i, ++next_) {
      const int side = random_.NextDouble() < spec_.left_share ? 0 : 1;
      Columns& to = columns[side];
      const auto now_ms =
          static_cast<int64_t>(static_cast<double>(next_) * 1000 / spec_.events_per_second);
      const int64_t time_ms =
          1'700'000'000'000 + now_ms - static_cast<int64_t>(random_.Uniform(kDisorderMs));
      to.causes.push_back((next_ + 1) * stream::kSequencesPerRecord);
      (void)to.ids.Append(next_);
      (void)to.zones.Append("zone_" +
                            std::to_string(random_.Uniform(std::max<uint64_t>(spec_.zones, 1))));
      (void)to.lats.Append(37.7);
      (void)to.lons.Append(-122.4);
      (void)to.times.Append(time_ms);
      watermarks_[side] = std::max(watermarks_[side], time_ms - kDisorderMs);
      timelines[side]->Append(to.causes.back(), EventTime(watermarks_[side]));
    }
    for (size_t side = 0; side < 2; ++side) {
      Columns& from = columns[side];
      if (from.causes.empty()) continue;
      stream::Batch batch;
      batch.rows = arrow::RecordBatch::Make(
          types::ToArrow(InputSchema()), static_cast<int64_t>(from.causes.size()),
          {from.ids.Finish().ValueOrDie(), from.zones.Finish().ValueOrDie(),
           from.lats.Finish().ValueOrDie(), from.lons.Finish().ValueOrDie(),
           from.times.Finish().ValueOrDie()});
      batch.order.push_back(MakeInt64Array(from.causes, pool).value());
      (*round)[side].batches.push_back(std::move(batch));
    }
  }

  const Case& spec_;
  Random random_{42};
  int64_t next_ = 0;
  int64_t watermarks_[2] = {EventTime::Min().millis(), EventTime::Min().millis()};
};

void Run(const Case& spec) {
  OperatorContext context;
  context.memory_pool = arrow::system_memory_pool();
  const plan::IntervalJoinNode node = NodeOf(spec);
  auto join = MakeIntervalJoin(node, context);
  Check(join.status());
  int64_t rows_out = 0;
  double seconds = 0;
  for (Events events(spec); !events.done();) {
    const std::vector<RoundInput> round = events.NextRound();
    std::vector<stream::Batch> output;
    const double start = CpuSeconds();
    Check((*join)->OnRound(round, &output));
    for (const stream::Batch& batch : output) rows_out += batch.size();
    output.clear();
    seconds += CpuSeconds() - start;
  }
  state::StateWriter writer("join", 0);
  Check((*join)->Snapshot(writer));
  const auto state_bytes = static_cast<double>(std::move(writer).Finish().size_bytes());
  std::printf("%-52s %8.1f ns/event %6.2f M events/s %7.1f ns/row %7.2f M rows/s %6.1f MB state\n",
              spec.name, seconds * 1e9 / static_cast<double>(spec.events),
              static_cast<double>(spec.events) / seconds / 1e6,
              seconds * 1e9 / static_cast<double>(rows_out),
              static_cast<double>(rows_out) / seconds / 1e6, state_bytes / 1e6);
}

}  // namespace
}  // namespace floe::runtime

int main() {
  using floe::plan::JoinType;
  using floe::plan::MatchSelection;
  using floe::runtime::Case;
  const Case cases[] = {
      {"LEFT, 1,000 keys", 2'000'000, 0.5, 1'000, 5'000, 1'000},
      {"LEFT, 10,000 keys", 2'000'000, 0.5, 10'000, 5'000, 1'000},
      {"LEFT, 100,000 keys", 2'000'000, 0.5, 100'000, 5'000, 1'000},
      {"LEFT, 10,000 keys, 10 times the event time", 20'000'000, 0.5, 10'000, 5'000, 1'000},
      {"INNER, 100 keys", 2'000'000, 0.5, 100, 500, 1'000, JoinType::kInner},
      {"LEFT, no key", 200'000, 0.02, 0, 20'000, 1'000, JoinType::kLeft, MatchSelection::kAll, 1},
      {"INNER, no key", 200'000, 0.02, 0, 20'000, 1'000, JoinType::kInner, MatchSelection::kAll, 1},
      {"LEFT, no key, into an upsert sink", 2'000'000, 0.02, 0, 300'000, 1'000, JoinType::kLeft,
       MatchSelection::kLastOfLeftRow},
  };
  for (const Case& spec : cases) floe::runtime::Run(spec);
  return 0;
}
