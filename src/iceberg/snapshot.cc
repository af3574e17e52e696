#include "iceberg/snapshot.h"

#include <utility>

#include "iceberg/metadata_json.h"

namespace floe::iceberg {

std::string Snapshot::operation() const {
  const std::string* value = SummaryValue(summary_key::kOperation);
  return value == nullptr ? std::string() : *value;
}

const std::string* Snapshot::SummaryValue(const std::string& key) const {
  auto it = summary.find(key);
  return it == summary.end() ? nullptr : &it->second;
}

Json SnapshotToJson(const Snapshot& snapshot) {
  Json out = {{"sequence-number", snapshot.sequence_number.value()},
              {"snapshot-id", snapshot.id.value()}};
  if (snapshot.parent_id) out["parent-snapshot-id"] = snapshot.parent_id->value();
  out["timestamp-ms"] = snapshot.timestamp_ms;
  out["summary"] = snapshot.summary;
  out["manifest-list"] = snapshot.manifest_list;
  if (snapshot.schema_id) out["schema-id"] = *snapshot.schema_id;
  AddUnknownMembers(snapshot.unknown_json, out);
  return out;
}

Result<Snapshot> SnapshotFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  Snapshot snapshot;
  FLOE_ASSIGN(int64_t id, object.Int64("snapshot-id"));
  snapshot.id = SnapshotId(id);
  FLOE_ASSIGN(auto parent, object.OptionalInt64("parent-snapshot-id"));
  if (parent && *parent != -1) snapshot.parent_id = SnapshotId(*parent);
  FLOE_ASSIGN(auto sequence, object.OptionalInt64("sequence-number"));
  snapshot.sequence_number = SequenceNumber(sequence.value_or(0));
  FLOE_ASSIGN(snapshot.timestamp_ms, object.Int64("timestamp-ms"));
  FLOE_ASSIGN(snapshot.manifest_list, object.String("manifest-list"));
  FLOE_ASSIGN(snapshot.summary, object.StringMap("summary"));
  FLOE_ASSIGN(snapshot.schema_id, object.OptionalInt("schema-id"));
  snapshot.unknown_json = object.UnknownMembers();
  return snapshot;
}

Json SnapshotRefToJson(const SnapshotRef& ref) {
  Json out = {{"snapshot-id", ref.snapshot_id.value()},
              {"type", ref.kind == RefKind::kBranch ? "branch" : "tag"}};
  if (ref.min_snapshots_to_keep) out["min-snapshots-to-keep"] = *ref.min_snapshots_to_keep;
  if (ref.max_snapshot_age_ms) out["max-snapshot-age-ms"] = *ref.max_snapshot_age_ms;
  if (ref.max_ref_age_ms) out["max-ref-age-ms"] = *ref.max_ref_age_ms;
  AddUnknownMembers(ref.unknown_json, out);
  return out;
}

Result<SnapshotRef> SnapshotRefFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  SnapshotRef ref;
  FLOE_ASSIGN(int64_t id, object.Int64("snapshot-id"));
  ref.snapshot_id = SnapshotId(id);
  FLOE_ASSIGN(std::string kind, object.String("type"));
  if (kind != "branch" && kind != "tag") return object.Wrong("type", "branch or tag");
  ref.kind = kind == "branch" ? RefKind::kBranch : RefKind::kTag;
  FLOE_ASSIGN(ref.min_snapshots_to_keep, object.OptionalInt("min-snapshots-to-keep"));
  FLOE_ASSIGN(ref.max_snapshot_age_ms, object.OptionalInt64("max-snapshot-age-ms"));
  FLOE_ASSIGN(ref.max_ref_age_ms, object.OptionalInt64("max-ref-age-ms"));
  ref.unknown_json = object.UnknownMembers();
  return ref;
}

}  // namespace floe::iceberg
