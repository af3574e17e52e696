#include "engine/job_supervisor.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <set>
#include <utility>

#include "base/limits.h"
#include "engine/checkpointing.h"

namespace floe::engine {
namespace {

// How often `tick` is called and statuses are refreshed when nothing happens.
constexpr std::chrono::milliseconds kTickInterval{200};
// A live round is not started sooner after another: small rounds cost more than they bring.
constexpr std::chrono::milliseconds kMinRoundInterval{20};

std::string BaseName(const std::string& file_name) {
  const std::string name = storage::FileName(file_name);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

std::string NewJobId(Random& random) {
  std::string id = random.NextUuid();
  std::erase(id, '-');
  return id;
}

bool Matches(const JobRecord& record, const std::string& id_or_name) {
  return !id_or_name.empty() && (record.id.starts_with(id_or_name) || record.name == id_or_name);
}

Error NoSuchJob(const std::string& id_or_name) {
  return Error(ErrorCode::kNotFound, "there is no job '" + id_or_name + "'")
      .WithHint("floe job list shows the jobs");
}

Error Ambiguous(const std::string& id_or_name) {
  return Error(ErrorCode::kInvalidArgument, "several jobs begin with '" + id_or_name + "'")
      .WithHint("give more of the id");
}

// The plans of a script's jobs, each under its name.
Result<std::vector<plan::PhysicalPlan>> JobPlansOf(const SubmittedScript& script,
                                                   std::vector<plan::StatementResult> planned) {
  std::vector<plan::PhysicalPlan> plans;
  std::set<std::string> names;
  for (plan::StatementResult& result : planned) {
    if (result.kind == plan::StatementResult::Kind::kQuery) {
      return Error(
                 ErrorCode::kSqlUnsupported,
                 script.file_name + ": a SELECT of a submitted file has nobody to show its rows to")
          .WithHint("write them into a table: INSERT INTO … SELECT …");
    }
    if (result.kind != plan::StatementResult::Kind::kJob) continue;
    // Jobs of one file may share a name; the later ones are told apart by their place.
    std::string name = PipelineIdOf(result.plan.configuration, BaseName(script.file_name));
    if (!names.insert(name).second) name += "-" + std::to_string(plans.size() + 1);
    result.plan.configuration["pipeline.name"] = std::move(name);
    plans.push_back(std::move(result.plan));
  }
  if (plans.empty()) {
    return Error(ErrorCode::kInvalidArgument, script.file_name + " has no INSERT to run");
  }
  return plans;
}

}  // namespace

Result<JobStatus> FindJob(const std::vector<JobStatus>& jobs, const std::string& id_or_name) {
  const JobStatus* running = nullptr;
  const JobStatus* ended = nullptr;
  for (const JobStatus& status : jobs) {
    if (!Matches(status.record, id_or_name)) continue;
    const bool has_ended = HasEnded(status.record.state);
    if (!has_ended && running != nullptr) return Ambiguous(id_or_name);
    (has_ended ? ended : running) = &status;  // of those that have ended, the last
  }
  if (running == nullptr) running = ended;
  if (running == nullptr) return NoSuchJob(id_or_name);
  return *running;
}

struct JobSupervisor::Entry {
  JobRecord record;
  bool remembered = false;
  plan::PhysicalPlan plan;
  std::unique_ptr<RestartStrategy> strategy;
  std::unique_ptr<Job> job;  // null while it does not run
  std::chrono::nanoseconds restart_at{0};
  int64_t restarts = 0;
  JobReport report;
};

struct JobSupervisor::Call {
  std::function<void(JobSupervisor&)> call;
  std::mutex mutex;
  std::condition_variable answered;
  bool done = false;
  bool dropped = false;

