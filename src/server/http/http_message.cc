#include "server/http/http_message.h"

#include <utility>

#include "base/ascii.h"
#include "base/percent_encoding.h"

namespace floe::server {
namespace {

namespace http = boost::beast::http;

void ParseQuery(std::string_view rest, std::map<std::string, std::string>* query) {
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('&'), rest.size());
    const std::string_view pair = rest.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    (*query)[PercentDecode(pair.substr(0, equals), PercentForm::kForm)] =
        PercentDecode(pair.substr(std::min(equals + 1, pair.size())), PercentForm::kForm);
    rest.remove_prefix(std::min(end + 1, rest.size()));
  }
}

}  // namespace

HttpRequest ToRequest(http::request<http::string_body>& message) {
  HttpRequest request;
  request.method = std::string(message.method_string());
  const std::string_view target(message.target().data(), message.target().size());
  const size_t question = target.find('?');
  request.path = PercentDecode(target.substr(0, question));
  if (question != std::string_view::npos) ParseQuery(target.substr(question + 1), &request.query);
  for (const auto& field : message) {
    const std::string_view value(field.value().data(), field.value().size());
    const auto [header, is_new] = request.headers.emplace(
        AsciiLower({field.name_string().data(), field.name_string().size()}), value);
    if (!is_new) header->second.append(", ").append(value);
  }
  request.host = request.header("host");
  request.body = std::move(message.body());
  return request;
}

http::response<http::string_body> ToMessage(HttpResponse response, unsigned version,
                                            bool keep_alive, bool is_head) {
  http::response<http::string_body> message(static_cast<http::status>(response.status), version);
  if (!response.content_type.empty()) {
    message.set(http::field::content_type, response.content_type);
  }
  message.set("X-Content-Type-Options", "nosniff");
  for (const auto& [name, value] : response.headers) message.insert(name, value);
  message.keep_alive(keep_alive);
  // 204 and 304 have no body, and no length either.
  if (response.status == 204 || response.status == 304) return message;
  message.content_length(response.body.size());
  if (!is_head) message.body() = std::move(response.body);
  return message;
}

}  // namespace floe::server
