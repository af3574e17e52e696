#include "engine/checkpointing.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "base/quantity.h"

namespace floe::engine {

Result<CheckpointOptions> ReadCheckpointOptions(
    const std::map<std::string, std::string>& configuration) {
  CheckpointOptions options;
  options.interval_ms = kDefaultCheckpointIntervalMs;
  const auto interval = configuration.find("execution.checkpointing.interval");
  if (interval != configuration.end()) {
    Result<int64_t> parsed = ParseDurationMs(interval->second);
    if (!parsed.ok()) {
      return std::move(parsed).error().WithContext("'execution.checkpointing.interval'");
    }
    // 0 switches checkpoints off in Flink, and its Iceberg sink then commits nothing.
    if (*parsed > 0) options.interval_ms = *parsed;
  }
  options.retained = limits::kMinRetainedCheckpoints;
  const auto retained = configuration.find("execution.checkpointing.num-retained");
  if (retained != configuration.end()) {
    const std::string& text = retained->second;
    int count = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
    if (error != std::errc() || end != text.data() + text.size() || count < 1) {
      return Error(ErrorCode::kInvalidOption,
                   "'execution.checkpointing.num-retained' must be a number of at least 1, not '" +
                       text + "'");
    }
    options.retained = std::max(count, limits::kMinRetainedCheckpoints);
  }
  return options;
}

std::string PipelineIdOf(const std::map<std::string, std::string>& configuration,
                         const std::string& fallback) {
  const auto name = configuration.find("pipeline.name");
  std::string id = name != configuration.end() && !name->second.empty() ? name->second : fallback;
  for (char& c : id) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (!plain) c = '-';
  }
  return id;
}

}  // namespace floe::engine