  void Answer(bool was_dropped) {
    std::lock_guard lock(mutex);
    done = true;
    dropped = was_dropped;
    answered.notify_all();
  }
};

JobSupervisor::JobSupervisor(Engine& engine, Random random)
    : engine_(engine),
      random_(std::move(random)),
      store_(engine.files(), engine.directory().jobs_path()),
      logger_(engine.logger().Child("jobs")) {}

JobSupervisor::~JobSupervisor() { StopCalls(); }

Result<PlannedScript> JobSupervisor::Plan(const SubmittedScript& script) const {
  ScriptOutput output;
  output.on_rows = [](const plan::StatementResult&) {};
  output.on_warning = [this](const std::string& warning) { logger_.Warning(warning); };
  return PlanScript(engine_, script.sql, script.use, output);
}

Status JobSupervisor::CheckNameIsFree(const JobRecord& record) const {
  for (const std::unique_ptr<Entry>& entry : entries_) {
    const JobRecord& other = entry->record;
    if (HasEnded(other.state) || other.name != record.name || other.id == record.id) continue;
    return Error(ErrorCode::kAlreadyExists,
                 "the job '" + record.name + "' runs already, as " + other.id)
        .WithHint("stop it first (floe job stop " + record.name +
                  "), or SET another 'pipeline.name'");
  }
  return Status::Ok();
}

Result<std::vector<JobStatus>> JobSupervisor::Submit(const SubmittedScript& script) {
  FLOE_ASSIGN(PlannedScript planned, Plan(script));
  return Submit(script, std::move(planned));
}

Result<std::vector<JobStatus>> JobSupervisor::Submit(const SubmittedScript& script,
                                                     PlannedScript planned) {
  FLOE_ASSIGN(std::vector<plan::PhysicalPlan> plans,
              JobPlansOf(script, std::move(planned.results)));
  std::vector<std::unique_ptr<Entry>> submitted;
  for (size_t i = 0; i < plans.size(); ++i) {
    auto entry = std::make_unique<Entry>();
    entry->remembered = script.remembered;
    entry->plan = std::move(plans[i]);
    entry->record.id = NewJobId(random_);
    entry->record.name = entry->plan.configuration["pipeline.name"];
    entry->record.file_name = script.file_name;
    entry->record.sql = script.sql;
    entry->record.index = static_cast<int>(i);
    entry->record.submitted_ms = engine_.clock().WallMillis();
    FLOE_TRY(CheckNameIsFree(entry->record));
    FLOE_TRY(ReadOptions(*entry));
    submitted.push_back(std::move(entry));
  }
  const Status started = ApplyAndStart(*planned.definitions, submitted);
  if (!started.ok()) {
    submitted.clear();
    const Status undone = planned.definitions->Undo();
    if (!undone.ok()) logger_.Error("a failed job's definitions stay", undone.error());
    return started.error();
  }
  std::vector<JobStatus> statuses;
  for (std::unique_ptr<Entry>& entry : submitted) {
    Entry& kept = *entries_.emplace_back(std::move(entry));
    SetState(kept, JobState::kRunning);
    statuses.push_back({kept.record, kept.restarts, kept.report});
  }
  return statuses;
}

Status JobSupervisor::ApplyAndStart(StagedDefinitions& definitions,
                                    const std::vector<std::unique_ptr<Entry>>& entries) {
  FLOE_TRY(definitions.Apply());
  for (const std::unique_ptr<Entry>& entry : entries) FLOE_TRY(Start(*entry));
  return Status::Ok();
}

Status JobSupervisor::ReadOptions(Entry& entry) {
  FLOE_TRY(ReadCheckpointOptions(entry.plan.configuration));
  FLOE_ASSIGN(const RestartOptions options, ReadRestartOptions(entry.plan.configuration));
  entry.strategy = std::make_unique<RestartStrategy>(options, Random(random_.NextUint64()));
  return Status::Ok();
}

Status JobSupervisor::Start(Entry& entry) {
  FLOE_ASSIGN(entry.job, Job::Start(engine_, entry.plan, entry.record.name));
  entry.report = entry.job->Report();
  return Status::Ok();
}

void JobSupervisor::StartOrFail(Entry& entry) {
  const Status started = Start(entry);
  if (!started.ok()) return Fail(entry, started.error());
  SetState(entry, JobState::kRunning);
}

Status JobSupervisor::Resume() {
  FLOE_ASSIGN(std::vector<JobRecord> records, store_.Read());
  for (JobRecord& record : records) ResumeOne(std::move(record));
  return Status::Ok();
}

Result<plan::PhysicalPlan> JobSupervisor::PlanAgain(const JobRecord& record) const {
  const SubmittedScript script{record.file_name, record.sql, true, ScriptUse::kAgain};
  FLOE_ASSIGN(PlannedScript planned, Plan(script));
  FLOE_ASSIGN(std::vector<plan::PhysicalPlan> plans,
              JobPlansOf(script, std::move(planned.results)));
  const auto index = static_cast<size_t>(record.index);
  if (index >= plans.size()) {
    return Error(ErrorCode::kCorruption, "its script has no job " + std::to_string(index + 1));
  }
  FLOE_TRY(planned.definitions->Apply());
  return std::move(plans[index]);
}

void JobSupervisor::ResumeOne(JobRecord record) {
  Entry& entry = *entries_.emplace_back(std::make_unique<Entry>());
  entry.remembered = true;
  entry.record = std::move(record);
  if (HasEnded(entry.record.state)) return Publish(entry);
  const Status is_free = CheckNameIsFree(entry.record);
  if (!is_free.ok()) return Fail(entry, is_free.error());
  Result<plan::PhysicalPlan> plan = PlanAgain(entry.record);
  if (!plan.ok()) return Fail(entry, plan.error());
  entry.plan = std::move(*plan);
  const Status read = ReadOptions(entry);
  if (!read.ok()) return Fail(entry, read.error());
  StartOrFail(entry);
}

Status JobSupervisor::Run(bool keep_waiting, const std::function<bool()>& stop,
                          const std::function<void()>& tick) {
  {
    std::lock_guard lock(mutex_);
    running_ = true;
  }
  tick();
  std::chrono::nanoseconds next_tick = engine_.clock().Monotonic() + kTickInterval;
  while (!stop() && (keep_waiting || !AllEnded())) {
    RunCalls();
    const bool progressed = StepAll();
    if (engine_.clock().Monotonic() >= next_tick) {
      PublishRunning();
      tick();
      next_tick = engine_.clock().Monotonic() + kTickInterval;
    }
    if (!progressed) Wait(stop);
  }
  StopCalls();
  const Status ended = EndEpochs();
  PublishRunning();
  tick();
  return ended;
}

bool JobSupervisor::StepAll() {
  bool progressed = false;
  // A step may not change entries_; calls do, between steps.
  for (const std::unique_ptr<Entry>& entry : entries_) {
    if (entry->record.state == JobState::kRestarting &&
        engine_.clock().Monotonic() >= entry->restart_at) {
      ++entry->restarts;
      StartOrFail(*entry);
      progressed = true;
    } else if (entry->job != nullptr) {
      progressed |= Step(*entry);
    }
  }
  return progressed;
}

bool JobSupervisor::Step(Entry& entry) {
  const Result<JobProgress> progress = entry.job->Step();
  if (!progress.ok()) {
    Fail(entry, progress.error());
    return true;
  }
  if (!progress->finished) return progress->progressed;
  const Status completed = entry.job->CompleteEpoch();
  if (completed.ok()) {
    End(entry, JobState::kFinished);
  } else {
    Fail(entry, completed.error());
  }
  return true;
}

// What would fail the same way again is not tried again, whatever the strategy.
void JobSupervisor::Fail(Entry& entry, const Error& error) {
  entry.record.error = error.ToString();
  logger_.Error("the job has failed", error, {{"job", entry.record.name}, {"id", entry.record.id}});
  std::optional<std::chrono::milliseconds> delay;
  if (entry.strategy != nullptr && RetryOf(error.code()) != RetryHint::kNever) {
    delay = entry.strategy->OnFailure(engine_.clock().Monotonic());
  }
  if (!delay) return End(entry, JobState::kFailed);
  if (entry.job != nullptr) entry.report = entry.job->Report();
  entry.job.reset();
  entry.restart_at = engine_.clock().Monotonic() + *delay;
  logger_.Info("the job will be started again",
               {{"job", entry.record.name}, {"after_ms", std::to_string(delay->count())}});
  SetState(entry, JobState::kRestarting);
}

void JobSupervisor::End(Entry& entry, JobState state) {
  if (entry.job != nullptr) entry.report = entry.job->Report();
  entry.job.reset();
  entry.record.ended_ms = engine_.clock().WallMillis();
  SetState(entry, state);
}

void JobSupervisor::SetState(Entry& entry, JobState state) {
  entry.record.state = state;
  if (entry.remembered) {
    const Status written = store_.Write(entry.record);
    if (!written.ok()) logger_.Error("a job's state is not remembered", written.error(), {});
  }
  Publish(entry);
}

void JobSupervisor::Publish(const Entry& entry) {
  JobStatus status{entry.record, entry.restarts,
                   entry.job != nullptr ? entry.job->Report() : entry.report};
  std::lock_guard lock(mutex_);
  const auto found = std::find_if(
      published_.begin(), published_.end(),
      [&](const JobStatus& published) { return published.record.id == entry.record.id; });
  if (found != published_.end()) {
    *found = std::move(status);
  } else {
    published_.push_back(std::move(status));
  }
}

void JobSupervisor::PublishRunning() {
  for (const std::unique_ptr<Entry>& entry : entries_) {
    if (entry->job != nullptr) Publish(*entry);
  }
  ForgetOldest();
}

void JobSupervisor::ForgetOldest() {
  auto ended =
      static_cast<size_t>(std::count_if(entries_.begin(), entries_.end(), [](const auto& entry) {
        return HasEnded(entry->record.state);
      }));
  while (ended > limits::kMaxEndedJobs) {
    const auto oldest = std::find_if(entries_.begin(), entries_.end(), [](const auto& entry) {
      return HasEnded(entry->record.state);
    });
    const std::string id = (*oldest)->record.id;
    const Status removed = (*oldest)->remembered ? store_.Remove(id) : Status::Ok();
    if (!removed.ok()) logger_.Error("an ended job is not forgotten", removed.error(), {});
    entries_.erase(oldest);
    std::lock_guard lock(mutex_);
    std::erase_if(published_, [&](const JobStatus& status) { return status.record.id == id; });
    --ended;
  }
}

Result<JobSupervisor::Entry*> JobSupervisor::FindRunning(const std::string& id_or_name) {
  Entry* found = nullptr;
  Entry* ended = nullptr;
  for (const std::unique_ptr<Entry>& entry : entries_) {
    if (!Matches(entry->record, id_or_name)) continue;
    Entry*& slot = HasEnded(entry->record.state) ? ended : found;
    if (slot != nullptr && slot == found) return Ambiguous(id_or_name);
    slot = entry.get();
  }
  if (found != nullptr) return found;
  if (ended == nullptr) return NoSuchJob(id_or_name);
  return Error(ErrorCode::kInvalidArgument, "the job '" + id_or_name + "' has ended: it is " +
                                                std::string(JobStateName(ended->record.state)));
}

Result<JobStatus> JobSupervisor::Stop(const std::string& id_or_name) {
  FLOE_ASSIGN(Entry* const entry, FindRunning(id_or_name));
  if (entry->job != nullptr) {
    const Status completed = entry->job->CompleteEpoch();
    if (!completed.ok()) {
      Fail(*entry, completed.error());
      return completed.error();
    }
  }
  End(*entry, JobState::kFinished);
  return JobStatus{entry->record, entry->restarts, entry->report};
}

Result<JobStatus> JobSupervisor::Cancel(const std::string& id_or_name) {
  FLOE_ASSIGN(Entry* const entry, FindRunning(id_or_name));
  End(*entry, JobState::kCanceled);
  return JobStatus{entry->record, entry->restarts, entry->report};
}

std::vector<JobStatus> JobSupervisor::List() const {
  std::lock_guard lock(mutex_);
  return published_;
}

Result<JobStatus> JobSupervisor::Find(const std::string& id_or_name) const {
  return FindJob(List(), id_or_name);
}

bool JobSupervisor::AllEnded() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const auto& entry) { return HasEnded(entry->record.state); });
}

