#include "harness/memory_state.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace floe::harness {
namespace {

class MemoryStateReader final : public state::StateReader {
 public:
  explicit MemoryStateReader(std::vector<const state::Section*> sections)
      : sections_(std::move(sections)) {
    for (const state::Section* section : sections_) infos_.push_back(section->info);
  }

  const std::vector<state::SectionInfo>& sections() const override { return infos_; }
  Result<std::string> Read(size_t section) const override { return sections_[section]->bytes; }

 private:
  std::vector<const state::Section*> sections_;
  std::vector<state::SectionInfo> infos_;
};

}  // namespace

std::unique_ptr<state::StateReader> MakeMemoryStateReader(
    const std::vector<state::OperatorSnapshot>& snapshots, const std::string& operator_id) {
  std::vector<const state::Section*> sections;
  for (const state::OperatorSnapshot& snapshot : snapshots) {
    for (const state::Section& section : snapshot.sections) {
      if (section.info.operator_id == operator_id) sections.push_back(&section);
    }
  }
  std::stable_sort(sections.begin(), sections.end(),
                   [](const state::Section* a, const state::Section* b) {
                     const auto key = [](const state::Section* s) {
                       return std::tuple(s->info.state_name, s->info.key_groups.begin,
                                         s->info.key_groups.end, s->info.instance);
                     };
                     return key(a) < key(b);
                   });
  return std::make_unique<MemoryStateReader>(std::move(sections));
}

}  // namespace floe::harness
