// A small HTTP/1.1 server on loopback: whole messages in, whole messages out.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/executor.h"
#include "base/log.h"
#include "base/result.h"

namespace floe::server {

struct HttpRequest {
  std::string method;                        // "GET", "POST", …
  std::string path;                          // percent-decoded, without the query
  std::map<std::string, std::string> query;  // percent-decoded
  // By lower-case name; what is repeated is joined by ", ".
  std::map<std::string, std::string> headers;
  std::string host;  // the header Host: by which address the client came
  std::string body;

  // The header's value, "" if it is missing. REQUIRES: a lower-case name.
  std::string_view header(const std::string& name) const;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";  // "" for an answer without a body
  std::string body;
  // Beside Content-Type, Content-Length and Connection, which are the server's. A name may be
  // repeated.
  std::vector<std::pair<std::string, std::string>> headers;
};

// Takes the answer, from any thread, now or later. Called once; ignored when the connection or the
// server is gone. If it is dropped without a call the client gets a 500.
using HttpResponder = std::function<void(HttpResponse)>;
// Called on the server's one thread and must not block. The request is valid during the call.
// HEAD is handed on as it is; the server leaves the body out of its answer.
using HttpHandler = std::function<void(const HttpRequest&, HttpResponder)>;

// A handler that blocks, run on `executor`, which outlives the handler. At most
// limits::kMaxHttpConnections calls wait for it.
HttpHandler RunOn(Executor& executor, std::function<HttpResponse(const HttpRequest&)> blocking);

// Connections are kept open between requests. Limits: kMaxHttpHeaderBytes (431),
// kMaxHttpBodyBytes (413), kMaxHttpConnections (503), kHttpReadTimeout, kHttpIdleTimeout.
class HttpServer {
 public:
  // Listens on `address`:`port` (0: any free port) and serves on a thread of `executor`, which it
  // keeps until it is stopped. kUnavailable if the port is taken.
  static Result<std::unique_ptr<HttpServer>> Start(const std::string& address, uint16_t port,
                                                   Executor& executor, HttpHandler handler,
                                                   Logger logger);
  // Takes no more requests, lets those under way end within kHttpStopGrace, cuts the rest.
  ~HttpServer();
  uint16_t port() const;

 private:
  class Implementation;
  explicit HttpServer(std::shared_ptr<Implementation> implementation);
  std::shared_ptr<Implementation> implementation_;
};

// The answer to an error: its code's HTTP status, and {"error": {"name": …, "message": …}} with
// "hint" and the position ("line", "column", "end_line", "end_column") where there is one.
HttpResponse ErrorResponse(const Error& error);

}  // namespace floe::server
