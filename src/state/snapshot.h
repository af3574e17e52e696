// What operators put into a checkpoint and get back: named sections of bytes, per operator and
// range of key groups. The meaning of the bytes is the operator's; the checkpoint guards them.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "state/key_group.h"

namespace floe::state {

// How a section's contents behave; tells a backend how it may keep them.
enum class StateKind : uint8_t {
  kKeyed = 1,     // read-modify-write entries by key; split by key group
  kTimeline = 2,  // append-and-expire rows in time order (window slices, join rings)
  kOperator = 3,  // not keyed: one per instance, or the same in all (broadcast)
  kCounters = 4,  // metrics that survive a restart exactly
};

// What a section is, as listed in the checkpoint's footer.
struct SectionInfo {
  // Stable over restarts and changes of the job that keep the operator: chosen by the plan.
  std::string operator_id;
  std::string state_name;
  StateKind kind = StateKind::kOperator;
  // Of the operator's encoding of the bytes; checked by its reader.
  uint32_t encoding_version = 0;
  // The groups that the section's entries belong to; all of them for state without keys.
  KeyGroupRange key_groups;
  // Of the instance that wrote it.
  int32_t instance = 0;
  uint64_t size_bytes = 0;

  bool operator==(const SectionInfo&) const = default;
};

// A section in memory, from an operator to the checkpoint.
struct Section {
  SectionInfo info;  // size_bytes is set when it is written
  std::string bytes;
};

// Everything that one operator instance wrote at a barrier.
struct OperatorSnapshot {
  std::vector<Section> sections;

  uint64_t size_bytes() const;
};

// Collects the sections of one operator instance. Used by the thread that owns the operator.
class StateWriter {
 public:
  StateWriter(std::string operator_id, int32_t instance)
      : operator_id_(std::move(operator_id)), instance_(instance) {}

  // Starts a section and returns its buffer, to append to with storage/encoding.h or as one likes.
  // Valid until the next call. Names may repeat (one section per key group range, say).
  std::string& Begin(std::string state_name, StateKind kind, uint32_t encoding_version,
                     KeyGroupRange key_groups = {});
  OperatorSnapshot Finish() &&;

 private:
  std::string operator_id_;
  int32_t instance_;
  OperatorSnapshot snapshot_;
};

// The sections of one operator, as a checkpoint holds them. Thread-safe.
class StateReader {
 public:
  virtual ~StateReader() = default;
  // All sections of the operator, of all instances, ordered by (state name, key groups, instance).
  // Empty: the operator is new. An instance takes those whose key groups overlap its own and
  // filters the entries.
  virtual const std::vector<SectionInfo>& sections() const = 0;
  // The bytes of one of them, with the checksum verified (kCorruption).
  virtual Result<std::string> Read(size_t section) const = 0;

  // Sections of this name whose key groups overlap `key_groups`, as indexes.
  std::vector<size_t> Find(std::string_view state_name, KeyGroupRange key_groups = {}) const;
};

}  // namespace floe::state
