// Dense ids for values: each distinct value is kept once, counted by how often it is referred to,
// and forgotten when the last reference goes. DISTINCT aggregates and window keys count on them.
#pragma once

#include <bit>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.h"

namespace floe::functions {

uint64_t HashValue(std::string_view value);
uint64_t HashValue(uint64_t value);

// `Stored` is what is kept of a value, `View` what it is looked up by: std::string and
// std::string_view, or uint64_t twice. Open addressing with linear probing; erasing moves entries
// back, so there are no tombstones. Not thread-safe.
template <typename Stored, typename View>
class ValueIds {
 public:
  // The id of the value, a new one with no references if it is not there. Ids are reused after
  // Release. A value without references stays until it is released once.
  uint32_t Intern(View value) {
    if ((live_ + 1) * 4 > slots_.size() * 3) Grow();
    const uint32_t hash = static_cast<uint32_t>(HashValue(value) >> 32);
    size_t at = hash & mask_;
    while (slots_[at].id != kFree) {
      if (slots_[at].hash == hash && values_[slots_[at].id] == value) return slots_[at].id;
      at = (at + 1) & mask_;
    }
    const uint32_t id = Allocate(value, hash);
    slots_[at] = {hash, id};
    return id;
  }

  // A new id that no value is looked up by, with one reference for good (say, for NULL).
  uint32_t Reserve() {
    const uint32_t id = Allocate(View{}, 0);
    references_[id] = 1;
    return id;
  }

  void AddReference(uint32_t id) { ++references_[id]; }
  // Takes `count` references back; without any left the value is forgotten and true returned.
  bool Release(uint32_t id, uint32_t count = 1) {
    FLOE_ASSERT(references_[id] >= count);
    references_[id] -= count;
    if (references_[id] != 0) return false;
    Erase(id);
    return true;
  }

  // REQUIRES: the id is in use. A view is valid until the next Intern or Release.
  View value(uint32_t id) const { return values_[id]; }
  // Ids are below this.
  size_t capacity() const { return values_.size(); }
  size_t size() const { return live_; }

 private:
  static constexpr uint32_t kFree = 0xffffffff;
  struct Slot {
    uint32_t hash = 0;
    uint32_t id = kFree;
  };

  uint32_t Allocate(View value, uint32_t hash) {
    ++live_;
    if (!free_.empty()) {
      const uint32_t id = free_.back();
      free_.pop_back();
      values_[id] = Stored(value);
      hashes_[id] = hash;
      return id;
    }
    const uint32_t id = static_cast<uint32_t>(values_.size());
    FLOE_ASSERT(id != kFree);
    values_.emplace_back(value);
    hashes_.push_back(hash);
    references_.push_back(0);
    return id;
  }

  void Erase(uint32_t id) {
    size_t hole = hashes_[id] & mask_;
    while (slots_[hole].id != id) hole = (hole + 1) & mask_;
    // Moves back what would no longer be found behind the hole.
    for (size_t next = (hole + 1) & mask_; slots_[next].id != kFree; next = (next + 1) & mask_) {
      const size_t home = slots_[next].hash & mask_;
      if (((next - home) & mask_) < ((next - hole) & mask_)) continue;
      slots_[hole] = slots_[next];
      hole = next;
    }
    slots_[hole] = Slot{};
    values_[id] = Stored{};
    free_.push_back(id);
    --live_;
  }

  void Grow() {
    std::vector<Slot> old(slots_.empty() ? size_t{16} : slots_.size() * 2);
    old.swap(slots_);
    mask_ = slots_.size() - 1;
    for (const Slot& slot : old) {
      if (slot.id == kFree) continue;
      size_t at = slot.hash & mask_;
      while (slots_[at].id != kFree) at = (at + 1) & mask_;
      slots_[at] = slot;
    }
  }

  std::vector<Slot> slots_;
  size_t mask_ = 0;
  size_t live_ = 0;
  std::vector<Stored> values_;
  std::vector<uint32_t> hashes_;
  std::vector<uint32_t> references_;
  std::vector<uint32_t> free_;
};

using IntegerIds = ValueIds<uint64_t, uint64_t>;
using BytesIds = ValueIds<std::string, std::string_view>;

}  // namespace floe::functions
