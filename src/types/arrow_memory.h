// Arrow's memory, drawn from a budget. An adapter header of types/ for Arrow.
#pragma once

#include <arrow/memory_pool.h>

#include <atomic>
#include <string>

#include "base/memory.h"

namespace floe::types {

// A pool that counts in `budget` before it allocates; past the limit Arrow gets OutOfMemory, which
// its callers turn into kMemoryLimit. Thread-safe. The budget and this pool must outlive every
// buffer that was allocated from it.
class ArrowMemoryPool final : public arrow::MemoryPool {
 public:
  explicit ArrowMemoryPool(MemoryBudget& budget);

  using arrow::MemoryPool::Allocate;
  using arrow::MemoryPool::Free;
  using arrow::MemoryPool::Reallocate;
  arrow::Status Allocate(int64_t size, int64_t alignment, uint8_t** out) override;
  arrow::Status Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                           uint8_t** ptr) override;
  void Free(uint8_t* buffer, int64_t size, int64_t alignment) override;
  void ReleaseUnused() override;

  int64_t bytes_allocated() const override;
  int64_t max_memory() const override;
  int64_t total_bytes_allocated() const override;
  int64_t num_allocations() const override;
  std::string backend_name() const override;

 private:
  // Arrow's statistics after an allocation that grew the use by `growth` bytes.
  void Count(int64_t growth);

  MemoryBudget& budget_;
  // Arrow's own allocator; the one place where the tree touches it.
  arrow::MemoryPool* const allocator_;
  std::atomic<int64_t> bytes_in_use_{0};
  std::atomic<int64_t> most_bytes_in_use_{0};
  std::atomic<int64_t> total_bytes_{0};
  std::atomic<int64_t> allocations_{0};
};

}  // namespace floe::types
