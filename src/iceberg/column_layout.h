// Brings batches into the layout of a table's Parquet files, and picks rows out of batches.
#pragma once

#include <arrow/memory_pool.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "base/result.h"

namespace floe::iceberg {

// `rows` with the types of `target`, column by column: small integers are widened, timestamps and
// times brought to microseconds (TIME keeps milliseconds in a batch), BINARY(n) to fixed length.
// Columns that fit are shared. kInvalidData, naming the column, for a null where the target has
// none, for a timestamp that microseconds can't hold, for a binary of the wrong length;
// kSchemaMismatch for columns that are not the target's.
Result<std::shared_ptr<arrow::RecordBatch>> ToTableLayout(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& target,
    arrow::MemoryPool* pool);

// A row of one of several batches.
struct RowReference {
  uint32_t batch = 0;
  uint32_t row = 0;
};

// Copies the named columns of the rows, in this order, into a new batch of `schema`, whose fields
// are those columns. All batches have one layout. Columns of fixed width, strings and binaries;
// kNotImplemented for nested ones. REQUIRES: the references are valid; fewer than 2^31 rows.
Result<std::shared_ptr<arrow::RecordBatch>> GatherRows(
    const std::vector<const arrow::RecordBatch*>& batches, std::span<const RowReference> rows,
    std::span<const int> columns, const std::shared_ptr<arrow::Schema>& schema,
    arrow::MemoryPool* pool);

// Bytes of the values in a batch's columns, those outside of its slice left out.
int64_t ValueBytes(const arrow::RecordBatch& rows);

}  // namespace floe::iceberg
