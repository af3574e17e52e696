#include "runtime/time_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "base/random.h"

namespace floe::runtime {
namespace {

using Entries = std::vector<std::pair<int64_t, int64_t>>;

Entries AllOf(const TimeIndex& index) {
  Entries entries;
  index.ForAll([&](int64_t time, int64_t row) { entries.emplace_back(time, row); });
  return entries;
}

TEST(TimeIndex, KeepsTimesInOrderAndEqualOnesInOrderOfInsertion) {
  TimeIndex index;
  EXPECT_TRUE(index.empty());
  index.Insert(5, 1);
  index.Insert(3, 2);
  index.Insert(5, 3);
  index.Insert(4, 4);
  EXPECT_EQ(AllOf(index), (Entries{{3, 2}, {4, 4}, {5, 1}, {5, 3}}));
  EXPECT_EQ(index.min_time(), 3);
}

TEST(TimeIndex, BehavesAsASortedListOverManyRuns) {
  for (uint64_t seed = 1; seed <= 8; ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Random random(seed);
    TimeIndex index;
    Entries model;
    int64_t base = 0;
    const auto disorder = static_cast<uint64_t>(1 + random.Uniform(3000));
    for (int64_t row = 0; row < 8000; ++row) {
      base += static_cast<int64_t>(random.Uniform(3));
      const int64_t time = base - static_cast<int64_t>(random.Uniform(disorder));
      index.Insert(time, row);
      model.insert(std::upper_bound(model.begin(), model.end(), std::pair(time, INT64_MAX)),
                   {time, row});
      if (random.Uniform(50) == 0) {
        const int64_t from = base - static_cast<int64_t>(random.Uniform(2000));
        const int64_t through = from + static_cast<int64_t>(random.Uniform(300));
        std::vector<int64_t> found;
        index.ForRange(from, through, [&](int64_t r) { found.push_back(r); });
        std::vector<int64_t> expected;
        for (const auto& [t, r] : model) {
          if (from <= t && t <= through) expected.push_back(r);
        }
        ASSERT_EQ(found, expected);
        const int64_t most =
            expected.empty() ? -1 : *std::max_element(expected.begin(), expected.end());
        ASSERT_EQ(index.MaxRow(from, through, -1), most);
      }
      if (random.Uniform(40) == 0) {
        const int64_t through = base - static_cast<int64_t>(random.Uniform(4000));
        std::vector<int64_t> removed;
        index.RemoveThrough(through, [&](int64_t, int64_t r) { removed.push_back(r); });
        std::vector<int64_t> expected;
        while (!model.empty() && model.front().first <= through) {
          expected.push_back(model.front().second);
          model.erase(model.begin());
        }
        ASSERT_EQ(removed, expected);
      }
      ASSERT_EQ(index.size(), model.size());
      if (!model.empty()) {
        ASSERT_EQ(index.min_time(), model.front().first);
      }
    }
    EXPECT_EQ(AllOf(index), model);
    index.RemoveThrough(INT64_MAX, [](int64_t, int64_t) {});
    EXPECT_TRUE(index.empty());
    index.Insert(1, 1);
    EXPECT_EQ(AllOf(index), (Entries{{1, 1}}));
  }
}

}  // namespace
}  // namespace floe::runtime
