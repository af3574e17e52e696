// DuckDB behind Result: the one place that knows its C API.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"

namespace arrow {
class RecordBatch;
}

namespace floe::query {

struct DuckDbOptions {
  int64_t memory_limit_bytes = int64_t{256} << 20;
  int threads = 1;
  // The only directory that statements can read, as a path; "" for none.
  std::string readable_directory;
  // Where joins and sorts may spill; "" for nowhere.
  std::string spill_directory;
};

// Rows as text, as DuckDB prints the values.
struct TextRows {
  struct Column {
    std::string name;
    std::string type;      // DuckDB's name
    bool is_bare = false;  // a number or boolean: written without quotes in JSON
  };
  std::vector<Column> columns;
  std::vector<std::vector<std::optional<std::string>>> rows;
};

// A database in memory. Made by the first query, since making it takes time and memory. Loads no
// extensions, changes no files. Thread-safe; each query has a connection of its own.
class DuckDbEngine {
 public:
  explicit DuckDbEngine(DuckDbOptions options);
  ~DuckDbEngine();

  // Runs `setup` statements (such as temporary views), then `sql`, a SELECT. Blocks. kSqlSyntax
  // and kSqlValidation for wrong SQL, kMemoryLimit, kLimitExceeded beyond `max_rows`.
  Result<TextRows> Query(const std::vector<std::string>& setup, const std::string& sql,
                         int64_t max_rows);
  // The same, as Arrow batches. Their memory is DuckDB's, and counts to its limit.
  Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> QueryBatches(
      const std::vector<std::string>& setup, const std::string& sql, int64_t max_rows);

 private:
  class Implementation;
  std::unique_ptr<Implementation> implementation_;
};

}  // namespace floe::query
