#include "runtime/window_key_table.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/record_batch.h>
#include <arrow/util/decimal.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <utility>

#include "types/arrow_types.h"

namespace floe::runtime {

namespace {

using types::DataType;
using types::TypeKind;

// A key's bytes are those of its columns: a byte that is 1 for NULL, then the value, which for NULL
// is 0s. Fixed types take their width; texts their length (4 bytes) and bytes.
constexpr int kVariableWidth = -1;

// Bytes of a value; kVariableWidth for texts; 0 for what cannot be a key.
int WidthOf(const DataType& type) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
    case TypeKind::kTinyInt:
      return 1;
    case TypeKind::kSmallInt:
      return 2;
    case TypeKind::kInteger:
    case TypeKind::kFloat:
    case TypeKind::kDate:
    case TypeKind::kTime:
    case TypeKind::kIntervalYearMonth:
      return 4;
    case TypeKind::kBigInt:
    case TypeKind::kDouble:
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
    case TypeKind::kIntervalDayTime:
      return 8;
    case TypeKind::kDecimal:
      return 16;
    case TypeKind::kChar:
    case TypeKind::kVarchar:
    case TypeKind::kBinary:
    case TypeKind::kVarbinary:
      return kVariableWidth;
    default:
      return 0;
  }
}

// Writes a column's values at the rows' cursors, and moves these on.
class ColumnEncoder {
 public:
  ColumnEncoder(const arrow::Array& column, const DataType& type)
      : column_(column), type_(type), width_(WidthOf(type)) {
    if (width_ > 0 && type.kind() != TypeKind::kBoolean) {
      values_ = column.data()->buffers[1]->data() + column.offset() * width_;
    }
  }

  size_t SizeOf(int32_t row) const {
    if (width_ != kVariableWidth) return 1 + static_cast<size_t>(width_);
    return 1 + sizeof(uint32_t) + (column_.IsNull(row) ? 0 : Text(row).size());
  }

  void Write(int32_t row, char* at) const {
    const bool is_null = column_.IsNull(row);
    *at++ = is_null ? 1 : 0;
    if (width_ == kVariableWidth) {
      const std::string_view text = is_null ? std::string_view() : Text(row);
      const uint32_t size = static_cast<uint32_t>(text.size());
      std::memcpy(at, &size, sizeof(size));
      if (size > 0) std::memcpy(at + sizeof(size), text.data(), size);
    } else if (is_null) {
      std::memset(at, 0, static_cast<size_t>(width_));
    } else {
      WriteFixed(row, at);
    }
  }

 private:
  std::string_view Text(int32_t row) const {
    return static_cast<const arrow::BinaryArray&>(column_).GetView(row);
  }

  void WriteFixed(int32_t row, char* at) const {
    if (type_.kind() == TypeKind::kBoolean) {
      *at = static_cast<const arrow::BooleanArray&>(column_).Value(row) ? 1 : 0;
      return;
    }
    std::memcpy(at, values_ + static_cast<int64_t>(row) * width_, static_cast<size_t>(width_));
    if (type_.kind() == TypeKind::kDouble) {
      WriteCanonical<double, uint64_t>(0x7ff8000000000000ULL, at);
    } else if (type_.kind() == TypeKind::kFloat) {
      WriteCanonical<float, uint32_t>(0x7fc00000U, at);
    }
  }

  template <typename Value, typename Bits>
  static void WriteCanonical(Bits nan, char* at) {
    Value value;
    std::memcpy(&value, at, sizeof(value));
    if (std::isnan(value)) std::memcpy(at, &nan, sizeof(nan));
  }

  const arrow::Array& column_;
  const DataType& type_;
  const int width_;
  const uint8_t* values_ = nullptr;
};

Status BuilderStatus(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "keys of a window: " + status.message());
}

template <typename ArrowType>
arrow::Status AppendNumber(const char* value, arrow::ArrayBuilder& builder) {
  typename ArrowType::c_type typed;
  std::memcpy(&typed, value, sizeof(typed));
  return static_cast<arrow::NumericBuilder<ArrowType>&>(builder).Append(typed);
}

arrow::Status AppendFixed(const DataType& type, const char* value, arrow::ArrayBuilder& builder) {
  switch (type.kind()) {
    case TypeKind::kBoolean:
      return static_cast<arrow::BooleanBuilder&>(builder).Append(*value != 0);
    case TypeKind::kTinyInt:
      return AppendNumber<arrow::Int8Type>(value, builder);
    case TypeKind::kSmallInt:
      return AppendNumber<arrow::Int16Type>(value, builder);
    case TypeKind::kInteger:
    case TypeKind::kIntervalYearMonth:
      return AppendNumber<arrow::Int32Type>(value, builder);
    case TypeKind::kFloat:
      return AppendNumber<arrow::FloatType>(value, builder);
    case TypeKind::kDate:
      return AppendNumber<arrow::Date32Type>(value, builder);
    case TypeKind::kTime:
      return AppendNumber<arrow::Time32Type>(value, builder);
    case TypeKind::kBigInt:
      return AppendNumber<arrow::Int64Type>(value, builder);
    case TypeKind::kDouble:
      return AppendNumber<arrow::DoubleType>(value, builder);
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return AppendNumber<arrow::TimestampType>(value, builder);
    case TypeKind::kIntervalDayTime:
      return AppendNumber<arrow::DurationType>(value, builder);
    case TypeKind::kDecimal:
      return static_cast<arrow::Decimal128Builder&>(builder).Append(std::string_view(value, 16));
    default:
      return arrow::Status::NotImplemented(type.ToString());
  }
}

