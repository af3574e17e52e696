#include "runtime/window_key_table.h"

#include <gtest/gtest.h>

#include <numeric>
#include <set>

#include "runtime/key_hash.h"
#include "runtime/window_test_stream.h"

namespace floe::runtime {
namespace {

using types::DataType;

std::shared_ptr<arrow::RecordBatch> Batch(const types::Schema& schema, const std::string& json) {
  const auto type = arrow::struct_(types::ToArrow(schema)->fields());
  const auto array = arrow::json::ArrayFromJSONString(type, json).ValueOrDie();
  return arrow::RecordBatch::FromStructArray(array).ValueOrDie();
}

std::vector<int> AllColumns(const types::Schema& schema) {
  std::vector<int> columns(static_cast<size_t>(schema.size()));
  std::iota(columns.begin(), columns.end(), 0);
  return columns;
}

std::vector<KeyId> InternAll(WindowKeyTable& table, const arrow::RecordBatch& batch) {
  std::vector<int32_t> rows(static_cast<size_t>(batch.num_rows()));
  std::iota(rows.begin(), rows.end(), 0);
  std::vector<KeyId> ids(rows.size());
  table.Intern(batch, rows, ids);
  return ids;
}

// The keys read back as a batch.
std::shared_ptr<arrow::RecordBatch> ReadBack(const WindowKeyTable& table,
                                             const types::Schema& schema,
                                             const std::vector<KeyId>& ids) {
  const auto arrow_schema = types::ToArrow(schema);
  std::vector<std::unique_ptr<arrow::ArrayBuilder>> builders;
  for (const auto& field : arrow_schema->fields()) {
    builders.push_back(arrow::MakeBuilder(field->type(), testing::Pool()).ValueOrDie());
  }
  EXPECT_TRUE(table.Append(ids, builders).ok());
  std::vector<std::shared_ptr<arrow::Array>> columns;
  for (const auto& builder : builders) columns.push_back(builder->Finish().ValueOrDie());
  return arrow::RecordBatch::Make(arrow_schema, static_cast<int64_t>(ids.size()), columns);
}

struct Case {
  types::Schema schema;
  std::string json;  // distinct keys
};

std::vector<Case> Cases() {
  return {
      {types::Schema({{"a", DataType::String()}}),
       R"([["x"], [null], [""], ["longer than SSO is"]])"},
      {types::Schema({{"a", DataType::BigInt()}}), "[[0], [null], [-1], [9223372036854775807]]"},
      {types::Schema({{"a", DataType::Double()}}), "[[0.0], [-0.0], [NaN], [null], [1.5]]"},
      {types::Schema({{"a", DataType::String()}, {"b", DataType::String()}}),
       R"([["ab", "c"], ["a", "bc"], [null, "abc"], ["abc", null], ["", ""], [null, null]])"},
      {types::Schema({{"a", DataType::Boolean()},
                      {"b", DataType::TinyInt()},
                      {"c", DataType::SmallInt()},
                      {"d", DataType::Integer()},
                      {"e", DataType::Float()},
                      {"f", DataType::Decimal(20, 2)},
                      {"g", DataType::Date()},
                      {"h", DataType::Time()},
                      {"i", DataType::Timestamp(3)},
                      {"j", DataType::Bytes()}}),
       R"([[true, 1, 2, 3, 4.5, "6.78", 9, 10, 11, "x"],
           [false, 1, 2, 3, 4.5, "6.78", 9, 10, 11, "x"],
           [null, null, null, null, null, null, null, null, null, null],
           [true, -1, -2, -3, -4.5, "-6.78", -9, 10, -11, ""]])"},
  };
}

TEST(WindowKeyTableTest, KeysHaveIdsAndComeBack) {
  for (const Case& test : Cases()) {
    auto made = WindowKeyTable::Make(test.schema, AllColumns(test.schema));
    ASSERT_TRUE(made.ok());
    WindowKeyTable& table = made.value();
    const auto batch = Batch(test.schema, test.json);
    const std::vector<KeyId> ids = InternAll(table, *batch);
    for (const KeyId id : ids) table.AddReference(id);
    EXPECT_EQ(std::set<KeyId>(ids.begin(), ids.end()).size(), ids.size()) << test.json;
    EXPECT_EQ(InternAll(table, *batch), ids);
    EXPECT_TRUE(ReadBack(table, test.schema, ids)
                    ->Equals(*batch, false, arrow::EqualOptions::Defaults().nans_equal(true)))
        << test.json;

    // Slices of columns are read where they start.
    const std::vector<KeyId> tail = InternAll(table, *batch->Slice(1));
    EXPECT_EQ(tail, std::vector<KeyId>(ids.begin() + 1, ids.end()));

    std::string bytes;
    for (const KeyId id : ids) table.Save(id, bytes);
    functions::ByteReader reader(bytes);
    for (const KeyId id : ids) EXPECT_EQ(table.Load(reader), id);
    EXPECT_TRUE(reader.ok() && reader.AtEnd());
  }
}

TEST(WindowKeyTableTest, IdsOfForgottenKeysAreReused) {
  const types::Schema schema({{"a", DataType::String()}, {"b", DataType::Integer()}});
  auto made = WindowKeyTable::Make(schema, {0, 1});
  ASSERT_TRUE(made.ok());
  WindowKeyTable& table = made.value();
  for (int round = 0; round < 100; ++round) {
    const std::string json =
        "[[\"k" + std::to_string(round) + "\", 1], [null, " + std::to_string(round) + "]]";
    const std::vector<KeyId> ids = InternAll(table, *Batch(schema, json));
    for (const KeyId id : ids) table.AddReference(id);
    EXPECT_TRUE(ReadBack(table, schema, ids)->Equals(*Batch(schema, json)));
    for (const KeyId id : ids) table.Release(id);
  }
  EXPECT_LE(table.capacity(), 4u);
}

TEST(WindowKeyTableTest, RefusesNestedKeys) {
  const types::Schema schema({{"a", DataType::Array(DataType::Integer())}});
  auto made = WindowKeyTable::Make(schema, {0});
  ASSERT_FALSE(made.ok());
  EXPECT_EQ(made.error().code(), ErrorCode::kNotImplemented);
}

TEST(KeyHashTest, EqualKeysHaveEqualHashes) {
  for (const Case& test : Cases()) {
    const auto batch = Batch(test.schema, test.json);
    std::vector<uint64_t> hashes;
    HashKeys(*batch, AllColumns(test.schema), &hashes);
    EXPECT_EQ(std::set<uint64_t>(hashes.begin(), hashes.end()).size(), hashes.size()) << test.json;
    std::vector<uint64_t> tail;
    HashKeys(*batch->Slice(1), AllColumns(test.schema), &tail);
    EXPECT_EQ(tail, std::vector<uint64_t>(hashes.begin() + 1, hashes.end()));
  }
}

// Checkpoints are cut by these: they must stay.
TEST(KeyHashTest, HashesNeverChange) {
  const types::Schema schema({{"a", DataType::String()}, {"b", DataType::Integer()}});
  std::vector<uint64_t> hashes;
  HashKeys(*Batch(schema, R"([["x", 1], [null, null], ["", -1]])"), std::vector<int>{0, 1},
           &hashes);
  EXPECT_EQ(hashes, (std::vector<uint64_t>{5954061631646361454u, 17256287368067893880u,
                                           5601681914949627589u}));
}

}  // namespace
}  // namespace floe::runtime
