// The jobs of one process: submitted while others run, started again after a failure, stopped one
// by one, and remembered over restarts of the process (docs/design/jobs.md).
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/job.h"
#include "engine/job_store.h"
#include "engine/restart_strategy.h"
#include "engine/script.h"

namespace floe::engine {

// What there is to show of a job, as it stood after a recent round.
struct JobStatus {
  JobRecord record;
  int64_t restarts = 0;
  JobReport report;  // of the last run; empty before the first
};

// By id, by a beginning of it that only one job has, or by the name of a job that has not ended,
// else of the last that has. kNotFound, or kInvalidArgument where several are meant.
Result<JobStatus> FindJob(const std::vector<JobStatus>& jobs, const std::string& id_or_name);

struct SubmittedScript {
  std::string file_name;  // for names and messages
  std::string sql;
  // Started again by the next process that owns the data directory, unless it ended before.
  bool remembered = true;
  ScriptUse use = ScriptUse::kNew;
};

class JobSupervisor {
 public:
  // `engine` outlives the supervisor; the executor of `engine` has a thread to spare for the jobs.
  JobSupervisor(Engine& engine, Random random);
  ~JobSupervisor();

  // Calls of the job thread: the one that calls Run, or any before that.

  // Plans all of the script and starts its inserts; a SELECT is refused. An error means that none
  // was started; one of the script has its position in it.
  Result<std::vector<JobStatus>> Submit(const SubmittedScript& script);
  // The same for a script that was planned by its caller.
  Result<std::vector<JobStatus>> Submit(const SubmittedScript& script, PlannedScript planned);
  // Starts the remembered jobs that had not ended. One that does not start again is FAILED.
  Status Resume();
  // Runs jobs until `stop` gives true (asked often), or, unless `keep_waiting`, all have ended;
  // then ends each running job's epoch. Calls `tick` at once, between rounds and at least every
  // tick interval. The error of an epoch that could not be ended; failures of jobs are in their
  // status.
  Status Run(bool keep_waiting, const std::function<bool()>& stop,
             const std::function<void()>& tick);

  // Calls of any thread.

  // Runs `call` on the job thread and waits for it. kUnavailable when Run is not running, or too
  // many calls wait.
  Status OnJobThread(std::function<void(JobSupervisor&)> call);
  std::vector<JobStatus> List() const;
  // As FindJob.
  Result<JobStatus> Find(const std::string& id_or_name) const;

  // Calls of the job thread again.

  // Commits what was read and ends the job: FINISHED.
  Result<JobStatus> Stop(const std::string& id_or_name);
  // Ends it at once; what was read since the last epoch is read again by the pipeline's next job.
  Result<JobStatus> Cancel(const std::string& id_or_name);

 private:
  struct Entry;
  struct Call;

  Result<PlannedScript> Plan(const SubmittedScript& script) const;
  Result<plan::PhysicalPlan> PlanAgain(const JobRecord& record) const;
  // No other job of that name runs or will by itself.
  Status CheckNameIsFree(const JobRecord& record) const;
  // An error leaves some of it done.
  Status ApplyAndStart(StagedDefinitions& definitions,
                       const std::vector<std::unique_ptr<Entry>>& entries);
  Status ReadOptions(Entry& entry);
  Status Start(Entry& entry);
  void StartOrFail(Entry& entry);
  bool StepAll();
  bool Step(Entry& entry);
  void Fail(Entry& entry, const Error& error);
  void End(Entry& entry, JobState state);
  void SetState(Entry& entry, JobState state);
  void ResumeOne(JobRecord record);
  void ForgetOldest();
  void Publish(const Entry& entry);
  void PublishRunning();
  Result<Entry*> FindRunning(const std::string& id_or_name);
  bool AllEnded() const;
  void RunCalls();
  void StopCalls();
  void Wait(const std::function<bool()>& stop);
  Status EndEpochs();

  Engine& engine_;
  Random random_;
  JobStore store_;
  const Logger logger_;
  std::vector<std::unique_ptr<Entry>> entries_;  // in the order of submission

  mutable std::mutex mutex_;          // guards what follows
  std::vector<JobStatus> published_;  // in the order of submission
  std::deque<std::shared_ptr<Call>> calls_;
  bool running_ = false;
};

}  // namespace floe::engine
