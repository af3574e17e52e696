#include "base/process_usage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <vector>

namespace floe {
namespace {

TEST(ProcessUsage, SeesWhatThisProcessTakes) {
  const ProcessUsage before = ReadProcessUsage();
  EXPECT_GE(before.threads, 1);
  EXPECT_GT(before.cpu_seconds, 0);
  EXPECT_GT(before.virtual_bytes, before.resident_bytes / 2);
  EXPECT_GE(before.peak_resident_bytes, 1 << 20);
  EXPECT_GT(before.max_open_files, before.open_files);

  const int copy = dup(STDOUT_FILENO);
  ASSERT_GE(copy, 0);
  std::vector<char> taken(size_t{32} << 20, 'x');
  const ProcessUsage after = ReadProcessUsage();
  close(copy);
  EXPECT_EQ(after.open_files, before.open_files + 1);
  EXPECT_GE(after.resident_bytes, before.resident_bytes + (int64_t{30} << 20));
  EXPECT_EQ(taken.back(), 'x');
}

}  // namespace
}  // namespace floe
