#include "base/clock.h"

#include "base/assert.h"

namespace floe {

int64_t SystemClock::WallMillis() const {
  return std::chrono::duration_cast<std::chrono::milliseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::chrono::nanoseconds SystemClock::Monotonic() const {
  return std::chrono::steady_clock::now().time_since_epoch();
}

int64_t ManualClock::WallMillis() const {
  std::lock_guard lock(mutex_);
  return wall_millis_;
}

std::chrono::nanoseconds ManualClock::Monotonic() const {
  std::lock_guard lock(mutex_);
  return monotonic_;
}

void ManualClock::Advance(std::chrono::nanoseconds step) {
  FLOE_ASSERT(step.count() >= 0);
  std::lock_guard lock(mutex_);
  monotonic_ += step;
  wall_millis_ += std::chrono::duration_cast<std::chrono::milliseconds>(step).count();
}

void ManualClock::SetWallMillis(int64_t wall_millis) {
  std::lock_guard lock(mutex_);
  wall_millis_ = wall_millis;
}

}  // namespace floe
