#include "server/metrics/health.h"

namespace floe::server {

HttpResponse ReadinessResponse(const Readiness& readiness) {
  std::string reasons;
  if (!readiness.jobs_started) reasons += "jobs: not started yet\n";
  if (!readiness.catalog_problem.empty()) {
    reasons += "catalog: " + readiness.catalog_problem + "\n";
  }
  HttpResponse response;
  response.content_type = "text/plain; charset=utf-8";
  response.headers.emplace_back("Cache-Control", "no-store");
  response.status = reasons.empty() ? 200 : 503;
  response.body = reasons.empty() ? "ready\n" : "not ready\n" + reasons;
  for (const engine::JobStatus& job : readiness.jobs) {
    if (job.record.state != engine::JobState::kFailed) continue;
    response.body += "job " + job.record.name + " has failed: " + job.record.error + "\n";
  }
  return response;
}

}  // namespace floe::server
