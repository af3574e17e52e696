#include "state/snapshot.h"

namespace floe::state {

uint64_t OperatorSnapshot::size_bytes() const {
  uint64_t total = 0;
  for (const Section& section : sections) total += section.bytes.size();
  return total;
}

std::string& StateWriter::Begin(std::string state_name, StateKind kind, uint32_t encoding_version,
                                KeyGroupRange key_groups) {
  Section& section = snapshot_.sections.emplace_back();
  section.info.operator_id = operator_id_;
  section.info.state_name = std::move(state_name);
  section.info.kind = kind;
  section.info.encoding_version = encoding_version;
  section.info.key_groups = key_groups;
  section.info.instance = instance_;
  return section.bytes;
}

OperatorSnapshot StateWriter::Finish() && { return std::move(snapshot_); }

std::vector<size_t> StateReader::Find(std::string_view state_name, KeyGroupRange key_groups) const {
  std::vector<size_t> found;
  for (size_t i = 0; i < sections().size(); ++i) {
    const SectionInfo& section = sections()[i];
    if (section.state_name == state_name && section.key_groups.Overlaps(key_groups)) {
      found.push_back(i);
    }
  }
  return found;
}

}  // namespace floe::state
