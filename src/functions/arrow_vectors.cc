#include "functions/arrow_vectors.h"

#include <arrow/array.h>
#include <arrow/buffer.h>
#include <arrow/util/bit_util.h>

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "functions/kernel.h"
#include "types/arrow_types.h"

namespace floe::functions {
namespace {

// Bits [offset, offset + length) as bytes 0 or 1.
Result<std::shared_ptr<arrow::Buffer>> BitsToBytes(const uint8_t* bits, int64_t offset,
                                                   int64_t length, arrow::MemoryPool* pool) {
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> buffer, AllocateBytes(pool, length));
  uint8_t* out = MutableBytes(*buffer);
  int64_t row = 0;
  for (; row < length && (offset + row) % 8 != 0; ++row) {
    out[row] = arrow::bit_util::GetBit(bits, offset + row) ? 1 : 0;
  }
  for (; row + 8 <= length; row += 8) {
    const uint8_t byte = bits[(offset + row) / 8];
    for (int bit = 0; bit < 8; ++bit) out[row + bit] = (byte >> bit) & 1;
  }
  for (; row < length; ++row) {
    out[row] = arrow::bit_util::GetBit(bits, offset + row) ? 1 : 0;
  }
  return buffer;
}

// Bytes 0 or not, as bits.
Result<std::shared_ptr<arrow::Buffer>> BytesToBits(const uint8_t* bytes, int64_t length,
                                                   arrow::MemoryPool* pool) {
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> buffer, AllocateBytes(pool, (length + 7) / 8));
  uint8_t* out = MutableBytes(*buffer);
  int64_t row = 0;
  for (; row + 8 <= length; row += 8) {
    uint8_t byte = 0;
    for (int bit = 0; bit < 8; ++bit) {
      byte = static_cast<uint8_t>(byte | ((bytes[row + bit] != 0 ? 1 : 0) << bit));
    }
    out[row / 8] = byte;
  }
  if (row < length) {
    uint8_t byte = 0;
    for (int64_t i = row; i < length; ++i) {
      byte = static_cast<uint8_t>(byte | ((bytes[i] != 0 ? 1 : 0) << (i - row)));
    }
    out[row / 8] = byte;
  }
  return buffer;
}

Result<std::shared_ptr<arrow::Buffer>> ImportStrings(const arrow::Array& array,
                                                     arrow::MemoryPool* pool) {
  const auto& strings = static_cast<const arrow::BinaryArray&>(array);
  const int64_t length = array.length();
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> buffer,
              AllocateBytes(pool, length * static_cast<int64_t>(sizeof(std::string_view))));
  auto* out = reinterpret_cast<std::string_view*>(MutableBytes(*buffer));
  const int32_t* offsets = strings.raw_value_offsets();
  const char* data = strings.value_data() == nullptr
                         ? ""
                         : reinterpret_cast<const char*>(strings.value_data()->data());
  for (int64_t row = 0; row < length; ++row) {
    new (out + row)
        std::string_view(data + offsets[row], static_cast<size_t>(offsets[row + 1] - offsets[row]));
  }
  return buffer;
}

struct Validity {
  std::shared_ptr<arrow::Buffer> bits;  // null: no NULLs
  int64_t null_count = 0;
};

// NULLs of a vector of `length` rows (not constant), and of failed rows.
Result<Validity> ExportValidity(const uint8_t* validity, int64_t length, const RowErrors& errors,
                                arrow::MemoryPool* pool) {
  Validity out;
  if (validity == nullptr && errors.empty()) return out;
  std::shared_ptr<arrow::Buffer> patched;
  if (!errors.empty()) {
    FLOE_ASSIGN(patched, AllocateBytes(pool, length));
    uint8_t* bytes = MutableBytes(*patched);
    if (validity == nullptr) {
      std::memset(bytes, 1, static_cast<size_t>(length));
    } else {
      std::memcpy(bytes, validity, static_cast<size_t>(length));
    }
    for (const auto& [row, error] : errors.errors()) bytes[row] = 0;
    validity = bytes;
  }
  out.null_count = std::count(validity, validity + length, uint8_t{0});
  if (out.null_count == 0) return out;
  FLOE_ASSIGN(out.bits, BytesToBits(validity, length, pool));
  return out;
}

