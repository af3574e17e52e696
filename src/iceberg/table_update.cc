// Requirements and updates applied to metadata: pure functions.
#include "iceberg/table_update.h"

#include <algorithm>
#include <set>
#include <type_traits>
#include <utility>

#include "base/assert.h"
#include "iceberg/json_object.h"

namespace floe::iceberg {
namespace {

template <typename... Cases>
struct Overloaded : Cases... {
  using Cases::operator()...;
};
template <typename... Cases>
Overloaded(Cases...) -> Overloaded<Cases...>;

Status Conflict(const std::string& what) {
  return Status(ErrorCode::kCommitConflict, "the table has changed: " + what);
}

Status Differs(const char* what, int64_t found, int64_t expected) {
  if (found == expected) return Status::Ok();
  return Conflict(std::string(what) + " is " + std::to_string(found) + ", the commit expects " +
                  std::to_string(expected));
}

Status CheckRef(const TableMetadata& base, const requirement::AssertRefSnapshotId& required) {
  auto ref = base.refs.find(required.ref);
  std::string found =
      ref == base.refs.end() ? "absent" : std::to_string(ref->second.snapshot_id.value());
  std::string expected =
      required.snapshot_id ? std::to_string(required.snapshot_id->value()) : "absent";
  if (found == expected) return Status::Ok();
  return Conflict("reference '" + required.ref + "' is " + found + ", the commit expects " +
                  expected);
}

Status CheckOne(const TableMetadata& base, const TableRequirement& required) {
  return std::visit(
      Overloaded{
          [](const requirement::AssertCreate&) { return Conflict("it exists already"); },
          [&](const requirement::AssertTableUuid& r) {
            if (base.table_uuid == r.uuid) return Status::Ok();
            return Conflict("its uuid is " + base.table_uuid + ", the commit is for " + r.uuid +
                            " (the table was dropped and made anew)");
          },
          [&](const requirement::AssertRefSnapshotId& r) { return CheckRef(base, r); },
          [&](const requirement::AssertLastAssignedFieldId& r) {
            return Differs("the last column id", base.last_column_id.value(), r.id.value());
          },
          [&](const requirement::AssertCurrentSchemaId& r) {
            return Differs("the current schema", base.current_schema_id, r.schema_id);
          },
          [&](const requirement::AssertLastAssignedPartitionId& r) {
            return Differs("the last partition field id", base.last_partition_id.value(),
                           r.id.value());
          },
          [&](const requirement::AssertDefaultSpecId& r) {
            return Differs("the default partition spec", base.default_spec_id, r.spec_id);
          },
          [&](const requirement::AssertDefaultSortOrderId& r) {
            return Differs("the default sort order", base.default_sort_order_id, r.order_id);
          },
      },
      required);
}

Status Invalid(const std::string& why) {
  return Status(ErrorCode::kInvalidArgument, "the table can't be changed: " + why);
}

// Applies updates to a copy of the base.
class UpdateApplier {
 public:
  UpdateApplier(const TableMetadata& base, int64_t now_ms)
      : out_(base), now_ms_(std::max(now_ms, base.last_updated_ms)) {}

  Status Apply(const update::AssignUuid& u) {
    if (u.uuid.empty()) return Invalid("the uuid is empty");
    out_.table_uuid = u.uuid;
    return Status::Ok();
  }

  Status Apply(const update::UpgradeFormatVersion& u) {
    if (u.format_version == out_.format_version) return Status::Ok();
    return Status(ErrorCode::kNotImplemented, "format version " + std::to_string(u.format_version) +
                                                  " is not supported, only version 2");
  }

  Status Apply(const update::AddSchema& u) {
    for (const SchemaPtr& schema : out_.schemas) {
      if (schema->SameColumnsAs(u.schema)) {
        last_added_schema_ = schema->schema_id();
        return Status::Ok();
      }
    }
    int id = 0;
    for (const SchemaPtr& schema : out_.schemas) id = std::max(id, schema->schema_id() + 1);
    Schema schema = u.schema;
    schema.set_schema_id(id);
    out_.last_column_id = std::max(out_.last_column_id, schema.HighestFieldId());
    out_.schemas.push_back(std::make_shared<const Schema>(std::move(schema)));
    last_added_schema_ = id;
    return Status::Ok();
  }

