// The state of a table at one commit: what a metadata.json file holds (spec, "Table Metadata").
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iceberg/partition_spec.h"
#include "iceberg/schema.h"
#include "iceberg/snapshot.h"

namespace floe::iceberg {

using Properties = std::map<std::string, std::string>;

inline constexpr int kFormatVersion = 2;
// The last partition field id of a table that never had one.
inline constexpr int kNoPartitionFieldId = 999;

// A value; a commit makes a new one (table_update.h). Copying shares schemas and snapshots.
// Members that this version does not know are kept as JSON text and written back unchanged.
struct TableMetadata {
  int format_version = kFormatVersion;
  std::string table_uuid;
  std::string location;  // URI of the table's directory, without a trailing slash
  SequenceNumber last_sequence_number;
  int64_t last_updated_ms = 0;
  ColumnId last_column_id;
  std::vector<SchemaPtr> schemas;
  int current_schema_id = 0;
  std::vector<PartitionSpec> partition_specs;
  int default_spec_id = 0;
  ColumnId last_partition_id{kNoPartitionFieldId};
  std::vector<SortOrder> sort_orders;
  int default_sort_order_id = 0;
  Properties properties;
  std::optional<SnapshotId> current_snapshot_id;
  std::vector<SnapshotPtr> snapshots;
  std::vector<SnapshotLogEntry> snapshot_log;
  std::vector<MetadataLogEntry> metadata_log;
  std::map<std::string, SnapshotRef> refs;
  std::string statistics_json;            // JSON array, "" when absent
  std::string partition_statistics_json;  // JSON array, "" when absent
  std::string unknown_json;               // JSON object of the other members, "" when none

  // REQUIRES: the metadata is valid (parsed, or made by NewTableMetadata and updates).
  const Schema& schema() const;
  const PartitionSpec& default_spec() const;

  // Null when there is none with this id.
  const Schema* FindSchema(int schema_id) const;
  const PartitionSpec* FindSpec(int spec_id) const;
  const SortOrder* FindSortOrder(int order_id) const;
  SnapshotPtr FindSnapshot(SnapshotId id) const;
  // Head of `main`, or null for a table without data.
  SnapshotPtr CurrentSnapshot() const;
  // Head of a branch or a tag, or null.
  SnapshotPtr SnapshotOfRef(const std::string& ref) const;
  // The snapshot that was current at a time: the newest entry of the snapshot log not after it
  // (spec, "Point in Time Reads"); null when the table had none.
  SnapshotPtr SnapshotAsOf(int64_t timestamp_ms) const;
  // The spec without fields, whose equality deletes reach all files; null when the table has none.
  const PartitionSpec* FindFieldlessSpec() const;
  // A property, or null.
  const std::string* Property(const std::string& key) const;
};

using TableMetadataPtr = std::shared_ptr<const TableMetadata>;

// kCorruption with the member's path when the text is not valid metadata; kNotImplemented for
// other format versions than 2.
Result<TableMetadata> ParseTableMetadata(std::string_view json);
// Deterministic: the same value gives the same bytes.
std::string WriteTableMetadata(const TableMetadata& metadata);

struct NewTable {
  std::string location;
  Schema schema;
  PartitionSpec spec;
  SortOrder sort_order;
  // `format-version` is taken out of them and must be 2.
  Properties properties;
  // Adds a field-less spec beside a partitioned one, for the equality deletes of an upsert table.
  bool add_fieldless_spec = false;
};

// Metadata of a table without snapshots. Ids of schema, spec and sort order are set to 0 (sort
// order: 1 when it has fields).
Result<TableMetadata> NewTableMetadata(NewTable table, const Clock& clock, Random& random);

}  // namespace floe::iceberg
