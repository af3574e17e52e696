// Requirements and updates in the JSON of the REST catalog protocol.
#include <functional>
#include <map>
#include <utility>

#include "iceberg/metadata_json.h"
#include "iceberg/table_update.h"

namespace floe::iceberg {
namespace {

namespace rq = requirement;
namespace up = update;

Json ToJson(const rq::AssertCreate&) { return {{"type", "assert-create"}}; }
Json ToJson(const rq::AssertTableUuid& r) {
  return {{"type", "assert-table-uuid"}, {"uuid", r.uuid}};
}
Json ToJson(const rq::AssertRefSnapshotId& r) {
  Json out = {{"type", "assert-ref-snapshot-id"}, {"ref", r.ref}, {"snapshot-id", nullptr}};
  if (r.snapshot_id) out["snapshot-id"] = r.snapshot_id->value();
  return out;
}
Json ToJson(const rq::AssertLastAssignedFieldId& r) {
  return {{"type", "assert-last-assigned-field-id"}, {"last-assigned-field-id", r.id.value()}};
}
Json ToJson(const rq::AssertCurrentSchemaId& r) {
  return {{"type", "assert-current-schema-id"}, {"current-schema-id", r.schema_id}};
}
Json ToJson(const rq::AssertLastAssignedPartitionId& r) {
  return {{"type", "assert-last-assigned-partition-id"},
          {"last-assigned-partition-id", r.id.value()}};
}
Json ToJson(const rq::AssertDefaultSpecId& r) {
  return {{"type", "assert-default-spec-id"}, {"default-spec-id", r.spec_id}};
}
Json ToJson(const rq::AssertDefaultSortOrderId& r) {
  return {{"type", "assert-default-sort-order-id"}, {"default-sort-order-id", r.order_id}};
}

Json ToJson(const up::AssignUuid& u) { return {{"action", "assign-uuid"}, {"uuid", u.uuid}}; }
Json ToJson(const up::UpgradeFormatVersion& u) {
  return {{"action", "upgrade-format-version"}, {"format-version", u.format_version}};
}
Json ToJson(const up::AddSchema& u) {
  return {{"action", "add-schema"},
          {"schema", SchemaToJson(u.schema)},
          {"last-column-id", u.schema.HighestFieldId().value()}};
}
Json ToJson(const up::SetCurrentSchema& u) {
  return {{"action", "set-current-schema"}, {"schema-id", u.schema_id}};
}
Json ToJson(const up::AddSpec& u) {
  return {{"action", "add-spec"}, {"spec", PartitionSpecToJson(u.spec)}};
}
Json ToJson(const up::SetDefaultSpec& u) {
  return {{"action", "set-default-spec"}, {"spec-id", u.spec_id}};
}
Json ToJson(const up::AddSortOrder& u) {
  return {{"action", "add-sort-order"}, {"sort-order", SortOrderToJson(u.order)}};
}
Json ToJson(const up::SetDefaultSortOrder& u) {
  return {{"action", "set-default-sort-order"}, {"sort-order-id", u.order_id}};
}
Json ToJson(const up::AddSnapshot& u) {
  return {{"action", "add-snapshot"}, {"snapshot", SnapshotToJson(*u.snapshot)}};
}
Json ToJson(const up::SetSnapshotRef& u) {
  Json out = {{"action", "set-snapshot-ref"}, {"ref-name", u.name}};
  Json ref = SnapshotRefToJson(u.ref);
  for (auto it = ref.begin(); it != ref.end(); ++it) out[it.key()] = *it;
  return out;
}
Json ToJson(const up::RemoveSnapshots& u) {
  Json ids = Json::array();
  for (SnapshotId id : u.ids) ids.push_back(id.value());
  return {{"action", "remove-snapshots"}, {"snapshot-ids", std::move(ids)}};
}
Json ToJson(const up::RemoveSnapshotRef& u) {
  return {{"action", "remove-snapshot-ref"}, {"ref-name", u.name}};
}
Json ToJson(const up::SetLocation& u) {
  return {{"action", "set-location"}, {"location", u.location}};
}
Json ToJson(const up::SetProperties& u) {
  return {{"action", "set-properties"}, {"updates", Json(u.updates)}};
}
Json ToJson(const up::RemoveProperties& u) {
  return {{"action", "remove-properties"}, {"removals", Json(u.removals)}};
}
Json ToJson(const up::SetStatistics& u) {
  return {{"action", "set-statistics"},
          {"statistics", Json::parse(u.statistics_json, nullptr, false)}};
}
Json ToJson(const up::RemoveStatistics& u) {
  return {{"action", "remove-statistics"}, {"snapshot-id", u.snapshot_id.value()}};
}
Json ToJson(const up::SetPartitionStatistics& u) {
  return {{"action", "set-partition-statistics"},
          {"partition-statistics", Json::parse(u.statistics_json, nullptr, false)}};
}
Json ToJson(const up::RemovePartitionStatistics& u) {
  return {{"action", "remove-partition-statistics"}, {"snapshot-id", u.snapshot_id.value()}};
}
Json ToJson(const up::RemovePartitionSpecs& u) {
  return {{"action", "remove-partition-specs"}, {"spec-ids", Json(u.spec_ids)}};
}
Json ToJson(const up::RemoveSchemas& u) {
  return {{"action", "remove-schemas"}, {"schema-ids", Json(u.schema_ids)}};
}

using ReadRequirement = std::function<Result<TableRequirement>(JsonObject&)>;

const std::map<std::string, ReadRequirement>& RequirementReaders() {
  using R = Result<TableRequirement>;
  static const std::map<std::string, ReadRequirement> kReaders = {
      {"assert-create", [](JsonObject&) -> R { return TableRequirement(rq::AssertCreate{}); }},
      {"assert-table-uuid",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(std::string uuid, o.String("uuid"));
         return TableRequirement(rq::AssertTableUuid{std::move(uuid)});
       }},
      {"assert-ref-snapshot-id",
       [](JsonObject& o) -> R {
         rq::AssertRefSnapshotId out;
         FLOE_ASSIGN(out.ref, o.String("ref"));
         FLOE_ASSIGN(auto id, o.OptionalInt64("snapshot-id"));
         if (id) out.snapshot_id = SnapshotId(*id);
         return TableRequirement(std::move(out));
       }},
      {"assert-last-assigned-field-id",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(int id, o.Int("last-assigned-field-id"));
         return TableRequirement(rq::AssertLastAssignedFieldId{ColumnId(id)});
       }},
      {"assert-current-schema-id",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(int id, o.Int("current-schema-id"));
         return TableRequirement(rq::AssertCurrentSchemaId{id});
       }},
      {"assert-last-assigned-partition-id",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(int id, o.Int("last-assigned-partition-id"));
         return TableRequirement(rq::AssertLastAssignedPartitionId{ColumnId(id)});
       }},
      {"assert-default-spec-id",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(int id, o.Int("default-spec-id"));
         return TableRequirement(rq::AssertDefaultSpecId{id});
       }},
      {"assert-default-sort-order-id",
       [](JsonObject& o) -> R {
         FLOE_ASSIGN(int id, o.Int("default-sort-order-id"));
         return TableRequirement(rq::AssertDefaultSortOrderId{id});
       }},
  };
  return kReaders;
}

