// Metadata files: reading with every check that later code relies on, and writing.
#include <algorithm>
#include <set>
#include <utility>

#include "iceberg/metadata_json.h"
#include "iceberg/table_metadata.h"

namespace floe::iceberg {
namespace {

constexpr int64_t kNoSnapshot = -1;

class MetadataReader {
 public:
  MetadataReader(JsonObject& object, TableMetadata& out) : object_(object), out_(out) {}

  Status Read() {
    FLOE_TRY(ReadVersion());
    FLOE_TRY(ReadScalars());
    FLOE_TRY(ReadSchemas());
    FLOE_TRY(ReadSpecs());
    FLOE_TRY(ReadSortOrders());
    FLOE_ASSIGN(out_.properties, object_.StringMap("properties"));
    FLOE_TRY(ReadSnapshots());
    FLOE_TRY(ReadLogs());
    FLOE_TRY(ReadRefs());
    out_.statistics_json = ArrayText("statistics");
    out_.partition_statistics_json = ArrayText("partition-statistics");
    // Members of version 1 that newer ones replace.
    object_.Find("schema");
    object_.Find("partition-spec");
    out_.unknown_json = object_.UnknownMembers();
    return Validate();
  }

 private:
  Status ReadVersion() {
    FLOE_ASSIGN(out_.format_version, object_.Int("format-version"));
    if (out_.format_version != kFormatVersion) {
      return Error(ErrorCode::kNotImplemented, "the table has format version " +
                                                   std::to_string(out_.format_version) +
                                                   ", only version 2 is supported");
    }
    return Status::Ok();
  }

  Status ReadScalars() {
    FLOE_ASSIGN(out_.table_uuid, object_.String("table-uuid"));
    FLOE_ASSIGN(out_.location, object_.String("location"));
    FLOE_ASSIGN(int64_t sequence, object_.Int64("last-sequence-number"));
    out_.last_sequence_number = SequenceNumber(sequence);
    FLOE_ASSIGN(out_.last_updated_ms, object_.Int64("last-updated-ms"));
    FLOE_ASSIGN(int last_column, object_.Int("last-column-id"));
    out_.last_column_id = ColumnId(last_column);
    FLOE_ASSIGN(out_.current_schema_id, object_.Int("current-schema-id"));
    FLOE_ASSIGN(out_.default_spec_id, object_.Int("default-spec-id"));
    FLOE_ASSIGN(int last_partition, object_.Int("last-partition-id"));
    out_.last_partition_id = ColumnId(last_partition);
    FLOE_ASSIGN(out_.default_sort_order_id, object_.Int("default-sort-order-id"));
    FLOE_ASSIGN(auto current, object_.OptionalInt64("current-snapshot-id"));
    if (current && *current != kNoSnapshot) out_.current_snapshot_id = SnapshotId(*current);
    return Status::Ok();
  }

  Status ReadSchemas() {
    FLOE_TRY(object_.Member("schemas"));
    return object_.ForEach("schemas", [&](const Json& json, const std::string& path) -> Status {
      FLOE_ASSIGN(Schema schema, SchemaFromJson(json, path));
      out_.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
      return Status::Ok();
    });
  }

  Status ReadSpecs() {
    FLOE_TRY(object_.Member("partition-specs"));
    return object_.ForEach("partition-specs",
                           [&](const Json& json, const std::string& path) -> Status {
                             FLOE_ASSIGN(PartitionSpec spec, PartitionSpecFromJson(json, path));
                             out_.partition_specs.push_back(std::move(spec));
                             return Status::Ok();
                           });
  }

  Status ReadSortOrders() {
    FLOE_TRY(object_.Member("sort-orders"));
    return object_.ForEach("sort-orders", [&](const Json& json, const std::string& path) -> Status {
      FLOE_ASSIGN(SortOrder order, SortOrderFromJson(json, path));
      out_.sort_orders.push_back(std::move(order));
      return Status::Ok();
    });
  }

  Status ReadSnapshots() {
    return object_.ForEach("snapshots", [&](const Json& json, const std::string& path) -> Status {
      FLOE_ASSIGN(Snapshot snapshot, SnapshotFromJson(json, path));
      out_.snapshots.push_back(std::make_shared<const Snapshot>(std::move(snapshot)));
      return Status::Ok();
    });
  }

  Status ReadLogs() {
    FLOE_TRY(
        object_.ForEach("snapshot-log", [&](const Json& json, const std::string& path) -> Status {
          FLOE_ASSIGN(JsonObject entry, JsonObject::Of(json, path));
          FLOE_ASSIGN(int64_t timestamp_ms, entry.Int64("timestamp-ms"));
          FLOE_ASSIGN(int64_t id, entry.Int64("snapshot-id"));
          out_.snapshot_log.push_back({timestamp_ms, SnapshotId(id)});
          return Status::Ok();
        }));
    return object_.ForEach("metadata-log",
                           [&](const Json& json, const std::string& path) -> Status {
                             FLOE_ASSIGN(JsonObject entry, JsonObject::Of(json, path));
                             FLOE_ASSIGN(int64_t timestamp_ms, entry.Int64("timestamp-ms"));
                             FLOE_ASSIGN(std::string file, entry.String("metadata-file"));
                             out_.metadata_log.push_back({timestamp_ms, std::move(file)});
                             return Status::Ok();
                           });
  }

