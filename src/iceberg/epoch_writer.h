// Writes the rows of one shard of a table, epoch by epoch: append tables and upsert tables.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/data_file_writer.h"

namespace arrow {
class RecordBatch;
}

namespace floe::iceberg {

// What an epoch of one or more shards adds to a table. ToJson is stored in the epoch record, and a
// stored epoch is committed again from it, unchanged.
struct EpochFiles {
  std::vector<DataFile> data_files;
  std::vector<DataFile> delete_files;

  bool empty() const { return data_files.empty() && delete_files.empty(); }
  void Append(EpochFiles other);
  // Schema and version are part of it; stable over versions.
  std::string ToJson() const;
  static Result<EpochFiles> FromJson(std::string_view json);
};

struct EpochStatistics {
  int64_t rows_in = 0;
  int64_t rows_written = 0;
  int64_t equality_deletes = 0;
  int64_t position_deletes = 0;
};

// Used by one thread at a time; what it holds is bounded by its options, and by the number of keys
// of an epoch. After an error it is of no further use.
class EpochWriter {
 public:
  virtual ~EpochWriter() = default;
  // `rows` has the table's columns in order (layout of types::ToArrow or ToArrowSchema).
  // `row_kinds` has a types::RowKind per row, or is null when all are +I.
  virtual Status Write(const std::shared_ptr<arrow::RecordBatch>& rows,
                       const int8_t* row_kinds) = 0;
  // Ends the epoch: all its files are durable on return. Empty when there were no rows.
  virtual Result<EpochFiles> FinishEpoch() = 0;
  // Bytes held in memory.
  virtual int64_t buffered_bytes() const = 0;
  virtual const EpochStatistics& statistics() const = 0;
};

struct EpochWriterOptions {
  // Rows held back before they go to a file, in bytes of their columns.
  int64_t max_buffered_bytes = limits::kMaxUpsertBufferBytes;
};

// Each row becomes a row of a data file, partition by partition. Kinds other than +I are refused
// (kInvalidArgument): an append table can't take back a row.
Result<std::unique_ptr<EpochWriter>> MakeAppendEpochWriter(WriterContext context,
                                                           EpochWriterOptions options = {});

// The last row per key of the table's identifier fields stands at the end of the epoch. +I and +U
// set a row, -D removes it, -U is ignored (as Flink's upsert writers do). Each key of the epoch
// costs one equality delete, written under the table's field-less spec, and at most one row;
// a key whose row is already in a closed file of the epoch costs one position delete more.
// All rows of a key must come to the same writer, in order.
// kInvalidArgument for a table without identifier fields or without a field-less spec.
Result<std::unique_ptr<EpochWriter>> MakeUpsertEpochWriter(WriterContext context,
                                                           EpochWriterOptions options = {});

// Hexadecimal digest (XXH3, 128 bits) of serialised epoch descriptions, in the order given.
std::string DigestOf(const std::vector<std::string>& descriptions);

}  // namespace floe::iceberg
