#include "runtime/window_aggregate_operator.h"

#include <arrow/array/array_binary.h>
#include <arrow/array/array_primitive.h>

#include <algorithm>
#include <limits>
#include <numeric>

#include "functions/accumulator.h"
#include "runtime/window_aggregate.h"
#include "runtime/window_local_aggregate.h"
#include "runtime/window_order.h"
#include "types/arrow_types.h"

namespace floe::runtime {

using functions::GroupId;
using functions::kNoGroup;

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

// Rows [begin, end) of a column, without a copy of the column's description where it is whole.
std::shared_ptr<arrow::Array> Rows(const stream::Batch& batch, int column, int64_t begin,
                                   int64_t end) {
  std::shared_ptr<arrow::Array> array = batch.rows->column(column);
  if (begin == 0 && end == batch.size()) return array;
  return array->Slice(begin, end - begin);
}

// The column that says which slice a row belongs to.
int SliceColumn(const plan::WindowAggregateNode& node, WindowInput input,
                const PartialLayout& layout) {
  switch (input) {
    case WindowInput::kTimed:
      return node.time_column;
    case WindowInput::kAttached:
      return node.window_end_column;
    case WindowInput::kPartial:
      return layout.slice_end_column;
  }
  return -1;
}

}  // namespace

WindowAggregateOperator::WindowAggregateOperator(const plan::WindowAggregateNode& node,
                                                 const OperatorContext& context, WindowInput input,
                                                 WindowAssigner assigner, WindowKeyTable keys,
                                                 WindowGroupStore groups, WindowOutput output)
    : node_(node),
      context_(context),
      input_(input),
      layout_(node),
      assigner_(std::move(assigner)),
      keys_(std::move(keys)),
      groups_(std::move(groups)),
      output_(std::move(output)),
      watermark_ms_(EventTime::Min().millis()),
      loses_rows_(!context.has_checkpoints && input != WindowInput::kAttached &&
                  !assigner_.zone().is_utc() && !assigner_.zone().uses_daylight_time()),
      flush_check_(node.window) {}

Result<std::unique_ptr<WindowAggregateOperator>> WindowAggregateOperator::Make(
    const plan::WindowAggregateNode& node, const OperatorContext& context, WindowInput input,
    const types::Schema& input_schema, std::vector<int> key_columns) {
  FLOE_ASSIGN(WindowAssigner assigner, input == WindowInput::kAttached
                                           ? WindowAssigner::MakeAttached(node.window.time_zone)
                                           : WindowAssigner::Make(node.window));
  if (input != WindowInput::kAttached && node.window.size_ms % node.window.slide_ms != 0) {
    return Error(ErrorCode::kInvalidArgument,
                 "HOP table function based aggregate requires size must be an integral multiple of "
                 "slide");
  }
  FLOE_ASSIGN(WindowKeyTable keys, WindowKeyTable::Make(input_schema, std::move(key_columns)));
  FLOE_ASSIGN(WindowGroupStore groups,
              WindowGroupStore::Make(node.aggregates, OrderColumnCount(*node.inputs[0])));
  FLOE_ASSIGN(WindowOutput output, WindowOutput::Make(node, context));
  return std::unique_ptr<WindowAggregateOperator>(
      new WindowAggregateOperator(node, context, input, std::move(assigner), std::move(keys),
                                  std::move(groups), std::move(output)));
}

Result<std::unique_ptr<Operator>> MakeWindowAggregate(const plan::WindowAggregateNode& node,
                                                      const OperatorContext& context) {
  const WindowInput input = node.time_column >= 0 ? WindowInput::kTimed : WindowInput::kAttached;
  FLOE_ASSIGN(auto made, WindowAggregateOperator::Make(node, context, input, node.inputs[0]->schema,
                                                       node.keys));
  return std::unique_ptr<Operator>(std::move(made));
}

Status WindowAggregateOperator::OnRound(std::span<const RoundInput> inputs,
                                        std::vector<stream::Batch>* output) {
  FLOE_ASSERT(inputs.size() == 1);
  timeline_ = inputs[0].watermarks.get();
  step_ = 0;
  flush_position_ = 0;
  for (const stream::Batch& batch : inputs[0].batches) FLOE_TRY(ProcessBatch(batch, output));
  while (CauseLimit() != kNever) FLOE_TRY(FireStep(output));
  watermark_ms_ = std::max(watermark_ms_, timeline_->final().millis());
  if (loses_rows_) flush_check_.Advance(*timeline_, timeline_->size(), &flush_position_);
  timeline_ = nullptr;
  const size_t first = output->size();
  FLOE_TRY(output_.Flush(output));
  for (size_t i = first; i < output->size(); ++i) counters_.rows_out += (*output)[i].size();
  return Status::Ok();
}

