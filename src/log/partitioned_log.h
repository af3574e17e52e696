// Topics with partitions, as Kafka has them: an ordered, durable sequence of records per partition.
// EmbeddedLog keeps it in a directory, ScriptedLog in memory.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "base/strong_id.h"
#include "log/uuid.h"

namespace floe::log {

// Numbers are those of Kafka's batch attributes.
enum class Compression : uint8_t { kNone = 0, kLz4 = 3, kZstd = 4 };

struct TopicOptions {
  Compression compression = Compression::kLz4;
  // Whole segments are dropped from the oldest on while the partition is larger; < 0: never.
  int64_t retention_bytes = -1;
  // A segment is dropped when this long has passed both since its newest record timestamp and since
  // it was last written to (recorded data with old timestamps is not lost at once); < 0: never. A
  // segment that spans an eighth of it is closed, so that a slow topic loses its old records too.
  int64_t retention_ms = int64_t{7} * 24 * 3600 * 1000;
  // A segment that is larger is closed and a new one begun.
  int64_t segment_bytes = limits::kLogSegmentBytes;

  bool operator==(const TopicOptions&) const = default;
};

struct TopicInfo {
  std::string name;
  // Of this creation of the topic: a topic that was deleted and made again has another one.
  Uuid id;
  int32_t partition_count = 0;
  TopicOptions options;
};

struct HeaderView {
  std::string_view name;
  std::optional<std::string_view> value;
};

// A record to append. The views have to live until the call returns.
struct AppendRecord {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;  // nullopt: a tombstone
  int64_t timestamp_ms = 0;
  std::span<const HeaderView> headers;
};

// A record as read. The views live as long as the LogSlice's `memory`.
struct RecordView {
  std::optional<std::string_view> key;
  std::optional<std::string_view> value;
  int64_t timestamp_ms = 0;
  Offset offset;
  std::span<const HeaderView> headers;
};

// Consecutive records of a partition.
struct LogSlice {
  std::vector<RecordView> records;
  // Where to read on: after the last record, also where offsets have gaps.
  Offset next_offset;
  std::shared_ptr<const void> memory;
};

struct RecordPosition {
  PartitionId partition;
  Offset offset;

  bool operator==(const RecordPosition&) const = default;
};

struct OffsetRange {
  Offset begin;  // of the oldest record that is kept
  Offset end;    // that the next record will get; records below it are durable

  bool operator==(const OffsetRange&) const = default;
};

struct OffsetAndTimestamp {
  Offset offset;
  int64_t timestamp_ms = 0;

  bool operator==(const OffsetAndTimestamp&) const = default;
};

// Thread-safe. Errors: kNotFound (topic, partition), kAlreadyExists, kInvalidArgument (name,
// counts, a record that is too large), kOffsetOutOfRange (names the range that is there),
// kCorruption, kDiskFull, kIo. A record is seen by readers once it is durable, never before.
class PartitionedLog {
 public:
  virtual ~PartitionedLog() = default;

  // REQUIRES for success: a valid name (1 to 249 of [a-zA-Z0-9._-], not "." or "..") and 1 to
  // kMaxPartitionsPerTopic partitions. Durable on return.
  virtual Result<TopicInfo> CreateTopic(const std::string& name, int32_t partition_count,
                                        const TopicOptions& options) = 0;
  virtual Status DeleteTopic(const std::string& name) = 0;
  // Ordered by name.
  virtual std::vector<TopicInfo> ListTopics() const = 0;
  virtual Result<TopicInfo> DescribeTopic(const std::string& name) const = 0;

  // Appends to one partition; returns the offset of the first record. The records are consecutive.
  // Returns when they are durable; an error leaves it open whether a part of them is.
  virtual Result<Offset> AppendTo(const std::string& topic, PartitionId partition,
                                  std::span<const AppendRecord> records) = 0;
  // Appends each record to the partition of its key (murmur2, as Kafka's clients); those without a
  // key go to one partition, the next one with each call. Returns their positions, in order.
  virtual Result<std::vector<RecordPosition>> Append(const std::string& topic,
                                                     std::span<const AppendRecord> records) = 0;
  // AppendTo that does not wait: `done` runs once, on any thread (possibly inside the call, if it
  // fails at once). Calls of one thread keep their order.
  virtual void AppendAsync(const std::string& topic, PartitionId partition,
                           std::span<const AppendRecord> records,
                           std::function<void(Result<Offset>)> done) = 0;

  // Reads from `offset` on, up to about `max_bytes` of memory but at least one record if there is
  // one (so a slice may be larger by one batch). Empty at the end of the partition.
  virtual Result<LogSlice> Read(const std::string& topic, PartitionId partition, Offset offset,
                                int64_t max_bytes) = 0;
  virtual Result<OffsetRange> Offsets(const std::string& topic, PartitionId partition) const = 0;
  // The first record with at least this timestamp; nullopt if there is none.
  virtual Result<std::optional<OffsetAndTimestamp>> FindTimestamp(const std::string& topic,
                                                                  PartitionId partition,
                                                                  int64_t timestamp_ms) = 0;

  // Calls `ready` once, when the partition's end is beyond `offset`, or the topic is deleted, or
  // the log is closed: from any thread, and inside this call if it is so already.
  virtual void NotifyWhenBeyond(const std::string& topic, PartitionId partition, Offset offset,
                                std::function<void()> ready) = 0;
};

// kInvalidArgument if Kafka would refuse the name.
Status ValidateTopicName(std::string_view name);

}  // namespace floe::log
