// Changes of a table as values: what a commit requires of the table, and what it changes. They are
// the requirements and updates of the REST catalog's commit request, one to one
// (rest-catalog-open-api.yaml, "CommitTableRequest").
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.h"
#include "iceberg/table_metadata.h"

namespace floe::iceberg {

namespace requirement {
struct AssertCreate {};
struct AssertTableUuid {
  std::string uuid;
};
struct AssertRefSnapshotId {
  std::string ref;
  std::optional<SnapshotId> snapshot_id;  // nothing: the reference must not exist
};
struct AssertLastAssignedFieldId {
  ColumnId id;
};
struct AssertCurrentSchemaId {
  int schema_id = 0;
};
struct AssertLastAssignedPartitionId {
  ColumnId id;
};
struct AssertDefaultSpecId {
  int spec_id = 0;
};
struct AssertDefaultSortOrderId {
  int order_id = 0;
};
}  // namespace requirement

using TableRequirement =
    std::variant<requirement::AssertCreate, requirement::AssertTableUuid,
                 requirement::AssertRefSnapshotId, requirement::AssertLastAssignedFieldId,
                 requirement::AssertCurrentSchemaId, requirement::AssertLastAssignedPartitionId,
                 requirement::AssertDefaultSpecId, requirement::AssertDefaultSortOrderId>;

namespace update {
// The id that stands for "what this commit added last".
inline constexpr int kLastAdded = -1;

struct AssignUuid {
  std::string uuid;
};
struct UpgradeFormatVersion {
  int format_version = 2;
};
// Ids of the schema's fields are final; its own id is chosen by the catalog.
struct AddSchema {
  Schema schema;
};
struct SetCurrentSchema {
  int schema_id = kLastAdded;
};
// Field ids are chosen by the catalog when they are 0.
struct AddSpec {
  PartitionSpec spec;
};
struct SetDefaultSpec {
  int spec_id = kLastAdded;
};
struct AddSortOrder {
  SortOrder order;
};
struct SetDefaultSortOrder {
  int order_id = kLastAdded;
};
struct AddSnapshot {
  SnapshotPtr snapshot;
};
struct SetSnapshotRef {
  std::string name;
  SnapshotRef ref;
};
struct RemoveSnapshots {
  std::vector<SnapshotId> ids;
};
struct RemoveSnapshotRef {
  std::string name;
};
struct SetLocation {
  std::string location;
};
struct SetProperties {
  Properties updates;
};
struct RemoveProperties {
  std::vector<std::string> removals;
};
// A statistics file as JSON text; the one of the same snapshot is replaced.
struct SetStatistics {
  std::string statistics_json;
};
struct RemoveStatistics {
  SnapshotId snapshot_id;
};
struct SetPartitionStatistics {
  std::string statistics_json;
};
struct RemovePartitionStatistics {
  SnapshotId snapshot_id;
};
struct RemovePartitionSpecs {
  std::vector<int> spec_ids;
};
struct RemoveSchemas {
  std::vector<int> schema_ids;
};
}  // namespace update

using TableUpdate = std::variant<
    update::AssignUuid, update::UpgradeFormatVersion, update::AddSchema, update::SetCurrentSchema,
    update::AddSpec, update::SetDefaultSpec, update::AddSortOrder, update::SetDefaultSortOrder,
    update::AddSnapshot, update::SetSnapshotRef, update::RemoveSnapshots, update::RemoveSnapshotRef,
    update::SetLocation, update::SetProperties, update::RemoveProperties, update::SetStatistics,
    update::RemoveStatistics, update::SetPartitionStatistics, update::RemovePartitionStatistics,
    update::RemovePartitionSpecs, update::RemoveSchemas>;

struct TableChange {
  std::vector<TableRequirement> requirements;
  std::vector<TableUpdate> updates;
};

// kCommitConflict, naming what differs, when a requirement does not hold. `base` is null for a
// table that does not exist.
Status CheckRequirements(const TableMetadata* base,
                         const std::vector<TableRequirement>& requirements);

// The metadata after the updates, in order. Pure: `now_ms` becomes last-updated-ms (never below
// the base's), `base_location` is appended to the metadata log ("" for none). kInvalidArgument for
// an update that has no meaning for the table.
Result<TableMetadata> ApplyUpdates(const TableMetadata& base,
                                   const std::vector<TableUpdate>& updates, int64_t now_ms,
                                   const std::string& base_location);

// The updates that make `metadata` out of nothing, as a create transaction sends them.
std::vector<TableUpdate> CreationUpdates(const TableMetadata& metadata);

// The JSON forms of the REST protocol. An unknown requirement or update, or a known one with an
// unusable member, is kInvalidArgument: the server must answer 400.
Result<TableChange> ParseTableChange(std::string_view json);
std::string WriteTableChange(const TableChange& change);

}  // namespace floe::iceberg
