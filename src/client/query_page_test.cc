#include "client/query_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::client {
namespace {

TEST(QueryPage, ColumnsRowsAndTheNextPage) {
  const Result<QueryPage> page = ParseQueryPage(R"x({"id": "q1", "nextUri": "http://h/2",
      "columns": [{"name": "a", "type": "bigint", "typeSignature": {"rawType": "bigint"}},
                  {"name": "b", "type": "varchar(3)"}],
      "data": [[1, "x"], [null, "y"]],
      "stats": {"state": "RUNNING", "processedRows": 7, "totalSplits": 4, "completedSplits": 1}
      })x");
  ASSERT_TRUE(page.ok()) << page.status().ToString();
  EXPECT_EQ(page->id, "q1");
  EXPECT_EQ(page->next_uri, "http://h/2");
  EXPECT_THAT(page->columns,
              testing::ElementsAre(ResultColumn{"a", "bigint"}, ResultColumn{"b", "varchar(3)"}));
  ASSERT_EQ(page->rows.size(), 2U);
  EXPECT_EQ(page->rows[0][0].text, "1");
  EXPECT_TRUE(page->rows[1][0].is_null());
  EXPECT_EQ(page->stats.processed_rows, 7);
  EXPECT_EQ(page->stats.total_splits, 4);
  EXPECT_FALSE(page->error.has_value());
}

TEST(QueryPage, NumbersStayAsWritten) {
  const Result<QueryPage> page = ParseQueryPage(R"({"id": "q", "columns": [{"name": "a"}],
      "data": [[9223372036854775807, 1.10, 1.0E-7, 0.30000000000000004, -0.0,
                123456789012345678901234567890]]})");
  ASSERT_TRUE(page.ok());
  std::vector<std::string> texts;
  for (const JsonValue& value : page->rows[0]) texts.push_back(value.text);
  EXPECT_THAT(texts,
              testing::ElementsAre("9223372036854775807", "1.10", "1.0E-7", "0.30000000000000004",
                                   "-0.0", "123456789012345678901234567890"));
}

TEST(QueryPage, AnErrorHasNamePositionAndOrigin) {
  const Result<QueryPage> page = ParseQueryPage(R"({"id": "q", "error": {
      "message": "line 1:15: Table 'a.b.c' does not exist", "errorCode": 46,
      "errorName": "TABLE_NOT_FOUND", "errorType": "USER_ERROR",
      "errorLocation": {"lineNumber": 1, "columnNumber": 15}}})");
  ASSERT_TRUE(page.ok() && page->error.has_value());
  EXPECT_EQ(page->error->message(), "TABLE_NOT_FOUND: Table 'a.b.c' does not exist");
  EXPECT_EQ(page->error->code(), ErrorCode::kGenericUser);
  EXPECT_EQ(page->error->span(), (SourceSpan{1, 15, 1, 15}));
}

TEST(QueryPage, AnErrorWithoutPosition) {
  const Result<QueryPage> page = ParseQueryPage(
      R"({"id": "q", "error": {"message": "too much", "errorName": "EXCEEDED_MEMORY_LIMIT",
          "errorType": "INSUFFICIENT_RESOURCES"}})");
  ASSERT_TRUE(page.ok() && page->error.has_value());
  EXPECT_EQ(page->error->code(), ErrorCode::kLimitExceeded);
  EXPECT_FALSE(page->error->span().has_value());
}

TEST(QueryPage, UpdatesAndWarnings) {
  const Result<QueryPage> page = ParseQueryPage(
      R"({"id": "q", "updateType": "INSERT", "updateCount": 3,
          "warnings": [{"message": "slow", "warningCode": {"code": 1, "name": "X"}}]})");
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->update_type, "INSERT");
  EXPECT_EQ(page->update_count, 3);
  EXPECT_THAT(page->warnings, testing::ElementsAre("slow"));
}

TEST(QueryPage, WhatIsNoPageIsRefused) {
  for (const char* body :
       {"", "<html>", "[]", "{}", R"({"id": "q", "data": {"segments": []}})",
        R"({"id": "q", "data": [1]})", R"({"id": "q", "columns": [{}]})", R"({"id": "q"} x)"}) {
    EXPECT_FALSE(ParseQueryPage(body).ok()) << body;
  }
  const std::string deep = std::string(200, '[') + std::string(200, ']');
  EXPECT_FALSE(ParseQueryPage(R"({"id": "q", "data": )" + deep + "}").ok());
}

TEST(JsonText, RoundTripOfNestedValues) {
  const std::string text = R"({"a":[1,2.50,{"b":null}],"c":"x\"\\\n\u0001ä","d":true})";
  const Result<JsonValue> value = ParseJson(text);
  ASSERT_TRUE(value.ok());
  std::string out;
  AppendJson(*value, &out);
  EXPECT_EQ(out, text);
}

}  // namespace
}  // namespace floe::client
