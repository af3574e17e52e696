// The small files beside the segments: one for the log, one per topic.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"
#include "log/partitioned_log.h"

namespace floe::log {

inline constexpr std::string_view kLogMetadataName = "log.meta";
inline constexpr std::string_view kTopicMetadataName = "topic.meta";
inline constexpr std::string_view kTopicsDirectory = "topics";
// Larger files are no metadata.
inline constexpr uint64_t kMaxMetadataBytes = 4096;

struct LogMetadata {
  // Of the last time that the log was opened; 0 before the first.
  int32_t leader_epoch = 0;
};

std::string EncodeLogMetadata(const LogMetadata& metadata);
// kCorruption if damaged, kSchemaMismatch if a newer version wrote it. Also for the next.
Result<LogMetadata> DecodeLogMetadata(std::string_view bytes);

// The name is the directory's, not the file's.
std::string EncodeTopicMetadata(const TopicInfo& info);
Result<TopicInfo> DecodeTopicMetadata(std::string_view bytes, std::string name);

// kInvalidArgument with the option and its range.
Status ValidateTopicOptions(int32_t partition_count, const TopicOptions& options);

}  // namespace floe::log
