#include "client/result_writer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/limits.h"
#include "sql/utf8.h"

namespace floe::client {
namespace {

struct FormatName {
  std::string_view name;
  OutputFormat format;
};

constexpr std::array<FormatName, 7> kFormats = {{{"table", OutputFormat::kTable},
                                                 {"vertical", OutputFormat::kVertical},
                                                 {"csv", OutputFormat::kCsv},
                                                 {"csv-header", OutputFormat::kCsvHeader},
                                                 {"tsv", OutputFormat::kTsv},
                                                 {"tsv-header", OutputFormat::kTsvHeader},
                                                 {"json", OutputFormat::kJson}}};

// Text is handed on in pieces of about this size.
constexpr size_t kPieceBytes = size_t{64} << 10;

bool IsNumeric(const ResultColumn& column) {
  for (const std::string_view type :
       {"tinyint", "smallint", "integer", "bigint", "real", "double", "decimal", "number"}) {
    if (column.type == type || column.type.starts_with(std::string(type) + "(")) return true;
  }
  return false;
}

bool IsWide(uint32_t code) {
  return (code >= 0x1100 && code <= 0x115F) || (code >= 0x2E80 && code <= 0xA4CF) ||
         (code >= 0xAC00 && code <= 0xD7A3) || (code >= 0xF900 && code <= 0xFAFF) ||
         (code >= 0xFE30 && code <= 0xFE6F) || (code >= 0xFF00 && code <= 0xFF60) ||
         (code >= 0xFFE0 && code <= 0xFFE6) || (code >= 0x1F300 && code <= 0x1FAFF) ||
         (code >= 0x20000 && code <= 0x3FFFD);
}

// Marks that are drawn over the character before them.
bool IsCombining(uint32_t code) {
  return (code >= 0x0300 && code <= 0x036F) || (code >= 0x0483 && code <= 0x0489) ||
         (code >= 0x0591 && code <= 0x05BD) || (code >= 0x064B && code <= 0x065F) ||
         (code >= 0x200B && code <= 0x200F) || (code >= 0x20D0 && code <= 0x20FF) ||
         (code >= 0xFE00 && code <= 0xFE0F) || (code >= 0xFE20 && code <= 0xFE2F);
}

// C0, DEL and C1, which terminals obey.
bool IsControl(uint32_t code) { return code < 0x20 || (code >= 0x7F && code < 0xA0); }

void AppendEscape(uint32_t code, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  if (code == '\n') {
    *out += "\\n";
  } else if (code == '\t') {
    *out += "\\t";
  } else if (code == '\r') {
    *out += "\\r";
  } else {
    *out += {'\\', 'x', kDigits[code >> 4 & 15], kDigits[code & 15]};
  }
}

std::string Printable(std::string_view text) {
  std::string out;
  while (!text.empty()) {
    const sql::Utf8Character character = sql::DecodeUtf8(text);
    if (character.size_bytes == 0) {
      AppendEscape(static_cast<unsigned char>(text.front()), &out);
    } else if (IsControl(character.code_point)) {
      AppendEscape(character.code_point, &out);
    } else {
      out += text.substr(0, character.size_bytes);
    }
    text.remove_prefix(std::max<size_t>(character.size_bytes, 1));
  }
  return out;
}

// A value in a file: strings and numbers as they are, the rest as JSON.
std::string FieldText(const JsonValue& value) {
  if (!value.is_array() && !value.is_object()) return value.text;
  std::string out;
  AppendJson(value, &out);
  return out;
}

class BufferedWriter : public ResultWriter {
 public:
  explicit BufferedWriter(TextSink sink) : sink_(std::move(sink)) {}
  Status End() override { return Flush(); }

 protected:
  Status FlushIfLong() { return text_.size() < kPieceBytes ? Status::Ok() : Flush(); }
  Status Flush() {
    if (text_.empty()) return Status::Ok();
    const Status status = sink_(text_);
    text_.clear();
    return status;
  }
  // Each page's rows are seen before the next page is asked for.
  template <typename WriteRow>
  Status WriteRows(const std::vector<ResultRow>& rows, WriteRow&& write_row) {
    for (const ResultRow& row : rows) {
      write_row(row);
      FLOE_TRY(FlushIfLong());
    }
    return Flush();
  }