  Status Apply(const update::SetCurrentSchema& u) {
    FLOE_ASSIGN(int id, Resolve(u.schema_id, last_added_schema_, "schema"));
    if (out_.FindSchema(id) == nullptr) return Invalid("it has no schema " + std::to_string(id));
    out_.current_schema_id = id;
    return Status::Ok();
  }

  Status Apply(const update::AddSpec& u) {
    for (const PartitionSpec& spec : out_.partition_specs) {
      if (spec.Equivalent(u.spec)) {
        last_added_spec_ = spec.spec_id;
        return Status::Ok();
      }
    }
    PartitionSpec spec = u.spec;
    auto types = spec.ResultTypes(out_.schemas.empty() ? Schema() : out_.schema());
    if (!types.ok()) return Invalid(types.error().message());
    spec.spec_id = 0;
    for (const PartitionSpec& other : out_.partition_specs) {
      spec.spec_id = std::max(spec.spec_id, other.spec_id + 1);
    }
    for (PartitionField& field : spec.fields) AssignFieldId(field);
    last_added_spec_ = spec.spec_id;
    out_.partition_specs.push_back(std::move(spec));
    return Status::Ok();
  }

  Status Apply(const update::SetDefaultSpec& u) {
    FLOE_ASSIGN(int id, Resolve(u.spec_id, last_added_spec_, "partition spec"));
    if (out_.FindSpec(id) == nullptr) {
      return Invalid("it has no partition spec " + std::to_string(id));
    }
    out_.default_spec_id = id;
    return Status::Ok();
  }

  Status Apply(const update::AddSortOrder& u) {
    for (const SortOrder& order : out_.sort_orders) {
      if (order.fields == u.order.fields) {
        last_added_order_ = order.order_id;
        return Status::Ok();
      }
    }
    SortOrder order = u.order;
    order.order_id = 0;
    if (!order.fields.empty()) {
      order.order_id = 1;
      for (const SortOrder& other : out_.sort_orders) {
        order.order_id = std::max(order.order_id, other.order_id + 1);
      }
    }
    last_added_order_ = order.order_id;
    out_.sort_orders.push_back(std::move(order));
    return Status::Ok();
  }

  Status Apply(const update::SetDefaultSortOrder& u) {
    FLOE_ASSIGN(int id, Resolve(u.order_id, last_added_order_, "sort order"));
    if (out_.FindSortOrder(id) == nullptr) {
      return Invalid("it has no sort order " + std::to_string(id));
    }
    out_.default_sort_order_id = id;
    return Status::Ok();
  }

  Status Apply(const update::AddSnapshot& u) {
    const Snapshot& snapshot = *u.snapshot;
    if (out_.FindSnapshot(snapshot.id) != nullptr) {
      return Invalid("snapshot " + std::to_string(snapshot.id.value()) + " exists already");
    }
    if (snapshot.parent_id && snapshot.sequence_number <= out_.last_sequence_number) {
      return Conflict("its last sequence number is " +
                      std::to_string(out_.last_sequence_number.value()) + ", the commit has " +
                      std::to_string(snapshot.sequence_number.value()));
    }
    out_.last_sequence_number = std::max(out_.last_sequence_number, snapshot.sequence_number);
    now_ms_ = std::max(now_ms_, snapshot.timestamp_ms);
    out_.snapshots.push_back(u.snapshot);
    return Status::Ok();
  }

  Status Apply(const update::SetSnapshotRef& u) {
    SnapshotPtr snapshot = out_.FindSnapshot(u.ref.snapshot_id);
    if (snapshot == nullptr) {
      return Invalid("reference '" + u.name + "' would point to snapshot " +
                     std::to_string(u.ref.snapshot_id.value()) + ", which it does not have");
    }
    bool is_main = u.name == kMainBranch;
    if (is_main && u.ref.kind != RefKind::kBranch) return Invalid("main must be a branch");
    out_.refs[u.name] = u.ref;
    if (is_main) {
      out_.current_snapshot_id = u.ref.snapshot_id;
      out_.snapshot_log.push_back({std::max(now_ms_, snapshot->timestamp_ms), u.ref.snapshot_id});
    }
    return Status::Ok();
  }

