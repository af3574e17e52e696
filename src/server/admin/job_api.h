// The admin API's part on jobs:
//   POST /api/v1/jobs?file=NAME         a script to run: {"jobs":[…]} as started
//   GET  /api/v1/jobs                   {"jobs":[…]}
//   GET  /api/v1/jobs/{job}             one, by id, the beginning of it, or name
//   POST /api/v1/jobs/{job}/stop        commits what was read and ends it
//   POST /api/v1/jobs/{job}/cancel      ends it at once
#pragma once

#include "engine/job_supervisor.h"
#include "server/http/http_server.h"

namespace floe::server {

inline constexpr std::string_view kJobsPath = "/api/v1/jobs";

// REQUIRES: a path that begins with kJobsPath. Waits for the jobs' thread where a job changes.
HttpResponse HandleJobRequest(engine::JobSupervisor& jobs, const HttpRequest& request);

}  // namespace floe::server
