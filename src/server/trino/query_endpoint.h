// The query endpoint put together: catalogs, DuckDB, threads and Trino's protocol on top.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "query/duckdb_engine.h"
#include "query/trino/session.h"
#include "query/trino/system_provider.h"
#include "server/http/http_server.h"

namespace floe::server {

struct QueryEndpointOptions {
  // By name; `system` is added.
  query::trino::Catalogs catalogs;
  // Tables of `system` beside Trino's own.
  std::vector<query::trino::LiveTable> live_tables;
  query::DuckDbOptions duckdb;
  // Whether X-Forwarded-* are believed.
  bool process_forwarded = false;
};

// Has threads of its own, so that statements hold up neither the server nor jobs. DuckDB is opened
// by the first statement.
class QueryEndpoint {
 public:
  // The clock outlives it, and so does what the catalogs refer to.
  QueryEndpoint(QueryEndpointOptions options, const Clock& clock, Random random);
  // Cancels all statements and waits for their ends. REQUIRES: the server of the handler is
  // stopped.
  ~QueryEndpoint();

  // To be mounted at kTrinoPath ("/v1").
  HttpHandler Handler();
  // Opens DuckDB in the background, so that the first client need not wait for it.
  void WarmUp();

 private:
  class Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace floe::server