  Status ReadRefs() {
    const Json* refs = object_.Find("refs");
    if (refs != nullptr) {
      FLOE_TRY(JsonObject::Of(*refs, object_.PathOf("refs")));
      for (auto it = refs->begin(); it != refs->end(); ++it) {
        FLOE_ASSIGN(out_.refs[it.key()],
                    SnapshotRefFromJson(*it, object_.PathOf("refs") + "." + it.key()));
      }
    }
    std::string main(kMainBranch);
    if (out_.current_snapshot_id && !out_.refs.contains(main)) {
      SnapshotRef ref;
      ref.snapshot_id = *out_.current_snapshot_id;
      out_.refs[main] = ref;
    }
    return Status::Ok();
  }

  std::string ArrayText(const char* name) {
    const Json* member = object_.Find(name);
    return member == nullptr || member->empty() ? std::string() : DumpJson(*member);
  }

  Status Validate() const {
    auto wrong = [](const std::string& what) {
      return Status(ErrorCode::kCorruption, "the table's metadata is inconsistent: " + what);
    };
    if (out_.FindSchema(out_.current_schema_id) == nullptr) {
      return wrong("there is no schema " + std::to_string(out_.current_schema_id));
    }
    if (out_.FindSpec(out_.default_spec_id) == nullptr) {
      return wrong("there is no partition spec " + std::to_string(out_.default_spec_id));
    }
    if (out_.FindSortOrder(out_.default_sort_order_id) == nullptr) {
      return wrong("there is no sort order " + std::to_string(out_.default_sort_order_id));
    }
    if (out_.current_snapshot_id && out_.CurrentSnapshot() == nullptr) {
      return wrong("the current snapshot " + std::to_string(out_.current_snapshot_id->value()) +
                   " is not among the snapshots");
    }
    for (const auto& [name, ref] : out_.refs) {
      if (out_.FindSnapshot(ref.snapshot_id) == nullptr) {
        return wrong("reference '" + name + "' points to no snapshot");
      }
    }
    return Status::Ok();
  }

  JsonObject& object_;
  TableMetadata& out_;
};

Json SnapshotsToJson(const TableMetadata& metadata) {
  Json out = Json::array();
  for (const SnapshotPtr& snapshot : metadata.snapshots) out.push_back(SnapshotToJson(*snapshot));
  return out;
}

void AddLists(const TableMetadata& metadata, Json& out) {
  Json schemas = Json::array();
  for (const SchemaPtr& schema : metadata.schemas) schemas.push_back(SchemaToJson(*schema));
  out["schemas"] = std::move(schemas);
  out["current-schema-id"] = metadata.current_schema_id;
  Json specs = Json::array();
  for (const PartitionSpec& spec : metadata.partition_specs) {
    specs.push_back(PartitionSpecToJson(spec));
  }
  out["partition-specs"] = std::move(specs);
  out["default-spec-id"] = metadata.default_spec_id;
  out["last-partition-id"] = metadata.last_partition_id.value();
  Json orders = Json::array();
  for (const SortOrder& order : metadata.sort_orders) orders.push_back(SortOrderToJson(order));
  out["sort-orders"] = std::move(orders);
  out["default-sort-order-id"] = metadata.default_sort_order_id;
}

void AddHistory(const TableMetadata& metadata, Json& out) {
  out["current-snapshot-id"] =
      metadata.current_snapshot_id ? metadata.current_snapshot_id->value() : kNoSnapshot;
  Json refs = Json::object();
  for (const auto& [name, ref] : metadata.refs) refs[name] = SnapshotRefToJson(ref);
  out["refs"] = std::move(refs);
  out["snapshots"] = SnapshotsToJson(metadata);
  if (!metadata.statistics_json.empty()) {
    out["statistics"] = Json::parse(metadata.statistics_json, nullptr, false);
  }
  if (!metadata.partition_statistics_json.empty()) {
    out["partition-statistics"] = Json::parse(metadata.partition_statistics_json, nullptr, false);
  }
  Json snapshot_log = Json::array();
  for (const SnapshotLogEntry& entry : metadata.snapshot_log) {
    snapshot_log.push_back(
        {{"timestamp-ms", entry.timestamp_ms}, {"snapshot-id", entry.snapshot_id.value()}});
  }
  out["snapshot-log"] = std::move(snapshot_log);
  Json metadata_log = Json::array();
  for (const MetadataLogEntry& entry : metadata.metadata_log) {
    metadata_log.push_back(
        {{"timestamp-ms", entry.timestamp_ms}, {"metadata-file", entry.metadata_file}});
  }
  out["metadata-log"] = std::move(metadata_log);
}

}  // namespace

Result<TableMetadata> ParseTableMetadata(std::string_view json) {
  FLOE_ASSIGN(Json document, ParseJson(json, "the table's metadata"));
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(document, ""));
  TableMetadata metadata;
  FLOE_TRY(MetadataReader(object, metadata).Read());
  return metadata;
}

std::string WriteTableMetadata(const TableMetadata& metadata) {
  Json out = {{"format-version", metadata.format_version},
              {"table-uuid", metadata.table_uuid},
              {"location", metadata.location},
              {"last-sequence-number", metadata.last_sequence_number.value()},
              {"last-updated-ms", metadata.last_updated_ms},
              {"last-column-id", metadata.last_column_id.value()}};
  AddLists(metadata, out);
  out["properties"] = metadata.properties;
  AddHistory(metadata, out);
  AddUnknownMembers(metadata.unknown_json, out);
  return DumpJson(out);
}

}  // namespace floe::iceberg
