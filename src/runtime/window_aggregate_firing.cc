#include <algorithm>
#include <numeric>

#include "runtime/window_aggregate_operator.h"

namespace floe::runtime {

using functions::GroupId;
using functions::kNoGroup;

Status WindowAggregateOperator::FireStep(std::vector<stream::Batch>* output) {
  step_ = timeline_->FirstReaching(EventTime(pending_.begin()->first), step_);
  watermark_ms_ = std::max(watermark_ms_, timeline_->watermarks_millis()[step_]);
  if (loses_rows_) flush_check_.Advance(*timeline_, step_ + 1, &flush_position_);
  const int64_t cause = timeline_->sequences()[step_];
  std::vector<int64_t> ends_ms;
  while (!pending_.empty() && pending_.begin()->first <= watermark_ms_) {
    ends_ms.push_back(pending_.begin()->second);
    pending_.erase(pending_.begin());
  }
  std::sort(ends_ms.begin(), ends_ms.end());
  for (const int64_t end_ms : ends_ms) {
    FLOE_TRY(FireWindow(end_ms, cause));
    if (output_.rows() < context_.max_batch_rows) continue;
    const size_t first = output->size();
    FLOE_TRY(output_.Flush(output));
    for (size_t i = first; i < output->size(); ++i) counters_.rows_out += (*output)[i].size();
  }
  return Status::Ok();
}

Status WindowAggregateOperator::FireWindow(int64_t end_ms, int64_t cause) {
  CollectSources(end_ms);
  if (!sources_.empty()) {
    CollectTargets();
    FLOE_TRY(EmitTargets(end_ms, cause));
  }
  ExpireAfter(end_ms);
  return Status::Ok();
}

void WindowAggregateOperator::CollectSources(int64_t end_ms) {
  sources_.clear();
  if (assigner_.kind() == plan::WindowKind::kCumulate) {
    if (const WindowSlice* accumulated = FoldSlices(end_ms)) sources_.push_back(accumulated);
    return;
  }
  const int64_t first_end_ms = input_ == WindowInput::kAttached
                                   ? end_ms
                                   : end_ms - assigner_.size_ms() + assigner_.slide_ms();
  for (auto at = slices_.lower_bound(first_end_ms); at != slices_.end() && at->first <= end_ms;
       ++at) {
    if (IsFlushed(at->second)) sources_.push_back(&at->second);
  }
}

bool WindowAggregateOperator::IsFlushed(const WindowSlice& slice) const {
  return !loses_rows_ || flush_check_.HasFlushed(assigner_.TriggerTime(slice.end_ms));
}

WindowSlice* WindowAggregateOperator::FoldSlices(int64_t end_ms) {
  const int64_t last_window_end_ms = assigner_.LastWindowEnd(end_ms);
  auto at = slices_.upper_bound(assigner_.WindowStart(end_ms));
  while (at != slices_.end() && at->first <= end_ms) {
    if (!IsFlushed(at->second)) {
      ++at;
      continue;
    }
    FoldSlice(std::move(at->second), last_window_end_ms);
    at = slices_.erase(at);
  }
  const auto accumulated = accumulated_.find(last_window_end_ms);
  return accumulated == accumulated_.end() ? nullptr : &accumulated->second;
}

void WindowAggregateOperator::FoldSlice(WindowSlice from, int64_t last_window_end_ms) {
  const auto [into, is_first] = accumulated_.try_emplace(last_window_end_ms);
  into->second.end_ms = last_window_end_ms;
  if (is_first) {
    into->second.groups = std::move(from.groups);
    return;
  }
  SliceGroups& groups = into->second.groups;
  std::vector<GroupId> merged_into;
  std::vector<GroupId> merged;
  for (size_t i = 0; i < from.groups.keys().size(); ++i) {
    const KeyId key = from.groups.keys()[i];
    const GroupId group = from.groups.groups()[i];
    const GroupId target = groups.Find(key);
    if (target == kNoGroup) {
      groups.Insert(key, group);
      continue;
    }
    merged_into.push_back(target);
    merged.push_back(group);
    groups_.MergeOrder(target, group);
    keys_.Release(key);
  }
  for (const auto& accumulator : groups_.accumulators()) accumulator->Merge(merged_into, merged);
  groups_.Free(merged);
}

void WindowAggregateOperator::CollectTargets() {
  targets_.clear();
  if (target_of_key_.size() < keys_.capacity()) {
    target_of_key_.resize(keys_.capacity());
    target_mark_of_key_.resize(keys_.capacity(), 0);
  }
  if (++target_mark_ == 0) {  // wrapped around: old marks would count
    std::fill(target_mark_of_key_.begin(), target_mark_of_key_.end(), 0);
    target_mark_ = 1;
  }
  for (const WindowSlice* source : sources_) {
    for (size_t i = 0; i < source->groups.keys().size(); ++i) {
      const KeyId key = source->groups.keys()[i];
      const GroupId group = source->groups.groups()[i];
      if (target_mark_of_key_[key] != target_mark_) {
        target_mark_of_key_[key] = target_mark_;
        target_of_key_[key] = static_cast<uint32_t>(targets_.size());
        targets_.push_back({.key = key, .first = group});
      }
      Target& target = targets_[target_of_key_[key]];
      ++target.groups;
      if (groups_.OrderLess(group, target.first)) target.first = group;
    }
  }
  const auto before = [this](const Target& a, const Target& b) {
    return groups_.OrderLess(a.first, b.first);
  };
  if (std::is_sorted(targets_.begin(), targets_.end(), before)) return;
  std::sort(targets_.begin(), targets_.end(), before);
  for (size_t t = 0; t < targets_.size(); ++t) {
    target_of_key_[targets_[t].key] = static_cast<uint32_t>(t);
  }
}

Status WindowAggregateOperator::EmitTargets(int64_t end_ms, int64_t cause) {
  std::vector<KeyId> keys;
  std::vector<int64_t> order;
  keys.reserve(targets_.size());
  order.reserve(targets_.size() * groups_.order_columns());
  uint32_t end = 0;
  for (Target& target : targets_) {
    keys.push_back(target.key);
    const int64_t* first = groups_.OrderKey(target.first);
    order.insert(order.end(), first, first + groups_.order_columns());
    target.end = end;
    end += target.groups;
  }
  // While groups are written, a target's end is where its next one goes.
  merged_groups_.resize(end);
  for (const WindowSlice* source : sources_) {
    for (size_t i = 0; i < source->groups.keys().size(); ++i) {
      Target& target = targets_[target_of_key_[source->groups.keys()[i]]];
      merged_groups_[target.end++] = source->groups.groups()[i];
    }
  }
  std::vector<uint32_t> ends;
  ends.reserve(targets_.size());
  for (const Target& target : targets_) ends.push_back(target.end);

  FLOE_TRY(keys_.Append(keys, output_.keys()));
  for (size_t a = 0; a < groups_.accumulators().size(); ++a) {
    FLOE_TRY(
        groups_.accumulators()[a]->AppendMerged(ends, merged_groups_, *output_.aggregates()[a]));
  }
  const int64_t start_ms = input_ == WindowInput::kAttached ? sources_[0]->window_start_ms
                                                            : assigner_.WindowStart(end_ms);
  output_.FinishWindow({.start_ms = start_ms,
                        .end_ms = end_ms,
                        .time_ms = assigner_.WindowTime(end_ms),
                        .cause = cause},
                       static_cast<int64_t>(targets_.size()), std::move(order),
                       groups_.order_columns());
  return Status::Ok();
}

void WindowAggregateOperator::ExpireAfter(int64_t end_ms) {
  if (input_ == WindowInput::kAttached) {
    Expire(slices_, end_ms);
  } else if (assigner_.kind() == plan::WindowKind::kCumulate) {
    if (assigner_.LastWindowEnd(end_ms) != end_ms) return;
    Expire(accumulated_, end_ms);
    // What was not flushed in time, if anything.
    for (auto at = slices_.upper_bound(assigner_.WindowStart(end_ms));
         at != slices_.end() && at->first <= end_ms;) {
      Expire(slices_, (at++)->first);
    }
  } else {
    Expire(slices_, end_ms - assigner_.size_ms() + assigner_.slide_ms());
  }
}

void WindowAggregateOperator::Expire(std::map<int64_t, WindowSlice>& slices, int64_t end_ms) {
  const auto expired = slices.find(end_ms);
  if (expired == slices.end()) return;
  if (&slices == &slices_ && !IsFlushed(expired->second)) {
    counters_.rows_late += expired->second.rows;
  }
  for (const KeyId key : expired->second.groups.keys()) keys_.Release(key);
  groups_.Free(expired->second.groups.groups());
  slices.erase(expired);
}

}  // namespace floe::runtime
