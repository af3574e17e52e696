#include "runtime/range_log.h"

#include <gtest/gtest.h>

#include <vector>

#include "base/random.h"
#include "runtime/row_pages.h"

namespace floe::runtime {
namespace {

TEST(RangeLog, FindsTheLastRangeThatCoversAMoment) {
  Random random(11);
  RangeLog log;
  std::vector<RangeLog::Entry> all;
  for (int64_t i = 0; i < 1000; ++i) {
    const int64_t from = i / 2 + static_cast<int64_t>(random.Uniform(100));
    all.push_back({from, from + static_cast<int64_t>(random.Uniform(60)), i, i});
    log.Append(all.back());
    const int64_t moment = static_cast<int64_t>(random.Uniform(700));
    const size_t since = random.Uniform(all.size() + 1);
    int64_t expected = -1;
    for (size_t at = since; at < all.size(); ++at) {
      if (all[at].from <= moment && moment <= all[at].through) expected = all[at].row;
    }
    const RangeLog::Entry* found = log.LastCovering(moment, since);
    ASSERT_EQ(found == nullptr ? -1 : found->row, expected);
  }
  log.Clear();
  EXPECT_EQ(log.size(), 0u);
  EXPECT_EQ(log.LastCovering(50, 0), nullptr);
}

TEST(RowPages, KeepAValuePerRow) {
  RowPages<int> pages;
  pages.At(1'000'000) = 1;
  pages.At(5) = 2;
  pages.At(1'000'001) = 3;
  EXPECT_EQ(pages.At(1'000'000), 1);
  EXPECT_EQ(pages.At(5), 2);
  EXPECT_EQ(pages.At(1'000'001), 3);
  EXPECT_EQ(pages.At(6), 0);
  pages.Clear();
  EXPECT_EQ(pages.At(5), 0);
}

}  // namespace
}  // namespace floe::runtime
