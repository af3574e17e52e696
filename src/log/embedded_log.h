// The durable log of one machine: a directory of topics, partitions and segment files that hold
// Kafka record batches (version 2) byte for byte. docs/formats/log.md has the grammar.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "log/partitioned_log.h"
#include "storage/file_system.h"

namespace floe::log {

class Partition;

struct EmbeddedLogOptions {
  // AppendAsync waits so long for others that share its sync. 0: a sync starts at once, and shares
  // come from appends that arrive while an earlier one runs.
  std::chrono::nanoseconds sync_delay{0};
  // Records of one append are cut into batches of about this size before compression. It bounds
  // what a reader has to hold.
  int64_t batch_bytes = int64_t{256} << 10;
  // One index entry per so many bytes of a segment.
  int64_t index_interval_bytes = int64_t{64} << 10;
};

// How Open found a partition.
struct PartitionRecovery {
  std::string topic;
  PartitionId partition;
  int64_t scanned_bytes = 0;
  // Cut off the end of the last segment: a batch that was not written completely.
  int64_t truncated_bytes = 0;
};

// An append is durable when its file is synced; appenders that come together share a sync. After a
// failed sync the partition refuses to append until the log is opened again: what the disk holds is
// unknown then.
class EmbeddedLog final : public PartitionedLog {
 public:
  struct Environment {
    storage::FileSystem& files;
    Executor& executor;  // runs AppendAsync's syncs and callbacks
    const Clock& clock;  // for retention
    Random random;       // for topic ids
  };

  // Opens the log in `directory`, creating it; takes its lock (kDataDirectoryLocked). Cuts torn
  // tails; kCorruption if a batch is damaged that lies before others. The environment's references
  // outlive the log.
  static Result<std::unique_ptr<EmbeddedLog>> Open(Environment environment, std::string directory,
                                                   const EmbeddedLogOptions& options = {});
  // Waits for syncs under way; wakes those who wait for records. Close first to see errors.
  ~EmbeddedLog() override;
  // Makes everything durable, writes the indexes, so that the next Open need not scan.
  Status Close();

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

  // Drops what the topics' retention allows. retention_schedule.h calls it from time to
  // time.
  Status EnforceRetention();
  // Rises with each Open: Kafka's leader epoch, written into each batch.
  int32_t leader_epoch() const { return leader_epoch_; }
  const std::vector<PartitionRecovery>& recovery() const { return recovery_; }
  // Bytes of all segment files.
  int64_t size_bytes() const;
  // Of one partition's. kNotFound.
  Result<int64_t> PartitionSizeBytes(const std::string& topic, PartitionId partition) const;

 private:
  struct Topic {
    TopicInfo info;
    std::vector<std::shared_ptr<Partition>> partitions;
    std::atomic<uint32_t> next_keyless{0};
  };

  EmbeddedLog(Environment environment, std::string directory, const EmbeddedLogOptions& options);
  Status Recover();
  Status RecoverTopic(const std::string& name);
  std::string TopicDirectory(const std::string& name) const;
  std::shared_ptr<Topic> MakeTopic(const TopicInfo& info) const;
  Result<std::shared_ptr<Topic>> FindTopic(const std::string& name) const;
  // REQUIRES: mutex_ held.
  Result<std::shared_ptr<Topic>> FindTopicLocked(const std::string& name) const;
  Result<std::shared_ptr<Partition>> FindPartition(const std::string& topic,
                                                   PartitionId partition) const;
  std::vector<std::shared_ptr<Partition>> AllPartitions() const;

  Environment environment_;
  const std::string directory_;
  const EmbeddedLogOptions options_;
  std::unique_ptr<storage::FileLock> lock_;
  int32_t leader_epoch_ = 0;
  std::vector<PartitionRecovery> recovery_;
  mutable std::shared_mutex mutex_;  // guards topics_, closed_ and environment_.random
  std::map<std::string, std::shared_ptr<Topic>> topics_;
  bool closed_ = false;
};

}  // namespace floe::log
