// A statement from its POST to the last page of its result.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/http_transport.h"
#include "client/query_page.h"
#include "client/session.h"

namespace floe::client {

// What a statement's answer is given to, page by page. An error ends the statement on the server
// too.
class ResultHandler {
 public:
  virtual ~ResultHandler() = default;
  // Once, before the first rows; not at all for a statement without a result.
  virtual Status OnColumns(const std::vector<ResultColumn>& columns) = 0;
  virtual Status OnRows(std::vector<ResultRow> rows) = 0;
  // After each page.
  virtual void OnProgress(const QueryStats& stats) = 0;
};

struct QueryOutcome {
  std::string query_id;
  std::string update_type;  // empty for a query
  std::optional<int64_t> update_count;
  int64_t rows = 0;
  std::vector<std::string> warnings;
};

struct ServerInfo {
  std::string version;
  bool starting = false;
};

// Used by one thread at a time.
class TrinoClient {
 public:
  // `server` is the address of a server (client/url.h), without a path. `password` (empty: none)
  // is sent to https servers only. The transport outlives the client.
  TrinoClient(HttpTransport& transport, std::string server, ClientSession session,
              std::string password = {});

  // Runs one statement, without ";" at its end. Fails with the server's error (its position counts
  // in `sql`), or with that of the connection. A GET is tried again on 502, 503, 504 and a broken
  // connection, a POST never: it may have been carried out. When interrupted, the statement is
  // cancelled on the server and the result is kCancelled.
  Result<QueryOutcome> Execute(const std::string& sql, ResultHandler& handler,
                               const Interrupted& interrupted);
  Result<ServerInfo> Info(const Interrupted& interrupted);

  ClientSession& session() { return session_; }
  const ClientSession& session() const { return session_; }
  const std::string& server() const { return server_; }

 private:
  HttpHeaders CommonHeaders() const;
  // Follows the pages from the first one on.
  Result<QueryOutcome> Follow(HttpReply first, ResultHandler& handler,
                              const Interrupted& interrupted, std::string* next_uri);
  Result<HttpReply> Get(const std::string& url, const Interrupted& interrupted);
  void CancelQuery(const std::string& next_uri);

  HttpTransport& transport_;
  const std::string server_;
  ClientSession session_;
  const std::string password_;
};

}  // namespace floe::client
