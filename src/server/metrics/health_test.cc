#include "server/metrics/health.h"

#include <gtest/gtest.h>

namespace floe::server {
namespace {

TEST(Readiness, SaysWhatIsMissing) {
  Readiness readiness;
  readiness.catalog_problem = "catalog.db is locked";
  const HttpResponse response = ReadinessResponse(readiness);
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(response.body, "not ready\njobs: not started yet\ncatalog: catalog.db is locked\n");
}

TEST(Readiness, AFailedJobIsNamedAndNoReason) {
  Readiness readiness;
  readiness.jobs_started = true;
  engine::JobStatus job;
  job.record.name = "surge";
  job.record.state = engine::JobState::kFailed;
  job.record.error = "a bad record";
  readiness.jobs.push_back(job);
  const HttpResponse response = ReadinessResponse(readiness);
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "ready\njob surge has failed: a bad record\n");
}

TEST(StartupGate, IsClosedUntilItIsOpened) {
  StartupGate gate;
  EXPECT_FALSE(gate.is_open());
  gate.Open();
  EXPECT_TRUE(gate.is_open());
}

}  // namespace
}  // namespace floe::server
