// One answer of the server: a page of a result (Trino's QueryResults).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/json_value.h"

namespace floe::client {

struct ResultColumn {
  std::string name;
  std::string type;  // as it is shown: "timestamp(6) with time zone"

  bool operator==(const ResultColumn&) const = default;
};

using ResultRow = std::vector<JsonValue>;

struct QueryStats {
  std::string state;
  int64_t elapsed_ms = 0;
  int64_t processed_rows = 0;
  int64_t processed_bytes = 0;
  int64_t total_splits = 0;
  int64_t completed_splits = 0;
};

struct QueryPage {
  std::string id;
  std::string next_uri;  // empty: this is the last page
  std::vector<ResultColumn> columns;
  std::vector<ResultRow> rows;
  std::string update_type;
  std::optional<int64_t> update_count;
  // Of a statement that failed: "ERROR_NAME: message", with its position.
  std::optional<Error> error;
  std::vector<std::string> warnings;
  QueryStats stats;
};

// kInvalidData if it is no such answer.
Result<QueryPage> ParseQueryPage(std::string_view body);

}  // namespace floe::client
