#include "runtime/window_local_aggregate.h"

#include <arrow/array/array_primitive.h>
#include <arrow/array/builder_base.h>
#include <arrow/array/builder_binary.h>
#include <arrow/array/builder_primitive.h>
#include <arrow/type.h>

#include <algorithm>
#include <limits>
#include <map>
#include <set>
#include <utility>

#include "runtime/window_aggregate_operator.h"
#include "runtime/window_order.h"
#include "runtime/window_state.h"
#include "state/snapshot.h"
#include "types/arrow_types.h"

namespace floe::runtime {

using functions::GroupId;

namespace {

constexpr int64_t kNever = std::numeric_limits<int64_t>::max();

Status BuilderStatus(const arrow::Status& status) {
  if (status.ok()) return Status::Ok();
  return Status(ErrorCode::kMemoryLimit, "partial window aggregates: " + status.message());
}

class WindowLocalAggregate final : public Operator {
 public:
  static Result<std::unique_ptr<Operator>> Make(const plan::WindowAggregateNode& node,
                                                const OperatorContext& context) {
    FLOE_ASSIGN(WindowAssigner assigner, WindowAssigner::Make(node.window));
    FLOE_ASSIGN(WindowKeyTable keys, WindowKeyTable::Make(node.inputs[0]->schema, node.keys));
    FLOE_ASSIGN(WindowGroupStore groups,
                WindowGroupStore::Make(node.aggregates, OrderColumnCount(*node.inputs[0])));
    return std::unique_ptr<Operator>(new WindowLocalAggregate(node, context, std::move(assigner),
                                                              std::move(keys), std::move(groups)));
  }

  Status OnRound(std::span<const RoundInput> inputs, std::vector<stream::Batch>* output) override;
  Status Snapshot(state::StateWriter& writer) const override {
    SaveProgress(counters_, EventTime::Min().millis(), writer);
    return Status::Ok();
  }
  Status Restore(const state::StateReader& reader) override {
    int64_t no_watermark = 0;
    return RestoreProgress(context_, reader, &counters_, &no_watermark);
  }
  const OperatorCounters& counters() const override { return counters_; }

 private:
  struct Partial {
    GroupId group = 0;
    KeyId key = 0;
    int64_t slice_end_ms = 0;
  };

  WindowLocalAggregate(const plan::WindowAggregateNode& node, const OperatorContext& context,
                       WindowAssigner assigner, WindowKeyTable keys, WindowGroupStore groups)
      : node_(node),
        context_(context),
        layout_(node),
        assigner_(std::move(assigner)),
        keys_(std::move(keys)),
        groups_(std::move(groups)) {}

  // The last cause before a window of a slice in hand fires: rows after it may be late where those
  // in hand are not, so they make partial rows of their own.
  int64_t CauseLimit() const;
  Result<int64_t> AddRows(const stream::Batch& batch, int64_t begin, int64_t end);
  SliceGroups* FindSlice(int64_t slice_end_ms, int64_t cause);
  void AddGroups(const stream::Batch& batch, int64_t begin);
  // Gives out what is in hand.
  Status Flush(std::vector<stream::Batch>* output);
  std::vector<Partial> SortedPartials() const;
  Result<stream::Batch> MakeBatch(std::span<const Partial> partials);

  const plan::WindowAggregateNode& node_;
  const OperatorContext context_;
  const PartialLayout layout_;
  WindowAssigner assigner_;
  WindowKeyTable keys_;
  WindowGroupStore groups_;
  OperatorCounters counters_;

  std::map<int64_t, SliceGroups> slices_;  // by end; stays empty between rounds
  std::set<int64_t> triggers_ms_;          // watermarks that cut
  std::vector<int64_t> group_rows_;        // by group
  const stream::WatermarkTimeline* timeline_ = nullptr;

