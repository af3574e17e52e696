#include "connectors/kafka/log_source.h"

#include <re2/re2.h>

#include <algorithm>
#include <atomic>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "base/near_names.h"

namespace floe::connectors {
namespace {

// How far one partition was read.
struct PartitionCursor {
  Offset position;            // of the next record to hand out
  std::optional<Offset> end;  // bounded: read up to here
  log::LogSlice slice;        // read ahead
  size_t next_in_slice = 0;
  bool started = false;
};

stream::Record ToRecord(const log::RecordView& view) {
  stream::Record record;
  record.key = view.key;
  record.value = view.value;
  record.timestamp_ms = view.timestamp_ms;
  record.offset = view.offset;
  for (const log::HeaderView& header : view.headers) {
    record.headers.emplace_back(header.name, header.value.value_or(std::string_view()));
  }
  return record;
}

class LogSource final : public stream::SourceReader {
 public:
  LogSource(log::PartitionedLog& log, bool bounded) : log_(log), bounded_(bounded) {}

  void AddPartition(stream::SourcePartition partition, Offset start, std::optional<Offset> end) {
    partitions_.push_back(std::move(partition));
    PartitionCursor cursor;
    cursor.position = start;
    cursor.end = end;
    cursors_.push_back(std::move(cursor));
  }

  const std::vector<stream::SourcePartition>& partitions() const override { return partitions_; }
  Status Seek(size_t partition, Offset offset) override;
  Offset Position(size_t partition) const override { return cursors_[partition].position; }
  bool is_bounded() const override { return bounded_; }
  std::optional<Offset> End(size_t partition) const override { return cursors_[partition].end; }
  void LimitTo(size_t partition, Offset end) override {
    FLOE_ASSERT(!cursors_[partition].started);
    if (bounded_) cursors_[partition].end = end;
  }
  bool AtEnd(size_t partition) override;
  Result<std::optional<int64_t>> PeekTimestamp(size_t partition) override;
  Result<stream::RecordBlock> Read(size_t partition, int max_records) override;
  void NotifyWhenReadable(std::function<void()> ready) override;
  std::optional<int64_t> Lag(size_t partition) override;

 private:
  // Makes slice hold the next record, if there is one.
  Status Fill(size_t partition);
  bool HasNext(const PartitionCursor& cursor) const;

