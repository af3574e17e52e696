#include "server/admin/job_json.h"

#include <gtest/gtest.h>

namespace floe::server {
namespace {

engine::JobStatus Status() {
  engine::JobStatus status;
  status.record.id = "0123456789abcdef0123456789abcdef";
  status.record.name = "surge";
  status.record.file_name = "jobs/surge.sql";
  status.record.state = engine::JobState::kRestarting;
  status.record.submitted_ms = 1'700'000'000'000;
  status.record.error = "UNAVAILABLE: \"no\"\n";
  status.restarts = 3;
  status.report.epoch = Epoch(12);
  status.report.watermark = EventTime(5);
  runtime::ScanReport scan;
  scan.operator_id = "scan-1";
  scan.table = "c.d.t";
  scan.counters.records = 10;
  scan.counters.bad_records = 1;
  scan.lag = 4;
  status.report.scans.push_back(scan);
  runtime::OperatorReport one;
  one.operator_id = "calc-1";
  one.kind = "Calc";
  one.counters.rows_in = 9;
  one.counters.rows_late = 2;
  one.watermark = EventTime(-1);
  status.report.operators.push_back(one);
  return status;
}

TEST(JobJson, ComesBackAsItWas) {
  for (const std::string& text : {JobToJson(Status()), JobsToJson({Status()})}) {
    const auto parsed = ParseJobs(text);
    ASSERT_TRUE(parsed.ok()) << text;
    ASSERT_EQ(parsed->size(), 1u);
    EXPECT_EQ(JobToJson(parsed->front()), JobToJson(Status()));
    EXPECT_EQ(parsed->front().record.error, Status().record.error);
    EXPECT_EQ(parsed->front().report.scans[0].watermark, EventTime::Min());
    EXPECT_EQ(parsed->front().report.operators[0].watermark, EventTime(-1));
  }
  EXPECT_TRUE(ParseJobs(JobsToJson({})).value().empty());
}

TEST(JobJson, RefusesWhatIsNoJob) {
  for (const char* text : {"", "[]", "{}", R"({"jobs":[1]})", R"({"state":"GONE"})"}) {
    EXPECT_FALSE(ParseJobs(text).ok()) << text;
  }
}

}  // namespace
}  // namespace floe::server
