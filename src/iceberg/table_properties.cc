#include "iceberg/table_properties.h"

#include <charconv>
#include <limits>
#include <utility>

namespace floe::iceberg {
namespace {

constexpr int64_t kMaxInt64 = std::numeric_limits<int64_t>::max();

Error Invalid(const char* key, const std::string& value, const std::string& valid) {
  return Error(ErrorCode::kInvalidOption,
               "table property '" + std::string(key) + "' has the value '" + value + "'")
      .WithHint("valid: " + valid);
}

// Reads properties; the first wrong one is remembered.
class PropertyReader {
 public:
  explicit PropertyReader(const Properties& properties) : properties_(properties) {}

  const std::string* Find(const char* key) const {
    auto it = properties_.find(key);
    return it == properties_.end() ? nullptr : &it->second;
  }

  void Integer(const char* key, int64_t minimum, int64_t maximum, int64_t& out) {
    const std::string* text = Find(key);
    if (text == nullptr) return;
    int64_t value = 0;
    const char* end = text->data() + text->size();
    auto [at, error] = std::from_chars(text->data(), end, value);
    if (error != std::errc() || at != end || value < minimum || value > maximum) {
      std::string range = maximum == kMaxInt64 ? "an integer of at least " + std::to_string(minimum)
                                               : "an integer from " + std::to_string(minimum) +
                                                     " to " + std::to_string(maximum);
      return Fail(Invalid(key, *text, range));
    }
    out = value;
  }
  void Integer(const char* key, int64_t minimum, int64_t maximum, int& out) {
    int64_t value = out;
    Integer(key, minimum, maximum, value);
    out = static_cast<int>(value);
  }
  void Milliseconds(const char* key, std::chrono::milliseconds& out) {
    int64_t value = out.count();
    Integer(key, 0, kMaxInt64, value);
    out = std::chrono::milliseconds(value);
  }
  void Boolean(const char* key, bool& out) {
    const std::string* text = Find(key);
    if (text == nullptr) return;
    if (*text != "true" && *text != "false") return Fail(Invalid(key, *text, "true, false"));
    out = *text == "true";
  }
  void Fail(Error error) {
    if (status_.ok()) status_ = std::move(error);
  }
  const Status& status() const { return status_; }
  const Properties& properties() const { return properties_; }

