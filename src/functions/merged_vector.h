// Puts a vector together from parts of others, row by row: the results of CASE and COALESCE.
#pragma once

#include <memory>
#include <vector>

#include "base/result.h"
#include "functions/vector.h"

namespace floe::functions {

class MergedVector {
 public:
  // All rows start as NULL. REQUIRES: physical is not kNone.
  static Result<MergedVector> Create(Physical physical, int64_t length, arrow::MemoryPool* pool);

  // Rows of `selection` (null: all) take their values from `from`.
  void Take(const Vector& from, const Selection* selection);
  Vector Finish() &&;

 private:
  MergedVector() = default;

  int64_t length_ = 0;
  Vector vector_;
  void* values_ = nullptr;
  uint8_t* valid_ = nullptr;
  std::vector<std::shared_ptr<const void>> owners_;
};

}  // namespace floe::functions
