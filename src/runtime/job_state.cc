// The part of JobRuntime that writes and restores state.
#include <algorithm>
#include <utility>

#include "functions/accumulator_encoding.h"
#include "runtime/job_runtime.h"
#include "runtime/job_scan.h"

namespace floe::runtime {
namespace {

constexpr char kJobOperator[] = "job";
constexpr char kSequencerState[] = "sequencer";
constexpr char kScanState[] = "scan";
constexpr char kFloorState[] = "watermark-floor";
constexpr char kCounterState[] = "counters";
constexpr uint32_t kVersion = 1;

void AppendFlags(const std::vector<bool>& flags, std::string& bytes) {
  functions::AppendFixed(static_cast<uint32_t>(flags.size()), bytes);
  for (const bool flag : flags) functions::AppendFixed(static_cast<uint8_t>(flag), bytes);
}

std::vector<bool> ReadFlags(functions::ByteReader* reader) {
  const auto count = reader->ReadFixed<uint32_t>();
  std::vector<bool> flags;
  for (uint32_t i = 0; i < count && reader->ok(); ++i) {
    flags.push_back(reader->ReadFixed<uint8_t>() != 0);
  }
  return flags;
}

void AppendEnds(const std::vector<state::PartitionOffset>& ends, std::string& bytes) {
  functions::AppendFixed(static_cast<uint32_t>(ends.size()), bytes);
  for (const state::PartitionOffset& end : ends) {
    functions::AppendFixed(end.partition, bytes);
    functions::AppendFixed(end.next_offset.value(), bytes);
  }
}

// Nothing in state that was written before ends were part of it.
std::vector<state::PartitionOffset> ReadEnds(functions::ByteReader* reader) {
  std::vector<state::PartitionOffset> ends;
  if (!reader->ok() || reader->AtEnd()) return ends;
  const auto count = reader->ReadFixed<uint32_t>();
  for (uint32_t i = 0; i < count && reader->ok(); ++i) {
    const auto partition = reader->ReadFixed<uint32_t>();
    ends.push_back({partition, Offset(reader->ReadFixed<int64_t>())});
  }
  return ends;
}

void AppendCounters(const OperatorCounters& counters, std::string& bytes) {
  for (const int64_t count :
       {counters.rows_in, counters.rows_out, counters.rows_filtered, counters.rows_late,
        counters.rows_left_late, counters.rows_right_late}) {
    functions::AppendFixed(count, bytes);
  }
}

void ReadCounters(functions::ByteReader* reader, OperatorCounters* counters) {
  for (int64_t* count :
       {&counters->rows_in, &counters->rows_out, &counters->rows_filtered, &counters->rows_late,
        &counters->rows_left_late, &counters->rows_right_late}) {
    *count = reader->ReadFixed<int64_t>();
  }
}

// The one section of that name, or "" when there is none.
Result<std::string> ReadOnly(const state::StateReader& reader, std::string_view name) {
  const std::vector<size_t> found = reader.Find(name);
  if (found.empty()) return std::string();
  return reader.Read(found[0]);
}

}  // namespace

void JobRuntime::SnapshotScan(const Scan& scan, state::StateWriter* writer) {
  std::string& bytes = writer->Begin(kScanState, state::StateKind::kOperator, kVersion);
  functions::AppendFixed(scan.watermarks.current().millis(), bytes);
  const auto& partitions = scan.watermarks.partitions();
  functions::AppendFixed(static_cast<uint32_t>(partitions.size()), bytes);
  for (const auto& [index, partition] : partitions) {
    functions::AppendFixed(static_cast<uint64_t>(index), bytes);
    functions::AppendFixed(partition.watermark_ms, bytes);
    functions::AppendFixed(static_cast<uint8_t>(partition.idle), bytes);
    functions::AppendFixed(static_cast<uint8_t>(partition.ended), bytes);
  }
  const ScanCounters& counters = scan.counters;
  for (const int64_t count :
       {counters.records, counters.rows, counters.skipped_records, counters.bad_records,
        counters.record_bytes, counters.delivered_records}) {
    functions::AppendFixed(count, bytes);
  }
}

Status JobRuntime::RestoreScan(Scan* scan, const state::StateReader& reader) {
  FLOE_ASSIGN(const std::string bytes, ReadOnly(reader, kScanState));
  if (bytes.empty()) return Status::Ok();
  functions::ByteReader values(bytes);
  const EventTime current(values.ReadFixed<int64_t>());
  const auto count = values.ReadFixed<uint32_t>();
  std::map<size_t, WatermarkTracker::Partition> partitions;
  for (uint32_t i = 0; i < count && values.ok(); ++i) {
    const auto index = static_cast<size_t>(values.ReadFixed<uint64_t>());
    WatermarkTracker::Partition& partition = partitions[index];
    partition.watermark_ms = values.ReadFixed<int64_t>();
    partition.idle = values.ReadFixed<uint8_t>() != 0;
    partition.ended = values.ReadFixed<uint8_t>() != 0;
  }
  ScanCounters& counters = scan->counters;
  for (int64_t* counter :
       {&counters.records, &counters.rows, &counters.skipped_records, &counters.bad_records,
        &counters.record_bytes, &counters.delivered_records}) {
    *counter = values.ReadFixed<int64_t>();
  }
  scan->watermarks.Restore(current, std::move(partitions));
  return values.status();
}

Result<std::vector<state::OperatorSnapshot>> JobRuntime::Snapshot() const {
  std::vector<state::OperatorSnapshot> snapshots;
  state::StateWriter job(kJobOperator, 0);
  std::string& bytes = job.Begin(kSequencerState, state::StateKind::kOperator, kVersion);
  functions::AppendFixed(sequencer_->next_record(), bytes);
  AppendFlags(sequencer_->EndedFlags(), bytes);
  AppendFlags(sequencer_->IdleFlags(), bytes);
  functions::AppendFixed(random_seed_, bytes);
  AppendEnds(sequencer_->Ends(), bytes);
  snapshots.push_back(std::move(job).Finish());
  for (const std::unique_ptr<Scan>& scan : scans_) {
    state::StateWriter writer(scan->node->operator_id, 0);
    SnapshotScan(*scan, &writer);
    snapshots.push_back(std::move(writer).Finish());
  }
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (!stage->is_recorded()) continue;
    state::StateWriter shared(stage->node->operator_id, -1);
    functions::AppendFixed(stage->watermark_floor.millis(),
                           shared.Begin(kFloorState, state::StateKind::kOperator, kVersion));
    if (stage->kind != StageKind::kStateful) {
      AppendCounters(TotalCounters(*stage),
                     shared.Begin(kCounterState, state::StateKind::kCounters, kVersion));
    }
    snapshots.push_back(std::move(shared).Finish());
    if (stage->kind != StageKind::kStateful) continue;
    for (size_t i = 0; i < stage->instances.size(); ++i) {
      state::StateWriter writer(stage->node->operator_id, static_cast<int32_t>(i));
      FLOE_TRY(stage->instances[i]->Snapshot(writer));
      snapshots.push_back(std::move(writer).Finish());
    }
  }
  return snapshots;
}

