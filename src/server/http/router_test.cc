#include "server/http/router.h"

#include <gtest/gtest.h>

namespace floe::server {
namespace {

HttpHandler Named(const std::string& name) {
  return [name](const HttpRequest&, const HttpResponder& respond) {
    respond({200, "text/plain", name, {}});
  };
}

std::string Answer(const HttpHandler& handler, const std::string& path) {
  HttpRequest request;
  request.method = "GET";
  request.path = path;
  std::string answer = "none";
  handler(request, [&](const HttpResponse& response) {
    answer = response.status == 200 ? response.body : std::to_string(response.status);
  });
  return answer;
}

TEST(Router, TakesTheLongestPrefixOfWholeSegments) {
  Router router;
  router.Mount("/v1", Named("v1"));
  router.Mount("/v1/query", Named("query"));
  const HttpHandler handler = router.Handler();
  EXPECT_EQ(Answer(handler, "/v1"), "v1");
  EXPECT_EQ(Answer(handler, "/v1/"), "v1");
  EXPECT_EQ(Answer(handler, "/v1/info"), "v1");
  EXPECT_EQ(Answer(handler, "/v1/query"), "query");
  EXPECT_EQ(Answer(handler, "/v1/query/a/b"), "query");
  EXPECT_EQ(Answer(handler, "/v1/queryx"), "v1");
  EXPECT_EQ(Answer(handler, "/v1x"), "404");
  EXPECT_EQ(Answer(handler, "/"), "404");
  EXPECT_EQ(Answer(handler, ""), "404");
}

TEST(Router, TheRootStandsForWhatNobodyElseTakes) {
  Router router;
  router.Mount("/", Named("page"));
  router.Mount("/api/", Named("api"));
  const HttpHandler handler = router.Handler();
  EXPECT_EQ(Answer(handler, "/"), "page");
  EXPECT_EQ(Answer(handler, "/assets/a.js"), "page");
  EXPECT_EQ(Answer(handler, "/api/v1"), "api");
}

}  // namespace
}  // namespace floe::server
