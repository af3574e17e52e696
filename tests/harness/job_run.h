// One run of a planned query or job on inputs in memory, with the runtimes that restarts make.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "engine/connector_registry.h"
#include "harness/scripted_input.h"
#include "harness/sql_runner.h"
#include "log/scripted_log.h"
#include "runtime/job_runtime.h"

namespace floe::harness {

// What was read, in which order, from which state on.
struct RecordedRun {
  std::vector<state::OperatorSnapshot> start;
  state::EpochRecord start_record;
  state::EpochRecord record;
};

// `inputs` outlives the run.
class JobRun {
 public:
  JobRun(const RunOptions& options, const TestInputs& inputs, const plan::StatementResult& planned);

  // To the end, or until nothing is left to arrive.
  Result<QueryOutcome> Run();
  const RecordedRun& recorded() const { return recorded_; }
  // The same inputs in the recorded order, in large rounds.
  Result<QueryOutcome> Replay(const RecordedRun& recorded);

 private:
  Status OpenInputs();
  Result<runtime::ScanSource> OpenSource(const plan::ScanNode& node);
  Result<runtime::ScanSource> OpenFile(const plan::ScanNode& node, const std::string& path);
  Status MakeRuntime(int parallelism);
  Status TakeStart();
  Result<bool> Round();
  Status Restart();
  Status RunWhatIsThere();
  Status RunArrival();
  // Whether the entry takes place before the job starts.
  Status ArriveBeforeStart(size_t* next);
  Status Arrive(const std::string& entry, size_t count);
  size_t CountRows() const;
  QueryOutcome Finish();

  const RunOptions options_;
  const TestInputs& inputs_;
  const std::shared_ptr<const plan::PhysicalPlan> plan_;
  ManualClock clock_;
  ThreadPoolExecutor executor_;
  log::ScriptedLog log_;
  std::unique_ptr<engine::ConnectorRegistry> connectors_;
  std::map<std::string, std::shared_ptr<InputScript>> scripts_;
  std::map<std::string, size_t> arrived_;  // records of topics
  std::unique_ptr<runtime::JobRuntime> runtime_;
  int starts_ = 0;
  std::mutex rows_mutex_;  // writers run in parallel
  QueryOutcome outcome_;
  RecordedRun recorded_;
};

}  // namespace floe::harness
