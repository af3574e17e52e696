#include "state/key_group.h"

#include <gtest/gtest.h>

#include <vector>

namespace floe::state {
namespace {

TEST(KeyGroup, EveryGroupHasOneInstance) {
  for (int32_t parallelism = 1; parallelism <= kKeyGroups; ++parallelism) {
    for (int32_t group = 0; group < kKeyGroups; ++group) {
      const int32_t instance = InstanceOf(KeyGroup(group), parallelism);
      for (int32_t index = 0; index < parallelism; ++index) {
        EXPECT_EQ(KeyGroupsOf(index, parallelism).Contains(KeyGroup(group)), index == instance);
      }
    }
  }
}

TEST(KeyGroup, SpreadsPlainIntegers) {
  std::vector<int> counts(kKeyGroups, 0);
  for (uint64_t key = 0; key < 128'000; ++key) ++counts[KeyGroupOf(key).value()];
  for (const int count : counts) {
    EXPECT_GT(count, 800);
    EXPECT_LT(count, 1200);
  }
}

TEST(KeyGroup, IsPartOfTheFormat) {
  EXPECT_EQ(KeyGroupOf(0), KeyGroup(0));
  EXPECT_EQ(KeyGroupOf(1), KeyGroup(0xb456bcfc34c2cb2c % 128));
  EXPECT_EQ(KeyGroupOf(0xfedcba9876543210), KeyGroup(0x57));
}

TEST(KeyGroup, Ranges) {
  const KeyGroupRange all;
  const KeyGroupRange left{KeyGroup(0), KeyGroup(64)};
  const KeyGroupRange right{KeyGroup(64), KeyGroup(128)};
  EXPECT_TRUE(all.Overlaps(left));
  EXPECT_FALSE(left.Overlaps(right));
  EXPECT_EQ(KeyGroupsOf(1, 2), right);
}

}  // namespace
}  // namespace floe::state
