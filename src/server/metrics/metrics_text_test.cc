#include "server/metrics/metrics_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::server {
namespace {

using testing::HasSubstr;
using testing::Not;

engine::JobStatus RunningJob() {
  engine::JobStatus job;
  job.record.id = "0123456789abcdef0123456789abcdef";
  job.record.name = "ride-hailing \"x\"";
  job.record.state = engine::JobState::kRunning;
  job.restarts = 2;
  job.report.epoch = Epoch(7);
  job.report.completed_checkpoints = 3;
  job.report.checkpoints.push_back({Epoch(7), 1'700'000'000'000, 42, 1000});
  runtime::ScanReport scan;
  scan.operator_id = "scan-1";
  scan.table = "default_catalog.default_database.rides";
  scan.counters.records = 100;
  scan.counters.rows = 98;
  scan.counters.bad_records = 2;
  scan.lag = 9;
  scan.watermark = EventTime(5000);
  scan.partitions.push_back({"rides", PartitionId(0), Offset(60), 4, EventTime(5000)});
  scan.partitions.push_back({"rides", PartitionId(1), Offset(40), 5, EventTime(6000)});
  job.report.scans.push_back(scan);
  runtime::OperatorReport join;
  join.operator_id = "join-2";
  join.kind = "WindowJoin";
  join.counters.rows_in = 98;
  join.counters.rows_out = 12;
  join.counters.rows_late = 3;
  join.counters.rows_left_late = 1;
  join.counters.rows_right_late = 2;
  job.report.operators.push_back(join);
  runtime::OperatorReport sink;
  sink.operator_id = "sink-3";
  sink.kind = "Sink";
  sink.table = "iceberg.city.surge";
  sink.counters.rows_in = 12;
  sink.watermark = EventTime(4000);
  job.report.operators.push_back(sink);
  return job;
}

constexpr const char* kJob =
    R"(job_id="0123456789abcdef0123456789abcdef",job_name="ride-hailing \"x\"")";

std::string Line(const std::string& name, const std::string& more_labels, const char* value) {
  return "\n" + name + "{" + kJob + more_labels + "} " + value + "\n";
}

TEST(MetricsText, HasOperatorsUnderFlinksNames) {
  MetricsState state;
  state.jobs.push_back(RunningJob());
  const std::string text = MetricsText(state);
  const std::string scope = "flink_taskmanager_job_task_operator_";
  const std::string join = R"(,operator_id="join-2",operator_name="WindowJoin")";
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRecordsIn", join, "98")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRecordsOut", join, "12")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "numLateRecordsDropped", join, "3")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "leftNumLateRecordsDropped", join, "1")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "rightNumLateRecordsDropped", join, "2")));
  // Long.MIN_VALUE, as in Flink, before there is a watermark.
  EXPECT_THAT(text, HasSubstr(Line(scope + "currentInputWatermark", join, "-9223372036854775808")));
  const std::string sink = R"(,operator_id="sink-3",operator_name="Sink: surge")";
  EXPECT_THAT(text, HasSubstr(Line(scope + "currentInputWatermark", sink, "4000")));
  EXPECT_THAT(text, HasSubstr("# HELP " + scope +
                              "numRecordsIn numRecordsIn (scope: taskmanager_job_task_operator)\n"
                              "# TYPE " +
                              scope + "numRecordsIn gauge\n"));
}

TEST(MetricsText, HasSourcesWithTheirOffsets) {
  MetricsState state;
  state.jobs.push_back(RunningJob());
  const std::string text = MetricsText(state);
  const std::string scope = "flink_taskmanager_job_task_operator_";
  const std::string source = R"(,operator_id="scan-1",operator_name="Source: rides")";
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRecordsIn", source, "100")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRecordsOut", source, "98")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRecordsInErrors", source, "2")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "pendingRecords", source, "9")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "currentOutputWatermark", source, "5000")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "KafkaSourceReader_KafkaConsumer_records_lag_max",
                                   source, "5")));
  const std::string partition = source + R"(,partition="1",topic="rides")";
  EXPECT_THAT(text, HasSubstr(Line(scope + "KafkaSourceReader_topic_partition_currentOffset",
                                   partition, "39")));
}

TEST(MetricsText, HasJobsAndTheirCheckpoints) {
  MetricsState state;
  state.jobs.push_back(RunningJob());
  engine::JobStatus failed = RunningJob();
  failed.record.id = "ffffffffffffffffffffffffffffffff";
  failed.record.state = engine::JobState::kFailed;
  state.jobs.push_back(failed);
  const std::string text = MetricsText(state);
  const std::string scope = "flink_jobmanager_job_";
  EXPECT_THAT(text, HasSubstr(Line(scope + "numberOfCompletedCheckpoints", "", "3")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "lastCompletedCheckpointId", "", "7")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "lastCheckpointDuration", "", "42")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "lastCheckpointSize", "", "1000")));
  EXPECT_THAT(text, HasSubstr(Line(scope + "numRestarts", "", "2")));
  EXPECT_THAT(text, HasSubstr("\nflink_jobmanager_numRunningJobs 1\n"));
  EXPECT_THAT(text, HasSubstr(Line("floe_job_info", ",state=\"RUNNING\"", "1")));
  // One that has ended is known by its state only.
  EXPECT_THAT(text, HasSubstr("job_id=\"ffffffffffffffffffffffffffffffff\",job_name=\"ride-hailing "
                              "\\\"x\\\"\",state=\"FAILED\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("numRestarts{job_id=\"ffff")));
}

TEST(MetricsText, HasProcessTopicsAndTheRegistry) {
  MetricsRegistry registry;
  registry.counter("httpRequests", {{"route", "/v1"}}).Add(5);
  MetricsState state;
  state.topics.push_back({"rides", 0, 10, 60});
  state.process.cpu_seconds = 1.5;
  state.process.resident_bytes = 4096;
  state.memory_used_bytes = 11;
  state.memory_limit_bytes = 12;
  state.start_time_seconds = 1700000000.25;
  state.samples = registry.Snapshot();
  const std::string text = MetricsText(state);
  for (const char* line :
       {"\nfloe_topic_start_offset{partition=\"0\",topic=\"rides\"} 10\n",
        "\nfloe_topic_end_offset{partition=\"0\",topic=\"rides\"} 60\n",
        "\nprocess_cpu_seconds_total 1.5\n", "\nprocess_resident_memory_bytes 4096\n",
        "\nfloe_memory_used_bytes 11\n", "\nfloe_memory_limit_bytes 12\n",
        "\nprocess_start_time_seconds 1700000000.25\n",
        "\nfloe_http_requests_total{route=\"/v1\"} 5\n"}) {
    EXPECT_THAT(text, HasSubstr(line));
  }
}

}  // namespace
}  // namespace floe::server
