#include "runtime/time_index.h"

#include <algorithm>
#include <iterator>

namespace floe::runtime {

size_t TimeIndex::Run::LowerBound(int64_t time) const {
  const auto first = entries.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto found = std::lower_bound(first, entries.end(), time,
                                      [](const Entry& e, int64_t t) { return e.time < t; });
  return static_cast<size_t>(found - entries.begin());
}

size_t TimeIndex::Run::UpperBound(int64_t time) const {
  const auto first = entries.begin() + static_cast<std::ptrdiff_t>(begin);
  const auto found = std::upper_bound(first, entries.end(), time,
                                      [](int64_t t, const Entry& e) { return t < e.time; });
  return static_cast<size_t>(found - entries.begin());
}

void TimeIndex::Run::FindMaxRow() {
  max_row = std::numeric_limits<int64_t>::min();
  for (size_t i = begin; i < entries.size(); ++i) max_row = std::max(max_row, entries[i].row);
}

int64_t TimeIndex::MaxRow(int64_t from, int64_t through, int64_t none) const {
  if (size_ == 0 || from > through) return none;
  const Run* all = runs();
  int64_t max_row = none;
  for (size_t at = FindRun(from); at < run_count(); ++at) {
    const Run& run = all[at];
    if (!run.empty() && run.front().time > through) break;
    const bool whole = run.begin == 0 && from <= run.front().time && run.back().time <= through;
    if (whole) {
      max_row = std::max(max_row, run.max_row);
      continue;
    }
    for (size_t i = run.LowerBound(from); i < run.entries.size() && run.entries[i].time <= through;
         ++i) {
      max_row = std::max(max_row, run.entries[i].row);
    }
  }
  return max_row;
}

void TimeIndex::Run::Insert(int64_t time, int64_t row) {
  // What was removed in front is dropped when it is more than what is left, or in the way.
  if (begin > 0 && begin >= size()) {
    entries.erase(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(begin));
    begin = 0;
    FindMaxRow();
  }
  max_row = std::max(max_row, row);
  if (empty() || back().time <= time) {
    entries.push_back({time, row});
    return;
  }
  const size_t at = UpperBound(time);
  entries.insert(entries.begin() + static_cast<std::ptrdiff_t>(at), {time, row});
}

size_t TimeIndex::FindRun(int64_t time) const {
  const Run* all = runs();
  size_t low = 0;
  size_t high = run_count();
  while (low < high) {
    const size_t middle = low + (high - low) / 2;
    if (all[middle].empty() || all[middle].back().time < time) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low;
}

void TimeIndex::Insert(int64_t time, int64_t row) {
  ++size_;
  if (!many_) {
    only_.Insert(time, row);
    if (only_.size() <= kMaxRunEntries) return;
    many_ = std::make_unique<std::vector<Run>>();
    many_->push_back(std::exchange(only_, Run()));
    first_ = 0;
    Split(0);
    return;
  }
  // Equal times go behind: into the first run that ends later, or the last one.
  size_t at = FindRun(time + (time < std::numeric_limits<int64_t>::max() ? 1 : 0));
  const size_t count = run_count();
  if (at == count) at = count - 1;
  Run& run = (*many_)[first_ + at];
  run.Insert(time, row);
  if (run.size() > kMaxRunEntries) Split(at);
}

void TimeIndex::Split(size_t run) {
  const auto at = many_->begin() + static_cast<std::ptrdiff_t>(first_ + run);
  const bool is_last = at + 1 == many_->end();
  // The last run grows by appending: keep it full and begin a new one.
  const size_t keep = is_last ? at->size() - 1 : at->size() / 2;
  const auto cut = at->entries.begin() + static_cast<std::ptrdiff_t>(at->begin + keep);
  Run second;
  if (is_last) second.entries.reserve(kMaxRunEntries + 1);
  second.entries.insert(second.entries.end(), cut, at->entries.end());
  at->entries.erase(cut, at->entries.end());
  at->FindMaxRow();
  second.FindMaxRow();
  many_->insert(at + 1, std::move(second));
}

void TimeIndex::DropFirstRun() {
  if (!many_) {
    only_.entries.clear();
    only_.begin = 0;
    only_.FindMaxRow();
    return;
  }
  (*many_)[first_] = Run();
  ++first_;
  if (first_ == many_->size()) {
    many_.reset();
    first_ = 0;
  } else if (first_ * 2 > many_->size()) {
    many_->erase(many_->begin(), many_->begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

}  // namespace floe::runtime
