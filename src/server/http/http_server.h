// A small HTTP/1.1 server on loopback: routes to handlers that answer whole messages.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/executor.h"
#include "base/log.h"
#include "base/result.h"

namespace floe::server {

struct HttpRequest {
  std::string method;                        // "GET", "POST", …
  std::string path;                          // percent-decoded, without the query
  std::map<std::string, std::string> query;  // percent-decoded
  std::string body;
};

struct HttpResponse {
  int status = 200;
  std::string content_type = "application/json";
  std::string body;
};

// Called on the server's thread; a handler that takes long holds up other requests.
using HttpHandler = std::function<HttpResponse(const HttpRequest&)>;

class HttpServer {
 public:
  // Listens on `address`:`port` (0: any free port) and serves on a thread of `executor`, which it
  // keeps until it is stopped. kUnavailable if the port is taken.
  static Result<std::unique_ptr<HttpServer>> Start(const std::string& address, uint16_t port,
                                                   Executor& executor, HttpHandler handler,
                                                   Logger logger);
  // Stops; open connections are cut.
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
