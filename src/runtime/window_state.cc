#include "runtime/window_state.h"

#include <algorithm>
#include <limits>
#include <string>

#include "functions/accumulator_encoding.h"
#include "state/snapshot.h"

namespace floe::runtime {

namespace {

constexpr std::string_view kProgress = "window-progress";

constexpr int64_t OperatorCounters::*kCounters[] = {
    &OperatorCounters::rows_in,        &OperatorCounters::rows_out,
    &OperatorCounters::rows_filtered,  &OperatorCounters::rows_late,
    &OperatorCounters::rows_left_late, &OperatorCounters::rows_right_late,
};

Status CheckVersion(const state::SectionInfo& section) {
  if (section.encoding_version == kWindowStateVersion) return Status::Ok();
  return Status(ErrorCode::kCorruption,
                "state '" + section.state_name + "' of operator '" + section.operator_id +
                    "' has layout " + std::to_string(section.encoding_version) +
                    ", this version reads " + std::to_string(kWindowStateVersion));
}

}  // namespace

void SaveProgress(const OperatorCounters& counters, int64_t watermark_ms,
                  state::StateWriter& writer) {
  std::string& bytes =
      writer.Begin(std::string(kProgress), state::StateKind::kCounters, kWindowStateVersion);
  functions::AppendFixed(watermark_ms, bytes);
  for (const auto counter : kCounters) functions::AppendFixed(counters.*counter, bytes);
}

Status RestoreProgress(const OperatorContext& context, const state::StateReader& reader,
                       OperatorCounters* counters, int64_t* watermark_ms) {
  int64_t least_ms = std::numeric_limits<int64_t>::max();
  bool found = false;
  for (const size_t index : reader.Find(kProgress)) {
    const state::SectionInfo& section = reader.sections()[index];
    FLOE_TRY(CheckVersion(section));
    FLOE_ASSIGN(const std::string bytes, reader.Read(index));
    functions::ByteReader fields(bytes);
    least_ms = std::min(least_ms, fields.ReadFixed<int64_t>());
    found = true;
    const bool takes_counters = section.instance % context.parallelism == context.instance;
    for (const auto counter : kCounters) {
      const int64_t value = fields.ReadFixed<int64_t>();
      if (takes_counters) counters->*counter += value;
    }
    FLOE_TRY(fields.status());
  }
  if (found) *watermark_ms = least_ms;
  return Status::Ok();
}

Result<std::vector<std::string>> ReadSections(const OperatorContext& context,
                                              const state::StateReader& reader,
                                              std::string_view state_name) {
  std::vector<std::string> sections;
  for (const size_t index : reader.Find(state_name, KeyGroupsOf(context))) {
    FLOE_TRY(CheckVersion(reader.sections()[index]));
    FLOE_ASSIGN(std::string bytes, reader.Read(index));
    sections.push_back(std::move(bytes));
  }
  return sections;
}

std::vector<bool> HashesOfInstance(const OperatorContext& context,
                                   std::span<const uint64_t> hashes) {
  const state::KeyGroupRange range = KeyGroupsOf(context);
  std::vector<bool> of_instance;
  of_instance.reserve(hashes.size());
  for (const uint64_t hash : hashes) {
    of_instance.push_back(range.Contains(state::KeyGroupOf(hash)));
  }
  return of_instance;
}

}  // namespace floe::runtime
