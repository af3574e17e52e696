// Applies a log's retention from time to time.
#pragma once

#include <memory>

#include "base/executor.h"
#include "base/log.h"
#include "log/embedded_log.h"

namespace floe::log {

// Calls EmbeddedLog::EnforceRetention on the executor, limits::kLogRetentionFirstCheckDelay after
// its construction and every limits::kLogRetentionCheckInterval from then on. An error is logged,
// and the next check comes all the same.
class RetentionSchedule {
 public:
  // References outlive it.
  RetentionSchedule(EmbeddedLog& log, Executor& executor, Logger logger);
  // Waits for a check under way; none comes after it.
  ~RetentionSchedule();
  RetentionSchedule(const RetentionSchedule&) = delete;
  RetentionSchedule& operator=(const RetentionSchedule&) = delete;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace floe::log
