#include "log/partitioner.h"

#include <gtest/gtest.h>

namespace floe::log {
namespace {

TEST(Partitioner, Murmur2AsInKafka) {
  // org.apache.kafka.common.utils.UtilsTest.testMurmur2.
  EXPECT_EQ(Murmur2("21"), -973932308);
  EXPECT_EQ(Murmur2("foobar"), -790332482);
  EXPECT_EQ(Murmur2("a-little-bit-long-string"), -985981536);
  EXPECT_EQ(Murmur2("a-little-bit-longer-string"), -1486304829);
  EXPECT_EQ(Murmur2("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8"), -58897971);
  EXPECT_EQ(Murmur2("abc"), 479470107);
  EXPECT_EQ(Murmur2(""), 275646681);
}

TEST(Partitioner, PartitionsOfKeys) {
  EXPECT_EQ(PartitionOfKey("21", 1), PartitionId(0));
  EXPECT_EQ(PartitionOfKey("abc", 10), PartitionId(479470107 % 10));
  EXPECT_EQ(PartitionOfKey("21", 7), PartitionId((-973932308 & 0x7fffffff) % 7));
}

}  // namespace
}  // namespace floe::log
