// One slice's groups: which group of the accumulators holds which key.
#pragma once

#include <cstdint>
#include <vector>

#include "functions/accumulator.h"
#include "runtime/window_key_table.h"

namespace floe::runtime {

// A map from keys to groups that lists its entries in the order in which they came. Open addressing
// with linear probing; entries are never erased one by one.
class SliceGroups {
 public:
  // kNoGroup if the key is not there.
  functions::GroupId Find(KeyId key) const {
    if (keys_.size() <= kScannedEntries) {
      for (size_t i = 0; i < keys_.size(); ++i) {
        if (keys_[i] == key) return groups_[i];
      }
      return functions::kNoGroup;
    }
    for (size_t at = Home(key);; at = (at + 1) & mask_) {
      const uint32_t entry = slots_[at];
      if (entry == kFree) return functions::kNoGroup;
      if (keys_[entry] == key) return groups_[entry];
    }
  }

  // REQUIRES: the key is not there.
  void Insert(KeyId key, functions::GroupId group) {
    keys_.push_back(key);
    groups_.push_back(group);
    if (keys_.size() <= kScannedEntries) return;
    if (keys_.size() * 4 > slots_.size() * 3) {
      Rehash();
    } else {
      Place(static_cast<uint32_t>(keys_.size() - 1));
    }
  }

  const std::vector<KeyId>& keys() const { return keys_; }
  const std::vector<functions::GroupId>& groups() const { return groups_; }

 private:
  static constexpr uint32_t kFree = 0xffffffff;
  // So few entries are found faster without a table.
  static constexpr size_t kScannedEntries = 4;

  size_t Home(KeyId key) const { return (key * 0x9e3779b97f4a7c15ULL >> 32) & mask_; }

  void Place(uint32_t entry) {
    size_t at = Home(keys_[entry]);
    while (slots_[at] != kFree) at = (at + 1) & mask_;
    slots_[at] = entry;
  }

  void Rehash() {
    slots_.assign(slots_.empty() ? size_t{16} : slots_.size() * 2, kFree);
    mask_ = slots_.size() - 1;
    for (uint32_t entry = 0; entry < keys_.size(); ++entry) Place(entry);
  }

  std::vector<KeyId> keys_;
  std::vector<functions::GroupId> groups_;
  std::vector<uint32_t> slots_;  // indexes into keys_
  size_t mask_ = 0;
};

struct WindowSlice {
  int64_t end_ms = 0;           // local time; of a CUMULATE window's fired part: its last window's
  int64_t window_start_ms = 0;  // of windows that rows carry; 0 otherwise
  int64_t rows = 0;             // counted only where they may be lost (WindowFlushCheck)
  SliceGroups groups;
};

}  // namespace floe::runtime
