// A job: a plan that runs, epoch by epoch, into its tables (docs/design/state-and-epochs.md).
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/checkpointing.h"
#include "engine/dead_letters.h"
#include "engine/engine.h"
#include "plan/physical_plan.h"
#include "runtime/job_runtime.h"
#include "state/checkpoint_store.h"
#include "state/recovery.h"

namespace floe::engine {

struct JobProgress {
  bool progressed = false;  // the last step read something
  bool finished = false;    // all inputs have ended
};

// A checkpoint and the commits of its epoch.
struct CheckpointReport {
  Epoch epoch;
  int64_t completed_wall_ms = 0;
  int64_t duration_ms = 0;
  int64_t size_bytes = 0;  // of the checkpoint's file
};

// What there is to show of a job.
struct JobReport {
  std::string pipeline_id;
  Epoch epoch;                     // the last one that is done
  int64_t last_epoch_wall_ms = 0;  // 0: none in this process
  EventTime watermark = EventTime::Min();
  std::vector<runtime::ScanReport> scans;
  std::vector<runtime::OperatorReport> operators;
  // The last kMaxReportedCheckpoints since the job's last start, in order.
  std::vector<CheckpointReport> checkpoints;
  int64_t completed_checkpoints = 0;  // since the job's last start
};

// Used by one thread at a time.
class Job {
 public:
  // Recovers what an earlier process left (fence, commits, state), so that Step goes on.
  // `engine` outlives the job.
  static Result<std::unique_ptr<Job>> Start(Engine& engine, plan::PhysicalPlan plan,
                                            const std::string& fallback_name);
  ~Job();

  // One round, and an epoch when it is time. After an error the job must be started anew.
  Result<JobProgress> Step();
  // Ends the epoch now, if anything was read since the last one: all of it is committed on return.
  Status CompleteEpoch();
  // Calls `ready` once when a step may find something to read.
  void NotifyWhenReadable(const std::function<void()>& ready);
  // Until the next epoch is due.
  std::chrono::nanoseconds TimeToEpoch() const;

  JobReport Report() const;

 private:
  struct SinkTable {
    std::string name;
    std::unique_ptr<stream::Sink> sink;
    Epoch newest_epoch;  // that had rows for the table
  };

  Job(Engine& engine, std::shared_ptr<const plan::PhysicalPlan> plan, std::string pipeline_id,
      CheckpointOptions checkpoints);

  Status OpenSinks();
  Status OpenDeadLetters();
  Status MakeRuntime();
  Result<runtime::ScanSource> OpenSource(const plan::ScanNode& node) const;
  Status Recover();
  Result<state::RecoveryPlan> DecideStart(const std::vector<state::StoredEpoch>& stored);
  Status FenceTables(int64_t token);
  Status CommitStored(const state::EpochRecord& record, const std::string& table);
  Status RestoreFrom(const state::StoredEpoch& stored);
  Status Replay(const std::vector<state::StoredEpoch>& stored, const std::vector<Epoch>& epochs);

  // Everything of an epoch that the writers have prepared.
  Result<std::vector<state::TableEpoch>> PrepareTables(Epoch epoch);
  // Gives the size of its file.
  Result<int64_t> WriteCheckpoint(Epoch epoch);
  Result<state::EpochRecord> MakeRecord(Epoch epoch, std::vector<state::TableEpoch> tables);
  Status CommitTables(const state::EpochRecord& record);
  // The committer of a table of the job or of a dead-letter table; null for others.
  stream::SinkCommitter* CommitterOf(const std::string& table) const;

  // Who is to be told that something can be read; outlives the sources' callbacks.
  struct Wake {
    std::mutex mutex;
    std::function<void()> ready;
    std::atomic<bool> registered{false};
  };

  Engine& engine_;
  const std::shared_ptr<Wake> wake_ = std::make_shared<Wake>();
  const std::shared_ptr<const plan::PhysicalPlan> plan_;
  const std::string pipeline_id_;
  const CheckpointOptions checkpoints_;
  std::vector<SinkTable> sinks_;  // of plan_->sinks, in order
  std::unique_ptr<plan::TableCatalog> dead_letter_catalog_;
  std::unique_ptr<DeadLetterTables> dead_letters_;  // null: the job has no Iceberg sink
  std::map<std::string, Epoch> newest_epoch_of_;
  std::unique_ptr<state::CheckpointStore> store_;
  std::unique_ptr<runtime::JobRuntime> runtime_;
  Epoch epoch_;  // the last one that is done
  int64_t fencing_token_ = 0;
  int64_t first_sequence_ = 0;   // of the open epoch
  bool discard_output_ = false;  // while recorded epochs are replayed
  std::chrono::nanoseconds last_epoch_{0};
  int64_t last_epoch_wall_ms_ = 0;
  std::vector<CheckpointReport> recent_checkpoints_;
  int64_t completed_checkpoints_ = 0;
};

}  // namespace floe::engine
