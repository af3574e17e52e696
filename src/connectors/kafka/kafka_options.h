// The options of Flink's `kafka` connector (docs: connectors/table/kafka).
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "stream/table_descriptor.h"

namespace floe::connectors {

enum class StartupMode : uint8_t {
  kGroupOffsets,
  kEarliest,
  kLatest,
  kTimestamp,
  kSpecificOffsets,
};

enum class BoundedMode : uint8_t {
  kUnbounded,
  kGroupOffsets,
  kLatest,
  kTimestamp,
  kSpecificOffsets,
};

// What to do when the group has no offset: `properties.auto.offset.reset`.
enum class OffsetReset : uint8_t { kNone, kEarliest, kLatest };

struct KafkaSourceOptions {
  std::vector<std::string> topics;           // `topic`, split at ';'
  std::optional<std::string> topic_pattern;  // instead of `topic`
  StartupMode startup_mode = StartupMode::kGroupOffsets;
  int64_t startup_timestamp_ms = 0;
  std::map<PartitionId, Offset> startup_offsets;
  BoundedMode bounded_mode = BoundedMode::kUnbounded;
  int64_t bounded_timestamp_ms = 0;
  std::map<PartitionId, Offset> bounded_offsets;
  OffsetReset offset_reset = OffsetReset::kNone;
  std::string bootstrap_servers;
  // `properties.*` without the prefix.
  std::map<std::string, std::string> client_properties;
};

// Checks all options of the table; kInvalidOption says which and why.
Result<KafkaSourceOptions> ParseKafkaSourceOptions(const stream::TableDescriptor& table);

}  // namespace floe::connectors
