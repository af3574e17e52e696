// Runs queries: so many at a time, the others wait in the order in which they came.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

#include "base/executor.h"
#include "query/trino/statement.h"
#include "server/trino/query.h"

namespace floe::server {

// A query takes part from its beginning until its last row is produced; while its client is slow
// it holds a place but no thread. Thread-safe.
class QueryDispatcher : public std::enable_shared_from_this<QueryDispatcher> {
 public:
  using RunStatement = std::function<Result<query::trino::Answer>(
      const std::string& text, const query::trino::Session& session)>;

  // `run` is called on `executor`, and blocks it. The executor outlives the dispatcher.
  // `new_transaction_id` names a transaction that a statement starts.
  QueryDispatcher(RunStatement run, std::function<std::string()> new_transaction_id,
                  Executor& executor);

  // Queues it, or fails it with kQueueFull.
  void Submit(const std::shared_ptr<Query>& query);
  // Goes on with a query whose state or room has changed.
  void Wake(const Query* query);
  // While others wait for a place: ends those whose clients have been silent for
  // limits::kStalledClientTimeout. To be called now and then.
  void MakeRoom();
  // Cancels all; those that come later fail.
  void Stop();

 private:
  struct Execution {
    std::shared_ptr<Query> query;
    std::unique_ptr<query::trino::ResultCursor> cursor;
    bool has_begun = false;
    bool is_busy = false;    // a task of it is submitted or runs
    bool is_wanted = false;  // another one has to follow
  };
  // Both REQUIRE: mutex_ held.
  void Admit();
  void Schedule(const std::shared_ptr<Execution>& execution);

  void Step(const std::shared_ptr<Execution>& execution);
  // Works until it is done (true) or has no room.
  bool Advance(Execution& execution);
  // Plans and starts it; whether rows are to follow.
  bool Start(Execution& execution);

  const RunStatement run_;
  const std::function<std::string()> new_transaction_id_;
  Executor& executor_;
  std::mutex mutex_;  // guards what follows
  bool is_stopping_ = false;
  std::deque<std::shared_ptr<Query>> queued_;
  std::map<const Query*, std::shared_ptr<Execution>> running_;
};

// JSON of the array `columns`. `parametric`: whether times have precisions.
std::string ColumnsJson(const std::vector<query::trino::OutputColumn>& columns, bool parametric);

}  // namespace floe::server
