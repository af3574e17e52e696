// Whether and when a job that failed is started again, as Flink's restart-strategy.* options say.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>

#include "base/random.h"
#include "base/result.h"

namespace floe::engine {

enum class RestartKind : uint8_t { kNone, kFixedDelay, kFailureRate, kExponentialDelay };

// Flink 1.20's options and defaults. Without restart-strategy.type a job is restarted with
// exponential delay, as Flink does for one with checkpoints: every job here has them.
struct RestartOptions {
  RestartKind kind = RestartKind::kExponentialDelay;
  // restart-strategy.fixed-delay.*
  int64_t attempts = 1;
  int64_t fixed_delay_ms = 1'000;
  // restart-strategy.failure-rate.*
  int64_t max_failures_per_interval = 1;
  int64_t failure_interval_ms = 60'000;
  int64_t failure_rate_delay_ms = 1'000;
  // restart-strategy.exponential-delay.*
  int64_t initial_backoff_ms = 1'000;
  int64_t max_backoff_ms = 60'000;
  double backoff_multiplier = 1.5;
  int64_t reset_backoff_threshold_ms = 3'600'000;
  double jitter_factor = 0.1;
  int64_t attempts_before_reset_backoff = INT64_MAX;
};

// kInvalidOption names the option and what it may be.
Result<RestartOptions> ReadRestartOptions(const std::map<std::string, std::string>& configuration);

// Of one job. Used by one thread at a time.
class RestartStrategy {
 public:
  RestartStrategy(RestartOptions options, Random random)
      : options_(options), random_(std::move(random)) {}

  // The job has failed at `now`, on a clock that never falls: how long to wait before it is started
  // again, or nothing: it has failed for good.
  std::optional<std::chrono::milliseconds> OnFailure(std::chrono::nanoseconds now);

 private:
  std::optional<int64_t> FixedDelay();
  std::optional<int64_t> FailureRate(std::chrono::nanoseconds now);
  std::optional<int64_t> ExponentialDelay(std::chrono::nanoseconds now);

  const RestartOptions options_;
  Random random_;
  int64_t attempts_ = 0;
  std::deque<std::chrono::nanoseconds> failures_;  // within the interval of the failure rate
  double backoff_ms_ = 0;                          // of the last restart; 0: none yet
  std::chrono::nanoseconds last_start_{0};
};

}  // namespace floe::engine
