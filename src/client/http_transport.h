// HTTP as the client needs it: one request, one answer, and pauses between tries.
#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace floe::client {

using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

struct HttpCall {
  std::string method;
  std::string url;  // absolute
  HttpHeaders headers;
  std::string body;
};

struct HttpReply {
  int status = 0;
  HttpHeaders headers;  // names in lower case; a name may come again
  std::string body;
};

// Asked often while something takes time: whether to give it up.
using Interrupted = std::function<bool()>;
inline const Interrupted kNeverInterrupted = [] { return false; };

// Used by one thread at a time.
class HttpTransport {
 public:
  virtual ~HttpTransport() = default;
  // Sends and waits for the whole answer, whatever its status. Never sends twice. kCancelled if
  // interrupted, kUnavailable if the server can't be reached or the connection breaks, kTimeout,
  // kLimitExceeded for an answer that is too long, kInvalidArgument for a URL that is none.
  virtual Result<HttpReply> Send(const HttpCall& call, const Interrupted& interrupted) = 0;
  // Returns after `pause` or when interrupted.
  virtual void Pause(std::chrono::milliseconds pause, const Interrupted& interrupted) = 0;
};

}  // namespace floe::client
