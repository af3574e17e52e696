#include "harness/sql_runner.h"

#include <arrow/memory_pool.h>

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "connectors/json/json_format.h"
#include "engine/connector_registry.h"
#include "harness/memory_state.h"

namespace floe::harness {
namespace {

constexpr char kInputPrefix[] = "input/";

// Memory that the tests do not limit.
arrow::MemoryPool* TestPool() {
  static arrow::ProxyMemoryPool pool(arrow::system_memory_pool());
  return &pool;
}

}  // namespace

// Takes the connectors that the cases name; checks what Flink checks of the JSON format.
class SqlRunner::Validator final : public plan::ConnectorValidator {
 public:
  Status Validate(const stream::TableDescriptor& table, plan::TableUse) const override {
    const auto connector = table.options.find("connector");
    if (connector == table.options.end()) {
      return Error(ErrorCode::kInvalidOption, "option 'connector' is required");
    }
    const std::vector<std::string> known = {"filesystem", "blackhole", "datagen", "print"};
    if (std::find(known.begin(), known.end(), connector->second) == known.end()) {
      return Error(ErrorCode::kInvalidOption, "no connector '" + connector->second + "'");
    }
    if (connector->second == "filesystem") {
      for (const char* key : {"path", "format"}) {
        if (table.options.contains(key)) continue;
        return Error(ErrorCode::kInvalidOption, std::string("option '") + key + "' is required");
      }
      const std::string& format = table.options.at("format");
      if (format != "json") {
        return Error(ErrorCode::kInvalidOption, "there is no format '" + format + "'");
      }
    }
    FLOE_TRY(engine::BadRecordsOption(table));
    return connectors::ParseJsonFormatOptions(table.options).status();
  }
};

// One run of a query: the scripts of its inputs, and the runtimes that restarts make.
class SqlRunner::QueryRun {
 public:
  QueryRun(SqlRunner& runner, const plan::StatementResult& planned)
      : runner_(runner),
        plan_(std::make_shared<const plan::PhysicalPlan>(planned.plan)),
        executor_(runner.options_.parallelism, clock_) {
    outcome_.schema = planned.schema;
  }

  Result<QueryOutcome> Run() {
    FLOE_TRY(MakeRuntime());
    FLOE_TRY(runner_.arrival_.empty() ? RunBounded() : RunArrival());
    outcome_.scans = runtime_->scan_reports();
    outcome_.operators = runtime_->operator_reports();
    return std::move(outcome_);
  }

