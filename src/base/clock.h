// Time as an injected dependency. Nothing else in the tree reads a clock (tools/tidy checks it).
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>

namespace floe {

// Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;
  // Milliseconds since 1970-01-01 UTC; may step backwards when the system's clock is set.
  virtual int64_t WallMillis() const = 0;
  // Never falls; the origin has no meaning. For timers and durations.
  virtual std::chrono::nanoseconds Monotonic() const = 0;
};

class SystemClock final : public Clock {
 public:
  int64_t WallMillis() const override;
  std::chrono::nanoseconds Monotonic() const override;
};

// Moves only when told to.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(int64_t wall_millis = 0) : wall_millis_(wall_millis) {}
  int64_t WallMillis() const override;
  std::chrono::nanoseconds Monotonic() const override;
  // Moves both clocks. REQUIRES: step >= 0.
  void Advance(std::chrono::nanoseconds step);
  // Sets the wall clock alone, as an operator would.
  void SetWallMillis(int64_t wall_millis);

 private:
  mutable std::mutex mutex_;
  int64_t wall_millis_;
  std::chrono::nanoseconds monotonic_{0};
};

}  // namespace floe
