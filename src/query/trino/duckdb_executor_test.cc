#include <gtest/gtest.h>

#include "base/executor.h"
#include "query/trino/executor.h"

namespace floe::query::trino {
namespace {

// More work than any test waits for.
constexpr const char* kEndless = "SELECT count(*) AS c1 FROM range(1000000000) a, range(1000000) b";

class DuckDbExecutorTest : public testing::Test {
 protected:
  Result<std::unique_ptr<ResultCursor>> Execute(const std::string& sql) {
    BoundQuery query;
    query.columns.push_back({"n", Type(TypeKind::kBigint), std::nullopt});
    query.sql = sql;
    return executor_->Execute(query, true, cancellation_);
  }

  std::shared_ptr<Cancellation> cancellation_ = std::make_shared<Cancellation>();
  static DuckDbOptions TwoThreads() {
    DuckDbOptions options;
    options.threads = 2;
    return options;
  }
  std::unique_ptr<QueryExecutor> executor_ = MakeDuckDbExecutor(TwoThreads());
};

TEST_F(DuckDbExecutorTest, RowsAreMadeAsTheyAreTaken) {
  // All of these rows would not fit into memory.
  auto cursor = Execute("SELECT range AS c1 FROM range(1000000000000)");
  ASSERT_TRUE(cursor.ok()) << cursor.error().ToString();
  int64_t next = 0;
  for (int i = 0; i < 10; ++i) {
    const auto page = (*cursor)->NextPage(10'000);
    ASSERT_TRUE(page.ok()) << page.error().ToString();
    ASSERT_FALSE(page->empty());
    for (const std::string& row : *page) EXPECT_EQ(row, "[" + std::to_string(next++) + "]");
    EXPECT_FALSE((*cursor)->at_end());
  }
}

TEST_F(DuckDbExecutorTest, TheLastPageIsKnownAsSuch) {
  auto cursor = Execute("SELECT range AS c1 FROM range(3000)");
  ASSERT_TRUE(cursor.ok());
  const auto page = (*cursor)->NextPage(1 << 20);
  ASSERT_TRUE(page.ok());
  EXPECT_EQ(page->size(), 3000U);
  EXPECT_TRUE((*cursor)->at_end());
  EXPECT_TRUE((*cursor)->NextPage(1)->empty());
  auto empty = Execute("SELECT 1::BIGINT AS c1 WHERE false");
  ASSERT_TRUE(empty.ok());
  EXPECT_TRUE((*empty)->at_end());
}

TEST_F(DuckDbExecutorTest, AnErrorAfterTheFirstRowsIsOne) {
  auto cursor = Execute(
      "SELECT CASE WHEN range < 500000 THEN range ELSE error('late') END AS c1 FROM range(600000)");
  ASSERT_TRUE(cursor.ok()) << cursor.error().ToString();
  while (true) {
    const auto page = (*cursor)->NextPage(1 << 16);
    if (!page.ok()) {
      EXPECT_NE(page.error().message().find("late"), std::string::npos) << page.error().ToString();
      break;
    }
    ASSERT_FALSE((*cursor)->at_end()) << "the error was lost";
  }
}

// DuckDB's threads may have begun with it before the wish is seen.
TEST_F(DuckDbExecutorTest, WhatIsCancelledBeforeItBeginsEndsAtOnce) {
  cancellation_->Request();
  for (int i = 0; i < 20; ++i) {
    const auto cursor = Execute(kEndless);
    ASSERT_FALSE(cursor.ok());
    EXPECT_EQ(cursor.error().code(), ErrorCode::kCancelled);
  }
}

TEST_F(DuckDbExecutorTest, WorkUnderWayIsInterrupted) {
  SystemClock clock;
  ThreadPoolExecutor other(1, clock);
  // At any moment of the query: before it begins, while it is planned, while it runs.
  for (int delay_ms : {0, 1, 5, 50}) {
    cancellation_ = std::make_shared<Cancellation>();
    other.SubmitAfter(std::chrono::milliseconds(delay_ms),
                      [wish = cancellation_] { wish->Request(); });
    const auto cursor = Execute(kEndless);
    ASSERT_FALSE(cursor.ok());
    EXPECT_EQ(cursor.error().code(), ErrorCode::kCancelled) << cursor.error().ToString();
  }
}

TEST_F(DuckDbExecutorTest, PagesEndWhenTheQueryIsCancelled) {
  auto cursor = Execute("SELECT range AS c1 FROM range(1000000000000)");
  ASSERT_TRUE(cursor.ok());
  ASSERT_TRUE((*cursor)->NextPage(100).ok());
  cancellation_->Request();
  const auto page = (*cursor)->NextPage(size_t{1} << 40);
  ASSERT_FALSE(page.ok());
  EXPECT_EQ(page.error().code(), ErrorCode::kCancelled);
  // The wish concerns this query only.
  cancellation_ = std::make_shared<Cancellation>();
  EXPECT_TRUE(Execute("SELECT 1::BIGINT AS c1").ok());
}

}  // namespace
}  // namespace floe::query::trino
