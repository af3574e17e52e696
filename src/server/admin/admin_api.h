// The admin API, /api/v1: what other processes may ask of the owner of a data directory. Routes,
// parameters and answers are described in docs/api/admin.openapi.yaml, which it serves as
// /api/v1/openapi.yaml.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "engine/job_supervisor.h"
#include "log/partitioned_log.h"
#include "server/http/http_server.h"

namespace floe::server {

inline constexpr const char* kAdminPath = "/api/v1";

// What the routes act on.
struct AdminTargets {
  log::PartitionedLog& log;
  engine::JobSupervisor& jobs;
};

struct AdminRoute {
  std::string_view method;
  std::string_view path;  // at most one of its segments stands for any: "{topic}"
  // `name` is what that segment is in the request; "" if there is none.
  Result<HttpResponse> (*handle)(const AdminTargets& targets, const HttpRequest& request,
                                 const std::string& name);
};

// All there are.
std::span<const AdminRoute> AdminRoutes();

// Blocks for a disk or the jobs' thread. 404 for a path that no route has, 405 for another method.
HttpResponse AnswerAdminRequest(const AdminTargets& targets, const HttpRequest& request);

// To be mounted at kAdminPath. Requests run on `executor`, and some wait for the jobs' thread: it
// is not the jobs' executor. References outlive the handler.
HttpHandler MakeAdminApi(log::PartitionedLog& log, engine::JobSupervisor& jobs, Executor& executor);

}  // namespace floe::server
