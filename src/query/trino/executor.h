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
#include "query/trino/cancellation.h"

namespace floe::query::trino {

// A result that is read page by page, by one thread at a time.
class ResultCursor {
 public:
  virtual ~ResultCursor() = default;
  // JSON arrays of rows, one text a row, of about `max_bytes` (a batch of DuckDB more); empty at
  // the end. Works on the query as far as it is needed. Errors as of Execute; kCancelled.
  virtual Result<std::vector<std::string>> NextPage(size_t max_bytes) = 0;
  // No row is left: known with the last page.
  virtual bool at_end() const = 0;
};

// Thread-safe; each query has a connection of its own.
class QueryExecutor {
 public:
  virtual ~QueryExecutor() = default;
  // Begins the query: runs it to its first rows or its first error; the rest is done when pages
  // are taken. `parametric_datetime`: whether times keep more than three digits. `cancellation`
  // (or null) interrupts it, now or while pages are taken. Errors are Trino's: those that
  // functions raise, and DuckDB's by class.
  virtual Result<std::unique_ptr<ResultCursor>> Execute(
      const BoundQuery& query, bool parametric_datetime,
      std::shared_ptr<Cancellation> cancellation) = 0;
};

// A database in memory that reads files of `options.readable_directory` only.
std::unique_ptr<QueryExecutor> MakeDuckDbExecutor(DuckDbOptions options);

}  // namespace floe::query::trino