// A constant spread over `length` rows.
Result<Vector> Flatten(const Vector& vector, int64_t length, arrow::MemoryPool* pool) {
  if (!vector.constant) return vector;
  Vector flat = vector;
  flat.constant = false;
  const int64_t size = PhysicalSize(vector.physical);
  FLOE_ASSIGN(flat.buffer, AllocateBytes(pool, length * size));
  uint8_t* out = MutableBytes(*flat.buffer);
  for (int64_t row = 0; row < length; ++row) {
    std::memcpy(out + row * size, vector.values, static_cast<size_t>(size));
  }
  flat.values = out;
  if (vector.validity != nullptr) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> validity, AllocateBytes(pool, length));
    std::memset(MutableBytes(*validity), vector.validity[0], static_cast<size_t>(length));
    flat.validity = MutableBytes(*validity);
    flat.validity_owner = std::move(validity);
  }
  return flat;
}

Result<std::shared_ptr<arrow::Array>> ExportStrings(const Vector& vector,
                                                    std::shared_ptr<arrow::DataType> type,
                                                    int64_t length, Validity validity,
                                                    arrow::MemoryPool* pool) {
  const auto* views = vector.data<std::string_view>();
  const auto is_valid = [&](int64_t row) {
    return validity.bits == nullptr || arrow::bit_util::GetBit(validity.bits->data(), row);
  };
  int64_t total = 0;
  for (int64_t row = 0; row < length; ++row) {
    if (is_valid(row)) total += static_cast<int64_t>(views[row].size());
  }
  if (total > std::numeric_limits<int32_t>::max()) {
    return Error(ErrorCode::kLimitExceeded, "the strings of one batch of results take " +
                                                std::to_string(total) +
                                                " bytes; the most is 2147483647");
  }
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> offsets,
              AllocateBytes(pool, (length + 1) * static_cast<int64_t>(sizeof(int32_t))));
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> data, AllocateBytes(pool, total));
  auto* out_offsets = reinterpret_cast<int32_t*>(MutableBytes(*offsets));
  uint8_t* out_data = MutableBytes(*data);
  int32_t position = 0;
  for (int64_t row = 0; row < length; ++row) {
    out_offsets[row] = position;
    if (!is_valid(row) || views[row].empty()) continue;
    std::memcpy(out_data + position, views[row].data(), views[row].size());
    position += static_cast<int32_t>(views[row].size());
  }
  out_offsets[length] = position;
  return arrow::MakeArray(arrow::ArrayData::Make(
      std::move(type), length, {std::move(validity.bits), std::move(offsets), std::move(data)},
      validity.null_count));
}

// The input column itself, or, where rows failed, a copy with those rows NULL.
Result<std::shared_ptr<arrow::Array>> ExportColumn(const std::shared_ptr<arrow::Array>& array,
                                                   const RowErrors& errors,
                                                   arrow::MemoryPool* pool) {
  if (errors.empty() || array->type_id() == arrow::Type::NA) return array;
  std::shared_ptr<arrow::Buffer> bytes;
  const uint8_t* validity = nullptr;
  if (array->null_count() > 0) {
    FLOE_ASSIGN(bytes,
                BitsToBytes(array->null_bitmap_data(), array->offset(), array->length(), pool));
    validity = bytes->data();
  }
  FLOE_ASSIGN(Validity merged, ExportValidity(validity, array->length(), errors, pool));
  // The bitmap is read at the array's offset.
  const int64_t offset = array->offset();
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> bits,
              AllocateBytes(pool, (offset + array->length() + 7) / 8));
  std::memset(MutableBytes(*bits), 0, static_cast<size_t>(bits->size()));
  for (int64_t row = 0; row < array->length(); ++row) {
    const bool valid = merged.bits == nullptr || arrow::bit_util::GetBit(merged.bits->data(), row);
    arrow::bit_util::SetBitTo(MutableBytes(*bits), offset + row, valid);
  }
  auto data = array->data()->Copy();
  data->buffers[0] = std::move(bits);
  data->null_count = merged.null_count;
  return arrow::MakeArray(std::move(data));
}

}  // namespace