Status JobSupervisor::OnJobThread(std::function<void(JobSupervisor&)> call) {
  auto waiting = std::make_shared<Call>();
  waiting->call = std::move(call);
  {
    std::lock_guard lock(mutex_);
    if (!running_) return Status(ErrorCode::kUnavailable, "the process takes no jobs now");
    if (calls_.size() >= limits::kMaxPendingJobCalls) {
      return Status(ErrorCode::kUnavailable, "too many requests wait for the jobs");
    }
    calls_.push_back(waiting);
  }
  engine_.executor().Wake();
  std::unique_lock lock(waiting->mutex);
  waiting->answered.wait(lock, [&] { return waiting->done; });
  return waiting->dropped ? Status(ErrorCode::kUnavailable, "the process is being stopped")
                          : Status::Ok();
}

void JobSupervisor::RunCalls() {
  for (;;) {
    std::shared_ptr<Call> next;
    {
      std::lock_guard lock(mutex_);
      if (calls_.empty()) return;
      next = std::move(calls_.front());
      calls_.pop_front();
    }
    next->call(*this);
    next->Answer(false);
  }
}

void JobSupervisor::StopCalls() {
  std::deque<std::shared_ptr<Call>> dropped;
  {
    std::lock_guard lock(mutex_);
    running_ = false;
    dropped.swap(calls_);
  }
  for (const std::shared_ptr<Call>& call : dropped) call->Answer(true);
}

