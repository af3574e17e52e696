#include "runtime/job_runtime.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <utility>

#include "base/quantity.h"
#include "runtime/batch_rows.h"
#include "runtime/job_graph.h"
#include "runtime/job_scan.h"
#include "runtime/not_null.h"
#include "runtime/operator_factory.h"
#include "runtime/union_all.h"
#include "runtime/values_source.h"

namespace floe::runtime {
namespace {

bool HasCheckpoints(const plan::PhysicalPlan& plan) {
  const auto interval = plan.configuration.find("execution.checkpointing.interval");
  if (interval == plan.configuration.end()) return false;
  const Result<int64_t> interval_ms = ParseDurationMs(interval->second);
  return interval_ms.ok() && *interval_ms > 0;
}

JobGraphOptions GraphOptions(const JobRuntimeOptions& options, const plan::PhysicalPlan& plan) {
  return {options.parallelism, options.time_zone, HasCheckpoints(plan)};
}

}  // namespace

JobRuntime::JobRuntime(std::shared_ptr<const plan::PhysicalPlan> plan, Executor& executor,
                       arrow::MemoryPool* pool, const JobRuntimeOptions& options)
    : plan_(std::move(plan)),
      executor_(executor),
      pool_(pool),
      options_(options),
      random_seed_(options.random_seed) {}

JobRuntime::~JobRuntime() = default;

Result<std::unique_ptr<JobRuntime>> JobRuntime::Create(
    std::shared_ptr<const plan::PhysicalPlan> plan, const JobConnectors& connectors,
    Executor& executor, const Clock& clock, arrow::MemoryPool* pool,
    const JobRuntimeOptions& options) {
  std::unique_ptr<JobRuntime> runtime(new JobRuntime(std::move(plan), executor, pool, options));
  runtime->collect_ = connectors.collect;
  const auto enforcer = runtime->plan_->configuration.find("table.exec.sink.not-null-enforcer");
  if (enforcer != runtime->plan_->configuration.end() &&
      (enforcer->second == "DROP" || enforcer->second == "drop")) {
    runtime->not_null_ = NotNullEnforcement::kDrop;
  }
  FLOE_ASSIGN(runtime->stages_,
              BuildStages(*runtime->plan_, GraphOptions(options, *runtime->plan_), pool));
  std::vector<SequencerInput> inputs;
  for (const std::unique_ptr<Stage>& stage : runtime->stages_) {
    runtime->levels_ = std::max(runtime->levels_, stage->level + 1);
    if (stage->kind == StageKind::kSink) {
      for (int shard = 0; shard < stage->parallelism; ++shard) {
        FLOE_ASSIGN(auto writer,
                    connectors.make_writer(static_cast<const plan::SinkNode&>(*stage->node), shard,
                                           stage->parallelism));
        stage->writers.push_back(std::move(writer));
      }
    }
    if (stage->kind != StageKind::kScan) continue;
    auto scan = std::make_unique<Scan>();
    scan->stage = stage.get();
    if (stage->node->kind == plan::PhysicalKind::kValues) {
      FLOE_ASSIGN(ValuesScan values,
                  MakeValuesScan(static_cast<const plan::ValuesNode&>(*stage->node), pool));
      scan->values_node = std::move(values.node);
      scan->node = scan->values_node.get();
      scan->source = std::move(*values.source);
    } else {
      scan->node = static_cast<const plan::ScanNode*>(stage->node);
      FLOE_ASSIGN(scan->source, connectors.open_source(*scan->node));
    }
    for (int i = 0; i < options.parallelism; ++i) {
      FLOE_ASSIGN(
          std::unique_ptr<ScanTask> task,
          ScanTask::Create(*scan->node, scan->source.make_decoder, scan->source.bad_records, pool));
      scan->tasks.push_back(std::move(task));
    }
    inputs.push_back(
        {scan->node->operator_id, scan->source.reader.get(), scan->source.idle_timeout_ms});
    runtime->scans_.push_back(std::move(scan));
  }
  SequencerOptions sequencer = options.sequencer;
  sequencer.record_clock |= ReadsClock(*runtime->plan_);
  runtime->sequencer_ = std::make_unique<Sequencer>(std::move(inputs), clock, sequencer);
  return runtime;
}

Status JobRuntime::Parallel(size_t count, const std::function<Status(size_t)>& fn) {
  std::vector<Status> results(count);
  if (options_.parallelism == 1) {
    for (size_t i = 0; i < count; ++i) FLOE_TRY(fn(i));
    return Status::Ok();
  }
  executor_.ParallelFor(count, [&](size_t i) { results[i] = fn(i); });
  for (Status& result : results) {
    if (!result.ok()) return std::move(result);
  }
  return Status::Ok();
}

Result<RoundSummary> JobRuntime::RunRound() {
  FLOE_ASSIGN(RoundEvents events, sequencer_->NextRound());
  return RunEvents(std::move(events));
}

Result<RoundSummary> JobRuntime::ReplayRound(const state::EpochRecord& record, size_t* position) {
  FLOE_ASSIGN(RoundEvents events, sequencer_->ReplayRound(record, position));
  return RunEvents(std::move(events));
}

Result<RoundSummary> JobRuntime::RunEvents(RoundEvents events) {
  RoundSummary summary;
  summary.progressed = !events.events.empty();
  summary.finished = events.finished;
  if (summary.progressed) {
    FLOE_TRY(DecodeBlocks(events, &summary));
    for (int level = 1; level < levels_; ++level) FLOE_TRY(RunLevel(level, events.clock_ms));
    AdaptRoundSize(events);
    ClearRound();
  }
  finished_ = events.finished;
  return summary;
}

bool JobRuntime::finished() const { return finished_; }

void JobRuntime::AdaptRoundSize(const RoundEvents& events) {
  int64_t blocks = 0;
  for (const SequencedEvent& event : events.events) blocks += event.kind == EventKind::kBlock;
  int64_t most_rows = 0;
  for (const std::unique_ptr<Stage>& stage : stages_) {
    int64_t rows = 0;
    for (const std::vector<stream::Batch>& part : stage->output.parts) {
      for (const stream::Batch& batch : part) rows += batch.size();
    }
    most_rows = std::max(most_rows, rows);
  }
  if (most_rows > limits::kMaxRoundRows) {
    sequencer_->LimitRoundBlocks(std::max<int64_t>(1, blocks * limits::kMaxRoundRows / most_rows));
  } else if (most_rows <= limits::kMaxRoundRows / 2) {
    sequencer_->LimitRoundBlocks(int64_t{2} * sequencer_->round_blocks());
  }
}

Status JobRuntime::DecodeBlocks(const RoundEvents& events, RoundSummary* summary) {
  struct Task {
    Scan* scan;
    size_t instance;
    size_t first;  // of scan->blocks
    size_t last;
  };
  std::vector<Task> tasks;
  for (const std::unique_ptr<Scan>& scan : scans_) scan->events.clear();
  for (const SequencedEvent& event : events.events) {
    if (event.kind != EventKind::kBlock) continue;
    scans_[static_cast<size_t>(event.input)]->events.push_back(&event);
  }
  for (const std::unique_ptr<Scan>& scan : scans_) {
    const size_t blocks = scan->events.size();
    const size_t instances = std::min(scan->tasks.size(), blocks);
    scan->blocks.clear();
    scan->blocks.resize(blocks);
    for (size_t i = 0; i < instances; ++i) {
      tasks.push_back({scan.get(), i, blocks * i / instances, blocks * (i + 1) / instances});
    }
  }
  FLOE_TRY(Parallel(tasks.size(), [&](size_t i) -> Status {
    const Task& task = tasks[i];
    for (size_t block = task.first; block < task.last; ++block) {
      const SequencedEvent& event = *task.scan->events[block];
      const stream::SourcePartition& partition =
          task.scan->source.reader->partitions()[event.partition];
      FLOE_ASSIGN(task.scan->blocks[block], task.scan->tasks[task.instance]->Decode(
                                                event, partition, events.clock_ms, random_seed_));
    }
    return Status::Ok();
  }));
  for (size_t i = 0; i < scans_.size(); ++i) FLOE_TRY(FinishScan(i, events, summary));
  return Status::Ok();
}

Status JobRuntime::FinishScan(size_t index, const RoundEvents& events, RoundSummary* summary) {
  Scan& scan = *scans_[index];
  WatermarkTracker& tracker = scan.watermarks;
  const stream::SourceReader& reader = *scan.source.reader;
  for (size_t i = 0; i < reader.partitions().size(); ++i) tracker.AddPartition(i);
  if (reader.is_bounded() && reader.partitions().empty()) tracker.EndWithoutPartitions();
  tracker.BeginRound();
  size_t block_index = 0;
  for (const SequencedEvent& event : events.events) {
    if (event.input != static_cast<int>(index)) continue;
    if (event.kind == EventKind::kEnd) tracker.End(event.partition, event.first_sequence);
    if (event.kind == EventKind::kIdle || event.kind == EventKind::kActive) {
      tracker.SetIdle(event.partition, event.first_sequence, event.kind == EventKind::kIdle);
    }
    if (event.kind != EventKind::kBlock) continue;
    const ScanBlock& block = scan.blocks[block_index++];
    if (!block.watermarks_ms.empty()) {
      tracker.AddRows(event.partition, std::span(block.batch.causes(), block.watermarks_ms.size()),
                      block.watermarks_ms);
    }
  }
  StreamParts& output = scan.stage->output;
  output = StreamParts();
  const size_t parts = std::min(scan.tasks.size(), std::max<size_t>(scan.blocks.size(), 1));
  output.parts.resize(parts);
  for (size_t i = 0; i < scan.blocks.size(); ++i) {
    ScanBlock& block = scan.blocks[i];
    scan.counters.Add(block.counters);
    std::move(block.dead_letters.begin(), block.dead_letters.end(),
              std::back_inserter(summary->dead_letters));
    if (block.batch.rows == nullptr) continue;
    output.parts[i * parts / scan.blocks.size()].push_back(std::move(block.batch));
  }
  output.watermarks = tracker.FinishRound();
  return Status::Ok();
}

Status JobRuntime::RunLevel(int level, int64_t clock_ms) {
  std::vector<Stage*> stages;
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (stage->level == level) stages.push_back(stage.get());
  }
  FLOE_TRY(SplitInputs(stages));
  std::vector<std::pair<Stage*, size_t>> tasks;
  for (Stage* stage : stages) {
    size_t instances = static_cast<size_t>(stage->parallelism);
    const StreamParts& first = stages_[static_cast<size_t>(stage->inputs[0])]->output;
    if (stage->kind == StageKind::kStateless) {
      instances = first.parts.size();
      FLOE_TRY(EnsureInstances(stage, instances, GraphOptions(options_, *plan_), pool_));
    }
    if (stage->kind == StageKind::kUnion) {
      instances = 0;
      for (const int input : stage->inputs) {
        instances += stages_[static_cast<size_t>(input)]->output.parts.size();
      }
      stage->stage_counters.resize(std::max(stage->stage_counters.size(), instances));
    }
    if (stage->kind == StageKind::kCollect) instances = 1;
    std::vector<stream::WatermarkTimelinePtr> timelines;
    for (const int input : stage->inputs) {
      timelines.push_back(stages_[static_cast<size_t>(input)]->output.watermarks);
    }
    stage->output = StreamParts();
    stage->output.parts.resize(instances);
    stage->output.in_sequence =
        stage->kind == StageKind::kStateless ? first.in_sequence : instances == 1;
    stage->output.watermarks = StageWatermarks(stage, timelines);
    for (size_t i = 0; i < instances; ++i) tasks.emplace_back(stage, i);
  }
  return Parallel(tasks.size(), [&](size_t i) -> Status {
    Status status = RunInstance(tasks[i].first, tasks[i].second, clock_ms);
    if (status.ok()) return status;
    return std::move(status).error().WithContext(OperatorKindName(tasks[i].first->node->kind));
  });
}

