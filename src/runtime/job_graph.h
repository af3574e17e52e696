// The stages of a plan: which operators run side by side, and which input goes where.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "plan/physical_plan.h"
#include "runtime/stage.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

struct JobGraphOptions {
  int parallelism = 1;
  std::string time_zone = "UTC";
  bool has_checkpoints = true;  // OperatorContext's
};

// Stages in topological order, each node of the plan once, without instances of scans and sinks.
// `scan_index` of a scan's stage counts scans and VALUES nodes in the order of their stages.
Result<std::vector<std::unique_ptr<Stage>>> BuildStages(const plan::PhysicalPlan& plan,
                                                        const JobGraphOptions& options,
                                                        arrow::MemoryPool* pool);

// Whether an expression of the plan may read the clock (or is not deterministic in another way):
// the order then holds the clock of each round.
bool ReadsClock(const plan::PhysicalPlan& plan);

// A stateless stage takes as many instances as its input has parts; adds those that are missing.
Status EnsureInstances(Stage* stage, size_t count, const JobGraphOptions& options,
                       arrow::MemoryPool* pool);

}  // namespace floe::runtime