 private:
  const Properties& properties_;
  Status status_;
};

void ReadCompression(PropertyReader& reader, WriteOptions& options) {
  const std::string* text = reader.Find(property::kParquetCompression);
  if (text != nullptr) {
    static const std::map<std::string, ParquetCompression> kCodecs = {
        {"uncompressed", ParquetCompression::kUncompressed},
        {"snappy", ParquetCompression::kSnappy},
        {"gzip", ParquetCompression::kGzip},
        {"lz4", ParquetCompression::kLz4},
        {"zstd", ParquetCompression::kZstd}};
    auto codec = kCodecs.find(*text);
    if (codec == kCodecs.end()) {
      return reader.Fail(
          Invalid(property::kParquetCompression, *text, "zstd, gzip, snappy, lz4, uncompressed"));
    }
    options.compression = codec->second;
  }
  if (options.compression == ParquetCompression::kGzip) options.compression_level = 6;
  reader.Integer(property::kParquetCompressionLevel, -7, 22, options.compression_level);
}

void ReadMetricsModes(PropertyReader& reader, WriteOptions& options) {
  auto read = [&](const char* key, const std::string& text, MetricsMode& out) {
    auto mode = MetricsMode::Parse(text);
    if (!mode.ok()) return reader.Fail(Invalid(key, text, "none, counts, truncate(N), full"));
    out = *mode;
  };
  if (const std::string* text = reader.Find(property::kMetricsDefault)) {
    read(property::kMetricsDefault, *text, options.default_metrics);
  }
  std::string prefix = property::kMetricsColumnPrefix;
  for (auto it = reader.properties().lower_bound(prefix);
       it != reader.properties().end() && it->first.starts_with(prefix); ++it) {
    read(it->first.c_str(), it->second, options.column_metrics[it->first.substr(prefix.size())]);
  }
  reader.Integer(property::kMetricsMaxColumns, 0, std::numeric_limits<int>::max(),
                 options.max_metrics_columns);
}

void ReadWriteOptions(PropertyReader& reader, WriteOptions& options) {
  const std::string* format = reader.Find(property::kDefaultFileFormat);
  if (format != nullptr && *format != "parquet" && *format != "PARQUET") {
    reader.Fail(Invalid(property::kDefaultFileFormat, *format, "parquet"));
  }
  reader.Boolean(property::kUpsertEnabled, options.upsert_enabled);
  reader.Integer(property::kTargetFileSize, 1, kMaxInt64, options.target_file_size_bytes);
  reader.Integer(property::kDeleteTargetFileSize, 1, kMaxInt64,
                 options.delete_target_file_size_bytes);
  reader.Integer(property::kParquetRowGroupSize, 1, kMaxInt64, options.row_group_size_bytes);
  reader.Integer(property::kParquetPageSize, 1, kMaxInt64, options.page_size_bytes);
  reader.Integer(property::kParquetDictionarySize, 1, kMaxInt64, options.dictionary_size_bytes);
  ReadCompression(reader, options);
  ReadMetricsModes(reader, options);
}

void ReadCommitOptions(PropertyReader& reader, CommitOptions& options) {
  if (const std::string* codec = reader.Find(property::kManifestCompression)) {
    static const std::map<std::string, AvroCodec> kCodecs = {{"gzip", AvroCodec::kDeflate},
                                                             {"zstd", AvroCodec::kZstandard},
                                                             {"uncompressed", AvroCodec::kNull}};
    auto known = kCodecs.find(*codec);
    if (known == kCodecs.end()) {
      reader.Fail(Invalid(property::kManifestCompression, *codec, "gzip, zstd, uncompressed"));
    } else {
      options.manifest_codec = known->second;
    }
  }
  reader.Boolean(property::kManifestMergeEnabled, options.manifest_merge_enabled);
  reader.Integer(property::kManifestTargetSize, 1, kMaxInt64, options.manifest_target_size_bytes);
  reader.Integer(property::kManifestMinMergeCount, 2, std::numeric_limits<int>::max(),
                 options.manifest_min_count_to_merge);
  reader.Integer(property::kRetryCount, 0, 1'000, options.retry_count);
  reader.Milliseconds(property::kRetryMinWait, options.retry_min_wait);
  reader.Milliseconds(property::kRetryMaxWait, options.retry_max_wait);
  reader.Milliseconds(property::kRetryTotalTimeout, options.retry_total_timeout);
}

// A directory that may be set by property, without a trailing slash.
std::string DirectoryOr(const TableMetadata& metadata, const char* key, const char* name) {
  const std::string* set = metadata.Property(key);
  std::string path = set != nullptr ? *set : metadata.location + "/" + name;
  while (path.ends_with('/')) path.pop_back();
  return path;
}

}  // namespace

Result<MetricsMode> MetricsMode::Parse(std::string_view text) {
  MetricsMode mode;
  if (text == "none") {
    mode.kind = Kind::kNone;
  } else if (text == "counts") {
    mode.kind = Kind::kCounts;
  } else if (text == "full") {
    mode.kind = Kind::kFull;
  } else if (text.starts_with("truncate(") && text.ends_with(")")) {
    std::string_view digits = text.substr(9, text.size() - 10);
    auto [at, error] = std::from_chars(digits.data(), digits.data() + digits.size(), mode.length);
    if (error != std::errc() || at != digits.data() + digits.size() || mode.length < 1) {
      return Error(ErrorCode::kInvalidOption, "'" + std::string(text) + "' is no metrics mode");
    }
  } else {
    return Error(ErrorCode::kInvalidOption, "'" + std::string(text) + "' is no metrics mode");
  }
  return mode;
}

const MetricsMode& WriteOptions::MetricsOf(const std::string& column) const {
  auto it = column_metrics.find(column);
  return it == column_metrics.end() ? default_metrics : it->second;
}

Result<WriteOptions> ParseWriteOptions(const TableMetadata& metadata) {
  PropertyReader reader(metadata.properties);
  WriteOptions options;
  ReadWriteOptions(reader, options);
  FLOE_TRY(reader.status());
  options.data_path = DirectoryOr(metadata, property::kDataPath, "data");
  return options;
}

Result<CommitOptions> ParseCommitOptions(const TableMetadata& metadata) {
  PropertyReader reader(metadata.properties);
  CommitOptions options;
  ReadCommitOptions(reader, options);
  FLOE_TRY(reader.status());
  options.metadata_path = DirectoryOr(metadata, property::kMetadataPath, "metadata");
  return options;
}

Result<MetadataOptions> ParseMetadataOptions(const Properties& properties) {
  PropertyReader reader(properties);
  MetadataOptions options;
  reader.Integer(property::kPreviousVersionsMax, 1, std::numeric_limits<int>::max(),
                 options.previous_versions_max);
  reader.Boolean(property::kDeleteAfterCommit, options.delete_after_commit);
  FLOE_TRY(reader.status());
  return options;
}

Result<ExpiryOptions> ParseExpiryOptions(const Properties& properties) {
  PropertyReader reader(properties);
  ExpiryOptions options;
  reader.Boolean(property::kExpireAtCommit, options.expire_at_commit);
  reader.Integer(property::kMaxSnapshotAge, 1, kMaxInt64, options.max_snapshot_age_ms);
  reader.Integer(property::kMinSnapshotsToKeep, 1, std::numeric_limits<int>::max(),
                 options.min_snapshots_to_keep);
  FLOE_TRY(reader.status());
  return options;
}

Status ValidateProperties(const Properties& properties) {
  TableMetadata metadata;
  metadata.properties = properties;
  FLOE_TRY(ParseWriteOptions(metadata));
  FLOE_TRY(ParseCommitOptions(metadata));
  FLOE_TRY(ParseMetadataOptions(properties));
  FLOE_TRY(ParseExpiryOptions(properties));
  // Files would be plain, whatever the table says.
  for (const auto& [key, value] : properties) {
    if (key.starts_with("encryption.")) {
      return Invalid(key.c_str(), value, "none: encrypted tables are not supported");
    }
  }
  auto version = properties.find(property::kFormatVersion);
  if (version != properties.end() && version->second != "2") {
    return Invalid(property::kFormatVersion, version->second,
                   "2 (versions 1 and 3 are not supported)");
  }
  return Status::Ok();
}

}  // namespace floe::iceberg
