#include "server/trino/statement_api.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/limits.h"
#include "server/trino/test_statements.h"

namespace floe::server {
namespace {

using nlohmann::json;

// The protocol with its queries, in one thread and on a clock of its own; no network.
class StatementApiTest : public testing::Test {
 protected:
  HttpResponse Ask(const std::string& method, const std::string& target,
                   const std::string& body = "", const std::string& user = "me") {
    Send(method, target, body, user);
    EXPECT_TRUE(response_.has_value()) << target;
    return response_.value_or(HttpResponse{0, "", "", {}});
  }
  // The answer is in response_ as soon as there is one.
  void Send(const std::string& method, const std::string& target, const std::string& body = "",
            const std::string& user = "me") {
    HttpRequest request;
    request.method = method;
    const size_t question = target.find('?');
    request.path = target.substr(0, question);
    if (question != std::string::npos) {
      const std::string parameter = target.substr(question + 1);
      const size_t equals = parameter.find('=');
      request.query[parameter.substr(0, equals)] = parameter.substr(equals + 1);
    }
    request.host = "floe:1";
    if (!user.empty()) request.headers["x-trino-user"] = user;
    request.body = body;
    response_.reset();
    handler_(request, [this](HttpResponse response) { response_ = std::move(response); });
  }
  json Submit(const std::string& sql) {
    return json::parse(Ask("POST", "/v1/statement", sql).body);
  }
  static std::string Next(const json& page) {
    const std::string uri = page["nextUri"];
    EXPECT_TRUE(uri.starts_with("http://floe:1/v1/statement/")) << uri;
    return uri.substr(std::string("http://floe:1").size());
  }
  json Get(const std::string& target) {
    const HttpResponse response = Ask("GET", target);
    EXPECT_EQ(response.status, 200) << response.body;
    return json::parse(response.body);
  }

