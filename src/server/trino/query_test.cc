#include "server/trino/query.h"

#include <gtest/gtest.h>

#include "base/limits.h"

namespace floe::server {
namespace {

using Outcome = Query::FetchOutcome;

class QueryTest : public testing::Test {
 protected:
  QueryTest() {
    query_.set_wake([this] { ++wakes_; });
  }

  void Run() {
    ASSERT_TRUE(query_.Begin().has_value());
    query_.SetOutline({"[]", "", {}});
  }
  // The page that a request for `token` gets; null while it waits.
  Outcome Fetch(int64_t token, size_t target_bytes = 10) {
    page_ = nullptr;
    return query_.Fetch(token, target_bytes,
                        [this](std::shared_ptr<const QueryPage> page) { page_ = std::move(page); });
  }
  static std::vector<std::string> Rows(size_t count, size_t bytes) {
    return std::vector<std::string>(count, std::string(bytes, 'r'));
  }

  ManualClock clock_{1'700'000'000'000};
  Query query_{"id", "slug", {"SELECT 1", {}}, clock_};
  std::shared_ptr<const QueryPage> page_;
  int wakes_ = 0;
};

TEST_F(QueryTest, GivesItsRowsInPagesAndTheLastOneAgain) {
  Run();
  query_.AddRows(Rows(5, 20'000), true);
  EXPECT_EQ(Fetch(1, 50'000), Outcome::kTaken);
  ASSERT_NE(page_, nullptr);
  const std::string row(20'000, 'r');
  EXPECT_EQ(page_->rows, row + "," + row + "," + row);
  EXPECT_TRUE(page_->has_next);
  EXPECT_EQ(Fetch(2, 50'000), Outcome::kTaken);
  EXPECT_EQ(page_->rows, row + "," + row);
  EXPECT_FALSE(page_->has_next);
  EXPECT_EQ(page_->state, QueryState::kFinished);
  const auto last = page_;
  EXPECT_EQ(Fetch(2), Outcome::kTaken);
  EXPECT_EQ(page_, last);
  EXPECT_EQ(Fetch(1), Outcome::kGone);
  EXPECT_EQ(Fetch(0), Outcome::kGone);
  EXPECT_EQ(Fetch(3), Outcome::kNotFound);
  EXPECT_TRUE(query_.is_delivered());
}

TEST_F(QueryTest, ATokenThatWasNeverGivenIsNotFound) {
  Run();
  EXPECT_EQ(Fetch(2), Outcome::kNotFound);
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  EXPECT_EQ(page_, nullptr);
}

TEST_F(QueryTest, ARequestWaitsForAPageOfItsSize) {
  EXPECT_EQ(Fetch(1, 100), Outcome::kTaken);
  Run();
  query_.AddRows(Rows(1, 60), false);
  EXPECT_EQ(page_, nullptr);
  EXPECT_TRUE(query_.is_waited_for(1));
  query_.AddRows(Rows(1, 60), false);
  ASSERT_NE(page_, nullptr);
  EXPECT_EQ(page_->rows.size(), 121U);
  EXPECT_TRUE(page_->has_next);
  EXPECT_EQ(page_->state, QueryState::kRunning);
}

TEST_F(QueryTest, BothOfTwoRequestsForAPageGetIt) {
  int answers = 0;
  for (int i = 0; i < 2; ++i) {
    EXPECT_EQ(query_.Fetch(1, 10, [&](const auto&) { ++answers; }), Outcome::kTaken);
  }
  Run();
  query_.AddRows({}, true);
  EXPECT_EQ(answers, 2);
}

TEST_F(QueryTest, AWaitEndsWithWhatThereIs) {
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  query_.TimeOut(2);
  EXPECT_EQ(page_, nullptr);
  query_.TimeOut(1);
  ASSERT_NE(page_, nullptr);
  EXPECT_EQ(page_->state, QueryState::kQueued);
  EXPECT_EQ(page_->columns, nullptr);
  EXPECT_TRUE(page_->has_next);
  const auto first = page_;
  query_.TimeOut(1);
  EXPECT_EQ(page_, first);
  Run();
  query_.AddRows(Rows(1, 4), false);
  EXPECT_EQ(Fetch(2), Outcome::kTaken);
  query_.TimeOut(2);
  EXPECT_EQ(page_->rows, "rrrr");
}

TEST_F(QueryTest, ItsProducerPausesUntilTheClientHasTakenRows) {
  Run();
  EXPECT_TRUE(query_.WantsRows());
  query_.AddRows(Rows(limits::kMaxQueryResultBytes / 1024, 1024), false);
  EXPECT_FALSE(query_.WantsRows());
  EXPECT_EQ(wakes_, 0);
  EXPECT_EQ(Fetch(1, 4096), Outcome::kTaken);
  EXPECT_EQ(wakes_, 1);
  EXPECT_TRUE(query_.WantsRows());
  // A page larger than the limit lets more rows wait.
  EXPECT_EQ(Fetch(2, 2 * limits::kMaxQueryResultBytes), Outcome::kTaken);
  query_.AddRows(Rows(limits::kMaxQueryResultBytes / 1024, 1024), false);
  EXPECT_EQ(page_, nullptr);
  EXPECT_TRUE(query_.WantsRows());
}

TEST_F(QueryTest, AnErrorIsItsLastPage) {
  Run();
  query_.AddRows(Rows(5, 4), false);
  query_.Fail(Error(ErrorCode::kDivisionByZero, "Division by zero"));
  query_.Fail(Error(ErrorCode::kInternal, "later"));
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  EXPECT_EQ(page_->rows, "");
  ASSERT_TRUE(page_->error.has_value());
  EXPECT_EQ(page_->error->code(), ErrorCode::kDivisionByZero);
  EXPECT_FALSE(page_->has_next);
  EXPECT_FALSE(query_.WantsRows());
}

TEST_F(QueryTest, CancelInterruptsAndWakesTheProducer) {
  Run();
  bool interrupted = false;
  query_.session().cancellation->Attach([&] { interrupted = true; });
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  query_.Cancel();
  EXPECT_TRUE(interrupted);
  EXPECT_TRUE(query_.session().cancellation->requested());
  EXPECT_EQ(wakes_, 1);
  ASSERT_NE(page_, nullptr);
  EXPECT_EQ(page_->error->code(), ErrorCode::kCancelled);
  // What the interrupted work says then changes nothing.
  query_.AddRows(Rows(1, 1), true);
  EXPECT_EQ(query_.Summary().state, QueryState::kFailed);
}

TEST_F(QueryTest, WhatIsCancelledInTheQueueNeverBegins) {
  query_.Cancel();
  EXPECT_FALSE(query_.Begin().has_value());
}

TEST_F(QueryTest, StoppedEarlyItEndsWithTheRowsSoFar) {
  Run();
  query_.AddRows(Rows(2, 4), false);
  query_.StopEarly();
  EXPECT_TRUE(query_.session().cancellation->requested());
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  EXPECT_EQ(page_->rows, "rrrr,rrrr");
  EXPECT_FALSE(page_->has_next);
  EXPECT_FALSE(page_->error.has_value());
}

TEST_F(QueryTest, EndsWhenItsClientStaysAway) {
  using std::chrono::minutes;
  Run();
  clock_.Advance(minutes(4));
  query_.Touch();
  clock_.Advance(minutes(4));
  query_.EndIfAbandoned(minutes(5));
  EXPECT_FALSE(query_.has_ended());
  // A request that waits is a client.
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  clock_.Advance(minutes(10));
  query_.EndIfAbandoned(minutes(5));
  EXPECT_FALSE(query_.has_ended());
  query_.TimeOut(1);
  clock_.Advance(minutes(6));
  query_.EndIfAbandoned(minutes(5));
  EXPECT_TRUE(query_.session().cancellation->requested());
  EXPECT_EQ(query_.Summary().error->code(), ErrorCode::kQueryAbandoned);
}

TEST_F(QueryTest, RowsThatNobodyTakesAreDroppedWithTheQuery) {
  Run();
  query_.AddRows(Rows(2, 100), true);
  EXPECT_EQ(query_.retained_bytes(), 201U);
  query_.DropResult(3);
  EXPECT_EQ(query_.retained_bytes(), 0U);
  EXPECT_EQ(query_.Summary().text, "SEL");
  EXPECT_EQ(Fetch(1), Outcome::kTaken);
  EXPECT_EQ(page_->error->code(), ErrorCode::kLimitExceeded);
}

TEST_F(QueryTest, TellsHowLongItTook) {
  using std::chrono::milliseconds;
  clock_.Advance(milliseconds(10));
  ASSERT_TRUE(query_.Begin().has_value());
  clock_.Advance(milliseconds(20));
  query_.SetOutline({"[]", "", {}});
  clock_.Advance(milliseconds(30));
  query_.AddRows(Rows(3, 4), true);
  clock_.Advance(milliseconds(40));
  const QueryStats stats = query_.Summary().stats;
  EXPECT_EQ(stats.queued_ms, 10);
  EXPECT_EQ(stats.planning_ms, 20);
  EXPECT_EQ(stats.elapsed_ms, 60);
  EXPECT_EQ(stats.row_count, 3);
  EXPECT_EQ(stats.size_bytes, 12);
}

}  // namespace
}  // namespace floe::server
