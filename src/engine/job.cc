#include "engine/job.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "engine/iceberg_table_catalog.h"

namespace floe::engine {
namespace {

// Hands rows on, except while recorded epochs are replayed whose output the tables have already.
class GatedWriter final : public stream::SinkWriter {
 public:
  GatedWriter(std::unique_ptr<stream::SinkWriter> writer, const bool& discard)
      : writer_(std::move(writer)), discard_(discard) {}

  Status Write(const stream::Batch& batch) override {
    return discard_ ? Status::Ok() : writer_->Write(batch);
  }
  Result<std::string> PrepareEpoch(Epoch epoch) override { return writer_->PrepareEpoch(epoch); }

 private:
  std::unique_ptr<stream::SinkWriter> writer_;
  const bool& discard_;
};

bool IsIceberg(const plan::SinkNode& sink) {
  const auto connector = sink.table.options.find("connector");
  return connector != sink.table.options.end() && connector->second == "iceberg";
}

std::string ConfigurationOr(const std::map<std::string, std::string>& configuration,
                            const char* key, const char* fallback) {
  const auto it = configuration.find(key);
  return it == configuration.end() ? fallback : it->second;
}

int ParallelismOf(const std::map<std::string, std::string>& configuration, int fallback) {
  const int value = std::atoi(ConfigurationOr(configuration, "parallelism.default", "0").c_str());
  return value > 0 ? std::min(value, static_cast<int>(state::kKeyGroups)) : fallback;
}

state::RecordedEpoch Summarize(const state::StoredEpoch& stored) {
  state::RecordedEpoch epoch;
  epoch.epoch = stored.epoch;
  epoch.checkpoint_is_readable = stored.checkpoint != nullptr;
  epoch.record_is_readable = stored.record.has_value();
  if (!stored.record) return epoch;
  for (const state::TableEpoch& table : stored.record->tables) {
    epoch.tables.push_back(
        {table.table, !table.descriptions.empty(), table.digest, table.previous_epoch});
  }
  return epoch;
}

const state::StoredEpoch* Find(const std::vector<state::StoredEpoch>& stored, Epoch epoch) {
  for (const state::StoredEpoch& candidate : stored) {
    if (candidate.epoch == epoch) return &candidate;
  }
  return nullptr;
}

}  // namespace

Job::Job(Engine& engine, std::shared_ptr<const plan::PhysicalPlan> plan, std::string pipeline_id,
         CheckpointOptions checkpoints)
    : engine_(engine),
      plan_(std::move(plan)),
      pipeline_id_(std::move(pipeline_id)),
      checkpoints_(checkpoints) {}

Job::~Job() = default;

Result<std::unique_ptr<Job>> Job::Start(Engine& engine, plan::PhysicalPlan plan,
                                        const std::string& fallback_name) {
  FLOE_ASSIGN(const CheckpointOptions checkpoints, ReadCheckpointOptions(plan.configuration));
  const std::string id = PipelineIdOf(plan.configuration, fallback_name);
  auto shared = std::make_shared<const plan::PhysicalPlan>(std::move(plan));
  std::unique_ptr<Job> job(new Job(engine, std::move(shared), id, checkpoints));
  FLOE_TRY(job->OpenSinks());
  FLOE_ASSIGN(job->store_,
              state::CheckpointStore::Open(engine.files(), engine.directory().pipeline_path(id), id,
                                           checkpoints.retained));
  FLOE_TRY(job->OpenDeadLetters());
  FLOE_TRY(job->Recover());
  job->last_epoch_ = engine.clock().Monotonic();
  return job;
}

Status Job::OpenSinks() {
  Random random = Random::FromEntropy();
  for (const std::shared_ptr<const plan::SinkNode>& sink : plan_->sinks) {
    SinkTable table;
    table.name = sink->table.name.ToString();
    FLOE_ASSIGN(table.sink, engine_.connectors().OpenSink(sink->table, !sink->upsert_key.empty(),
                                                          Random(random.NextUint64())));
    sinks_.push_back(std::move(table));
  }
  return Status::Ok();
}

Status Job::OpenDeadLetters() {
  for (const std::shared_ptr<const plan::SinkNode>& sink : plan_->sinks) {
    if (!IsIceberg(*sink)) continue;
    const stream::TableName& name = sink->table.name;
    dead_letter_catalog_ = std::make_unique<IcebergTableCatalog>(
        name.catalog, sink->table.catalog_options, engine_.catalog(), engine_.executor());
    dead_letters_ = std::make_unique<DeadLetterTables>(pipeline_id_, name.catalog, name.database,
                                                       *dead_letter_catalog_, engine_.connectors(),
                                                       engine_.memory(), Random::FromEntropy());
    return Status::Ok();
  }
  return Status::Ok();
}

Result<runtime::ScanSource> Job::OpenSource(const plan::ScanNode& node) const {
  FLOE_ASSIGN(runtime::ScanSource source, engine_.connectors().OpenSource(node.table));
  FLOE_ASSIGN(const auto policy, BadRecordsOption(node.table));
  const bool has_tables = dead_letters_ != nullptr;
  if (policy == runtime::BadRecordPolicy::kDeadLetter && !has_tables) {
    return Error(ErrorCode::kInvalidOption,
                 "table " + node.table.name.ToString() +
                     ": 'bad-records' = 'dead-letter' needs a job that writes an Iceberg table");
  }
  if (!policy && has_tables) source.bad_records = runtime::BadRecordPolicy::kDeadLetter;
  FLOE_ASSIGN(source.idle_timeout_ms, IdleTimeoutMs(node.table, plan_->configuration));
  return source;
}

Status Job::MakeRuntime() {
  runtime::JobConnectors connectors;
  connectors.open_source = [this](const plan::ScanNode& node) { return OpenSource(node); };
  connectors.make_writer = [this](const plan::SinkNode& node, int shard,
                                  int shards) -> Result<std::unique_ptr<stream::SinkWriter>> {
    for (size_t i = 0; i < sinks_.size(); ++i) {
      if (plan_->sinks[i].get() != &node) continue;
      FLOE_ASSIGN(auto writer, sinks_[i].sink->CreateWriter(shard, shards));
      return std::unique_ptr<stream::SinkWriter>(
          new GatedWriter(std::move(writer), discard_output_));
    }
    return Error(ErrorCode::kInternal, "a sink that is not the plan's");
  };
  runtime::JobRuntimeOptions options;
  options.parallelism = ParallelismOf(plan_->configuration, engine_.options().parallelism);
  options.time_zone = ConfigurationOr(plan_->configuration, "table.local-time-zone", "UTC");
  options.random_seed = Random::FromEntropy().NextUint64();
  FLOE_ASSIGN(runtime_, runtime::JobRuntime::Create(plan_, connectors, engine_.executor(),
                                                    engine_.clock(), engine_.memory(), options));
  return Status::Ok();
}

stream::SinkCommitter* Job::CommitterOf(const std::string& table) const {
  for (const SinkTable& sink : sinks_) {
    if (sink.name == table) return sink.sink->committer();
  }
  if (!dead_letters_) return nullptr;
  for (const auto& [name, dead_letter] : dead_letters_->tables()) {
    if (dead_letter.name == table) return dead_letter.sink->committer();
  }
  return nullptr;
}

Result<state::RecoveryPlan> Job::DecideStart(const std::vector<state::StoredEpoch>& stored) {
  std::vector<state::TablePosition> positions;
  std::vector<std::string> names;
  for (const SinkTable& sink : sinks_) names.push_back(sink.name);
  if (dead_letters_) {
    for (const auto& [name, table] : dead_letters_->tables()) names.push_back(table.name);
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (const std::string& name : names) {
    stream::SinkCommitter* committer = CommitterOf(name);
    if (committer == nullptr) continue;
    FLOE_ASSIGN(const stream::SinkPosition position, committer->Position(pipeline_id_));
    positions.push_back({name, position.epoch, position.digest, position.fencing_token,
                         position.checkpoint_address});
  }
  std::vector<state::RecordedEpoch> recorded;
  for (const state::StoredEpoch& epoch : stored) recorded.push_back(Summarize(epoch));
  return state::DecideRecovery(recorded, positions);
}

Status Job::FenceTables(int64_t token) {
  fencing_token_ = token;
  std::vector<std::string> done;
  for (const SinkTable& sink : sinks_) {
    stream::SinkCommitter* committer = sink.sink->committer();
    if (committer == nullptr || std::find(done.begin(), done.end(), sink.name) != done.end()) {
      continue;
    }
    FLOE_TRY(committer->Fence(pipeline_id_, token));
    done.push_back(sink.name);
  }
  return dead_letters_ ? dead_letters_->Fence(token) : Status::Ok();
}

Status Job::CommitStored(const state::EpochRecord& record, const std::string& table) {
  for (const state::TableEpoch& stored : record.tables) {
    if (stored.table != table || stored.descriptions.empty()) continue;
    stream::SinkCommitter* committer = CommitterOf(table);
    if (committer == nullptr) {
      return Error(ErrorCode::kSchemaMismatch, "epoch " + std::to_string(record.epoch.value()) +
                                                   " has rows for table " + table +
                                                   ", which the job no longer writes");
    }
    stream::EpochCommit commit;
    commit.pipeline_id = pipeline_id_;
    commit.fencing_token = fencing_token_;
    commit.epoch = record.epoch;
    commit.digest = stored.digest;
    commit.offsets_json = state::OffsetsJson(record);
    commit.watermark = stored.watermark;
    commit.checkpoint_address = record.checkpoint_address;
    commit.descriptions = stored.descriptions;
    return committer->Commit(commit);
  }
  return Status::Ok();
}

Status Job::RestoreFrom(const state::StoredEpoch& stored) {
  if (!stored.record) {
    return Error(ErrorCode::kCorruption, "epoch " + std::to_string(stored.epoch.value()) +
                                             " has a checkpoint but no record");
  }
  const std::shared_ptr<const state::CheckpointFile> file = stored.checkpoint;
  FLOE_TRY(runtime_->Restore(*stored.record, [&file](const std::string& operator_id) {
    return state::CheckpointFile::ReaderOf(file, operator_id);
  }));
  for (const state::TableEpoch& table : stored.record->tables) {
    const Epoch newest = table.descriptions.empty() ? table.previous_epoch : stored.epoch;
    newest_epoch_of_[table.table] = newest;
    for (SinkTable& sink : sinks_) {
      if (sink.name == table.table) sink.newest_epoch = newest;
    }
  }
  return Status::Ok();
}

Status Job::Replay(const std::vector<state::StoredEpoch>& stored,
                   const std::vector<Epoch>& epochs) {
  discard_output_ = true;
  for (const Epoch epoch : epochs) {
    const state::StoredEpoch* recorded = Find(stored, epoch);
    if (recorded == nullptr || !recorded->record) {
      return Error(ErrorCode::kCorruption,
                   "the record of epoch " + std::to_string(epoch.value()) + " is missing");
    }
    size_t position = 0;
    while (position < recorded->record->order.events().size()) {
      FLOE_TRY(runtime_->ReplayRound(*recorded->record, &position));
    }
    (void)runtime_->TakeOrder();
  }
  discard_output_ = false;
  return Status::Ok();
}

Status Job::Recover() {
  FLOE_ASSIGN(const std::vector<state::StoredEpoch> stored, store_->Load());
  if (dead_letters_) {
    // Tables that earlier epochs wrote to, and those of the topics that are read.
    std::vector<std::string> topics;
    for (const state::StoredEpoch& epoch : stored) {
      if (!epoch.record) continue;
      for (const state::InputPartition& input : epoch.record->partitions) {
        topics.push_back(input.topic);
      }
    }
    FLOE_TRY(dead_letters_->OpenExisting(topics));
  }
  FLOE_ASSIGN(const state::RecoveryPlan recovery, DecideStart(stored));
  FLOE_TRY(FenceTables(recovery.fencing_token));
  for (const state::Recommit& recommit : recovery.recommits) {
    FLOE_TRY(CommitStored(*Find(stored, recommit.epoch)->record, recommit.table));
  }
  FLOE_TRY(MakeRuntime());
  if (recovery.restore > Epoch(0)) FLOE_TRY(RestoreFrom(*Find(stored, recovery.restore)));
  FLOE_TRY(Replay(stored, recovery.replay));
  FLOE_TRY(store_->DiscardAfter(recovery.resume_after));
  epoch_ = recovery.resume_after;
  first_sequence_ = runtime_->next_sequence();
  if (epoch_ > Epoch(0)) {
    engine_.logger().Info("job goes on", {{"pipeline", pipeline_id_}, {"epoch", epoch_.value()}});
  }
  return Status::Ok();
}

Result<JobProgress> Job::Step() {
  FLOE_ASSIGN(const runtime::RoundSummary round, runtime_->RunRound());
  if (!round.dead_letters.empty()) FLOE_TRY(dead_letters_->Add(round.dead_letters));
  if (round.finished || TimeToEpoch().count() == 0) FLOE_TRY(CompleteEpoch());
  return JobProgress{round.progressed, round.finished};
}

std::chrono::nanoseconds Job::TimeToEpoch() const {
  const std::chrono::nanoseconds due =
      last_epoch_ + std::chrono::milliseconds(checkpoints_.interval_ms);
  return std::max(std::chrono::nanoseconds(0), due - engine_.clock().Monotonic());
}

Result<std::vector<state::TableEpoch>> Job::PrepareTables(Epoch epoch) {
  FLOE_ASSIGN(std::vector<std::vector<std::string>> descriptions, runtime_->PrepareEpoch(epoch));
  // Two inserts into one table are one commit.
  std::map<std::string, state::TableEpoch> by_table;
  for (size_t i = 0; i < sinks_.size(); ++i) {
    if (sinks_[i].sink->committer() == nullptr) continue;
    const auto [entry, is_new] = by_table.try_emplace(sinks_[i].name);
    state::TableEpoch& table = entry->second;
    table.table = sinks_[i].name;
    const EventTime watermark = runtime_->watermark(*plan_->sinks[i]);
    table.watermark = is_new ? watermark : std::min(table.watermark, watermark);
    table.previous_epoch = std::max(table.previous_epoch, sinks_[i].newest_epoch);
    std::move(descriptions[i].begin(), descriptions[i].end(),
              std::back_inserter(table.descriptions));
  }
  if (dead_letters_) {
    for (const auto& [name, dead_letter] : dead_letters_->tables()) {
      state::TableEpoch& table = by_table[dead_letter.name];
      table.table = dead_letter.name;
      table.watermark = runtime_->watermark();
      table.previous_epoch = newest_epoch_of_[dead_letter.name];
      FLOE_ASSIGN(std::string description, dead_letter.writer->PrepareEpoch(epoch));
      if (!description.empty()) table.descriptions.push_back(std::move(description));
    }
  }
  std::vector<state::TableEpoch> tables;
  for (auto& [name, table] : by_table) {
    table.digest = state::DigestOf(table.descriptions);
    tables.push_back(std::move(table));
  }
  return tables;
}

Result<int64_t> Job::WriteCheckpoint(Epoch epoch) {
  FLOE_ASSIGN(const std::unique_ptr<state::CheckpointWriter> writer,
              store_->BeginCheckpoint(epoch, {}));
  FLOE_ASSIGN(const std::vector<state::OperatorSnapshot> snapshots, runtime_->Snapshot());
  for (const state::OperatorSnapshot& snapshot : snapshots) FLOE_TRY(writer->Add(snapshot));
  FLOE_ASSIGN(const uint64_t size_bytes, writer->Finish());
  return static_cast<int64_t>(size_bytes);
}

Result<state::EpochRecord> Job::MakeRecord(Epoch epoch, std::vector<state::TableEpoch> tables) {
  state::EpochRecord record;
  record.pipeline_id = pipeline_id_;
  record.epoch = epoch;
  record.fencing_token = fencing_token_;
  record.first_sequence = RowSequence(first_sequence_);
  record.partitions = runtime_->partitions();
  record.order = runtime_->TakeOrder();
  record.offsets = runtime_->offsets();
  record.watermark = runtime_->watermark();
  record.checkpoint_address = store_->CheckpointAddress(epoch);
  record.tables = std::move(tables);
  return record;
}

Status Job::CommitTables(const state::EpochRecord& record) {
  for (const state::TableEpoch& table : record.tables) {
    if (table.descriptions.empty()) continue;
    FLOE_TRY(CommitStored(record, table.table));
    newest_epoch_of_[table.table] = record.epoch;
    for (SinkTable& sink : sinks_) {
      if (sink.name == table.table) sink.newest_epoch = record.epoch;
    }
  }
  return Status::Ok();
}

Status Job::CompleteEpoch() {
  last_epoch_ = engine_.clock().Monotonic();
  if (!runtime_->consumed_since_barrier()) return Status::Ok();
  const Epoch epoch = epoch_.Next();
  FLOE_ASSIGN(std::vector<state::TableEpoch> tables, PrepareTables(epoch));
  FLOE_ASSIGN(const int64_t size_bytes, WriteCheckpoint(epoch));
  FLOE_ASSIGN(const state::EpochRecord record, MakeRecord(epoch, std::move(tables)));
  FLOE_TRY(store_->WriteRecord(record));
  FLOE_TRY(CommitTables(record));
  epoch_ = epoch;
  first_sequence_ = runtime_->next_sequence();
  last_epoch_wall_ms_ = engine_.clock().WallMillis();
  const auto took = std::chrono::duration_cast<std::chrono::milliseconds>(
      engine_.clock().Monotonic() - last_epoch_);
  ++completed_checkpoints_;
  recent_checkpoints_.push_back({epoch, last_epoch_wall_ms_, took.count(), size_bytes});
  if (recent_checkpoints_.size() > limits::kMaxReportedCheckpoints) {
    recent_checkpoints_.erase(recent_checkpoints_.begin());
  }
  return store_->Retain(epoch);
}

void Job::NotifyWhenReadable(const std::function<void()>& ready) {
  // One registration with the sources at a time, however often this is called before they answer.
  {
    std::lock_guard lock(wake_->mutex);
    wake_->ready = ready;
  }
  if (wake_->registered.exchange(true)) return;
  runtime_->NotifyWhenReadable([wake = wake_] {
    std::function<void()> call;
    {
      std::lock_guard lock(wake->mutex);
      wake->registered = false;
      call = wake->ready;
    }
    if (call) call();
  });
}

JobReport Job::Report() const {
  JobReport report;
  report.pipeline_id = pipeline_id_;
  report.epoch = epoch_;
  report.last_epoch_wall_ms = last_epoch_wall_ms_;
  report.watermark = runtime_->watermark();
  report.scans = runtime_->scan_reports();
  report.operators = runtime_->operator_reports();
  report.checkpoints = recent_checkpoints_;
  report.completed_checkpoints = completed_checkpoints_;
  return report;
}

}  // namespace floe::engine
