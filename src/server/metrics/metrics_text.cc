#include "server/metrics/metrics_text.h"

#include <algorithm>
#include <string_view>

#include "base/prometheus_text.h"

namespace floe::server {
namespace {

constexpr std::string_view kOperatorScope = "flink_taskmanager_job_task_operator_";
constexpr std::string_view kJobScope = "flink_jobmanager_job_";

// A metric of Flink's, with the help text that Flink's reporter gives it.
class FlinkMetrics {
 public:
  explicit FlinkMetrics(PrometheusText* text) : text_(*text) {}

  void OfOperator(std::string_view name, const MetricLabels& labels, int64_t value) {
    Add(kOperatorScope, name, "taskmanager_job_task_operator", labels, value);
  }
  void OfJob(std::string_view name, const MetricLabels& labels, int64_t value) {
    Add(kJobScope, name, "jobmanager_job", labels, value);
  }
  void OfJobManager(std::string_view name, int64_t value) {
    Add("flink_jobmanager_", name, "jobmanager", {}, value);
  }

 private:
  void Add(std::string_view prefix, std::string_view name, std::string_view scope,
           const MetricLabels& labels, int64_t value) {
    const std::string whole = std::string(prefix) + std::string(name);
    const std::string help = std::string(name) + " (scope: " + std::string(scope) + ")";
    text_.Add({whole, help, MetricKind::kGauge}, labels, value);
  }

