#include "iceberg/key_table.h"

#include <xxhash.h>

namespace floe::iceberg {
namespace {

constexpr size_t kFirstSlots = 1024;

}  // namespace

std::string_view KeyTable::KeyOf(uint32_t number) const {
  uint64_t begin = number == 0 ? 0 : key_ends_[number - 1];
  return std::string_view(bytes_).substr(begin, key_ends_[number] - begin);
}

KeyTable::Found KeyTable::FindOrInsert(std::string_view key) {
  if (key_ends_.size() * 10 >= slots_.size() * 7) Grow();
  uint64_t hash = XXH3_64bits(key.data(), key.size());
  auto high = static_cast<uint32_t>(hash >> 32);
  size_t mask = slots_.size() - 1;
  for (size_t at = hash & mask;; at = (at + 1) & mask) {
    Slot& slot = slots_[at];
    if (slot.number == kEmpty) {
      slot.hash = high;
      slot.number = size();
      bytes_.append(key);
      key_ends_.push_back(bytes_.size());
      hashes_.push_back(hash);
      return {slot.number, true};
    }
    if (slot.hash == high && KeyOf(slot.number) == key) return {slot.number, false};
  }
}

void KeyTable::Grow() {
  size_t count = slots_.empty() ? kFirstSlots : slots_.size() * 2;
  slots_.assign(count, Slot{});
  size_t mask = count - 1;
  for (uint32_t number = 0; number < size(); ++number) {
    size_t at = hashes_[number] & mask;
    while (slots_[at].number != kEmpty) at = (at + 1) & mask;
    slots_[at].hash = static_cast<uint32_t>(hashes_[number] >> 32);
    slots_[at].number = number;
  }
}

void KeyTable::Clear() {
  // Clearing or assigning would keep the memory.
  std::vector<Slot>().swap(slots_);
  std::vector<uint64_t>().swap(hashes_);
  std::vector<uint64_t>().swap(key_ends_);
  std::string().swap(bytes_);
}

int64_t KeyTable::memory_bytes() const {
  return static_cast<int64_t>(slots_.capacity() * sizeof(Slot) + hashes_.capacity() * 8 +
                              key_ends_.capacity() * 8 + bytes_.capacity());
}

}  // namespace floe::iceberg