using ReadUpdate = std::function<Result<TableUpdate>(JsonObject&)>;
using U = Result<TableUpdate>;

U ReadAddSchema(JsonObject& o) {
  FLOE_ASSIGN(const Json* schema, o.Member("schema"));
  FLOE_ASSIGN(Schema value, SchemaFromJson(*schema, o.PathOf("schema")));
  return TableUpdate(up::AddSchema{std::move(value)});
}
U ReadAddSpec(JsonObject& o) {
  FLOE_ASSIGN(const Json* spec, o.Member("spec"));
  FLOE_ASSIGN(PartitionSpec value, PartitionSpecFromJson(*spec, o.PathOf("spec")));
  return TableUpdate(up::AddSpec{std::move(value)});
}
U ReadAddSortOrder(JsonObject& o) {
  FLOE_ASSIGN(const Json* order, o.Member("sort-order"));
  FLOE_ASSIGN(SortOrder value, SortOrderFromJson(*order, o.PathOf("sort-order")));
  return TableUpdate(up::AddSortOrder{std::move(value)});
}
U ReadAddSnapshot(JsonObject& o) {
  FLOE_ASSIGN(const Json* snapshot, o.Member("snapshot"));
  FLOE_ASSIGN(Snapshot value, SnapshotFromJson(*snapshot, o.PathOf("snapshot")));
  return TableUpdate(up::AddSnapshot{std::make_shared<const Snapshot>(std::move(value))});
}
U ReadSetSnapshotRef(JsonObject& o, const Json& json) {
  up::SetSnapshotRef out;
  FLOE_ASSIGN(out.name, o.String("ref-name"));
  FLOE_ASSIGN(out.ref, SnapshotRefFromJson(json, o.PathOf("ref")));
  out.ref.unknown_json.clear();  // "action" and "ref-name"
  return TableUpdate(std::move(out));
}
U ReadRemoveSnapshots(JsonObject& o) {
  FLOE_ASSIGN(auto ids, o.Int64List("snapshot-ids"));
  up::RemoveSnapshots out;
  for (int64_t id : ids) out.ids.emplace_back(id);
  return TableUpdate(std::move(out));
}
U ReadRemoveProperties(JsonObject& o) {
  up::RemoveProperties out;
  FLOE_TRY(o.ForEach("removals", [&](const Json& key, const std::string& path) -> Status {
    if (!key.is_string()) return Error(ErrorCode::kCorruption, "'" + path + "' must be a string");
    out.removals.push_back(key.get<std::string>());
    return Status::Ok();
  }));
  return TableUpdate(std::move(out));
}
Result<std::vector<int>> ReadIds(JsonObject& o, const char* name) {
  FLOE_ASSIGN(auto ids, o.Int64List(name));
  return std::vector<int>(ids.begin(), ids.end());
}

