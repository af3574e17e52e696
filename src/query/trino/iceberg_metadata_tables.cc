#include "query/trino/iceberg_metadata_tables.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

#include "query/scan_sql.h"
#include "query/trino/iceberg_types.h"

namespace floe::query::trino {
namespace {

using iceberg::DataFile;
using iceberg::Literal;
using iceberg::ManifestEntry;
using iceberg::NestedField;
using iceberg::Snapshot;
using iceberg::SnapshotPtr;
using iceberg::TableMetadata;
using Json = nlohmann::ordered_json;

// Rows of one metadata table: each is a part of a statement's text.
constexpr size_t kMaxRows = 20'000;
constexpr std::string_view kOtherKinds[] = {"partitions", "metadata_log_entries", "all_manifests",
                                            "entries", "all_entries"};

TableColumn Text(const char* name) { return {name, Type::Varchar(), true, ""}; }
TableColumn Bigint(const char* name) { return {name, Type(TypeKind::kBigint), true, ""}; }
TableColumn Integer(const char* name) { return {name, Type(TypeKind::kInteger), true, ""}; }
TableColumn Instant(const char* name) { return {name, Type(TypeKind::kTimestampTz, 3), true, ""}; }
TableColumn MapOf(const char* name, TypeKind value) {
  const Type type = value == TypeKind::kVarchar ? Type::Varchar() : Type(value);
  return {name, Type::Map(Type(TypeKind::kInteger), type), true, ""};
}

// SQL of values.
std::string Sql(const std::string& text) { return QuoteLiteral(text); }
std::string Sql(int64_t value) { return std::to_string(value); }
std::string Sql(bool value) { return value ? "true" : "false"; }
template <typename T>
std::string Sql(const std::optional<T>& value) {
  return value ? Sql(*value) : "NULL";
}
std::string InstantSql(int64_t millis) {
  return "timezone('UTC', epoch_ms(CAST(" + std::to_string(millis) + " AS BIGINT)))";
}
std::string SnapshotSql(const std::optional<SnapshotId>& id) {
  return id ? Sql(id->value()) : "NULL";
}

template <typename Items, typename Key, typename Value>
std::string MapSql(const Items& items, const char* key_type, const char* value_type, Key key,
                   Value value) {
  std::string keys;
  std::string values;
  for (const auto& item : items) {
    keys += (keys.empty() ? "" : ", ") + key(item);
    values += (values.empty() ? "" : ", ") + value(item);
  }
  return "map(CAST([" + keys + "] AS " + key_type + "[]), CAST([" + values + "] AS " + value_type +
         "[]))";
}

std::string CountsSql(const std::map<ColumnId, int64_t>& counts) {
  return MapSql(
      counts, "INTEGER", "BIGINT",
      [](const auto& item) { return Sql(int64_t{item.first.value()}); },
      [](const auto& item) { return Sql(item.second); });
}

std::string RowsOfSql(const std::vector<TableColumn>& columns,
                      const std::vector<std::string>& rows) {
  std::string select;
  std::string names;
  std::string nothing;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = "c" + std::to_string(i + 1);
    const std::string comma = i > 0 ? ", " : "";
    select += comma + "CAST(" + name + " AS " + columns[i].type.DuckDbType() + ") AS " + name;
    names += comma + name;
    nothing += comma + "NULL";
  }
  std::string values;
  for (const std::string& row : rows) values += (values.empty() ? "(" : ", (") + row + ")";
  if (rows.empty()) values = "(" + nothing + ")";
  return "SELECT " + select + " FROM (VALUES " + values + ") t(" + names + ")" +
         (rows.empty() ? " WHERE false" : "");
}

ProvidedTable Provided(std::vector<TableColumn> columns, const std::vector<std::string>& rows) {
  ProvidedTable table;
  table.sql = RowsOfSql(columns, rows);
  table.columns = std::move(columns);
  return table;
}

ProvidedTable SnapshotsTable(const TableMetadata& table) {
  std::vector<std::string> rows;
  for (const SnapshotPtr& snapshot : table.snapshots) {
    iceberg::Summary summary = snapshot->summary;
    summary.erase(iceberg::summary_key::kOperation);
    rows.push_back(InstantSql(snapshot->timestamp_ms) + ", " + Sql(snapshot->id.value()) + ", " +
                   SnapshotSql(snapshot->parent_id) + ", " + Sql(snapshot->operation()) + ", " +
                   Sql(snapshot->manifest_list) + ", " +
                   MapSql(
                       summary, "VARCHAR", "VARCHAR",
                       [](const auto& item) { return Sql(item.first); },
                       [](const auto& item) { return Sql(item.second); }));
  }
  return Provided({Instant("committed_at"),
                   Bigint("snapshot_id"),
                   Bigint("parent_id"),
                   Text("operation"),
                   Text("manifest_list"),
                   {"summary", Type::Map(Type::Varchar(), Type::Varchar()), true, ""}},
                  rows);
}

ProvidedTable HistoryTable(const TableMetadata& table) {
  std::set<SnapshotId> ancestors;
  for (SnapshotPtr snapshot = table.CurrentSnapshot(); snapshot != nullptr;) {
    ancestors.insert(snapshot->id);
    snapshot = snapshot->parent_id ? table.FindSnapshot(*snapshot->parent_id) : nullptr;
  }
  std::vector<std::string> rows;
  for (const iceberg::SnapshotLogEntry& entry : table.snapshot_log) {
    const SnapshotPtr snapshot = table.FindSnapshot(entry.snapshot_id);
    rows.push_back(InstantSql(entry.timestamp_ms) + ", " + Sql(entry.snapshot_id.value()) + ", " +
                   SnapshotSql(snapshot != nullptr ? snapshot->parent_id : std::nullopt) + ", " +
                   Sql(ancestors.contains(entry.snapshot_id)));
  }
  return Provided({Instant("made_current_at"),
                   Bigint("snapshot_id"),
                   Bigint("parent_id"),
                   {"is_current_ancestor", Type(TypeKind::kBoolean), true, ""}},
                  rows);
}

ProvidedTable RefsTable(const TableMetadata& table) {
  std::vector<std::string> rows;
  for (const auto& [name, ref] : table.refs) {
    const std::string kind = ref.kind == iceberg::RefKind::kBranch ? "BRANCH" : "TAG";
    std::optional<int64_t> min_snapshots;
    if (ref.min_snapshots_to_keep) min_snapshots = *ref.min_snapshots_to_keep;
    rows.push_back(Sql(name) + ", " + Sql(kind) + ", " + Sql(ref.snapshot_id.value()) + ", " +
                   Sql(ref.max_ref_age_ms) + ", " + Sql(min_snapshots) + ", " +
                   Sql(ref.max_snapshot_age_ms));
  }
  return Provided(
      {Text("name"), Text("type"), Bigint("snapshot_id"), Bigint("max_reference_age_in_ms"),
       Integer("min_snapshots_to_keep"), Bigint("max_snapshot_age_in_ms")},
      rows);
}

ProvidedTable PropertiesTable(const TableMetadata& table) {
  const std::string current =
      table.current_snapshot_id ? std::to_string(table.current_snapshot_id->value()) : "none";
  std::vector<std::string> rows = {
      Sql(std::string("format")) + ", 'iceberg/PARQUET'",
      Sql(std::string("provider")) + ", 'iceberg'",
      Sql(std::string("current-snapshot-id")) + ", " + Sql(current),
      Sql(std::string("location")) + ", " + Sql(table.location),
      Sql(std::string("format-version")) + ", " + Sql(std::to_string(table.format_version))};
  for (const auto& [key, value] : table.properties) rows.push_back(Sql(key) + ", " + Sql(value));
  return Provided({Text("key"), Text("value")}, rows);
}

// A text of a bound, "" where it can't be read.
std::string BoundText(const std::string& bytes, const iceberg::Type& type) {
  const auto literal = Literal::FromBytes(bytes, type);
  return literal.ok() ? literal->ToString(type) : "";
}

Result<ProvidedTable> ManifestsTable(const TableMetadata& table, const SnapshotPtr& snapshot,
                                     const iceberg::FileIo& io, iceberg::ManifestCache& cache) {
  std::vector<std::string> rows;
  iceberg::ManifestListPtr list;
  if (snapshot != nullptr) {
    FLOE_ASSIGN(list, cache.ReadList(io, snapshot->manifest_list));
  }
  for (size_t i = 0; list != nullptr && i < list->size(); ++i) {
    const iceberg::ManifestFile& manifest = (*list)[i];
    const iceberg::PartitionSpec* spec = table.FindSpec(manifest.partition_spec_id);
    auto types = spec != nullptr ? spec->ResultTypes(table.schema())
                                 : Result<std::vector<iceberg::Type>>(std::vector<iceberg::Type>());
    std::string summaries;
    for (size_t f = 0; types.ok() && f < manifest.partitions.size() && f < types->size(); ++f) {
      const iceberg::FieldSummary& summary = manifest.partitions[f];
      const auto bound = [&](const std::optional<std::string>& bytes) {
        return bytes ? Sql(BoundText(*bytes, (*types)[f])) : std::string("NULL");
      };
      summaries +=
          (summaries.empty() ? "" : ", ") + ("struct_pack(f1 := " + Sql(summary.contains_null)) +
          ", f2 := " + Sql(summary.contains_nan) + ", f3 := " + bound(summary.lower_bound) +
          ", f4 := " + bound(summary.upper_bound) + ")";
    }
    rows.push_back(
        Sql(manifest.path) + ", " + Sql(manifest.length_bytes) + ", " +
        Sql(int64_t{manifest.partition_spec_id}) + ", " + Sql(manifest.added_snapshot_id.value()) +
        ", " + Sql(int64_t{manifest.added_files_count}) + ", " + Sql(manifest.added_rows_count) +
        ", " + Sql(int64_t{manifest.existing_files_count}) + ", " +
        Sql(manifest.existing_rows_count) + ", " + Sql(int64_t{manifest.deleted_files_count}) +
        ", " + Sql(manifest.deleted_rows_count) + ", [" + summaries + "]");
  }
  const Type boolean(TypeKind::kBoolean);
  const Type summary = Type::Row({boolean, boolean, Type::Varchar(), Type::Varchar()},
                                 {"contains_null", "contains_nan", "lower_bound", "upper_bound"});
  return Provided({Text("path"),
                   Bigint("length"),
                   Integer("partition_spec_id"),
                   Bigint("added_snapshot_id"),
                   Integer("added_data_files_count"),
                   Bigint("added_rows_count"),
                   Integer("existing_data_files_count"),
                   Bigint("existing_rows_count"),
                   Integer("deleted_data_files_count"),
                   Bigint("deleted_rows_count"),
                   {"partition_summaries", Type::Array(summary), true, ""}},
                  rows);
}

// The partition fields of all specs, each once.
struct PartitionColumns {
  std::vector<ColumnId> ids;
  std::vector<iceberg::Type> iceberg_types;
  std::vector<Type> types;
  std::vector<std::optional<std::string>> names;
};

PartitionColumns PartitionColumnsOf(const TableMetadata& table) {
  PartitionColumns columns;
  for (const iceberg::PartitionSpec& spec : table.partition_specs) {
    const auto types = spec.ResultTypes(table.schema());
    for (size_t i = 0; types.ok() && i < spec.fields.size(); ++i) {
      const ColumnId id = spec.fields[i].field_id;
      if (std::find(columns.ids.begin(), columns.ids.end(), id) != columns.ids.end()) continue;
      columns.ids.push_back(id);
      columns.iceberg_types.push_back((*types)[i]);
      columns.types.push_back(TypeOfIceberg((*types)[i]));
      columns.names.emplace_back(spec.fields[i].name);
    }
  }
  return columns;
}

std::string LiteralSql(const Literal& value, const iceberg::Type& type) {
  if (value.is_null()) return "NULL";
  if (type.id() == iceberg::TypeId::kTime) return Sql(value.Get<int64_t>() * 1'000'000);
  return Sql(value.ToString(type));
}

std::string PartitionSql(const TableMetadata& table, const PartitionColumns& columns,
                         const DataFile& file) {
  const iceberg::PartitionSpec* spec = table.FindSpec(file.partition_spec_id);
  std::string out;
  for (size_t i = 0; i < columns.ids.size(); ++i) {
    std::string value = "NULL";
    for (size_t f = 0; spec != nullptr && f < spec->fields.size(); ++f) {
      if (spec->fields[f].field_id != columns.ids[i] || f >= file.partition.size()) continue;
      value = LiteralSql(file.partition[f], columns.iceberg_types[i]);
    }
    out += (out.empty() ? "f" : ", f") + std::to_string(i + 1) + " := CAST(" + value + " AS " +
           columns.types[i].DuckDbType() + ")";
  }
  return "struct_pack(" + out + ")";
}

std::string BoundsSql(const std::map<ColumnId, std::string>& bounds,
                      const iceberg::Schema& schema) {
  return MapSql(
      bounds, "INTEGER", "VARCHAR",
      [](const auto& item) { return Sql(int64_t{item.first.value()}); },
      [&](const auto& item) {
        const NestedField* field = schema.FindField(item.first);
        return field != nullptr && field->type.is_primitive()
                   ? Sql(BoundText(item.second, field->type))
                   : std::string("NULL");
      });
}

Json BoundJson(const std::map<ColumnId, std::string>& bounds, const NestedField& field) {
  const auto found = bounds.find(field.id);
  if (found == bounds.end()) return nullptr;
  std::string text = BoundText(found->second, field.type);
  const TypeKind kind = TypeOfIceberg(field.type).kind();
  const bool is_bare = kind >= TypeKind::kBoolean && kind <= TypeKind::kDouble;
  if (is_bare && Json::accept(text)) return Json::parse(text, nullptr, false);
  return text;
}

std::string ReadableMetrics(const DataFile& file, const iceberg::Schema& schema) {
  Json out = Json::object();
  const auto count = [](const std::map<ColumnId, int64_t>& counts, ColumnId id) -> Json {
    const auto found = counts.find(id);
    return found == counts.end() ? Json(nullptr) : Json(found->second);
  };
  for (const NestedField& field : schema.fields()) {
    if (!field.type.is_primitive()) continue;
    const iceberg::ColumnMetrics& metrics = file.metrics;
    out[field.name] = {{"column_size", count(metrics.column_sizes, field.id)},
                       {"value_count", count(metrics.value_counts, field.id)},
                       {"null_value_count", count(metrics.null_value_counts, field.id)},
                       {"nan_value_count", count(metrics.nan_value_counts, field.id)},
                       {"lower_bound", BoundJson(metrics.lower_bounds, field)},
                       {"upper_bound", BoundJson(metrics.upper_bounds, field)}};
  }
  return out.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string FileSql(const TableMetadata& table, const PartitionColumns& partition,
                    const DataFile& file) {
  const iceberg::ColumnMetrics& metrics = file.metrics;
  std::string splits;
  for (const int64_t offset : file.split_offsets) {
    splits += (splits.empty() ? "" : ", ") + std::to_string(offset);
  }
  std::string ids;
  for (const ColumnId id : file.equality_ids) {
    ids += (ids.empty() ? "" : ", ") + std::to_string(id.value());
  }
  std::optional<int64_t> sort_order;
  if (file.sort_order_id) sort_order = *file.sort_order_id;
  return Sql(static_cast<int64_t>(file.content)) + ", " + Sql(file.file_path) + ", " +
         Sql(file.file_format) + ", " + Sql(int64_t{file.partition_spec_id}) + ", " +
         (partition.ids.empty() ? "" : PartitionSql(table, partition, file) + ", ") +
         Sql(file.record_count) + ", " + Sql(file.file_size_bytes) + ", " +
         CountsSql(metrics.column_sizes) + ", " + CountsSql(metrics.value_counts) + ", " +
         CountsSql(metrics.null_value_counts) + ", " + CountsSql(metrics.nan_value_counts) + ", " +
         BoundsSql(metrics.lower_bounds, table.schema()) + ", " +
         BoundsSql(metrics.upper_bounds, table.schema()) + ", NULL, " +
         (splits.empty() ? "NULL" : "[" + splits + "]") + ", " +
         (ids.empty() ? "NULL" : "[" + ids + "]") + ", " + Sql(sort_order) + ", " +
         Sql(ReadableMetrics(file, table.schema()));
}

std::vector<TableColumn> FileColumns(const PartitionColumns& partition) {
  std::vector<TableColumn> columns = {Integer("content"), Text("file_path"), Text("file_format"),
                                      Integer("spec_id")};
  if (!partition.ids.empty()) {
    columns.push_back({"partition", Type::Row(partition.types, partition.names), true, ""});
  }
  const std::vector<TableColumn> others = {
      Bigint("record_count"),
      Bigint("file_size_in_bytes"),
      MapOf("column_sizes", TypeKind::kBigint),
      MapOf("value_counts", TypeKind::kBigint),
      MapOf("null_value_counts", TypeKind::kBigint),
      MapOf("nan_value_counts", TypeKind::kBigint),
      MapOf("lower_bounds", TypeKind::kVarchar),
      MapOf("upper_bounds", TypeKind::kVarchar),
      {"key_metadata", Type(TypeKind::kVarbinary), true, ""},
      {"split_offsets", Type::Array(Type(TypeKind::kBigint)), true, ""},
      {"equality_ids", Type::Array(Type(TypeKind::kInteger)), true, ""},
      Integer("sort_order_id"),
      {"readable_metrics", Type(TypeKind::kJson), true, ""}};
  columns.insert(columns.end(), others.begin(), others.end());
  return columns;
}

Result<ProvidedTable> FilesTable(const TableMetadata& table, const SnapshotPtr& snapshot,
                                 const iceberg::FileIo& io, iceberg::ManifestCache& cache) {
  const PartitionColumns partition = PartitionColumnsOf(table);
  std::vector<std::string> rows;
  iceberg::ManifestListPtr list;
  if (snapshot != nullptr) {
    FLOE_ASSIGN(list, cache.ReadList(io, snapshot->manifest_list));
  }
  for (size_t i = 0; list != nullptr && i < list->size(); ++i) {
    if (!(*list)[i].has_live_files()) continue;
    FLOE_ASSIGN(const iceberg::ManifestEntriesPtr entries, cache.Read(io, (*list)[i]));
    for (const ManifestEntry& entry : *entries) {
      if (entry.is_live()) rows.push_back(FileSql(table, partition, entry.file));
      if (rows.size() > kMaxRows) {
        return Error(ErrorCode::kLimitExceeded,
                     "the table has more than " + std::to_string(kMaxRows) + " files to show");
      }
    }
  }
  return Provided(FileColumns(partition), rows);
}

}  // namespace

Result<ProvidedTable> LoadMetadataTable(const std::string& kind, iceberg::TableMetadataPtr metadata,
                                        SnapshotPtr snapshot, const iceberg::FileIo& io,
                                        std::shared_ptr<iceberg::ManifestCache> manifests) {
  if (kind == "snapshots") return SnapshotsTable(*metadata);
  if (kind == "history") return HistoryTable(*metadata);
  if (kind == "refs") return RefsTable(*metadata);
  if (kind == "properties") return PropertiesTable(*metadata);
  if (kind == "manifests") return ManifestsTable(*metadata, snapshot, io, *manifests);
  if (kind == "files") return FilesTable(*metadata, snapshot, io, *manifests);
  if (std::find(std::begin(kOtherKinds), std::end(kOtherKinds), kind) != std::end(kOtherKinds)) {
    return Error(ErrorCode::kNotImplemented, "the metadata table $" + kind + " is not supported");
  }
  return Error(ErrorCode::kTableNotFound, "no such metadata table");
}

}  // namespace floe::query::trino