Result<Vector> ImportArray(std::shared_ptr<arrow::Array> array, const types::DataType& type,
                           arrow::MemoryPool* pool) {
  Vector vector;
  vector.physical = PhysicalOf(type.kind());
  vector.array = array;
  const int64_t length = array->length();
  if (array->type_id() == arrow::Type::NA) {
    Vector nulls = ConstantNullVector(vector.physical);
    nulls.array = std::move(array);
    return nulls;
  }
  if (array->null_count() > 0) {
    FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> bytes,
                BitsToBytes(array->null_bitmap_data(), array->offset(), length, pool));
    vector.validity = bytes->data();
    vector.validity_owner = std::move(bytes);
  }
  const arrow::ArrayData& data = *array->data();
  if (vector.physical == Physical::kNone) return vector;
  if (vector.physical == Physical::kString) {
    FLOE_ASSIGN(vector.buffer, ImportStrings(*array, pool));
    vector.values = vector.buffer->data();
  } else if (vector.physical == Physical::kBool) {
    FLOE_ASSIGN(vector.buffer, BitsToBytes(data.buffers[1]->data(), data.offset, length, pool));
    vector.values = vector.buffer->data();
  } else {
    const int64_t size = PhysicalSize(vector.physical);
    const uint8_t* values = data.buffers[1]->data() + data.offset * size;
    if (reinterpret_cast<uintptr_t>(values) % static_cast<uintptr_t>(size) != 0) {
      FLOE_ASSIGN(vector.buffer, AllocateBytes(pool, length * size));
      if (length > 0) {
        std::memcpy(MutableBytes(*vector.buffer), values, static_cast<size_t>(length * size));
      }
      values = vector.buffer->data();
    }
    vector.values = values;
  }
  return vector;
}

Result<std::shared_ptr<arrow::Array>> ExportVector(const Vector& vector,
                                                   const types::DataType& type, int64_t length,
                                                   const RowErrors& errors,
                                                   arrow::MemoryPool* pool) {
  if (vector.array != nullptr) return ExportColumn(vector.array, errors, pool);
  std::shared_ptr<arrow::DataType> arrow_type = types::ToArrow(type);
  if (vector.physical == Physical::kNone) {
    auto nulls = arrow::MakeArrayOfNull(arrow_type, length, pool);
    if (!nulls.ok()) return Error(ErrorCode::kMemoryLimit, nulls.status().message());
    return nulls.ValueOrDie();
  }
  FLOE_ASSIGN(Vector flat, Flatten(vector, length, pool));
  FLOE_ASSIGN(Validity validity, ExportValidity(flat.validity, length, errors, pool));
  if (flat.physical == Physical::kString) {
    return ExportStrings(flat, std::move(arrow_type), length, std::move(validity), pool);
  }
  std::shared_ptr<arrow::Buffer> values = flat.buffer;
  if (flat.physical == Physical::kBool) {
    FLOE_ASSIGN(values, BytesToBits(flat.data<uint8_t>(), length, pool));
  } else if (values == nullptr || values->data() != flat.values) {
    const int64_t bytes = length * PhysicalSize(flat.physical);
    FLOE_ASSIGN(values, AllocateBytes(pool, bytes));
    if (bytes > 0) std::memcpy(MutableBytes(*values), flat.values, static_cast<size_t>(bytes));
  }
  return arrow::MakeArray(arrow::ArrayData::Make(std::move(arrow_type), length,
                                                 {std::move(validity.bits), std::move(values)},
                                                 validity.null_count));
}

}  // namespace floe::functions
