#include "runtime/join_row_store.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/memory_pool.h>
#include <arrow/type_traits.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "types/arrow_types.h"

namespace floe::runtime {
namespace {

constexpr int kTextWidth = 0;
constexpr int kNullWidth = -1;
constexpr int kNestedWidth = -2;

int WidthOf(const arrow::DataType& type) {
  const arrow::Type::type id = type.id();
  if (id == arrow::Type::NA) return kNullWidth;
  if (id == arrow::Type::STRING || id == arrow::Type::BINARY) return kTextWidth;
  if (id == arrow::Type::BOOL) return 1;
  if (arrow::is_primitive(id) || id == arrow::Type::DECIMAL128) return type.byte_width();
  return kNestedWidth;
}

Status FromArrow(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "rows of a join: " + status.message());
}

Result<std::shared_ptr<arrow::ResizableBuffer>> Allocate(int64_t bytes, arrow::MemoryPool* pool) {
  auto buffer = arrow::AllocateResizableBuffer(bytes, pool);
  FLOE_TRY(FromArrow(buffer.status()));
  return std::shared_ptr<arrow::ResizableBuffer>(std::move(buffer).ValueUnsafe());
}

// A bitmap of bytes that are 0 or 1.
Result<std::shared_ptr<arrow::Buffer>> PackBits(const uint8_t* bytes, size_t count,
                                                arrow::MemoryPool* pool) {
  const auto length = static_cast<int64_t>(count);
  FLOE_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> bits,
              Allocate(arrow::bit_util::BytesForBits(length), pool));
  uint8_t* out = bits->mutable_data();
  std::memset(out, 0, static_cast<size_t>(bits->size()));
  for (size_t i = 0; i < count; ++i) {
    out[i / 8] = static_cast<uint8_t>(out[i / 8] | (bytes[i] << (i % 8)));
  }
  return std::shared_ptr<arrow::Buffer>(std::move(bits));
}

}  // namespace

struct JoinRowStore::Column {
  std::shared_ptr<arrow::ResizableBuffer> values;  // of text: where each ends, 4 bytes
  std::shared_ptr<arrow::ResizableBuffer> text;
  size_t text_bytes = 0;
  std::unique_ptr<uint8_t[]> valid;  // a byte per row; null while there was no NULL

  uint32_t* ends() const { return reinterpret_cast<uint32_t*>(values->mutable_data()); }
  std::string_view TextAt(int64_t row) const {
    const uint32_t begin = row == 0 ? 0 : ends()[row - 1];
    return {reinterpret_cast<const char*>(text->data()) + begin, ends()[row] - begin};
  }
  void CopyValidity(const arrow::Array& array, int64_t offset, int64_t at, int64_t rows);
  void CopyFixed(const arrow::Array& array, int width, int64_t offset, int64_t at, int64_t rows);
  Status CopyText(const arrow::BinaryArray& array, int64_t offset, int64_t at, int64_t rows);
};

JoinRowStore::Chunk::Chunk() = default;
JoinRowStore::Chunk::~Chunk() = default;
JoinRowStore::JoinRowStore(JoinRowStore&&) noexcept = default;
JoinRowStore& JoinRowStore::operator=(JoinRowStore&&) noexcept = default;
JoinRowStore::~JoinRowStore() = default;

void JoinRowStore::Column::CopyValidity(const arrow::Array& array, int64_t offset, int64_t at,
                                        int64_t rows) {
  const bool has_nulls = array.null_count() > 0;
  if (!has_nulls && !valid) return;
  if (!valid) {
    valid = std::make_unique<uint8_t[]>(static_cast<size_t>(kChunkRows));
    std::memset(valid.get(), 1, static_cast<size_t>(kChunkRows));
  }
  for (int64_t i = 0; i < rows; ++i) {
    valid[static_cast<size_t>(at + i)] = has_nulls && array.IsNull(offset + i) ? 0 : 1;
  }
}

void JoinRowStore::Column::CopyFixed(const arrow::Array& array, int width, int64_t offset,
                                     int64_t at, int64_t rows) {
  uint8_t* to = values->mutable_data() + at * width;
  if (array.type_id() == arrow::Type::BOOL) {
    const auto& flags = static_cast<const arrow::BooleanArray&>(array);
    for (int64_t i = 0; i < rows; ++i) to[i] = flags.Value(offset + i) ? 1 : 0;
    return;
  }
  const uint8_t* from = array.data()->buffers[1]->data() + (array.offset() + offset) * width;
  std::memcpy(to, from, static_cast<size_t>(rows * width));
}

