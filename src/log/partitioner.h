// Which partition a record goes to.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/strong_id.h"

namespace floe::log {

// MurmurHash2 with Kafka's seed 0x9747b28c; source: org.apache.kafka.common.utils.Utils.murmur2.
int32_t Murmur2(std::string_view bytes);

// (murmur2(key) & 0x7fffffff) mod count, as Kafka's Java client and librdkafka's `murmur2`
// partitioner. REQUIRES: partition_count > 0.
PartitionId PartitionOfKey(std::string_view key, int32_t partition_count);

}  // namespace floe::log
