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
  std::vector<std::string> column_names;
};

// Rows of a CSV file in batches, in bounded memory. Used by one thread at a time.
class CsvReader {
 public:
  // Reads the header. `name` is the file's, for messages.
  static Result<std::unique_ptr<CsvReader>> Open(std::unique_ptr<InputStream> input,
                                                 std::string name, const CsvOptions& options);

  const std::vector<std::string>& column_names() const { return column_names_; }
  // Up to `max_rows` further rows; none at the end. A field without quotes that is empty is NULL, a
  // quoted one is "". Each row has a value per column; kInvalidData with file and line for a row of
  // another width, an open quote, or a row beyond kMaxCsvRowBytes.
  Result<ColumnBatch> Read(size_t max_rows);
  // The line on which a row of the last batch began, from 1.
  int64_t LineOf(size_t row) const { return lines_[row]; }

 private:
  struct Field;
  CsvReader(std::unique_ptr<InputStream> input, std::string name, const CsvOptions& options);

  std::unique_ptr<InputStream> input_;
  std::string name_;
  CsvOptions options_;
  std::vector<std::string> column_names_;
  std::vector<int64_t> lines_;
};

}  // namespace floe::producers
