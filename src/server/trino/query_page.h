// What a client is told of a query at a moment: plain data between the state machine and JSON.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace floe::server {

enum class QueryState : uint8_t {
  kQueued,    // waits for a place among the running ones
  kPlanning,  // is parsed, bound and started
  kRunning,   // gives rows
  kFinished,  // all rows are there, though not all may have been taken
  kFailed,    // by an error, a cancellation or an absent client
};

// As Trino spells it: "QUEUED", "PLANNING", …
const char* QueryStateName(QueryState state);
inline bool HasEnded(QueryState state) { return state >= QueryState::kFinished; }

struct QueryStats {
  int64_t queued_ms = 0;
  int64_t planning_ms = 0;
  int64_t elapsed_ms = 0;
  int64_t row_count = 0;   // produced
  int64_t size_bytes = 0;  // of those rows, as JSON
};

// Names and values of answer headers, values encoded.
using HeaderList = std::vector<std::pair<std::string, std::string>>;

// The answer to one request for a page. Immutable once made, so that it can be given again.
struct QueryPage {
  std::string query_id;
  std::string slug;
  int64_t token = 0;
  bool has_next = false;
  QueryState state = QueryState::kQueued;
  QueryStats stats;
  // JSON of the array `columns`; null as long as they are not known.
  std::shared_ptr<const std::string> columns;
  std::string rows;  // JSON of arrays with commas between; "" for none
  std::optional<Error> error;
  std::string update_type;
  std::shared_ptr<const HeaderList> headers;  // may be null
};

// A query in a listing.
struct QuerySummary {
  std::string query_id;
  QueryState state = QueryState::kQueued;
  QueryStats stats;
  std::string text;
  std::string user;
  std::string source;
  std::string catalog;
  std::string schema;
  std::string time_zone;
  std::string update_type;
  std::optional<Error> error;
  int64_t created_wall_ms = 0;
  int64_t ended_wall_ms = 0;  // 0: not yet
};

}  // namespace floe::server
