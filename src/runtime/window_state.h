// Sections that every window operator has in a checkpoint: its counters and its watermark.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "runtime/operator.h"
#include "state/key_group.h"

namespace floe::runtime {

// Layout of the sections that the window operators write; older ones are refused.
inline constexpr uint32_t kWindowStateVersion = 1;

// The key groups of an instance.
inline state::KeyGroupRange KeyGroupsOf(const OperatorContext& context) {
  return state::KeyGroupsOf(context.instance, context.parallelism);
}

void SaveProgress(const OperatorCounters& counters, int64_t watermark_ms,
                  state::StateWriter& writer);
// The watermark is the least of all instances' (they were equal). Each old instance's counters go
// to one new instance, so that their sum stays. Leaves both alone if the operator is new.
Status RestoreProgress(const OperatorContext& context, const state::StateReader& reader,
                       OperatorCounters* counters, int64_t* watermark_ms);

// The bytes of all sections of this name that hold keys of the instance.
Result<std::vector<std::string>> ReadSections(const OperatorContext& context,
                                              const state::StateReader& reader,
                                              std::string_view state_name);

// Which of the hashes, by HashKeys, are keys of the instance.
std::vector<bool> HashesOfInstance(const OperatorContext& context,
                                   std::span<const uint64_t> hashes);

}  // namespace floe::runtime
