#include "server/trino/query_endpoint.h"

#include <mutex>
#include <utility>

#include "base/executor.h"
#include "base/limits.h"
#include "query/trino/executor.h"
#include "query/trino/statement.h"
#include "server/trino/query_dispatcher.h"
#include "server/trino/query_registry.h"
#include "server/trino/statement_api.h"

namespace floe::server {
namespace {

std::vector<query::trino::RunningQuery> RunningQueries(const QueryRegistry& registry) {
  std::vector<query::trino::RunningQuery> rows;
  for (const auto& query : registry.List()) {
    QuerySummary summary = query->Summary();
    rows.push_back({std::move(summary.query_id), QueryStateName(summary.state),
                    std::move(summary.user), std::move(summary.source), std::move(summary.text)});
  }
  return rows;
}

query::trino::Catalogs WithSystem(query::trino::Catalogs catalogs,
                                  std::vector<query::trino::LiveTable> live_tables,
                                  const std::shared_ptr<QueryRegistry>& registry) {
  // The registry keeps no providers: no cycle.
  catalogs["system"] = query::trino::MakeSystemProvider(
      catalogs, [registry] { return RunningQueries(*registry); }, std::move(live_tables));
  return catalogs;
}

}  // namespace

class QueryEndpoint::Parts {
 public:
  Parts(QueryEndpointOptions options, const Clock& clock, Random random)
      : clock_(clock),
        random_(random),
        registry_(std::make_shared<QueryRegistry>(clock, Random(random_.NextUint64()))),
        duckdb_(query::trino::MakeDuckDbExecutor(std::move(options.duckdb))),
        runner_(WithSystem(std::move(options.catalogs), std::move(options.live_tables), registry_),
                *duckdb_),
        query_threads_(limits::kQueryThreads, clock),
        timers_(1, clock),
        dispatcher_(std::make_shared<QueryDispatcher>(
            [this](const std::string& text, const query::trino::Session& session) {
              return runner_.Run(text, session);
            },
            [this] { return NewUuid(); }, query_threads_)),
        handler_(MakeStatementApi(
            {registry_, dispatcher_, clock, timers_, NewUuid(), options.process_forwarded})) {
    SweepLater(std::make_shared<Sweeper>(Sweeper{registry_, dispatcher_, timers_}));
  }

  // Threads end before what they use.
  ~Parts() { dispatcher_->Stop(); }
  Parts(const Parts&) = delete;
  Parts& operator=(const Parts&) = delete;

  const HttpHandler& handler() const { return handler_; }

  void WarmUp() {
    query_threads_.Submit([this] {
      query::trino::Session session;
      session.user = "floe";
      (void)runner_.Run("SELECT 1", session);
    });
  }

 private:
  struct Sweeper {
    std::shared_ptr<QueryRegistry> registry;
    std::shared_ptr<QueryDispatcher> dispatcher;
    Executor& timers;
  };

  static void SweepLater(const std::shared_ptr<Sweeper>& sweeper) {
    sweeper->timers.SubmitAfter(limits::kQuerySweepInterval, [sweeper] {
      sweeper->registry->Sweep();
      sweeper->dispatcher->MakeRoom();
      SweepLater(sweeper);
    });
  }

  std::string NewUuid() {
    std::lock_guard lock(mutex_);
    return random_.NextUuid();
  }

  const Clock& clock_;
  std::mutex mutex_;  // guards random_
  Random random_;
  const std::shared_ptr<QueryRegistry> registry_;
  const std::unique_ptr<query::trino::QueryExecutor> duckdb_;
  query::trino::StatementRunner runner_;
  ThreadPoolExecutor query_threads_;
  ThreadPoolExecutor timers_;
  const std::shared_ptr<QueryDispatcher> dispatcher_;
  const HttpHandler handler_;
};

QueryEndpoint::QueryEndpoint(QueryEndpointOptions options, const Clock& clock, Random random)
    : parts_(std::make_unique<Parts>(std::move(options), clock, random)) {}

QueryEndpoint::~QueryEndpoint() = default;

HttpHandler QueryEndpoint::Handler() { return parts_->handler(); }

void QueryEndpoint::WarmUp() { parts_->WarmUp(); }

}  // namespace floe::server