  log::PartitionedLog& log_;
  const bool bounded_;
  std::vector<stream::SourcePartition> partitions_;
  std::vector<PartitionCursor> cursors_;
};

Status LogSource::Seek(size_t partition, Offset offset) {
  FLOE_ASSERT(!cursors_[partition].started);
  const stream::SourcePartition& name = partitions_[partition];
  FLOE_ASSIGN(const log::OffsetRange range, log_.Offsets(name.topic, name.partition));
  if (offset < range.begin || offset > range.end) {
    return Error(ErrorCode::kOffsetOutOfRange,
                 "topic '" + name.topic + "' partition " + std::to_string(name.partition.value()) +
                     ": offset " + std::to_string(offset.value()) +
                     " was asked for, available is " + std::to_string(range.begin.value()) +
                     " to " + std::to_string(range.end.value()));
  }
  cursors_[partition].position = offset;
  return Status::Ok();
}

bool LogSource::HasNext(const PartitionCursor& cursor) const {
  return cursor.next_in_slice < cursor.slice.records.size() &&
         (!cursor.end || cursor.slice.records[cursor.next_in_slice].offset < *cursor.end);
}

bool LogSource::AtEnd(size_t partition) {
  const PartitionCursor& cursor = cursors_[partition];
  if (!cursor.end) return false;
  if (cursor.position >= *cursor.end) return true;
  return cursor.next_in_slice < cursor.slice.records.size() && !HasNext(cursor);
}

Status LogSource::Fill(size_t partition) {
  PartitionCursor& cursor = cursors_[partition];
  if (cursor.next_in_slice < cursor.slice.records.size()) return Status::Ok();
  if (cursor.end && cursor.position >= *cursor.end) return Status::Ok();
  const stream::SourcePartition& name = partitions_[partition];
  FLOE_ASSIGN(cursor.slice, log_.Read(name.topic, name.partition, cursor.position,
                                      limits::kSourceReadAheadBytes));
  cursor.next_in_slice = 0;
  if (cursor.slice.records.empty()) cursor.position = cursor.slice.next_offset;
  return Status::Ok();
}

Result<std::optional<int64_t>> LogSource::PeekTimestamp(size_t partition) {
  FLOE_TRY(Fill(partition));
  const PartitionCursor& cursor = cursors_[partition];
  if (!HasNext(cursor)) return std::optional<int64_t>();
  return std::optional<int64_t>(cursor.slice.records[cursor.next_in_slice].timestamp_ms);
}

Result<stream::RecordBlock> LogSource::Read(size_t partition, int max_records) {
  PartitionCursor& cursor = cursors_[partition];
  cursor.started = true;
  stream::RecordBlock block;
  // A block may span slices: where a slice ends must not show in the order.
  auto memory = std::make_shared<std::vector<std::shared_ptr<const void>>>();
  while (static_cast<int>(block.records.size()) < max_records) {
    FLOE_TRY(Fill(partition));
    if (!HasNext(cursor)) break;
    memory->push_back(cursor.slice.memory);
    while (static_cast<int>(block.records.size()) < max_records && HasNext(cursor)) {
      block.records.push_back(ToRecord(cursor.slice.records[cursor.next_in_slice++]));
    }
    const bool slice_done = cursor.next_in_slice == cursor.slice.records.size();
    cursor.position = slice_done ? cursor.slice.next_offset : block.records.back().offset.Next();
  }
  block.next_offset = cursor.position;
  block.memory = std::move(memory);
  return block;
}

void LogSource::NotifyWhenReadable(std::function<void()> ready) {
  // The first partition with news calls; the others' calls find the work done.
  auto called = std::make_shared<std::atomic<bool>>(false);
  auto once = [called, ready = std::move(ready)] {
    if (!called->exchange(true)) ready();
  };
  for (size_t i = 0; i < partitions_.size(); ++i) {
    const PartitionCursor& cursor = cursors_[i];
    if (HasNext(cursor)) return once();
    if (cursor.end && cursor.position >= *cursor.end) continue;
    log_.NotifyWhenBeyond(partitions_[i].topic, partitions_[i].partition, cursor.position, once);
  }
}

std::optional<int64_t> LogSource::Lag(size_t partition) {
  const stream::SourcePartition& name = partitions_[partition];
  Result<log::OffsetRange> range = log_.Offsets(name.topic, name.partition);
  if (!range.ok()) return std::nullopt;
  return std::max<int64_t>(0, range->end.value() - cursors_[partition].position.value());
}

Result<std::vector<std::string>> MatchTopics(log::PartitionedLog& log,
                                             const KafkaSourceOptions& options) {
  std::vector<std::string> present;
  for (const log::TopicInfo& topic : log.ListTopics()) present.push_back(topic.name);
  if (!options.topic_pattern) {
    for (const std::string& topic : options.topics) {
      if (std::find(present.begin(), present.end(), topic) == present.end()) {
        return Error(ErrorCode::kNotFound,
                     "topic '" + topic + "' does not exist" + DidYouMean(topic, present));
      }
    }
    return options.topics;
  }
  const re2::RE2 pattern(*options.topic_pattern, re2::RE2::Quiet);
  if (!pattern.ok()) {
    return Error(ErrorCode::kInvalidOption,
                 "'topic-pattern': '" + *options.topic_pattern +
                     "' is not a regular expression: " + pattern.error());
  }
  std::vector<std::string> matching;
  for (const std::string& topic : present) {
    if (re2::RE2::FullMatch(topic, pattern)) matching.push_back(topic);
  }
  return matching;
}

Result<Offset> FindByTimestamp(log::PartitionedLog& log, const std::string& topic,
                               PartitionId partition, int64_t timestamp_ms, Offset fallback) {
  FLOE_ASSIGN(const std::optional<log::OffsetAndTimestamp> found,
              log.FindTimestamp(topic, partition, timestamp_ms));
  return found ? found->offset : fallback;
}

Result<Offset> StartOffset(log::PartitionedLog& log, const KafkaSourceOptions& options,
                           const std::string& topic, PartitionId partition,
                           const log::OffsetRange& range) {
  switch (options.startup_mode) {
    case StartupMode::kEarliest:
      return range.begin;
    case StartupMode::kLatest:
      return range.end;
    case StartupMode::kTimestamp:
      return FindByTimestamp(log, topic, partition, options.startup_timestamp_ms, range.end);
    case StartupMode::kSpecificOffsets: {
      const auto it = options.startup_offsets.find(partition);
      // As in Flink: a partition that is not named starts at its group offset, or the earliest.
      return it == options.startup_offsets.end() ? range.begin : it->second;
    }
    case StartupMode::kGroupOffsets:
      break;
  }
  if (options.offset_reset == OffsetReset::kEarliest) return range.begin;
  if (options.offset_reset == OffsetReset::kLatest) return range.end;
  return Error(ErrorCode::kInvalidOption,
               "topic '" + topic +
                   "': the embedded log keeps no group offsets, and 'scan.startup.mode' is "
                   "'group-offsets' (the default) without 'properties.auto.offset.reset'")
      .WithHint("set 'scan.startup.mode' = 'earliest-offset' or 'latest-offset'");
}

Result<std::optional<Offset>> EndOffset(log::PartitionedLog& log, const KafkaSourceOptions& options,
                                        const std::string& topic, PartitionId partition,
                                        const log::OffsetRange& range) {
  switch (options.bounded_mode) {
    case BoundedMode::kUnbounded:
      return std::optional<Offset>();
    case BoundedMode::kLatest:
      return std::optional<Offset>(range.end);
    case BoundedMode::kTimestamp: {
      FLOE_ASSIGN(const Offset end,
                  FindByTimestamp(log, topic, partition, options.bounded_timestamp_ms, range.end));
      return std::optional<Offset>(end);
    }
    case BoundedMode::kSpecificOffsets: {
      const auto it = options.bounded_offsets.find(partition);
      return std::optional<Offset>(it == options.bounded_offsets.end() ? range.end : it->second);
    }
    case BoundedMode::kGroupOffsets:
      return Error(ErrorCode::kInvalidOption,
                   "topic '" + topic +
                       "': the embedded log keeps no group offsets, so "
                       "'scan.bounded.mode' = 'group-offsets' has no end");
  }
  return std::optional<Offset>();
}

}  // namespace

Result<std::unique_ptr<stream::SourceReader>> MakeLogSource(log::PartitionedLog& log,
                                                            const KafkaSourceOptions& options) {
  FLOE_ASSIGN(std::vector<std::string> topics, MatchTopics(log, options));
  std::sort(topics.begin(), topics.end());
  auto source = std::make_unique<LogSource>(log, options.bounded_mode != BoundedMode::kUnbounded);
  for (const std::string& topic : topics) {
    FLOE_ASSIGN(const log::TopicInfo info, log.DescribeTopic(topic));
    for (int32_t i = 0; i < info.partition_count; ++i) {
      const PartitionId partition(i);
      FLOE_ASSIGN(const log::OffsetRange range, log.Offsets(topic, partition));
      FLOE_ASSIGN(const Offset start, StartOffset(log, options, topic, partition, range));
      FLOE_ASSIGN(const std::optional<Offset> end,
                  EndOffset(log, options, topic, partition, range));
      source->AddPartition({topic, partition}, start, end);
    }
  }
  return std::unique_ptr<stream::SourceReader>(std::move(source));
}

}  // namespace floe::connectors
