#include "server/trino/protocol_headers.h"

#include <gtest/gtest.h>

#include "server/trino/protocol_json.h"

namespace floe::server {
namespace {

HttpRequest RequestWith(std::map<std::string, std::string> headers) {
  HttpRequest request;
  request.headers = std::move(headers);
  request.host = "here:8080";
  return request;
}

TEST(ProtocolHeaders, ASessionIsReadFromThem) {
  const auto session =
      ParseSession(RequestWith({{"x-trino-user", "me"},
                                {"x-trino-source", "test"},
                                {"x-trino-catalog", "c"},
                                {"x-trino-schema", "s"},
                                {"x-trino-time-zone", "Europe/Berlin"},
                                {"x-trino-session", "a=1, c.b = x%2Cy+z"},
                                {"x-trino-prepared-statement", "p+1=SELECT+%3F%0A,q=SELECT%201"},
                                {"x-trino-client-capabilities", "PATH, PARAMETRIC_DATETIME"},
                                {"x-trino-transaction-id", "NONE"}}),
                   7);
  ASSERT_TRUE(session.ok()) << session.error().ToString();
  EXPECT_EQ(session->user, "me");
  EXPECT_EQ(session->source, "test");
  EXPECT_EQ(session->catalog, "c");
  EXPECT_EQ(session->schema, "s");
  EXPECT_EQ(session->time_zone, "Europe/Berlin");
  EXPECT_EQ(session->properties,
            (std::map<std::string, std::string>{{"a", "1"}, {"c.b", "x,y z"}}));
  EXPECT_EQ(session->prepared,
            (std::map<std::string, std::string>{{"p 1", "SELECT ?\n"}, {"q", "SELECT 1"}}));
  EXPECT_TRUE(session->parametric_datetime);
  EXPECT_TRUE(session->supports_transactions);
  EXPECT_EQ(session->start_millis, 7);
}

TEST(ProtocolHeaders, WhatAClientLeavesOut) {
  const auto session = ParseSession(RequestWith({{"x-trino-user", "me"}}), 0);
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->time_zone, "UTC");
  EXPECT_FALSE(session->parametric_datetime);
  EXPECT_FALSE(session->supports_transactions);
}

TEST(ProtocolHeaders, SetTimeZoneWins) {
  const auto session = ParseSession(RequestWith({{"x-trino-user", "me"},
                                                 {"x-trino-time-zone", "UTC"},
                                                 {"x-trino-session", "time_zone_id=Asia%2FTokyo"}}),
                                    0);
  ASSERT_TRUE(session.ok());
  EXPECT_EQ(session->time_zone, "Asia/Tokyo");
}

TEST(ProtocolHeaders, AUserHasToBeNamed) {
  EXPECT_EQ(ParseSession(RequestWith({}), 0).error().code(), ErrorCode::kPermissionDenied);
  EXPECT_EQ(ParseSession(RequestWith({{"x-trino-original-user", "o"}}), 0)->user, "o");
  // "me:secret"
  EXPECT_EQ(ParseSession(RequestWith({{"authorization", "Basic bWU6c2VjcmV0"}}), 0)->user, "me");
}

TEST(ProtocolHeaders, RefusesWhatContradictsItself) {
  const auto error_of = [](std::map<std::string, std::string> headers) {
    headers["x-trino-user"] = "me";
    return ParseSession(RequestWith(std::move(headers)), 0).error().message();
  };
  EXPECT_EQ(error_of({{"x-trino-schema", "s"}}), "Schema is set but catalog is not");
  EXPECT_EQ(error_of({{"x-trino-session", "a"}}), "Invalid X-Trino-Session header");
  EXPECT_EQ(error_of({{"x-trino-prepared-statement", "=x"}}),
            "Invalid X-Trino-Prepared-Statement header");
}

TEST(ProtocolHeaders, AnAnswersChangesOfTheSession) {
  query::trino::Answer answer;
  answer.set_catalog = "c";
  answer.set_schema = "s";
  answer.set_session = {{"a", "10 m"}};
  answer.clear_session = {"b"};
  answer.added_prepare = {{"p", "SELECT name\nFROM t WHERE a = ?*"}};
  answer.deallocated_prepare = {"q"};
  answer.started_transaction = true;
  answer.clear_transaction = true;
  EXPECT_EQ(AnswerHeaders(answer, [] { return "id"; }),
            (HeaderList{{"X-Trino-Set-Catalog", "c"},
                        {"X-Trino-Set-Schema", "s"},
                        {"X-Trino-Set-Session", "a=10+m"},
                        {"X-Trino-Clear-Session", "b"},
                        {"X-Trino-Added-Prepare", "p=SELECT+name%0AFROM+t+WHERE+a+%3D+%3F*"},
                        {"X-Trino-Deallocated-Prepare", "q"},
                        {"X-Trino-Started-Transaction-Id", "id"},
                        {"X-Trino-Clear-Transaction-Id", "true"}}));
}

TEST(ProtocolHeaders, AProxyIsBelievedOnlyIfAskedTo) {
  const HttpRequest request = RequestWith({{"x-forwarded-proto", "https"},
                                           {"x-forwarded-host", "floe.example"},
                                           {"x-forwarded-port", "444"}});
  EXPECT_EQ(BaseUri(request, false), "http://here:8080");
  EXPECT_EQ(BaseUri(request, true), "https://floe.example:444");
}

TEST(ProtocolHeaders, DurationsAndSizes) {
  EXPECT_EQ(ParseWait("1s"), 1000);
  EXPECT_EQ(ParseWait("500.00ms"), 500);
  EXPECT_EQ(ParseWait("1.5m"), 90'000);
  EXPECT_EQ(ParseWait("1"), std::nullopt);
  EXPECT_EQ(ParseWait(""), std::nullopt);
  EXPECT_EQ(ParseWait("-1s"), std::nullopt);
  EXPECT_EQ(ParseDataSize("1MB"), 1 << 20);
  EXPECT_EQ(ParseDataSize("512kB"), 512 << 10);
  EXPECT_EQ(ParseDataSize("12XB"), std::nullopt);
  EXPECT_EQ(ParseDataSize("1e300TB"), std::nullopt);
  EXPECT_EQ(DurationText(137'400), "2.29m");
  EXPECT_EQ(DurationText(5), "5.00ms");
  EXPECT_EQ(DurationText(90'000'000), "1.04d");
}

// Numbers of StandardErrorCode.java.
TEST(ProtocolJson, ErrorsHaveTrinosNumbers) {
  const auto number = [](ErrorCode code) {
    QueryPage page;
    page.error = Error(code, "m");
    const std::string json = QueryResultsJson(page, "");
    const size_t at = json.find("\"errorCode\":");
    const size_t name = json.find("\"errorType\":", at);
    return json.substr(at, name - at);
  };
  EXPECT_EQ(number(ErrorCode::kCancelled), R"("errorCode":3,"errorName":"USER_CANCELED",)");
  EXPECT_EQ(number(ErrorCode::kQueryAbandoned), R"("errorCode":2,"errorName":"ABANDONED_QUERY",)");
  EXPECT_EQ(number(ErrorCode::kDuplicateNamedQuery),
            R"("errorCode":53,"errorName":"DUPLICATE_NAMED_QUERY",)");
  EXPECT_EQ(number(ErrorCode::kMissingOver), R"("errorCode":66,"errorName":"MISSING_OVER",)");
  EXPECT_EQ(number(ErrorCode::kNestedWindow), R"("errorCode":68,"errorName":"NESTED_WINDOW",)");
  EXPECT_EQ(number(ErrorCode::kFunctionNotWindow),
            R"("errorCode":71,"errorName":"FUNCTION_NOT_WINDOW",)");
  EXPECT_EQ(number(ErrorCode::kQueueFull), R"("errorCode":131074,"errorName":"QUERY_QUEUE_FULL",)");
  EXPECT_EQ(number(ErrorCode::kInternal),
            R"("errorCode":65536,"errorName":"GENERIC_INTERNAL_ERROR",)");
}

}  // namespace
}  // namespace floe::server
