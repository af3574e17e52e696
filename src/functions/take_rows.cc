#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/compute/api_vector.h>
#include <arrow/compute/exec.h>
#include <arrow/record_batch.h>
#include <arrow/util/bit_util.h>

#include <cstring>
#include <limits>
#include <utility>

#include "functions/evaluator.h"
#include "functions/vector.h"

namespace floe::functions {
namespace {

Error ArrowError(const arrow::Status& status) {
  return Error(status.IsOutOfMemory() ? ErrorCode::kMemoryLimit : ErrorCode::kInternal,
               "taking rows of a batch: " + status.ToString());
}

// Bits `rows` of a bitmap that starts at `offset`.
Result<std::shared_ptr<arrow::Buffer>> TakeBits(const uint8_t* bits, int64_t offset,
                                                std::span<const int32_t> rows,
                                                arrow::MemoryPool* pool) {
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> buffer,
              AllocateBytes(pool, (static_cast<int64_t>(rows.size()) + 7) / 8));
  uint8_t* out = MutableBytes(*buffer);
  if (buffer->size() > 0) std::memset(out, 0, static_cast<size_t>(buffer->size()));
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool set = arrow::bit_util::GetBit(bits, offset + rows[i]);
    out[i / 8] = static_cast<uint8_t>(out[i / 8] | ((set ? 1 : 0) << (i % 8)));
  }
  return buffer;
}

template <typename T>
void TakeValues(const uint8_t* values, std::span<const int32_t> rows, uint8_t* out) {
  for (size_t i = 0; i < rows.size(); ++i) {
    std::memcpy(out + i * sizeof(T), values + static_cast<size_t>(rows[i]) * sizeof(T), sizeof(T));
  }
}

Status TakeFixedWidth(const arrow::ArrayData& data, int width, std::span<const int32_t> rows,
                      arrow::MemoryPool* pool, std::shared_ptr<arrow::Buffer>* out) {
  FLOE_ASSIGN(*out, AllocateBytes(pool, static_cast<int64_t>(rows.size()) * width));
  const uint8_t* values = data.buffers[1]->data() + data.offset * width;
  uint8_t* target = MutableBytes(**out);
  switch (width) {
    case 1:
      TakeValues<uint8_t>(values, rows, target);
      break;
    case 2:
      TakeValues<uint16_t>(values, rows, target);
      break;
    case 4:
      TakeValues<uint32_t>(values, rows, target);
      break;
    case 8:
      TakeValues<uint64_t>(values, rows, target);
      break;
    default:
      TakeValues<Int128>(values, rows, target);
      break;
  }
  return Status::Ok();
}

Status TakeStrings(const arrow::ArrayData& data, std::span<const int32_t> rows,
                   arrow::MemoryPool* pool, std::shared_ptr<arrow::Buffer>* out_offsets,
                   std::shared_ptr<arrow::Buffer>* out_bytes) {
  const auto* offsets = reinterpret_cast<const int32_t*>(data.buffers[1]->data()) + data.offset;
  const uint8_t* bytes = data.buffers[2] == nullptr ? nullptr : data.buffers[2]->data();
  FLOE_ASSIGN(*out_offsets,
              AllocateBytes(pool, static_cast<int64_t>((rows.size() + 1) * sizeof(int32_t))));
  auto* targets = reinterpret_cast<int32_t*>(MutableBytes(**out_offsets));
  int64_t total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    targets[i] = static_cast<int32_t>(total);
    total += offsets[rows[i] + 1] - offsets[rows[i]];
  }
  if (total > std::numeric_limits<int32_t>::max()) {
    return Error(ErrorCode::kLimitExceeded, "the strings of one batch exceed 2147483647 bytes");
  }
  targets[rows.size()] = static_cast<int32_t>(total);
  FLOE_ASSIGN(*out_bytes, AllocateBytes(pool, total));
  uint8_t* target = MutableBytes(**out_bytes);
  for (size_t i = 0; i < rows.size(); ++i) {
    const int32_t size = offsets[rows[i] + 1] - offsets[rows[i]];
    if (size > 0) {
      std::memcpy(target + targets[i], bytes + offsets[rows[i]], static_cast<size_t>(size));
    }
  }
  return Status::Ok();
}

Result<std::shared_ptr<arrow::Array>> TakeNested(const std::shared_ptr<arrow::Array>& array,
                                                 std::span<const int32_t> rows,
                                                 arrow::MemoryPool* pool) {
  arrow::compute::ExecContext context(pool);
  const arrow::Int32Array indices(static_cast<int64_t>(rows.size()),
                                  arrow::Buffer::Wrap(rows.data(), rows.size()));
  auto taken =
      arrow::compute::Take(*array, indices, arrow::compute::TakeOptions::NoBoundsCheck(), &context);
  if (!taken.ok()) return ArrowError(taken.status());
  return std::move(taken).ValueOrDie();
}

Result<std::shared_ptr<arrow::Array>> TakeArray(const std::shared_ptr<arrow::Array>& array,
                                                std::span<const int32_t> rows,
                                                arrow::MemoryPool* pool) {
  const arrow::ArrayData& data = *array->data();
  const arrow::Type::type id = array->type_id();
  const bool is_string = id == arrow::Type::STRING || id == arrow::Type::BINARY;
  const bool is_primitive = arrow::is_primitive(id) || id == arrow::Type::DECIMAL128;
  if (!is_string && !is_primitive) return TakeNested(array, rows, pool);
  std::vector<std::shared_ptr<arrow::Buffer>> buffers(is_string ? 3 : 2);
  if (array->null_count() > 0) {
    FLOE_ASSIGN(buffers[0], TakeBits(array->null_bitmap_data(), array->offset(), rows, pool));
  }
  if (is_string) {
    FLOE_TRY(TakeStrings(data, rows, pool, &buffers[1], &buffers[2]));
  } else if (id == arrow::Type::BOOL) {
    FLOE_ASSIGN(buffers[1], TakeBits(data.buffers[1]->data(), data.offset, rows, pool));
  } else {
    FLOE_TRY(TakeFixedWidth(data, array->type()->byte_width(), rows, pool, &buffers[1]));
  }
  const int64_t null_count = buffers[0] == nullptr ? 0 : arrow::kUnknownNullCount;
  return arrow::MakeArray(arrow::ArrayData::Make(array->type(), static_cast<int64_t>(rows.size()),
                                                 std::move(buffers), null_count));
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> TakeRows(
    const std::shared_ptr<arrow::RecordBatch>& batch, std::span<const int32_t> rows,
    arrow::MemoryPool* pool) {
  const auto count = static_cast<int64_t>(rows.size());
  bool contiguous = true;
  for (size_t i = 1; i < rows.size() && contiguous; ++i) contiguous = rows[i] == rows[i - 1] + 1;
  if (contiguous) {
    const int64_t first = rows.empty() ? 0 : rows[0];
    if (count == batch->num_rows()) return batch;
    return batch->Slice(first, count);
  }
  std::vector<std::shared_ptr<arrow::Array>> columns;
  columns.reserve(static_cast<size_t>(batch->num_columns()));
  for (const std::shared_ptr<arrow::Array>& column : batch->columns()) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Array> taken, TakeArray(column, rows, pool));
    columns.push_back(std::move(taken));
  }
  return arrow::RecordBatch::Make(batch->schema(), count, std::move(columns));
}

}  // namespace floe::functions
