// Checkpoints of window aggregates: the groups with their keys and accumulators, in one section.
#include <arrow/array/builder_base.h>
#include <arrow/record_batch.h>
#include <arrow/type.h>

#include <algorithm>

#include "runtime/key_hash.h"
#include "runtime/window_aggregate_operator.h"
#include "runtime/window_state.h"
#include "state/snapshot.h"
#include "types/arrow_types.h"

namespace floe::runtime {

using functions::ByteReader;
using functions::GroupId;
using functions::kNoGroup;

namespace {

constexpr std::string_view kGroups = "window-groups";

void SaveSlice(const WindowSlice& slice, bool is_accumulated, const WindowKeyTable& keys,
               const WindowGroupStore& groups, std::string& bytes) {
  for (size_t i = 0; i < slice.groups.keys().size(); ++i) {
    functions::AppendFixed<uint8_t>(is_accumulated ? 1 : 0, bytes);
    functions::AppendFixed(slice.end_ms, bytes);
    functions::AppendFixed(slice.window_start_ms, bytes);
    functions::AppendFixed(i == 0 ? slice.rows : 0, bytes);
    keys.Save(slice.groups.keys()[i], bytes);
    const int64_t* order = groups.OrderKey(slice.groups.groups()[i]);
    for (size_t c = 0; c < groups.order_columns(); ++c) functions::AppendFixed(order[c], bytes);
  }
}

}  // namespace

Status WindowAggregateOperator::Snapshot(state::StateWriter& writer) const {
  SaveProgress(counters_, watermark_ms_, writer);
  SaveGroups(writer.Begin(std::string(kGroups), state::StateKind::kTimeline, kWindowStateVersion,
                          KeyGroupsOf(context_)));
  return Status::Ok();
}

void WindowAggregateOperator::SaveGroups(std::string& bytes) const {
  std::vector<GroupId> saved;
  const auto collect = [&saved](const WindowSlice& slice) {
    saved.insert(saved.end(), slice.groups.groups().begin(), slice.groups.groups().end());
  };
  for (const auto& [end_ms, slice] : slices_) collect(slice);
  for (const auto& [end_ms, slice] : accumulated_) collect(slice);

  functions::AppendFixed(static_cast<uint32_t>(groups_.order_columns()), bytes);
  functions::AppendFixed(flush_check_.last_check_ms(), bytes);
  functions::AppendFixed(static_cast<uint32_t>(saved.size()), bytes);
  for (const auto& [end_ms, slice] : slices_) SaveSlice(slice, false, keys_, groups_, bytes);
  for (const auto& [end_ms, slice] : accumulated_) SaveSlice(slice, true, keys_, groups_, bytes);
  for (const auto& accumulator : groups_.accumulators()) accumulator->Save(saved, bytes);
}

Status WindowAggregateOperator::Restore(const state::StateReader& reader) {
  FLOE_TRY(RestoreProgress(context_, reader, &counters_, &watermark_ms_));
  FLOE_ASSIGN(const std::vector<std::string> sections, ReadSections(context_, reader, kGroups));
  for (const std::string& bytes : sections) FLOE_TRY(LoadGroups(bytes));
  for (const auto& [end_ms, slice] : slices_) {
    AddPending(end_ms, assigner_.LastWindowEnd(end_ms), watermark_ms_);
  }
  for (const auto& [end_ms, slice] : accumulated_) {
    AddPending(assigner_.WindowStart(end_ms) + assigner_.slide_ms(), end_ms, watermark_ms_);
  }
  return Status::Ok();
}

Status WindowAggregateOperator::LoadGroups(std::string_view bytes) {
  ByteReader reader(bytes);
  if (reader.ReadFixed<uint32_t>() != groups_.order_columns()) {
    return Status(ErrorCode::kCorruption, "groups of window aggregate '" + context_.operator_id +
                                              "' have order keys of another length");
  }
  flush_check_.set_last_check_ms(reader.ReadFixed<int64_t>());
  FLOE_ASSIGN(const std::vector<GroupId> groups, LoadEntries(reader));
  for (const auto& accumulator : groups_.accumulators()) {
    FLOE_TRY(accumulator->Load(groups, reader));
  }
  if (reader.ok() && reader.AtEnd()) return Status::Ok();
  return Status(ErrorCode::kCorruption,
                "groups of window aggregate '" + context_.operator_id + "' do not fit its plan");
}

Result<std::vector<GroupId>> WindowAggregateOperator::LoadEntries(ByteReader& reader) {
  struct Entry {
    bool is_accumulated = false;
    int64_t end_ms = 0;
    int64_t window_start_ms = 0;
    int64_t rows = 0;
    std::vector<int64_t> order;
  };
  std::vector<Entry> entries;
  std::vector<KeyId> keys;
  for (uint32_t left = reader.ReadFixed<uint32_t>(); left > 0 && reader.ok(); --left) {
    Entry& entry = entries.emplace_back();
    entry.is_accumulated = reader.ReadFixed<uint8_t>() != 0;
    entry.end_ms = reader.ReadFixed<int64_t>();
    entry.window_start_ms = reader.ReadFixed<int64_t>();
    entry.rows = reader.ReadFixed<int64_t>();
    keys.push_back(keys_.Load(reader));
    keys_.AddReference(keys.back());
    for (size_t c = 0; c < groups_.order_columns(); ++c) {
      entry.order.push_back(reader.ReadFixed<int64_t>());
    }
  }
  FLOE_TRY(reader.status());
  FLOE_ASSIGN(const std::vector<bool> is_mine, KeysOfThisInstance(keys));

  std::vector<GroupId> groups;
  for (size_t i = 0; i < entries.size(); ++i) {
    if (!is_mine[i]) {
      keys_.Release(keys[i]);
      groups.push_back(kNoGroup);
      continue;
    }
    const Entry& entry = entries[i];
    WindowSlice& slice = (entry.is_accumulated ? accumulated_ : slices_)[entry.end_ms];
    slice.end_ms = entry.end_ms;
    slice.window_start_ms = entry.window_start_ms;
    slice.rows += entry.rows;
    const GroupId group = groups_.Allocate();
    slice.groups.Insert(keys[i], group);
    std::copy(entry.order.begin(), entry.order.end(), groups_.OrderKey(group));
    groups.push_back(group);
  }
  return groups;
}

Result<std::vector<bool>> WindowAggregateOperator::KeysOfThisInstance(
    std::span<const KeyId> keys) const {
  if (keys_.is_keyless()) return std::vector<bool>(keys.size(), true);
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  std::vector<std::shared_ptr<arrow::Field>> fields;
  for (size_t k = 0; k < node_.keys.size(); ++k) {
    const types::Field& field = node_.schema.field(static_cast<int>(k));
    fields.push_back(arrow::field(field.name, types::ToArrow(field.type)));
    auto builder = arrow::MakeBuilder(fields.back()->type(), context_.memory_pool);
    if (!builder.ok()) return Error(ErrorCode::kMemoryLimit, builder.status().message());
    builders.push_back(std::move(builder).ValueUnsafe());
  }
  FLOE_TRY(keys_.Append(keys, builders));
  std::vector<std::shared_ptr<arrow::Array>> columns;
  std::vector<int> indexes;
  for (const auto& builder : builders) {
    auto array = builder->Finish();
    if (!array.ok()) return Error(ErrorCode::kMemoryLimit, array.status().message());
    indexes.push_back(static_cast<int>(columns.size()));
    columns.push_back(std::move(array).ValueUnsafe());
  }
  const auto batch = arrow::RecordBatch::Make(arrow::schema(std::move(fields)),
                                              static_cast<int64_t>(keys.size()), columns);
  std::vector<uint64_t> hashes;
  HashKeys(*batch, indexes, &hashes);
  return HashesOfInstance(context_, hashes);
}

}  // namespace floe::runtime
