#include "runtime/not_null.h"

#include <utility>

#include "runtime/batch_rows.h"

namespace floe::runtime {
namespace {

// The first NOT NULL column that has a NULL, or -1.
int ColumnWithNull(const stream::Batch& batch, const types::Schema& schema) {
  for (int column = 0; column < schema.size(); ++column) {
    if (schema.field(column).type.nullable()) continue;
    if (batch.rows->column(column)->null_count() > 0) return column;
  }
  return -1;
}

std::vector<int32_t> RowsWithoutNull(const stream::Batch& batch, const types::Schema& schema) {
  std::vector<int32_t> rows;
  for (int64_t row = 0; row < batch.size(); ++row) {
    bool valid = true;
    for (int column = 0; column < schema.size() && valid; ++column) {
      valid = schema.field(column).type.nullable() || batch.rows->column(column)->IsValid(row);
    }
    if (valid) rows.push_back(static_cast<int32_t>(row));
  }
  return rows;
}

}  // namespace

Result<std::vector<stream::Batch>> EnforceNotNull(std::vector<stream::Batch> batches,
                                                  const types::Schema& schema,
                                                  NotNullEnforcement enforcement,
                                                  arrow::MemoryPool* pool, int64_t* dropped) {
  std::vector<stream::Batch> kept;
  for (stream::Batch& batch : batches) {
    const int column = ColumnWithNull(batch, schema);
    if (column < 0) {
      kept.push_back(std::move(batch));
      continue;
    }
    if (enforcement == NotNullEnforcement::kError) {
      return Error(ErrorCode::kInvalidData,
                   "column '" + schema.field(column).name +
                       "' is NOT NULL, and a NULL value is being written into it")
          .WithHint("'table.exec.sink.not-null-enforcer' = 'DROP' leaves such rows out");
    }
    const std::vector<int32_t> rows = RowsWithoutNull(batch, schema);
    *dropped += batch.size() - static_cast<int64_t>(rows.size());
    if (rows.empty()) continue;
    FLOE_ASSIGN(stream::Batch selected, SelectRows(batch, rows, pool));
    kept.push_back(std::move(selected));
  }
  return kept;
}

}  // namespace floe::runtime
