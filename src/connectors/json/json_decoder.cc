#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_decimal.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/array/builder_time.h>
#include <arrow/record_batch.h>
#include <arrow/util/decimal.h>
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "connectors/json/json_format.h"
#include "connectors/json/json_scalar.h"
#include "connectors/json/json_text.h"
#include "types/arrow_types.h"

namespace floe::connectors {
namespace {

namespace ondemand = simdjson::ondemand;
using types::DataType;
using types::TypeKind;

// A value on its way from a record to its column: a record becomes a row only when all its fields
// were read.
struct Cell {
  bool present = false;  // the record has the field
  bool is_null = true;
  bool boolean = false;
  int64_t integer = 0;
  double real = 0;
  JsonInt128 decimal = 0;
  std::string_view text;  // valid until the next record
};

// One wanted field: how its values are read, and the column that they go into.
class FieldColumn {
 public:
  FieldColumn(const types::Field& field, const JsonFormatOptions& options, arrow::MemoryPool* pool)
      : name_(field.name), type_(field.type), options_(options) {
    std::unique_ptr<arrow::ArrayBuilder> builder;
    // Fails for types without a builder only; those were refused before.
    (void)arrow::MakeBuilder(pool, types::ToArrow(type_), &builder);
    builder_ = std::move(builder);
  }

  const std::string& name() const { return name_; }
  Cell& cell() { return cell_; }

  // Reads a field's value into the cell. False: it is not a value of this type, or, if broken(),
  // not JSON at all.
  bool broken() const { return broken_; }
  bool Read(ondemand::value value, JsonTextBuffer& texts);
  // Empties the column and makes room for so many rows, with texts as long as those of the last
  // block.
  arrow::Status Begin(int64_t rows) {
    builder_->Reset();
    if (text_bytes_ > 0) {
      ARROW_RETURN_NOT_OK(static_cast<arrow::BinaryBuilder&>(*builder_).ReserveData(text_bytes_));
    }
    text_bytes_ = 0;
    return builder_->Reserve(rows);
  }
  // Moves the cell into the column.
  arrow::Status AppendCell() {
    if (builder_->length() == builder_->capacity()) ARROW_RETURN_NOT_OK(builder_->Reserve(1));
    return AppendReserved();
  }
  arrow::Result<std::shared_ptr<arrow::Array>> Finish() { return builder_->Finish(); }

 private:
  // REQUIRES: room for a row.
  arrow::Status AppendReserved();
  template <typename Builder, typename Value>
  arrow::Status AppendValue(Value value) {
    static_cast<Builder&>(*builder_).UnsafeAppend(value);
    return arrow::Status::OK();
  }
  bool ReadString(ondemand::value value, JsonTextBuffer& texts);
  bool ReadInteger(ondemand::value value, ondemand::json_type type, JsonTextBuffer& texts);
  bool ReadReal(ondemand::value value, ondemand::json_type type, JsonTextBuffer& texts);
  bool ReadDecimal(ondemand::value value, ondemand::json_type type, JsonTextBuffer& texts);
  bool ReadBoolean(ondemand::value value, ondemand::json_type type, JsonTextBuffer& texts);
  // DATE, TIME, TIMESTAMP, BYTES: from a JSON string only.
  bool ReadFromText(std::string_view text, JsonTextBuffer& texts);

