#include "types/arrow_memory.h"

#include <arrow/buffer.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::types {
namespace {

TEST(ArrowMemoryPoolTest, CountsInTheBudget) {
  MemoryBudget budget("floe", 1 << 20);
  ArrowMemoryPool pool(budget);
  {
    std::shared_ptr<arrow::ResizableBuffer> buffer =
        arrow::AllocateResizableBuffer(1000, &pool).ValueOrDie();
    EXPECT_GE(budget.used_bytes(), 1000);
    EXPECT_EQ(pool.bytes_allocated(), budget.used_bytes());
    ASSERT_TRUE(buffer->Resize(100'000).ok());
    EXPECT_GE(budget.used_bytes(), 100'000);
    ASSERT_TRUE(buffer->Resize(10).ok());
    EXPECT_LT(budget.used_bytes(), 1000);
  }
  EXPECT_EQ(budget.used_bytes(), 0);
  EXPECT_EQ(pool.bytes_allocated(), 0);
  EXPECT_GE(pool.max_memory(), 100'000);
  EXPECT_GE(pool.total_bytes_allocated(), 100'000);
}

TEST(ArrowMemoryPoolTest, RefusesPastTheLimitAndStaysUsable) {
  MemoryBudget budget("floe", 1 << 20);
  ArrowMemoryPool pool(budget);
  const auto refused = arrow::AllocateBuffer(2 << 20, &pool);
  EXPECT_TRUE(refused.status().IsOutOfMemory());
  EXPECT_THAT(refused.status().message(), testing::HasSubstr("of the limit of 1 MiB of floe"));
  EXPECT_EQ(budget.used_bytes(), 0);
  auto buffer = arrow::AllocateResizableBuffer(1000, &pool).ValueOrDie();
  const int64_t before = budget.used_bytes();
  EXPECT_TRUE(buffer->Resize(2 << 20).IsOutOfMemory());
  EXPECT_EQ(budget.used_bytes(), before);
}

}  // namespace
}  // namespace floe::types
