#include "iceberg/epoch_writer.h"

#include <arrow/io/memory.h>
#include <arrow/record_batch.h>
#include <arrow/scalar.h>
#include <arrow/table.h>
#include <gtest/gtest.h>
#include <parquet/arrow/reader.h>

#include <map>
#include <set>

#include "iceberg/test_batch.h"
#include "storage/in_memory_object_store.h"
#include "types/arrow_memory.h"

namespace floe::iceberg {
namespace {

using types::DataType;

constexpr int8_t kInsert = 0;
constexpr int8_t kUpdateBefore = 1;
constexpr int8_t kUpdateAfter = 2;
constexpr int8_t kDelete = 3;

types::Schema RideSchema() {
  return types::Schema({{"ride", DataType::String().NotNull()},
                        {"city", DataType::Integer()},
                        {"fare", DataType::Double()},
                        {"at", DataType::Timestamp(3)}});
}

struct Ride {
  std::string ride;
  int city = 0;
  double fare = 0;

  auto operator<=>(const Ride&) const = default;
};

class EpochWriterTest : public testing::Test {
 protected:
  EpochWriterTest()
      : executor_(clock_, Random(1)),
        budget_("test", MemoryBudget::kNoLimit),
        memory_(budget_),
        store_(executor_, "file:///lake"),
        io_(store_, executor_),
        random_(3) {}

  TableMetadataPtr Table(const std::vector<std::string>& key,
                         const std::vector<std::string>& partition, Properties properties = {}) {
    NewTable table;
    table.location = "file:///lake/t";
    table.schema = *SchemaFromFlink(RideSchema(), key);
    table.spec = *IdentitySpec(table.schema, partition);
    table.properties = std::move(properties);
    table.add_fieldless_spec = !key.empty();
    return std::make_shared<const TableMetadata>(*NewTableMetadata(table, clock_, random_));
  }

  WriterContext Context(TableMetadataPtr table) {
    return *MakeWriterContext(io_, &memory_, std::move(table), 0, random_);
  }

  static std::shared_ptr<arrow::RecordBatch> Batch(const std::vector<Ride>& rides) {
    std::string ride, city, fare, at;
    for (const Ride& r : rides) {
      std::string comma = ride.empty() ? "" : ",";
      ride += comma + "\"" + r.ride + "\"";
      city += comma + std::to_string(r.city);
      fare += comma + std::to_string(r.fare);
      at += comma + "1700000000123";
    }
    return BatchFromJson(RideSchema(),
                         {"[" + ride + "]", "[" + city + "]", "[" + fare + "]", "[" + at + "]"});
  }

  std::shared_ptr<arrow::Table> ReadFile(const DataFile& file) {
    std::string bytes = *io_.Read(file.file_path);
    EXPECT_EQ(static_cast<int64_t>(bytes.size()), file.file_size_bytes);
    auto source = std::make_shared<arrow::io::BufferReader>(arrow::Buffer::FromString(bytes));
    auto reader = parquet::arrow::OpenFile(source, &memory_);
    EXPECT_TRUE(reader.ok());
    return *(*reader)->ReadTable();
  }

  template <typename T>
  static std::vector<T> Values(const arrow::Table& table, const std::string& name) {
    std::vector<T> out;
    for (const auto& chunk : table.GetColumnByName(name)->chunks()) {
      for (int64_t i = 0; i < chunk->length(); ++i) {
        out.push_back(chunk->data()->GetValues<T>(1)[i]);
      }
    }
    return out;
  }
  static std::vector<std::string> Strings(const arrow::Table& table, const std::string& name) {
    std::vector<std::string> out;
    for (const auto& chunk : table.GetColumnByName(name)->chunks()) {
      for (int64_t i = 0; i < chunk->length(); ++i)
        out.push_back((*chunk->GetScalar(i))->ToString());
    }
    return out;
  }

  std::vector<Ride> Rides(const DataFile& file) {
    auto table = ReadFile(file);
    auto rides = Strings(*table, "ride");
    auto cities = Values<int32_t>(*table, "city");
    auto fares = Values<double>(*table, "fare");
    std::vector<Ride> out;
    for (size_t i = 0; i < rides.size(); ++i) out.push_back({rides[i], cities[i], fares[i]});
    return out;
  }

