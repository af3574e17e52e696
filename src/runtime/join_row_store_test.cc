#include "runtime/join_row_store.h"

#include <arrow/array/array_base.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using types::DataType;

types::Schema AllTypes() {
  return types::Schema({{"b", DataType::Boolean()},
                        {"t", DataType::TinyInt()},
                        {"s", DataType::SmallInt()},
                        {"i", DataType::Integer()},
                        {"l", DataType::BigInt()},
                        {"d", DataType::Double()},
                        {"c", DataType::Decimal(20, 2)},
                        {"x", DataType::String()}});
}

testing::TestStream StreamOf(int rows) {
  testing::TestStream stream;
  stream.schema = AllTypes();
  for (int i = 0; i < rows; ++i) {
    stream.sequences.push_back(i + 100);
    const std::string n = std::to_string(i);
    const std::string small = std::to_string(i % 100);
    stream.rows.push_back(i % 7 == 3 ? "[null,null,null,null,null,null,null,null]"
                                     : "[" + std::string(i % 2 == 0 ? "true" : "false") + "," +
                                           small + "," + small + "," + n + "," + n + "," + n +
                                           ".5,\"" + n + ".25\",\"text " + n + "\"]");
  }
  return stream;
}

std::vector<std::string> TextsOf(const arrow::Array& array) {
  std::vector<std::string> texts;
  for (int64_t i = 0; i < array.length(); ++i) texts.push_back(testing::ValueText(array, i));
  return texts;
}

TEST(JoinRowStore, GivesBackRowsOfAllTypesInAnyOrder) {
  constexpr int kRows = 10000;
  auto store = JoinRowStore::Make(AllTypes(), 1, testing::Pool());
  ASSERT_TRUE(store.ok());
  const stream::Batch batch = StreamOf(kRows).AsBatch();
  for (int64_t at = 0; at < kRows; at += 3000) {
    const auto first = store->Append(batch.Slice(at, std::min<int64_t>(3000, kRows - at)));
    ASSERT_TRUE(first.ok());
    EXPECT_EQ(first.value(), at);
  }
  Random random(3);
  std::vector<int64_t> rows;
  for (int i = 0; i < 500; ++i) {
    rows.push_back(i % 11 == 0 ? JoinRowStore::kNoRow
                               : static_cast<int64_t>(random.Uniform(kRows)));
  }
  for (int column = 0; column < AllTypes().size(); ++column) {
    std::vector<std::string> expected;
    for (const int64_t row : rows) {
      expected.push_back(row == JoinRowStore::kNoRow
                             ? "null"
                             : testing::ValueText(*batch.rows->column(column), row));
    }
    auto gathered = store->Gather(column, rows);
    ASSERT_TRUE(gathered.ok());
    ASSERT_TRUE((*gathered)->ValidateFull().ok());
    EXPECT_EQ(TextsOf(**gathered), expected) << AllTypes().field(column).name;
  }
  auto order = store->GatherOrder(0, rows);
  ASSERT_TRUE(order.ok());
  for (size_t i = 0; i < rows.size(); ++i) {
    EXPECT_EQ((*order)->Value(static_cast<int64_t>(i)),
              rows[i] == JoinRowStore::kNoRow ? 0 : rows[i] + 100);
  }
}

TEST(JoinRowStore, GivesBackTheMemoryOfRowsThatAreNotRetained) {
  auto store = JoinRowStore::Make(AllTypes(), 1, testing::Pool());
  ASSERT_TRUE(store.ok());
  const stream::Batch batch = StreamOf(5000).AsBatch();
  ASSERT_TRUE(store->Append(batch).ok());
  const int64_t one_round = store->memory_bytes();
  store->Retain(17);
  store->set_matched(17);
  for (int round = 0; round < 100; ++round) {
    store->Reclaim();
    ASSERT_TRUE(store->Append(batch).ok());
  }
  EXPECT_LT(store->memory_bytes(), 3 * one_round);
  EXPECT_TRUE(store->matched(17));
  auto value = store->Gather(3, std::vector<int64_t>{17});
  // Row 17 is one of NULLs.
  EXPECT_EQ(TextsOf(**value), TextsOf(*batch.rows->column(3)->Slice(17, 1)));
}

TEST(JoinRowStore, RefusesNestedColumnsByName) {
  const types::Schema schema({{"tags", DataType::Array(DataType::String())}});
  const auto store = JoinRowStore::Make(schema, 1, testing::Pool());
  ASSERT_FALSE(store.ok());
  EXPECT_EQ(store.error().code(), ErrorCode::kNotImplemented);
  EXPECT_NE(store.error().message().find("'tags'"), std::string::npos);
}

}  // namespace
}  // namespace floe::runtime
