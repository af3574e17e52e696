// Trino's client protocol, /v1: what clients ask, as calls of queries.
//   POST   /v1/statement                                    a statement: the first QueryResults
//   GET    /v1/statement/{queued|executing}/{id}/{slug}/{token}   a page; waits up to a second
//   HEAD   the same                                         the client lives
//   DELETE the same, /v1/query/{id}                         cancels
//   DELETE /v1/statement/executing/partialCancel/{id}/{stage}/{slug}/{token}   ends with the rows
//   so far GET    /v1/query, /v1/query/{id}                        what runs and what has ended GET
//   /v1/info, /v1/info/state, /v1/status             who this is
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "server/http/http_server.h"
#include "server/trino/query_dispatcher.h"
#include "server/trino/query_registry.h"

namespace floe::server {

inline constexpr const char* kTrinoPath = "/v1";

struct StatementApiParts {
  std::shared_ptr<QueryRegistry> registry;
  std::shared_ptr<QueryDispatcher> dispatcher;
  const Clock& clock;  // as the executor outlives the handler
  // Of the waits for pages; nothing on it may block.
  Executor& timers;
  std::string node_id;
  // Whether X-Forwarded-* are believed.
  bool process_forwarded = false;
};

// To be mounted at kTrinoPath. Answers on the server's thread, on `timers`, and on the threads of
// queries.
HttpHandler MakeStatementApi(StatementApiParts parts);

}  // namespace floe::server
