// Memory as a budget: a tree of named pools, each with a limit, that counts what Arrow, state, log
// and queries hold. Running out is an error of the one who asks, not the end of the process.
#pragma once

#include <atomic>
#include <cstdint>
#include <limits>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"

namespace floe {

// One pool. What a pool reserves is reserved in all pools above it too. Thread-safe.
class MemoryBudget {
 public:
  static constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();

  // The root of a tree. REQUIRES: limit_bytes >= 0.
  MemoryBudget(std::string name, int64_t limit_bytes);
  // A pool below `parent`, which must outlive it.
  MemoryBudget(std::string name, int64_t limit_bytes, MemoryBudget& parent);
  // REQUIRES: everything was released and the pools below it are gone.
  ~MemoryBudget();
  MemoryBudget(const MemoryBudget&) = delete;
  MemoryBudget& operator=(const MemoryBudget&) = delete;

  // Counts `bytes` as used here and above, or changes nothing: kMemoryLimit names the pool whose
  // limit stood in the way. REQUIRES: bytes >= 0.
  Status Reserve(int64_t bytes);
  // Gives back. REQUIRES: 0 <= bytes <= used_bytes().
  void Release(int64_t bytes);

  int64_t used_bytes() const { return used_bytes_.load(std::memory_order_relaxed); }
  // The most that was used at once.
  int64_t peak_bytes() const { return peak_bytes_.load(std::memory_order_relaxed); }
  int64_t limit_bytes() const { return limit_bytes_; }
  // "floe.job.join": names from the root down.
  const std::string& path() const { return path_; }

  struct Usage {
    std::string path;
    int64_t used_bytes = 0;
    int64_t peak_bytes = 0;
    int64_t limit_bytes = 0;
  };
  // This pool and all below it, parents first, for display.
  std::vector<Usage> Snapshot() const;

 private:
  // The pool among this and those above whose limit refused; null when all agreed.
  const MemoryBudget* TryReserve(int64_t bytes);
  void AppendUsage(std::vector<Usage>* usages) const;

  const std::string path_;
  const int64_t limit_bytes_;
  MemoryBudget* const parent_;
  std::atomic<int64_t> used_bytes_{0};
  std::atomic<int64_t> peak_bytes_{0};
  mutable std::mutex mutex_;  // guards children_
  std::vector<const MemoryBudget*> children_;
};

// A part of a budget that is given back by its owner's end. Not thread-safe.
class MemoryReservation {
 public:
  MemoryReservation() = default;
  // Holds nothing yet. `budget` must outlive it.
  explicit MemoryReservation(MemoryBudget& budget) : budget_(&budget) {}
  ~MemoryReservation() { Clear(); }
  MemoryReservation(MemoryReservation&& other) noexcept
      : budget_(other.budget_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryReservation& operator=(MemoryReservation&& other) noexcept;

  // Grows or shrinks to `bytes`; a failed growth leaves it as it was.
  // REQUIRES: made with a budget; bytes >= 0.
  Status Resize(int64_t bytes);
  void Clear();
  int64_t bytes() const { return bytes_; }

 private:
  MemoryBudget* budget_ = nullptr;
  int64_t bytes_ = 0;
};

}  // namespace floe