Status WindowAggregateOperator::ProcessBatch(const stream::Batch& batch,
                                             std::vector<stream::Batch>* output) {
  const int64_t* causes = batch.causes();
  for (int64_t begin = 0; begin < batch.size();) {
    const int64_t limit = CauseLimit();
    if (causes[begin] > limit) {
      FLOE_TRY(FireStep(output));
      continue;
    }
    const int64_t end = std::upper_bound(causes + begin, causes + batch.size(), limit) - causes;
    FLOE_ASSIGN(begin, ProcessSegment(batch, begin, end));
  }
  return Status::Ok();
}

Result<int64_t> WindowAggregateOperator::ProcessSegment(const stream::Batch& batch, int64_t begin,
                                                        int64_t end) {
  FLOE_ASSIGN(const int64_t segment_end, AssignSlices(batch, begin, end));
  if (!rows_.empty()) {
    row_keys_.resize(rows_.size());
    keys_.Intern(*batch.rows, rows_, row_keys_);
    AssignGroups(batch, begin, segment_end);
    FLOE_TRY(UpdateAccumulators(batch, begin, segment_end));
  }
  return segment_end;
}

Result<const int64_t*> WindowAggregateOperator::SliceValues(const stream::Batch& batch) {
  const int column = SliceColumn(node_, input_, layout_);
  const auto array = batch.rows->column(column);
  if (array->null_count() > 0) {
    return Error(ErrorCode::kNullRowtime, "column '" + batch.rows->column_name(column) +
                                              "', by which rows belong to windows, is NULL");
  }
  const int64_t* values = array->data()->GetValues<int64_t>(1);
  if (input_ == WindowInput::kPartial) return values;
  const int64_t units = types::TimestampUnitsPerMilli(node_.inputs[0]->schema.field(column).type);
  if (units == 1) return values;
  times_ms_.resize(static_cast<size_t>(batch.size()));
  for (int64_t i = 0; i < batch.size(); ++i) {
    times_ms_[static_cast<size_t>(i)] = FloorToMillis(values[i], units);
  }
  return times_ms_.data();
}

WindowAssigner::SliceTimes WindowAggregateOperator::SliceTimesOf(int64_t value) const {
  if (input_ == WindowInput::kTimed) return assigner_.SliceOf(value);
  return {value, value + 1, value};
}

Result<int64_t> WindowAggregateOperator::AssignSlices(const stream::Batch& batch, int64_t begin,
                                                      int64_t end) {
  rows_.clear();
  row_slices_.clear();
  FLOE_ASSIGN(const int64_t* values, SliceValues(batch));
  WindowAssigner::SliceTimes times;  // of the row before; empty at first
  WindowSlice* slice = nullptr;
  for (int64_t row = begin; row < end; ++row) {
    const int64_t value = values[row];
    if (value < times.begin_ms || value >= times.end_ms) {
      times = SliceTimesOf(value);
      const size_t pending = pending_.size();
      slice = FindSlice(times.slice_end_ms, batch, row);
      if (pending_.size() != pending) {
        // A window was opened: it may fire before this segment's end.
        end = std::upper_bound(batch.causes() + row, batch.causes() + end, CauseLimit()) -
              batch.causes();
      }
    }
    if (slice == nullptr) {
      CountLate(batch, row);
      continue;
    }
    rows_.push_back(static_cast<int32_t>(row));
    row_slices_.push_back(slice);
    if (loses_rows_) slice->rows += RowsOf(batch, row);
  }
  if (input_ != WindowInput::kPartial) counters_.rows_in += end - begin;
  return end;
}

void WindowAggregateOperator::CountLate(const stream::Batch& batch, int64_t row) {
  const int64_t rows = RowsOf(batch, row);
  if (input_ == WindowInput::kPartial) counters_.rows_in += rows;
  counters_.rows_late += rows;
}

int64_t WindowAggregateOperator::RowsOf(const stream::Batch& batch, int64_t row) const {
  if (input_ != WindowInput::kPartial) return 1;
  const auto rows = batch.rows->column(layout_.rows_column);
  return static_cast<const arrow::Int64Array&>(*rows).Value(row);
}

WindowSlice* WindowAggregateOperator::FindSlice(int64_t slice_end_ms, const stream::Batch& batch,
                                                int64_t row) {
  if (const auto found = slices_.find(slice_end_ms); found != slices_.end()) return &found->second;
  // All windows of a slice that is there are pending until they fire, so that they cut segments;
  // for others the watermark is looked up.
  const int64_t last_window_end_ms = assigner_.LastWindowEnd(slice_end_ms);
  const int64_t watermark_ms = WatermarkAt(batch.causes()[row]);
  if (assigner_.TriggerTime(last_window_end_ms) <= watermark_ms) return nullptr;
  if (assigner_.kind() == plan::WindowKind::kCumulate &&
      assigner_.TriggerTime(slice_end_ms) <= watermark_ms) {
    const auto found = accumulated_.find(last_window_end_ms);
    if (found != accumulated_.end()) return &found->second;
    return MakeSlice(accumulated_, last_window_end_ms, slice_end_ms, last_window_end_ms, batch,
                     row);
  }
  return MakeSlice(slices_, slice_end_ms, slice_end_ms, last_window_end_ms, batch, row);
}