// Appends the value at `at`, and gives where the next one starts.
arrow::Result<const char*> AppendValue(const DataType& type, const char* at,
                                       arrow::ArrayBuilder& builder) {
  const bool is_null = *at++ != 0;
  const int width = WidthOf(type);
  uint32_t size = static_cast<uint32_t>(width);
  if (width == kVariableWidth) {
    std::memcpy(&size, at, sizeof(size));
    at += sizeof(size);
  }
  if (is_null) {
    ARROW_RETURN_NOT_OK(builder.AppendNull());
  } else if (width == kVariableWidth) {
    ARROW_RETURN_NOT_OK(
        static_cast<arrow::BinaryBuilder&>(builder).Append(std::string_view(at, size)));
  } else {
    ARROW_RETURN_NOT_OK(AppendFixed(type, at, builder));
  }
  return at + size;
}

}  // namespace

Result<WindowKeyTable> WindowKeyTable::Make(const types::Schema& schema, std::vector<int> columns) {
  WindowKeyTable table;
  for (const int column : columns) {
    const types::Field& field = schema.field(column);
    if (WidthOf(field.type) == 0) {
      return Error(ErrorCode::kNotImplemented, "group key '" + field.name + "' of type " +
                                                   field.type.ToString() + " is not supported");
    }
    table.types_.push_back(field.type);
  }
  table.columns_ = std::move(columns);
  table.is_text_ = table.types_.size() == 1 && WidthOf(table.types_[0]) == kVariableWidth;
  if (table.is_text_) FLOE_ASSERT(table.ids_.Reserve() == kNullText);
  return table;
}

void WindowKeyTable::Intern(const arrow::RecordBatch& batch, std::span<const int32_t> rows,
                            std::span<KeyId> ids) {
  if (columns_.empty()) {
    std::fill(ids.begin(), ids.end(), KeyId{0});
    return;
  }
  if (is_text_) {
    InternTexts(*batch.column(columns_[0]), rows, ids);
    return;
  }
  Encode(batch, rows);
  size_t begin = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    ids[i] = ids_.Intern(std::string_view(encoded_).substr(begin, ends_[i] - begin));
    begin = ends_[i];
  }
}

void WindowKeyTable::InternTexts(const arrow::Array& column, std::span<const int32_t> rows,
                                 std::span<KeyId> ids) {
  const auto& texts = static_cast<const arrow::BinaryArray&>(column);
  const bool has_nulls = texts.null_count() > 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const bool is_null = has_nulls && texts.IsNull(rows[i]);
    ids[i] = is_null ? kNullText : ids_.Intern(texts.GetView(rows[i]));
  }
}

void WindowKeyTable::Encode(const arrow::RecordBatch& batch, std::span<const int32_t> rows) {
  std::vector<std::shared_ptr<arrow::Array>> arrays;
  std::vector<ColumnEncoder> encoders;
  arrays.reserve(columns_.size());
  encoders.reserve(columns_.size());
  for (size_t c = 0; c < columns_.size(); ++c) {
    arrays.push_back(batch.column(columns_[c]));
    encoders.emplace_back(*arrays.back(), types_[c]);
  }
  ends_.assign(rows.size(), 0);
  for (const ColumnEncoder& encoder : encoders) {
    for (size_t i = 0; i < rows.size(); ++i) ends_[i] += encoder.SizeOf(rows[i]);
  }
  // While values are written, ends_[i] is where the next one of row i goes.
  size_t size = 0;
  for (size_t& end : ends_) size += std::exchange(end, size);
  encoded_.resize(size);
  for (const ColumnEncoder& encoder : encoders) {
    for (size_t i = 0; i < rows.size(); ++i) {
      encoder.Write(rows[i], encoded_.data() + ends_[i]);
      ends_[i] += encoder.SizeOf(rows[i]);
    }
  }
}

void WindowKeyTable::AddReference(KeyId key) {
  if (!columns_.empty()) ids_.AddReference(key);
}

void WindowKeyTable::Release(KeyId key) {
  if (!columns_.empty()) ids_.Release(key);
}

Status WindowKeyTable::Append(
    std::span<const KeyId> keys,
    std::span<const std::unique_ptr<arrow::ArrayBuilder>> builders) const {
  if (columns_.empty()) return Status::Ok();
  for (const auto& builder : builders) {
    FLOE_TRY(BuilderStatus(builder->Reserve(static_cast<int64_t>(keys.size()))));
  }
  for (const KeyId key : keys) {
    if (is_text_) {
      auto& texts = static_cast<arrow::BinaryBuilder&>(*builders[0]);
      FLOE_TRY(
          BuilderStatus(key == kNullText ? texts.AppendNull() : texts.Append(ids_.value(key))));
      continue;
    }
    const char* at = ids_.value(key).data();
    for (size_t c = 0; c < types_.size(); ++c) {
      arrow::Result<const char*> next = AppendValue(types_[c], at, *builders[c]);
      FLOE_TRY(BuilderStatus(next.status()));
      at = *next;
    }
  }
  return Status::Ok();
}

void WindowKeyTable::Save(KeyId key, std::string& bytes) const {
  if (columns_.empty()) return;
  if (is_text_) functions::AppendFixed<uint8_t>(key == kNullText ? 1 : 0, bytes);
  functions::AppendBytes(ids_.value(key), bytes);
}

KeyId WindowKeyTable::Load(functions::ByteReader& reader) {
  if (columns_.empty()) return 0;
  const bool is_null_text = is_text_ && reader.ReadFixed<uint8_t>() != 0;
  const std::string_view bytes = reader.ReadBytes();
  return is_null_text ? kNullText : ids_.Intern(bytes);
}

}  // namespace floe::runtime