// Updates of schemas, specs, orders and snapshots.
const std::map<std::string, ReadUpdate>& StructureReaders() {
  static const std::map<std::string, ReadUpdate> kReaders = {
      {"assign-uuid",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(std::string uuid, o.String("uuid"));
         return TableUpdate(up::AssignUuid{std::move(uuid)});
       }},
      {"upgrade-format-version",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int version, o.Int("format-version"));
         return TableUpdate(up::UpgradeFormatVersion{version});
       }},
      {"add-schema", ReadAddSchema},
      {"set-current-schema",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int id, o.Int("schema-id"));
         return TableUpdate(up::SetCurrentSchema{id});
       }},
      {"add-spec", ReadAddSpec},
      {"set-default-spec",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int id, o.Int("spec-id"));
         return TableUpdate(up::SetDefaultSpec{id});
       }},
      {"add-sort-order", ReadAddSortOrder},
      {"set-default-sort-order",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int id, o.Int("sort-order-id"));
         return TableUpdate(up::SetDefaultSortOrder{id});
       }},
      {"add-snapshot", ReadAddSnapshot},
      {"remove-snapshots", ReadRemoveSnapshots},
      {"remove-snapshot-ref",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(std::string name, o.String("ref-name"));
         return TableUpdate(up::RemoveSnapshotRef{std::move(name)});
       }},
  };
  return kReaders;
}