  Status Apply(const update::RemoveSnapshots& u) {
    std::set<SnapshotId> removed(u.ids.begin(), u.ids.end());
    for (const auto& [name, ref] : out_.refs) {
      if (removed.contains(ref.snapshot_id)) {
        // Whoever expires it does not know of the reference: it is newer than what they looked at.
        return Conflict("snapshot " + std::to_string(ref.snapshot_id.value()) +
                        " is the head of '" + name + "', the commit expires it");
      }
    }
    std::erase_if(out_.snapshots, [&](const SnapshotPtr& s) { return removed.contains(s->id); });
    for (const SnapshotId id : removed) {
      if (!out_.statistics_json.empty()) {
        FLOE_TRY(EraseStatistics(out_.statistics_json, id.value()));
      }
      if (!out_.partition_statistics_json.empty()) {
        FLOE_TRY(EraseStatistics(out_.partition_statistics_json, id.value()));
      }
    }
    // Entries before a removed snapshot would claim a history that can't be read any more.
    for (size_t i = out_.snapshot_log.size(); i > 0; --i) {
      if (removed.contains(out_.snapshot_log[i - 1].snapshot_id)) {
        auto begin = out_.snapshot_log.begin();
        out_.snapshot_log.erase(begin, begin + static_cast<std::ptrdiff_t>(i));
        break;
      }
    }
    return Status::Ok();
  }

  Status Apply(const update::RemoveSnapshotRef& u) {
    out_.refs.erase(u.name);
    if (u.name == kMainBranch) out_.current_snapshot_id.reset();
    return Status::Ok();
  }

  Status Apply(const update::SetLocation& u) {
    if (u.location.empty()) return Invalid("the location is empty");
    out_.location = u.location;
    while (out_.location.ends_with('/')) out_.location.pop_back();
    return Status::Ok();
  }

  Status Apply(const update::SetProperties& u) {
    for (const auto& [key, value] : u.updates) out_.properties[key] = value;
    return Status::Ok();
  }

  Status Apply(const update::RemoveProperties& u) {
    for (const std::string& key : u.removals) out_.properties.erase(key);
    return Status::Ok();
  }

  Status Apply(const update::SetStatistics& u) {
    return ReplaceStatistics(out_.statistics_json, u.statistics_json);
  }
  Status Apply(const update::SetPartitionStatistics& u) {
    return ReplaceStatistics(out_.partition_statistics_json, u.statistics_json);
  }
  Status Apply(const update::RemoveStatistics& u) {
    return EraseStatistics(out_.statistics_json, u.snapshot_id.value());
  }
  Status Apply(const update::RemovePartitionStatistics& u) {
    return EraseStatistics(out_.partition_statistics_json, u.snapshot_id.value());
  }

  Status Apply(const update::RemovePartitionSpecs& u) {
    for (int id : u.spec_ids) {
      if (id == out_.default_spec_id) return Invalid("its default partition spec can't be removed");
      std::erase_if(out_.partition_specs,
                    [id](const PartitionSpec& spec) { return spec.spec_id == id; });
    }
    return Status::Ok();
  }

  Status Apply(const update::RemoveSchemas& u) {
    for (int id : u.schema_ids) {
      if (id == out_.current_schema_id) return Invalid("its current schema can't be removed");
      std::erase_if(out_.schemas, [id](const SchemaPtr& s) { return s->schema_id() == id; });
    }
    return Status::Ok();
  }

  TableMetadata Take() {
    out_.last_updated_ms = now_ms_;
    return std::move(out_);
  }

 private:
  static Result<int> Resolve(int id, const std::optional<int>& last_added, const char* what) {
    if (id != update::kLastAdded) return id;
    if (!last_added) return Invalid(std::string("the commit adds no ") + what).error();
    return *last_added;
  }

  // An equivalent field of an older spec keeps its id.
  void AssignFieldId(PartitionField& field) {
    for (const PartitionSpec& spec : out_.partition_specs) {
      for (const PartitionField& known : spec.fields) {
        if (known.source_id == field.source_id && known.transform == field.transform) {
          field.field_id = known.field_id;
          return;
        }
      }
    }
    if (field.field_id.value() == 0) field.field_id = out_.last_partition_id.Next();
    out_.last_partition_id = std::max(out_.last_partition_id, field.field_id);
  }