  PrometheusText& text_;
};

MetricLabels JobLabels(const engine::JobStatus& job) {
  return {{"job_id", job.record.id}, {"job_name", job.record.name}};
}

MetricLabels OperatorLabels(const engine::JobStatus& job, const std::string& id,
                            const std::string& name) {
  MetricLabels labels = JobLabels(job);
  labels["operator_id"] = id;
  labels["operator_name"] = name;
  return labels;
}

// Flink's names of sources and sinks: "Source: orders[1]" there, without the node's number here.
std::string SourceName(const std::string& table) {
  return "Source: " + table.substr(table.rfind('.') + 1);
}

std::string NameOf(const runtime::OperatorReport& report) {
  return report.table.empty()
             ? report.kind
             : report.kind + ": " + report.table.substr(report.table.rfind('.') + 1);
}

void AddSource(const engine::JobStatus& job, const runtime::ScanReport& scan, FlinkMetrics* out) {
  const MetricLabels labels = OperatorLabels(job, scan.operator_id, SourceName(scan.table));
  const runtime::ScanCounters& counters = scan.counters;
  out->OfOperator("numRecordsIn", labels, counters.records);
  out->OfOperator("numRecordsOut", labels, counters.rows);
  out->OfOperator("numBytesIn", labels, counters.record_bytes);
  out->OfOperator("numRecordsInErrors", labels, counters.bad_records);
  out->OfOperator("currentOutputWatermark", labels, scan.watermark.millis());
  if (scan.lag >= 0) out->OfOperator("pendingRecords", labels, scan.lag);
  int64_t most_behind = -1;
  for (const runtime::PartitionReport& partition : scan.partitions) {
    MetricLabels of_partition = labels;
    of_partition["topic"] = partition.topic;
    of_partition["partition"] = std::to_string(partition.partition.value());
    // The offset of the last record that was read, as in Flink; -1 before the first.
    out->OfOperator("KafkaSourceReader_topic_partition_currentOffset", of_partition,
                    partition.position.value() - 1);
    most_behind = std::max(most_behind, partition.lag);
  }
  if (most_behind >= 0) {
    out->OfOperator("KafkaSourceReader_KafkaConsumer_records_lag_max", labels, most_behind);
  }
}

void AddOperator(const engine::JobStatus& job, const runtime::OperatorReport& report,
                 FlinkMetrics* out) {
  const MetricLabels labels = OperatorLabels(job, report.operator_id, NameOf(report));
  const runtime::OperatorCounters& counters = report.counters;
  out->OfOperator("numRecordsIn", labels, counters.rows_in);
  out->OfOperator("numRecordsOut", labels, counters.rows_out);
  out->OfOperator("numLateRecordsDropped", labels, counters.rows_late);
  if (report.kind == "WindowJoin") {
    out->OfOperator("leftNumLateRecordsDropped", labels, counters.rows_left_late);
    out->OfOperator("rightNumLateRecordsDropped", labels, counters.rows_right_late);
  }
  out->OfOperator("currentInputWatermark", labels, report.watermark.millis());
}

void AddJob(const engine::JobStatus& job, FlinkMetrics* out) {
  const MetricLabels labels = JobLabels(job);
  const engine::JobReport& report = job.report;
  out->OfJob("numRestarts", labels, job.restarts);
  out->OfJob("numberOfCompletedCheckpoints", labels, report.completed_checkpoints);
  if (report.epoch > Epoch(0)) {
    out->OfJob("lastCompletedCheckpointId", labels, report.epoch.value());
  }
  if (!report.checkpoints.empty()) {
    out->OfJob("lastCheckpointDuration", labels, report.checkpoints.back().duration_ms);
    out->OfJob("lastCheckpointSize", labels, report.checkpoints.back().size_bytes);
  }
  for (const runtime::ScanReport& scan : report.scans) AddSource(job, scan, out);
  for (const runtime::OperatorReport& one : report.operators) AddOperator(job, one, out);
}

void AddTopics(const std::vector<TopicPartitionState>& topics, PrometheusText* text) {
  constexpr MetricFamily kStart{"floe_topic_start_offset",
                                "Offset of the oldest record that the log keeps.",
                                MetricKind::kGauge};
  constexpr MetricFamily kEnd{"floe_topic_end_offset", "Offset that the next record will get.",
                              MetricKind::kGauge};
  for (const TopicPartitionState& one : topics) {
    const MetricLabels labels = {{"topic", one.topic},
                                 {"partition", std::to_string(one.partition)}};
    text->Add(kStart, labels, one.start_offset);
    text->Add(kEnd, labels, one.end_offset);
  }
}

// The names that Prometheus' client libraries give a process.
void AddProcess(const MetricsState& state, PrometheusText* text) {
  const ProcessUsage& process = state.process;
  text->Add({"process_cpu_seconds_total", "User and system CPU time spent.", MetricKind::kCounter},
            {}, process.cpu_seconds);
  text->Add({"process_resident_memory_bytes", "Resident memory.", MetricKind::kGauge}, {},
            process.resident_bytes);
  text->Add({"process_virtual_memory_bytes", "Virtual memory.", MetricKind::kGauge}, {},
            process.virtual_bytes);
  text->Add({"process_open_fds", "Open file descriptors.", MetricKind::kGauge}, {},
            process.open_files);
  text->Add({"process_max_fds", "Most file descriptors that may be open.", MetricKind::kGauge}, {},
            process.max_open_files);
  text->Add({"process_threads", "Threads.", MetricKind::kGauge}, {}, process.threads);
  text->Add({"process_start_time_seconds", "When the process began, in seconds since 1970.",
             MetricKind::kGauge},
            {}, state.start_time_seconds);
  text->Add({"floe_peak_resident_memory_bytes", "Most resident memory since the start.",
             MetricKind::kGauge},
            {}, process.peak_resident_bytes);
  text->Add(
      {"floe_memory_used_bytes", "Drawn from the memory budget by all parts.", MetricKind::kGauge},
      {}, state.memory_used_bytes);
  text->Add({"floe_memory_limit_bytes", "The memory budget.", MetricKind::kGauge}, {},
            state.memory_limit_bytes);
}

}  // namespace

std::string MetricsText(const MetricsState& state) {
  PrometheusText text;
  FlinkMetrics flink(&text);
  int64_t running = 0;
  for (const engine::JobStatus& job : state.jobs) {
    MetricLabels labels = JobLabels(job);
    labels["state"] = engine::JobStateName(job.record.state);
    text.Add({"floe_job_info", "A job and its state; the value is 1.", MetricKind::kGauge}, labels,
             int64_t{1});
    running += job.record.state == engine::JobState::kRunning ? 1 : 0;
    // What a job that has ended counted last would look like a job that stands still.
    if (!engine::HasEnded(job.record.state)) AddJob(job, &flink);
  }
  flink.OfJobManager("numRunningJobs", running);
  AddTopics(state.topics, &text);
  AddProcess(state, &text);
  text.AddSamples(state.samples);
  return text.Text();
}

}  // namespace floe::server
