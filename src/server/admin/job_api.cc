#include "server/admin/job_api.h"

#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "server/admin/job_json.h"

namespace floe::server {
namespace {

HttpResponse Json(std::string body) {
  return HttpResponse{200, "application/json", std::move(body), {}};
}

// What `call` gives on the jobs' thread.
template <typename Value, typename CallFunction>
Result<Value> OnJobThread(engine::JobSupervisor& jobs, const CallFunction& call) {
  std::optional<Result<Value>> result;
  FLOE_TRY(jobs.OnJobThread(
      [&](engine::JobSupervisor& supervisor) { result.emplace(call(supervisor)); }));
  return std::move(*result);
}

}  // namespace

Result<HttpResponse> SubmitScript(const AdminTargets& targets, const HttpRequest& request,
                                  const std::string&) {
  if (request.body.size() > limits::kMaxSqlBytes) {
    return Error(ErrorCode::kLimitExceeded,
                 "a job file has at most " + std::to_string(limits::kMaxSqlBytes) + " bytes");
  }
  const auto file = request.query.find("file");
  engine::SubmittedScript script;
  script.file_name = file == request.query.end() ? "job.sql" : file->second;
  script.sql = request.body;
  FLOE_ASSIGN(const auto started, OnJobThread<std::vector<engine::JobStatus>>(
                                      targets.jobs, [&](engine::JobSupervisor& supervisor) {
                                        return supervisor.Submit(script);
                                      }));
  return Json(JobsToJson(started));
}

Result<HttpResponse> ListJobs(const AdminTargets& targets, const HttpRequest&, const std::string&) {
  return Json(JobsToJson(targets.jobs.List()));
}

Result<HttpResponse> FindJob(const AdminTargets& targets, const HttpRequest&,
                             const std::string& job) {
  FLOE_ASSIGN(const engine::JobStatus status, targets.jobs.Find(job));
  return Json(JobToJson(status));
}

Result<HttpResponse> StopJob(const AdminTargets& targets, const HttpRequest&,
                             const std::string& job) {
  FLOE_ASSIGN(const engine::JobStatus ended,
              OnJobThread<engine::JobStatus>(targets.jobs, [&](engine::JobSupervisor& supervisor) {
                return supervisor.Stop(job);
              }));
  return Json(JobToJson(ended));
}

Result<HttpResponse> CancelJob(const AdminTargets& targets, const HttpRequest&,
                               const std::string& job) {
  FLOE_ASSIGN(const engine::JobStatus ended,
              OnJobThread<engine::JobStatus>(targets.jobs, [&](engine::JobSupervisor& supervisor) {
                return supervisor.Cancel(job);
              }));
  return Json(JobToJson(ended));
}

}  // namespace floe::server
