// For tests: partitions whose records a test writes down, and releases when it likes.
#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stream/source.h"

namespace floe::stream {

struct ScriptedRecord {
  int64_t timestamp_ms = 0;
  std::string value;
};

// What a test knows of one partition; shared by the readers that restarts make.
struct ScriptedPartition {
  std::string topic;
  PartitionId partition;
  std::vector<ScriptedRecord> records;  // a record's place is its offset
  size_t released = 0;                  // how many can be read
  bool ended = false;                   // live: nothing comes after those released
};

using ScriptedPartitions = std::vector<std::shared_ptr<ScriptedPartition>>;

// A bounded source has all records from the start and ends after them.
class ScriptedSource final : public SourceReader {
 public:
  ScriptedSource(ScriptedPartitions script, bool bounded)
      : script_(std::move(script)),
        bounded_(bounded),
        positions_(script_.size()),
        ends_(script_.size()) {
    for (const auto& partition : script_) {
      partitions_.push_back({partition->topic, partition->partition});
    }
    for (size_t i = 0; i < script_.size(); ++i) {
      if (bounded_) ends_[i] = Offset(static_cast<int64_t>(script_[i]->records.size()));
    }
  }

  const std::vector<SourcePartition>& partitions() const override { return partitions_; }
  Status Seek(size_t partition, Offset offset) override {
    positions_[partition] = offset;
    return Status::Ok();
  }
  Offset Position(size_t partition) const override { return positions_[partition]; }
  bool is_bounded() const override { return bounded_; }
  std::optional<Offset> End(size_t partition) const override { return ends_[partition]; }
  void LimitTo(size_t partition, Offset end) override { ends_[partition] = end; }
  bool AtEnd(size_t partition) override {
    return (bounded_ || script_[partition]->ended) && Available(partition) == 0;
  }
  Result<std::optional<int64_t>> PeekTimestamp(size_t partition) override {
    if (Available(partition) == 0) return std::optional<int64_t>();
    return std::optional<int64_t>(Next(partition).timestamp_ms);
  }
  Result<RecordBlock> Read(size_t partition, int max_records) override {
    RecordBlock block;
    while (static_cast<int>(block.records.size()) < max_records && Available(partition) > 0) {
      const ScriptedRecord& scripted = Next(partition);
      Record record;
      record.value = scripted.value;
      record.timestamp_ms = scripted.timestamp_ms;
      record.offset = positions_[partition];
      block.records.push_back(std::move(record));
      positions_[partition] = positions_[partition].Next();
    }
    block.next_offset = positions_[partition];
    block.memory = script_[partition];
    return block;
  }
  void NotifyWhenReadable(std::function<void()> ready) override { ready(); }
  std::optional<int64_t> Lag(size_t partition) override {
    return static_cast<int64_t>(Available(partition));
  }

 private:
  size_t Available(size_t partition) const {
    const ScriptedPartition& script = *script_[partition];
    const size_t end = bounded_ ? static_cast<size_t>(ends_[partition]->value()) : script.released;
    return end - std::min(end, static_cast<size_t>(positions_[partition].value()));
  }
  const ScriptedRecord& Next(size_t partition) const {
    return script_[partition]->records[static_cast<size_t>(positions_[partition].value())];
  }

  const ScriptedPartitions script_;
  const bool bounded_;
  std::vector<SourcePartition> partitions_;
  std::vector<Offset> positions_;
  std::vector<std::optional<Offset>> ends_;
};

}  // namespace floe::stream