Status JobRuntime::SplitInputs(const std::vector<Stage*>& stages) {
  struct Task {
    Stage* stage;
    size_t input;
    size_t part;
  };
  std::vector<Task> tasks;
  for (Stage* stage : stages) {
    stage->split.assign(stage->inputs.size(), {});
    if (stage->parallelism == 1) continue;
    for (size_t input = 0; input < stage->inputs.size(); ++input) {
      if (stage->distribution[input].kind != plan::DistributionKind::kHash) continue;
      const size_t parts = stages_[static_cast<size_t>(stage->inputs[input])]->output.parts.size();
      stage->split[input].resize(parts);
      for (size_t part = 0; part < parts; ++part) tasks.push_back({stage, input, part});
    }
  }
  return Parallel(tasks.size(), [&](size_t i) -> Status {
    const Task& task = tasks[i];
    const auto instances = static_cast<size_t>(task.stage->parallelism);
    const Stage& producer = *stages_[static_cast<size_t>(task.stage->inputs[task.input])];
    std::vector<std::vector<stream::Batch>>& split = task.stage->split[task.input][task.part];
    split.resize(instances);
    for (const stream::Batch& batch : producer.output.parts[task.part]) {
      FLOE_ASSIGN(std::vector<stream::Batch> pieces,
                  SplitByKey(batch, task.stage->distribution[task.input].keys,
                             task.stage->parallelism, pool_));
      for (size_t instance = 0; instance < instances; ++instance) {
        if (pieces[instance].rows != nullptr)
          split[instance].push_back(std::move(pieces[instance]));
      }
    }
    return Status::Ok();
  });
}