  std::string name_;
  DataType type_;
  const JsonFormatOptions& options_;
  std::unique_ptr<arrow::ArrayBuilder> builder_;
  Cell cell_;
  bool broken_ = false;
  int64_t text_bytes_ = 0;  // appended since Begin
};

std::pair<int64_t, int64_t> IntegerRange(TypeKind kind) {
  switch (kind) {
    case TypeKind::kTinyInt:
      return {INT8_MIN, INT8_MAX};
    case TypeKind::kSmallInt:
      return {INT16_MIN, INT16_MAX};
    case TypeKind::kInteger:
      return {INT32_MIN, INT32_MAX};
    default:
      return {INT64_MIN, INT64_MAX};
  }
}

bool FieldColumn::ReadInteger(ondemand::value value, ondemand::json_type type,
                              JsonTextBuffer& texts) {
  const auto [minimum, maximum] = IntegerRange(type_.kind());
  std::optional<int64_t> number;
  if (type == ondemand::json_type::number) {
    number = IntegerFromNumber(NumberToken(value), minimum, maximum);
  } else if (type == ondemand::json_type::string) {
    std::string_view text;
    if (!texts.ReadString(value, &text)) return false;
    number = IntegerFromText(text, minimum, maximum);
  }
  if (!number) return false;
  cell_.integer = *number;
  return true;
}

bool FieldColumn::ReadReal(ondemand::value value, ondemand::json_type type, JsonTextBuffer& texts) {
  std::string_view text;
  if (type == ondemand::json_type::number) {
    text = NumberToken(value);
  } else if (type != ondemand::json_type::string || !texts.ReadString(value, &text)) {
    return false;
  }
  if (type_.kind() == TypeKind::kFloat) {
    const std::optional<float> number = FloatFromText(text);
    if (number) cell_.real = *number;
    return number.has_value();
  }
  const std::optional<double> number = DoubleFromText(text);
  if (number) cell_.real = *number;
  return number.has_value();
}

bool FieldColumn::ReadDecimal(ondemand::value value, ondemand::json_type type,
                              JsonTextBuffer& texts) {
  std::string_view text;
  if (type == ondemand::json_type::number) {
    text = NumberToken(value);
  } else if (type != ondemand::json_type::string || !texts.ReadString(value, &text)) {
    return false;
  }
  const std::optional<DecimalValue> number =
      DecimalFromText(text, type_.precision(), type_.scale());
  if (!number) return false;
  cell_.is_null = number->overflow;
  cell_.decimal = number->unscaled;
  return true;
}

bool FieldColumn::ReadBoolean(ondemand::value value, ondemand::json_type type,
                              JsonTextBuffer& texts) {
  if (type == ondemand::json_type::boolean)
    return value.get_bool().get(cell_.boolean) == simdjson::SUCCESS;
  std::string_view text;
  if (type == ondemand::json_type::string) {
    if (!texts.ReadString(value, &text)) return false;
  } else if (type == ondemand::json_type::number) {
    text = NumberToken(value);
  } else {
    return false;
  }
  cell_.boolean = IsTrueText(text);
  return true;
}

bool FieldColumn::ReadFromText(std::string_view text, JsonTextBuffer& texts) {
  switch (type_.kind()) {
    case TypeKind::kDate: {
      const std::optional<int32_t> days = DateFromText(text);
      if (days) cell_.integer = *days;
      return days.has_value();
    }
    case TypeKind::kTime: {
      const std::optional<int32_t> millis = TimeFromText(text);
      if (millis) cell_.integer = *millis;
      return millis.has_value();
    }
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz: {
      const std::optional<int64_t> time =
          TimestampFromText(text, options_.timestamp_format,
                            type_.kind() == TypeKind::kTimestampLtz, type_.precision());
      if (time) cell_.integer = *time;
      return time.has_value();
    }
    default:
      return texts.ReadBase64(text, &cell_.text);
  }
}

bool FieldColumn::ReadString(ondemand::value value, JsonTextBuffer& texts) {
  return texts.ReadAsText(value, &cell_.text);
}

bool FieldColumn::Read(ondemand::value value, JsonTextBuffer& texts) {
  cell_.present = true;
  ondemand::json_type type;
  broken_ = value.type().get(type) != simdjson::SUCCESS ||
            (type == ondemand::json_type::number && !IsJsonNumber(NumberToken(value))) ||
            (type == ondemand::json_type::null && !IsNullToken(value));
  if (broken_) return false;
  if (type == ondemand::json_type::null) {
    cell_.is_null = true;
    return true;
  }
  cell_.is_null = false;
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return ReadBoolean(value, type, texts);
    case TypeKind::kTinyInt:
    case TypeKind::kSmallInt:
    case TypeKind::kInteger:
    case TypeKind::kBigInt:
      return ReadInteger(value, type, texts);
    case TypeKind::kFloat:
    case TypeKind::kDouble:
      return ReadReal(value, type, texts);
    case TypeKind::kDecimal:
      return ReadDecimal(value, type, texts);
    case TypeKind::kChar:
    case TypeKind::kVarchar:
      return ReadString(value, texts);
    default: {
      std::string_view text;
      if (type != ondemand::json_type::string || !texts.ReadString(value, &text)) return false;
      return ReadFromText(text, texts);
    }
  }
}

arrow::Status FieldColumn::AppendReserved() {
  if (cell_.is_null) return builder_->AppendNull();
  switch (type_.kind()) {
    case TypeKind::kBoolean:
      return AppendValue<arrow::BooleanBuilder>(cell_.boolean);
    case TypeKind::kTinyInt:
      return AppendValue<arrow::Int8Builder>(static_cast<int8_t>(cell_.integer));
    case TypeKind::kSmallInt:
      return AppendValue<arrow::Int16Builder>(static_cast<int16_t>(cell_.integer));
    case TypeKind::kInteger:
      return AppendValue<arrow::Int32Builder>(static_cast<int32_t>(cell_.integer));
    case TypeKind::kBigInt:
      return AppendValue<arrow::Int64Builder>(cell_.integer);
    case TypeKind::kFloat:
      return AppendValue<arrow::FloatBuilder>(static_cast<float>(cell_.real));
    case TypeKind::kDouble:
      return AppendValue<arrow::DoubleBuilder>(cell_.real);
    case TypeKind::kDecimal:
      return AppendValue<arrow::Decimal128Builder>(arrow::Decimal128(
          static_cast<int64_t>(cell_.decimal >> 64), static_cast<uint64_t>(cell_.decimal)));
    case TypeKind::kDate:
      return AppendValue<arrow::Date32Builder>(static_cast<int32_t>(cell_.integer));
    case TypeKind::kTime:
      return AppendValue<arrow::Time32Builder>(static_cast<int32_t>(cell_.integer));
    case TypeKind::kTimestamp:
    case TypeKind::kTimestampLtz:
      return AppendValue<arrow::TimestampBuilder>(cell_.integer);
    default: {
      auto& builder = static_cast<arrow::BinaryBuilder&>(*builder_);
      const auto bytes = static_cast<int64_t>(cell_.text.size());
      ARROW_RETURN_NOT_OK(builder.ReserveData(bytes));
      text_bytes_ += bytes;
      builder.UnsafeAppend(cell_.text);
      return arrow::Status::OK();
    }
  }
}

Status Appended(const arrow::Status& status) {
  return status.ok() ? Status::Ok() : Status(ErrorCode::kMemoryLimit, status.ToString());
}

class JsonDecoder final : public stream::Decoder {
 public:
  JsonDecoder(const types::Schema& columns, const JsonFormatOptions& options,
              arrow::MemoryPool* pool)
      : options_(options), schema_(types::ToArrow(columns)) {
    columns_.reserve(static_cast<size_t>(columns.size()));
    for (const types::Field& field : columns.fields()) {
      columns_.emplace_back(field, options_, pool);
    }
  }