WindowSlice* WindowAggregateOperator::MakeSlice(std::map<int64_t, WindowSlice>& slices,
                                                int64_t end_ms, int64_t first_window_end_ms,
                                                int64_t last_window_end_ms,
                                                const stream::Batch& batch, int64_t row) {
  WindowSlice& slice = slices[end_ms];
  slice.end_ms = end_ms;
  if (input_ == WindowInput::kAttached) {
    const int column = node_.window_start_column;
    slice.window_start_ms =
        batch.rows->column(column)->data()->GetValues<int64_t>(1)[row] /
        types::TimestampUnitsPerMilli(node_.inputs[0]->schema.field(column).type);
  }
  AddPending(first_window_end_ms, last_window_end_ms, WatermarkAt(batch.causes()[row]));
  return &slice;
}

void WindowAggregateOperator::AddPending(int64_t first_window_end_ms, int64_t last_window_end_ms,
                                         int64_t watermark_ms) {
  for (int64_t end_ms = first_window_end_ms; end_ms <= last_window_end_ms;
       end_ms += assigner_.slide_ms()) {
    const int64_t trigger_ms = assigner_.TriggerTime(end_ms);
    if (trigger_ms > watermark_ms) pending_.insert({trigger_ms, end_ms});
    if (end_ms == last_window_end_ms) break;  // slide 0: windows that rows carry
  }
}

void WindowAggregateOperator::AssignGroups(const stream::Batch& batch, int64_t begin, int64_t end) {
  row_groups_.resize(static_cast<size_t>(end - begin));
  if (rows_.size() != row_groups_.size()) {
    std::fill(row_groups_.begin(), row_groups_.end(), kNoGroup);
  }
  for (size_t i = 0; i < rows_.size(); ++i) {
    WindowSlice* slice = row_slices_[i];
    GroupId group = slice->groups.Find(row_keys_[i]);
    if (group == kNoGroup) group = MakeGroup(slice, row_keys_[i], batch, rows_[i]);
    row_groups_[static_cast<size_t>(rows_[i] - begin)] = group;
  }
}

GroupId WindowAggregateOperator::MakeGroup(WindowSlice* slice, KeyId key,
                                           const stream::Batch& batch, int64_t row) {
  const GroupId group = groups_.Allocate();
  slice->groups.Insert(key, group);
  keys_.AddReference(key);
  CopyOrderKey(batch, row, groups_.order_columns(), groups_.OrderKey(group));
  return group;
}

Status WindowAggregateOperator::UpdateAccumulators(const stream::Batch& batch, int64_t begin,
                                                   int64_t end) {
  if (input_ == WindowInput::kPartial) return MergePartials(batch, begin);
  for (size_t a = 0; a < node_.aggregates.size(); ++a) {
    const functions::AggregateCall& call = node_.aggregates[a];
    std::shared_ptr<arrow::Array> values;
    std::shared_ptr<arrow::Array> filter;
    if (call.argument >= 0) values = Rows(batch, call.argument, begin, end);
    if (call.filter >= 0) filter = Rows(batch, call.filter, begin, end);
    groups_.accumulators()[a]->Update(
        {.groups = row_groups_,
         .has_no_group = rows_.size() != row_groups_.size(),
         .values = values.get(),
         .filter = static_cast<const arrow::BooleanArray*>(filter.get())});
  }
  return Status::Ok();
}

Status WindowAggregateOperator::MergePartials(const stream::Batch& batch, int64_t begin) {
  for (const int32_t row : rows_) counters_.rows_in += RowsOf(batch, row);
  for (size_t a = 0; a < node_.aggregates.size(); ++a) {
    const auto column = batch.rows->column(layout_.first_state_column + static_cast<int>(a));
    const auto& states = static_cast<const arrow::BinaryArray&>(*column);
    for (const int32_t row : rows_) {
      functions::ByteReader reader(states.GetView(row));
      const GroupId group = row_groups_[static_cast<size_t>(row - begin)];
      FLOE_TRY(groups_.accumulators()[a]->Load(std::span(&group, 1), reader));
    }
  }
  return Status::Ok();
}

int64_t WindowAggregateOperator::CauseLimit() const {
  if (pending_.empty()) return kNever;
  const size_t step = timeline_->FirstReaching(EventTime(pending_.begin()->first), step_);
  return step == timeline_->size() ? kNever : timeline_->sequences()[step];
}

int64_t WindowAggregateOperator::WatermarkAt(int64_t cause) const {
  return std::max(watermark_ms_, timeline_->Before(cause).millis());
}

}  // namespace floe::runtime
