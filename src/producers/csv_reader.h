// CSV by RFC 4180: fields in double quotes may hold separators, line breaks and doubled quotes;
// lines end in LF or CRLF; a byte-order mark at the beginning is skipped.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "producers/column.h"
#include "producers/input_stream.h"

namespace floe::producers {

struct CsvOptions {
  char separator = ',';
  // False: columns are named by `column_names`.
  bool has_header = true;
  std::vector<std::string> column_names = {};
};

// Rows of a CSV file in batches, in bounded memory. Used by one thread at a time.
class CsvReader {
 public:
  // Reads the header. `name` is the file's, for messages.
  static Result<std::unique_ptr<CsvReader>> Open(std::unique_ptr<InputStream> input,
                                                 std::string name, const CsvOptions& options);

  const std::vector<std::string>& column_names() const { return column_names_; }
  // Up to `max_rows` further rows, fewer where that is convenient, none only at the end. A field
  // without quotes that is empty is NULL, a quoted one is "". Empty lines are skipped unless there
  // is one column. kInvalidData with file and line for a row of another width, a quote that is not
  // closed or followed by text, and a row larger than a record may be (limits::kMaxRecordBytes);
  // the rows before it are given first.
  Result<ColumnBatch> Read(size_t max_rows);
  // The line on which a row of the last batch began, from 1.
  int64_t LineOf(size_t row) const { return lines_[row]; }

 private:
  struct Field {
    size_t begin = 0;
    size_t end = 0;
    bool is_quoted = false;
    bool has_doubled_quotes = false;
  };
  enum class RowEnd : uint8_t {
    kRow,         // fields_ has a row
    kEmptyLine,   // nothing but a line end
    kIncomplete,  // the buffer ends before the row does
  };

  CsvReader(std::unique_ptr<InputStream> input, std::string name, const CsvOptions& options);

  // Reads more behind the rows that are not parsed yet, into a new buffer; false at the end.
  Result<bool> Fill();
  // Parses the row at next_ and moves next_ and line_ behind it, unless it is incomplete.
  Result<RowEnd> ParseRow();
  // Moves `at` behind the field that begins there. False: the buffer ends first.
  Result<bool> ParseField(size_t& at, Field& field, int64_t& line_breaks);
  Status AddRow(ColumnBatch& batch, int64_t line);
  // Takes the doubled quotes of the field in the buffer apart.
  std::string_view Unquote(const Field& field);
  Error At(int64_t line, std::string_view what) const;

  const std::unique_ptr<InputStream> input_;
  const std::string name_;
  const CsvOptions options_;
  std::vector<std::string> column_names_;
  // Rows handed out point into it, so it is replaced, never reused.
  std::shared_ptr<std::string> buffer_;
  size_t next_ = 0;  // of the first row that is not parsed
  int64_t line_ = 1;
  bool at_end_ = false;
  std::vector<Field> fields_;
  std::vector<int64_t> lines_;
  // Of a row behind the last batch.
  std::optional<Error> error_;
};

}  // namespace floe::producers
