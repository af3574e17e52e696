#include "iceberg/key_table.h"

#include <gtest/gtest.h>

#include <unordered_map>

#include "base/random.h"

namespace floe::iceberg {
namespace {

TEST(KeyTableTest, AgreesWithAMap) {
  KeyTable table;
  std::unordered_map<std::string, uint32_t> model;
  Random random(5);
  for (int i = 0; i < 100'000; ++i) {
    std::string key = std::to_string(random.Uniform(30'000));
    if (i % 97 == 0) key.clear();
    auto [number, inserted] = table.FindOrInsert(key);
    auto [known, is_new] = model.emplace(key, static_cast<uint32_t>(model.size()));
    ASSERT_EQ(inserted, is_new);
    ASSERT_EQ(number, known->second);
  }
  EXPECT_EQ(table.size(), model.size());
  table.Clear();
  EXPECT_EQ(table.size(), 0U);
  EXPECT_LT(table.memory_bytes(), 64);
  EXPECT_TRUE(table.FindOrInsert("1").inserted);
}

}  // namespace
}  // namespace floe::iceberg
