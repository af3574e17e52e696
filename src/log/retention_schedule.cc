#include "log/retention_schedule.h"

#include <chrono>
#include <mutex>
#include <utility>

#include "base/limits.h"

namespace floe::log {

// Outlives the schedule in the executor's delayed task, which finds out here that it has ended.
struct RetentionSchedule::State : std::enable_shared_from_this<State> {
  State(EmbeddedLog& checked, Executor& runner, Logger told)
      : log(&checked), executor(runner), logger(std::move(told)) {}

  void CheckAfter(std::chrono::nanoseconds delay) {
    executor.SubmitAfter(delay, [self = shared_from_this()] { self->Check(); });
  }
  void Check() {
    std::lock_guard lock(mutex);
    if (log == nullptr) return;
    const Status status = log->EnforceRetention();
    if (!status.ok()) logger.Error("the log's retention could not be applied", status.error());
    CheckAfter(limits::kLogRetentionCheckInterval);
  }

  std::mutex mutex;  // held during a check, so that the end waits for it
  EmbeddedLog* log;  // null after the end
  Executor& executor;
  const Logger logger;
};

RetentionSchedule::RetentionSchedule(EmbeddedLog& log, Executor& executor, Logger logger)
    : state_(std::make_shared<State>(log, executor, std::move(logger))) {
  state_->CheckAfter(limits::kLogRetentionFirstCheckDelay);
}

RetentionSchedule::~RetentionSchedule() {
  std::lock_guard lock(state_->mutex);
  state_->log = nullptr;
}

}  // namespace floe::log
