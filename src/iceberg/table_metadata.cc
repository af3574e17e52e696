#include "iceberg/table_metadata.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace floe::iceberg {

const Schema& TableMetadata::schema() const {
  const Schema* schema = FindSchema(current_schema_id);
  FLOE_ASSERT(schema != nullptr);
  return *schema;
}

const PartitionSpec& TableMetadata::default_spec() const {
  const PartitionSpec* spec = FindSpec(default_spec_id);
  FLOE_ASSERT(spec != nullptr);
  return *spec;
}

const Schema* TableMetadata::FindSchema(int schema_id) const {
  for (const SchemaPtr& schema : schemas) {
    if (schema->schema_id() == schema_id) return schema.get();
  }
  return nullptr;
}

const PartitionSpec* TableMetadata::FindSpec(int spec_id) const {
  for (const PartitionSpec& spec : partition_specs) {
    if (spec.spec_id == spec_id) return &spec;
  }
  return nullptr;
}

const SortOrder* TableMetadata::FindSortOrder(int order_id) const {
  for (const SortOrder& order : sort_orders) {
    if (order.order_id == order_id) return &order;
  }
  return nullptr;
}

SnapshotPtr TableMetadata::FindSnapshot(SnapshotId id) const {
  // Newest last: look-ups are mostly for new ones.
  for (auto it = snapshots.rbegin(); it != snapshots.rend(); ++it) {
    if ((*it)->id == id) return *it;
  }
  return nullptr;
}

SnapshotPtr TableMetadata::CurrentSnapshot() const {
  return current_snapshot_id ? FindSnapshot(*current_snapshot_id) : nullptr;
}

SnapshotPtr TableMetadata::SnapshotOfRef(const std::string& ref) const {
  auto it = refs.find(ref);
  return it == refs.end() ? nullptr : FindSnapshot(it->second.snapshot_id);
}

SnapshotPtr TableMetadata::SnapshotAsOf(int64_t timestamp_ms) const {
  for (auto it = snapshot_log.rbegin(); it != snapshot_log.rend(); ++it) {
    if (it->timestamp_ms <= timestamp_ms) return FindSnapshot(it->snapshot_id);
  }
  return nullptr;
}

const PartitionSpec* TableMetadata::FindFieldlessSpec() const {
  for (const PartitionSpec& spec : partition_specs) {
    if (spec.is_unpartitioned()) return &spec;
  }
  return nullptr;
}

const std::string* TableMetadata::Property(const std::string& key) const {
  auto it = properties.find(key);
  return it == properties.end() ? nullptr : &it->second;
}

Result<TableMetadata> NewTableMetadata(NewTable table, const Clock& clock, Random& random) {
  if (auto version = table.properties.find("format-version"); version != table.properties.end()) {
    if (version->second != "2") {
      return Error(ErrorCode::kInvalidOption,
                   "'format-version' is '" + version->second + "', but only 2 is supported")
          .WithHint("set 'format-version'='2', or leave it out");
    }
    table.properties.erase(version);
  }
  TableMetadata metadata;
  metadata.table_uuid = random.NextUuid();
  metadata.location = std::move(table.location);
  while (metadata.location.ends_with('/')) metadata.location.pop_back();
  metadata.last_updated_ms = clock.WallMillis();
  metadata.last_column_id = table.schema.HighestFieldId();
  table.schema.set_schema_id(0);
  table.spec.spec_id = 0;
  FLOE_TRY(table.spec.ResultTypes(table.schema));
  for (const PartitionField& field : table.spec.fields) {
    metadata.last_partition_id = std::max(metadata.last_partition_id, field.field_id);
  }
  metadata.partition_specs.push_back(std::move(table.spec));
  if (table.add_fieldless_spec && metadata.FindFieldlessSpec() == nullptr) {
    metadata.partition_specs.push_back(
        PartitionSpec{.spec_id = 1, .fields = {}, .unknown_json = {}});
  }
  metadata.schemas.push_back(std::make_shared<const Schema>(std::move(table.schema)));
  table.sort_order.order_id = table.sort_order.fields.empty() ? 0 : 1;
  metadata.default_sort_order_id = table.sort_order.order_id;
  metadata.sort_orders.push_back(std::move(table.sort_order));
  metadata.properties = std::move(table.properties);
  return metadata;
}

}  // namespace floe::iceberg
