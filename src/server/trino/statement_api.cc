#include "server/trino/statement_api.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "server/trino/protocol_headers.h"
#include "server/trino/protocol_json.h"

namespace floe::server {
namespace {

// The version of Trino whose answers these are; clients look at it for what they may use.
constexpr const char* kTrinoVersion = "476";
constexpr const char* kEnvironment = "floe";

HttpResponse Text(int status, const std::string& text) { return {status, "text/plain", text, {}}; }

HttpResponse NotFound() { return Text(404, "Error 404 Not Found: HTTP 404 Not Found"); }
HttpResponse QueryNotFound() { return Text(404, "Error 404 Not Found: Query not found"); }
HttpResponse Gone() { return Text(410, "Error 410 Gone: HTTP 410 Gone"); }
HttpResponse NoContent() { return {204, "", "", {}}; }
HttpResponse Json(std::string body) { return {200, "application/json", std::move(body), {}}; }
HttpResponse NotAllowed(const char* allowed) { return {405, "", "", {{"Allow", allowed}}}; }

std::vector<std::string> Segments(std::string_view path) {
  std::vector<std::string> segments;
  while (!path.empty()) {
    path.remove_prefix(1);
    const size_t slash = std::min(path.find('/'), path.size());
    segments.emplace_back(path.substr(0, slash));
    path.remove_prefix(slash);
  }
  return segments;
}

std::optional<int64_t> ParseToken(const std::string& text) {
  int64_t token = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, token);
  if (error != std::errc() || stopped != end || token < 0) return std::nullopt;
  return token;
}

HttpResponse PageResponse(const QueryPage& page, const std::string& base_uri) {
  HttpResponse response = Json(QueryResultsJson(page, base_uri));
  if (page.headers != nullptr) response.headers = *page.headers;
  response.headers.emplace_back("Cache-Control", "no-store");
  return response;
}

class StatementApi : public std::enable_shared_from_this<StatementApi> {
 public:
  explicit StatementApi(StatementApiParts parts)
      : parts_(std::move(parts)), started_(parts_.clock.Monotonic()) {}

  void Handle(const HttpRequest& request, HttpResponder respond) {
    const std::vector<std::string> path = Segments(request.path);  // "v1", …
    const std::string second = path.size() > 1 ? path[1] : "";
    if (second == "statement") return HandleStatement(request, path, std::move(respond));
    if (second == "query") return respond(HandleQuery(request, path));
    return respond(HandleInfo(request, path));
  }

 private:
  // --- /v1/statement ---------------------------------------------------------------------------

  void HandleStatement(const HttpRequest& request, const std::vector<std::string>& path,
                       HttpResponder respond) {
    if (path.size() == 2) {
      if (request.method != "POST") return respond(NotAllowed("HEAD,POST,OPTIONS"));
      return respond(Submit(request));
    }
    if (path.size() == 8 && path[2] == "executing" && path[3] == "partialCancel") {
      return respond(PartialCancel(request, path));
    }
    if (path.size() != 6 || (path[2] != "queued" && path[2] != "executing")) {
      return respond(NotFound());
    }
    const std::shared_ptr<Query> query = Find(path[3], path[4]);
    const std::optional<int64_t> token = ParseToken(path[5]);
    if (query == nullptr || !token) return respond(QueryNotFound());
    if (request.method == "DELETE") {
      query->Cancel();
      return respond(NoContent());
    }
    if (request.method == "HEAD") {
      query->Touch();
      return respond(Json(""));
    }
    if (request.method != "GET") return respond(NotAllowed("HEAD,DELETE,GET,OPTIONS"));
    FetchPage(request, query, *token, std::move(respond));
  }

  std::shared_ptr<Query> Find(const std::string& id, const std::string& slug) const {
    std::shared_ptr<Query> query = parts_.registry->Find(id);
    return query != nullptr && query->slug() == slug ? query : nullptr;
  }

  HttpResponse Submit(const HttpRequest& request) {
    auto session = ParseSession(request, parts_.clock.WallMillis());
    if (!session.ok()) {
      const Error& error = session.error();
      if (error.code() != ErrorCode::kPermissionDenied) {
        return Text(400, "Error 400 Bad Request: " + error.message());
      }
      HttpResponse response = Text(401, error.message());
      response.headers.emplace_back("WWW-Authenticate", "Basic realm=\"Trino\"");
      return response;
    }
    if (request.body.find_first_not_of(" \t\r\n") == std::string::npos) {
      return Text(400, "Error 400 Bad Request: SQL statement is empty");
    }
    const size_t size = request.body.size();
    const bool is_too_large = size > limits::kMaxSqlBytes;
    const auto query = parts_.registry->Create(
        {is_too_large ? request.body.substr(0, limits::kMaxEndedQueryTextBytes) : request.body,
         *std::move(session)},
        [&](const std::shared_ptr<Query>& created) {
          // The dispatcher holds queries: they must not hold it.
          return [weak = std::weak_ptr<QueryDispatcher>(parts_.dispatcher), key = created.get()] {
            if (const auto dispatcher = weak.lock()) dispatcher->Wake(key);
          };
        });
    const QueryPage announcement = query->Announcement();
    if (is_too_large) {
      query->Fail(
          Error(ErrorCode::kQueryTextTooLarge, "Query text length (" + std::to_string(size) +
                                                   ") exceeds the maximum length (" +
                                                   std::to_string(limits::kMaxSqlBytes) + ")"));
    } else {
      parts_.dispatcher->Submit(query);
    }
    return PageResponse(announcement, BaseUri(request, parts_.process_forwarded));
  }