Result<std::vector<stream::Batch>> JobRuntime::GatherInput(Stage* stage, size_t input,
                                                           size_t instance) const {
  const StreamParts& producer = stages_[static_cast<size_t>(stage->inputs[input])]->output;
  std::vector<std::vector<stream::Batch>> streams;
  if (!stage->split[input].empty()) {
    for (std::vector<std::vector<stream::Batch>>& part : stage->split[input]) {
      streams.push_back(std::move(part[instance]));
    }
  } else if (stage->distribution[input].kind == plan::DistributionKind::kForward &&
             stage->parallelism > 1) {
    for (size_t part = instance; part < producer.parts.size();
         part += static_cast<size_t>(stage->parallelism)) {
      streams.push_back(producer.parts[part]);
    }
  } else {
    streams = producer.parts;
  }
  if (!producer.in_sequence) return MergeByOrder(std::move(streams), pool_);
  std::vector<stream::Batch> batches;
  for (std::vector<stream::Batch>& part : streams) {
    std::move(part.begin(), part.end(), std::back_inserter(batches));
  }
  return batches;
}

Status JobRuntime::RunInstance(Stage* stage, size_t instance, int64_t clock_ms) {
  if (stage->kind == StageKind::kUnion) {
    size_t part = instance;
    for (size_t input = 0; input < stage->inputs.size(); ++input) {
      const StreamParts& producer = stages_[static_cast<size_t>(stage->inputs[input])]->output;
      if (part >= producer.parts.size()) {
        part -= producer.parts.size();
        continue;
      }
      for (const stream::Batch& batch : producer.parts[part]) {
        FLOE_ASSIGN(stream::Batch tagged,
                    TagUnionInput(static_cast<const plan::UnionNode&>(*stage->node), batch,
                                  static_cast<int>(input), pool_));
        stage->stage_counters[instance].rows_in += batch.size();
        stage->stage_counters[instance].rows_out += batch.size();
        stage->output.parts[instance].push_back(std::move(tagged));
      }
      return Status::Ok();
    }
    return Status::Ok();
  }
  if (stage->kind == StageKind::kStateless || stage->kind == StageKind::kStateful) {
    return RunOperator(stage, instance, clock_ms);
  }
  FLOE_ASSIGN(std::vector<stream::Batch> gathered, GatherInput(stage, 0, instance));
  FLOE_ASSIGN(const std::vector<stream::Batch> batches,
              EnforceNotNull(std::move(gathered), stage->node->schema, not_null_, pool_,
                             &stage->stage_counters[instance].rows_filtered));
  for (const stream::Batch& batch : batches) {
    stage->stage_counters[instance].rows_in += batch.size();
    if (stage->kind == StageKind::kSink) FLOE_TRY(stage->writers[instance]->Write(batch));
  }
  if (stage->kind == StageKind::kCollect && !batches.empty()) return collect_(batches);
  return Status::Ok();
}

