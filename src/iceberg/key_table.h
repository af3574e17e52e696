// Keys of an epoch, each with a number: an open-addressing hash table over byte strings.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace floe::iceberg {

// Numbers keys 0, 1, 2 … in order of first appearance. Not thread-safe.
class KeyTable {
 public:
  // Number of a key that was not there.
  static constexpr uint32_t kMaxKeys = UINT32_MAX - 1;

  struct Found {
    uint32_t number;
    bool inserted;
  };
  // REQUIRES: size() < kMaxKeys.
  Found FindOrInsert(std::string_view key);
  uint32_t size() const { return static_cast<uint32_t>(key_ends_.size()); }
  void Clear();
  int64_t memory_bytes() const;

 private:
  struct Slot {
    uint32_t hash = 0;  // high bits of the key's hash
    uint32_t number = kEmpty;
  };
  static constexpr uint32_t kEmpty = UINT32_MAX;

  std::string_view KeyOf(uint32_t number) const;
  void Grow();

  std::vector<Slot> slots_;         // a power of two, at most 7/10 full
  std::vector<uint64_t> hashes_;    // by number, to grow without touching the keys
  std::vector<uint64_t> key_ends_;  // by number, where a key ends in `bytes_`
  std::string bytes_;
};

}  // namespace floe::iceberg