// Updates of properties and statistics, and removals.
const std::map<std::string, ReadUpdate>& OtherReaders() {
  static const std::map<std::string, ReadUpdate> kReaders = {
      {"set-location",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(std::string location, o.String("location"));
         return TableUpdate(up::SetLocation{std::move(location)});
       }},
      {"set-properties",
       [](JsonObject& o) -> U {
         FLOE_TRY(o.Member("updates"));
         FLOE_ASSIGN(auto updates, o.StringMap("updates"));
         return TableUpdate(up::SetProperties{std::move(updates)});
       }},
      {"remove-properties", ReadRemoveProperties},
      {"set-statistics",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(const Json* file, o.Member("statistics"));
         return TableUpdate(up::SetStatistics{DumpJson(*file)});
       }},
      {"remove-statistics",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int64_t id, o.Int64("snapshot-id"));
         return TableUpdate(up::RemoveStatistics{SnapshotId(id)});
       }},
      {"set-partition-statistics",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(const Json* file, o.Member("partition-statistics"));
         return TableUpdate(up::SetPartitionStatistics{DumpJson(*file)});
       }},
      {"remove-partition-statistics",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(int64_t id, o.Int64("snapshot-id"));
         return TableUpdate(up::RemovePartitionStatistics{SnapshotId(id)});
       }},
      {"remove-partition-specs",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(auto ids, ReadIds(o, "spec-ids"));
         return TableUpdate(up::RemovePartitionSpecs{std::move(ids)});
       }},
      {"remove-schemas",
       [](JsonObject& o) -> U {
         FLOE_ASSIGN(auto ids, ReadIds(o, "schema-ids"));
         return TableUpdate(up::RemoveSchemas{std::move(ids)});
       }},
  };
  return kReaders;
}

Result<TableRequirement> RequirementFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  FLOE_ASSIGN(std::string type, object.String("type"));
  auto reader = RequirementReaders().find(type);
  if (reader == RequirementReaders().end()) {
    return Error(ErrorCode::kInvalidArgument, "unknown requirement '" + type + "'");
  }
  return reader->second(object);
}

Result<TableUpdate> UpdateFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  FLOE_ASSIGN(std::string action, object.String("action"));
  if (action == "set-snapshot-ref") return ReadSetSnapshotRef(object, json);
  for (const auto* readers : {&StructureReaders(), &OtherReaders()}) {
    auto reader = readers->find(action);
    if (reader != readers->end()) return reader->second(object);
  }
  return Error(ErrorCode::kInvalidArgument, "unknown update '" + action + "'");
}

Result<TableChange> ChangeFromJson(std::string_view text) {
  FLOE_ASSIGN(Json document, ParseJson(text, "the commit request"));
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(document, ""));
  TableChange change;
  FLOE_TRY(object.ForEach("requirements", [&](const Json& json, const std::string& path) -> Status {
    FLOE_ASSIGN(TableRequirement required, RequirementFromJson(json, path));
    change.requirements.push_back(std::move(required));
    return Status::Ok();
  }));
  FLOE_TRY(object.ForEach("updates", [&](const Json& json, const std::string& path) -> Status {
    FLOE_ASSIGN(TableUpdate read, UpdateFromJson(json, path));
    change.updates.push_back(std::move(read));
    return Status::Ok();
  }));
  return change;
}

}  // namespace

Result<TableChange> ParseTableChange(std::string_view json) {
  auto change = ChangeFromJson(json);
  if (change.ok() || change.error().code() != ErrorCode::kCorruption) return change;
  // The sender is at fault here, not a file.
  return Error(ErrorCode::kInvalidArgument, change.error().message());
}

std::string WriteTableChange(const TableChange& change) {
  Json requirements = Json::array();
  for (const TableRequirement& required : change.requirements) {
    requirements.push_back(std::visit([](const auto& r) { return ToJson(r); }, required));
  }
  Json updates = Json::array();
  for (const TableUpdate& applied : change.updates) {
    updates.push_back(std::visit([](const auto& u) { return ToJson(u); }, applied));
  }
  return DumpJson({{"requirements", std::move(requirements)}, {"updates", std::move(updates)}});
}

}  // namespace floe::iceberg
