// Writes a table's data rows, each to the files of its partition.
#pragma once

#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/result.h"
#include "iceberg/column_layout.h"
#include "iceberg/data_file_writer.h"
#include "iceberg/row_key.h"

namespace floe::iceberg {

// Where a row was written: index into files(), and position in that file.
struct RowPlace {
  uint32_t file = 0;
  int64_t position = 0;
};

// Under the table's default spec. Used by one thread at a time.
class PartitionedWriter {
 public:
  // What is known of a file from its first row on.
  struct FilePlace {
    std::string path;
    std::vector<Literal> partition;
  };

  // `context` and `next_file` outlive the writer.
  static Result<std::unique_ptr<PartitionedWriter>> Create(const WriterContext& context,
                                                           int64_t* next_file);

  // Writes the rows; with `places`, appends where each of them went.
  Status Write(const arrow::RecordBatch& rows, std::vector<RowPlace>* places);
  // Closes all files, waits until they are durable, and forgets files().
  Result<std::vector<DataFile>> Finish();
  int64_t buffered_bytes() const;

  // All files since the last Finish.
  const std::vector<FilePlace>& files() const { return files_; }
  const PartitionSpec& spec() const { return *spec_; }

 private:
  struct Partition {
    std::vector<Literal> values;
    std::unique_ptr<RollingFileWriter> writer;
    uint32_t file = 0;  // of its open file, when `path` is that file's
    std::string path;
    uint64_t last_use = 0;
    std::vector<RowReference> rows;  // of the batch at hand
  };

  PartitionedWriter(const WriterContext& context, int64_t* next_file);
  Status Prepare();
  Result<Partition*> FindPartition(const arrow::RecordBatch& rows, int64_t row);
  std::vector<Literal> PartitionValues(const arrow::RecordBatch& rows, int64_t row) const;
  Result<Partition*> AddPartition(std::string key, std::vector<Literal> values);
  Status WriteTo(Partition& partition, const arrow::RecordBatch& rows, RowPlace* first_place);
  Status WriteSplit(const arrow::RecordBatch& rows, std::vector<RowPlace>* places);
  Status LimitOpenFiles();

  const WriterContext& context_;
  int64_t* next_file_;
  const PartitionSpec* spec_;
  std::shared_ptr<arrow::Schema> layout_;
  std::vector<int> all_columns_;
  std::vector<int> source_columns_;  // one per partition field
  std::vector<Type> source_types_;
  std::vector<Type> result_types_;
  bool identity_only_ = true;
  std::unique_ptr<RowKeyEncoder> encoder_;
  std::unordered_map<std::string, size_t> partition_of_key_;
  std::vector<std::unique_ptr<Partition>> partitions_;
  std::vector<FilePlace> files_;
  uint64_t use_count_ = 0;
};

}  // namespace floe::iceberg