 private:
  Result<runtime::ScanSource> OpenSource(const plan::ScanNode& node) {
    const auto path = node.table.options.find("path");
    if (path == node.table.options.end() || !path->second.starts_with(kInputPrefix)) {
      return Error(ErrorCode::kSqlUnsupported,
                   "table " + node.table.name.ToString() + " can't be read here");
    }
    const std::string name = path->second.substr(sizeof kInputPrefix - 1);
    std::shared_ptr<InputScript>& script = scripts_[name];
    if (!script) {
      script = std::make_shared<InputScript>();
      script->name = name;
      script->lines = runner_.inputs_[name];
      script->bounded = runner_.arrival_.empty();
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

  Status MakeRuntime() {
    runtime::JobConnectors connectors;
    connectors.open_source = [this](const plan::ScanNode& node) { return OpenSource(node); };
    connectors.collect = [this](const std::vector<stream::Batch>& batches) {
      outcome_.batches.insert(outcome_.batches.end(), batches.begin(), batches.end());
      return Status::Ok();
    };
    runtime::JobRuntimeOptions options;
    options.parallelism = runner_.options_.parallelism;
    const auto zone = plan_->configuration.find("table.local-time-zone");
    if (zone != plan_->configuration.end()) options.time_zone = zone->second;
    if (runner_.options_.batch_rows > 0) {
      options.sequencer.block_records = runner_.options_.batch_rows;
    }
    // Small rounds, so that what must not depend on them is seen not to.
    options.sequencer.max_round_blocks = runner_.options_.restart_between_rounds ? 1 : 3;
    FLOE_ASSIGN(runtime_, runtime::JobRuntime::Create(plan_, connectors, executor_, clock_,
                                                      TestPool(), options));
    return Status::Ok();
  }

  // Runs a round; then, if asked for, throws the job away and restores it.
  Result<bool> Round() {
    FLOE_ASSIGN(const runtime::RoundSummary summary, runtime_->RunRound());
    if (summary.progressed && runner_.options_.restart_between_rounds) FLOE_TRY(Restart());
    return summary.progressed;
  }

  Status Restart() {
    FLOE_ASSIGN(const std::vector<state::OperatorSnapshot> snapshots, runtime_->Snapshot());
    state::EpochRecord record;
    record.partitions = runtime_->partitions();
    record.offsets = runtime_->offsets();
    FLOE_TRY(MakeRuntime());
    return runtime_->Restore(record, [&](const std::string& operator_id) {
      return MakeMemoryStateReader(snapshots, operator_id);
    });
  }

  Status RunBounded() {
    for (bool progressed = true; progressed;) {
      FLOE_ASSIGN(progressed, Round());
    }
    return Status::Ok();
  }

  Status RunArrival() {
    const std::vector<std::string>& arrival = runner_.arrival_;
    const size_t most = static_cast<size_t>(std::max(1, runner_.options_.batch_rows));
    for (size_t first = 0; first < arrival.size();) {
      size_t last = first + 1;
      const bool is_end = arrival[first].starts_with("end:");
      while (!is_end && last < arrival.size() && last - first < most &&
             arrival[last] == arrival[first]) {
        ++last;
      }
      const size_t rows_before = CountRows();
      FLOE_TRY(Release(arrival[first], last - first));
      FLOE_TRY(RunBounded());
      outcome_.group_sizes.push_back(static_cast<int64_t>(last - first));
      outcome_.rows_of_group.push_back(static_cast<int64_t>(CountRows() - rows_before));
      first = last;
    }
    // What is left open ends with the last arrival.
    for (auto& [name, script] : scripts_) script->ended = true;
    return RunBounded();
  }

  Status Release(const std::string& entry, size_t count) {
    constexpr std::string_view kEnd = "end:";
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

  size_t CountRows() const {
    int64_t rows = 0;
    for (const stream::Batch& batch : outcome_.batches) rows += batch.size();
    return static_cast<size_t>(rows);
  }

  SqlRunner& runner_;
  const std::shared_ptr<const plan::PhysicalPlan> plan_;
  SystemClock clock_;
  ThreadPoolExecutor executor_;
  std::map<std::string, std::shared_ptr<InputScript>> scripts_;
  std::unique_ptr<runtime::JobRuntime> runtime_;
  QueryOutcome outcome_;
};

SqlRunner::SqlRunner(RunOptions options)
    : options_(options), validator_(std::make_unique<Validator>()) {
  plan::SessionEnvironment environment;
  environment.connectors = validator_.get();
  session_ = std::make_unique<plan::Session>(std::move(environment));
}

SqlRunner::~SqlRunner() = default;

std::string SqlRunner::Substitute(std::string_view sql) {
  std::string out(sql);
  const auto replace = [&out](const std::string& from, const std::string& to) {
    for (size_t at = out.find(from); at != std::string::npos; at = out.find(from, at)) {
      const size_t end = from.ends_with('}') ? at + from.size() : out.find('}', at) + 1;
      const std::string name =
          from.ends_with('}') ? "" : out.substr(at + from.size(), end - 1 - at - from.size());
      out.replace(at, end - at, to + name);
    }
  };
  replace("${input:", kInputPrefix);
  replace("${output:", "output/");
  replace("${run}", "run");
  return out;
}

void SqlRunner::SetInputs(std::map<std::string, std::vector<std::string>> inputs,
                          std::vector<std::string> arrival) {
  inputs_ = std::move(inputs);
  arrival_ = std::move(arrival);
}

Result<QueryOutcome> SqlRunner::RunQuery(const plan::StatementResult& planned) {
  return QueryRun(*this, planned).Run();
}

std::string CheckConservation(const QueryOutcome& outcome) {
  for (const runtime::ScanReport& scan : outcome.scans) {
    const runtime::ScanCounters& counters = scan.counters;
    if (counters.records !=
        counters.delivered_records + counters.skipped_records + counters.bad_records) {
      return "scan of " + scan.table + ": " + std::to_string(counters.records) + " records read, " +
             std::to_string(counters.delivered_records) + " delivered, " +
             std::to_string(counters.skipped_records) + " skipped, " +
             std::to_string(counters.bad_records) + " bad";
    }
  }
  for (const runtime::OperatorReport& report : outcome.operators) {
    const runtime::OperatorCounters& counters = report.counters;
    const bool passes_on = report.kind == "Calc" || report.kind == "Union";
    if (passes_on && counters.rows_in != counters.rows_out + counters.rows_filtered) {
      return report.kind + ": " + std::to_string(counters.rows_in) + " rows in, " +
             std::to_string(counters.rows_out) + " out, " + std::to_string(counters.rows_filtered) +
             " filtered";
    }
    if (counters.rows_late > counters.rows_in) return report.kind + ": more rows late than in";
  }
  return "";
}

}  // namespace floe::harness
