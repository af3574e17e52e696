#include "iceberg/manifest.h"

#include <gtest/gtest.h>

#include "iceberg/avro_file.h"

namespace floe::iceberg {
namespace {

const std::string kSync(16, 's');

Schema TestSchema() {
  return Schema(0, {{ColumnId(1), "id", Type::Of(TypeId::kLong), true, "", ""},
                    {ColumnId(2), "city name", Type::Of(TypeId::kString), false, "", ""},
                    {ColumnId(3), "at", Type::Of(TypeId::kTimestamp), false, "", ""},
                    {ColumnId(4), "price", Type::Decimal(9, 2), false, "", ""},
                    {ColumnId(5), "score", Type::Of(TypeId::kDouble), false, "", ""}});
}

PartitionSpec TestSpec() {
  PartitionSpec spec;
  spec.spec_id = 3;
  spec.fields = {{ColumnId(2), ColumnId(1000), "city name", Transform(), ""},
                 {ColumnId(3), ColumnId(1001), "at_day", Transform(TransformKind::kDay), ""},
                 {ColumnId(4), ColumnId(1002), "price", Transform(), ""},
                 {ColumnId(5), ColumnId(1003), "score", Transform(), ""}};
  return spec;
}

DataFile TestFile(const std::string& path, const std::string& city, int day) {
  DataFile file;
  file.file_path = path;
  file.partition_spec_id = 3;
  file.partition = {Literal::String(city), Literal::Int(day), Literal::Decimal(-1234),
                    Literal::Double(1.5)};
  file.record_count = 10;
  file.file_size_bytes = 1234;
  file.metrics.column_sizes = {{ColumnId(1), 100}, {ColumnId(2), 50}};
  file.metrics.value_counts = {{ColumnId(1), 10}};
  file.metrics.null_value_counts = {{ColumnId(1), 0}};
  file.metrics.nan_value_counts = {{ColumnId(5), 2}};
  file.metrics.lower_bounds = {{ColumnId(1), std::string(8, '\0')}, {ColumnId(2), "a"}};
  file.metrics.upper_bounds = {{ColumnId(2), "\xFF\x00z"}};
  file.split_offsets = {4, 4000000000};
  file.sort_order_id = 0;
  return file;
}

class ManifestTest : public testing::TestWithParam<AvroCodec> {};

TEST_P(ManifestTest, EntriesRoundTripWithInheritance) {
  Schema schema = TestSchema();
  PartitionSpec spec = TestSpec();
  ManifestWriter writer(schema, spec, ManifestContent::kData, SnapshotId(77), GetParam());
  ManifestEntry added;
  added.snapshot_id = SnapshotId(77);
  added.file = TestFile("file:///a.parquet", "München", 5);
  ManifestEntry existing;
  existing.status = EntryStatus::kExisting;
  existing.snapshot_id = SnapshotId(70);
  existing.sequence_number = SequenceNumber(4);
  existing.file_sequence_number = SequenceNumber(6);
  existing.file = TestFile("file:///b.parquet", "Aachen", -3);
  existing.file.partition[0] = Literal::Null();
  ManifestEntry deleted = existing;
  deleted.status = EntryStatus::kDeleted;
  deleted.file.file_path = "file:///c.parquet";
  for (const ManifestEntry& entry : {added, existing, deleted}) {
    ASSERT_TRUE(writer.Add(entry).ok());
  }
  auto written = writer.Finish(kSync);
  ASSERT_TRUE(written.ok());
  ManifestFile manifest = written->manifest;
  EXPECT_EQ(manifest.added_files_count, 1);
  EXPECT_EQ(manifest.existing_files_count, 1);
  EXPECT_EQ(manifest.deleted_files_count, 1);
  EXPECT_EQ(manifest.deleted_rows_count, 10);
  EXPECT_EQ(manifest.min_sequence_number, SequenceNumber(4));
  EXPECT_TRUE(manifest.partitions[0].contains_null);
  EXPECT_EQ(manifest.partitions[0].lower_bound, "München");
  EXPECT_EQ(manifest.length_bytes, static_cast<int64_t>(written->bytes.size()));

  manifest.sequence_number = SequenceNumber(9);
  auto entries = ReadManifest(written->bytes, manifest);
  ASSERT_TRUE(entries.ok()) << entries.error().ToString();
  added.sequence_number = added.file_sequence_number = SequenceNumber(9);
  EXPECT_EQ(*entries, (std::vector<ManifestEntry>{added, existing, deleted}));
}

TEST_P(ManifestTest, DeleteFilesRoundTrip) {
  Schema schema = TestSchema();
  PartitionSpec spec;
  ManifestWriter writer(schema, spec, ManifestContent::kDeletes, SnapshotId(1), GetParam());
  ManifestEntry equality;
  equality.snapshot_id = SnapshotId(1);
  equality.file.content = FileContent::kEqualityDeletes;
  equality.file.file_path = "file:///e.parquet";
  equality.file.equality_ids = {ColumnId(1), ColumnId(2)};
  equality.file.record_count = 3;
  ManifestEntry position = equality;
  position.file.content = FileContent::kPositionDeletes;
  position.file.equality_ids.clear();
  position.file.referenced_data_file = "file:///a.parquet";
  ASSERT_TRUE(writer.Add(equality).ok());
  ASSERT_TRUE(writer.Add(position).ok());
  auto written = writer.Finish(kSync);
  ManifestFile manifest = written->manifest;
  manifest.sequence_number = SequenceNumber(2);
  auto entries = ReadManifest(written->bytes, manifest);
  ASSERT_TRUE(entries.ok());
  EXPECT_EQ((*entries)[0].file, equality.file);
  EXPECT_EQ((*entries)[1].file, position.file);
}

TEST_P(ManifestTest, ListsRoundTrip) {
  ManifestFile old_manifest;
  old_manifest.path = "file:///m0.avro";
  old_manifest.length_bytes = 5000;
  old_manifest.partition_spec_id = 3;
  old_manifest.content = ManifestContent::kDeletes;
  old_manifest.sequence_number = SequenceNumber(5);
  old_manifest.min_sequence_number = SequenceNumber(2);
  old_manifest.added_snapshot_id = SnapshotId(50);
  old_manifest.existing_files_count = 7;
  old_manifest.existing_rows_count = 70;
  old_manifest.partitions = {{true, false, "a", std::nullopt}, {false, std::nullopt, {}, {}}};
  ManifestFile new_manifest;
  new_manifest.path = "file:///m1.avro";
  new_manifest.added_snapshot_id = SnapshotId(60);
  new_manifest.added_files_count = 1;
  ManifestListHeader header{SnapshotId(60), SnapshotId(50), SequenceNumber(6)};
  auto bytes = WriteManifestList({new_manifest, old_manifest}, header, GetParam(), kSync);
  ASSERT_TRUE(bytes.ok());
  auto manifests = ReadManifestList(*bytes);
  ASSERT_TRUE(manifests.ok()) << manifests.error().ToString();
  new_manifest.sequence_number = new_manifest.min_sequence_number = SequenceNumber(6);
  EXPECT_EQ(*manifests, (std::vector<ManifestFile>{new_manifest, old_manifest}));
}

INSTANTIATE_TEST_SUITE_P(Codecs, ManifestTest,
                         testing::Values(AvroCodec::kNull, AvroCodec::kDeflate,
                                         AvroCodec::kZstandard));

TEST(ManifestDamageTest, EveryTruncationAndManyFlipsAreErrorsOrReadable) {
  Schema schema = TestSchema();
  PartitionSpec spec = TestSpec();
  ManifestWriter writer(schema, spec, ManifestContent::kData, SnapshotId(77), AvroCodec::kNull);
  ManifestEntry entry;
  entry.snapshot_id = SnapshotId(77);
  for (int i = 0; i < 3; ++i) {
    entry.file = TestFile("file:///" + std::to_string(i), "city", i);
    ASSERT_TRUE(writer.Add(entry).ok());
  }
  auto written = writer.Finish(kSync);
  ManifestFile manifest = written->manifest;
  manifest.sequence_number = SequenceNumber(1);
  for (size_t length = 0; length < written->bytes.size(); ++length) {
    auto entries = ReadManifest(written->bytes.substr(0, length), manifest);
    // A file that ends before its first block is one without records.
    EXPECT_TRUE(!entries.ok() || entries->empty()) << length;
  }
  for (size_t at = 0; at < written->bytes.size(); ++at) {
    std::string damaged = written->bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x81);
    auto entries = ReadManifest(damaged, manifest);
    if (!entries.ok()) {
      EXPECT_NE(entries.error().code(), ErrorCode::kInternal);
    }
  }
}

TEST(AvroFileTest, SplitsBlocksAndCountsBytes) {
  AvroFileWriter writer(AvroCodec::kNull);
  std::string record = std::string(1, '\x20') + std::string(16, 'x');  // a string of 16
  for (int i = 0; i < 20000; ++i) ASSERT_TRUE(writer.Append(record).ok());
  EXPECT_EQ(writer.estimated_bytes(), 20000 * 17);
  auto bytes = writer.Finish(
      R"({"type":"record","name":"r","fields":[{"name":"s","type":"string","field-id":9}]})",
      {{"k", "v"}}, kSync);
  ASSERT_TRUE(bytes.ok());
  auto file = ReadAvroFile(*bytes);
  ASSERT_TRUE(file.ok());
  EXPECT_EQ(file->metadata.at("k"), "v");
  ASSERT_EQ(file->records.size(), 20000U);
  EXPECT_EQ(*file->records[19999].Field(9)->String(), std::string(16, 'x'));
}

TEST(AvroFileTest, RefusesHostileCounts) {
  AvroFileWriter writer(AvroCodec::kNull);
  // An array that claims 2^60 items.
  std::string record("\x80\x80\x80\x80\x80\x80\x80\x80\x20", 9);
  ASSERT_TRUE(writer.Append(record).ok());
  auto bytes = writer.Finish(
      R"({"type":"record","name":"r","fields":[{"name":"a","type":{"type":"array","items":"null"},"field-id":1}]})",
      {}, kSync);
  EXPECT_EQ(ReadAvroFile(*bytes).error().code(), ErrorCode::kCorruption);
}

}  // namespace
}  // namespace floe::iceberg