  std::string text_;

 private:
  TextSink sink_;
};

class TableWriter final : public BufferedWriter {
 public:
  using BufferedWriter::BufferedWriter;

  Status Begin(const std::vector<ResultColumn>& columns) override {
    for (const ResultColumn& column : columns) {
      names_.push_back(Printable(column.name));
      numeric_.push_back(IsNumeric(column));
      widths_.push_back(DisplayWidth(names_.back()));
    }
    return Status::Ok();
  }

  Status Rows(std::vector<ResultRow> rows) override {
    for (const ResultRow& row : rows) {
      std::vector<std::string> cells;
      for (const JsonValue& value : row) cells.push_back(DisplayText(value));
      cells.resize(names_.size());
      if (header_written_) {
        WriteLine(cells);
        FLOE_TRY(FlushIfLong());
        continue;
      }
      for (size_t i = 0; i < cells.size(); ++i) {
        widths_[i] = std::max(widths_[i], DisplayWidth(cells[i]));
      }
      held_.push_back(std::move(cells));
      if (held_.size() == limits::kMaxAlignedRows) FLOE_TRY(WriteHeld());
    }
    return Status::Ok();
  }

  Status End() override {
    FLOE_TRY(WriteHeld());
    return Flush();
  }

 private:
  Status WriteHeld() {
    if (!header_written_) {
      header_written_ = true;
      WriteLine(names_);
      for (size_t i = 0; i < widths_.size(); ++i) {
        text_ += (i == 0 ? "" : "+") + std::string(widths_[i] + 2, '-');
      }
      text_ += '\n';
    }
    for (const std::vector<std::string>& cells : held_) {
      WriteLine(cells);
      FLOE_TRY(FlushIfLong());
    }
    held_.clear();
    return Status::Ok();
  }

  void WriteLine(const std::vector<std::string>& cells) {
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t width = DisplayWidth(cells[i]);
      const std::string blanks(widths_[i] > width ? widths_[i] - width : 0, ' ');
      text_ += i == 0 ? " " : " | ";
      text_ += numeric_[i] ? blanks + cells[i] : cells[i] + blanks;
    }
    while (text_.ends_with(' ')) text_.pop_back();
    text_ += '\n';
  }

  std::vector<std::string> names_;
  std::vector<bool> numeric_;
  std::vector<size_t> widths_;
  std::vector<std::vector<std::string>> held_;  // until the widths are known
  bool header_written_ = false;
};

class VerticalWriter final : public BufferedWriter {
 public:
  using BufferedWriter::BufferedWriter;

  Status Begin(const std::vector<ResultColumn>& columns) override {
    for (const ResultColumn& column : columns) {
      names_.push_back(Printable(column.name));
      width_ = std::max(width_, DisplayWidth(names_.back()));
    }
    return Status::Ok();
  }

  Status Rows(std::vector<ResultRow> rows) override {
    return WriteRows(rows, [this](const ResultRow& row) {
      text_ += "-[ row " + std::to_string(++number_) + " ]-\n";
      for (size_t i = 0; i < std::min(row.size(), names_.size()); ++i) {
        text_ += names_[i] + std::string(width_ - DisplayWidth(names_[i]), ' ') + " | " +
                 DisplayText(row[i]) + "\n";
      }
    });
  }

 private:
  std::vector<std::string> names_;
  size_t width_ = 0;
  int64_t number_ = 0;
};

// Fields with a separator between them, a row a line.
class SeparatedWriter final : public BufferedWriter {
 public:
  SeparatedWriter(TextSink sink, bool is_csv, bool has_header)
      : BufferedWriter(std::move(sink)), is_csv_(is_csv), has_header_(has_header) {}

