// The rows that one side of a join holds, in columns.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"
#include "stream/batch.h"
#include "types/data_type.h"

namespace floe::runtime {

// Rows get the numbers 0, 1, 2 … as they are appended, so numbers are in the order of arrival. They
// lie in chunks of columns; a chunk's memory is given back when none of its rows is retained any
// more. Used by one task at a time.
class JoinRowStore {
 public:
  // Stands for a row of NULLs (a padded side), whose order key is 0s.
  static constexpr int64_t kNoRow = -1;

  // kNotImplemented names a column whose type cannot be kept (ARRAY, MAP, ROW).
  static Result<JoinRowStore> Make(const types::Schema& schema, size_t order_columns,
                                   arrow::MemoryPool* pool);
  JoinRowStore(JoinRowStore&&) noexcept;
  JoinRowStore& operator=(JoinRowStore&&) noexcept;
  ~JoinRowStore();

  // Appends rows and returns the number of the first. They stay until Reclaim, and longer if they
  // are retained. REQUIRES: the batch has the schema's columns and the order columns.
  Result<int64_t> Append(const stream::Batch& batch);

  // Keeps a row until it is released.
  void Retain(int64_t row) { ++ChunkOf(row).retained; }
  void Release(int64_t row) { --ChunkOf(row).retained; }
  // Gives back the chunks without retained rows. Numbers of rows that are not retained become
  // invalid.
  void Reclaim();

  // Whether a retained row has found a partner; starts as false.
  bool matched(int64_t row) const {
    return ChunkOf(row).matched[static_cast<size_t>(row) & (kChunkRows - 1)] != 0;
  }
  void set_matched(int64_t row) {
    ChunkOf(row).matched[static_cast<size_t>(row) & (kChunkRows - 1)] = 1;
  }

  // The values of a column for `rows`, in that order; kNoRow gives NULL.
  Result<std::shared_ptr<arrow::Array>> Gather(int column, std::span<const int64_t> rows) const;
  // The same of an order column; kNoRow gives 0.
  Result<std::shared_ptr<arrow::Int64Array>> GatherOrder(size_t column,
                                                         std::span<const int64_t> rows) const;

  size_t order_columns() const { return order_columns_; }
  int columns() const { return schema_.size(); }
  // Bytes of all chunks.
  int64_t memory_bytes() const;

 private:
  static constexpr int kChunkBits = 12;
  static constexpr int64_t kChunkRows = int64_t{1} << kChunkBits;

  struct Column;  // one column of one chunk
  struct Chunk {
    Chunk();
    ~Chunk();

    std::vector<Column> columns;  // the schema's, then the order columns
    std::unique_ptr<uint8_t[]> matched;
    int64_t rows = 0;
    int64_t retained = 0;
  };

  JoinRowStore(types::Schema schema, size_t order_columns, arrow::MemoryPool* pool);
  Chunk& ChunkOf(int64_t row) const {
    return *chunks_[static_cast<size_t>((row >> kChunkBits) - first_chunk_)];
  }
  Result<std::unique_ptr<Chunk>> NewChunk() const;
  Status AppendTo(Chunk& chunk, const stream::Batch& batch, int64_t offset, int64_t rows);
  template <int kWidth>
  Status GatherFixed(size_t column, std::span<const int64_t> rows, uint8_t* values,
                     uint8_t* validity, int64_t* null_count) const;
  Result<std::shared_ptr<arrow::Array>> GatherText(size_t column,
                                                   std::span<const int64_t> rows) const;
  Result<std::shared_ptr<arrow::Array>> GatherBits(size_t column,
                                                   std::span<const int64_t> rows) const;

  types::Schema schema_;
  size_t order_columns_;
  arrow::MemoryPool* pool_;
  std::vector<std::shared_ptr<arrow::DataType>> arrow_types_;
  std::vector<int> widths_;  // bytes of a value; 0: text; -1: NULL type
  std::vector<std::unique_ptr<Chunk>> chunks_;
  int64_t first_chunk_ = 0;
  int64_t next_row_ = 0;
};

}  // namespace floe::runtime
