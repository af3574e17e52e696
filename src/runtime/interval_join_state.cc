// The interval join's checkpoint sections:
//   join-left, join-right  rows held, in batches (batch_encoding.h), each as bytes; a further order
//                          column is 1 for rows that have matched
//   join-keys              per key that holds something: hash (8 bytes), key as bytes
//                          (WindowKeyTable::Save), then per side the times let_go_through, timer
//   window-progress        counters and watermark (window_state.h)
// With keys every instance writes its own; without, the rows that all instances hold, and the one
// key, are written by instance 0.
#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_base.h>
#include <arrow/type.h>

#include <algorithm>
#include <string>
#include <utility>

#include "functions/accumulator_encoding.h"
#include "runtime/batch_encoding.h"
#include "runtime/batch_rows.h"
#include "runtime/interval_join_operator.h"
#include "runtime/key_hash.h"
#include "runtime/window_state.h"
#include "state/snapshot.h"

namespace floe::runtime {
namespace {

constexpr std::string_view kRowSections[] = {"join-left", "join-right"};
constexpr std::string_view kKeySection = "join-keys";
// Rows of one stored batch.
constexpr size_t kStoredBatchRows = 16 * 1024;

Status FromArrow(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "state of a join: " + status.message());
}

}  // namespace

Status IntervalJoinOperator::SaveRows(int side, state::StateWriter& writer) const {
  const Side& of = sides_[static_cast<size_t>(side)];
  std::vector<int64_t> rows;
  for (const KeyState& state : states_) {
    state.sides[side].rows.ForAll([&](int64_t, int64_t row) { rows.push_back(row); });
  }
  std::sort(rows.begin(), rows.end());
  const state::KeyGroupRange groups =
      keys_.is_keyless() ? state::KeyGroupRange() : KeyGroupsOf(context_);
  std::string& bytes = writer.Begin(std::string(kRowSections[side]), state::StateKind::kTimeline,
                                    kWindowStateVersion, groups);
  for (size_t begin = 0; begin < rows.size(); begin += kStoredBatchRows) {
    const std::span<const int64_t> some =
        std::span(rows).subspan(begin, std::min(kStoredBatchRows, rows.size() - begin));
    const auto count = static_cast<int64_t>(some.size());
    stream::Batch batch;
    arrow::ArrayVector columns;
    for (int i = 0; i < of.store.columns(); ++i) {
      FLOE_ASSIGN(std::shared_ptr<arrow::Array> column, of.store.Gather(i, some));
      columns.push_back(std::move(column));
    }
    batch.rows = arrow::RecordBatch::Make(of.schema, count, std::move(columns));
    for (size_t i = 0; i < of.store.order_columns(); ++i) {
      FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> column, of.store.GatherOrder(i, some));
      batch.order.push_back(std::move(column));
    }
    std::vector<int64_t> matched;
    for (const int64_t row : some) matched.push_back(of.store.matched(row) ? 1 : 0);
    FLOE_ASSIGN(std::shared_ptr<arrow::Int64Array> flags,
                MakeInt64Array(matched, context_.memory_pool));
    batch.order.push_back(std::move(flags));
    FLOE_ASSIGN(const std::string encoded, EncodeBatch(batch, context_.memory_pool));
    functions::AppendBytes(encoded, bytes);
  }
  return Status::Ok();
}

Result<std::vector<uint64_t>> IntervalJoinOperator::HashesOf(std::span<const KeyId> ids) const {
  if (keys_.is_keyless()) return std::vector<uint64_t>(ids.size(), 0);
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : key_schema_->fields()) {
    auto builder = arrow::MakeBuilder(field->type(), context_.memory_pool);
    FLOE_TRY(FromArrow(builder.status()));
    builders.push_back(std::move(builder).ValueUnsafe());
  }
  FLOE_TRY(keys_.Append(ids, builders));
  arrow::ArrayVector columns;
  std::vector<int> all;
  for (size_t i = 0; i < builders.size(); ++i) {
    auto column = builders[i]->Finish();
    FLOE_TRY(FromArrow(column.status()));
    columns.push_back(std::move(column).ValueUnsafe());
    all.push_back(static_cast<int>(i));
  }
  const auto batch =
      arrow::RecordBatch::Make(key_schema_, static_cast<int64_t>(ids.size()), std::move(columns));
  std::vector<uint64_t> hashes;
  HashKeys(*batch, all, &hashes);
  return hashes;
}

Status IntervalJoinOperator::SaveKeys(state::StateWriter& writer) const {
  std::vector<KeyId> ids;
  for (size_t id = 0; id < states_.size(); ++id) {
    if (states_[id].in_use || keys_.is_keyless()) ids.push_back(static_cast<KeyId>(id));
  }
  FLOE_ASSIGN(const std::vector<uint64_t> hashes, HashesOf(ids));
  const state::KeyGroupRange groups =
      keys_.is_keyless() ? state::KeyGroupRange() : KeyGroupsOf(context_);
  std::string& bytes =
      writer.Begin(std::string(kKeySection), state::StateKind::kKeyed, kWindowStateVersion, groups);
  std::string key;
  for (size_t i = 0; i < ids.size(); ++i) {
    key.clear();
    keys_.Save(ids[i], key);
    functions::AppendFixed(hashes[i], bytes);
    functions::AppendBytes(key, bytes);
    for (const HeldRows& held : states_[ids[i]].sides) {
      functions::AppendFixed(held.let_go_through, bytes);
      functions::AppendFixed(held.timer, bytes);
    }
  }
  return Status::Ok();
}

