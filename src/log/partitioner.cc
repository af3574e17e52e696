#include "log/partitioner.h"

#include <cstring>

#include "base/assert.h"

namespace floe::log {

int32_t Murmur2(std::string_view bytes) {
  constexpr uint32_t kSeed = 0x9747b28c;
  constexpr uint32_t kMultiplier = 0x5bd1e995;
  uint32_t hash = kSeed ^ static_cast<uint32_t>(bytes.size());
  const char* at = bytes.data();
  size_t rest = bytes.size();
  for (; rest >= 4; at += 4, rest -= 4) {
    uint32_t word;
    std::memcpy(&word, at, 4);
    word *= kMultiplier;
    word ^= word >> 24;
    word *= kMultiplier;
    hash = (hash * kMultiplier) ^ word;
  }
  if (rest >= 3) hash ^= static_cast<uint32_t>(static_cast<uint8_t>(at[2])) << 16;
  if (rest >= 2) hash ^= static_cast<uint32_t>(static_cast<uint8_t>(at[1])) << 8;
  if (rest >= 1) {
    hash ^= static_cast<uint8_t>(at[0]);
    hash *= kMultiplier;
  }
  hash ^= hash >> 13;
  hash *= kMultiplier;
  hash ^= hash >> 15;
  return static_cast<int32_t>(hash);
}

PartitionId PartitionOfKey(std::string_view key, int32_t partition_count) {
  FLOE_ASSERT(partition_count > 0);
  return PartitionId((Murmur2(key) & 0x7fffffff) % partition_count);
}

}  // namespace floe::log
