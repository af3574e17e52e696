// Reads Iceberg tables at pinned snapshots, all deletes applied, with DuckDB as the executor.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/file_io.h"
#include "iceberg/predicate.h"
#include "iceberg/table_metadata.h"
#include "query/duckdb_engine.h"

namespace floe::query {

// A table under a name that a statement uses.
struct BoundTable {
  std::string name;  // an identifier without dots, as it is
  iceberg::TableMetadataPtr metadata;
  // Nothing: the head of `main`, with the table's current schema. Else the snapshot and the schema
  // that it was written with.
  std::optional<SnapshotId> snapshot;
  // Lets files be left out; the statement has its own conditions.
  iceberg::Conjunction conditions;
};

// SELECT columns FROM table WHERE … ORDER BY … LIMIT …
struct TableQuery {
  std::vector<std::string> columns;   // empty: all
  std::string where;                  // DuckDB's expression; "": none
  std::vector<std::string> order_by;  // "updated_at DESC": DuckDB's expressions
  std::optional<int64_t> limit;
};

// Thread-safe. Blocks while it reads; files are read by DuckDB from the local disk.
class TableReader {
 public:
  // Rows that one answer can have: answers are held in memory.
  static constexpr int64_t kMaxRows = 1'000'000;

  // `io` outlives the reader. The readable directory is the root of its store unless set.
  TableReader(const iceberg::FileIo& io, DuckDbOptions options);

  // `sql` is a SELECT in DuckDB's dialect over the bound names.
  Result<TextRows> Query(const std::string& sql, const std::vector<BoundTable>& tables);
  Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> QueryBatches(
      const std::string& sql, const std::vector<BoundTable>& tables);
  Result<TextRows> Read(const BoundTable& table, const TableQuery& query);

 private:
  Result<std::vector<std::string>> ViewStatements(const std::vector<BoundTable>& tables) const;

  const iceberg::FileIo& io_;
  DuckDbEngine engine_;
};

// One JSON object a row, in a JSON array: numbers and booleans bare, all else as strings.
std::string ToJson(const TextRows& rows);

}  // namespace floe::query
