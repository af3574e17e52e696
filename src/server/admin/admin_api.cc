#include "server/admin/admin_api.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "base/assert.h"
#include "server/admin/job_api.h"
#include "server/admin/topic_api.h"
#include "server/page/embedded_files.h"

namespace floe::server {

// Written by floe_embed_files from docs/api.
std::span<const EmbeddedFile> ApiDescriptions();

namespace {

Result<HttpResponse> Describe(const AdminTargets&, const HttpRequest&, const std::string&) {
  const EmbeddedFile* file = FindEmbeddedFile(ApiDescriptions(), "/admin.openapi.yaml");
  FLOE_ASSERT(file != nullptr);
  return HttpResponse{200, std::string(file->content_type), std::string(file->body), {}};
}

constexpr AdminRoute kRoutes[] = {
    {"GET", "/api/v1/openapi.yaml", Describe},
    {"PUT", "/api/v1/topics/{topic}", EnsureTopic},
    {"GET", "/api/v1/topics/{topic}", DescribeTopic},
    {"POST", "/api/v1/topics/{topic}/records", AppendRecords},
    {"GET", "/api/v1/topics/{topic}/records", ReadRecords},
    {"GET", "/api/v1/jobs", ListJobs},
    {"POST", "/api/v1/jobs", SubmitScript},
    {"GET", "/api/v1/jobs/{job}", FindJob},
    {"POST", "/api/v1/jobs/{job}/stop", StopJob},
    {"POST", "/api/v1/jobs/{job}/cancel", CancelJob},
};

std::string_view TakeSegment(std::string_view* path) {
  const size_t slash = std::min(path->find('/'), path->size());
  const std::string_view segment = path->substr(0, slash);
  path->remove_prefix(std::min(slash + 1, path->size()));
  return segment;
}

// What the named segment of `pattern` is in `path`, "" without one; nothing if they do not match.
std::optional<std::string> Match(std::string_view pattern, std::string_view path) {
  if (path.ends_with('/')) return std::nullopt;
  std::string name;
  while (!pattern.empty() && !path.empty()) {
    const std::string_view expected = TakeSegment(&pattern);
    const std::string_view found = TakeSegment(&path);
    if (expected.starts_with('{') && !found.empty()) {
      name = found;
    } else if (expected != found) {
      return std::nullopt;
    }
  }
  return pattern.empty() && path.empty() ? std::optional(std::move(name)) : std::nullopt;
}

HttpResponse NotServed(const HttpRequest& request, const std::string& allowed) {
  HttpResponse response = ErrorResponse(
      Error(ErrorCode::kNotFound, request.method + " " + request.path + " is not served")
          .WithHint("GET /api/v1/openapi.yaml describes what is"));
  if (!allowed.empty()) {
    response.status = 405;
    response.headers.emplace_back("Allow", allowed);
  }
  return response;
}

// Browsers send an Origin with what pages post. A page from elsewhere may post to any address of
// this machine without being asked, so it must not change anything here.
bool IsOfAnotherOrigin(const HttpRequest& request) {
  const std::string_view origin = request.header("origin");
  if (origin.empty()) return false;
  const size_t scheme_end = origin.find("://");
  return scheme_end == std::string_view::npos || origin.substr(scheme_end + 3) != request.host;
}

}  // namespace

std::span<const AdminRoute> AdminRoutes() { return kRoutes; }

HttpResponse AnswerAdminRequest(const AdminTargets& targets, const HttpRequest& request) {
  if (request.method != "GET" && IsOfAnotherOrigin(request)) {
    return ErrorResponse(
        Error(ErrorCode::kPermissionDenied,
              "pages of another origin can't use the admin API: the request is of " +
                  std::string(request.header("origin"))));
  }
  std::string allowed;
  for (const AdminRoute& route : kRoutes) {
    const std::optional<std::string> name = Match(route.path, request.path);
    if (!name) continue;
    if (request.method == route.method) {
      Result<HttpResponse> response = route.handle(targets, request, *name);
      return response.ok() ? std::move(response).value() : ErrorResponse(response.error());
    }
    allowed += (allowed.empty() ? "" : ", ") + std::string(route.method);
  }
  return NotServed(request, allowed);
}

HttpHandler MakeAdminApi(log::PartitionedLog& log, engine::JobSupervisor& jobs,
                         Executor& executor) {
  return RunOn(executor, [&log, &jobs](const HttpRequest& request) {
    return AnswerAdminRequest({log, jobs}, request);
  });
}

}  // namespace floe::server
