#include "base/executor.h"

#include <algorithm>
#include <atomic>

#include "base/assert.h"

namespace floe {

ThreadPoolExecutor::ThreadPoolExecutor(int threads, const Clock& clock) : clock_(clock) {
  FLOE_ASSERT(threads >= 1);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { WorkerLoop(); });
}

ThreadPoolExecutor::~ThreadPoolExecutor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

void ThreadPoolExecutor::Submit(Task task) {
  {
    std::lock_guard lock(mutex_);
    ready_.push_back(std::move(task));
  }
  wake_.notify_one();
}

void ThreadPoolExecutor::SubmitAfter(std::chrono::nanoseconds delay, Task task) {
  {
    std::lock_guard lock(mutex_);
    delayed_.emplace(clock_.Monotonic() + delay, std::move(task));
  }
  wake_.notify_all();
}

std::optional<Executor::Task> ThreadPoolExecutor::TakeDue() {
  if (!stopping_ && !delayed_.empty() && delayed_.begin()->first <= clock_.Monotonic()) {
    Task task = std::move(delayed_.begin()->second);
    delayed_.erase(delayed_.begin());
    return task;
  }
  if (ready_.empty()) return std::nullopt;
  Task task = std::move(ready_.front());
  ready_.pop_front();
  return task;
}

void ThreadPoolExecutor::WorkerLoop() {
  std::unique_lock lock(mutex_);
  for (;;) {
    if (std::optional<Task> task = TakeDue()) {
      lock.unlock();
      (*task)();
      lock.lock();
      continue;
    }
    if (stopping_) return;
    if (delayed_.empty()) {
      wake_.wait(lock);
    } else {
      wake_.wait_for(lock, delayed_.begin()->first - clock_.Monotonic());
    }
  }
}

void ThreadPoolExecutor::RunUntil(const std::function<bool()>& done) {
  // The waiter helps: if every worker waited without helping, nothing could complete.
  std::unique_lock lock(mutex_);
  for (;;) {
    lock.unlock();
    const bool finished = done();
    lock.lock();
    if (finished) return;
    if (std::optional<Task> task = TakeDue()) {
      lock.unlock();
      (*task)();
      lock.lock();
      continue;
    }
    // A wake-up between done() and here is made good by the short wait.
    wake_.wait_for(lock, std::chrono::milliseconds(1));
  }
}

void ThreadPoolExecutor::Wake() { wake_.notify_all(); }

void ThreadPoolExecutor::ParallelFor(size_t count, const std::function<void(size_t)>& fn) {
  if (count == 0) return;
  const size_t extra = std::min(count, threads_.size()) - 1;
  if (extra == 0) {
    for (size_t i = 0; i < count; ++i) fn(i);
    return;
  }
  struct Shared {
    std::atomic<size_t> next{0};
    std::atomic<size_t> finished{0};
    std::mutex mutex;
    std::condition_variable all_done;
  };
  // The state outlives this call: a worker may look at it after the last item was taken.
  auto shared = std::make_shared<Shared>();
  auto work = [shared, count, &fn] {
    for (size_t i = shared->next++; i < count; i = shared->next++) {
      fn(i);
      if (++shared->finished == count) {
        std::lock_guard lock(shared->mutex);
        shared->all_done.notify_all();
      }
    }
  };
  for (size_t i = 0; i < extra; ++i) Submit(work);
  work();
  std::unique_lock lock(shared->mutex);
  shared->all_done.wait(lock, [&] { return shared->finished == count; });
}

void DeterministicExecutor::SubmitAfter(std::chrono::nanoseconds delay, Task task) {
  delayed_.emplace(clock_.Monotonic() + delay, std::move(task));
}

bool DeterministicExecutor::RunOne() {
  while (!delayed_.empty() && delayed_.begin()->first <= clock_.Monotonic()) {
    ready_.push_back(std::move(delayed_.begin()->second));
    delayed_.erase(delayed_.begin());
  }
  if (ready_.empty()) return false;
  const size_t index = random_.Uniform(ready_.size());
  Task task = std::move(ready_[index]);
  ready_.erase(ready_.begin() + static_cast<std::ptrdiff_t>(index));
  task();
  return true;
}

void DeterministicExecutor::RunReady() {
  while (RunOne()) {
  }
}

void DeterministicExecutor::RunUntil(const std::function<bool()>& done) {
  while (!done()) {
    if (RunOne()) continue;
    FLOE_ASSERT(!delayed_.empty());
    clock_.Advance(delayed_.begin()->first - clock_.Monotonic());
  }
}

void DeterministicExecutor::ParallelFor(size_t count, const std::function<void(size_t)>& fn) {
  for (size_t i = 0; i < count; ++i) fn(i);
}

}  // namespace floe