  Result<stream::DecodedBlock> Decode(const stream::RecordBlock& block) override;

 private:
  // Reads one record. Appends its rows, or a bad record, or counts it as skipped.
  Status DecodeRecord(const stream::Record& record, int32_t index);
  // False with error_ set: the text is broken and gives no further rows.
  bool ReadDocument(std::string_view text);
  // The same for the first `length` bytes of padded_.
  bool ReadPadded(size_t length);
  bool ReadArray(ondemand::document& document);
  bool ReadObject(ondemand::object object);
  bool ReadField(ondemand::field& field, size_t position);
  // The wanted column with this key, or null; tries the column of the same place first.
  FieldColumn* FindColumn(std::string_view key, size_t position);
  // Moves the cells to pending_.
  void KeepRow();
  // Appends the cells to the columns.
  Status AppendRow(int32_t record);
  bool Broken(std::string message) {
    error_ = std::move(message);
    return false;
  }
  Result<stream::DecodedBlock> Finish(size_t records);

  const JsonFormatOptions options_;
  std::shared_ptr<arrow::Schema> schema_;
  std::vector<FieldColumn> columns_;
  // column_at_[i]: the column that the i-th field of the last record went to.
  std::vector<FieldColumn*> column_at_;
  ondemand::parser parser_;
  JsonTextBuffer texts_;
  std::vector<char> padded_;

