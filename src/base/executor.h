// Where work runs. Threads exist only behind this interface, so that a whole pipeline can run in
// one thread, in an order that a seed decides.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"

namespace floe {

// Thread-safe. Tasks must not block on one another except through Await and ParallelFor.
class Executor {
 public:
  using Task = std::function<void()>;
  virtual ~Executor() = default;

  // How many tasks can run at the same time, at least 1.
  virtual int concurrency() const = 0;
  // Runs `task` later, on any thread.
  virtual void Submit(Task task) = 0;
  // Runs `task` when `delay` has passed on the executor's clock.
  virtual void SubmitAfter(std::chrono::nanoseconds delay, Task task) = 0;
  // Runs queued work, or waits for it, until `done()` holds. `done` is called often and from the
  // calling thread only; whoever makes it true calls Wake().
  virtual void RunUntil(const std::function<bool()>& done) = 0;
  virtual void Wake() = 0;
  // Calls fn(0) … fn(count - 1), the caller taking part; returns when all have returned. At
  // concurrency 1 they run in order on the calling thread. `fn` must not throw.
  virtual void ParallelFor(size_t count, const std::function<void(size_t)>& fn) = 0;
};

// A fixed number of threads. The destructor runs what was submitted, drops delayed tasks, joins.
class ThreadPoolExecutor final : public Executor {
 public:
  // `threads` >= 1 worker threads; ParallelFor uses at most `threads` threads, its caller included.
  ThreadPoolExecutor(int threads, const Clock& clock);
  ~ThreadPoolExecutor() override;

  int concurrency() const override { return static_cast<int>(threads_.size()); }
  void Submit(Task task) override;
  void SubmitAfter(std::chrono::nanoseconds delay, Task task) override;
  void RunUntil(const std::function<bool()>& done) override;
  void Wake() override;
  void ParallelFor(size_t count, const std::function<void(size_t)>& fn) override;

 private:
  void WorkerLoop();
  // Takes a task that is due, or nothing. REQUIRES: mutex_ held.
  std::optional<Task> TakeDue();

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::deque<Task> ready_;
  std::multimap<std::chrono::nanoseconds, Task> delayed_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

// Everything on the calling thread, in an order chosen by `random`; time is `clock`, which moves
// to the next delayed task when nothing else is left. Same seed, same run.
class DeterministicExecutor final : public Executor {
 public:
  DeterministicExecutor(ManualClock& clock, Random random) : clock_(clock), random_(random) {}

  int concurrency() const override { return 1; }
  void Submit(Task task) override { ready_.push_back(std::move(task)); }
  void SubmitAfter(std::chrono::nanoseconds delay, Task task) override;
  // Asserts that the work does not run out before `done()` holds.
  void RunUntil(const std::function<bool()>& done) override;
  void Wake() override {}
  void ParallelFor(size_t count, const std::function<void(size_t)>& fn) override;
  // Runs everything that is due without moving the clock.
  void RunReady();

 private:
  bool RunOne();

  ManualClock& clock_;
  Random random_;
  std::vector<Task> ready_;
  std::multimap<std::chrono::nanoseconds, Task> delayed_;
};

// Starts an asynchronous call and waits for its result while the executor's work goes on:
//   Await<std::string>(executor, [&](auto done) { store.Get(key, done); })
template <typename T>
Result<T> Await(Executor& executor,
                const std::function<void(std::function<void(Result<T>)>)>& start) {
  struct Slot {
    std::mutex mutex;
    std::optional<Result<T>> result;
  };
  auto slot = std::make_shared<Slot>();
  start([slot, &executor](Result<T> result) {
    {
      std::lock_guard lock(slot->mutex);
      slot->result.emplace(std::move(result));
    }
    executor.Wake();
  });
  executor.RunUntil([&] {
    std::lock_guard lock(slot->mutex);
    return slot->result.has_value();
  });
  std::lock_guard lock(slot->mutex);
  return std::move(*slot->result);
}

}  // namespace floe
