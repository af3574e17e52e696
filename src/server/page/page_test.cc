#include "server/page/page.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace floe::server {

// Written by floe_embed_files from src/server/page/testdata.
std::span<const EmbeddedFile> TestFiles();

namespace {

HttpRequest Get(const std::string& path, std::map<std::string, std::string> headers = {}) {
  HttpRequest request;
  request.method = "GET";
  request.path = path;
  request.headers = std::move(headers);
  return request;
}

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  const auto found =
      std::ranges::find(response.headers, name, &std::pair<std::string, std::string>::first);
  return found == response.headers.end() ? "" : found->second;
}

TEST(Page, IsServedAtTheRootUnderItsPolicy) {
  const HttpResponse page = PageResponse(Get("/"), TestFiles());
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(page.body, FindEmbeddedFile(TestFiles(), "/index.html")->body);
  EXPECT_EQ(HeaderOf(page, "Content-Security-Policy"), kPageContentSecurityPolicy);
  EXPECT_EQ(HeaderOf(page, "X-Content-Type-Options"), "nosniff");
  EXPECT_EQ(HeaderOf(page, "Cache-Control"), "no-cache");
  EXPECT_EQ(HeaderOf(page, "ETag"), FindEmbeddedFile(TestFiles(), "/")->entity_tag);
}

TEST(Page, AssetsAreKeptForGood) {
  const HttpResponse script = PageResponse(Get("/assets/a.js"), TestFiles());
  EXPECT_EQ(script.status, 200);
  EXPECT_EQ(script.content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(HeaderOf(script, "Cache-Control"), "public, max-age=31536000, immutable");
  EXPECT_EQ(HeaderOf(script, "Content-Security-Policy"), "");
}

TEST(Page, WhatTheBrowserHasIsNotSentAgain) {
  const std::string tag(FindEmbeddedFile(TestFiles(), "/")->entity_tag);
  for (const std::string& known :
       {tag, "W/" + tag, "\"other\", " + tag + " ,\"x\"", std::string("*")}) {
    const HttpResponse response = PageResponse(Get("/", {{"if-none-match", known}}), TestFiles());
    EXPECT_EQ(response.status, 304) << known;
    EXPECT_EQ(response.body, "");
    EXPECT_EQ(HeaderOf(response, "ETag"), tag);
    EXPECT_EQ(HeaderOf(response, "Cache-Control"), "no-cache");
  }
  for (const std::string& other : {std::string("\"other\""), tag.substr(1), std::string(",")}) {
    EXPECT_EQ(PageResponse(Get("/", {{"if-none-match", other}}), TestFiles()).status, 200) << other;
  }
}

TEST(Page, OnlyNavigationsToOtherPathsGetThePage) {
  const HttpResponse opened =
      PageResponse(Get("/rides/17", {{"sec-fetch-mode", "navigate"}}), TestFiles());
  EXPECT_EQ(opened.status, 200);
  EXPECT_EQ(opened.content_type, "text/html; charset=utf-8");
  EXPECT_EQ(PageResponse(Get("/rides", {{"accept", "text/html,*/*;q=0.8"}}), TestFiles()).status,
            200);
  EXPECT_EQ(PageResponse(Get("/assets/gone.js"), TestFiles()).status, 404);
  EXPECT_EQ(PageResponse(Get("/assets/gone.js", {{"accept", "*/*"}}), TestFiles()).status, 404);
  EXPECT_EQ(
      PageResponse(Get("/x", {{"sec-fetch-mode", "cors"}, {"accept", "text/html"}}), TestFiles())
          .status,
      404);
}

TEST(Page, IsReadOnly) {
  HttpRequest post = Get("/");
  post.method = "POST";
  const HttpResponse refused = PageResponse(post, TestFiles());
  EXPECT_EQ(refused.status, 405);
  EXPECT_EQ(HeaderOf(refused, "Allow"), "GET, HEAD");
}

TEST(Page, AProgramWithoutItSaysHowToGetIt) {
  const HttpResponse text = PageResponse(Get("/"), {});
  EXPECT_EQ(text.status, 200);
  EXPECT_EQ(text.content_type, "text/plain; charset=utf-8");
  EXPECT_NE(text.body.find("make web"), std::string::npos);
  EXPECT_EQ(PageResponse(Get("/x", {{"sec-fetch-mode", "navigate"}}), {}).status, 404);
}

TEST(PageSchema, IsWhereItsTablesAre) {
  EXPECT_EQ(PageSchema({}), "");
  EXPECT_EQ(PageSchema({{"other", {"rides"}}}), "");
  EXPECT_EQ(PageSchema({{"b", {"iceberg_surge_pricing"}}, {"a", {"iceberg_surge_pricing"}}}), "a");
  EXPECT_EQ(PageSchema({{"a", {"iceberg_surge_pricing"}},
                        {"b", {"ride_states", "iceberg_surge_pricing", "others"}}}),
            "b");
}

TEST(PageConfig, IsJson) {
  EXPECT_EQ(PageConfig("iceberg", "ride\"s"), R"({"catalog":"iceberg","schema":"ride\"s"})");
  EXPECT_EQ(PageConfig("iceberg", ""), R"({"catalog":"iceberg"})");
}

}  // namespace
}  // namespace floe::server
