#include "client/trino_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/limits.h"
#include "client/scripted_transport.h"

namespace floe::client {
namespace {

using testing::ElementsAre;

class Collector final : public ResultHandler {
 public:
  Status OnColumns(const std::vector<ResultColumn>& columns) override {
    for (const ResultColumn& column : columns) names.push_back(column.name);
    return Status::Ok();
  }
  Status OnRows(std::vector<ResultRow> rows) override {
    if (fails) return Error(ErrorCode::kIo, "nobody reads");
    for (const ResultRow& row : rows) values.push_back(row[0].text);
    return Status::Ok();
  }
  void OnProgress(const QueryStats&) override { ++pages; }

  std::vector<std::string> names;
  std::vector<std::string> values;
  int pages = 0;
  bool fails = false;
};

class TrinoClientTest : public testing::Test {
 protected:
  TrinoClientTest() {
    ClientSession session;
    session.user = "ann";
    client_.emplace(transport_, "http://h:1", session);
  }

  Result<QueryOutcome> Run(const std::string& sql,
                           const Interrupted& interrupted = kNeverInterrupted) {
    return client_->Execute(sql, collector_, interrupted);
  }

  ScriptedTransport transport_;
  std::optional<TrinoClient> client_;
  Collector collector_;
};

TEST_F(TrinoClientTest, FollowsThePagesToTheLast) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/2",
                        "columns": [{"name": "a", "type": "bigint"}]})");
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/3",
                        "columns": [{"name": "a", "type": "bigint"}], "data": [[1], [2]]})");
  transport_.Answer(R"({"id": "q", "columns": [{"name": "a", "type": "bigint"}], "data": [[3]]})");
  const Result<QueryOutcome> outcome = Run("SELECT a");
  ASSERT_TRUE(outcome.ok()) << outcome.status().ToString();
  EXPECT_EQ(outcome->rows, 3);
  EXPECT_THAT(collector_.names, ElementsAre("a"));
  EXPECT_THAT(collector_.values, ElementsAre("1", "2", "3"));
  EXPECT_EQ(collector_.pages, 4);
  EXPECT_THAT(transport_.Lines(), ElementsAre("POST http://h:1/v1/statement", "GET http://h:1/1",
                                              "GET http://h:1/2", "GET http://h:1/3"));
  EXPECT_EQ(transport_.calls[0].body, "SELECT a");
}

TEST_F(TrinoClientTest, SessionHeadersGoWithTheNextStatement) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.Answer(R"({"id": "q", "updateType": "USE"})",
                    {{"x-trino-set-catalog", "lake"}, {"x-trino-set-schema", "demo"}});
  transport_.Answer(R"({"id": "q2"})");
  const Result<QueryOutcome> outcome = Run("USE lake.demo");
  ASSERT_TRUE(outcome.ok());
  EXPECT_EQ(outcome->update_type, "USE");
  ASSERT_TRUE(Run("SELECT 1").ok());
  const HttpHeaders& headers = transport_.calls[2].headers;
  EXPECT_THAT(headers, testing::Contains(testing::Pair("X-Trino-Catalog", "lake")));
  EXPECT_THAT(headers, testing::Contains(testing::Pair("X-Trino-Schema", "demo")));
}

TEST_F(TrinoClientTest, AGetIsTriedAgainWithGrowingPauses) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.AnswerStatus(503);
  transport_.Break();
  transport_.AnswerStatus(502);
  transport_.AnswerStatus(504);
  transport_.Answer(R"({"id": "q"})");
  ASSERT_TRUE(Run("SELECT 1").ok());
  using std::chrono::milliseconds;
  EXPECT_THAT(transport_.pauses, ElementsAre(milliseconds(100), milliseconds(200),
                                             milliseconds(300), milliseconds(400)));
}

TEST_F(TrinoClientTest, TriesAreBounded) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  for (int i = 0; i < limits::kMaxClientTries; ++i) transport_.AnswerStatus(503, "busy\n");
  const Result<QueryOutcome> outcome = Run("SELECT 1");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kUnavailable);
  EXPECT_EQ(outcome.error().message(), "http://h:1 answers 503: busy");
  // The statement may still run there.
  EXPECT_EQ(transport_.Lines().back(), "DELETE http://h:1/1");
}