Status JoinRowStore::Column::CopyText(const arrow::BinaryArray& array, int64_t offset, int64_t at,
                                      int64_t rows) {
  const int32_t first = array.value_offset(offset);
  const auto bytes = static_cast<size_t>(array.value_offset(offset + rows) - first);
  const size_t needed = text_bytes + bytes;
  if (needed > std::numeric_limits<uint32_t>::max()) {
    return Error(ErrorCode::kLimitExceeded, "texts of a join's rows exceed 4 GiB");
  }
  if (needed > static_cast<size_t>(text->size())) {
    const auto size = static_cast<int64_t>(std::max(needed, text_bytes + text_bytes / 2));
    FLOE_TRY(FromArrow(text->Resize(size, false)));
  }
  if (bytes > 0) {
    std::memcpy(text->mutable_data() + text_bytes, array.value_data()->data() + first, bytes);
  }
  const auto base = static_cast<int64_t>(text_bytes) - first;
  for (int64_t i = 0; i < rows; ++i) {
    ends()[at + i] = static_cast<uint32_t>(base + array.value_offset(offset + i + 1));
  }
  text_bytes = needed;
  return Status::Ok();
}

JoinRowStore::JoinRowStore(types::Schema schema, size_t order_columns, arrow::MemoryPool* pool)
    : schema_(std::move(schema)), order_columns_(order_columns), pool_(pool) {}

Result<JoinRowStore> JoinRowStore::Make(const types::Schema& schema, size_t order_columns,
                                        arrow::MemoryPool* pool) {
  JoinRowStore store(schema, order_columns, pool);
  for (const types::Field& field : schema.fields()) {
    store.arrow_types_.push_back(types::ToArrow(field.type));
    store.widths_.push_back(WidthOf(*store.arrow_types_.back()));
    if (store.widths_.back() == kNestedWidth) {
      return Error(ErrorCode::kNotImplemented, "a join can't keep column '" + field.name +
                                                   "' of type " + field.type.ToString() + " yet");
    }
  }
  for (size_t i = 0; i < order_columns; ++i) store.widths_.push_back(sizeof(int64_t));
  return store;
}

Result<std::unique_ptr<JoinRowStore::Chunk>> JoinRowStore::NewChunk() const {
  auto chunk = std::make_unique<Chunk>();
  chunk->matched = std::make_unique<uint8_t[]>(static_cast<size_t>(kChunkRows));
  chunk->columns.resize(widths_.size());
  for (size_t i = 0; i < widths_.size(); ++i) {
    if (widths_[i] == kNullWidth) continue;
    const int64_t width = widths_[i] == kTextWidth ? int64_t{sizeof(uint32_t)} : widths_[i];
    FLOE_ASSIGN(chunk->columns[i].values, Allocate(kChunkRows * width, pool_));
    if (widths_[i] == kTextWidth) {
      FLOE_ASSIGN(chunk->columns[i].text, Allocate(0, pool_));
    }
  }
  return chunk;
}

Status JoinRowStore::AppendTo(Chunk& chunk, const stream::Batch& batch, int64_t offset,
                              int64_t rows) {
  for (size_t i = 0; i < widths_.size(); ++i) {
    Column& column = chunk.columns[i];
    const size_t data_columns = arrow_types_.size();
    if (i >= data_columns) {
      column.CopyFixed(*batch.order[i - data_columns], sizeof(int64_t), offset, chunk.rows, rows);
      continue;
    }
    if (widths_[i] == kNullWidth) continue;
    const arrow::Array& array = *batch.rows->column(static_cast<int>(i));
    column.CopyValidity(array, offset, chunk.rows, rows);
    if (widths_[i] == kTextWidth) {
      FLOE_TRY(
          column.CopyText(static_cast<const arrow::BinaryArray&>(array), offset, chunk.rows, rows));
    } else {
      column.CopyFixed(array, widths_[i], offset, chunk.rows, rows);
    }
  }
  chunk.rows += rows;
  return Status::Ok();
}

