// Snapshots of a table and the references to them (spec, "Snapshots", "Snapshot References").
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/strong_id.h"

namespace floe::iceberg {

inline constexpr std::string_view kMainBranch = "main";

using Summary = std::map<std::string, std::string>;

struct Snapshot {
  SnapshotId id;
  std::optional<SnapshotId> parent_id;
  SequenceNumber sequence_number;
  int64_t timestamp_ms = 0;
  std::string manifest_list;  // URI
  Summary summary;            // holds "operation"
  std::optional<int> schema_id;
  std::string unknown_json;

  // "append", "replace", "overwrite", "delete"; "" when the summary lacks it.
  std::string operation() const;
  // A member of the summary, or null.
  const std::string* SummaryValue(const std::string& key) const;
  bool operator==(const Snapshot&) const = default;
};

using SnapshotPtr = std::shared_ptr<const Snapshot>;

enum class RefKind : uint8_t { kBranch, kTag };

struct SnapshotRef {
  SnapshotId snapshot_id;
  RefKind kind = RefKind::kBranch;
  std::optional<int> min_snapshots_to_keep;
  std::optional<int64_t> max_snapshot_age_ms;
  std::optional<int64_t> max_ref_age_ms;
  std::string unknown_json;

  bool operator==(const SnapshotRef&) const = default;
};

struct SnapshotLogEntry {
  int64_t timestamp_ms = 0;
  SnapshotId snapshot_id;
  bool operator==(const SnapshotLogEntry&) const = default;
};

struct MetadataLogEntry {
  int64_t timestamp_ms = 0;
  std::string metadata_file;  // URI
  bool operator==(const MetadataLogEntry&) const = default;
};

// Keys of a snapshot's summary (spec, appendix F).
namespace summary_key {
inline constexpr char kOperation[] = "operation";
inline constexpr char kAddedDataFiles[] = "added-data-files";
inline constexpr char kDeletedDataFiles[] = "deleted-data-files";
inline constexpr char kTotalDataFiles[] = "total-data-files";
inline constexpr char kAddedDeleteFiles[] = "added-delete-files";
inline constexpr char kRemovedDeleteFiles[] = "removed-delete-files";
inline constexpr char kAddedEqualityDeleteFiles[] = "added-equality-delete-files";
inline constexpr char kRemovedEqualityDeleteFiles[] = "removed-equality-delete-files";
inline constexpr char kAddedPositionDeleteFiles[] = "added-position-delete-files";
inline constexpr char kRemovedPositionDeleteFiles[] = "removed-position-delete-files";
inline constexpr char kTotalDeleteFiles[] = "total-delete-files";
inline constexpr char kAddedRecords[] = "added-records";
inline constexpr char kDeletedRecords[] = "deleted-records";
inline constexpr char kTotalRecords[] = "total-records";
inline constexpr char kAddedFilesSize[] = "added-files-size";
inline constexpr char kRemovedFilesSize[] = "removed-files-size";
inline constexpr char kTotalFilesSize[] = "total-files-size";
inline constexpr char kAddedPositionDeletes[] = "added-position-deletes";
inline constexpr char kRemovedPositionDeletes[] = "removed-position-deletes";
inline constexpr char kTotalPositionDeletes[] = "total-position-deletes";
inline constexpr char kAddedEqualityDeletes[] = "added-equality-deletes";
inline constexpr char kRemovedEqualityDeletes[] = "removed-equality-deletes";
inline constexpr char kTotalEqualityDeletes[] = "total-equality-deletes";
inline constexpr char kChangedPartitionCount[] = "changed-partition-count";
inline constexpr char kManifestsCreated[] = "manifests-created";
inline constexpr char kManifestsKept[] = "manifests-kept";
inline constexpr char kManifestsReplaced[] = "manifests-replaced";
inline constexpr char kEntriesProcessed[] = "entries-processed";
inline constexpr char kEngineName[] = "engine-name";
inline constexpr char kEngineVersion[] = "engine-version";
}  // namespace summary_key

namespace operation {
inline constexpr char kAppend[] = "append";
inline constexpr char kReplace[] = "replace";
inline constexpr char kOverwrite[] = "overwrite";
inline constexpr char kDelete[] = "delete";
}  // namespace operation

}  // namespace floe::iceberg
