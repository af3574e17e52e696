// One query from its arrival to its last page: the states it passes, the rows that wait for its
// client, and the pages that the client has been given. Knows neither HTTP nor DuckDB.
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "query/trino/cancellation.h"
#include "query/trino/session.h"
#include "server/trino/query_page.h"

namespace floe::server {

struct QueryRequest {
  std::string text;
  query::trino::Session session;
};

// What a query's columns and the client's new session are, once it has been planned.
struct QueryOutline {
  std::string columns;  // JSON of the array
  std::string update_type;
  HeaderList headers;
};

// Pages are numbered by tokens. Token 0 is the answer that announces the query; a page is made
// when its token is first asked for, and the last one is given again as often as it is asked for.
// Thread-safe; calls back without holding its lock.
class Query {
 public:
  enum class FetchOutcome : uint8_t {
    kTaken,     // `done` is or will be called
    kGone,      // an older page: it is not kept
    kNotFound,  // a token that was never given out
  };
  using PageDone = std::function<void(std::shared_ptr<const QueryPage>)>;

  Query(std::string id, std::string slug, QueryRequest request, const Clock& clock);

  const std::string& id() const { return id_; }
  const std::string& slug() const { return slug_; }
  const query::trino::Session& session() const { return session_; }
  // `wake` is called when its producer has to look at it: there is room for rows again, or it has
  // ended. Set before any other thread sees the query.
  void set_wake(std::function<void()> wake) { wake_ = std::move(wake); }

  // --- Of its producer

  // Queued to planning; its text, or nothing if it has ended meanwhile.
  std::optional<std::string> Begin();
  // Planning to running.
  void SetOutline(QueryOutline outline);
  // Whether it runs and has room. False also after its end.
  bool WantsRows() const;
  // Rows as JSON arrays; `is_last` ends it.
  void AddRows(std::vector<std::string> rows, bool is_last);
  // Does nothing if it has ended.
  void Fail(Error error);

  // --- Of its client

  // The page of token 0, as long as no other was asked for.
  QueryPage Announcement() const;
  // The page of `token`. `done` is called with it, perhaps at once: when about `target_bytes` of
  // rows are there, when the query has ended, or by TimeOut.
  FetchOutcome Fetch(int64_t token, size_t target_bytes, PageDone done);
  // Whether a request for the page of `token` waits.
  bool is_waited_for(int64_t token) const;
  // Makes the page of `token` of what there is, if it is still waited for.
  void TimeOut(int64_t token);
  // Ends it with USER_CANCELED, its work interrupted.
  void Cancel();
  // Ends it with the rows that were produced, as if there were no more.
  void StopEarly();
  // The client lives, though it asks for nothing.
  void Touch();

  // --- Of the registry

  // Ends it if its client was last seen more than `timeout` ago and has not taken everything.
  void EndIfAbandoned(std::chrono::nanoseconds timeout);
  bool has_ended() const;
  // Its client has the last page.
  bool is_delivered() const;
  // Of the rows that wait and of the page that may be asked for again.
  size_t retained_bytes() const;
  // Ends it if it has not, forgets rows and page, and cuts its text.
  void DropResult(size_t text_bytes);
  QuerySummary Summary() const;

 private:
  // What is to be called when the lock is released.
  struct Calls {
    std::vector<PageDone> pages;
    std::shared_ptr<const QueryPage> page;
    bool wake = false;
    bool interrupt = false;
  };
  // All REQUIRE: mutex_ held.
  void EndLocked(QueryState state, std::optional<Error> error, Calls& calls);
  bool IsPageReady() const;
  void MakePage(Calls& calls);
  void AppendRow(const std::string& row);
  QueryStats StatsLocked() const;
  size_t RoomLimit() const;

  void Run(Calls calls);

  const std::string id_;
  const std::string slug_;
  query::trino::Session session_;
  const Clock& clock_;
  const int64_t created_wall_ms_;
  const std::chrono::nanoseconds created_;
  std::function<void()> wake_;

  mutable std::mutex mutex_;  // guards what follows
  std::string text_;
  QueryState state_ = QueryState::kQueued;
  std::chrono::nanoseconds begun_{0};  // 0: not yet, as for the two that follow
  std::chrono::nanoseconds planned_{0};
  std::chrono::nanoseconds ended_{0};
  int64_t ended_wall_ms_ = 0;
  std::optional<Error> error_;
  std::string update_type_;
  std::shared_ptr<const std::string> columns_;
  std::shared_ptr<const HeaderList> headers_;
  std::deque<std::string> rows_;  // that wait for the client, in blocks, commas between
  size_t row_bytes_ = 0;          // theirs
  int64_t produced_rows_ = 0;
  int64_t produced_bytes_ = 0;
  bool is_paused_ = false;  // the producer was told that there is no room
  std::shared_ptr<const QueryPage> last_page_;
  int64_t last_token_ = 0;
  bool has_next_ = true;
  std::vector<PageDone> waiting_;  // for token last_token_ + 1
  size_t target_bytes_ = 0;        // theirs
  std::chrono::nanoseconds last_contact_;
};

}  // namespace floe::server