  Status Begin(const std::vector<ResultColumn>& columns) override {
    if (!has_header_) return Status::Ok();
    for (size_t i = 0; i < columns.size(); ++i) AppendField(columns[i].name, i == 0);
    text_ += '\n';
    return Flush();
  }

  Status Rows(std::vector<ResultRow> rows) override {
    return WriteRows(rows, [this](const ResultRow& row) {
      for (size_t i = 0; i < row.size(); ++i) {
        if (row[i].is_null()) {
          if (i > 0) text_ += is_csv_ ? ',' : '\t';
          if (!is_csv_) text_ += "\\N";
        } else {
          AppendField(FieldText(row[i]), i == 0);
        }
      }
      text_ += '\n';
    });
  }

 private:
  void AppendField(const std::string& field, bool is_first) {
    if (!is_first) text_ += is_csv_ ? ',' : '\t';
    if (is_csv_) {
      AppendQuoted(field);
      return;
    }
    for (const char c : field) {
      if (c == '\t' || c == '\n' || c == '\r' || c == '\\') {
        text_ += {'\\', c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : '\\'};
      } else {
        text_ += c;
      }
    }
  }

  void AppendQuoted(const std::string& field) {
    if (!field.empty() && field.find_first_of(",\"\n\r") == std::string::npos) {
      text_ += field;
      return;
    }
    text_ += '"';
    for (const char c : field) {
      if (c == '"') text_ += '"';
      text_ += c;
    }
    text_ += '"';
  }

  const bool is_csv_;
  const bool has_header_;
};

class JsonWriter final : public BufferedWriter {
 public:
  using BufferedWriter::BufferedWriter;

  Status Begin(const std::vector<ResultColumn>& columns) override {
    for (const ResultColumn& column : columns) {
      AppendJsonString(column.name, &keys_.emplace_back());
      keys_.back() += ':';
    }
    return Status::Ok();
  }

  Status Rows(std::vector<ResultRow> rows) override {
    return WriteRows(rows, [this](const ResultRow& row) {
      text_ += '{';
      for (size_t i = 0; i < std::min(row.size(), keys_.size()); ++i) {
        if (i > 0) text_ += ',';
        text_ += keys_[i];
        AppendJson(row[i], &text_);
      }
      text_ += "}\n";
    });
  }

 private:
  std::vector<std::string> keys_;
};

}  // namespace

std::optional<OutputFormat> ParseOutputFormat(std::string_view name) {
  for (const FormatName& known : kFormats) {
    if (known.name == name) return known.format;
  }
  return std::nullopt;
}

std::string_view OutputFormatNames() {
  return "table, vertical, csv, csv-header, tsv, tsv-header or json";
}

std::string DisplayText(const JsonValue& value) {
  return value.is_null() ? "NULL" : Printable(FieldText(value));
}

size_t DisplayWidth(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    const sql::Utf8Character character = sql::DecodeUtf8(text);
    if (!IsCombining(character.code_point)) width += IsWide(character.code_point) ? 2 : 1;
    text.remove_prefix(std::max<size_t>(character.size_bytes, 1));
  }
  return width;
}

std::unique_ptr<ResultWriter> MakeResultWriter(OutputFormat format, TextSink sink) {
  switch (format) {
    case OutputFormat::kTable:
      return std::make_unique<TableWriter>(std::move(sink));
    case OutputFormat::kVertical:
      return std::make_unique<VerticalWriter>(std::move(sink));
    case OutputFormat::kCsv:
      return std::make_unique<SeparatedWriter>(std::move(sink), true, false);
    case OutputFormat::kCsvHeader:
      return std::make_unique<SeparatedWriter>(std::move(sink), true, true);
    case OutputFormat::kTsv:
      return std::make_unique<SeparatedWriter>(std::move(sink), false, false);
    case OutputFormat::kTsvHeader:
      return std::make_unique<SeparatedWriter>(std::move(sink), false, true);
    case OutputFormat::kJson:
      break;
  }
  return std::make_unique<JsonWriter>(std::move(sink));
}

}  // namespace floe::client
