#include "server/http/router.h"

#include <memory>
#include <utility>

#include "base/assert.h"

namespace floe::server {

void Router::Mount(std::string path_prefix, HttpHandler handler) {
  FLOE_ASSERT(path_prefix.starts_with('/'));
  while (path_prefix.ends_with('/')) path_prefix.pop_back();
  FLOE_ASSERT(handlers_.emplace(std::move(path_prefix), std::move(handler)).second);
}

HttpHandler Router::Handler() const {
  const auto handlers = std::make_shared<const std::map<std::string, HttpHandler>>(handlers_);
  return [handlers](const HttpRequest& request, HttpResponder respond) {
    // From the whole path, segment by segment, to the empty prefix.
    std::string prefix = request.path;
    while (true) {
      const auto found = handlers->find(prefix);
      if (found != handlers->end()) return found->second(request, std::move(respond));
      const size_t slash = prefix.rfind('/');
      if (slash == std::string::npos) break;
      prefix.resize(slash);
    }
    respond(ErrorResponse(
        Error(ErrorCode::kNotFound, request.method + " " + request.path + " is not served")));
  };
}

}  // namespace floe::server
