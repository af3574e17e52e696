#include "query/trino/iceberg_provider.h"

#include <utility>

#include "iceberg/manifest_cache.h"
#include "iceberg/scan_plan.h"
#include "query/scan_sql.h"
#include "query/trino/iceberg_metadata_tables.h"
#include "query/trino/iceberg_types.h"
#include "sql/trino/keywords.h"
#include "types/timestamp_text.h"

namespace floe::query::trino {
namespace {

using iceberg::NestedField;
using iceberg::TypeId;

iceberg::Conjunction ConditionsOf(const ScanRequest& request, const iceberg::Schema& schema) {
  iceberg::Conjunction conditions;
  for (const ScanCondition& condition : request.conditions) {
    conditions.push_back({schema.fields()[condition.column].id, condition.op, condition.values});
  }
  return conditions;
}

// The scan with columns c1, c2, …; a time of day becomes picoseconds.
Result<std::string> Scan(const iceberg::FileIo& io, const iceberg::TableMetadata& table,
                         const iceberg::SnapshotPtr& snapshot, const iceberg::Schema& schema,
                         const ScanRequest& request, iceberg::ManifestCache& cache) {
  FLOE_ASSIGN(iceberg::ScanPlan plan,
              iceberg::PlanScan(io, table, snapshot, ConditionsOf(request, schema), &cache));
  if (request.top) {
    iceberg::KeepFilesOfFirstRows(
        {schema.fields()[request.top->column].id, request.top->descending, request.top->count},
        schema, &plan);
  }
  FLOE_ASSIGN(std::string scan, ScanSql(plan, table, schema));
  std::string list;
  int number = 0;
  for (const NestedField& field : schema.fields()) {
    const std::string name = "s." + QuoteIdentifier(field.name);
    const bool is_time = field.type.id() == TypeId::kTime;
    list += (list.empty() ? "" : ", ") + (is_time ? "epoch_us(" + name + ") * 1000000" : name) +
            " AS c" + std::to_string(++number);
  }
  return "SELECT " + list + " FROM (" + scan + ") s";
}

// 'b', 'day(c)', 'bucket(c, 16)' of the default spec; "" without fields.
std::string PartitioningSql(const iceberg::TableMetadata& table) {
  std::string out;
  for (const iceberg::PartitionField& field : table.default_spec().fields) {
    const NestedField* source = table.schema().FindField(field.source_id);
    if (source == nullptr) return "";
    std::string text = sql::trino::LowerCase(source->name);
    const std::string transform = field.transform.ToString();
    if (field.transform.kind() != iceberg::TransformKind::kIdentity) {
      const bool has_number = field.transform.parameter() > 0;
      text = transform.substr(0, transform.find('[')) + "(" + text +
             (has_number ? ", " + std::to_string(field.transform.parameter()) : "") + ")";
    }
    out += (out.empty() ? "" : ",") + QuoteLiteral(text);
  }
  return out;
}

std::vector<std::pair<std::string, std::string>> PropertiesOf(const iceberg::TableMetadata& table) {
  std::vector<std::pair<std::string, std::string>> properties = {
      {"format", "'PARQUET'"},
      {"format_version", std::to_string(table.format_version)},
      {"location", QuoteLiteral(table.location)}};
  const std::string partitioning = PartitioningSql(table);
  if (!partitioning.empty()) properties.emplace_back("partitioning", "ARRAY[" + partitioning + "]");
  return properties;
}

class IcebergProvider final : public TableProvider {
 public:
  IcebergProvider(catalog::Catalog& catalog, const iceberg::FileIo& io, Executor& executor)
      : catalog_(catalog), io_(io), executor_(executor) {}

  Result<std::vector<std::string>> ListSchemas() override {
    FLOE_ASSIGN(auto namespaces, Await<std::vector<catalog::Namespace>>(executor_, [&](auto done) {
                  catalog_.ListNamespaces({}, done);
                }));
    std::vector<std::string> names;
    for (const catalog::Namespace& levels : namespaces) names.push_back(catalog::ToString(levels));
    return names;
  }

  Result<std::vector<std::string>> ListTables(const std::string& schema) override {
    auto tables = Await<std::vector<catalog::TableIdentifier>>(
        executor_, [&](auto done) { catalog_.ListTables({schema}, done); });
    if (!tables.ok()) return SchemaError(std::move(tables).error(), schema);
    std::vector<std::string> names;
    for (const catalog::TableIdentifier& table : *tables) names.push_back(table.name);
    return names;
  }

