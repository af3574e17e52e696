#include "harness/job_run.h"

#include <arrow/memory_pool.h>

#include <algorithm>
#include <set>
#include <utility>

#include "connectors/json/json_format.h"
#include "harness/memory_state.h"

namespace floe::harness {
namespace {

constexpr char kInputPrefix[] = "input/";
// 2024-01-01 00:00:00 UTC.
constexpr int64_t kStartOfClockMs = 1'704'067'200'000;

// Memory that the tests do not limit.
arrow::MemoryPool* TestPool() {
  static arrow::ProxyMemoryPool pool(arrow::system_memory_pool());
  return &pool;
}

class CollectingWriter final : public stream::SinkWriter {
 public:
  CollectingWriter(std::vector<std::string>* rows, std::mutex* mutex)
      : rows_(rows), mutex_(mutex) {}

  Status Write(const stream::Batch& batch) override {
    const std::vector<std::string> texts = RowTexts(batch);
    const std::scoped_lock lock(*mutex_);
    rows_->insert(rows_->end(), texts.begin(), texts.end());
    return Status::Ok();
  }
  Result<std::string> PrepareEpoch(Epoch) override { return std::string(); }

 private:
  std::vector<std::string>* const rows_;
  std::mutex* const mutex_;
};

}  // namespace

JobRun::JobRun(const RunOptions& options, const TestInputs& inputs,
               const plan::StatementResult& planned)
    : options_(options),
      inputs_(inputs),
      plan_(std::make_shared<const plan::PhysicalPlan>(planned.plan)),
      clock_(kStartOfClockMs),
      executor_(options.parallelism, clock_) {
  outcome_.schema = planned.schema;
  outcome_.plan = plan_;
  engine::ConnectorEnvironment environment;
  environment.log = &log_;
  environment.memory = TestPool();
  environment.is_embedded_log = [](const std::string&) { return true; };
  connectors_ = std::make_unique<engine::ConnectorRegistry>(std::move(environment));
}

Status JobRun::OpenInputs() {
  for (const auto& [name, records] : inputs_.topics) {
    int32_t partitions = 1;
    for (const TopicRecord& record : records) {
      partitions = std::max(partitions, record.partition + 1);
    }
    FLOE_TRY(log_.CreateTopic(name, partitions, {}));
    if (inputs_.arrival.empty()) FLOE_TRY(Arrive(name, records.size()));
  }
  return Status::Ok();
}

Result<runtime::ScanSource> JobRun::OpenFile(const plan::ScanNode& node, const std::string& path) {
  const std::string name = path.substr(sizeof kInputPrefix - 1);
  std::shared_ptr<InputScript>& script = scripts_[name];
  if (!script) {
    script = std::make_shared<InputScript>();
    script->name = name;
    const auto lines = inputs_.files.find(name);
    if (lines != inputs_.files.end()) script->lines = lines->second;
    script->bounded = inputs_.arrival.empty();
    if (script->bounded) {
      script->released = script->lines.size();
      script->ended = true;
    }
  }
  runtime::ScanSource source;
  source.reader = MakeScriptedReader(script);
  FLOE_ASSIGN(const connectors::JsonFormatOptions format,
              connectors::ParseJsonFormatOptions(node.table.options));
  source.make_decoder = [format](const types::Schema& columns) {
    return connectors::MakeJsonDecoder(columns, format, TestPool());
  };
  FLOE_ASSIGN(const auto policy, engine::BadRecordsOption(node.table));
  source.bad_records = policy.value_or(runtime::BadRecordPolicy::kFail);
  return source;
}

Result<runtime::ScanSource> JobRun::OpenSource(const plan::ScanNode& node) {
  const std::map<std::string, std::string>& table = node.table.options;
  const auto path = table.find("path");
  runtime::ScanSource source;
  if (table.at("connector") == "kafka") {
    FLOE_ASSIGN(source, connectors_->OpenSource(node.table));
  } else if (path != table.end() && path->second.starts_with(kInputPrefix)) {
    FLOE_ASSIGN(source, OpenFile(node, path->second));
  } else {
    return Error(ErrorCode::kSqlUnsupported,
                 "table " + node.table.name.ToString() + " can't be read here");
  }
  FLOE_ASSIGN(source.idle_timeout_ms, engine::IdleTimeoutMs(node.table, plan_->configuration));
  return source;
}

Status JobRun::MakeRuntime(int parallelism) {
  runtime::JobConnectors connectors;
  connectors.open_source = [this](const plan::ScanNode& node) { return OpenSource(node); };
  connectors.make_writer = [this](const plan::SinkNode& node, int,
                                  int) -> Result<std::unique_ptr<stream::SinkWriter>> {
    std::vector<std::string>* rows = &outcome_.rows_of_table[node.table.name.table];
    return std::unique_ptr<stream::SinkWriter>(new CollectingWriter(rows, &rows_mutex_));
  };
  connectors.collect = [this](const std::vector<stream::Batch>& batches) {
    outcome_.batches.insert(outcome_.batches.end(), batches.begin(), batches.end());
    return Status::Ok();
  };
  runtime::JobRuntimeOptions options;
  options.parallelism = parallelism;
  const auto zone = plan_->configuration.find("table.local-time-zone");
  if (zone != plan_->configuration.end()) options.time_zone = zone->second;
  if (options_.batch_rows > 0) options.sequencer.block_records = options_.batch_rows;
  // Small rounds, so that what must not depend on them is seen not to.
  if (!options_.replay || recorded_.start_record.partitions.empty()) {
    options.sequencer.max_round_blocks = options_.restart_between_rounds ? 1 : 3;
  }
  FLOE_ASSIGN(runtime_, runtime::JobRuntime::Create(plan_, connectors, executor_, clock_,
                                                    TestPool(), options));
  return Status::Ok();
}

Status JobRun::TakeStart() {
  if (!options_.replay) return Status::Ok();
  FLOE_ASSIGN(recorded_.start, runtime_->Snapshot());
  recorded_.start_record.partitions = runtime_->partitions();
  recorded_.start_record.offsets = runtime_->offsets();
  return Status::Ok();
}

Result<QueryOutcome> JobRun::Run() {
  FLOE_TRY(OpenInputs());
  if (inputs_.arrival.empty()) {
    FLOE_TRY(MakeRuntime(options_.parallelism));
    FLOE_TRY(TakeStart());
    FLOE_TRY(RunWhatIsThere());
  } else {
    FLOE_TRY(RunArrival());
  }
  recorded_.record.partitions = runtime_->partitions();
  recorded_.record.order = runtime_->TakeOrder();
  return Finish();
}

Result<QueryOutcome> JobRun::Replay(const RecordedRun& recorded) {
  recorded_ = recorded;
  FLOE_TRY(OpenInputs());
  for (const auto& [name, records] : inputs_.topics) {
    if (!inputs_.arrival.empty()) FLOE_TRY(Arrive(name, records.size()));
  }
  FLOE_TRY(MakeRuntime(options_.parallelism));
  for (auto& [name, script] : scripts_) script->released = script->lines.size();
  FLOE_TRY(runtime_->Restore(recorded.start_record, [&](const std::string& operator_id) {
    return MakeMemoryStateReader(recorded.start, operator_id);
  }));
  size_t position = 0;
  while (position < recorded.record.order.events().size()) {
    FLOE_TRY(runtime_->ReplayRound(recorded.record, &position));
  }
  return Finish();
}

QueryOutcome JobRun::Finish() {
  outcome_.scans = runtime_->scan_reports();
  outcome_.operators = runtime_->operator_reports();
  return std::move(outcome_);
}

Result<bool> JobRun::Round() {
  FLOE_ASSIGN(const runtime::RoundSummary summary, runtime_->RunRound());
  outcome_.dead_letters += static_cast<int64_t>(summary.dead_letters.size());
  if (summary.progressed && options_.restart_between_rounds) FLOE_TRY(Restart());
  return summary.progressed;
}

Status JobRun::Restart() {
  FLOE_ASSIGN(const std::vector<state::OperatorSnapshot> snapshots, runtime_->Snapshot());
  state::EpochRecord record;
  record.partitions = runtime_->partitions();
  record.offsets = runtime_->offsets();
  FLOE_TRY(MakeRuntime(++starts_ % 2 == 0 ? options_.parallelism : 1));
  return runtime_->Restore(record, [&](const std::string& operator_id) {
    return MakeMemoryStateReader(snapshots, operator_id);
  });
}

Status JobRun::RunWhatIsThere() {
  for (bool progressed = true; progressed;) {
    FLOE_ASSIGN(progressed, Round());
  }
  return Status::Ok();
}

Status JobRun::ArriveBeforeStart(size_t* next) {
  const std::vector<std::string>& arrival = inputs_.arrival;
  const auto start = std::find(arrival.begin(), arrival.end(), "start");
  if (start == arrival.end()) return Status::Ok();
  for (; arrival[*next] != "start"; ++*next) FLOE_TRY(Arrive(arrival[*next], 1));
  ++*next;
  return Status::Ok();
}

Status JobRun::RunArrival() {
  const std::vector<std::string>& arrival = inputs_.arrival;
  size_t first = 0;
  FLOE_TRY(ArriveBeforeStart(&first));
  FLOE_TRY(MakeRuntime(options_.parallelism));
  FLOE_TRY(TakeStart());
  const size_t most = static_cast<size_t>(std::max(1, options_.batch_rows));
  while (first < arrival.size()) {
    size_t last = first + 1;
    const bool is_row = arrival[first].find(':') == std::string::npos;
    while (is_row && last < arrival.size() && last - first < most &&
           arrival[last] == arrival[first]) {
      ++last;
    }
    const size_t rows_before = CountRows();
    FLOE_TRY(Arrive(arrival[first], last - first));
    FLOE_TRY(RunWhatIsThere());
    outcome_.group_sizes.push_back(static_cast<int64_t>(last - first));
    outcome_.rows_of_group.push_back(static_cast<int64_t>(CountRows() - rows_before));
    first = last;
  }
  // What is left open ends with the last arrival.
  for (auto& [name, script] : scripts_) script->ended = true;
  return RunWhatIsThere();
}

Status JobRun::Arrive(const std::string& entry, size_t count) {
  constexpr std::string_view kEnd = "end:";
  constexpr std::string_view kWait = "wait:";
  if (entry.starts_with(kWait)) {
    clock_.Advance(std::chrono::milliseconds(std::stoll(entry.substr(kWait.size()))));
    return Status::Ok();
  }
  const auto topic = inputs_.topics.find(entry);
  if (topic != inputs_.topics.end()) {
    for (size_t& next = arrived_[entry]; count > 0 && next < topic->second.size(); --count) {
      const TopicRecord& record = topic->second[next++];
      log::AppendRecord append;
      append.value = record.value;
      append.timestamp_ms = record.timestamp_ms;
      FLOE_TRY(log_.AppendTo(entry, PartitionId(record.partition), {&append, 1}));
    }
    return Status::Ok();
  }
  const bool is_end = entry.starts_with(kEnd);
  const auto script = scripts_.find(is_end ? entry.substr(kEnd.size()) : entry);
  // An input that the query does not read.
  if (script == scripts_.end()) return Status::Ok();
  if (is_end) {
    script->second->ended = true;
  } else {
    script->second->released += count;
  }
  return Status::Ok();
}

size_t JobRun::CountRows() const {
  int64_t rows = 0;
  for (const stream::Batch& batch : outcome_.batches) rows += batch.size();
  return static_cast<size_t>(rows);
}

}  // namespace floe::harness
