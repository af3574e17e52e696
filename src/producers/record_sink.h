// Where producers put their records: a log in this process, or one behind an admin API.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "log/partitioned_log.h"

namespace floe::producers {

// The end of a topic: next offset of each partition, by partition number.
using TopicEnd = std::vector<Offset>;

// Used by one thread at a time.
class RecordSink {
 public:
  virtual ~RecordSink() = default;
  // Creates the topic if it is missing.
  virtual Status EnsureTopic(const std::string& topic) = 0;
  // Appends by key; durable on return. An error leaves it open whether a part of them is.
  virtual Status Append(const std::string& topic, std::span<const log::AppendRecord> records) = 0;
  virtual Result<TopicEnd> End(const std::string& topic) = 0;
  // Calls `visit` for every record after `from`, partition by partition. A partition that `from`
  // does not have is read from its beginning. The views are valid during the call only.
  virtual Status ReadSince(const std::string& topic, const TopicEnd& from,
                           const std::function<void(const log::RecordView&)>& visit) = 0;
};

// Straight into a log.
class LogSink final : public RecordSink {
 public:
  // `log` outlives the sink. New topics get these options.
  LogSink(log::PartitionedLog& log, int32_t partition_count, log::TopicOptions options = {})
      : log_(log), partition_count_(partition_count), options_(options) {}

  Status EnsureTopic(const std::string& topic) override;
  Status Append(const std::string& topic, std::span<const log::AppendRecord> records) override;
  Result<TopicEnd> End(const std::string& topic) override;
  Status ReadSince(const std::string& topic, const TopicEnd& from,
                   const std::function<void(const log::RecordView&)>& visit) override;

 private:
  log::PartitionedLog& log_;
  int32_t partition_count_;
  log::TopicOptions options_;
};

}  // namespace floe::producers
