// Rows of a result as text.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "client/query_page.h"

namespace floe::client {

enum class OutputFormat : uint8_t {
  kTable,      // columns in line, numbers to the right
  kVertical,   // a line per column
  kCsv,        // RFC 4180, quoted where needed; NULL is nothing, an empty string is ""
  kCsvHeader,  // with the names of the columns first
  kTsv,        // tab, line feed, carriage return and \ as \t \n \r \\; NULL is \N
  kTsvHeader,
  kJson,  // an object per line; values as the server's JSON has them
};

// By its name: table, vertical, csv, csv-header, tsv, tsv-header, json.
std::optional<OutputFormat> ParseOutputFormat(std::string_view name);
std::string_view OutputFormatNames();

// Takes text in pieces; its failure (a closed pipe) ends the result.
using TextSink = std::function<Status(std::string_view)>;

// Writes one result. REQUIRES: Begin, then Rows any number of times, then End.
class ResultWriter {
 public:
  virtual ~ResultWriter() = default;
  virtual Status Begin(const std::vector<ResultColumn>& columns) = 0;
  virtual Status Rows(std::vector<ResultRow> rows) = 0;
  virtual Status End() = 0;
};

// Characters that would move a terminal's cursor are shown as escapes in tables and vertically.
std::unique_ptr<ResultWriter> MakeResultWriter(OutputFormat format, TextSink sink);

// A value for people: strings as they are, NULL in capitals, arrays, maps and rows as JSON.
std::string DisplayText(const JsonValue& value);

// Cells of a terminal that the text takes.
size_t DisplayWidth(std::string_view text);

}  // namespace floe::client
