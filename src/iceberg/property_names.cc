// The names of table properties, so that a misspelt one is noticed.
#include <algorithm>
#include <array>

#include "base/near_names.h"
#include "iceberg/table_properties.h"

namespace floe::iceberg {
namespace {

// Those that other writers and readers heed (Iceberg docs/docs/configuration.md); Floe stores them.
constexpr std::array kOfOthers = {
    "commit.status-check.max-wait-ms",
    "commit.status-check.min-wait-ms",
    "commit.status-check.num-retries",
    "commit.status-check.total-timeout-ms",
    "compatibility.snapshot-id-inheritance.enabled",
    "history.expire.max-ref-age-ms",
    "read.parquet.vectorization.batch-size",
    "read.parquet.vectorization.enabled",
    "read.split.metadata-target-size",
    "read.split.open-file-cost",
    "read.split.planning-lookback",
    "read.split.target-size",
    "write.avro.compression-codec",
    "write.avro.compression-level",
    "write.delete.format.default",
    "write.delete.granularity",
    "write.delete.isolation-level",
    "write.delete.mode",
    "write.distribution-mode",
    "write.location-provider.impl",
    "write.merge.isolation-level",
    "write.merge.mode",
    "write.metadata.compression-codec",
    "write.object-storage.enabled",
    "write.orc.compression-codec",
    "write.orc.compression-strategy",
    "write.parquet.bloom-filter-max-bytes",
    "write.parquet.page-row-limit",
    "write.parquet.page-version",
    "write.parquet.row-group-check-max-record-count",
    "write.parquet.row-group-check-min-record-count",
    "write.spark.accept-any-schema",
    "write.spark.fanout.enabled",
    "write.update.isolation-level",
    "write.update.mode",
    "write.wap.enabled",
};
constexpr std::array kOfFloe = {
    property::kFormatVersion,
    property::kUpsertEnabled,
    property::kDefaultFileFormat,
    property::kTargetFileSize,
    property::kDeleteTargetFileSize,
    property::kParquetCompression,
    property::kParquetCompressionLevel,
    property::kParquetRowGroupSize,
    property::kParquetPageSize,
    property::kParquetDictionarySize,
    property::kMetricsDefault,
    property::kMetricsMaxColumns,
    property::kManifestCompression,
    property::kPreviousVersionsMax,
    property::kDeleteAfterCommit,
    property::kDataPath,
    property::kMetadataPath,
    property::kManifestMergeEnabled,
    property::kManifestTargetSize,
    property::kManifestMinMergeCount,
    property::kRetryCount,
    property::kRetryMinWait,
    property::kRetryMaxWait,
    property::kRetryTotalTimeout,
    property::kMaxSnapshotAge,
    property::kMinSnapshotsToKeep,
    property::kExpireAtCommit,
    property::kNameMapping,
};
constexpr std::array kFamilies = {property::kMetricsColumnPrefix,
                                  "write.parquet.bloom-filter-enabled.column."};

}  // namespace

std::vector<std::string> MisspeltProperties(const Properties& properties) {
  std::vector<std::string> known(kOfOthers.begin(), kOfOthers.end());
  known.insert(known.end(), kOfFloe.begin(), kOfFloe.end());
  std::vector<std::string> warnings;
  for (const auto& [key, value] : properties) {
    const bool is_of_family =
        std::any_of(kFamilies.begin(), kFamilies.end(),
                    [&key = key](const char* prefix) { return key.starts_with(prefix); });
    if (is_of_family || std::find(known.begin(), known.end(), key) != known.end()) continue;
    const std::string meant = DidYouMean(key, known);
    if (meant.empty()) continue;
    warnings.push_back("the table property '" + key + "' has no effect" + meant);
  }
  return warnings;
}

}  // namespace floe::iceberg
