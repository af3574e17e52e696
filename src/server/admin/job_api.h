// The admin API's part on jobs. What changes a job waits for the jobs' thread.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "server/admin/admin_api.h"

namespace floe::server {

inline constexpr std::string_view kJobsPath = "/api/v1/jobs";

// The body is a script, ?file=NAME its name: {"jobs":[…]} as started.
Result<HttpResponse> SubmitScript(const AdminTargets& targets, const HttpRequest& request,
                                  const std::string& none);
// {"jobs":[…]}
Result<HttpResponse> ListJobs(const AdminTargets& targets, const HttpRequest& request,
                              const std::string& none);
// One job; `job` is its id, the beginning of it, or its name.
Result<HttpResponse> FindJob(const AdminTargets& targets, const HttpRequest& request,
                             const std::string& job);
// Commits what was read and ends the job.
Result<HttpResponse> StopJob(const AdminTargets& targets, const HttpRequest& request,
                             const std::string& job);
// Ends the job at once.
Result<HttpResponse> CancelJob(const AdminTargets& targets, const HttpRequest& request,
                               const std::string& job);

}  // namespace floe::server
