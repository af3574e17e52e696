// One port, several interfaces: which handler a path belongs to.
#pragma once

#include <map>
#include <string>

#include "server/http/http_server.h"

namespace floe::server {

// Mount everything, then take the handler.
class Router {
 public:
  // `path_prefix` stands for itself and everything below it: "/v1" for "/v1" and "/v1/info", not
  // for "/v1x". "/" stands for all. The longest prefix that fits wins; the handler sees the whole
  // path. REQUIRES: begins with '/', mounted once.
  void Mount(std::string path_prefix, HttpHandler handler);
  // Answers 404 where nothing is mounted. A copy of what is mounted now.
  HttpHandler Handler() const;

 private:
  std::map<std::string, HttpHandler> handlers_;  // without '/' at the end
};

}  // namespace floe::server