Status JobRuntime::RunOperator(Stage* stage, size_t instance, int64_t clock_ms) {
  std::vector<RoundInput> inputs(stage->inputs.size());
  for (size_t input = 0; input < inputs.size(); ++input) {
    const StreamParts& producer = stages_[static_cast<size_t>(stage->inputs[input])]->output;
    inputs[input].watermarks = producer.watermarks;
    inputs[input].clock_ms = clock_ms;
    inputs[input].random_seed = random_seed_;
    if (stage->kind == StageKind::kStateless) {
      inputs[input].batches = producer.parts[instance];
    } else {
      FLOE_ASSIGN(inputs[input].batches, GatherInput(stage, input, instance));
    }
  }
  return stage->instances[instance]->OnRound(inputs, &stage->output.parts[instance]);
}

void JobRuntime::ClearRound() {
  for (const std::unique_ptr<Stage>& stage : stages_) {
    stage->output.parts.clear();
    stage->split.clear();
  }
}

Result<std::vector<std::vector<std::string>>> JobRuntime::PrepareEpoch(Epoch epoch) {
  std::vector<std::pair<size_t, stream::SinkWriter*>> writers;
  for (size_t sink = 0; sink < plan_->sinks.size(); ++sink) {
    for (const std::unique_ptr<Stage>& stage : stages_) {
      if (stage->node != plan_->sinks[sink].get()) continue;
      for (const auto& writer : stage->writers) writers.emplace_back(sink, writer.get());
    }
  }
  std::vector<std::string> results(writers.size());
  FLOE_TRY(Parallel(writers.size(), [&](size_t i) -> Status {
    FLOE_ASSIGN(results[i], writers[i].second->PrepareEpoch(epoch));
    return Status::Ok();
  }));
  std::vector<std::vector<std::string>> descriptions(plan_->sinks.size());
  for (size_t i = 0; i < writers.size(); ++i) {
    if (!results[i].empty()) descriptions[writers[i].first].push_back(std::move(results[i]));
  }
  return descriptions;
}