  static Status EraseStatistics(std::string& list_json, int64_t snapshot_id) {
    Json list = list_json.empty() ? Json::array() : Json::parse(list_json, nullptr, false);
    Json kept = Json::array();
    for (const Json& file : list) {
      auto id = file.find("snapshot-id");
      bool of_snapshot =
          id != file.end() && id->is_number_integer() && id->get<int64_t>() == snapshot_id;
      if (!of_snapshot) kept.push_back(file);
    }
    list_json = kept.empty() ? std::string() : DumpJson(kept);
    return Status::Ok();
  }

  static Status ReplaceStatistics(std::string& list_json, const std::string& file_json) {
    FLOE_ASSIGN(Json file, ParseJson(file_json, "a statistics file"));
    FLOE_ASSIGN(JsonObject object, JsonObject::Of(file, "statistics"));
    FLOE_ASSIGN(int64_t snapshot_id, object.Int64("snapshot-id"));
    FLOE_TRY(EraseStatistics(list_json, snapshot_id));
    Json list = list_json.empty() ? Json::array() : Json::parse(list_json, nullptr, false);
    list.push_back(std::move(file));
    list_json = DumpJson(list);
    return Status::Ok();
  }

  TableMetadata out_;
  int64_t now_ms_;
  std::optional<int> last_added_schema_;
  std::optional<int> last_added_spec_;
  std::optional<int> last_added_order_;
};

constexpr size_t kDefaultPreviousVersions = 100;

// The log names the files that this commit replaces, as many as the table's property says.
void AppendMetadataLog(const TableMetadata& base, const std::string& base_location,
                       TableMetadata& out) {
  if (base_location.empty()) return;
  out.metadata_log.push_back({base.last_updated_ms, base_location});
  size_t keep = kDefaultPreviousVersions;
  if (const std::string* text = out.Property("write.metadata.previous-versions-max")) {
    keep = static_cast<size_t>(std::max(1L, std::strtol(text->c_str(), nullptr, 10)));
  }
  if (out.metadata_log.size() > keep) {
    auto excess = static_cast<std::ptrdiff_t>(out.metadata_log.size() - keep);
    out.metadata_log.erase(out.metadata_log.begin(), out.metadata_log.begin() + excess);
  }
}

}  // namespace

Status CheckRequirements(const TableMetadata* base,
                         const std::vector<TableRequirement>& requirements) {
  for (const TableRequirement& required : requirements) {
    if (base != nullptr) {
      FLOE_TRY(CheckOne(*base, required));
    } else if (!std::holds_alternative<requirement::AssertCreate>(required)) {
      return Conflict("it does not exist");
    }
  }
  return Status::Ok();
}

Result<TableMetadata> ApplyUpdates(const TableMetadata& base,
                                   const std::vector<TableUpdate>& updates, int64_t now_ms,
                                   const std::string& base_location) {
  UpdateApplier applier(base, now_ms);
  for (const TableUpdate& change : updates) {
    FLOE_TRY(std::visit([&](const auto& u) { return applier.Apply(u); }, change));
  }
  TableMetadata out = applier.Take();
  AppendMetadataLog(base, base_location, out);
  return out;
}

std::vector<TableUpdate> CreationUpdates(const TableMetadata& metadata) {
  std::vector<TableUpdate> updates;
  updates.push_back(update::AssignUuid{metadata.table_uuid});
  updates.push_back(update::UpgradeFormatVersion{metadata.format_version});
  updates.push_back(update::SetLocation{metadata.location});
  for (const SchemaPtr& schema : metadata.schemas) updates.push_back(update::AddSchema{*schema});
  updates.push_back(update::SetCurrentSchema{metadata.current_schema_id});
  for (const PartitionSpec& spec : metadata.partition_specs) {
    updates.push_back(update::AddSpec{spec});
  }
  updates.push_back(update::SetDefaultSpec{metadata.default_spec_id});
  for (const SortOrder& order : metadata.sort_orders) {
    updates.push_back(update::AddSortOrder{order});
  }
  updates.push_back(update::SetDefaultSortOrder{metadata.default_sort_order_id});
  if (!metadata.properties.empty()) {
    updates.push_back(update::SetProperties{metadata.properties});
  }
  return updates;
}

}  // namespace floe::iceberg
