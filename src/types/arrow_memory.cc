#include "types/arrow_memory.h"

namespace floe::types {
namespace {

arrow::MemoryPool* Allocator() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
  // Sanitizers see malloc only.
  return arrow::system_memory_pool();
#else
  return arrow::default_memory_pool();
#endif
}

arrow::Status ToArrow(const Error& error) { return arrow::Status::OutOfMemory(error.message()); }

}  // namespace

ArrowMemoryPool::ArrowMemoryPool(MemoryBudget& budget) : budget_(budget), allocator_(Allocator()) {}

arrow::Status ArrowMemoryPool::Allocate(int64_t size, int64_t alignment, uint8_t** out) {
  Status reserved = budget_.Reserve(size);
  if (!reserved.ok()) return ToArrow(reserved.error());
  arrow::Status allocated = allocator_->Allocate(size, alignment, out);
  if (!allocated.ok()) {
    budget_.Release(size);
    return allocated;
  }
  Count(size);
  return allocated;
}

arrow::Status ArrowMemoryPool::Reallocate(int64_t old_size, int64_t new_size, int64_t alignment,
                                          uint8_t** ptr) {
  const int64_t growth = new_size - old_size;
  if (growth > 0) {
    Status reserved = budget_.Reserve(growth);
    if (!reserved.ok()) return ToArrow(reserved.error());
  }
  arrow::Status moved = allocator_->Reallocate(old_size, new_size, alignment, ptr);
  if (!moved.ok()) {
    if (growth > 0) budget_.Release(growth);
    return moved;
  }
  if (growth < 0) budget_.Release(-growth);
  Count(growth);
  return moved;
}

void ArrowMemoryPool::Count(int64_t growth) {
  const int64_t in_use = bytes_in_use_.fetch_add(growth, std::memory_order_relaxed) + growth;
  int64_t most = most_bytes_in_use_.load(std::memory_order_relaxed);
  while (most < in_use && !most_bytes_in_use_.compare_exchange_weak(most, in_use)) {
  }
  if (growth > 0) total_bytes_.fetch_add(growth, std::memory_order_relaxed);
  allocations_.fetch_add(1, std::memory_order_relaxed);
}

void ArrowMemoryPool::Free(uint8_t* buffer, int64_t size, int64_t alignment) {
  allocator_->Free(buffer, size, alignment);
  bytes_in_use_.fetch_sub(size, std::memory_order_relaxed);
  budget_.Release(size);
}

void ArrowMemoryPool::ReleaseUnused() { allocator_->ReleaseUnused(); }

int64_t ArrowMemoryPool::bytes_allocated() const {
  return bytes_in_use_.load(std::memory_order_relaxed);
}

int64_t ArrowMemoryPool::max_memory() const {
  return most_bytes_in_use_.load(std::memory_order_relaxed);
}

int64_t ArrowMemoryPool::total_bytes_allocated() const {
  return total_bytes_.load(std::memory_order_relaxed);
}

int64_t ArrowMemoryPool::num_allocations() const {
  return allocations_.load(std::memory_order_relaxed);
}

std::string ArrowMemoryPool::backend_name() const { return "floe:" + allocator_->backend_name(); }

}  // namespace floe::types