  std::vector<int32_t> rows_;
  std::vector<SliceGroups*> row_slices_;
  std::vector<KeyId> row_keys_;
  std::vector<GroupId> row_groups_;
};

Status WindowLocalAggregate::OnRound(std::span<const RoundInput> inputs,
                                     std::vector<stream::Batch>* output) {
  FLOE_ASSERT(inputs.size() == 1);
  timeline_ = inputs[0].watermarks.get();
  const size_t first = output->size();
  for (const stream::Batch& batch : inputs[0].batches) {
    counters_.rows_in += batch.size();
    const int64_t* causes = batch.causes();
    for (int64_t begin = 0; begin < batch.size();) {
      const int64_t limit = CauseLimit();
      if (causes[begin] > limit) {
        FLOE_TRY(Flush(output));
        continue;
      }
      const int64_t end = std::upper_bound(causes + begin, causes + batch.size(), limit) - causes;
      FLOE_ASSIGN(begin, AddRows(batch, begin, end));
    }
  }
  FLOE_TRY(Flush(output));
  timeline_ = nullptr;
  for (size_t i = first; i < output->size(); ++i) counters_.rows_out += (*output)[i].size();
  return Status::Ok();
}

int64_t WindowLocalAggregate::CauseLimit() const {
  if (triggers_ms_.empty()) return kNever;
  const size_t step = timeline_->FirstReaching(EventTime(*triggers_ms_.begin()));
  return step == timeline_->size() ? kNever : timeline_->sequences()[step];
}

SliceGroups* WindowLocalAggregate::FindSlice(int64_t slice_end_ms, int64_t cause) {
  const auto [slice, is_new] = slices_.try_emplace(slice_end_ms);
  if (is_new) {
    const int64_t watermark_ms = timeline_->Before(cause).millis();
    const int64_t last_end_ms = assigner_.LastWindowEnd(slice_end_ms);
    for (int64_t end_ms = slice_end_ms; end_ms <= last_end_ms; end_ms += assigner_.slide_ms()) {
      const int64_t trigger_ms = assigner_.TriggerTime(end_ms);
      if (trigger_ms > watermark_ms) triggers_ms_.insert(trigger_ms);
    }
  }
  return &slice->second;
}

Result<int64_t> WindowLocalAggregate::AddRows(const stream::Batch& batch, int64_t begin,
                                              int64_t end) {
  const auto times = batch.rows->column(node_.time_column);
  if (times->null_count() > 0) {
    return Error(ErrorCode::kNullRowtime,
                 "event time '" + batch.rows->column_name(node_.time_column) + "' is NULL");
  }
  const int64_t units =
      types::TimestampUnitsPerMilli(node_.inputs[0]->schema.field(node_.time_column).type);
  const int64_t* values = times->data()->GetValues<int64_t>(1);
  rows_.clear();
  row_slices_.clear();
  WindowAssigner::SliceTimes range;
  SliceGroups* slice = nullptr;
  for (int64_t row = begin; row < end; ++row) {
    const int64_t time_ms = FloorToMillis(values[row], units);
    if (time_ms < range.begin_ms || time_ms >= range.end_ms) {
      range = assigner_.SliceOf(time_ms);
      slice = FindSlice(range.slice_end_ms, batch.causes()[row]);
      end = std::upper_bound(batch.causes() + row, batch.causes() + end, CauseLimit()) -
            batch.causes();
    }
    rows_.push_back(static_cast<int32_t>(row));
    row_slices_.push_back(slice);
  }
  AddGroups(batch, begin);
  for (size_t a = 0; a < node_.aggregates.size(); ++a) {
    const functions::AggregateCall& call = node_.aggregates[a];
    std::shared_ptr<arrow::Array> column;
    std::shared_ptr<arrow::Array> filter;
    if (call.argument >= 0) column = batch.rows->column(call.argument)->Slice(begin, end - begin);
    if (call.filter >= 0) filter = batch.rows->column(call.filter)->Slice(begin, end - begin);
    groups_.accumulators()[a]->Update(
        {.groups = row_groups_,
         .values = column.get(),
         .filter = static_cast<const arrow::BooleanArray*>(filter.get())});
  }
  return end;
}

void WindowLocalAggregate::AddGroups(const stream::Batch& batch, int64_t begin) {
  row_keys_.resize(rows_.size());
  row_groups_.resize(rows_.size());
  keys_.Intern(*batch.rows, rows_, row_keys_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    GroupId group = row_slices_[i]->Find(row_keys_[i]);
    if (group == functions::kNoGroup) {
      group = groups_.Allocate();
      row_slices_[i]->Insert(row_keys_[i], group);
      keys_.AddReference(row_keys_[i]);
      CopyOrderKey(batch, rows_[i], groups_.order_columns(), groups_.OrderKey(group));
      if (group_rows_.size() <= group) group_rows_.resize(group + 1);
      group_rows_[group] = 0;
    }
    ++group_rows_[group];
    row_groups_[static_cast<size_t>(rows_[i] - begin)] = group;
  }
}

std::vector<WindowLocalAggregate::Partial> WindowLocalAggregate::SortedPartials() const {
  std::vector<Partial> partials;
  for (const auto& [slice_end_ms, slice] : slices_) {
    for (size_t i = 0; i < slice.keys().size(); ++i) {
      partials.push_back({slice.groups()[i], slice.keys()[i], slice_end_ms});
    }
  }
  std::sort(partials.begin(), partials.end(), [this](const Partial& a, const Partial& b) {
    return groups_.OrderLess(a.group, b.group);
  });
  return partials;
}

Status WindowLocalAggregate::Flush(std::vector<stream::Batch>* output) {
  const std::vector<Partial> partials = SortedPartials();
  const size_t limit = static_cast<size_t>(context_.max_batch_rows);
  for (size_t at = 0; at < partials.size(); at += limit) {
    const size_t length = std::min(limit, partials.size() - at);
    FLOE_ASSIGN(stream::Batch batch, MakeBatch(std::span(partials).subspan(at, length)));
    output->push_back(std::move(batch));
  }
  std::vector<GroupId> groups;
  for (const Partial& partial : partials) {
    groups.push_back(partial.group);
    keys_.Release(partial.key);
  }
  groups_.Free(groups);
  slices_.clear();
  triggers_ms_.clear();
  return Status::Ok();
}

Result<stream::Batch> WindowLocalAggregate::MakeBatch(std::span<const Partial> partials) {
  const auto schema = types::ToArrow(layout_.schema);
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : schema->fields()) {
    auto builder = arrow::MakeBuilder(field->type(), context_.memory_pool);
    FLOE_TRY(BuilderStatus(builder.status()));
    builders.push_back(std::move(builder).ValueUnsafe());
  }
  for (size_t c = 0; c < groups_.order_columns(); ++c) {
    builders.push_back(std::make_unique<arrow::Int64Builder>(context_.memory_pool));
  }
  std::vector<KeyId> keys;
  std::string state;
  const size_t first_order = static_cast<size_t>(schema->num_fields());
  const auto append = [&](size_t column, int64_t value) {
    return BuilderStatus(static_cast<arrow::Int64Builder&>(*builders[column]).Append(value));
  };
  for (const Partial& partial : partials) {
    keys.push_back(partial.key);
    FLOE_TRY(append(static_cast<size_t>(layout_.slice_end_column), partial.slice_end_ms));
    FLOE_TRY(append(static_cast<size_t>(layout_.rows_column), group_rows_[partial.group]));
    for (size_t a = 0; a < node_.aggregates.size(); ++a) {
      state.clear();
      groups_.accumulators()[a]->Save(std::span(&partial.group, 1), state);
      auto& states = static_cast<arrow::BinaryBuilder&>(
          *builders[static_cast<size_t>(layout_.first_state_column) + a]);
      FLOE_TRY(BuilderStatus(states.Append(state)));
    }
    for (size_t c = 0; c < groups_.order_columns(); ++c) {
      FLOE_TRY(append(first_order + c, groups_.OrderKey(partial.group)[c]));
    }
  }
  FLOE_TRY(keys_.Append(keys, std::span(builders).first(node_.keys.size())));

