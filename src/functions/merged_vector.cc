#include "functions/merged_vector.h"

#include <arrow/buffer.h>

#include <algorithm>
#include <cstring>
#include <utility>

namespace floe::functions {

Result<MergedVector> MergedVector::Create(Physical physical, int64_t length,
                                          arrow::MemoryPool* pool) {
  MergedVector merged;
  merged.length_ = length;
  merged.vector_.physical = physical;
  const int64_t bytes = length * PhysicalSize(physical);
  FLOE_ASSIGN(merged.vector_.buffer, AllocateBytes(pool, bytes));
  FLOE_ASSIGN(std::shared_ptr<arrow::Buffer> validity, AllocateBytes(pool, length));
  merged.values_ = MutableBytes(*merged.vector_.buffer);
  merged.valid_ = MutableBytes(*validity);
  std::memset(merged.values_, 0, static_cast<size_t>(bytes));
  std::memset(merged.valid_, 0, static_cast<size_t>(length));
  merged.vector_.values = merged.values_;
  merged.vector_.validity = merged.valid_;
  merged.vector_.validity_owner = std::move(validity);
  return merged;
}

void MergedVector::Take(const Vector& from, const Selection* selection) {
  if (from.owner != nullptr) owners_.push_back(from.owner);
  if (from.array != nullptr) owners_.push_back(from.array);
  VisitPhysical(vector_.physical, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* source = from.data<T>();
    T* target = static_cast<T*>(values_);
    const auto take = [&](int64_t row) {
      const int64_t at = from.index(row);
      if (from.validity != nullptr && from.validity[at] == 0) return;
      target[row] = source[at];
      valid_[row] = 1;
    };
    if (selection == nullptr) {
      for (int64_t row = 0; row < length_; ++row) take(row);
    } else {
      for (int32_t row : selection->rows) take(row);
    }
  });
}

Vector MergedVector::Finish() && {
  if (vector_.physical == Physical::kString) {
    vector_.owner = std::make_shared<std::vector<std::shared_ptr<const void>>>(std::move(owners_));
  }
  if (std::all_of(valid_, valid_ + length_, [](uint8_t valid) { return valid != 0; })) {
    vector_.validity = nullptr;
  }
  return std::move(vector_);
}

}  // namespace floe::functions