  // What a reader sees of a table that had `before`, after the epoch's files, by the spec's rules.
  std::map<std::string, Ride> Merge(std::map<std::string, Ride> rows, const EpochFiles& files) {
    std::set<std::pair<std::string, int64_t>> gone;
    for (const DataFile& file : files.delete_files) {
      auto table = ReadFile(file);
      if (file.content == FileContent::kEqualityDeletes) {
        for (const std::string& key : Strings(*table, "ride")) rows.erase(key);
      } else {
        auto paths = Strings(*table, "file_path");
        auto positions = Values<int64_t>(*table, "pos");
        for (size_t i = 0; i < paths.size(); ++i) gone.insert({paths[i], positions[i]});
      }
    }
    for (const DataFile& file : files.data_files) {
      std::vector<Ride> rides = Rides(file);
      for (size_t i = 0; i < rides.size(); ++i) {
        if (gone.contains({file.file_path, static_cast<int64_t>(i)})) continue;
        EXPECT_TRUE(rows.emplace(rides[i].ride, rides[i]).second) << "twice: " << rides[i].ride;
      }
    }
    return rows;
  }

  ManualClock clock_;
  DeterministicExecutor executor_;
  MemoryBudget budget_;
  types::ArrowMemoryPool memory_;
  storage::InMemoryObjectStore store_;
  FileIo io_;
  Random random_;
};

TEST_F(EpochWriterTest, AppendsRowsInOrder) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {})));
  ASSERT_TRUE(writer->Write(Batch({{"a", 1, 1.5}, {"b", 2, 2.5}}), nullptr).ok());
  ASSERT_TRUE(writer->Write(Batch({{"a", 3, 3.5}}), nullptr).ok());
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->data_files.size(), 1U);
  EXPECT_TRUE(files->delete_files.empty());
  EXPECT_EQ(Rides(files->data_files[0]),
            (std::vector<Ride>{{"a", 1, 1.5}, {"b", 2, 2.5}, {"a", 3, 3.5}}));
  auto table = ReadFile(files->data_files[0]);
  EXPECT_EQ(Values<int64_t>(*table, "at")[0], 1700000000123000);
  auto again = writer->FinishEpoch();
  ASSERT_TRUE(again.ok());
  EXPECT_TRUE(again->empty());
}

TEST_F(EpochWriterTest, AnAppendTableTakesNothingBack) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {})));
  for (int8_t kind : {kUpdateBefore, kUpdateAfter, kDelete}) {
    Status status = writer->Write(Batch({{"a", 1, 1}}), &kind);
    ASSERT_FALSE(status.ok());
    EXPECT_EQ(status.error().code(), ErrorCode::kInvalidArgument);
  }
  EXPECT_TRUE(writer->Write(Batch({{"a", 1, 1}}), &kInsert).ok());
}

TEST_F(EpochWriterTest, NullsInRequiredColumnsAreNamed) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {})));
  auto batch = BatchFromJson(RideSchema(), {"[null]", "[1]", "[1]", "[1]"});
  Status status = writer->Write(batch, nullptr);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidData);
  EXPECT_NE(status.error().message().find("'ride'"), std::string::npos);
}

TEST_F(EpochWriterTest, TimestampsBeyondMicrosecondsAreNamed) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {})));
  auto batch = BatchFromJson(RideSchema(), {"[\"a\"]", "[1]", "[1]", "[9223372036854775807]"});
  Status status = writer->Write(batch, nullptr);
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.error().code(), ErrorCode::kInvalidData);
  EXPECT_NE(status.error().message().find("'at'"), std::string::npos);
}

TEST_F(EpochWriterTest, FilesRollAtTheTargetSize) {
  auto writer =
      *MakeAppendEpochWriter(Context(Table({}, {}, {{"write.target-file-size-bytes", "20000"}})));
  int64_t rows = 0;
  for (int batch = 0; batch < 50; ++batch) {
    std::vector<Ride> rides;
    for (int i = 0; i < 200; ++i, ++rows) {
      rides.push_back({random_.NextUuid(), i, random_.NextDouble()});
    }
    ASSERT_TRUE(writer->Write(Batch(rides), nullptr).ok());
  }
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  EXPECT_GT(files->data_files.size(), 10U);
  int64_t written = 0;
  std::set<std::string> paths;
  for (const DataFile& file : files->data_files) {
    written += file.record_count;
    EXPECT_LT(file.file_size_bytes, 40000);
    paths.insert(file.file_path);
  }
  EXPECT_EQ(written, rows);
  EXPECT_EQ(paths.size(), files->data_files.size());
}

TEST_F(EpochWriterTest, PartitionsHaveTheirOwnFilesAndPaths) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {"city", "ride"})));
  ASSERT_TRUE(
      writer->Write(Batch({{"a/1", 1, 1}, {"b", 2, 2}, {"a/1", 1, 3}, {"b", 1, 4}}), nullptr).ok());
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->data_files.size(), 3U);
  const DataFile& first = files->data_files[0];
  EXPECT_EQ(Rides(first), (std::vector<Ride>{{"a/1", 1, 1}, {"a/1", 1, 3}}));
  EXPECT_EQ(first.partition, (std::vector<Literal>{Literal::Int(1), Literal::String("a/1")}));
  EXPECT_NE(first.file_path.find("/data/city=1/ride=a%2F1/"), std::string::npos) << first.file_path;
}