  stream::Batch batch;
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& builder : builders) {
    auto array = builder->Finish();
    FLOE_TRY(BuilderStatus(array.status()));
    if (columns.size() < first_order) {
      columns.push_back(std::move(array).ValueUnsafe());
    } else {
      batch.order.push_back(
          std::static_pointer_cast<arrow::Int64Array>(std::move(array).ValueUnsafe()));
    }
  }
  batch.rows =
      arrow::RecordBatch::Make(schema, static_cast<int64_t>(partials.size()), std::move(columns));
  return batch;
}

}  // namespace

bool CanAggregateLocally(const plan::WindowAggregateNode& node) {
  return node.time_column >= 0 &&
         std::all_of(node.aggregates.begin(), node.aggregates.end(), functions::IsOrderInsensitive);
}

PartialLayout::PartialLayout(const plan::WindowAggregateNode& node) {
  std::vector<types::Field> fields;
  for (size_t k = 0; k < node.keys.size(); ++k) {
    keys.push_back(static_cast<int>(k));
    fields.push_back(node.inputs[0]->schema.field(node.keys[k]));
  }
  slice_end_column = static_cast<int>(fields.size());
  fields.push_back({"slice_end", types::DataType::BigInt().NotNull()});
  rows_column = static_cast<int>(fields.size());
  fields.push_back({"rows", types::DataType::BigInt().NotNull()});
  first_state_column = static_cast<int>(fields.size());
  for (const functions::AggregateCall& call : node.aggregates) {
    fields.push_back({call.name, types::DataType::Bytes().NotNull()});
  }
  schema = types::Schema(std::move(fields));
}

Result<std::unique_ptr<Operator>> MakeWindowLocalAggregate(const plan::WindowAggregateNode& node,
                                                           const OperatorContext& context) {
  FLOE_ASSERT(CanAggregateLocally(node));
  return WindowLocalAggregate::Make(node, context);
}

Result<std::unique_ptr<Operator>> MakeWindowGlobalAggregate(const plan::WindowAggregateNode& node,
                                                            const OperatorContext& context) {
  PartialLayout layout(node);
  FLOE_ASSIGN(auto made, WindowAggregateOperator::Make(node, context, WindowInput::kPartial,
                                                       layout.schema, layout.keys));
  return std::unique_ptr<Operator>(std::move(made));
}

}  // namespace floe::runtime