  ManualClock clock_{1'700'000'000'000};
  DeterministicExecutor executor_{clock_, Random(1)};
  std::shared_ptr<QueryRegistry> registry_ = std::make_shared<QueryRegistry>(clock_, Random(2));
  std::shared_ptr<QueryDispatcher> dispatcher_ = std::make_shared<QueryDispatcher>(
      RunTestStatement, [] { return std::string("transaction"); }, executor_);
  HttpHandler handler_ =
      MakeStatementApi({registry_, dispatcher_, clock_, executor_, "node", false});
  std::optional<HttpResponse> response_;
};

TEST_F(StatementApiTest, ASmallResultTakesTwoRequests) {
  const json first = Submit("ROWS 3");
  EXPECT_TRUE(first["id"].get<std::string>().starts_with("20231114_221320_00000_"));
  EXPECT_EQ(first["id"].get<std::string>().size(), 27U);
  EXPECT_EQ(first["stats"]["state"], "QUEUED");
  EXPECT_FALSE(first.contains("columns"));
  EXPECT_EQ(first["infoUri"], "http://floe:1/ui/query.html?" + first["id"].get<std::string>());
  executor_.RunReady();
  const json page = Get(Next(first));
  EXPECT_EQ(page["columns"], json::parse(R"([{"name":"n","type":"bigint",
      "typeSignature":{"rawType":"bigint","arguments":[]}}])"));
  EXPECT_EQ(page["data"], json::parse("[[0],[1],[2]]"));
  EXPECT_EQ(page["stats"]["state"], "FINISHED");
  EXPECT_EQ(page["warnings"], json::array());
  EXPECT_FALSE(page.contains("nextUri"));
}

TEST_F(StatementApiTest, AnEmptyResultHasColumnsAndNoData) {
  const json first = Submit("ROWS 0");
  executor_.RunReady();
  const json page = Get(Next(first));
  EXPECT_TRUE(page.contains("columns"));
  EXPECT_FALSE(page.contains("data"));
  EXPECT_FALSE(page.contains("nextUri"));
}

TEST_F(StatementApiTest, PagesAreOfTheSizeThatIsAskedFor) {
  const json first = Submit("ROWS 50000");
  executor_.RunReady();
  std::string next = Next(first);
  json all = json::array();
  int pages = 0;
  while (!next.empty()) {
    const json page = Get(next + "?targetResultSize=64kB");
    EXPECT_EQ(Get(next)["data"], page["data"]) << "the last page, asked for again";
    for (const json& row : page["data"]) all.push_back(row[0]);
    if (pages++ > 0) {
      EXPECT_EQ(Ask("GET", Next(first)).status, 410);
    }
    next = page.contains("nextUri") ? Next(page) : "";
  }
  ASSERT_EQ(all.size(), 50'000U);
  for (int i = 0; i < 50'000; ++i) EXPECT_EQ(all[static_cast<size_t>(i)], i);
  EXPECT_GE(pages, 5);
}

TEST_F(StatementApiTest, ARequestWaitsForRowsButNotLong) {
  const json first = Submit("ROWS 1");
  Send("GET", Next(first) + "?maxWait=200ms");
  EXPECT_FALSE(response_.has_value());
  executor_.RunUntil([this] { return response_.has_value(); });
  EXPECT_EQ(json::parse(response_->body)["data"], json::parse("[[0]]"));
  // Nothing runs here but the clock: 1 s at most, whatever is asked for.
  for (const auto& [wait, expected_ms] :
       {std::pair("?maxWait=200ms", 200), std::pair("?maxWait=1h", 1000), std::pair("", 1000)}) {
    ManualClock clock;
    DeterministicExecutor timers(clock, Random(1));
    handler_ = MakeStatementApi({registry_, dispatcher_, clock_, timers, "node", false});
    const json waiting = Submit("ROWS 1");
    Send("GET", Next(waiting) + wait);
    EXPECT_FALSE(response_.has_value());
    timers.RunUntil([this] { return response_.has_value(); });
    EXPECT_EQ(clock.Monotonic(), std::chrono::milliseconds(expected_ms));
    const json page = json::parse(response_->body);
    EXPECT_FALSE(page.contains("data"));
    EXPECT_TRUE(page.contains("nextUri"));
  }
}

TEST_F(StatementApiTest, ErrorsAreAnswersWithNamesAndPlaces) {
  json first = Submit("BAD");
  executor_.RunReady();
  const json page = Get(Next(first));
  EXPECT_EQ(page["stats"]["state"], "FAILED");
  EXPECT_FALSE(page.contains("nextUri"));
  const json& error = page["error"];
  EXPECT_EQ(error["message"], "line 1:8: no such column");
  EXPECT_EQ(error["errorCode"], 47);
  EXPECT_EQ(error["errorName"], "COLUMN_NOT_FOUND");
  EXPECT_EQ(error["errorType"], "USER_ERROR");
  EXPECT_EQ(error["errorLocation"], json::parse(R"({"lineNumber":1,"columnNumber":8})"));
  EXPECT_EQ(error["failureInfo"]["errorInfo"]["code"], 47);
  // One that comes after rows ends the result all the same.
  first = Submit("FAIL 2");
  executor_.RunReady();
  EXPECT_EQ(Get(Next(first))["error"]["errorName"], "DIVISION_BY_ZERO");
}

TEST_F(StatementApiTest, TheSessionsChangesAreHeaders) {
  const json first = Submit("USE s");
  executor_.RunReady();
  const HttpResponse response = Ask("GET", Next(first));
  EXPECT_EQ(response.headers.front(),
            std::pair(std::string("X-Trino-Set-Schema"), std::string("s t")));
  const json page = json::parse(response.body);
  EXPECT_EQ(page["updateType"], "USE");
  EXPECT_EQ(page["columns"], json::array());
}

TEST_F(StatementApiTest, RefusesRequestsThatAreNone) {
  EXPECT_EQ(Ask("POST", "/v1/statement", "SELECT 1", "").status, 401);
  EXPECT_EQ(Ask("POST", "/v1/statement", " \n").body,
            "Error 400 Bad Request: SQL statement is empty");
  EXPECT_EQ(Ask("PUT", "/v1/statement", "SELECT 1").status, 405);
  EXPECT_EQ(Ask("GET", "/v1/nosuch").status, 404);
  const json first = Submit("ROWS 1");
  executor_.RunReady();
  const std::string next = Next(first);
  const std::string id = first["id"];
  EXPECT_EQ(Ask("GET", next.substr(0, next.size() - 1) + "7").status, 404);
  EXPECT_EQ(Ask("GET", next + "x").status, 404);
  EXPECT_EQ(Ask("GET", "/v1/statement/executing/" + id + "/yno/1").body,
            "Error 404 Not Found: Query not found");
  EXPECT_EQ(Ask("GET", "/v1/statement/executing/20200101_000000_00000_aaaaa/y0/0").status, 404);
  EXPECT_EQ(Ask("PATCH", next).status, 405);
}

TEST_F(StatementApiTest, ATextThatIsTooLongIsAnError) {
  const json first = Submit(std::string(limits::kMaxSqlBytes + 1, ' ') + "x");
  EXPECT_EQ(Get(Next(first))["error"]["errorName"], "QUERY_TEXT_TOO_LARGE");
}

TEST_F(StatementApiTest, DeleteCancelsBothWays) {
  json first = Submit("ROWS 1");
  EXPECT_EQ(Ask("DELETE", Next(first)).status, 204);
  EXPECT_EQ(Get(Next(first))["error"]["errorName"], "USER_CANCELED");
  first = Submit("ROWS 1");
  const std::string path = "/v1/query/" + first["id"].get<std::string>();
  EXPECT_EQ(Ask("DELETE", path).status, 204);
  EXPECT_EQ(Get(path)["state"], "FAILED");
  EXPECT_EQ(Get(path)["errorCode"]["name"], "USER_CANCELED");
  EXPECT_EQ(Ask("DELETE", path).status, 204);
  EXPECT_EQ(Ask("DELETE", "/v1/query/20200101_000000_00000_aaaaa").status, 204);
  EXPECT_EQ(Ask("GET", "/v1/query/20200101_000000_00000_aaaaa").status, 410);
}

TEST_F(StatementApiTest, PartialCancelEndsWithTheRowsSoFar) {
  const json first = Submit("ROWS 100000000");
  executor_.RunReady();
  const json page = Get(Next(first) + "?targetResultSize=1kB");
  const std::string uri = page["partialCancelUri"];
  EXPECT_EQ(Ask("DELETE", uri.substr(std::string("http://floe:1").size())).status, 204);
  json last = Get(Next(page) + "?targetResultSize=16MB");
  EXPECT_EQ(last["stats"]["state"], "FINISHED");
  EXPECT_FALSE(last.contains("nextUri"));
  EXPECT_GT(last["data"].size(), 1000U);
}

TEST_F(StatementApiTest, WhoThisIs) {
  clock_.Advance(std::chrono::seconds(90));
  EXPECT_EQ(Get("/v1/info"), json::parse(R"({"nodeVersion":{"version":"476"},"environment":"floe",
                            "coordinator":true,"starting":false,"uptime":"1.50m"})"));
  EXPECT_EQ(Get("/v1/info/state"), "ACTIVE");
  EXPECT_EQ(Get("/v1/status")["nodeId"], "node");
  EXPECT_EQ(Ask("HEAD", "/v1/info").status, 200);
  EXPECT_EQ(Ask("POST", "/v1/info").status, 405);
}

TEST_F(StatementApiTest, ListsQueries) {
  (void)Submit("BAD");
  (void)Submit("ROWS 1");
  executor_.RunReady();
  EXPECT_EQ(Get("/v1/query").size(), 2U);
  const json failed = Get("/v1/query?state=FAILED");
  ASSERT_EQ(failed.size(), 1U);
  EXPECT_EQ(failed[0]["query"], "BAD");
  EXPECT_EQ(failed[0]["session"]["user"], "me");
}

// --- Limits: of the dispatcher and the registry ------------------------------------------------

TEST_F(StatementApiTest, SoManyRunSoManyWaitTheOthersAreRefused) {
  // More rows than may wait: each holds its place until its client takes them.
  std::vector<json> first;
  for (size_t i = 0; i < limits::kMaxRunningQueries + limits::kMaxQueuedQueries; ++i) {
    first.push_back(Submit("ROWS 10000000"));
  }
  executor_.RunReady();
  EXPECT_EQ(Get("/v1/query?state=RUNNING").size(), limits::kMaxRunningQueries);
  EXPECT_EQ(Get("/v1/query?state=QUEUED").size(), limits::kMaxQueuedQueries);
  const json refused = Submit("ROWS 1");
  EXPECT_EQ(Get(Next(refused))["error"]["errorName"], "QUERY_QUEUE_FULL");
  // A place that gets free goes to the one who waits longest.
  EXPECT_EQ(Ask("DELETE", Next(first[0])).status, 204);
  executor_.RunReady();
  EXPECT_EQ(Get("/v1/query/" + first[limits::kMaxRunningQueries]["id"].get<std::string>())["state"],
            "RUNNING");
  // One that is cancelled while it waits makes room as well.
  EXPECT_EQ(Ask("DELETE", Next(first.back())).status, 204);
  EXPECT_EQ(Get("/v1/query?state=QUEUED").size(), limits::kMaxQueuedQueries - 2);
  dispatcher_->Stop();
  executor_.RunReady();
  EXPECT_EQ(Get("/v1/query?state=RUNNING").size(), 0U);
  EXPECT_EQ(Get(Next(Submit("ROWS 1")))["error"]["errorName"], "SERVER_SHUTTING_DOWN");
}

TEST_F(StatementApiTest, SilentClientsMakeRoomForThoseThatWait) {
  const auto state_of = [&](const json& page) {
    return Get("/v1/query/" + page["id"].get<std::string>())["state"].get<std::string>();
  };
  std::vector<json> first;
  for (size_t i = 0; i < limits::kMaxRunningQueries; ++i) first.push_back(Submit("ROWS 10000000"));
  executor_.RunReady();
  clock_.Advance(limits::kStalledClientTimeout + std::chrono::seconds(1));
  dispatcher_->MakeRoom();
  EXPECT_EQ(state_of(first[0]), "RUNNING") << "nobody waits";
  const json page = Get(Next(first[1]));  // this one's client is back
  const json waiting = Submit("ROWS 1");
  executor_.RunReady();
  EXPECT_EQ(state_of(waiting), "QUEUED");
  dispatcher_->MakeRoom();
  executor_.RunReady();
  EXPECT_EQ(Get(Next(waiting))["data"], json::parse("[[0]]"));
  EXPECT_EQ(Get(Next(first[0]))["error"]["errorName"], "ABANDONED_QUERY");
  EXPECT_EQ(state_of(first[1]), "RUNNING");
}

TEST_F(StatementApiTest, ASlowClientGetsAllRows) {
  const json first = Submit("ROWS 2000000");
  std::string next = Next(first);
  int64_t rows = 0;
  while (!next.empty()) {
    Send("GET", next);
    executor_.RunUntil([this] { return response_.has_value(); });
    const json page = json::parse(response_->body);
    if (page.contains("data")) {
      EXPECT_EQ(page["data"][0][0], rows);
      rows += static_cast<int64_t>(page["data"].size());
    }
    next = page.contains("nextUri") ? Next(page) : "";
  }
  EXPECT_EQ(rows, 2'000'000);
}

TEST_F(StatementApiTest, TheOldestThatHaveEndedAreForgotten) {
  std::vector<std::string> ids;
  for (size_t i = 0; i < limits::kMaxEndedQueries + 5; ++i) {
    const json first = Submit("ROWS 1");
    executor_.RunReady();
    (void)Get(Next(first));
    ids.push_back(first["id"]);
  }
  registry_->Sweep();
  EXPECT_EQ(registry_->List().size(), limits::kMaxEndedQueries);
  EXPECT_EQ(Ask("GET", "/v1/query/" + ids[4]).status, 410);
  EXPECT_EQ(Ask("GET", "/v1/query/" + ids[5]).status, 200);
}

TEST_F(StatementApiTest, ResultsThatNobodyFetchesMakeRoom) {
  // 1.3 MB each, all produced at once.
  for (int i = 0; i < 20; ++i) {
    (void)Submit("ROWS 150000");
    executor_.RunReady();
  }
  registry_->Sweep();
  size_t bytes = 0;
  for (const auto& query : registry_->List()) bytes += query->retained_bytes();
  EXPECT_LE(bytes, limits::kMaxEndedResultBytes);
  EXPECT_GT(bytes, limits::kMaxEndedResultBytes / 2);
  EXPECT_EQ(registry_->List().back()->Summary().state, QueryState::kFinished);
  EXPECT_EQ(registry_->List().front()->Summary().state, QueryState::kFailed);
}

TEST_F(StatementApiTest, AbandonedQueriesEnd) {
  (void)Submit("ROWS 10000000");
  executor_.RunReady();
  clock_.Advance(limits::kQueryClientTimeout + std::chrono::seconds(1));
  registry_->Sweep();
  executor_.RunReady();
  const json query = Get("/v1/query")[0];
  EXPECT_EQ(query["state"], "FAILED");
  EXPECT_EQ(query["errorCode"]["name"], "ABANDONED_QUERY");
}

}  // namespace
}  // namespace floe::server