TEST_F(EpochWriterTest, ManyPartitionsAreBoundedAndComplete) {
  auto writer = *MakeAppendEpochWriter(Context(Table({}, {"city"})));
  for (int round = 0; round < 3; ++round) {
    std::vector<Ride> rides;
    for (int i = 0; i < 200; ++i) rides.push_back({"r", i, round + 0.0});
    ASSERT_TRUE(writer->Write(Batch(rides), nullptr).ok());
  }
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  std::map<int32_t, int64_t> rows;
  for (const DataFile& file : files->data_files) {
    rows[file.partition[0].Get<int32_t>()] += file.record_count;
  }
  EXPECT_EQ(rows.size(), 200U);
  for (const auto& [city, count] : rows) EXPECT_EQ(count, 3);
}

TEST_F(EpochWriterTest, TheLastRowOfAKeyStands) {
  auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {})));
  std::vector<int8_t> kinds = {kInsert, kInsert, kUpdateBefore, kUpdateAfter, kDelete, kInsert};
  ASSERT_TRUE(
      writer
          ->Write(
              Batch({{"a", 1, 1}, {"b", 1, 1}, {"a", 1, 1}, {"a", 2, 2}, {"b", 1, 1}, {"c", 3, 3}}),
              kinds.data())
          .ok());
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  ASSERT_EQ(files->data_files.size(), 1U);
  EXPECT_EQ(Rides(files->data_files[0]), (std::vector<Ride>{{"a", 2, 2}, {"c", 3, 3}}));
  // One delete per key, whatever happened to it.
  ASSERT_EQ(files->delete_files.size(), 1U);
  const DataFile& deletes = files->delete_files[0];
  EXPECT_EQ(deletes.content, FileContent::kEqualityDeletes);
  EXPECT_EQ(deletes.record_count, 3);
  EXPECT_EQ(deletes.equality_ids, std::vector<ColumnId>{ColumnId(1)});
  EXPECT_EQ(ReadFile(deletes)->schema()->field_names(), std::vector<std::string>{"ride"});
}

TEST_F(EpochWriterTest, ADeletedKeyCanComeBack) {
  auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {})));
  std::vector<int8_t> kinds = {kDelete, kInsert, kDelete, kInsert};
  auto batch = Batch({{"a", 1, 1}, {"a", 1, 2}, {"a", 1, 3}, {"a", 1, 4}});
  ASSERT_TRUE(writer->Write(batch, kinds.data()).ok());
  auto files = writer->FinishEpoch();
  EXPECT_EQ(Rides(files->data_files[0]), (std::vector<Ride>{{"a", 1, 4}}));
  EXPECT_EQ(files->delete_files[0].record_count, 1);
}

TEST_F(EpochWriterTest, EpochsAreIndependent) {
  auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {})));
  for (int epoch = 0; epoch < 3; ++epoch) {
    ASSERT_TRUE(writer->Write(Batch({{"a", epoch, 1}}), nullptr).ok());
    auto files = writer->FinishEpoch();
    ASSERT_TRUE(files.ok());
    EXPECT_EQ(Rides(files->data_files[0]), (std::vector<Ride>{{"a", epoch, 1}}));
    EXPECT_EQ(files->delete_files[0].record_count, 1);
  }
  EXPECT_TRUE(writer->FinishEpoch()->empty());
}

TEST_F(EpochWriterTest, RowsInFilesOfTheEpochGetPositionDeletes) {
  EpochWriterOptions options;
  options.max_buffered_bytes = 0;  // every batch goes to the file at once
  auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {"city"})), options);
  ASSERT_TRUE(writer->Write(Batch({{"a", 1, 1}, {"b", 1, 1}, {"c", 2, 1}}), nullptr).ok());
  ASSERT_TRUE(writer->Write(Batch({{"b", 2, 2}}), nullptr).ok());
  std::vector<int8_t> kinds = {kDelete, kInsert};
  ASSERT_TRUE(writer->Write(Batch({{"c", 2, 1}, {"d", 2, 1}}), kinds.data()).ok());
  EXPECT_EQ(writer->statistics().position_deletes, 2);
  EXPECT_EQ(writer->statistics().equality_deletes, 4);
  auto files = writer->FinishEpoch();
  ASSERT_TRUE(files.ok());
  int position_files = 0;
  for (const DataFile& file : files->delete_files) {
    if (file.content == FileContent::kEqualityDeletes) {
      // Under the field-less spec, so that they reach rows in every partition.
      EXPECT_EQ(file.partition_spec_id, 1);
      EXPECT_TRUE(file.partition.empty());
      continue;
    }
    ++position_files;
    ASSERT_TRUE(file.referenced_data_file);
    EXPECT_EQ(file.partition_spec_id, 0);
    bool found = false;
    for (const DataFile& data : files->data_files) {
      if (data.file_path != *file.referenced_data_file) continue;
      found = true;
      EXPECT_EQ(data.partition, file.partition);
    }
    EXPECT_TRUE(found);
    ColumnId path(2147483546);
    EXPECT_EQ(file.metrics.lower_bounds.at(path), *file.referenced_data_file);
    EXPECT_EQ(file.metrics.upper_bounds.at(path), *file.referenced_data_file);
  }
  EXPECT_EQ(position_files, 2);
  auto rows = Merge({{"b", {"b", 9, 9}}}, *files);
  EXPECT_EQ(rows, (std::map<std::string, Ride>{
                      {"a", {"a", 1, 1}}, {"b", {"b", 2, 2}}, {"d", {"d", 2, 1}}}));
}

