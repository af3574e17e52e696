#include "server/admin/admin_api.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "server/page/embedded_files.h"

namespace floe::server {

std::span<const EmbeddedFile> ApiDescriptions();

namespace {

// "GET /api/v1/jobs" … of the description. Its layout is ours: paths are keys two blanks in,
// methods four.
std::set<std::string> DescribedOperations() {
  const EmbeddedFile* file = FindEmbeddedFile(ApiDescriptions(), "/admin.openapi.yaml");
  std::set<std::string> operations;
  std::string_view rest = file == nullptr ? std::string_view() : file->body;
  std::string path;
  bool in_paths = false;
  while (!rest.empty()) {
    const size_t end = std::min(rest.find('\n'), rest.size());
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!line.starts_with(' ') && !line.empty()) in_paths = line == "paths:";
    if (!in_paths) continue;
    if (line.starts_with("  /")) path = line.substr(2, line.size() - 3);
    for (const char* method : {"get", "put", "post", "delete", "patch", "head", "options"}) {
      if (line != "    " + std::string(method) + ":") continue;
      std::string name = method;
      for (char& c : name) c = static_cast<char>(c - 'a' + 'A');
      operations.insert(name + " " + path);
    }
  }
  return operations;
}

TEST(AdminApi, ItsDescriptionHasEveryRouteAndNoOther) {
  std::set<std::string> routes;
  for (const AdminRoute& route : AdminRoutes()) {
    routes.insert(std::string(route.method) + " " + std::string(route.path));
  }
  std::set<std::string> described;
  for (const std::string& operation : DescribedOperations()) {
    if (operation.find(kAdminPath) != std::string::npos) described.insert(operation);
  }
  EXPECT_EQ(described, routes);
  EXPECT_TRUE(DescribedOperations().contains("GET /metrics"));
}

}  // namespace
}  // namespace floe::server