  void FetchPage(const HttpRequest& request, const std::shared_ptr<Query>& query, int64_t token,
                 HttpResponder respond) {
    const auto parameter = [&](const char* name) {
      const auto found = request.query.find(name);
      return found == request.query.end() ? std::string() : found->second;
    };
    const int64_t most_ms = limits::kMaxQueryPollWait.count();
    const int64_t wait_ms = std::min(most_ms, ParseWait(parameter("maxWait")).value_or(most_ms));
    const int64_t target_bytes =
        ParseDataSize(parameter("targetResultSize"))
            .value_or(static_cast<int64_t>(limits::kDefaultQueryPageBytes));
    const std::string base_uri = BaseUri(request, parts_.process_forwarded);
    const auto outcome =
        query->Fetch(token, static_cast<size_t>(std::max<int64_t>(1, target_bytes)),
                     [respond, base_uri](const std::shared_ptr<const QueryPage>& page) {
                       respond(PageResponse(*page, base_uri));
                     });
    if (outcome == Query::FetchOutcome::kGone) return respond(Gone());
    if (outcome == Query::FetchOutcome::kNotFound) return respond(QueryNotFound());
    if (query->is_waited_for(token)) {
      parts_.timers.SubmitAfter(std::chrono::milliseconds(wait_ms),
                                [weak = std::weak_ptr<Query>(query), token] {
                                  if (const auto alive = weak.lock()) alive->TimeOut(token);
                                });
    }
  }

  HttpResponse PartialCancel(const HttpRequest& request, const std::vector<std::string>& path) {
    if (request.method != "DELETE") return NotAllowed("DELETE,OPTIONS");
    const std::shared_ptr<Query> query = Find(path[4], path[6]);
    if (query == nullptr) return QueryNotFound();
    query->StopEarly();
    return NoContent();
  }

  // --- /v1/query -------------------------------------------------------------------------------

  HttpResponse HandleQuery(const HttpRequest& request, const std::vector<std::string>& path) {
    const std::string base_uri = BaseUri(request, parts_.process_forwarded);
    if (path.size() == 2) {
      if (request.method != "GET") return NotAllowed("HEAD,GET,OPTIONS");
      const auto state = request.query.find("state");
      std::vector<QuerySummary> summaries;
      for (const auto& query : parts_.registry->List()) {
        QuerySummary summary = query->Summary();
        if (state != request.query.end() && state->second != QueryStateName(summary.state))
          continue;
        summaries.push_back(std::move(summary));
      }
      return Json(QueryListJson(summaries, base_uri));
    }
    if (path.size() != 3) return NotFound();
    const std::shared_ptr<Query> query = parts_.registry->Find(path[2]);
    if (request.method == "DELETE") {
      if (query != nullptr) query->Cancel();
      return NoContent();
    }
    if (request.method != "GET") return NotAllowed("HEAD,DELETE,GET,OPTIONS");
    if (query == nullptr) return Gone();
    return Json(QueryInfoJson(query->Summary(), base_uri));
  }

  // --- /v1/info, /v1/status --------------------------------------------------------------------

  HttpResponse HandleInfo(const HttpRequest& request, const std::vector<std::string>& path) const {
    std::string rest;
    for (size_t i = 1; i < path.size(); ++i) rest += "/" + path[i];
    if (rest != "/info" && rest != "/info/state" && rest != "/info/coordinator" &&
        rest != "/status") {
      return NotFound();
    }
    if (request.method != "GET" && request.method != "HEAD") return NotAllowed("HEAD,GET,OPTIONS");
    if (rest == "/info/state") return Json("\"ACTIVE\"");
    if (rest == "/info/coordinator") return Text(200, "");
    const int64_t uptime_ms =
        std::chrono::duration_cast<std::chrono::milliseconds>(parts_.clock.Monotonic() - started_)
            .count();
    std::string json = std::string("{\"nodeVersion\":{\"version\":\"") + kTrinoVersion +
                       "\"},\"environment\":\"" + kEnvironment +
                       "\",\"coordinator\":true,\"uptime\":\"" + DurationText(uptime_ms) + "\"";
    if (rest == "/info") return Json(json + ",\"starting\":false}");
    json += ",\"nodeId\":";
    AppendJsonString(parts_.node_id, &json);
    return Json(json + ",\"externalAddress\":\"127.0.0.1\"}");
  }

  const StatementApiParts parts_;
  const std::chrono::nanoseconds started_;
};

}  // namespace

HttpHandler MakeStatementApi(StatementApiParts parts) {
  const auto api = std::make_shared<StatementApi>(std::move(parts));
  return [api](const HttpRequest& request, HttpResponder respond) {
    api->Handle(request, std::move(respond));
  };
}

}  // namespace floe::server
