#include "iceberg/column_layout.h"

#include <arrow/array.h>
#include <arrow/util/bit_util.h>
#include <arrow/util/bitmap_ops.h>

#include <cstring>
#include <limits>
#include <string>
#include <utility>

#include "iceberg/arrow_status.h"

namespace floe::iceberg {
namespace {

using ArrayPtr = std::shared_ptr<arrow::Array>;
using BufferPtr = std::shared_ptr<arrow::Buffer>;

// The validity bitmap of an array from its first row on; null when nothing is null.
Result<BufferPtr> Validity(const arrow::Array& array, arrow::MemoryPool* pool) {
  if (array.null_count() == 0) return BufferPtr();
  if (array.offset() % 8 == 0) {
    return arrow::SliceBuffer(array.data()->buffers[0], array.offset() / 8);
  }
  return FromArrow(
      arrow::internal::CopyBitmap(pool, array.null_bitmap_data(), array.offset(), array.length()));
}

// New values `convert(old)` under the same validity; false from `convert` ends it.
template <typename From, typename To, typename Convert>
Result<ArrayPtr> ConvertValues(const arrow::Array& array, std::shared_ptr<arrow::DataType> type,
                               const std::string& column, arrow::MemoryPool* pool,
                               Convert convert) {
  int64_t length = array.length();
  FLOE_ASSIGN(auto values,
              FromArrow(arrow::AllocateBuffer(length * static_cast<int64_t>(sizeof(To)), pool)));
  FLOE_ASSIGN(BufferPtr validity, Validity(array, pool));
  const From* from = array.data()->GetValues<From>(1);
  To* to = reinterpret_cast<To*>(values->mutable_data());
  bool fits = true;
  for (int64_t i = 0; i < length; ++i) fits &= convert(from[i], &to[i]);
  if (!fits) {
    // What stands under a null may be anything: only real values count.
    for (int64_t i = 0; i < length; ++i) {
      if (!convert(from[i], &to[i]) && array.IsValid(i)) {
        return Error(ErrorCode::kInvalidData,
                     "column '" + column + "' holds the timestamp " + std::to_string(from[i]) +
                         " (" + array.type()->ToString() + "), which microseconds can't hold");
      }
    }
  }
  std::vector<BufferPtr> buffers = {std::move(validity), BufferPtr(std::move(values))};
  return arrow::MakeArray(
      arrow::ArrayData::Make(std::move(type), length, std::move(buffers), array.null_count()));
}

template <typename From, typename To>
Result<ArrayPtr> Widen(const arrow::Array& array, std::shared_ptr<arrow::DataType> type,
                       const std::string& column, arrow::MemoryPool* pool) {
  return ConvertValues<From, To>(array, std::move(type), column, pool, [](From from, To* to) {
    *to = static_cast<To>(from);
    return true;
  });
}

template <typename From>
Result<ArrayPtr> MillisToMicros(const arrow::Array& array, std::shared_ptr<arrow::DataType> type,
                                const std::string& column, arrow::MemoryPool* pool) {
  return ConvertValues<From, int64_t>(
      array, std::move(type), column, pool, [](From from, int64_t* to) {
        return !__builtin_mul_overflow(static_cast<int64_t>(from), int64_t{1'000}, to);
      });
}

Result<ArrayPtr> ToFixedLength(const arrow::Array& array, std::shared_ptr<arrow::DataType> type,
                               const std::string& column, arrow::MemoryPool* pool) {
  const auto& source = static_cast<const arrow::BinaryArray&>(array);
  int width = static_cast<const arrow::FixedSizeBinaryType&>(*type).byte_width();
  FLOE_ASSIGN(auto values, FromArrow(arrow::AllocateBuffer(array.length() * width, pool)));
  FLOE_ASSIGN(BufferPtr validity, Validity(array, pool));
  uint8_t* to = values->mutable_data();
  for (int64_t i = 0; i < array.length(); ++i, to += width) {
    if (source.IsNull(i)) {
      std::memset(to, 0, static_cast<size_t>(width));
      continue;
    }
    std::string_view value = source.GetView(i);
    if (value.size() != static_cast<size_t>(width)) {
      return Error(ErrorCode::kInvalidData, "column '" + column + "' holds a value of " +
                                                std::to_string(value.size()) + " bytes, it has " +
                                                std::to_string(width));
    }
    std::memcpy(to, value.data(), value.size());
  }
  std::vector<BufferPtr> buffers = {std::move(validity), BufferPtr(std::move(values))};
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(type), array.length(),
                                                 std::move(buffers), array.null_count()));
}

bool SameTimeUnit(const arrow::DataType& a, const arrow::DataType& b) {
  return static_cast<const arrow::TimestampType&>(a).unit() ==
         static_cast<const arrow::TimestampType&>(b).unit();
}

Result<ArrayPtr> ConvertColumn(const ArrayPtr& array, const arrow::Field& target,
                               arrow::MemoryPool* pool) {
  const std::shared_ptr<arrow::DataType>& type = target.type();
  const std::string& column = target.name();
  arrow::Type::type from = array->type_id();
  arrow::Type::type to = type->id();
  if (from == arrow::Type::TIMESTAMP && to == arrow::Type::TIMESTAMP) {
    if (!SameTimeUnit(*array->type(), *type)) {
      auto unit = static_cast<const arrow::TimestampType&>(*array->type()).unit();
      if (unit == arrow::TimeUnit::MILLI) {
        return MillisToMicros<int64_t>(*array, type, column, pool);
      }
    } else {
      auto data = array->data()->Copy();  // "UTC" and no zone have one layout
      data->type = type;
      return arrow::MakeArray(std::move(data));
    }
  }
  if (array->type()->Equals(*type)) return array;
  if (to == arrow::Type::INT32) {
    if (from == arrow::Type::INT8) return Widen<int8_t, int32_t>(*array, type, column, pool);
    if (from == arrow::Type::INT16) return Widen<int16_t, int32_t>(*array, type, column, pool);
  }
  if (from == arrow::Type::TIME32 && to == arrow::Type::TIME64) {
    return MillisToMicros<int32_t>(*array, type, column, pool);
  }
  if (from == arrow::Type::BINARY && to == arrow::Type::FIXED_SIZE_BINARY) {
    return ToFixedLength(*array, type, column, pool);
  }
  return Error(ErrorCode::kSchemaMismatch, "column '" + column + "' arrives as " +
                                               array->type()->ToString() +
                                               ", the table's files keep " + type->ToString());
}

// Copies values of a fixed width out of several batches.
template <typename T>
void GatherFixed(const std::vector<const arrow::Array*>& arrays, std::span<const RowReference> rows,
                 uint8_t* out) {
  std::vector<const T*> values;
  for (const arrow::Array* array : arrays) values.push_back(array->data()->GetValues<T>(1));
  T* to = reinterpret_cast<T*>(out);
  for (size_t i = 0; i < rows.size(); ++i) to[i] = values[rows[i].batch][rows[i].row];
}

void GatherBytes(const std::vector<const arrow::Array*>& arrays, std::span<const RowReference> rows,
                 int width, uint8_t* out) {
  auto size = static_cast<size_t>(width);
  for (size_t i = 0; i < rows.size(); ++i) {
    const arrow::Array& array = *arrays[rows[i].batch];
    const uint8_t* values = array.data()->buffers[1]->data();
    auto at = static_cast<size_t>(array.offset()) + rows[i].row;
    std::memcpy(out + i * size, values + at * size, size);
  }
}

void GatherBits(const std::vector<const arrow::Array*>& arrays, std::span<const RowReference> rows,
                uint8_t* out) {
  std::memset(
      out, 0,
      static_cast<size_t>(arrow::bit_util::BytesForBits(static_cast<int64_t>(rows.size()))));
  for (size_t i = 0; i < rows.size(); ++i) {
    const arrow::Array& array = *arrays[rows[i].batch];
    if (arrow::bit_util::GetBit(array.data()->buffers[1]->data(), array.offset() + rows[i].row)) {
      arrow::bit_util::SetBit(out, static_cast<int64_t>(i));
    }
  }
}

struct Nulls {
  BufferPtr bitmap;
  int64_t count = 0;
};

Result<Nulls> GatherNulls(const std::vector<const arrow::Array*>& arrays,
                          std::span<const RowReference> rows, arrow::MemoryPool* pool) {
  Nulls nulls;
  bool any = false;
  for (const arrow::Array* array : arrays) any |= array->null_count() > 0;
  if (!any) return nulls;
  auto length = static_cast<int64_t>(rows.size());
  FLOE_ASSIGN(nulls.bitmap, FromArrow(arrow::AllocateEmptyBitmap(length, pool)));
  uint8_t* bits = nulls.bitmap->mutable_data();
  for (size_t i = 0; i < rows.size(); ++i) {
    if (arrays[rows[i].batch]->IsValid(rows[i].row)) {
      arrow::bit_util::SetBit(bits, static_cast<int64_t>(i));
    } else {
      ++nulls.count;
    }
  }
  if (nulls.count == 0) nulls.bitmap = nullptr;
  return nulls;
}

Result<ArrayPtr> GatherStrings(const std::vector<const arrow::Array*>& arrays,
                               std::span<const RowReference> rows,
                               const std::shared_ptr<arrow::DataType>& type,
                               arrow::MemoryPool* pool) {
  struct Source {
    const int32_t* offsets;
    const uint8_t* bytes;
  };
  std::vector<Source> sources;
  for (const arrow::Array* array : arrays) {
    const BufferPtr& bytes = array->data()->buffers[2];
    sources.push_back({array->data()->GetValues<int32_t>(1), bytes ? bytes->data() : nullptr});
  }
  FLOE_ASSIGN(Nulls nulls, GatherNulls(arrays, rows, pool));
  auto length = static_cast<int64_t>(rows.size());
  FLOE_ASSIGN(auto offsets, FromArrow(arrow::AllocateBuffer((length + 1) * 4, pool)));
  auto* to = reinterpret_cast<int32_t*>(offsets->mutable_data());
  int64_t total = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    to[i] = static_cast<int32_t>(total);
    const int32_t* from = sources[rows[i].batch].offsets + rows[i].row;
    total += from[1] - from[0];
    if (total > std::numeric_limits<int32_t>::max()) {
      return Error(ErrorCode::kLimitExceeded, "a column of one batch has more than 2 GiB of text");
    }
  }
  to[rows.size()] = static_cast<int32_t>(total);
  FLOE_ASSIGN(auto bytes, FromArrow(arrow::AllocateBuffer(total, pool)));
  uint8_t* out = bytes->mutable_data();
  for (size_t i = 0; i < rows.size(); ++i) {
    const Source& source = sources[rows[i].batch];
    auto size = static_cast<size_t>(to[i + 1] - to[i]);
    if (size > 0) std::memcpy(out + to[i], source.bytes + source.offsets[rows[i].row], size);
  }
  std::vector<BufferPtr> buffers = {nulls.bitmap, BufferPtr(std::move(offsets)),
                                    BufferPtr(std::move(bytes))};
  return arrow::MakeArray(arrow::ArrayData::Make(type, length, std::move(buffers), nulls.count));
}

Result<ArrayPtr> GatherColumn(const std::vector<const arrow::Array*>& arrays,
                              std::span<const RowReference> rows, const arrow::Field& field,
                              arrow::MemoryPool* pool) {
  const std::shared_ptr<arrow::DataType>& type = arrays[0]->type();
  if (type->id() == arrow::Type::STRING || type->id() == arrow::Type::BINARY) {
    return GatherStrings(arrays, rows, type, pool);
  }
  auto length = static_cast<int64_t>(rows.size());
  int bits = arrow::is_fixed_width(*type) && !arrow::is_nested(type->id()) ? type->bit_width() : 0;
  if (bits == 0 || type->id() == arrow::Type::DICTIONARY) {
    return Error(ErrorCode::kNotImplemented, "column '" + field.name() + "' of type " +
                                                 type->ToString() +
                                                 " can't be written to an upsert or partitioned "
                                                 "table yet");
  }
  FLOE_ASSIGN(Nulls nulls, GatherNulls(arrays, rows, pool));
  FLOE_ASSIGN(auto values,
              FromArrow(arrow::AllocateBuffer(arrow::bit_util::BytesForBits(length * bits), pool)));
  uint8_t* out = values->mutable_data();
  switch (bits) {
    case 1:
      GatherBits(arrays, rows, out);
      break;
    case 32:
      GatherFixed<uint32_t>(arrays, rows, out);
      break;
    case 64:
      GatherFixed<uint64_t>(arrays, rows, out);
      break;
    default:
      GatherBytes(arrays, rows, bits / 8, out);
  }
  std::vector<BufferPtr> buffers = {nulls.bitmap, BufferPtr(std::move(values))};
  return arrow::MakeArray(arrow::ArrayData::Make(type, length, std::move(buffers), nulls.count));
}

}  // namespace

