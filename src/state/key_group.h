// Keys in groups: the unit in which keyed state moves between parallel instances.
#pragma once

#include <cstdint>

#include "base/strong_id.h"

namespace floe::state {

// Group of a key, in [0, kKeyGroups).
using KeyGroup = StrongId<struct KeyGroupTag, int32_t>;

// Fixed for the life of a pipeline: checkpoints are cut by it. Flink's default maximum parallelism.
inline constexpr int32_t kKeyGroups = 128;

// Groups [begin, end).
struct KeyGroupRange {
  KeyGroup begin;
  KeyGroup end{kKeyGroups};

  bool operator==(const KeyGroupRange&) const = default;
  bool Contains(KeyGroup group) const { return begin <= group && group < end; }
  bool Overlaps(const KeyGroupRange& other) const { return begin < other.end && other.begin < end; }
};

// From a 64-bit hash of the key; mixes it first (the finaliser of MurmurHash3), so any hash with
// distinct values does. Part of the checkpoint format: never change it.
constexpr KeyGroup KeyGroupOf(uint64_t hash) {
  hash ^= hash >> 33;
  hash *= 0xff51afd7ed558ccdULL;
  hash ^= hash >> 33;
  hash *= 0xc4ceb9fe1a85ec53ULL;
  hash ^= hash >> 33;
  return KeyGroup(static_cast<int32_t>(hash % kKeyGroups));
}

// The groups of instance `index` of `parallelism`, and the instance of a group; the split of
// Flink's KeyGroupRangeAssignment. REQUIRES: 0 <= index < parallelism <= kKeyGroups.
constexpr KeyGroupRange KeyGroupsOf(int32_t index, int32_t parallelism) {
  return {KeyGroup((index * kKeyGroups + parallelism - 1) / parallelism),
          KeyGroup(((index + 1) * kKeyGroups + parallelism - 1) / parallelism)};
}
constexpr int32_t InstanceOf(KeyGroup group, int32_t parallelism) {
  return group.value() * parallelism / kKeyGroups;
}

}  // namespace floe::state