Status IntervalJoinOperator::Snapshot(state::StateWriter& writer) const {
  const bool speaks_for_all = !keys_.is_keyless() || context_.instance == 0;
  for (const int side : {0, 1}) {
    if (speaks_for_all || sides_[static_cast<size_t>(side)].shared_out) {
      FLOE_TRY(SaveRows(side, writer));
    }
  }
  if (speaks_for_all) FLOE_TRY(SaveKeys(writer));
  SaveProgress(counters_, now_ms_, writer);
  return Status::Ok();
}

Status IntervalJoinOperator::RestoreBatch(int side, stream::Batch batch) {
  Side& of = sides_[static_cast<size_t>(side)];
  const std::shared_ptr<arrow::Int64Array> matched = batch.order.back();
  batch.order.pop_back();
  FLOE_TRY(TakeInput(side, {batch}));
  for (size_t i = 0; i < of.rows.size(); ++i) {
    const int64_t row = of.rows[i];
    KeyState& state = StateOf(of.key_ids[i]);
    if (row == kElsewhere) {
      of.elsewhere.Insert(of.times[i], row);
    } else {
      state.sides[side].rows.Insert(of.times[i], row);
      of.store.Retain(row);
      if (matched->Value(static_cast<int64_t>(i)) != 0) of.store.set_matched(row);
    }
    if (!state.in_use) keys_.AddReference(of.key_ids[i]);
    state.in_use = true;
  }
  EndRound(&of);
  return Status::Ok();
}

Status IntervalJoinOperator::RestoreRows(int side, const state::StateReader& reader) {
  const Side& of = sides_[static_cast<size_t>(side)];
  const types::Schema& schema = node_.inputs[static_cast<size_t>(side)]->schema;
  FLOE_ASSIGN(const std::vector<std::string> sections,
              ReadSections(context_, reader, kRowSections[side]));
  std::vector<std::vector<stream::Batch>> parts;
  for (const std::string& bytes : sections) {
    parts.emplace_back();
    functions::ByteReader fields(bytes);
    while (!fields.AtEnd()) {
      const std::string_view encoded = fields.ReadBytes();
      FLOE_TRY(fields.status());
      FLOE_ASSIGN(stream::Batch batch,
                  DecodeBatch(encoded, schema, of.store.order_columns() + 1, context_.memory_pool));
      if (!keys_.is_keyless()) {
        FLOE_ASSIGN(batch, RowsOfInstance(of, batch));
      }
      if (batch.size() > 0) parts.back().push_back(std::move(batch));
    }
  }
  // Numbers of rows follow the order of arrival, over all parts.
  FLOE_ASSIGN(std::vector<stream::Batch> batches,
              MergeByOrder(std::move(parts), context_.memory_pool));
  for (stream::Batch& batch : batches) FLOE_TRY(RestoreBatch(side, std::move(batch)));
  return Status::Ok();
}

Result<stream::Batch> IntervalJoinOperator::RowsOfInstance(const Side& side,
                                                           const stream::Batch& batch) const {
  std::vector<uint64_t> hashes;
  HashKeys(*batch.rows, side.keys, &hashes);
  const std::vector<bool> is_own = HashesOfInstance(context_, hashes);
  std::vector<int32_t> own;
  for (size_t i = 0; i < is_own.size(); ++i) {
    if (is_own[i]) own.push_back(static_cast<int32_t>(i));
  }
  return SelectRows(batch, own, context_.memory_pool);
}

Status IntervalJoinOperator::RestoreKeys(const state::StateReader& reader) {
  FLOE_ASSIGN(const std::vector<std::string> sections, ReadSections(context_, reader, kKeySection));
  for (const std::string& bytes : sections) {
    functions::ByteReader fields(bytes);
    while (!fields.AtEnd()) {
      const auto hash = fields.ReadFixed<uint64_t>();
      functions::ByteReader key(fields.ReadBytes());
      HeldRows held[2];
      for (HeldRows& side : held) {
        side.let_go_through = fields.ReadFixed<int64_t>();
        side.timer = fields.ReadFixed<int64_t>();
      }
      FLOE_TRY(fields.status());
      if (!keys_.is_keyless() && !HashesOfInstance(context_, std::span(&hash, 1))[0]) continue;
      const KeyId id = keys_.Load(key);
      FLOE_TRY(key.status());
      states_.resize(std::max(states_.size(), keys_.capacity()));
      KeyState& state = states_[id];
      if (!state.in_use) keys_.AddReference(id);
      state.in_use = true;
      for (const int side : {0, 1}) {
        state.sides[side].let_go_through = held[side].let_go_through;
        state.sides[side].timer = held[side].timer;
        if (held[side].timer != kNoTimer) timers_.push_back({held[side].timer, id, side});
      }
    }
  }
  std::make_heap(timers_.begin(), timers_.end());
  return Status::Ok();
}

Status IntervalJoinOperator::Restore(const state::StateReader& reader) {
  for (const int side : {0, 1}) FLOE_TRY(RestoreRows(side, reader));
  FLOE_TRY(RestoreKeys(reader));
  return RestoreProgress(context_, reader, &counters_, &now_ms_);
}

}  // namespace floe::runtime
