// What an evaluation reads besides its batch, and what it reports besides its results.
#pragma once

#include <cstdint>
#include <limits>
#include <map>
#include <span>
#include <utility>

#include "base/random.h"
#include "base/result.h"

namespace arrow {
class MemoryPool;
}

namespace floe::functions {

inline constexpr int64_t kNoWatermark = std::numeric_limits<int64_t>::min();

struct EvaluationContext {
  arrow::MemoryPool* memory_pool = nullptr;  // REQUIRES: not null; outlives the results
  // For PROCTIME(), NOW(), CURRENT_TIMESTAMP …: milliseconds since 1970 UTC. One value per call, so
  // give it the time of the rows' arrival.
  int64_t now_ms = 0;
  // CURRENT_WATERMARK: the watermark before each row in milliseconds, kNoWatermark where there was
  // none yet; empty: none for any row. Else REQUIRES: the batch's length.
  std::span<const int64_t> watermarks_ms;
  Random* random = nullptr;  // for RAND() and UUID(); REQUIRES: not null if they are used
};

// The rows for which an expression failed, each with its first error.
class RowErrors {
 public:
  void Add(int64_t row, Error error) { errors_.try_emplace(row, std::move(error)); }
  bool empty() const { return errors_.empty(); }
  bool Contains(int64_t row) const { return errors_.contains(row); }
  void Clear() { errors_.clear(); }
  const std::map<int64_t, Error>& errors() const { return errors_; }  // by row

 private:
  std::map<int64_t, Error> errors_;
};

}  // namespace floe::functions
