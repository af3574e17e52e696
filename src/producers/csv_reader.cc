#include "producers/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "base/limits.h"

namespace floe::producers {
namespace {

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
// The first buffer: many files are small.
constexpr size_t kFirstReadBytes = size_t{64} << 10;

}  // namespace

CsvReader::CsvReader(std::unique_ptr<InputStream> input, std::string name,
                     const CsvOptions& options)
    : input_(std::move(input)),
      name_(std::move(name)),
      options_(options),
      column_names_(options.column_names),
      buffer_(std::make_shared<std::string>()) {}

Error CsvReader::At(int64_t line, std::string_view what) const {
  return Error(ErrorCode::kInvalidData,
               name_ + ", line " + std::to_string(line) + ": " + std::string(what));
}

Result<std::unique_ptr<CsvReader>> CsvReader::Open(std::unique_ptr<InputStream> input,
                                                   std::string name, const CsvOptions& options) {
  std::unique_ptr<CsvReader> reader(new CsvReader(std::move(input), std::move(name), options));
  FLOE_TRY(reader->Fill());
  if (reader->buffer_->starts_with(kByteOrderMark)) reader->next_ = kByteOrderMark.size();
  if (!options.has_header) {
    if (options.column_names.empty()) {
      return Error(ErrorCode::kInvalidArgument,
                   reader->name_ + ": without a header line the columns have to be named");
    }
    return reader;
  }
  for (;;) {
    FLOE_ASSIGN(const RowEnd end, reader->ParseRow());
    if (end == RowEnd::kRow) break;
    if (end == RowEnd::kEmptyLine) return reader->At(1, "the header line is empty");
    FLOE_ASSIGN(const bool more, reader->Fill());
    if (!more && reader->next_ == reader->buffer_->size()) {
      return reader->At(1, "there is no header line");
    }
  }
  for (const Field& field : reader->fields_) {
    std::string column(reader->Unquote(field));
    const auto& names = reader->column_names_;
    if (column.empty()) return reader->At(1, "a column has no name");
    if (std::find(names.begin(), names.end(), column) != names.end()) {
      return reader->At(1, "column '" + column + "' is there twice");
    }
    reader->column_names_.push_back(std::move(column));
  }
  return reader;
}

Result<bool> CsvReader::Fill() {
  if (at_end_) return false;
  const size_t rest = buffer_->size() - next_;
  if (rest > limits::kMaxRecordBytes) {
    return At(line_, "the row has more than " + std::to_string(limits::kMaxRecordBytes) + " bytes");
  }
  // A row that is longer than the buffer makes the next one twice as long.
  auto larger = std::make_shared<std::string>();
  const size_t wanted = buffer_->empty() ? kFirstReadBytes : limits::kFileReadBytes;
  larger->resize(rest + std::max(rest, wanted));
  std::memcpy(larger->data(), buffer_->data() + next_, rest);
  size_t filled = rest;
  while (filled < larger->size()) {
    FLOE_ASSIGN(const size_t count,
                input_->Read({larger->data() + filled, larger->size() - filled}));
    if (count == 0) break;
    filled += count;
  }
  at_end_ = filled < larger->size();
  larger->resize(filled);
  buffer_ = std::move(larger);
  next_ = 0;
  return filled > rest;
}

Result<bool> CsvReader::ParseField(size_t& at, Field& field, int64_t& line_breaks) {
  const std::string& text = *buffer_;
  if (at == text.size() || text[at] != '"') {
    field.begin = at;
    while (at < text.size() && text[at] != options_.separator && text[at] != '\n') ++at;
    field.end = at;
    if (at == text.size()) return at_end_;
    if (text[at] == '\n' && field.end > field.begin && text[field.end - 1] == '\r') --field.end;
    return true;
  }
  field.is_quoted = true;
  field.begin = ++at;
  for (;; ++at) {
    if (at == text.size()) {
      if (at_end_) return At(line_, "a quote is not closed");
      return false;
    }
    if (text[at] == '\n') ++line_breaks;
    if (text[at] != '"') continue;
    if (at + 1 == text.size() && !at_end_) return false;
    if (at + 1 == text.size() || text[at + 1] != '"') break;
    field.has_doubled_quotes = true;
    ++at;
  }
  field.end = at++;
  if (at < text.size() && text[at] == '\r') {
    if (at + 1 == text.size() && !at_end_) return false;
    if (at + 1 == text.size() || text[at + 1] == '\n') ++at;
  }
  if (at == text.size()) return at_end_;
  if (text[at] != options_.separator && text[at] != '\n') {
    return At(line_, "text follows a closing quote");
  }
  return true;
}

Result<CsvReader::RowEnd> CsvReader::ParseRow() {
  const std::string& text = *buffer_;
  if (next_ == text.size()) return RowEnd::kIncomplete;
  fields_.clear();
  size_t at = next_;
  int64_t line_breaks = 0;
  for (;;) {
    Field& field = fields_.emplace_back();
    FLOE_ASSIGN(const bool complete, ParseField(at, field, line_breaks));
    if (!complete) return RowEnd::kIncomplete;
    if (at == text.size()) break;
    ++at;
    if (text[at - 1] == '\n') {
      ++line_breaks;
      break;
    }
  }
  next_ = at;
  line_ += line_breaks;
  const bool is_empty =
      fields_.size() == 1 && !fields_[0].is_quoted && fields_[0].begin == fields_[0].end;
  return is_empty ? RowEnd::kEmptyLine : RowEnd::kRow;
}

std::string_view CsvReader::Unquote(const Field& field) {
  char* const begin = buffer_->data() + field.begin;
  if (!field.has_doubled_quotes) return {begin, field.end - field.begin};
  // The text gets shorter, so it fits where it stands.
  char* out = begin;
  for (const char* in = begin; in != buffer_->data() + field.end; ++in) {
    *out++ = *in;
    if (*in == '"') ++in;
  }
  return {begin, static_cast<size_t>(out - begin)};
}

Status CsvReader::AddRow(ColumnBatch& batch, int64_t line) {
  if (fields_.size() != column_names_.size()) {
    return At(line, "the row has " + std::to_string(fields_.size()) + " values, but there are " +
                        std::to_string(column_names_.size()) + " columns");
  }
  for (size_t i = 0; i < fields_.size(); ++i) {
    const bool is_null = !fields_[i].is_quoted && fields_[i].begin == fields_[i].end;
    batch.columns[i].values.push_back(is_null ? std::nullopt : std::optional(Unquote(fields_[i])));
  }
  lines_.push_back(line);
  ++batch.rows;
  return Status::Ok();
}

Result<ColumnBatch> CsvReader::Read(size_t max_rows) {
  ColumnBatch batch;
  batch.columns.resize(column_names_.size());
  lines_.clear();
  while (batch.rows < max_rows) {
    if (error_) break;
    const int64_t line = line_;
    Result<RowEnd> end = ParseRow();
    if (!end.ok()) {
      error_ = end.error();
      break;
    }
    if (*end == RowEnd::kIncomplete) {
      // A batch has one buffer: the rest of the row comes with the next one.
      if (batch.rows > 0) break;
      const Result<bool> more = Fill();
      if (!more.ok()) return more.error();
      if (!*more && next_ == buffer_->size()) break;
      continue;
    }
    if (*end == RowEnd::kEmptyLine && column_names_.size() > 1) continue;
    const Status status = AddRow(batch, line);
    if (!status.ok()) {
      error_ = status.error();
      break;
    }
  }
  if (batch.rows == 0 && error_) return Error(*error_);
  for (ColumnValues& column : batch.columns) column.memory = buffer_;
  return batch;
}

}  // namespace floe::producers
