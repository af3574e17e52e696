#include "client/session.h"

#include "base/percent_encoding.h"

namespace floe::client {
namespace {

// Trino encodes headers as forms.
std::string Decoded(std::string_view text) { return PercentDecode(text, PercentForm::kForm); }

constexpr std::string_view kPrefix = "x-trino-";

void Add(std::string_view name, const std::string& value, HttpHeaders* headers) {
  if (!value.empty()) headers->emplace_back("X-Trino-" + std::string(name), value);
}

// "a=1,b=2", both sides encoded.
std::string Joined(const std::map<std::string, std::string>& entries) {
  std::string text;
  for (const auto& [key, value] : entries) {
    if (!text.empty()) text += ',';
    text += PercentEncode(key) + "=" + PercentEncode(value);
  }
  return text;
}

struct Assignment {
  std::string name;
  std::string value;
};

Assignment ToAssignment(std::string_view text) {
  const size_t equals = std::min(text.find('='), text.size());
  return {Decoded(text.substr(0, equals)), Decoded(text.substr(std::min(equals + 1, text.size())))};
}

// `text` may hold several, separated by commas.
void SetAll(std::string_view text, std::map<std::string, std::string>* entries) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    Assignment assignment = ToAssignment(one);
    if (!assignment.name.empty()) (*entries)[assignment.name] = assignment.value;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Erase(std::string_view text, std::map<std::string, std::string>* entries) {
  while (!text.empty()) {
    const size_t end = std::min(text.find(','), text.size());
    std::string_view one = text.substr(0, end);
    while (one.starts_with(' ')) one.remove_prefix(1);
    entries->erase(Decoded(one));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

void Apply(std::string_view name, const std::string& value, ClientSession* session) {
  if (name == "set-catalog") session->catalog = Decoded(value);
  if (name == "set-schema") session->schema = Decoded(value);
  if (name == "set-path") session->path = Decoded(value);
  if (name == "set-session") SetAll(value, &session->properties);
  if (name == "clear-session") Erase(value, &session->properties);
  if (name == "added-prepare") SetAll(value, &session->prepared_statements);
  if (name == "deallocated-prepare") Erase(value, &session->prepared_statements);
  if (name == "set-role") SetAll(value, &session->roles);
  if (name == "started-transaction-id") session->transaction_id = value;
  if (name == "clear-transaction-id") session->transaction_id.clear();
  if (name == "set-authorization-user") session->authorization_user = Decoded(value);
  if (name == "reset-authorization-user") session->authorization_user.clear();
}

}  // namespace

HttpHeaders RequestHeaders(const ClientSession& session) {
  HttpHeaders headers;
  const bool is_other = !session.authorization_user.empty();
  Add("User", is_other ? session.authorization_user : session.user, &headers);
  if (is_other) Add("Original-User", session.user, &headers);
  Add("Source", session.source, &headers);
  Add("Catalog", PercentEncode(session.catalog), &headers);
  Add("Schema", PercentEncode(session.schema), &headers);
  Add("Path", PercentEncode(session.path), &headers);
  Add("Time-Zone", session.time_zone, &headers);
  Add("Session", Joined(session.properties), &headers);
  Add("Prepared-Statement", Joined(session.prepared_statements), &headers);
  Add("Role", Joined(session.roles), &headers);
  Add("Client-Capabilities", "PATH,PARAMETRIC_DATETIME,SESSION_AUTHORIZATION", &headers);
  Add("Transaction-Id", session.transaction_id.empty() ? "NONE" : session.transaction_id, &headers);
  return headers;
}

void ApplyResponseHeaders(const HttpHeaders& headers, ClientSession* session) {
  for (const auto& [name, value] : headers) {
    if (!name.starts_with(kPrefix)) continue;
    Apply(std::string_view(name).substr(kPrefix.size()), value, session);
  }
}

}  // namespace floe::client
