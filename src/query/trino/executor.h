// Runs the SQL that the binder wrote. The first form runs DuckDB inside this process.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "query/duckdb_engine.h"
#include "query/trino/binder.h"

namespace floe::query::trino {

// A result that is read page by page, by one thread at a time.
class ResultCursor {
 public:
  virtual ~ResultCursor() = default;
  // JSON arrays of rows, one text a row, of about `max_bytes`; empty at the end.
  virtual Result<std::vector<std::string>> NextPage(size_t max_bytes) = 0;
};

// Thread-safe; each query has a connection of its own.
class QueryExecutor {
 public:
  virtual ~QueryExecutor() = default;
  // Runs the query to its end or its first error. `parametric_datetime`: whether times keep more
  // than three digits. Errors are Trino's: those that functions raise, and DuckDB's by class.
  virtual Result<std::unique_ptr<ResultCursor>> Execute(const BoundQuery& query,
                                                        bool parametric_datetime) = 0;
};

// A database in memory that reads files of `options.readable_directory` only.
std::unique_ptr<QueryExecutor> MakeDuckDbExecutor(DuckDbOptions options);

}  // namespace floe::query::trino
