#include "engine/runtime_tables.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "types/timestamp_text.h"

namespace floe::engine {
namespace {

using query::trino::LiveTable;
using query::trino::TableColumn;
using query::trino::TextRow;
using query::trino::Type;
using query::trino::TypeKind;
using Rows = std::vector<TextRow>;
using Cell = std::optional<std::string>;

constexpr char kSchema[] = "floe";
// 9999-12-31 23:59:59.999: what lies beyond it is a mark, such as the watermark of an input that
// has ended.
constexpr int64_t kLastTimeMs = 253402300799999;

TableColumn Text(const char* name) { return {name, Type::Varchar(), true, ""}; }
TableColumn Number(const char* name) { return {name, Type(TypeKind::kBigint), true, ""}; }
TableColumn Time(const char* name) { return {name, Type(TypeKind::kTimestamp, 3), true, ""}; }

Cell NumberCell(int64_t value) { return std::to_string(value); }
Cell TimeCell(EventTime time) {
  if (time.millis() < -kLastTimeMs || time.millis() > kLastTimeMs) return std::nullopt;
  return types::FormatUtcTimestamp(time);
}
Cell TextCell(const std::string& text) { return text.empty() ? Cell() : Cell(text); }

Rows JobRows(const std::vector<JobStatus>& jobs) {
  Rows rows;
  for (const JobStatus& job : jobs) {
    const JobRecord& record = job.record;
    rows.push_back({record.id, record.name, std::string(JobStateName(record.state)),
                    TextCell(job.report.pipeline_id), TimeCell(EventTime(record.submitted_ms)),
                    NumberCell(job.report.epoch.value()), NumberCell(job.restarts),
                    TextCell(record.error)});
  }
  return rows;
}

Rows OperatorRows(const std::vector<JobStatus>& jobs) {
  Rows rows;
  for (const JobStatus& job : jobs) {
    for (const runtime::ScanReport& scan : job.report.scans) {
      const runtime::ScanCounters& counts = scan.counters;
      rows.push_back({job.record.id, scan.operator_id, "Source: " + scan.table,
                      NumberCell(counts.records), NumberCell(counts.rows),
                      NumberCell(counts.skipped_records), NumberCell(0),
                      NumberCell(scan.bad_records_are_kept ? counts.bad_records : 0)});
    }
    for (const runtime::OperatorReport& one : job.report.operators) {
      const runtime::OperatorCounters& counts = one.counters;
      rows.push_back({job.record.id, one.operator_id,
                      one.table.empty() ? one.kind : one.kind + ": " + one.table,
                      NumberCell(counts.rows_in), NumberCell(counts.rows_out),
                      NumberCell(counts.rows_filtered), NumberCell(counts.rows_late),
                      NumberCell(0)});
    }
  }
  return rows;
}

Rows WatermarkRows(const std::vector<JobStatus>& jobs) {
  Rows rows;
  for (const JobStatus& job : jobs) {
    for (const runtime::ScanReport& scan : job.report.scans) {
      for (const runtime::PartitionReport& partition : scan.partitions) {
        rows.push_back({job.record.id, scan.operator_id, partition.topic,
                        NumberCell(partition.partition.value()), TimeCell(partition.watermark)});
      }
    }
  }
  return rows;
}

Rows CheckpointRows(const std::vector<JobStatus>& jobs) {
  Rows rows;
  for (const JobStatus& job : jobs) {
    for (const CheckpointReport& checkpoint : job.report.checkpoints) {
      rows.push_back({job.record.id, NumberCell(checkpoint.epoch.value()),
                      TimeCell(EventTime(checkpoint.completed_wall_ms)),
                      NumberCell(checkpoint.duration_ms), NumberCell(checkpoint.size_bytes)});
    }
  }
  return rows;
}

// A topic that is deleted meanwhile is left out.
Rows TopicRows(const log::EmbeddedLog& log) {
  Rows rows;
  for (const log::TopicInfo& topic : log.ListTopics()) {
    for (int32_t i = 0; i < topic.partition_count; ++i) {
      const auto offsets = log.Offsets(topic.name, PartitionId(i));
      const auto size = log.PartitionSizeBytes(topic.name, PartitionId(i));
      if (!offsets.ok() || !size.ok()) continue;
      rows.push_back({topic.name, NumberCell(i), NumberCell(offsets->begin.value()),
                      NumberCell(offsets->end.value()), NumberCell(*size)});
    }
  }
  return rows;
}

// Against the log's end as it is now: the lag of a job that no longer reads grows.
Rows LagRows(const std::vector<JobStatus>& jobs, const log::EmbeddedLog& log) {
  Rows rows;
  for (const JobStatus& job : jobs) {
    if (HasEnded(job.record.state)) continue;
    for (const runtime::ScanReport& scan : job.report.scans) {
      for (const runtime::PartitionReport& partition : scan.partitions) {
        const int64_t position = partition.position.value();
        std::optional<int64_t> end;
        if (partition.lag >= 0) end = position + partition.lag;
        const auto offsets = log.Offsets(partition.topic, partition.partition);
        if (offsets.ok()) end = offsets->end.value();
        rows.push_back({job.record.id, partition.topic, NumberCell(partition.partition.value()),
                        NumberCell(position), end ? NumberCell(*end) : Cell(),
                        end ? NumberCell(std::max<int64_t>(0, *end - position)) : Cell()});
      }
    }
  }
  return rows;
}

}  // namespace

std::vector<LiveTable> RuntimeTables(const JobSupervisor& jobs, const log::EmbeddedLog& log) {
  const auto of_jobs = [&jobs](Rows (*rows)(const std::vector<JobStatus>&)) {
    return [&jobs, rows]() -> Result<Rows> { return rows(jobs.List()); };
  };
  return {
      {kSchema,
       "jobs",
       {Text("job_id"), Text("name"), Text("state"), Text("pipeline_id"), Time("submitted_at"),
        Number("epoch"), Number("restarts"), Text("error")},
       of_jobs(JobRows)},
      {kSchema,
       "operators",
       {Text("job_id"), Text("operator_id"), Text("name"), Number("rows_in"), Number("rows_out"),
        Number("rows_filtered"), Number("rows_late"), Number("rows_dead_lettered")},
       of_jobs(OperatorRows)},
      {kSchema,
       "watermarks",
       {Text("job_id"), Text("operator_id"), Text("topic"), Number("partition"), Time("watermark")},
       of_jobs(WatermarkRows)},
      {kSchema,
       "checkpoints",
       {Text("job_id"), Number("epoch"), Time("completed_at"), Number("duration_ms"),
        Number("size_bytes")},
       of_jobs(CheckpointRows)},
      {kSchema,
       "topics",
       {Text("topic"), Number("partition"), Number("start_offset"), Number("end_offset"),
        Number("size_bytes")},
       [&log]() -> Result<Rows> { return TopicRows(log); }},
      {kSchema,
       "lag",
       {Text("job_id"), Text("topic"), Number("partition"), Number("position"),
        Number("end_offset"), Number("lag")},
       [&jobs, &log]() -> Result<Rows> { return LagRows(jobs.List(), log); }},
  };
}

}  // namespace floe::engine
