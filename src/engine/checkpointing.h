// The options of checkpointing as a job's SET statements give them.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "base/result.h"

namespace floe::engine {

struct CheckpointOptions {
  // execution.checkpointing.interval. A job without it still commits, every
  // kDefaultCheckpointIntervalMs: without an epoch its output would never be seen.
  int64_t interval_ms = 0;
  // execution.checkpointing.num-retained, at least 2.
  int retained = 2;
};

inline constexpr int64_t kDefaultCheckpointIntervalMs = 60'000;

Result<CheckpointOptions> ReadCheckpointOptions(
    const std::map<std::string, std::string>& configuration);

// The pipeline's id: `pipeline.name` where it is set, else `fallback`; every character that does
// not fit a file name becomes '-'.
std::string PipelineIdOf(const std::map<std::string, std::string>& configuration,
                         const std::string& fallback);

}  // namespace floe::engine
