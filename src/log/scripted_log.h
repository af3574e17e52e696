// A log in memory for tests and simulation: the same contract, no files, and faults by script.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "log/partitioned_log.h"

namespace floe::log {

enum class LogOperation : uint8_t { kAppend, kRead };

// Thread-safe. Callbacks run inside the call that causes them, after its locks are freed.
class ScriptedLog final : public PartitionedLog {
 public:
  // An error fails the operation; an append that fails has not happened.
  using Script =
      std::function<Status(LogOperation, const std::string& topic, PartitionId partition)>;

  explicit ScriptedLog(uint64_t seed = 1);
  ~ScriptedLog() override;

  void set_script(Script script);
  // The next record of the partition gets this offset: a gap, as compaction or aborted transactions
  // leave it. REQUIRES: >= the partition's end.
  Status SkipTo(const std::string& topic, PartitionId partition, Offset offset);
  // Drops the records before `offset`, as retention does.
  Status TruncateBefore(const std::string& topic, PartitionId partition, Offset offset);

  Result<TopicInfo> CreateTopic(const std::string& name, int32_t partition_count,
                                const TopicOptions& options) override;
  Status DeleteTopic(const std::string& name) override;
  std::vector<TopicInfo> ListTopics() const override;
  Result<TopicInfo> DescribeTopic(const std::string& name) const override;
  Result<Offset> AppendTo(const std::string& topic, PartitionId partition,
                          std::span<const AppendRecord> records) override;
  Result<std::vector<RecordPosition>> Append(const std::string& topic,
                                             std::span<const AppendRecord> records) override;
  void AppendAsync(const std::string& topic, PartitionId partition,
                   std::span<const AppendRecord> records,
                   std::function<void(Result<Offset>)> done) override;
  Result<LogSlice> Read(const std::string& topic, PartitionId partition, Offset offset,
                        int64_t max_bytes) override;
  Result<OffsetRange> Offsets(const std::string& topic, PartitionId partition) const override;
  Result<std::optional<OffsetAndTimestamp>> FindTimestamp(const std::string& topic,
                                                          PartitionId partition,
                                                          int64_t timestamp_ms) override;
  void NotifyWhenBeyond(const std::string& topic, PartitionId partition, Offset offset,
                        std::function<void()> ready) override;

 private:
  struct StoredRecord;
  struct Waiter {
    Offset beyond;
    std::function<void()> ready;
  };
  struct PartitionState {
    Offset begin;
    Offset end;
    std::deque<std::shared_ptr<const StoredRecord>> records;
    std::vector<Waiter> waiters;
  };
  struct Topic {
    TopicInfo info;
    std::vector<PartitionState> partitions;
    uint32_t next_keyless = 0;
  };

  // REQUIRES: mutex_ held.
  Result<PartitionState*> Find(const std::string& topic, PartitionId partition) const;

  mutable std::mutex mutex_;
  Random random_;
  Script script_;
  mutable std::map<std::string, Topic> topics_;
};

}  // namespace floe::log
