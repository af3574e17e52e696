// Rows in the order of their event times: range look-up, insertion anywhere, removal from the
// front. What an interval join keeps per key and side.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

namespace floe::runtime {

// Entries lie in sorted runs of bounded length, the runs in order; a small index is one run without
// further memory. Insertion and look-up take O(log n) and a move within one run, appending in order
// and removal from the front are O(1). Of equal times the first inserted comes first. Used by one
// task at a time.
class TimeIndex {
 public:
  bool empty() const { return size_ == 0; }
  size_t size() const { return size_; }
  // REQUIRES: not empty.
  int64_t min_time() const { return FirstRun().front().time; }

  void Insert(int64_t time, int64_t row);

  // Calls fn(row) for the rows with from <= time <= through, in order.
  template <typename Fn>
  void ForRange(int64_t from, int64_t through, Fn&& fn) const;

  // The highest row with from <= time <= through; `none` if there is none. Whole runs are not gone
  // through.
  int64_t MaxRow(int64_t from, int64_t through, int64_t none) const;

  // Removes the rows with time <= through, calling fn(time, row) for each, in order.
  template <typename Fn>
  void RemoveThrough(int64_t through, Fn&& fn);

  // Calls fn(time, row) for all rows, in order.
  template <typename Fn>
  void ForAll(Fn&& fn) const;

 private:
  struct Entry {
    int64_t time;
    int64_t row;
  };
  struct Run {
    std::vector<Entry> entries;
    size_t begin = 0;
    int64_t max_row = std::numeric_limits<int64_t>::min();  // removed ones count

    bool empty() const { return begin == entries.size(); }
    size_t size() const { return entries.size() - begin; }
    const Entry& front() const { return entries[begin]; }
    const Entry& back() const { return entries.back(); }
    // Index of the first entry with at least this time, or beyond it.
    size_t LowerBound(int64_t time) const;
    size_t UpperBound(int64_t time) const;
    void Insert(int64_t time, int64_t row);
    void FindMaxRow();
  };
  static constexpr size_t kMaxRunEntries = 256;

  const Run* runs() const { return many_ ? many_->data() + first_ : &only_; }
  size_t run_count() const { return many_ ? many_->size() - first_ : 1; }
  const Run& FirstRun() const { return runs()[0]; }
  // The first run whose last time is at least `time`; run_count() if there is none.
  size_t FindRun(int64_t time) const;
  // Gives a run that is too long a second half.
  void Split(size_t run);
  void DropFirstRun();

  size_t size_ = 0;
  Run only_;  // while many_ is null
  std::unique_ptr<std::vector<Run>> many_;
  size_t first_ = 0;  // runs before it are done with
};

template <typename Fn>
void TimeIndex::ForRange(int64_t from, int64_t through, Fn&& fn) const {
  if (size_ == 0 || from > through) return;
  const Run* all = runs();
  const size_t count = run_count();
  size_t at = FindRun(from);
  if (at == count) return;
  for (size_t i = all[at].LowerBound(from); at < count; i = ++at < count ? all[at].begin : 0) {
    const std::vector<Entry>& entries = all[at].entries;
    for (; i < entries.size(); ++i) {
      if (entries[i].time > through) return;
      fn(entries[i].row);
    }
  }
}

template <typename Fn>
void TimeIndex::RemoveThrough(int64_t through, Fn&& fn) {
  while (size_ > 0) {
    Run& run = many_ ? (*many_)[first_] : only_;
    while (!run.empty()) {
      const Entry entry = run.front();
      if (entry.time > through) return;
      ++run.begin;
      --size_;
      fn(entry.time, entry.row);
    }
    DropFirstRun();
  }
}

template <typename Fn>
void TimeIndex::ForAll(Fn&& fn) const {
  const Run* all = runs();
  for (size_t at = 0; at < run_count(); ++at) {
    for (size_t i = all[at].begin; i < all[at].entries.size(); ++i) {
      fn(all[at].entries[i].time, all[at].entries[i].row);
    }
  }
}

}  // namespace floe::runtime
