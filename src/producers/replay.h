// Recorded data as a stream: rows of a CSV file become JSON records of a topic, in the order of
// their event time, as fast as one likes.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "producers/column.h"
#include "producers/csv_reader.h"
#include "producers/record_sink.h"

namespace floe::producers {

// How the time column counts. kText: "yyyy-MM-dd HH:mm:ss[.fraction]", also with 'T' between and a
// 'Z' behind, UTC.
enum class TimeUnit : uint8_t { kSeconds, kMilliseconds, kMicroseconds, kNanoseconds, kText };

struct ReplayOptions {
  std::string topic;
  // Column name or expression; "": records without key.
  std::string key;
  // Column name or expression of the event time.
  std::string time;
  TimeUnit time_unit = TimeUnit::kMilliseconds;
  // Computed columns, in order: name and expression over the file's columns and those set before.
  // A name of the file's columns replaces that column.
  std::vector<std::pair<std::string, std::string>> set;
  // Columns of the JSON objects, in order; empty: all of the file, then those set.
  std::vector<std::string> columns;
  // Types for columns of the file; the others are inferred from the first rows.
  std::map<std::string, ColumnType> types;
  // Event seconds per second; 0: as fast as possible.
  double speed = 0;
  // Event times may fall by up to so much from one record to the next; < 0: anything goes.
  int64_t max_disorder_ms = 0;
  // Only rows in [from, to).
  EventTime from = EventTime::Min();
  EventTime to = EventTime::Max();
  CsvOptions csv;
};

// "column", "column[s]", "column[ms]", "column[us]", "column[ns]", "column[text]" → name and unit;
// without a unit kText. kInvalidArgument for another unit.
Result<std::pair<std::string, TimeUnit>> ParseTimeOption(std::string_view text);

struct ReplayProgress {
  int64_t records = 0;
  int64_t bytes = 0;  // of values
  EventTime event_time;
  bool finished = false;
  // How long to wait before the next step is worth while.
  int64_t wait_ms = 0;
};

// Used by one thread at a time.
class Replay {
 public:
  // Reads the header and the first rows, compiles the expressions, creates the topic. References
  // outlive the replay.
  static Result<std::unique_ptr<Replay>> Open(std::unique_ptr<InputStream> input,
                                              const std::string& file_name, const Clock& clock,
                                              RecordSink& sink,
                                              const ColumnExpressionCompiler& compiler,
                                              ReplayOptions options);
  ~Replay();
  // Appends what is due, at most some thousand records. A row that cannot be used gives
  // kInvalidData with file, line and column; the rows before it are appended.
  Result<ReplayProgress> Step();
  // The types that the columns have, for messages.
  const std::vector<ColumnDefinition>& columns() const;

 private:
  class Impl;
  explicit Replay(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace floe::producers
