// Runs a physical plan, round by round (docs/design/order-and-time.md). The engine drives it: it
// asks for rounds, and between two of them for barriers.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/not_null.h"
#include "runtime/scan.h"
#include "runtime/sequencer.h"
#include "runtime/stage.h"
#include "runtime/watermark_tracker.h"
#include "state/epoch_record.h"
#include "state/snapshot.h"
#include "stream/sink.h"
#include "stream/source.h"

namespace floe::runtime {

// A table ready to be read by a scan.
struct ScanSource {
  std::unique_ptr<stream::SourceReader> reader;
  DecoderFactory make_decoder;
  BadRecordPolicy bad_records = BadRecordPolicy::kFail;
  int64_t idle_timeout_ms = 0;  // 0: never
};

// Who provides what the plan's ends need.
struct JobConnectors {
  std::function<Result<ScanSource>(const plan::ScanNode&)> open_source;
  std::function<Result<std::unique_ptr<stream::SinkWriter>>(const plan::SinkNode&, int shard,
                                                            int shards)>
      make_writer;
  // Gets a query's rows of each round, in order; of a plan without a query not called.
  std::function<Status(const std::vector<stream::Batch>&)> collect;
};

struct JobRuntimeOptions {
  int parallelism = 1;
  std::string time_zone = "UTC";  // table.local-time-zone
  // Where RAND() and UUID() begin. Part of the state: a restored job keeps its first one.
  uint64_t random_seed = 0;
  SequencerOptions sequencer;
};

struct RoundSummary {
  bool progressed = false;  // something was read
  bool finished = false;    // all inputs have ended
  std::vector<DeadLetter> dead_letters;
};

// Counts of one operator over its instances, with what Flink's metrics call them.
struct OperatorReport {
  std::string operator_id;
  std::string kind;
  std::string table;  // of a sink
  OperatorCounters counters;
  EventTime watermark = EventTime::Min();
};

struct PartitionReport {
  std::string topic;
  PartitionId partition;
  Offset position;  // of the record to read next
  int64_t lag = -1;
  EventTime watermark = EventTime::Min();  // of its own records
};

struct ScanReport {
  std::string operator_id;
  std::string table;
  ScanCounters counters;
  bool bad_records_are_kept = false;  // in a dead-letter table
  EventTime watermark = EventTime::Min();
  int64_t lag = -1;  // records behind the end of the topics; -1: not known
  std::vector<PartitionReport> partitions;
};

// Used by one thread at a time. The environment's references outlive it.
class JobRuntime {
 public:
  static Result<std::unique_ptr<JobRuntime>> Create(std::shared_ptr<const plan::PhysicalPlan> plan,
                                                    const JobConnectors& connectors,
                                                    Executor& executor, const Clock& clock,
                                                    arrow::MemoryPool* pool,
                                                    const JobRuntimeOptions& options);
  ~JobRuntime();

  // Reads what is there and takes it through the whole job. After an error the job can't go on:
  // operators may have seen a part of the round.
  Result<RoundSummary> RunRound();
  // Feeds a part of a recorded epoch; `*position` as in Sequencer::ReplayRound.
  Result<RoundSummary> ReplayRound(const state::EpochRecord& record, size_t* position);
  bool finished() const;

  // A barrier. Closes the epoch in all writers, in parallel; per sink of the plan the descriptions
  // of its writers that are not empty.
  Result<std::vector<std::vector<std::string>>> PrepareEpoch(Epoch epoch);
  // State of all operators, scans and the sequencer.
  Result<std::vector<state::OperatorSnapshot>> Snapshot() const;
  // Before the first round. `reader_of` gives the stored state of an operator id. `record` is the
  // epoch's: partitions and offsets.
  Status Restore(
      const state::EpochRecord& record,
      const std::function<std::unique_ptr<state::StateReader>(const std::string&)>& reader_of);

  // For the epoch record.
  state::ConsumptionOrder TakeOrder() { return sequencer_->TakeOrder(); }
  bool consumed_since_barrier() const { return sequencer_->consumed_since_take(); }
  std::vector<state::InputPartition> partitions() const { return sequencer_->Partitions(); }
  std::vector<state::PartitionOffset> offsets() const { return sequencer_->Offsets(); }
  int64_t next_sequence() const;
  // The minimum over all sinks' (or the query's) streams.
  EventTime watermark() const;
  // Of what goes into this sink of the plan.
  EventTime watermark(const plan::SinkNode& sink) const;
  // Topics that are read, for dead letters.
  std::vector<std::string> topics_with_policy(BadRecordPolicy policy) const;

  std::vector<OperatorReport> operator_reports() const;
  std::vector<ScanReport> scan_reports() const;
  void NotifyWhenReadable(const std::function<void()>& ready);

 private:
  struct Scan;
  JobRuntime(std::shared_ptr<const plan::PhysicalPlan> plan, Executor& executor,
             arrow::MemoryPool* pool, const JobRuntimeOptions& options);

  Result<RoundSummary> RunEvents(RoundEvents events);
  Status DecodeBlocks(const RoundEvents& events, RoundSummary* summary);
  Status FinishScan(size_t scan, const RoundEvents& events, RoundSummary* summary);
  Status RunLevel(int level, int64_t clock_ms);
  Status SplitInputs(const std::vector<Stage*>& stages);
  Status RunInstance(Stage* stage, size_t instance, int64_t clock_ms);
  Result<std::vector<stream::Batch>> GatherInput(Stage* stage, size_t input, size_t instance) const;
  Status RunOperator(Stage* stage, size_t instance, int64_t clock_ms);
  // Rounds get shorter while a stage gives many rows for few: a join whose rows match thousands.
  void AdaptRoundSize(const RoundEvents& events);
  void ClearRound();
  static OperatorCounters TotalCounters(const Stage& stage);
  static PartitionReport ReportOf(const Scan& scan, size_t partition);
  static void SnapshotScan(const Scan& scan, state::StateWriter* writer);
  static Status RestoreScan(Scan* scan, const state::StateReader& reader);
  static Status RestoreStage(Stage* stage, const state::StateReader& reader);
  // Runs fn(0) … fn(count - 1) in parallel; the error of the lowest index, if any.
  Status Parallel(size_t count, const std::function<Status(size_t)>& fn);

  const std::shared_ptr<const plan::PhysicalPlan> plan_;
  Executor& executor_;
  arrow::MemoryPool* const pool_;
  const JobRuntimeOptions options_;
  std::function<Status(const std::vector<stream::Batch>&)> collect_;
  std::vector<std::unique_ptr<Scan>> scans_;
  std::unique_ptr<Sequencer> sequencer_;
  std::vector<std::unique_ptr<Stage>> stages_;
  int levels_ = 0;
  NotNullEnforcement not_null_ = NotNullEnforcement::kError;
  bool finished_ = false;
  uint64_t random_seed_;
};

}  // namespace floe::runtime
