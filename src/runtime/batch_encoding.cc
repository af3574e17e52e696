#include "runtime/batch_encoding.h"

#include <arrow/buffer.h>
#include <arrow/io/memory.h>
#include <arrow/ipc/dictionary.h>
#include <arrow/ipc/options.h>
#include <arrow/ipc/reader.h>
#include <arrow/ipc/writer.h>

#include <memory>
#include <utility>
#include <vector>

#include "types/arrow_types.h"

namespace floe::runtime {

namespace {

// The columns, then the order columns.
std::shared_ptr<arrow::Schema> MessageSchema(const arrow::Schema& rows, size_t order_columns) {
  std::vector<std::shared_ptr<arrow::Field>> fields = rows.fields();
  for (size_t i = 0; i < order_columns; ++i) {
    fields.push_back(arrow::field("order", arrow::int64(), false));
  }
  return arrow::schema(std::move(fields));
}

}  // namespace

Result<std::string> EncodeBatch(const stream::Batch& batch, arrow::MemoryPool* pool) {
  FLOE_ASSERT(batch.row_kinds == nullptr);
  std::vector<std::shared_ptr<arrow::Array>> columns = batch.rows->columns();
  columns.insert(columns.end(), batch.order.begin(), batch.order.end());
  const auto message = arrow::RecordBatch::Make(
      MessageSchema(*batch.rows->schema(), batch.order.size()), batch.size(), std::move(columns));
  arrow::ipc::IpcWriteOptions options = arrow::ipc::IpcWriteOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  const auto buffer = arrow::ipc::SerializeRecordBatch(*message, options);
  if (!buffer.ok()) {
    return Error(ErrorCode::kMemoryLimit, "rows for a checkpoint: " + buffer.status().message());
  }
  return (*buffer)->ToString();
}

Result<stream::Batch> DecodeBatch(std::string_view bytes, const types::Schema& schema,
                                  size_t order_columns, arrow::MemoryPool* pool) {
  const auto rows_schema = types::ToArrow(schema);
  arrow::io::BufferReader stream(arrow::Buffer::FromString(std::string(bytes)));
  arrow::ipc::IpcReadOptions options = arrow::ipc::IpcReadOptions::Defaults();
  options.memory_pool = pool;
  options.use_threads = false;
  arrow::ipc::DictionaryMemo no_dictionaries;
  auto message = arrow::ipc::ReadRecordBatch(MessageSchema(*rows_schema, order_columns),
                                             &no_dictionaries, options, &stream);
  arrow::Status status = message.status();
  if (status.ok()) status = (*message)->Validate();
  if (!status.ok()) {
    return Error(ErrorCode::kCorruption, "rows of a checkpoint: " + status.message());
  }
  std::vector<std::shared_ptr<arrow::Array>> columns = (*message)->columns();
  const size_t first_order = columns.size() - order_columns;
  stream::Batch batch;
  for (size_t i = first_order; i < columns.size(); ++i) {
    batch.order.push_back(std::static_pointer_cast<arrow::Int64Array>(columns[i]));
  }
  columns.resize(first_order);
  batch.rows = arrow::RecordBatch::Make(rows_schema, (*message)->num_rows(), std::move(columns));
  return batch;
}

}  // namespace floe::runtime
