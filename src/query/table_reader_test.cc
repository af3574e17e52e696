#include "query/table_reader.h"

#include <arrow/record_batch.h>
#include <gtest/gtest.h>

#include "base/executor.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/snapshot_change.h"
#include "iceberg/test_batch.h"
#include "storage/local_file_system.h"
#include "storage/local_object_store.h"
#include "types/arrow_memory.h"

namespace floe::query {
namespace {

using iceberg::EpochFiles;
using iceberg::TableMetadata;
using types::DataType;

types::Schema RideSchema() {
  return types::Schema({{"ride", DataType::String().NotNull()},
                        {"city", DataType::Integer()},
                        {"fare", DataType::Double()}});
}

class TableReaderTest : public testing::Test {
 protected:
  TableReaderTest()
      : executor_(clock_, Random(1)),
        budget_("test", MemoryBudget::kNoLimit),
        memory_(budget_),
        random_(3) {
    directory_ = *storage::TemporaryDirectory::Create("floe-query");
    store_ = *storage::LocalObjectStore::Open(files_, executor_, directory_->path() + "/lake");
    io_ = std::make_unique<iceberg::FileIo>(*store_, executor_);
    reader_ = std::make_unique<TableReader>(*io_, DuckDbOptions{});
  }

  TableMetadata Table(const std::vector<std::string>& key,
                      const std::vector<std::string>& partition) {
    iceberg::NewTable table;
    table.location = store_->root_uri() + "/t" + std::to_string(++tables_);
    table.schema = *iceberg::SchemaFromFlink(RideSchema(), key);
    table.spec = *iceberg::IdentitySpec(table.schema, partition);
    table.add_fieldless_spec = !key.empty();
    return *iceberg::NewTableMetadata(table, clock_, random_);
  }

  void Commit(TableMetadata& table, EpochFiles files) {
    iceberg::SnapshotChange change(*io_, clock_, random_, std::move(files));
    auto prepared = change.Prepare(table);
    ASSERT_TRUE(prepared.ok());
    clock_.Advance(std::chrono::seconds(1));
    table = *iceberg::ApplyUpdates(table, prepared->updates, clock_.WallMillis(), "");
  }

  // One epoch of (ride, city, fare) rows, as JSON arrays.
  EpochFiles Write(const TableMetadata& table, const std::vector<std::string>& columns,
                   std::vector<int8_t> kinds = {}, int64_t buffer = 1 << 20) {
    auto shared = std::make_shared<const TableMetadata>(table);
    auto context = *iceberg::MakeWriterContext(*io_, &memory_, shared, 0, random_);
    iceberg::EpochWriterOptions options;
    options.max_buffered_bytes = buffer;
    bool upsert = !table.schema().identifier_field_ids().empty();
    auto writer = upsert ? *iceberg::MakeUpsertEpochWriter(context, options)
                         : *iceberg::MakeAppendEpochWriter(context, options);
    auto batch = iceberg::BatchFromJson(RideSchema(), columns);
    EXPECT_TRUE(writer->Write(batch, kinds.empty() ? nullptr : kinds.data()).ok());
    return *writer->FinishEpoch();
  }

  BoundTable Bind(const TableMetadata& table, std::optional<SnapshotId> snapshot = {}) {
    return {"rides", std::make_shared<const TableMetadata>(table), snapshot, {}};
  }
  std::string Json(const std::string& sql, const BoundTable& table) {
    auto rows = reader_->Query(sql, {table});
    EXPECT_TRUE(rows.ok()) << (rows.ok() ? "" : rows.error().ToString());
    return rows.ok() ? ToJson(*rows) : "";
  }

