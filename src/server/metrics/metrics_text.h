// What GET /metrics answers: jobs and their operators under the names of Flink's Prometheus
// reporter, so that dashboards made for Flink go on, and topics, memory and process beside them.
//
// A metric of Flink's scope taskmanager.job.task.operator has a name such as
// flink_taskmanager_job_task_operator_numRecordsIn. Its type is gauge whatever it counts, as there.
// Labels differ in two ways: values are written as they are (in Flink: filterLabelValueCharacters =
// false), and an operator's instances are summed up, so there is no subtask_index.
// docs/reference/metrics.md lists all.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/metrics.h"
#include "base/process_usage.h"
#include "engine/job_supervisor.h"

namespace floe::server {

struct TopicPartitionState {
  std::string topic;
  int32_t partition = 0;
  int64_t start_offset = 0;
  int64_t end_offset = 0;
};

struct MetricsState {
  std::vector<engine::JobStatus> jobs;
  std::vector<TopicPartitionState> topics;
  // Of the memory budget of all parts.
  int64_t memory_used_bytes = 0;
  int64_t memory_limit_bytes = 0;
  ProcessUsage process;
  double start_time_seconds = 0;      // since 1970, when the process began
  std::vector<MetricSample> samples;  // of the process's registry
};

// In Prometheus' text format.
std::string MetricsText(const MetricsState& state);

}  // namespace floe::server
