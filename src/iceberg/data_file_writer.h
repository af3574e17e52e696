// Writes Parquet files of a table: data, equality deletes, position deletes. A file appears in the
// object store whole or not at all.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/file_io.h"
#include "iceberg/partition_spec.h"
#include "iceberg/schema.h"
#include "iceberg/table_properties.h"

namespace arrow {
class MemoryPool;
class RecordBatch;
}  // namespace arrow

namespace floe::iceberg {

// What all writers of one table share. Immutable while writers use it.
struct WriterContext {
  FileIo* io = nullptr;
  arrow::MemoryPool* memory = nullptr;
  TableMetadataPtr table;
  WriteOptions options;
  // Unique per writer within a table's lifetime: "<shard>-<uuid>", part of every file name.
  std::string file_prefix;
};

Result<WriterContext> MakeWriterContext(FileIo& io, arrow::MemoryPool* memory,
                                        TableMetadataPtr table, int shard, Random& random);

// Rows of one partition, into files that are closed when they reach the target size.
// Used by one thread at a time.
class RollingFileWriter {
 public:
  struct Target {
    FileContent content = FileContent::kData;
    // Columns of the files, a subset of the table's for deletes.
    Schema schema;
    const PartitionSpec* spec = nullptr;  // valid as long as the writer
    std::vector<Literal> partition;
    std::vector<ColumnId> equality_ids;               // of equality deletes
    std::optional<std::string> referenced_data_file;  // of position deletes
  };

  // `context` outlives the writer.
  static Result<std::unique_ptr<RollingFileWriter>> Create(const WriterContext& context,
                                                           Target target, int64_t* next_file);
  ~RollingFileWriter();

  // Where the rows of the next Write begin: URI of the open file, and position in it.
  struct Place {
    std::string file_path;
    int64_t position = 0;
  };
  // Opens a file when there is none.
  Result<Place> NextPlace();

  // `rows` has the columns of the target's schema in order, in the layout of types::ToArrow or of
  // ToArrowSchema (timestamps are brought to microseconds). All rows go to one file.
  // kInvalidData for a null in a required column.
  Status Write(const arrow::RecordBatch& rows);
  // Closes the open file and starts storing it. Files of the target become complete by Finish.
  Status CloseFile();
  // Closes, waits until every file is durable, returns what was written, and can be used anew.
  Result<std::vector<DataFile>> Finish();

  // Bytes held in memory.
  int64_t buffered_bytes() const;

 private:
  class Implementation;
  explicit RollingFileWriter(std::unique_ptr<Implementation> implementation);
  std::unique_ptr<Implementation> implementation_;
};

// Columns of a position delete file: file_path and pos, with their reserved ids.
Schema PositionDeleteSchema();
// The columns of a table with these ids, in the table's order: an equality delete file's.
Schema KeySchema(const Schema& table, const std::vector<ColumnId>& ids);

}  // namespace floe::iceberg