  std::string error_;
  // Rows of the record that is being read. A single object's row stays in the cells; rows of an
  // array are kept in pending_ until the whole array was read.
  bool row_in_cells_ = false;
  std::vector<std::vector<Cell>> pending_;
  size_t pending_rows_ = 0;
  stream::DecodedBlock out_;
  int64_t rows_ = 0;
};

FieldColumn* JsonDecoder::FindColumn(std::string_view key, size_t position) {
  if (position < column_at_.size() && column_at_[position] != nullptr &&
      column_at_[position]->name() == key) {
    return column_at_[position];
  }
  FieldColumn* found = nullptr;
  for (FieldColumn& column : columns_) {
    if (column.name() == key) {
      found = &column;
      break;
    }
  }
  constexpr size_t kRememberedFields = 256;
  if (position < kRememberedFields) {
    if (column_at_.size() <= position) column_at_.resize(position + 1, nullptr);
    column_at_[position] = found;
  }
  return found;
}

bool JsonDecoder::ReadField(ondemand::field& field, size_t position) {
  std::string_view key;
  if (!texts_.ReadKey(field, &key)) return Broken("a field name is not valid JSON");
  FieldColumn* column = FindColumn(key, position);
  if (column == nullptr) return true;
  if (column->Read(field.value(), texts_)) return true;
  column->cell().is_null = true;
  if (column->broken()) return Broken("field '" + column->name() + "' is not JSON");
  if (options_.ignore_parse_errors) return true;
  return Broken("field '" + column->name() + "' is not a value of its column's type");
}

bool JsonDecoder::ReadObject(ondemand::object object) {
  for (FieldColumn& column : columns_) {
    column.cell().present = false;
    column.cell().is_null = true;
  }
  size_t position = 0;
  for (auto element : object) {
    ondemand::field field;
    const simdjson::error_code code = std::move(element).get(field);
    if (code != simdjson::SUCCESS) {
      return Broken(std::string("broken JSON object: ") + simdjson::error_message(code));
    }
    if (!ReadField(field, position++)) return false;
  }
  if (options_.fail_on_missing_field) {
    for (FieldColumn& column : columns_) {
      if (!column.cell().present) return Broken("field '" + column.name() + "' is missing");
    }
  }
  return true;
}

void JsonDecoder::KeepRow() {
  if (pending_.size() <= pending_rows_) pending_.resize(pending_rows_ + 1);
  std::vector<Cell>& row = pending_[pending_rows_++];
  row.clear();
  for (FieldColumn& column : columns_) row.push_back(column.cell());
}

bool JsonDecoder::ReadArray(ondemand::document& document) {
  ondemand::array array;
  if (document.get_array().get(array) != simdjson::SUCCESS) return Broken("broken JSON array");
  for (auto element : array) {
    ondemand::value value;
    if (std::move(element).get(value) != simdjson::SUCCESS) return Broken("broken JSON array");
    ondemand::json_type type;
    if (value.type().get(type) != simdjson::SUCCESS) return Broken("broken JSON array");
    if (type != ondemand::json_type::object) {
      // Flink's reader stops at a NULL without an error.
      if (options_.ignore_parse_errors && type == ondemand::json_type::null) return true;
      if (options_.ignore_parse_errors) continue;
      return Broken("an element of the array is not a JSON object");
    }
    if (pending_rows_ >= static_cast<size_t>(stream::kSequencesPerRecord)) {
      return Broken("the array has more than 1048576 elements");
    }
    ondemand::object object;
    if (value.get_object().get(object) != simdjson::SUCCESS) return Broken("broken JSON array");
    if (!ReadObject(object)) return false;
    KeepRow();
  }
  return true;
}

bool JsonDecoder::ReadDocument(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  padded_.resize(std::max(padded_.size(), text.size() + simdjson::SIMDJSON_PADDING));
  std::memcpy(padded_.data(), text.data(), text.size());
  std::memset(padded_.data() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
  if (ReadPadded(text.size())) return true;
  // What follows the first value does not count: try again without it.
  const size_t length = FirstValueLength(text);
  if (length == 0 || length == text.size()) return false;
  std::memset(padded_.data() + length, ' ', text.size() - length);
  pending_rows_ = 0;
  return ReadPadded(length);
}

bool JsonDecoder::ReadPadded(size_t length) {
  ondemand::document document;
  const simdjson::error_code code =
      parser_.iterate(padded_.data(), length, padded_.size()).get(document);
  if (code != simdjson::SUCCESS) {
    return Broken(std::string("not JSON: ") + simdjson::error_message(code));
  }
  ondemand::json_type type;
  if (document.type().get(type) != simdjson::SUCCESS) return Broken("not JSON");
  if (type == ondemand::json_type::array) return ReadArray(document);
  if (type != ondemand::json_type::object) return Broken("not a JSON object");
  ondemand::object object;
  if (document.get_object().get(object) != simdjson::SUCCESS) return Broken("not a JSON object");
  row_in_cells_ = ReadObject(object);
  return row_in_cells_;
}

Status JsonDecoder::DecodeRecord(const stream::Record& record, int32_t index) {
  if (!record.value || record.value->empty()) {
    ++out_.skipped_records;
    return Status::Ok();
  }
  pending_rows_ = 0;
  row_in_cells_ = false;
  texts_.Reset();
  const bool whole = record.value->size() <= limits::kMaxRecordBytes
                         ? ReadDocument(*record.value)
                         : Broken("the record is larger than the limit of " +
                                  std::to_string(limits::kMaxRecordBytes) + " bytes");
  if (!whole && !options_.ignore_parse_errors) {
    out_.bad_records.push_back({index, std::move(error_)});
    return Status::Ok();
  }
  if (row_in_cells_) return AppendRow(index);
  if (pending_rows_ == 0) ++out_.skipped_records;
  for (size_t row = 0; row < pending_rows_; ++row) {
    for (size_t column = 0; column < columns_.size(); ++column) {
      columns_[column].cell() = pending_[row][column];
    }
    FLOE_TRY(AppendRow(index));
  }
  return Status::Ok();
}

Status JsonDecoder::AppendRow(int32_t record) {
  for (FieldColumn& column : columns_) FLOE_TRY(Appended(column.AppendCell()));
  out_.record_of_row.push_back(record);
  ++rows_;
  return Status::Ok();
}

Result<stream::DecodedBlock> JsonDecoder::Finish(size_t records) {
  arrow::ArrayVector arrays;
  for (FieldColumn& column : columns_) {
    auto array = column.Finish();
    if (!array.ok()) return Error(ErrorCode::kMemoryLimit, array.status().ToString());
    arrays.push_back(std::move(array).ValueUnsafe());
  }
  out_.rows = arrow::RecordBatch::Make(schema_, rows_, std::move(arrays));
  const bool one_to_one =
      out_.record_of_row.size() == records && out_.bad_records.empty() &&
      (records == 0 || out_.record_of_row.back() + 1 == static_cast<int32_t>(records));
  if (one_to_one && out_.skipped_records == 0) out_.record_of_row.clear();
  return std::move(out_);
}

Result<stream::DecodedBlock> JsonDecoder::Decode(const stream::RecordBlock& block) {
  out_ = stream::DecodedBlock();
  rows_ = 0;
  for (FieldColumn& column : columns_) {
    FLOE_TRY(Appended(column.Begin(static_cast<int64_t>(block.records.size()))));
  }
  for (size_t i = 0; i < block.records.size(); ++i) {
    FLOE_TRY(DecodeRecord(block.records[i], static_cast<int32_t>(i)));
  }
  return Finish(block.records.size());
}

bool IsReadable(TypeKind kind) {
  switch (kind) {
    case TypeKind::kNull:
    case TypeKind::kIntervalDayTime:
    case TypeKind::kIntervalYearMonth:
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kMultiset:
    case TypeKind::kRow:
      return false;
    default:
      return true;
  }
}

}  // namespace

Result<std::unique_ptr<stream::Decoder>> MakeJsonDecoder(const types::Schema& columns,
                                                         const JsonFormatOptions& options,
                                                         arrow::MemoryPool* pool) {
  for (const types::Field& field : columns.fields()) {
    if (!IsReadable(field.type.kind())) {
      return Error(ErrorCode::kSqlUnsupported, "column '" + field.name + "' of type " +
                                                   field.type.ToString() +
                                                   " can't be read from JSON yet");
    }
  }
  return std::unique_ptr<stream::Decoder>(new JsonDecoder(columns, options, pool));
}

Result<JsonFormatOptions> ParseJsonFormatOptions(
    const std::map<std::string, std::string>& options) {
  JsonFormatOptions parsed;
  const auto flag = [&](const char* key, bool* target) -> Status {
    const auto it = options.find(key);
    if (it == options.end()) return Status::Ok();
    if (it->second != "true" && it->second != "false") {
      return Error(
          ErrorCode::kInvalidOption,
          std::string("'") + key + "' must be 'true' or 'false', not '" + it->second + "'");
    }
    *target = it->second == "true";
    return Status::Ok();
  };
  FLOE_TRY(flag("json.fail-on-missing-field", &parsed.fail_on_missing_field));
  FLOE_TRY(flag("json.ignore-parse-errors", &parsed.ignore_parse_errors));
  if (parsed.fail_on_missing_field && parsed.ignore_parse_errors) {
    return Error(ErrorCode::kInvalidOption,
                 "'json.fail-on-missing-field' and 'json.ignore-parse-errors' can't both be true");
  }
  const auto format = options.find("json.timestamp-format.standard");
  if (format != options.end()) {
    if (format->second == "ISO-8601") {
      parsed.timestamp_format = JsonTimestampFormat::kIso8601;
    } else if (format->second != "SQL") {
      return Error(ErrorCode::kInvalidOption,
                   "'json.timestamp-format.standard' must be 'SQL' or 'ISO-8601', not '" +
                       format->second + "'");
    }
  }
  return parsed;
}

}  // namespace floe::connectors