int64_t JobRuntime::next_sequence() const {
  return sequencer_->next_record() * stream::kSequencesPerRecord;
}

EventTime JobRuntime::watermark() const {
  EventTime minimum = EventTime::Max();
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (stage->kind != StageKind::kSink && stage->kind != StageKind::kCollect) continue;
    const auto& timeline = stage->output.watermarks;
    minimum = std::min(minimum, timeline ? timeline->final() : EventTime::Min());
  }
  return minimum;
}

EventTime JobRuntime::watermark(const plan::SinkNode& sink) const {
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (stage->node != &sink) continue;
    const auto& timeline = stage->output.watermarks;
    return timeline ? timeline->final() : EventTime::Min();
  }
  return EventTime::Min();
}

std::vector<std::string> JobRuntime::topics_with_policy(BadRecordPolicy policy) const {
  std::vector<std::string> topics;
  for (const std::unique_ptr<Scan>& scan : scans_) {
    if (scan->source.bad_records != policy) continue;
    for (const stream::SourcePartition& partition : scan->source.reader->partitions()) {
      if (topics.empty() || topics.back() != partition.topic) topics.push_back(partition.topic);
    }
  }
  return topics;
}

OperatorCounters JobRuntime::TotalCounters(const Stage& stage) {
  OperatorCounters total = stage.counters_before_restore;
  for (const OperatorCounters& counters : stage.stage_counters) total.Add(counters);
  for (const auto& instance : stage.instances) total.Add(instance->counters());
  return total;
}

std::vector<OperatorReport> JobRuntime::operator_reports() const {
  std::vector<OperatorReport> reports;
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (!stage->is_recorded()) continue;
    OperatorReport report;
    report.operator_id = stage->node->operator_id;
    report.kind = OperatorKindName(stage->node->kind);
    report.counters = TotalCounters(*stage);
    if (stage->kind == StageKind::kSink) {
      report.table = static_cast<const plan::SinkNode&>(*stage->node).table.name.ToString();
    }
    if (stage->output.watermarks) report.watermark = stage->output.watermarks->final();
    reports.push_back(std::move(report));
  }
  return reports;
}

PartitionReport JobRuntime::ReportOf(const Scan& scan, size_t partition) {
  stream::SourceReader& reader = *scan.source.reader;
  const stream::SourcePartition& source = reader.partitions()[partition];
  PartitionReport report{source.topic, source.partition, reader.Position(partition)};
  report.lag = reader.Lag(partition).value_or(-1);
  const auto known = scan.watermarks.partitions().find(partition);
  if (known != scan.watermarks.partitions().end()) {
    report.watermark = EventTime(known->second.watermark_ms);
  }
  return report;
}

std::vector<ScanReport> JobRuntime::scan_reports() const {
  std::vector<ScanReport> reports;
  for (const std::unique_ptr<Scan>& scan : scans_) {
    ScanReport report;
    report.operator_id = scan->node->operator_id;
    report.table = scan->node->table.name.ToString();
    report.counters = scan->counters;
    report.watermark = scan->watermarks.current();
    report.bad_records_are_kept = scan->source.bad_records == BadRecordPolicy::kDeadLetter;
    report.lag = 0;
    for (size_t i = 0; i < scan->source.reader->partitions().size(); ++i) {
      const PartitionReport& one = report.partitions.emplace_back(ReportOf(*scan, i));
      report.lag = one.lag >= 0 && report.lag >= 0 ? report.lag + one.lag : -1;
    }
    reports.push_back(std::move(report));
  }
  return reports;
}

void JobRuntime::NotifyWhenReadable(const std::function<void()>& ready) {
  sequencer_->NotifyWhenReadable(ready);
}

}  // namespace floe::runtime
