// JSON forms of the parts of table metadata (spec, appendix C), shared by metadata files, manifest
// headers and the commit protocol. Included by .cc files only (it brings the JSON library).
#pragma once

#include <string>

#include "iceberg/json_object.h"
#include "iceberg/partition_spec.h"
#include "iceberg/schema.h"
#include "iceberg/snapshot.h"

namespace floe::iceberg {

Json SchemaToJson(const Schema& schema);
Result<Schema> SchemaFromJson(const Json& json, const std::string& path);

Json PartitionSpecToJson(const PartitionSpec& spec);
// The fields array alone, as manifests keep it.
Json PartitionFieldsToJson(const PartitionSpec& spec);
Result<PartitionSpec> PartitionSpecFromJson(const Json& json, const std::string& path);
Result<std::vector<PartitionField>> PartitionFieldsFromJson(const Json& json,
                                                            const std::string& path);

Json SortOrderToJson(const SortOrder& order);
Result<SortOrder> SortOrderFromJson(const Json& json, const std::string& path);

Json SnapshotToJson(const Snapshot& snapshot);
Result<Snapshot> SnapshotFromJson(const Json& json, const std::string& path);

Json SnapshotRefToJson(const SnapshotRef& ref);
Result<SnapshotRef> SnapshotRefFromJson(const Json& json, const std::string& path);

}  // namespace floe::iceberg
