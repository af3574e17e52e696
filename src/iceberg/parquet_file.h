// One Parquet file, built in memory, with Iceberg's column metrics.
#pragma once

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/schema.h"
#include "iceberg/table_properties.h"

namespace floe::iceberg {

// Used by one thread at a time.
class ParquetFile {
 public:
  struct Settings {
    std::shared_ptr<const Schema> schema;
    const WriteOptions* options = nullptr;  // valid as long as the file
    // Members of the footer beside Iceberg's schema.
    std::vector<std::pair<std::string, std::string>> footer;
    // Columns whose bounds are kept whole, whatever the options say.
    std::vector<ColumnId> full_bounds;
    arrow::MemoryPool* memory = nullptr;
  };
  static Result<std::unique_ptr<ParquetFile>> Open(Settings settings);
  virtual ~ParquetFile() = default;

  // `rows` in the layout of ToArrowSchema(schema).
  virtual Status Write(const arrow::RecordBatch& rows) = 0;
  virtual int64_t row_count() const = 0;
  // What it holds in memory. Below the file's size while pages compress later, above it while
  // dictionaries are built.
  virtual int64_t memory_bytes() const = 0;

  struct Finished {
    std::string bytes;
    int64_t record_count = 0;
    ColumnMetrics metrics;
    std::vector<int64_t> split_offsets;  // where the row groups begin
  };
  // REQUIRES: called once, nothing is called afterwards.
  virtual Result<Finished> Finish() = 0;
};

}  // namespace floe::iceberg
