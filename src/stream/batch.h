// The unit of data between operators: columns, and for each row its place in the job's one
// sequence. docs/design/order-and-time.md explains the rules. The adapter header of stream/ for
// Arrow.
#pragma once

#include <arrow/array/array_primitive.h>
#include <arrow/record_batch.h>

#include <cstdint>
#include <memory>
#include <vector>

#include "base/strong_id.h"

namespace floe::stream {

// How many sequence numbers a record of a source owns: a record that is a JSON array gives up to
// this many rows, each with a sequence of its own.
inline constexpr int64_t kSequencesPerRecord = int64_t{1} << 20;

// The order key of each row, column by column, compared lexicographically.
//   columns[0]  the cause: sequence of the input event that made the row appear here
//   columns[1…] tie-breakers that operators append where one event makes several rows: they make
//               the key unique within a stream and the same at any parallelism
// All columns have the batch's length and no nulls. Each stream has a fixed number of them.
using OrderColumns = std::vector<std::shared_ptr<arrow::Int64Array>>;

// Immutable once it was emitted; copying shares the columns.
struct Batch {
  std::shared_ptr<arrow::RecordBatch> rows;
  // types::RowKind of each row; null when all are +I.
  std::shared_ptr<arrow::Int8Array> row_kinds;
  OrderColumns order;

  int64_t size() const { return rows->num_rows(); }
  // REQUIRES: order has a column.
  const int64_t* causes() const { return order[0]->raw_values(); }
  // Rows [offset, offset + length), sharing the columns.
  Batch Slice(int64_t offset, int64_t length) const;
};

// Compares order keys of row `i` of `a` and row `j` of `b`: negative, 0 or positive. A missing
// tie-breaker counts as 0.
int CompareOrder(const Batch& a, int64_t i, const Batch& b, int64_t j);

}  // namespace floe::stream