  Result<ProvidedTable> LoadTable(const std::string& schema, const std::string& table,
                                  std::optional<int64_t> version) override {
    auto loaded = Load(schema, table);
    std::string kind;
    const size_t dollar = table.rfind('$');
    const bool may_be_metadata = !loaded.ok() && dollar != std::string::npos && dollar > 0 &&
                                 loaded.error().code() == ErrorCode::kTableNotFound;
    if (may_be_metadata) {
      kind = table.substr(dollar + 1);
      loaded = Load(schema, table.substr(0, dollar));
    }
    if (!loaded.ok()) return std::move(loaded).error();
    const iceberg::TableMetadataPtr metadata = *loaded;
    iceberg::SnapshotPtr snapshot;
    const iceberg::Schema* columns = &metadata->schema();
    if (version) {
      snapshot = metadata->FindSnapshot(SnapshotId(*version));
      if (snapshot == nullptr) {
        return Error(ErrorCode::kTableVersionNotFound,
                     "Iceberg snapshot ID does not exists: " + std::to_string(*version));
      }
      const iceberg::Schema* own =
          snapshot->schema_id ? metadata->FindSchema(*snapshot->schema_id) : nullptr;
      if (own != nullptr) columns = own;
    } else {
      snapshot = metadata->CurrentSnapshot();
    }
    if (!kind.empty()) return LoadMetadataTable(kind, metadata, snapshot, io_, manifests_);
    ProvidedTable out;
    for (const NestedField& field : columns->fields()) {
      out.columns.push_back({sql::trino::LowerCase(field.name), TypeOfIceberg(field.type),
                             !field.required, field.doc});
    }
    out.properties = PropertiesOf(*metadata);
    const std::string* comment = metadata->Property("comment");
    if (comment != nullptr) out.comment = *comment;
    const iceberg::FileIo* io = &io_;
    out.scan = [io, metadata, snapshot, columns, cache = manifests_](const ScanRequest& request) {
      return Scan(*io, *metadata, snapshot, *columns, request, *cache);
    };
    return out;
  }

  Result<int64_t> VersionAsOf(const std::string& schema, const std::string& table,
                              int64_t millis) override {
    FLOE_ASSIGN(const iceberg::TableMetadataPtr metadata, Load(schema, table));
    const iceberg::SnapshotPtr snapshot = metadata->SnapshotAsOf(millis);
    if (snapshot != nullptr) return snapshot->id.value();
    return Error(ErrorCode::kTableVersionNotFound,
                 "No version history table " + schema + "." + table + " at or before " +
                     types::FormatUtcTimestamp(EventTime(millis)));
  }

  Result<int64_t> VersionOfName(const std::string& schema, const std::string& table,
                                const std::string& name) override {
    FLOE_ASSIGN(const iceberg::TableMetadataPtr metadata, Load(schema, table));
    const iceberg::SnapshotPtr snapshot = metadata->SnapshotOfRef(name);
    if (snapshot != nullptr) return snapshot->id.value();
    return Error(ErrorCode::kTableVersionNotFound,
                 "Cannot find snapshot with reference name: " + name);
  }

 private:
  // kTableNotFound, kSchemaNotFound
  Result<iceberg::TableMetadataPtr> Load(const std::string& schema, const std::string& table) {
    auto loaded = Await<catalog::LoadedTable>(executor_, [&](auto done) {
      catalog_.LoadTable({{schema}, table}, done);
    });
    if (loaded.ok()) return loaded->metadata;
    if (loaded.error().code() != ErrorCode::kTableNotFound) {
      return SchemaError(std::move(loaded).error(), schema);
    }
    FLOE_TRY(ListTables(schema));  // says whether it is the schema that is missing
    return std::move(loaded).error();
  }

  static Error SchemaError(Error error, const std::string& schema) {
    if (error.code() != ErrorCode::kNotFound) return error;
    return Error(ErrorCode::kSchemaNotFound, "Schema '" + schema + "' does not exist");
  }

  catalog::Catalog& catalog_;
  const iceberg::FileIo& io_;
  Executor& executor_;
  const std::shared_ptr<iceberg::ManifestCache> manifests_ =
      std::make_shared<iceberg::ManifestCache>();
};

}  // namespace

std::shared_ptr<TableProvider> MakeIcebergProvider(catalog::Catalog& catalog,
                                                   const iceberg::FileIo& io, Executor& executor) {
  return std::make_shared<IcebergProvider>(catalog, io, executor);
}

}  // namespace floe::query::trino
