// Manifests (lists of files) and manifest lists (lists of manifests) as values, and their Avro
// form (spec, "Manifests", "Manifest Lists"; docs/formats/iceberg.md). No IO: bytes in, bytes out.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "iceberg/data_file.h"
#include "iceberg/partition_spec.h"
#include "iceberg/schema.h"
#include "iceberg/snapshot.h"

namespace floe::iceberg {

enum class EntryStatus : int8_t { kExisting = 0, kAdded = 1, kDeleted = 2 };
enum class ManifestContent : int8_t { kData = 0, kDeletes = 1 };
enum class AvroCodec : uint8_t { kNull, kDeflate, kZstandard };

// One file in a manifest. After reading, snapshot id and sequence numbers are always set
// (inherited from the manifest where the file holds null).
struct ManifestEntry {
  EntryStatus status = EntryStatus::kAdded;
  std::optional<SnapshotId> snapshot_id;
  std::optional<SequenceNumber> sequence_number;       // data sequence number
  std::optional<SequenceNumber> file_sequence_number;  // when the file was added
  DataFile file;

  bool is_live() const { return status != EntryStatus::kDeleted; }
  bool operator==(const ManifestEntry&) const = default;
};

// What the manifest list tells of one partition field over all files of a manifest.
struct FieldSummary {
  bool contains_null = false;
  std::optional<bool> contains_nan;
  std::optional<std::string> lower_bound;
  std::optional<std::string> upper_bound;

  bool operator==(const FieldSummary&) const = default;
};

// One manifest in a manifest list.
struct ManifestFile {
  std::string path;  // URI
  int64_t length_bytes = 0;
  int partition_spec_id = 0;
  ManifestContent content = ManifestContent::kData;
  // Of the snapshot that added the manifest; nothing until the list is written.
  std::optional<SequenceNumber> sequence_number;
  // The lowest data sequence number of its live files; nothing while it is all inherited.
  std::optional<SequenceNumber> min_sequence_number;
  SnapshotId added_snapshot_id;
  int32_t added_files_count = 0;
  int32_t existing_files_count = 0;
  int32_t deleted_files_count = 0;
  int64_t added_rows_count = 0;
  int64_t existing_rows_count = 0;
  int64_t deleted_rows_count = 0;
  std::vector<FieldSummary> partitions;
  std::optional<std::string> key_metadata;

  bool has_live_files() const { return added_files_count > 0 || existing_files_count > 0; }
  bool operator==(const ManifestFile&) const = default;
};

class AvroFileWriter;

// Collects entries of one manifest. An ADDED entry is written with null sequence numbers unless it
// names a data sequence number; EXISTING and DELETED entries must carry both.
class ManifestWriter {
 public:
  // `schema` and `spec` are valid as long as the writer. All files must be of `spec` and of
  // `content`. REQUIRES: spec.ResultTypes(schema) is ok.
  ManifestWriter(const Schema& schema, const PartitionSpec& spec, ManifestContent content,
                 SnapshotId snapshot_id, AvroCodec codec);
  ~ManifestWriter();

  Status Add(const ManifestEntry& entry);
  int64_t entry_count() const { return entry_count_; }
  // About how many bytes Finish() gives.
  int64_t estimated_bytes() const;
  // The file's bytes, and what a manifest list says of it, `path` still empty.
  // REQUIRES: called once; `sync_marker` has 16 bytes.
  struct Written {
    std::string bytes;
    ManifestFile manifest;
  };
  Result<Written> Finish(std::string_view sync_marker);

 private:
  void Count(const ManifestEntry& entry);
  void SummarizePartition(const std::vector<Literal>& partition);

  const Schema& schema_;
  const PartitionSpec& spec_;
  std::vector<Type> partition_types_;
  std::unique_ptr<AvroFileWriter> file_;
  ManifestFile manifest_;
  std::vector<Literal> partition_lower_;
  std::vector<Literal> partition_upper_;
  int64_t entry_count_ = 0;
};

// The entries of a manifest with inheritance applied. kCorruption, naming the manifest, when the
// bytes are not a manifest of the format.
Result<std::vector<ManifestEntry>> ReadManifest(std::string_view bytes,
                                                const ManifestFile& manifest);

struct ManifestListHeader {
  SnapshotId snapshot_id;
  std::optional<SnapshotId> parent_snapshot_id;
  SequenceNumber sequence_number;
};

// Manifests without sequence number get the header's.
// REQUIRES: `sync_marker` has 16 bytes.
Result<std::string> WriteManifestList(const std::vector<ManifestFile>& manifests,
                                      const ManifestListHeader& header, AvroCodec codec,
                                      std::string_view sync_marker);
Result<std::vector<ManifestFile>> ReadManifestList(std::string_view bytes);

}  // namespace floe::iceberg
