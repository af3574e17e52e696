// A table scan of a running job; internal to JobRuntime.
#pragma once

#include <memory>
#include <vector>

#include "runtime/job_runtime.h"

namespace floe::runtime {

struct JobRuntime::Scan {
  const plan::ScanNode* node = nullptr;
  std::shared_ptr<const plan::ScanNode> values_node;  // of VALUES: owns `node`
  ScanSource source;
  std::vector<std::unique_ptr<ScanTask>> tasks;  // one per instance
  WatermarkTracker watermarks;
  ScanCounters counters;
  Stage* stage = nullptr;
  // Of the round, in sequence: its blocks as read and as decoded.
  std::vector<const SequencedEvent*> events;
  std::vector<ScanBlock> blocks;
};

}  // namespace floe::runtime
