// What a connector gives the runtime to read a table.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "stream/batch.h"
#include "types/data_type.h"

namespace floe::stream {

// One record as it lies in the source. The views live as long as the block's `memory`.
struct Record {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  // nullopt: a tombstone
  int64_t timestamp_ms = 0;
  Offset offset;
  // Name and value; empty in all but the records that have headers.
  std::vector<std::pair<std::string_view, std::string_view>> headers;
};

// Consecutive records of one partition: the unit of order. At most kMaxBlockRecords.
struct RecordBlock {
  std::vector<Record> records;
  // The offset to read next: after the last record, also where offsets have gaps.
  Offset next_offset;
  // Keeps the views valid.
  std::shared_ptr<const void> memory;
};

inline constexpr int kMaxBlockRecords = 1024;

// One input of a table that is read in order: a topic's partition, or a file.
struct SourcePartition {
  std::string topic;  // topic, or the file's path
  PartitionId partition;
};

// Reads the partitions of one table. Used by one thread at a time.
class SourceReader {
 public:
  virtual ~SourceReader() = default;

  // The partitions known so far; an index into this list names a partition below. It only grows.
  virtual const std::vector<SourcePartition>& partitions() const = 0;
  // Where reading of a partition starts (startup mode, or the offset restored). REQUIRES: before
  // the first Read of it. kOffsetOutOfRange names the range that is available.
  virtual Status Seek(size_t partition, Offset offset) = 0;
  // The offset that the next Read gives.
  virtual Offset Position(size_t partition) const = 0;
  // True if the source ends by itself (bounded mode).
  virtual bool is_bounded() const = 0;
  // Where reading of a bounded partition ends, fixed when the source is opened: the first offset
  // that is not read. nullopt: unbounded, or it ends with what it holds.
  virtual std::optional<Offset> End(size_t) const { return std::nullopt; }
  // Gives a bounded partition the end that its first start fixed. REQUIRES: as Seek.
  virtual void LimitTo(size_t, Offset) {}
  // Bounded and read to its end.
  virtual bool AtEnd(size_t partition) = 0;
  // Timestamp of the next record without taking it; nullopt if none is there now.
  virtual Result<std::optional<int64_t>> PeekTimestamp(size_t partition) = 0;
  // Takes up to `max_records` records that are there now; never waits. Empty: nothing there now.
  virtual Result<RecordBlock> Read(size_t partition, int max_records) = 0;
  // Calls `ready` once, from any thread, when a partition may have new records; at once if so now.
  virtual void NotifyWhenReadable(std::function<void()> ready) = 0;
  // Records between the read position and the end of the partition as known now, for lag metrics.
  virtual std::optional<int64_t> Lag(size_t partition) = 0;
};

// A record that could not be turned into rows.
struct BadRecord {
  int32_t record = 0;  // index into the block
  std::string error;
};

struct DecodedBlock {
  // Columns as asked of the decoder, in that order.
  std::shared_ptr<arrow::RecordBatch> rows;
  // For each row the index of its record, rising. Empty: row i comes from record i, and all
  // records gave one row.
  std::vector<int32_t> record_of_row;
  // Rising by record. A record in it gave no rows.
  std::vector<BadRecord> bad_records;
  // Records that the format's own rules drop without error (blank line, ignore-parse-errors).
  int64_t skipped_records = 0;
};

// Turns records into columns. Thread-compatible: one per decoding task.
class Decoder {
 public:
  virtual ~Decoder() = default;
  virtual Result<DecodedBlock> Decode(const RecordBlock& block) = 0;
};

}  // namespace floe::stream
