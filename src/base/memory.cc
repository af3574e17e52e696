#include "base/memory.h"

#include <algorithm>

#include "base/quantity.h"

namespace floe {

MemoryBudget::MemoryBudget(std::string name, int64_t limit_bytes)
    : path_(std::move(name)), limit_bytes_(limit_bytes), parent_(nullptr) {
  FLOE_ASSERT(limit_bytes >= 0);
}

MemoryBudget::MemoryBudget(std::string name, int64_t limit_bytes, MemoryBudget& parent)
    : path_(parent.path_ + "." + name), limit_bytes_(limit_bytes), parent_(&parent) {
  FLOE_ASSERT(limit_bytes >= 0);
  std::lock_guard lock(parent.mutex_);
  parent.children_.push_back(this);
}

MemoryBudget::~MemoryBudget() {
  FLOE_ASSERT(used_bytes() == 0);
  FLOE_ASSERT(children_.empty());
  if (parent_ == nullptr) return;
  std::lock_guard lock(parent_->mutex_);
  std::erase(parent_->children_, this);
}

Status MemoryBudget::Reserve(int64_t bytes) {
  FLOE_ASSERT(bytes >= 0);
  const MemoryBudget* full = TryReserve(bytes);
  if (full == nullptr) return Status::Ok();
  return Error(ErrorCode::kMemoryLimit, path_ + " needs " + FormatBytes(bytes) + " more, but " +
                                            FormatBytes(full->used_bytes()) + " of the limit of " +
                                            FormatBytes(full->limit_bytes_) + " of " + full->path_ +
                                            " are in use");
}

const MemoryBudget* MemoryBudget::TryReserve(int64_t bytes) {
  // Written so that used + bytes can't overflow.
  int64_t used = used_bytes_.load(std::memory_order_relaxed);
  do {
    if (bytes > limit_bytes_ - used) return this;
  } while (!used_bytes_.compare_exchange_weak(used, used + bytes, std::memory_order_relaxed));
  if (parent_ != nullptr) {
    if (const MemoryBudget* full = parent_->TryReserve(bytes)) {
      used_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
      return full;
    }
  }
  int64_t peak = peak_bytes_.load(std::memory_order_relaxed);
  while (peak < used + bytes &&
         !peak_bytes_.compare_exchange_weak(peak, used + bytes, std::memory_order_relaxed)) {
  }
  return nullptr;
}

void MemoryBudget::Release(int64_t bytes) {
  FLOE_ASSERT(bytes >= 0);
  for (MemoryBudget* budget = this; budget != nullptr; budget = budget->parent_) {
    const int64_t before = budget->used_bytes_.fetch_sub(bytes, std::memory_order_relaxed);
    FLOE_ASSERT(before >= bytes);
  }
}

std::vector<MemoryBudget::Usage> MemoryBudget::Snapshot() const {
  std::vector<Usage> usages;
  AppendUsage(&usages);
  return usages;
}

void MemoryBudget::AppendUsage(std::vector<Usage>* usages) const {
  usages->push_back({path_, used_bytes(), peak_bytes(), limit_bytes_});
  std::lock_guard lock(mutex_);
  for (const MemoryBudget* child : children_) child->AppendUsage(usages);
}

MemoryReservation& MemoryReservation::operator=(MemoryReservation&& other) noexcept {
  if (this == &other) return *this;
  Clear();
  budget_ = other.budget_;
  bytes_ = std::exchange(other.bytes_, 0);
  return *this;
}

Status MemoryReservation::Resize(int64_t bytes) {
  FLOE_ASSERT(budget_ != nullptr);
  FLOE_ASSERT(bytes >= 0);
  if (bytes > bytes_) {
    FLOE_TRY(budget_->Reserve(bytes - bytes_));
  } else {
    budget_->Release(bytes_ - bytes);
  }
  bytes_ = bytes;
  return Status::Ok();
}

void MemoryReservation::Clear() {
  if (budget_ != nullptr) budget_->Release(bytes_);
  bytes_ = 0;
}

}  // namespace floe