Result<int64_t> JoinRowStore::Append(const stream::Batch& batch) {
  const int64_t first = next_row_;
  for (int64_t offset = 0; offset < batch.size();) {
    if (chunks_.empty() || chunks_.back()->rows == kChunkRows) {
      if (chunks_.empty()) first_chunk_ = next_row_ >> kChunkBits;
      FLOE_ASSIGN(std::unique_ptr<Chunk> chunk, NewChunk());
      chunks_.push_back(std::move(chunk));
    }
    Chunk& chunk = *chunks_.back();
    const int64_t rows = std::min(batch.size() - offset, kChunkRows - chunk.rows);
    FLOE_TRY(AppendTo(chunk, batch, offset, rows));
    offset += rows;
    next_row_ += rows;
  }
  return first;
}

void JoinRowStore::Reclaim() {
  // The last chunk stays while it has room, so that numbers and chunks stay aligned.
  const size_t closed =
      chunks_.empty() || chunks_.back()->rows == kChunkRows ? chunks_.size() : chunks_.size() - 1;
  for (size_t i = 0; i < closed; ++i) {
    if (chunks_[i] && chunks_[i]->retained == 0) chunks_[i].reset();
  }
  size_t front = 0;
  while (front < chunks_.size() && !chunks_[front]) ++front;
  if (front == chunks_.size() || front >= 64) {
    chunks_.erase(chunks_.begin(), chunks_.begin() + static_cast<std::ptrdiff_t>(front));
    first_chunk_ += static_cast<int64_t>(front);
  }
}

template <int kWidth>
Status JoinRowStore::GatherFixed(size_t column, std::span<const int64_t> rows, uint8_t* values,
                                 uint8_t* validity, int64_t* null_count) const {
  int64_t current = -1;
  const uint8_t* from = nullptr;
  const uint8_t* valid = nullptr;
  int64_t nulls = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const int64_t row = rows[i];
    if (row == kNoRow) {
      std::memset(values + i * kWidth, 0, kWidth);
      validity[i] = 0;
      ++nulls;
      continue;
    }
    if ((row >> kChunkBits) != current) {
      current = row >> kChunkBits;
      const Column& of_chunk = ChunkOf(row).columns[column];
      from = of_chunk.values->data();
      valid = of_chunk.valid.get();
    }
    const auto at = static_cast<size_t>(row & (kChunkRows - 1));
    std::memcpy(values + i * kWidth, from + at * kWidth, kWidth);
    if (valid != nullptr && valid[at] == 0) {
      validity[i] = 0;
      ++nulls;
    }
  }
  *null_count = nulls;
  return Status::Ok();
}

Result<std::shared_ptr<arrow::Array>> JoinRowStore::GatherText(
    size_t column, std::span<const int64_t> rows) const {
  const auto length = static_cast<int64_t>(rows.size());
  std::vector<uint8_t> validity(rows.size(), 1);
  FLOE_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> offsets,
              Allocate((length + 1) * int64_t{sizeof(int32_t)}, pool_));
  auto* ends = reinterpret_cast<int32_t*>(offsets->mutable_data());
  std::vector<std::string_view> texts(rows.size());
  int64_t total = 0;
  int64_t nulls = 0;
  int64_t chunk = -1;
  const Column* of_chunk = nullptr;
  for (size_t i = 0; i < rows.size(); ++i) {
    ends[i] = static_cast<int32_t>(total);
    const int64_t row = rows[i];
    // Rows that are joined together lie together: the chunk is mostly that of the row before.
    if (row != kNoRow && (row >> kChunkBits) != chunk) {
      chunk = row >> kChunkBits;
      of_chunk = &ChunkOf(row).columns[column];
    }
    const int64_t at = row & (kChunkRows - 1);
    if (row == kNoRow || (of_chunk->valid && of_chunk->valid[static_cast<size_t>(at)] == 0)) {
      validity[i] = 0;
      ++nulls;
      continue;
    }
    texts[i] = of_chunk->TextAt(at);
    total += static_cast<int64_t>(texts[i].size());
    if (total > std::numeric_limits<int32_t>::max()) {
      return Error(ErrorCode::kLimitExceeded, "the texts of one batch exceed 2147483647 bytes");
    }
  }
  ends[rows.size()] = static_cast<int32_t>(total);
  FLOE_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> bytes, Allocate(total, pool_));
  uint8_t* to = bytes->mutable_data();
  for (const std::string_view text : texts) {
    if (!text.empty()) std::memcpy(to, text.data(), text.size());
    to += text.size();
  }
  std::shared_ptr<arrow::Buffer> bitmap;
  if (nulls > 0) {
    FLOE_ASSIGN(bitmap, PackBits(validity.data(), validity.size(), pool_));
  }
  return arrow::MakeArray(
      arrow::ArrayData::Make(arrow_types_[column], length, {bitmap, offsets, bytes}, nulls));
}

