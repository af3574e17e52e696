// The table properties that Floe honours, with Iceberg's names and defaults (Iceberg
// docs/docs/configuration.md).
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"
#include "iceberg/table_metadata.h"

namespace floe::iceberg {

namespace property {
inline constexpr char kFormatVersion[] = "format-version";
inline constexpr char kUpsertEnabled[] = "write.upsert.enabled";
inline constexpr char kDefaultFileFormat[] = "write.format.default";
inline constexpr char kTargetFileSize[] = "write.target-file-size-bytes";
inline constexpr char kDeleteTargetFileSize[] = "write.delete.target-file-size-bytes";
inline constexpr char kParquetCompression[] = "write.parquet.compression-codec";
inline constexpr char kParquetCompressionLevel[] = "write.parquet.compression-level";
inline constexpr char kParquetRowGroupSize[] = "write.parquet.row-group-size-bytes";
inline constexpr char kParquetPageSize[] = "write.parquet.page-size-bytes";
inline constexpr char kParquetDictionarySize[] = "write.parquet.dict-size-bytes";
inline constexpr char kMetricsDefault[] = "write.metadata.metrics.default";
inline constexpr char kMetricsColumnPrefix[] = "write.metadata.metrics.column.";
inline constexpr char kMetricsMaxColumns[] = "write.metadata.metrics.max-inferred-column-defaults";
inline constexpr char kManifestCompression[] = "write.manifest.compression-codec";
inline constexpr char kPreviousVersionsMax[] = "write.metadata.previous-versions-max";
inline constexpr char kDeleteAfterCommit[] = "write.metadata.delete-after-commit.enabled";
inline constexpr char kDataPath[] = "write.data.path";
inline constexpr char kMetadataPath[] = "write.metadata.path";
inline constexpr char kManifestMergeEnabled[] = "commit.manifest-merge.enabled";
inline constexpr char kManifestTargetSize[] = "commit.manifest.target-size-bytes";
inline constexpr char kManifestMinMergeCount[] = "commit.manifest.min-count-to-merge";
inline constexpr char kRetryCount[] = "commit.retry.num-retries";
inline constexpr char kRetryMinWait[] = "commit.retry.min-wait-ms";
inline constexpr char kRetryMaxWait[] = "commit.retry.max-wait-ms";
inline constexpr char kRetryTotalTimeout[] = "commit.retry.total-timeout-ms";
inline constexpr char kMaxSnapshotAge[] = "history.expire.max-snapshot-age-ms";
inline constexpr char kMinSnapshotsToKeep[] = "history.expire.min-snapshots-to-keep";
// Floe's own: a commit also expires snapshots, which Iceberg leaves to maintenance.
inline constexpr char kExpireAtCommit[] = "floe.commit.expire-snapshots";
inline constexpr char kNameMapping[] = "schema.name-mapping.default";
}  // namespace property

// How much is kept of a column's metrics.
struct MetricsMode {
  enum class Kind : uint8_t { kNone, kCounts, kTruncate, kFull };
  Kind kind = Kind::kTruncate;
  int length = 16;  // of kTruncate: code points or bytes

  // "none", "counts", "truncate(16)", "full".
  static Result<MetricsMode> Parse(std::string_view text);
  bool operator==(const MetricsMode&) const = default;
};

enum class ParquetCompression : uint8_t { kUncompressed, kSnappy, kGzip, kLz4, kZstd };

struct WriteOptions {
  bool upsert_enabled = false;
  int64_t target_file_size_bytes = int64_t{512} << 20;
  int64_t delete_target_file_size_bytes = int64_t{64} << 20;
  ParquetCompression compression = ParquetCompression::kZstd;
  int compression_level = 1;
  int64_t row_group_size_bytes = int64_t{128} << 20;
  int64_t page_size_bytes = int64_t{1} << 20;
  // Below Iceberg's 2 MiB: while a column of ever new values fills its dictionary, the writer's
  // hash table takes some twenty times that, and a dictionary worth having is smaller.
  int64_t dictionary_size_bytes = int64_t{256} << 10;
  MetricsMode default_metrics;
  std::map<std::string, MetricsMode> column_metrics;  // by dotted name
  int max_metrics_columns = 100;
  std::string data_path;  // URI; "<location>/data" unless set

  const MetricsMode& MetricsOf(const std::string& column) const;
};

struct CommitOptions {
  AvroCodec manifest_codec = AvroCodec::kDeflate;
  bool manifest_merge_enabled = true;
  int64_t manifest_target_size_bytes = int64_t{8} << 20;
  int manifest_min_count_to_merge = 100;
  int retry_count = 4;
  std::chrono::milliseconds retry_min_wait{100};
  std::chrono::milliseconds retry_max_wait{60'000};
  std::chrono::milliseconds retry_total_timeout{1'800'000};
  std::string metadata_path;  // URI; "<location>/metadata" unless set
};

struct MetadataOptions {
  int previous_versions_max = 100;
  bool delete_after_commit = false;
};

struct ExpiryOptions {
  bool expire_at_commit = false;
  // Of branches that don't say otherwise themselves. A snapshot is expired when it is older and
  // not among the newest so many of a branch.
  int64_t max_snapshot_age_ms = int64_t{5} * 24 * 3600 * 1000;
  int min_snapshots_to_keep = 1;
};

// kInvalidOption, naming the key, the value and what is valid.
Result<WriteOptions> ParseWriteOptions(const TableMetadata& metadata);
Result<CommitOptions> ParseCommitOptions(const TableMetadata& metadata);
Result<MetadataOptions> ParseMetadataOptions(const Properties& properties);
Result<ExpiryOptions> ParseExpiryOptions(const Properties& properties);
// Checks all properties of a table that is about to be created.
Status ValidateProperties(const Properties& properties);
// A warning for each property whose name nobody heeds but that looks like a known one. Properties
// of a user's own are none.
std::vector<std::string> MisspeltProperties(const Properties& properties);

}  // namespace floe::iceberg