void JobSupervisor::Wait(const std::function<bool()>& stop) {
  const Clock& clock = engine_.clock();
  std::chrono::nanoseconds until = clock.Monotonic() + kTickInterval;
  auto readable = std::make_shared<std::atomic<bool>>(false);
  for (const std::unique_ptr<Entry>& entry : entries_) {
    if (entry->record.state == JobState::kRestarting) until = std::min(until, entry->restart_at);
    if (entry->job == nullptr) continue;
    until = std::min(until, clock.Monotonic() + entry->job->TimeToEpoch());
    entry->job->NotifyWhenReadable([readable] { readable->store(true); });
  }
  const std::chrono::nanoseconds earliest = clock.Monotonic() + kMinRoundInterval;
  engine_.executor().RunUntil([&] {
    const std::chrono::nanoseconds now = clock.Monotonic();
    if (stop() || now >= until || (now >= earliest && readable->load())) return true;
    std::lock_guard lock(mutex_);
    return !calls_.empty();
  });
}

// All of them, also after one has failed.
Status JobSupervisor::EndEpochs() {
  Status first;
  for (const std::unique_ptr<Entry>& entry : entries_) {
    if (entry->job == nullptr) continue;
    const Status completed = entry->job->CompleteEpoch();
    if (completed.ok()) continue;
    logger_.Error("the last epoch was not committed", completed.error(),
                  {{"job", entry->record.name}});
    if (first.ok()) first = completed;
  }
  return first;
}

}  // namespace floe::engine
