#include "engine/restart_strategy.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <utility>

#include "base/quantity.h"

namespace floe::engine {
namespace {

using Configuration = std::map<std::string, std::string>;

constexpr std::string_view kPrefix = "restart-strategy.";

const std::string* Find(const Configuration& configuration, std::string_view name) {
  const auto it = configuration.find(std::string(kPrefix) + std::string(name));
  return it == configuration.end() ? nullptr : &it->second;
}

Error Invalid(std::string_view name, std::string_view rule, const std::string& value) {
  return Error(ErrorCode::kInvalidOption, "'" + std::string(kPrefix) + std::string(name) +
                                              "' must be " + std::string(rule) + ", not '" + value +
                                              "'");
}

Status ReadDuration(const Configuration& configuration, std::string_view name, int64_t* value) {
  const std::string* text = Find(configuration, name);
  if (text == nullptr) return Status::Ok();
  const Result<int64_t> parsed = ParseDurationMs(*text);
  if (!parsed.ok() || *parsed < 0) return Invalid(name, "a duration such as '10 s'", *text);
  *value = *parsed;
  return Status::Ok();
}

template <typename Number>
Status ReadNumber(const Configuration& configuration, std::string_view name, Number least,
                  std::string_view rule, Number* value) {
  const std::string* text = Find(configuration, name);
  if (text == nullptr) return Status::Ok();
  Number parsed{};
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, parsed);
  if (error != std::errc() || stopped != end || parsed < least) return Invalid(name, rule, *text);
  *value = parsed;
  return Status::Ok();
}

// Flink takes the names with and without the hyphen, and "off" and "disable" for none.
Result<RestartKind> ReadKind(const Configuration& configuration) {
  const std::string* text = Find(configuration, "type");
  const auto old_key = configuration.find("restart-strategy");
  if (text == nullptr && old_key != configuration.end()) text = &old_key->second;
  if (text == nullptr) return RestartKind::kExponentialDelay;
  constexpr std::pair<std::string_view, RestartKind> kNames[] = {
      {"none", RestartKind::kNone},
      {"off", RestartKind::kNone},
      {"disable", RestartKind::kNone},
      {"fixed-delay", RestartKind::kFixedDelay},
      {"fixeddelay", RestartKind::kFixedDelay},
      {"failure-rate", RestartKind::kFailureRate},
      {"failurerate", RestartKind::kFailureRate},
      {"exponential-delay", RestartKind::kExponentialDelay},
      {"exponentialdelay", RestartKind::kExponentialDelay},
  };
  for (const auto& [name, kind] : kNames) {
    if (*text == name) return kind;
  }
  return Invalid("type", "none, fixed-delay, failure-rate or exponential-delay", *text);
}

}  // namespace

Result<RestartOptions> ReadRestartOptions(const Configuration& configuration) {
  RestartOptions options;
  FLOE_ASSIGN(options.kind, ReadKind(configuration));
  const auto duration = [&](std::string_view name, int64_t* value) {
    return ReadDuration(configuration, name, value);
  };
  const auto count = [&](std::string_view name, int64_t* value) {
    return ReadNumber<int64_t>(configuration, name, 1, "a number of at least 1", value);
  };
  FLOE_TRY(count("fixed-delay.attempts", &options.attempts));
  FLOE_TRY(duration("fixed-delay.delay", &options.fixed_delay_ms));
  FLOE_TRY(count("failure-rate.max-failures-per-interval", &options.max_failures_per_interval));
  FLOE_TRY(duration("failure-rate.failure-rate-interval", &options.failure_interval_ms));
  FLOE_TRY(duration("failure-rate.delay", &options.failure_rate_delay_ms));
  FLOE_TRY(duration("exponential-delay.initial-backoff", &options.initial_backoff_ms));
  FLOE_TRY(duration("exponential-delay.max-backoff", &options.max_backoff_ms));
  FLOE_TRY(ReadNumber(configuration, "exponential-delay.backoff-multiplier", 1.0,
                      "a number of at least 1", &options.backoff_multiplier));
  FLOE_TRY(
      duration("exponential-delay.reset-backoff-threshold", &options.reset_backoff_threshold_ms));
  FLOE_TRY(ReadNumber(configuration, "exponential-delay.jitter-factor", 0.0, "a number from 0 to 1",
                      &options.jitter_factor));
  FLOE_TRY(count("exponential-delay.attempts-before-reset-backoff",
                 &options.attempts_before_reset_backoff));
  if (options.jitter_factor > 1) {
    return Invalid("exponential-delay.jitter-factor", "a number from 0 to 1",
                   *Find(configuration, "exponential-delay.jitter-factor"));
  }
  if (options.max_backoff_ms < options.initial_backoff_ms) {
    return Error(ErrorCode::kInvalidOption,
                 "'restart-strategy.exponential-delay.max-backoff' is less than "
                 "'restart-strategy.exponential-delay.initial-backoff'");
  }
  return options;
}

std::optional<std::chrono::milliseconds> RestartStrategy::OnFailure(std::chrono::nanoseconds now) {
  std::optional<int64_t> delay_ms;
  switch (options_.kind) {
    case RestartKind::kNone:
      break;
    case RestartKind::kFixedDelay:
      delay_ms = FixedDelay();
      break;
    case RestartKind::kFailureRate:
      delay_ms = FailureRate(now);
      break;
    case RestartKind::kExponentialDelay:
      delay_ms = ExponentialDelay(now);
      break;
  }
  if (!delay_ms) return std::nullopt;
  last_start_ = now + std::chrono::milliseconds(*delay_ms);
  return std::chrono::milliseconds(*delay_ms);
}

std::optional<int64_t> RestartStrategy::FixedDelay() {
  if (attempts_ >= options_.attempts) return std::nullopt;
  ++attempts_;
  return options_.fixed_delay_ms;
}

std::optional<int64_t> RestartStrategy::FailureRate(std::chrono::nanoseconds now) {
  failures_.push_back(now);
  const auto interval = std::chrono::milliseconds(options_.failure_interval_ms);
  while (now - failures_.front() > interval) failures_.pop_front();
  if (static_cast<int64_t>(failures_.size()) > options_.max_failures_per_interval) {
    return std::nullopt;
  }
  return options_.failure_rate_delay_ms;
}

std::optional<int64_t> RestartStrategy::ExponentialDelay(std::chrono::nanoseconds now) {
  const auto ran_for = now - last_start_;
  const bool calm = ran_for >= std::chrono::milliseconds(options_.reset_backoff_threshold_ms);
  if (backoff_ms_ == 0 || calm) {
    backoff_ms_ = static_cast<double>(options_.initial_backoff_ms);
    attempts_ = 0;
  } else {
    backoff_ms_ = std::min(backoff_ms_ * options_.backoff_multiplier,
                           static_cast<double>(options_.max_backoff_ms));
  }
  if (attempts_ >= options_.attempts_before_reset_backoff) return std::nullopt;
  ++attempts_;
  // Jobs that failed together are not started together.
  const double jitter = backoff_ms_ * options_.jitter_factor * (2 * random_.NextDouble() - 1);
  return std::clamp(static_cast<int64_t>(backoff_ms_ + jitter), int64_t{0},
                    options_.max_backoff_ms);
}

}  // namespace floe::engine