Status JobRuntime::RestoreStage(Stage* stage, const state::StateReader& reader) {
  FLOE_ASSIGN(const std::string floor, ReadOnly(reader, kFloorState));
  if (!floor.empty()) {
    functions::ByteReader values(floor);
    stage->watermark_floor = EventTime(values.ReadFixed<int64_t>());
    FLOE_TRY(values.status());
  }
  std::string counters;
  if (stage->kind != StageKind::kStateful) {
    FLOE_ASSIGN(counters, ReadOnly(reader, kCounterState));
  }
  if (!counters.empty()) {
    functions::ByteReader values(counters);
    ReadCounters(&values, &stage->counters_before_restore);
    FLOE_TRY(values.status());
  }
  for (const std::unique_ptr<Operator>& instance : stage->instances) {
    FLOE_TRY(instance->Restore(reader));
  }
  return Status::Ok();
}

Status JobRuntime::Restore(
    const state::EpochRecord& record,
    const std::function<std::unique_ptr<state::StateReader>(const std::string&)>& reader_of) {
  const std::unique_ptr<state::StateReader> job = reader_of(kJobOperator);
  FLOE_ASSIGN(const std::string bytes, ReadOnly(*job, kSequencerState));
  functions::ByteReader values(bytes);
  const auto next_record = values.ReadFixed<int64_t>();
  const std::vector<bool> ended = ReadFlags(&values);
  const std::vector<bool> idle = ReadFlags(&values);
  random_seed_ = values.ReadFixed<uint64_t>();
  const std::vector<state::PartitionOffset> ends = ReadEnds(&values);
  FLOE_TRY(values.status());
  FLOE_TRY(sequencer_->Restore(record, next_record, ended, idle));
  FLOE_TRY(sequencer_->RestoreEnds(ends));
  for (const std::unique_ptr<Scan>& scan : scans_) {
    FLOE_TRY(RestoreScan(scan.get(), *reader_of(scan->node->operator_id)));
  }
  for (const std::unique_ptr<Stage>& stage : stages_) {
    if (!stage->is_recorded()) continue;
    FLOE_TRY(RestoreStage(stage.get(), *reader_of(stage->node->operator_id)));
  }
  return Status::Ok();
}

}  // namespace floe::runtime