Result<std::shared_ptr<arrow::Array>> JoinRowStore::GatherBits(
    size_t column, std::span<const int64_t> rows) const {
  std::vector<uint8_t> values(rows.size());
  std::vector<uint8_t> validity(rows.size(), 1);
  int64_t nulls = 0;
  FLOE_TRY(GatherFixed<1>(column, rows, values.data(), validity.data(), &nulls));
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> bits, PackBits(values.data(), values.size(), pool_));
  std::shared_ptr<arrow::Buffer> bitmap;
  if (nulls > 0) {
    FLOE_ASSIGN(bitmap, PackBits(validity.data(), validity.size(), pool_));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(
      arrow_types_[column], static_cast<int64_t>(rows.size()), {bitmap, bits}, nulls));
}

Result<std::shared_ptr<arrow::Array>> JoinRowStore::Gather(int column,
                                                           std::span<const int64_t> rows) const {
  const auto at = static_cast<size_t>(column);
  const auto length = static_cast<int64_t>(rows.size());
  if (widths_[at] == kNullWidth) {
    return std::shared_ptr<arrow::Array>(std::make_shared<arrow::NullArray>(length));
  }
  if (widths_[at] == kTextWidth) return GatherText(at, rows);
  if (arrow_types_[at]->id() == arrow::Type::BOOL) return GatherBits(at, rows);
  FLOE_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> values,
              Allocate(length * widths_[at], pool_));
  std::vector<uint8_t> validity(rows.size(), 1);
  int64_t nulls = 0;
  switch (widths_[at]) {
    case 1:
      FLOE_TRY(GatherFixed<1>(at, rows, values->mutable_data(), validity.data(), &nulls));
      break;
    case 2:
      FLOE_TRY(GatherFixed<2>(at, rows, values->mutable_data(), validity.data(), &nulls));
      break;
    case 4:
      FLOE_TRY(GatherFixed<4>(at, rows, values->mutable_data(), validity.data(), &nulls));
      break;
    case 8:
      FLOE_TRY(GatherFixed<8>(at, rows, values->mutable_data(), validity.data(), &nulls));
      break;
    default:
      FLOE_TRY(GatherFixed<16>(at, rows, values->mutable_data(), validity.data(), &nulls));
      break;
  }
  std::shared_ptr<arrow::Buffer> bitmap;
  if (nulls > 0) {
    FLOE_ASSIGN(bitmap, PackBits(validity.data(), validity.size(), pool_));
  }
  return arrow::MakeArray(
      arrow::ArrayData::Make(arrow_types_[at], length, {bitmap, values}, nulls));
}

Result<std::shared_ptr<arrow::Int64Array>> JoinRowStore::GatherOrder(
    size_t column, std::span<const int64_t> rows) const {
  const auto length = static_cast<int64_t>(rows.size());
  FLOE_ASSIGN(std::shared_ptr<arrow::ResizableBuffer> values,
              Allocate(length * int64_t{sizeof(int64_t)}, pool_));
  std::vector<uint8_t> validity(rows.size());
  int64_t nulls = 0;
  FLOE_TRY(GatherFixed<sizeof(int64_t)>(arrow_types_.size() + column, rows, values->mutable_data(),
                                        validity.data(), &nulls));
  return std::make_shared<arrow::Int64Array>(length, std::move(values));
}

int64_t JoinRowStore::memory_bytes() const {
  int64_t bytes = 0;
  for (const std::unique_ptr<Chunk>& chunk : chunks_) {
    if (!chunk) continue;
    bytes += kChunkRows;
    for (const Column& column : chunk->columns) {
      if (column.values) bytes += column.values->capacity();
      if (column.text) bytes += column.text->capacity();
      if (column.valid) bytes += kChunkRows;
    }
  }
  return bytes;
}

}  // namespace floe::runtime
