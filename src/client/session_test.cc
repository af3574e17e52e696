#include "client/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::client {
namespace {

std::string Header(const HttpHeaders& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (key == name) return value;
  }
  return "(none)";
}

TEST(Session, HeadersOfARequest) {
  ClientSession session;
  session.user = "ann";
  session.source = "test";
  session.catalog = "lake";
  session.schema = "my schema";
  session.time_zone = "Europe/Berlin";
  session.properties = {{"lake.x", "1,2"}, {"y", "a=b"}};
  session.prepared_statements = {{"p", "SELECT ?"}};
  const HttpHeaders headers = RequestHeaders(session);
  EXPECT_EQ(Header(headers, "X-Trino-User"), "ann");
  EXPECT_EQ(Header(headers, "X-Trino-Schema"), "my%20schema");
  EXPECT_EQ(Header(headers, "X-Trino-Time-Zone"), "Europe/Berlin");
  EXPECT_EQ(Header(headers, "X-Trino-Session"), "lake.x=1%2C2,y=a%3Db");
  EXPECT_EQ(Header(headers, "X-Trino-Prepared-Statement"), "p=SELECT%20%3F");
  EXPECT_EQ(Header(headers, "X-Trino-Transaction-Id"), "NONE");
  EXPECT_EQ(Header(headers, "X-Trino-Path"), "(none)");
  EXPECT_THAT(Header(headers, "X-Trino-Client-Capabilities"),
              testing::HasSubstr("PARAMETRIC_DATETIME"));
}

TEST(Session, AnswersChangeIt) {
  ClientSession session;
  session.properties = {{"kept", "1"}, {"dropped", "2"}};
  session.prepared_statements = {{"old", "SELECT 1"}};
  ApplyResponseHeaders({{"x-trino-set-catalog", "lake"},
                        {"x-trino-set-schema", "demo"},
                        {"x-trino-set-session", "query_max_run_time=10m"},
                        {"x-trino-set-session", "a=b+c%2Cd, e=f"},
                        {"x-trino-clear-session", "dropped"},
                        {"x-trino-added-prepare", "p=SELECT+%3F"},
                        {"x-trino-deallocated-prepare", "old"},
                        {"x-trino-set-role", "lake=ROLE%7Badmin%7D"},
                        {"x-trino-started-transaction-id", "t-1"},
                        {"content-type", "application/json"}},
                       &session);
  ClientSession expected;
  expected.catalog = "lake";
  expected.schema = "demo";
  expected.properties = {{"kept", "1"}, {"query_max_run_time", "10m"}, {"a", "b c,d"}, {"e", "f"}};
  expected.prepared_statements = {{"p", "SELECT ?"}};
  expected.roles = {{"lake", "ROLE{admin}"}};
  expected.transaction_id = "t-1";
  EXPECT_EQ(session, expected);
  ApplyResponseHeaders({{"x-trino-clear-transaction-id", "true"}}, &session);
  EXPECT_EQ(session.transaction_id, "");
}

TEST(Session, ActingAsAnotherUser) {
  ClientSession session;
  session.user = "ann";
  ApplyResponseHeaders({{"x-trino-set-authorization-user", "bob"}}, &session);
  EXPECT_EQ(Header(RequestHeaders(session), "X-Trino-User"), "bob");
  EXPECT_EQ(Header(RequestHeaders(session), "X-Trino-Original-User"), "ann");
  ApplyResponseHeaders({{"x-trino-reset-authorization-user", "true"}}, &session);
  EXPECT_EQ(Header(RequestHeaders(session), "X-Trino-User"), "ann");
}

}  // namespace
}  // namespace floe::client
