#include "iceberg/table_properties.h"

#include <gtest/gtest.h>

namespace floe::iceberg {
namespace {

TableMetadata With(Properties properties) {
  TableMetadata metadata;
  metadata.location = "file:///w/t";
  metadata.properties = std::move(properties);
  return metadata;
}

TEST(TablePropertiesTest, Defaults) {
  auto write = ParseWriteOptions(With({}));
  ASSERT_TRUE(write.ok());
  EXPECT_FALSE(write->upsert_enabled);
  EXPECT_EQ(write->target_file_size_bytes, 536870912);
  EXPECT_EQ(write->delete_target_file_size_bytes, 67108864);
  EXPECT_EQ(write->compression, ParquetCompression::kZstd);
  EXPECT_EQ(write->data_path, "file:///w/t/data");
  EXPECT_EQ(write->MetricsOf("x"), (MetricsMode{MetricsMode::Kind::kTruncate, 16}));
  auto commit = ParseCommitOptions(With({}));
  ASSERT_TRUE(commit.ok());
  EXPECT_EQ(commit->manifest_codec, AvroCodec::kDeflate);
  EXPECT_EQ(commit->manifest_min_count_to_merge, 100);
  EXPECT_EQ(commit->retry_count, 4);
  EXPECT_EQ(commit->retry_max_wait.count(), 60000);
  EXPECT_EQ(commit->metadata_path, "file:///w/t/metadata");
  EXPECT_EQ(ParseMetadataOptions({})->previous_versions_max, 100);
}

TEST(TablePropertiesTest, ReadsWhatIsSet) {
  auto write = ParseWriteOptions(With({{"write.upsert.enabled", "true"},
                                       {"write.target-file-size-bytes", "1000"},
                                       {"write.parquet.compression-codec", "gzip"},
                                       {"write.parquet.compression-level", "9"},
                                       {"write.metadata.metrics.default", "counts"},
                                       {"write.metadata.metrics.column.a.b", "full"},
                                       {"write.metadata.metrics.column.c", "truncate(4)"},
                                       {"write.data.path", "file:///w/elsewhere/"}}));
  ASSERT_TRUE(write.ok());
  EXPECT_TRUE(write->upsert_enabled);
  EXPECT_EQ(write->target_file_size_bytes, 1000);
  EXPECT_EQ(write->compression, ParquetCompression::kGzip);
  EXPECT_EQ(write->compression_level, 9);
  EXPECT_EQ(write->MetricsOf("x").kind, MetricsMode::Kind::kCounts);
  EXPECT_EQ(write->MetricsOf("a.b").kind, MetricsMode::Kind::kFull);
  EXPECT_EQ(write->MetricsOf("c").length, 4);
  EXPECT_EQ(write->data_path, "file:///w/elsewhere");
}

TEST(TablePropertiesTest, WrongValuesNameKeyValueAndRange) {
  std::vector<std::pair<std::string, std::string>> wrong = {
      {"write.upsert.enabled", "yes"},
      {"write.format.default", "orc"},
      {"write.target-file-size-bytes", "512MB"},
      {"write.target-file-size-bytes", "0"},
      {"write.parquet.compression-codec", "brotli"},
      {"write.parquet.compression-level", "23"},
      {"write.metadata.metrics.default", "truncate(0)"},
      {"write.metadata.metrics.column.x", "some"},
      {"write.manifest.compression-codec", "snappy"},
      {"commit.manifest.min-count-to-merge", "1"},
      {"commit.retry.num-retries", "-1"},
      {"write.metadata.previous-versions-max", "0"},
      {"write.metadata.delete-after-commit.enabled", "TRUE"},
      {"floe.commit.expire-snapshots", "on"},
      {"history.expire.max-snapshot-age-ms", "0"},
      {"history.expire.max-snapshot-age-ms", "5d"},
      {"history.expire.min-snapshots-to-keep", "0"},
      {"encryption.key-id", "k1"},
      {"format-version", "1"},
      {"format-version", "3"}};
  for (const auto& [key, value] : wrong) {
    Status status = ValidateProperties({{key, value}});
    ASSERT_FALSE(status.ok()) << key << "=" << value;
    EXPECT_EQ(status.error().code(), ErrorCode::kInvalidOption);
    EXPECT_NE(status.error().message().find(key), std::string::npos);
    EXPECT_NE(status.error().message().find(value), std::string::npos);
    EXPECT_FALSE(status.error().hint().empty());
  }
  EXPECT_TRUE(ValidateProperties({{"format-version", "2"}, {"anything", "else"}}).ok());
}

}  // namespace
}  // namespace floe::iceberg