// Random changes against a plain map, with all sizes of batches and buffers.
TEST_F(EpochWriterTest, AgreesWithAMap) {
  for (int64_t buffer : {int64_t{0}, int64_t{20'000}, int64_t{1} << 30}) {
    for (bool partitioned : {false, true}) {
      EpochWriterOptions options;
      options.max_buffered_bytes = buffer;
      auto table = Table(
          {"ride"}, partitioned ? std::vector<std::string>{"city"} : std::vector<std::string>{});
      auto writer = *MakeUpsertEpochWriter(Context(table), options);
      std::map<std::string, Ride> model;
      std::map<std::string, Ride> stored;
      for (int epoch = 0; epoch < 3; ++epoch) {
        for (int batch = 0; batch < 30; ++batch) {
          std::vector<Ride> rides;
          std::vector<int8_t> kinds;
          for (uint64_t i = random_.Uniform(300) + 1; i > 0; --i) {
            Ride ride{"ride" + std::to_string(random_.Uniform(500)),
                      static_cast<int>(random_.Uniform(4)),
                      static_cast<double>(random_.Uniform(1000))};
            auto kind = static_cast<int8_t>(random_.Uniform(4));
            rides.push_back(ride);
            kinds.push_back(kind);
            if (kind == kDelete) model.erase(ride.ride);
            if (kind == kInsert || kind == kUpdateAfter) model[ride.ride] = ride;
          }
          ASSERT_TRUE(writer->Write(Batch(rides), kinds.data()).ok());
        }
        auto files = writer->FinishEpoch();
        ASSERT_TRUE(files.ok());
        stored = Merge(std::move(stored), *files);
        ASSERT_EQ(stored, model) << "buffer " << buffer << ", epoch " << epoch;
      }
    }
  }
}

TEST_F(EpochWriterTest, OneKeyForeverStaysSmall) {
  auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {})));
  for (int i = 0; i < 30'000; ++i) {
    ASSERT_TRUE(writer->Write(Batch({{"a", i, 1}}), nullptr).ok());
  }
  EXPECT_LT(writer->buffered_bytes(), 8 << 20);
  auto files = writer->FinishEpoch();
  EXPECT_EQ(Rides(files->data_files[0]), (std::vector<Ride>{{"a", 29'999, 1}}));
}

TEST_F(EpochWriterTest, UpsertsNeedAKeyAndAFieldlessSpec) {
  auto no_key = MakeUpsertEpochWriter(Context(Table({}, {})));
  EXPECT_EQ(no_key.error().code(), ErrorCode::kInvalidArgument);
  auto table = std::make_shared<TableMetadata>(*Table({"ride"}, {"city"}));
  std::erase_if(table->partition_specs,
                [](const PartitionSpec& spec) { return spec.is_unpartitioned(); });
  auto no_spec = MakeUpsertEpochWriter(Context(table));
  EXPECT_EQ(no_spec.error().code(), ErrorCode::kInvalidArgument);
}

TEST_F(EpochWriterTest, StorageFailuresAreReported) {
  auto writer =
      *MakeAppendEpochWriter(Context(Table({}, {}, {{"write.data.path", "s3://elsewhere/data"}})));
  ASSERT_TRUE(writer->Write(Batch({{"a", 1, 1}}), nullptr).ok());
  EXPECT_FALSE(writer->FinishEpoch().ok());
}

TEST_F(EpochWriterTest, MemoryIsGivenBack) {
  {
    auto writer = *MakeUpsertEpochWriter(Context(Table({"ride"}, {})));
    std::vector<Ride> rides;
    for (int i = 0; i < 5000; ++i) rides.push_back({std::to_string(i), i, 1});
    ASSERT_TRUE(writer->Write(Batch(rides), nullptr).ok());
    ASSERT_TRUE(writer->FinishEpoch().ok());
    EXPECT_EQ(memory_.bytes_allocated(), 0);
  }
  EXPECT_EQ(budget_.used_bytes(), 0);
}

}  // namespace
}  // namespace floe::iceberg