TEST_F(TrinoClientTest, APostIsNeverSentTwice) {
  transport_.AnswerStatus(503);
  EXPECT_FALSE(Run("INSERT INTO t VALUES 1").ok());
  EXPECT_EQ(transport_.calls.size(), 1U);
  EXPECT_THAT(transport_.pauses, ElementsAre());
}

TEST_F(TrinoClientTest, AnErrorOfTheServerKeepsThePosition) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.Answer(R"({"id": "q", "error": {"message": "line 1:8: no", "errorName": "X",
      "errorType": "USER_ERROR", "errorLocation": {"lineNumber": 1, "columnNumber": 8}}})");
  const Result<QueryOutcome> outcome = Run("SELECT x");
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().message(), "X: no");
  ASSERT_TRUE(outcome.error().span().has_value());
  EXPECT_EQ(transport_.calls.size(), 2U) << "it has ended: there is nothing to cancel";
}

TEST_F(TrinoClientTest, AnInterruptCancelsOnTheServer) {
  bool interrupted = false;
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/2"})");
  transport_.OnSend([&](const HttpCall& call) { interrupted = call.url == "http://h:1/2"; });
  const Result<QueryOutcome> outcome = Run("SELECT 1", [&] { return interrupted; });
  ASSERT_FALSE(outcome.ok());
  EXPECT_EQ(outcome.error().code(), ErrorCode::kCancelled);
  EXPECT_EQ(transport_.Lines().back(), "DELETE http://h:1/2");
}

TEST_F(TrinoClientTest, AReaderThatGivesUpCancelsToo) {
  collector_.fails = true;
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1", "columns": [{"name": "a"}],
                        "data": [[1]]})");
  EXPECT_EQ(Run("SELECT 1").error().code(), ErrorCode::kIo);
  EXPECT_EQ(transport_.Lines().back(), "DELETE http://h:1/1");
}

TEST_F(TrinoClientTest, RefusalsSayWhy) {
  transport_.AnswerStatus(401, "User must be set");
  EXPECT_EQ(Run("SELECT 1").error().code(), ErrorCode::kPermissionDenied);
  transport_.AnswerStatus(404);
  EXPECT_EQ(Run("SELECT 1").error().message(), "http://h:1 answers 404");
  transport_.Answer("<html>");
  EXPECT_EQ(Run("SELECT 1").error().code(), ErrorCode::kInvalidData);
}

TEST_F(TrinoClientTest, RowsNeedColumns) {
  transport_.Answer(R"({"id": "q", "data": [[1]]})");
  EXPECT_EQ(Run("SELECT 1").error().code(), ErrorCode::kInvalidData);
}

TEST_F(TrinoClientTest, ThePasswordGoesToSecureServersOnly) {
  ClientSession session;
  session.user = "ann";
  TrinoClient plain(transport_, "http://h:1", session, "secret");
  TrinoClient secure(transport_, "https://h:1", session, "secret");
  transport_.Answer(R"({"id": "q"})");
  transport_.Answer(R"({"id": "q"})");
  ASSERT_TRUE(plain.Execute("SELECT 1", collector_, kNeverInterrupted).ok());
  ASSERT_TRUE(secure.Execute("SELECT 1", collector_, kNeverInterrupted).ok());
  const auto has_password =
      testing::Contains(testing::Pair("Authorization", "Basic YW5uOnNlY3JldA=="));
  EXPECT_THAT(transport_.calls[0].headers, testing::Not(has_password));
  EXPECT_THAT(transport_.calls[1].headers, has_password);
}

TEST_F(TrinoClientTest, Info) {
  transport_.Answer(R"({"nodeVersion": {"version": "476"}, "starting": true})");
  const Result<ServerInfo> info = client_->Info(kNeverInterrupted);
  ASSERT_TRUE(info.ok());
  EXPECT_EQ(info->version, "476");
  EXPECT_TRUE(info->starting);
}

}  // namespace
}  // namespace floe::client