  ManualClock clock_{1'700'000'000'000};
  DeterministicExecutor executor_;
  MemoryBudget budget_;
  types::ArrowMemoryPool memory_;
  Random random_;
  storage::LocalFileSystem files_;
  std::unique_ptr<storage::TemporaryDirectory> directory_;
  std::unique_ptr<storage::LocalObjectStore> store_;
  std::unique_ptr<iceberg::FileIo> io_;
  std::unique_ptr<TableReader> reader_;
  int tables_ = 0;
};

constexpr char kAll[] = "SELECT * FROM rides ORDER BY ride";

TEST_F(TableReaderTest, EmptyTablesHaveColumns) {
  auto rows = reader_->Query("SELECT * FROM rides", {Bind(Table({}, {}))});
  ASSERT_TRUE(rows.ok()) << rows.error().ToString();
  ASSERT_EQ(rows->columns.size(), 3U);
  EXPECT_EQ(rows->columns[1].name, "city");
  EXPECT_EQ(rows->columns[1].type, "INTEGER");
  EXPECT_TRUE(rows->rows.empty());
  EXPECT_EQ(ToJson(*rows), "[]");
}

TEST_F(TableReaderTest, ReadsByArguments) {
  TableMetadata table = Table({}, {});
  Commit(table, Write(table, {R"(["a","b","c\"d"])", "[1,2,null]", "[1.5,-2,NaN]"}));
  TableQuery query;
  query.columns = {"fare", "ride"};
  query.where = "city IS NULL OR city > 1";
  query.order_by = {"ride DESC"};
  query.limit = 5;
  auto rows = reader_->Read(Bind(table), query);
  ASSERT_TRUE(rows.ok()) << rows.error().ToString();
  EXPECT_EQ(ToJson(*rows), R"([{"fare":"nan","ride":"c\"d"},)"
                           "\n"
                           R"({"fare":-2.0,"ride":"b"}])");
}

TEST_F(TableReaderTest, UpsertsOverEpochsPartitionsAndTime) {
  for (const auto& partition : {std::vector<std::string>{}, std::vector<std::string>{"city"}}) {
    for (int64_t buffer : {0, 1 << 20}) {
      TableMetadata table = Table({"ride"}, partition);
      Commit(table, Write(table, {R"(["a","b","c"])", "[1,1,2]", "[1,1,1]"}, {}, buffer));
      // b moves to another partition, c goes, a stays.
      Commit(table, Write(table, {R"(["b","c","d","d"])", "[2,2,3,4]", "[2,2,2,3]"}, {2, 3, 0, 2},
                          buffer));
      EXPECT_EQ(Json(kAll, Bind(table)),
                "[{\"ride\":\"a\",\"city\":1,\"fare\":1.0},\n"
                "{\"ride\":\"b\",\"city\":2,\"fare\":2.0},\n"
                "{\"ride\":\"d\",\"city\":4,\"fare\":3.0}]");
      SnapshotId first = table.snapshots[0]->id;
      EXPECT_EQ(Json("SELECT count(*) AS n, min(city) AS c FROM rides", Bind(table, first)),
                R"([{"n":3,"c":1}])");
    }
  }
}

TEST_F(TableReaderTest, DeletesOfTheSameCommitDoNotReachItsRows) {
  TableMetadata table = Table({"ride"}, {});
  for (int i = 0; i < 3; ++i) {
    std::string fare = "[" + std::to_string(i) + "]";
    Commit(table, Write(table, {R"(["a"])", "[1]", fare}));
    EXPECT_EQ(Json("SELECT fare FROM rides", Bind(table)),
              "[{\"fare\":" + std::to_string(i) + ".0}]");
  }
}

TEST_F(TableReaderTest, ForeignDeletesOfAPartitionStayThere) {
  TableMetadata table = Table({"ride"}, {"city"});
  Commit(table, Write(table, {R"(["a","b"])", "[1,2]", "[1,1]"}));
  // Two more rows with the same keys, in the other partitions, written without deletes.
  EpochFiles more = Write(table, {R"(["a","b"])", "[2,1]", "[2,2]"});
  more.delete_files.clear();
  Commit(table, more);
  // A delete of key "a" by an engine that writes them per partition.
  EpochFiles deletes = Write(table, {R"(["a"])", "[1]", "[1]"}, {3});
  ASSERT_EQ(deletes.delete_files.size(), 1U);
  deletes.delete_files[0].partition_spec_id = 0;
  deletes.delete_files[0].partition = {iceberg::Literal::Int(1)};
  Commit(table, deletes);
  EXPECT_EQ(Json("SELECT ride, city FROM rides ORDER BY ALL", Bind(table)),
            "[{\"ride\":\"a\",\"city\":2},\n{\"ride\":\"b\",\"city\":1},\n"
            "{\"ride\":\"b\",\"city\":2}]");
}

TEST_F(TableReaderTest, ColumnsAreFoundByTheirIds) {
  TableMetadata table = Table({"ride"}, {});
  Commit(table, Write(table, {R"(["a","b"])", "[1,2]", "[1,1]"}));
  SnapshotId before = table.snapshots[0]->id;
  Commit(table, Write(table, {R"(["b"])", "[2]", "[2]"}));
  // "city" is renamed and widened, "fare" dropped, and "fare" added anew as another column. The key
  // is dropped too: deletes by it still count.
  std::vector<iceberg::NestedField> fields = {
      {ColumnId(2), "town", iceberg::Type::Of(iceberg::TypeId::kLong), false, "", ""},
      {ColumnId(4), "fare", iceberg::Type::Of(iceberg::TypeId::kString), false, "", ""}};
  table = *iceberg::ApplyUpdates(
      table,
      {iceberg::update::AddSchema{iceberg::Schema(0, fields)}, iceberg::update::SetCurrentSchema{}},
      clock_.WallMillis(), "");
  EXPECT_EQ(Json("SELECT * FROM rides ORDER BY town", Bind(table)),
            "[{\"town\":1,\"fare\":null},\n{\"town\":2,\"fare\":null}]");
  // Time travel has the columns of its time.
  EXPECT_EQ(Json(kAll, Bind(table, before)),
            "[{\"ride\":\"a\",\"city\":1,\"fare\":1.0},\n"
            "{\"ride\":\"b\",\"city\":2,\"fare\":1.0}]");
}

TEST_F(TableReaderTest, JoinsSeveralTables) {
  TableMetadata left = Table({}, {});
  Commit(left, Write(left, {R"(["a"])", "[1]", "[1]"}));
  TableMetadata right = Table({"ride"}, {});
  Commit(right, Write(right, {R"(["a"])", "[7]", "[1]"}));
  BoundTable a = Bind(left);
  BoundTable b = Bind(right);
  a.name = "left \"quoted\"";
  b.name = "r";
  auto rows = reader_->Query(
      "SELECT l.city + r.city AS sum FROM \"left \"\"quoted\"\"\" l JOIN r USING (ride);", {a, b});
  ASSERT_TRUE(rows.ok()) << rows.error().ToString();
  EXPECT_EQ(ToJson(*rows), R"([{"sum":8}])");
}

TEST_F(TableReaderTest, OrderSurvivesManyRows) {
  TableMetadata table = Table({}, {});
  std::string rides = "[", cities = "[", fares = "[";
  for (int i = 0; i < 20'000; ++i) {
    std::string comma = i > 0 ? "," : "";
    rides += comma + "\"r\"";
    cities += comma + std::to_string(i * 7919 % 20'000);
    fares += comma + "1";
  }
  Commit(table, Write(table, {rides + "]", cities + "]", fares + "]"}));
  auto rows = reader_->Query("SELECT city FROM rides ORDER BY city DESC", {Bind(table)});
  ASSERT_TRUE(rows.ok());
  ASSERT_EQ(rows->rows.size(), 20'000U);
  for (int i = 0; i < 20'000; ++i) {
    ASSERT_EQ(*rows->rows[static_cast<size_t>(i)][0], std::to_string(19'999 - i));
  }
  auto batches = reader_->QueryBatches("SELECT city FROM rides ORDER BY city", {Bind(table)});
  ASSERT_TRUE(batches.ok()) << batches.error().ToString();
  int next = 0;
  for (const auto& batch : *batches) {
    const int32_t* values = batch->column(0)->data()->GetValues<int32_t>(1);
    for (int64_t i = 0; i < batch->num_rows(); ++i) ASSERT_EQ(values[i], next++);
  }
  EXPECT_EQ(next, 20'000);
}

TEST_F(TableReaderTest, ConditionsLeaveFilesOut) {
  TableMetadata table = Table({}, {"city"});
  Commit(table, Write(table, {R"(["a","b"])", "[1,2]", "[1,1]"}));
  BoundTable bound = Bind(table);
  bound.conditions = {{ColumnId(2), iceberg::PredicateOp::kEqual, {iceberg::Literal::Int(2)}}};
  EXPECT_EQ(Json("SELECT ride FROM rides", bound), R"([{"ride":"b"}])");
}

TEST_F(TableReaderTest, StatementsAreConfined) {
  TableMetadata table = Table({}, {});
  std::string outside = directory_->path() + "/secret.csv";
  ASSERT_TRUE(storage::WriteFileDurably(files_, outside, "a\n1\n").ok());
  struct Case {
    std::string sql;
    ErrorCode code;
  };
  for (const Case& c :
       {Case{"SELECT * FROM '" + outside + "'", ErrorCode::kPermissionDenied},
        Case{"SELECT * FROM read_text('/etc/passwd')", ErrorCode::kPermissionDenied},
        Case{"SELEC 1", ErrorCode::kSqlSyntax}, Case{"", ErrorCode::kSqlSyntax},
        Case{"SELECT nothing FROM rides", ErrorCode::kSqlValidation},
        Case{"SELECT * FROM missing", ErrorCode::kSqlValidation},
        Case{"SELECT CAST('x' AS INTEGER)", ErrorCode::kInvalidCast}}) {
    auto rows = reader_->Query(c.sql, {Bind(table)});
    ASSERT_FALSE(rows.ok()) << c.sql;
    EXPECT_EQ(rows.error().code(), c.code) << c.sql << ": " << rows.error().ToString();
  }
  for (const char* sql : {"SET memory_limit = '10GB'", "INSTALL httpfs",
                          "SELECT 1) LIMIT 1; COPY (SELECT 1) TO '/tmp/floe-escape'; --"}) {
    EXPECT_FALSE(reader_->Query(sql, {}).ok()) << sql;
  }
}

TEST_F(TableReaderTest, MemoryAndRowsAreLimited) {
  DuckDbOptions options;
  options.memory_limit_bytes = 20 << 20;
  TableReader small(*io_, options);
  auto heavy = small.Query(
      "SELECT count(*) FROM (SELECT DISTINCT i * 7919 % 100000007 AS k FROM range(20000000) t(i))",
      {});
  ASSERT_FALSE(heavy.ok());
  EXPECT_EQ(heavy.error().code(), ErrorCode::kMemoryLimit);
  EXPECT_TRUE(small.Query("SELECT 1", {}).ok());  // the engine lives on
  auto many = reader_->QueryBatches("SELECT * FROM range(2000000)", {});
  ASSERT_FALSE(many.ok());
  EXPECT_EQ(many.error().code(), ErrorCode::kLimitExceeded);
}

TEST_F(TableReaderTest, UnknownSnapshotsAreNamed) {
  auto rows = reader_->Query("SELECT 1", {Bind(Table({}, {}), SnapshotId(77))});
  EXPECT_EQ(rows.error().code(), ErrorCode::kNotFound);
}

}  // namespace
}  // namespace floe::query
