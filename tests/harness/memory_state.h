// Snapshots in memory as a checkpoint, for restarts within a test.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "state/snapshot.h"

namespace floe::harness {

// The sections of one operator, ordered as a checkpoint's. `snapshots` outlives the reader.
std::unique_ptr<state::StateReader> MakeMemoryStateReader(
    const std::vector<state::OperatorSnapshot>& snapshots, const std::string& operator_id);

}  // namespace floe::harness
