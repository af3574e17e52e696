#include "client/trino_client.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"
#include "client/url.h"

namespace floe::client {
namespace {

constexpr std::string_view kUserAgent = "floe-sql";
constexpr size_t kMaxQuotedBodyBytes = 500;
constexpr std::chrono::milliseconds kRetryStep{100};

std::string Base64(std::string_view text) {
  constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < text.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < text.size() ? static_cast<unsigned char>(text[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) {
      out += i + k <= text.size() ? kDigits[group >> (18 - 6 * k) & 63] : '=';
    }
  }
  return out;
}

bool IsPassing(int status) { return status == 502 || status == 503 || status == 504; }

bool IsPassing(const Result<HttpReply>& reply) {
  if (reply.ok()) return IsPassing(reply->status);
  return reply.error().code() == ErrorCode::kUnavailable ||
         reply.error().code() == ErrorCode::kTimeout;
}

// What a status other than 200 means; the body is the reason, as text.
Error Refusal(const std::string& server, const HttpReply& reply) {
  std::string reason = reply.body.substr(0, kMaxQuotedBodyBytes);
  while (!reason.empty() && (reason.back() == '\n' || reason.back() == '\r')) reason.pop_back();
  const std::string text =
      server + " answers " + std::to_string(reply.status) + (reason.empty() ? "" : ": " + reason);
  if (reply.status == 401 || reply.status == 403) {
    return Error(ErrorCode::kPermissionDenied, text)
        .WithHint("set --user, and FLOE_SQL_PASSWORD where the server asks for a password");
  }
  if (reply.status == 404) {
    return Error(ErrorCode::kNotFound, text).WithHint("does a Trino server listen there?");
  }
  return Error(IsPassing(reply.status) ? ErrorCode::kUnavailable : ErrorCode::kInvalidArgument,
               text);
}

}  // namespace

TrinoClient::TrinoClient(HttpTransport& transport, std::string server, ClientSession session,
                         std::string password)
    : transport_(transport),
      server_(std::move(server)),
      session_(std::move(session)),
      password_(std::move(password)) {}

HttpHeaders TrinoClient::CommonHeaders() const {
  HttpHeaders headers = {{"User-Agent", std::string(kUserAgent)}, {"Accept-Encoding", "identity"}};
  if (!password_.empty() && server_.starts_with("https://")) {
    headers.emplace_back("Authorization", "Basic " + Base64(session_.user + ":" + password_));
  }
  return headers;
}

Result<QueryOutcome> TrinoClient::Execute(const std::string& sql, ResultHandler& handler,
                                          const Interrupted& interrupted) {
  HttpHeaders headers = CommonHeaders();
  headers.emplace_back("Content-Type", "text/plain; charset=utf-8");
  for (auto& header : RequestHeaders(session_)) headers.push_back(std::move(header));
  FLOE_ASSIGN(HttpReply first,
              transport_.Send({"POST", server_ + "/v1/statement", headers, sql}, interrupted));
  std::string next_uri;
  Result<QueryOutcome> outcome = Follow(std::move(first), handler, interrupted, &next_uri);
  // Whatever ended it here, the server does not go on for nobody.
  if (!outcome.ok() && !next_uri.empty()) CancelQuery(next_uri);
  return outcome;
}

Result<QueryOutcome> TrinoClient::Follow(HttpReply reply, ResultHandler& handler,
                                         const Interrupted& interrupted, std::string* next_uri) {
  QueryOutcome outcome;
  bool has_columns = false;
  for (;;) {
    if (reply.status != 200) return Refusal(server_, reply);
    FLOE_ASSIGN(QueryPage page, ParseQueryPage(reply.body));
    ApplyResponseHeaders(reply.headers, &session_);
    *next_uri = page.next_uri;
    outcome.query_id = page.id;
    if (!page.update_type.empty()) outcome.update_type = page.update_type;
    if (page.update_count) outcome.update_count = page.update_count;
    if (!page.warnings.empty()) outcome.warnings = std::move(page.warnings);
    if (!page.columns.empty() && !has_columns) {
      has_columns = true;
      FLOE_TRY(handler.OnColumns(page.columns));
    }
    if (!page.rows.empty()) {
      if (!has_columns)
        return Error(ErrorCode::kInvalidData, "the server sent rows without columns");
      outcome.rows += static_cast<int64_t>(page.rows.size());
      FLOE_TRY(handler.OnRows(std::move(page.rows)));
    }
    handler.OnProgress(page.stats);
    if (page.error) return *std::move(page.error);
    if (page.next_uri.empty()) return outcome;
    if (interrupted()) return Error(ErrorCode::kCancelled, "the query was cancelled");
    FLOE_ASSIGN(reply, Get(page.next_uri, interrupted));
  }
}

Result<HttpReply> TrinoClient::Get(const std::string& url, const Interrupted& interrupted) {
  const HttpHeaders headers = CommonHeaders();
  for (int tries = 1;; ++tries) {
    Result<HttpReply> reply = transport_.Send({"GET", url, headers, {}}, interrupted);
    if (!IsPassing(reply) || tries == limits::kMaxClientTries) return reply;
    transport_.Pause(tries * kRetryStep, interrupted);
    if (interrupted()) return Error(ErrorCode::kCancelled, "the query was cancelled");
  }
}

void TrinoClient::CancelQuery(const std::string& next_uri) {
  // The answer does not matter: the statement may have ended by itself.
  (void)transport_.Send({"DELETE", next_uri, CommonHeaders(), {}}, kNeverInterrupted);
}

Result<ServerInfo> TrinoClient::Info(const Interrupted& interrupted) {
  FLOE_ASSIGN(const HttpReply reply,
              transport_.Send({"GET", server_ + "/v1/info", CommonHeaders(), {}}, interrupted));
  if (reply.status != 200) return Refusal(server_, reply);
  FLOE_ASSIGN(const JsonValue json, ParseJson(reply.body));
  ServerInfo info;
  if (const JsonValue* version = json.Find("nodeVersion"); version != nullptr) {
    info.version = version->Text("version");
  }
  const JsonValue* starting = json.Find("starting");
  info.starting = starting != nullptr && starting->text == "true";
  return info;
}

}  // namespace floe::client
