// The wish to end a statement early, and who is told of it.
#pragma once

#include <atomic>
#include <functional>
#include <mutex>
#include <utility>

namespace floe::query::trino {

// Thread-safe.
class Cancellation {
 public:
  bool requested() const { return requested_; }

  // Calls the attached function, on this thread.
  void Request() {
    std::lock_guard lock(mutex_);
    requested_ = true;
    if (interrupt_) interrupt_();
  }
  // `interrupt` is called by Request until Detach, and must be quick. A wish that came earlier is
  // found by requested().
  void Attach(std::function<void()> interrupt) {
    std::lock_guard lock(mutex_);
    interrupt_ = std::move(interrupt);
  }
  // After it `interrupt` is neither called nor running.
  void Detach() {
    std::lock_guard lock(mutex_);
    interrupt_ = nullptr;
  }

 private:
  std::atomic<bool> requested_ = false;
  std::mutex mutex_;
  std::function<void()> interrupt_;
};

}  // namespace floe::query::trino