Result<std::shared_ptr<arrow::RecordBatch>> ToTableLayout(
    const arrow::RecordBatch& rows, const std::shared_ptr<arrow::Schema>& target,
    arrow::MemoryPool* pool) {
  if (rows.num_columns() != target->num_fields()) {
    return Error(ErrorCode::kSchemaMismatch, "a batch of " + std::to_string(rows.num_columns()) +
                                                 " columns can't be written to a table of " +
                                                 std::to_string(target->num_fields()));
  }
  std::vector<ArrayPtr> columns;
  for (int i = 0; i < rows.num_columns(); ++i) {
    const arrow::Field& field = *target->field(i);
    if (!field.nullable() && rows.column(i)->null_count() > 0) {
      return Error(ErrorCode::kInvalidData,
                   "column '" + field.name() + "' is NOT NULL, but a row has no value for it");
    }
    FLOE_ASSIGN(ArrayPtr column, ConvertColumn(rows.column(i), field, pool));
    columns.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(target, rows.num_rows(), std::move(columns));
}

Result<std::shared_ptr<arrow::RecordBatch>> GatherRows(
    const std::vector<const arrow::RecordBatch*>& batches, std::span<const RowReference> rows,
    std::span<const int> columns, const std::shared_ptr<arrow::Schema>& schema,
    arrow::MemoryPool* pool) {
  std::vector<ArrayPtr> gathered;
  arrow::FieldVector fields;
  for (size_t c = 0; c < columns.size(); ++c) {
    std::vector<ArrayPtr> held;
    std::vector<const arrow::Array*> arrays;
    for (const arrow::RecordBatch* batch : batches) {
      held.push_back(batch->column(columns[c]));
      arrays.push_back(held.back().get());
    }
    const arrow::Field& field = *schema->field(static_cast<int>(c));
    FLOE_ASSIGN(ArrayPtr column, GatherColumn(arrays, rows, field, pool));
    fields.push_back(field.WithType(column->type()));
    gathered.push_back(std::move(column));
  }
  return arrow::RecordBatch::Make(arrow::schema(std::move(fields)),
                                  static_cast<int64_t>(rows.size()), std::move(gathered));
}

int64_t ValueBytes(const arrow::RecordBatch& rows) {
  int64_t bytes = 0;
  if (rows.num_rows() == 0) return bytes;
  for (const auto& column : rows.columns()) {
    const arrow::DataType& type = *column->type();
    if (type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY) {
      const int32_t* offsets = column->data()->GetValues<int32_t>(1);
      bytes += 4 * column->length() + offsets[column->length()] - offsets[0];
    } else if (arrow::is_fixed_width(type)) {
      bytes += arrow::bit_util::BytesForBits(column->length() * type.bit_width());
    } else {
      bytes += 16 * column->length();
    }
  }
  return bytes;
}

}  // namespace floe::iceberg
