#include "server/admin/job_api.h"

#include <optional>
#include <string>
#include <utility>

#include "base/limits.h"
#include "server/admin/job_json.h"

namespace floe::server {
namespace {

Error NotServed(const HttpRequest& request) {
  return Error(ErrorCode::kNotFound, request.method + " " + request.path + " is not served");
}

// What `call` gives on the jobs' thread.
template <typename Value, typename CallFunction>
Result<Value> OnJobThread(engine::JobSupervisor& jobs, const CallFunction& call) {
  std::optional<Result<Value>> result;
  FLOE_TRY(jobs.OnJobThread(
      [&](engine::JobSupervisor& supervisor) { result.emplace(call(supervisor)); }));
  return std::move(*result);
}

Result<std::string> Submit(engine::JobSupervisor& jobs, const HttpRequest& request) {
  if (request.body.size() > limits::kMaxSqlBytes) {
    return Error(ErrorCode::kLimitExceeded,
                 "a job file has at most " + std::to_string(limits::kMaxSqlBytes) + " bytes");
  }
  const auto file = request.query.find("file");
  engine::SubmittedScript script;
  script.file_name = file == request.query.end() ? "job.sql" : file->second;
  script.sql = request.body;
  FLOE_ASSIGN(const auto started, OnJobThread<std::vector<engine::JobStatus>>(
                                      jobs, [&](engine::JobSupervisor& supervisor) {
                                        return supervisor.Submit(script);
                                      }));
  return JobsToJson(started);
}

Result<std::string> End(engine::JobSupervisor& jobs, const std::string& job,
                        std::string_view action) {
  FLOE_ASSIGN(const engine::JobStatus ended,
              OnJobThread<engine::JobStatus>(jobs, [&](engine::JobSupervisor& supervisor) {
                return action == "stop" ? supervisor.Stop(job) : supervisor.Cancel(job);
              }));
  return JobToJson(ended);
}

Result<std::string> Handle(engine::JobSupervisor& jobs, const HttpRequest& request) {
  std::string_view rest = request.path;
  rest.remove_prefix(kJobsPath.size());
  if (rest.empty()) {
    if (request.method == "POST") return Submit(jobs, request);
    if (request.method == "GET") return JobsToJson(jobs.List());
    return NotServed(request);
  }
  if (rest.front() != '/') return NotServed(request);
  rest.remove_prefix(1);
  const size_t slash = rest.find('/');
  const std::string job(rest.substr(0, slash));
  if (slash == std::string_view::npos) {
    if (request.method != "GET") return NotServed(request);
    FLOE_ASSIGN(const engine::JobStatus status, jobs.Find(job));
    return JobToJson(status);
  }
  const std::string_view action = rest.substr(slash + 1);
  if (request.method != "POST" || (action != "stop" && action != "cancel")) {
    return NotServed(request);
  }
  return End(jobs, job, action);
}

}  // namespace

HttpResponse HandleJobRequest(engine::JobSupervisor& jobs, const HttpRequest& request) {
  Result<std::string> body = Handle(jobs, request);
  if (!body.ok()) return ErrorResponse(body.error());
  return HttpResponse{200, "application/json", std::move(*body), {}};
}

}  // namespace floe::server
