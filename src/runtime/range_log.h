// Ranges of time in the order in which they came, asked for the last one that covers a moment.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace floe::runtime {

// Used by one task at a time.
class RangeLog {
 public:
  struct Entry {
    int64_t from;
    int64_t through;
    int64_t cause;
    int64_t row;
  };

  void Append(const Entry& entry) {
    if (entries_.size() % kChunkEntries == 0) chunks_.emplace_back();
    chunks_.back().from = std::min(chunks_.back().from, entry.from);
    chunks_.back().through = std::max(chunks_.back().through, entry.through);
    entries_.push_back(entry);
  }

  // The last entry at or after `since` with from <= moment <= through, or null. Chunks of entries
  // that all miss the moment are passed over whole.
  const Entry* LastCovering(int64_t moment, size_t since) const {
    size_t end = entries_.size();
    while (end > since) {
      const size_t chunk = (end - 1) / kChunkEntries;
      const size_t begin = std::max(since, chunk * kChunkEntries);
      if (chunks_[chunk].from <= moment && moment <= chunks_[chunk].through) {
        for (size_t i = end; i-- > begin;) {
          if (entries_[i].from <= moment && moment <= entries_[i].through) return &entries_[i];
        }
      }
      end = begin;
    }
    return nullptr;
  }

  size_t size() const { return entries_.size(); }
  void Clear() {
    entries_.clear();
    chunks_.clear();
  }

 private:
  static constexpr size_t kChunkEntries = 64;
  // What all entries of a chunk lie within.
  struct Chunk {
    int64_t from = std::numeric_limits<int64_t>::max();
    int64_t through = std::numeric_limits<int64_t>::min();
  };

  std::vector<Entry> entries_;
  std::vector<Chunk> chunks_;
};

}  // namespace floe::runtime
