#include "iceberg/row_key.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_decimal.h>
#include <arrow/array/array_primitive.h>
#include <arrow/util/bit_util.h>

#include <cstring>

#include "base/assert.h"

namespace floe::iceberg {

Status RowKeyEncoder::Bind(const arrow::RecordBatch& rows) {
  held_.clear();
  bound_.clear();
  for (int index : columns_) {
    held_.push_back(rows.column(index));
    const arrow::Array& array = *held_.back();
    const arrow::DataType& type = *array.type();
    Column column;
    column.array = &array;
    const auto& buffers = array.data()->buffers;
    if (type.id() == arrow::Type::STRING || type.id() == arrow::Type::BINARY) {
      column.offsets = array.data()->GetValues<int32_t>(1);
      column.values = buffers[2] ? buffers[2]->data() : nullptr;
    } else if (type.id() == arrow::Type::BOOL) {
      column.width = -1;
      column.values = buffers[1]->data();
    } else if (arrow::is_fixed_width(type) && !arrow::is_nested(type.id())) {
      column.width = type.bit_width() / 8;
      column.values = buffers[1]->data() + array.offset() * column.width;
    } else {
      return Status(ErrorCode::kNotImplemented,
                    "a column of type " + type.ToString() + " can't be part of a key");
    }
    bound_.push_back(column);
  }
  return Status::Ok();
}

void RowKeyEncoder::AppendValue(const Column& column, int64_t row) {
  if (nullable_) {
    bool is_null = column.array->IsNull(row);
    scratch_.push_back(is_null ? '\0' : '\1');
    if (is_null) return;
  }
  if (column.width > 0) {
    auto width = static_cast<size_t>(column.width);
    scratch_.append(reinterpret_cast<const char*>(column.values + row * column.width), width);
  } else if (column.width < 0) {
    bool bit = arrow::bit_util::GetBit(column.values, column.array->offset() + row);
    scratch_.push_back(bit ? '\1' : '\0');
  } else {
    int32_t begin = column.offsets[row];
    int32_t length = column.offsets[row + 1] - begin;
    char prefix[sizeof(length)];
    std::memcpy(prefix, &length, sizeof(length));
    scratch_.append(prefix, sizeof(prefix));
    if (length > 0) {
      scratch_.append(reinterpret_cast<const char*>(column.values + begin),
                      static_cast<size_t>(length));
    }
  }
}

std::string_view RowKeyEncoder::Key(int64_t row) {
  if (bound_.size() == 1 && !nullable_ && bound_[0].width >= 0) {
    const Column& column = bound_[0];
    if (column.width > 0) {
      return {reinterpret_cast<const char*>(column.values + row * column.width),
              static_cast<size_t>(column.width)};
    }
    int32_t begin = column.offsets[row];
    auto length = static_cast<size_t>(column.offsets[row + 1] - begin);
    if (length == 0) return {};
    return {reinterpret_cast<const char*>(column.values + begin), length};
  }
  scratch_.clear();
  for (const Column& column : bound_) AppendValue(column, row);
  return scratch_;
}

Literal LiteralAt(const arrow::Array& array, int64_t row, const Type& type) {
  if (array.IsNull(row)) return Literal::Null();
  switch (type.id()) {
    case TypeId::kBoolean:
      return Literal::Boolean(static_cast<const arrow::BooleanArray&>(array).Value(row));
    case TypeId::kInt:
    case TypeId::kDate:
      return Literal::Int(array.data()->GetValues<int32_t>(1)[row]);
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return Literal::Long(array.data()->GetValues<int64_t>(1)[row]);
    case TypeId::kFloat:
      return Literal::Float(array.data()->GetValues<float>(1)[row]);
    case TypeId::kDouble:
      return Literal::Double(array.data()->GetValues<double>(1)[row]);
    case TypeId::kDecimal: {
      Int128 value;
      std::memcpy(&value, static_cast<const arrow::Decimal128Array&>(array).GetValue(row),
                  sizeof(value));
      return Literal::Decimal(value);
    }
    case TypeId::kString:
    case TypeId::kBinary:
      return Literal::String(
          std::string(static_cast<const arrow::BinaryArray&>(array).GetView(row)));
    case TypeId::kUuid:
    case TypeId::kFixed:
      return Literal::String(
          std::string(static_cast<const arrow::FixedSizeBinaryArray&>(array).GetView(row)));
    default:
      break;
  }
  FLOE_ASSERT(false);
  return Literal::Null();
}

}  // namespace floe::iceberg
