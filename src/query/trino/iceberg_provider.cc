#include "query/trino/iceberg_provider.h"

#include <utility>

#include "iceberg/manifest_cache.h"
#include "iceberg/scan_plan.h"
#include "query/scan_sql.h"
#include "sql/trino/keywords.h"

namespace floe::query::trino {
namespace {

using iceberg::NestedField;
using iceberg::TypeId;

Type TypeOf(const iceberg::Type& type);

Type NestedTypeOf(const iceberg::Type& type) {
  if (type.id() == TypeId::kList) return Type::Array(TypeOf(type.fields()[0].type));
  if (type.id() == TypeId::kMap) {
    return Type::Map(TypeOf(type.fields()[0].type), TypeOf(type.fields()[1].type));
  }
  std::vector<Type> fields;
  std::vector<std::optional<std::string>> names;
  for (const NestedField& field : type.fields()) {
    fields.push_back(TypeOf(field.type));
    names.emplace_back(sql::trino::LowerCase(field.name));
  }
  return Type::Row(std::move(fields), std::move(names));
}

// As Trino's Iceberg connector maps them.
Type TypeOf(const iceberg::Type& type) {
  switch (type.id()) {
    case TypeId::kBoolean:
      return Type(TypeKind::kBoolean);
    case TypeId::kInt:
      return Type(TypeKind::kInteger);
    case TypeId::kLong:
      return Type(TypeKind::kBigint);
    case TypeId::kFloat:
      return Type(TypeKind::kReal);
    case TypeId::kDouble:
      return Type(TypeKind::kDouble);
    case TypeId::kDecimal:
      return Type::Decimal(type.precision(), type.scale());
    case TypeId::kDate:
      return Type(TypeKind::kDate);
    case TypeId::kTime:
      return Type(TypeKind::kTime, 6);
    case TypeId::kTimestamp:
      return Type(TypeKind::kTimestamp, 6);
    case TypeId::kTimestampTz:
      return Type(TypeKind::kTimestampTz, 6);
    case TypeId::kString:
      return Type::Varchar();
    case TypeId::kUuid:
      return Type(TypeKind::kUuid);
    case TypeId::kFixed:
    case TypeId::kBinary:
      return Type(TypeKind::kVarbinary);
    default:
      return NestedTypeOf(type);
  }
}

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
    auto loaded = Await<catalog::LoadedTable>(executor_, [&](auto done) {
      catalog_.LoadTable({{schema}, table}, done);
    });
    if (!loaded.ok()) {
      if (loaded.error().code() != ErrorCode::kTableNotFound) {
        return SchemaError(std::move(loaded).error(), schema);
      }
      FLOE_TRY(ListTables(schema));  // says whether it is the schema that is missing
      return std::move(loaded).error();
    }
    const iceberg::TableMetadataPtr metadata = loaded->metadata;
    iceberg::SnapshotPtr snapshot;
    const iceberg::Schema* columns = &metadata->schema();
    if (version) {
      snapshot = metadata->FindSnapshot(SnapshotId(*version));
      if (snapshot == nullptr) {
        return Error(ErrorCode::kInvalidArgument,
                     "Iceberg snapshot ID does not exists: " + std::to_string(*version));
      }
      const iceberg::Schema* own =
          snapshot->schema_id ? metadata->FindSchema(*snapshot->schema_id) : nullptr;
      if (own != nullptr) columns = own;
    } else {
      snapshot = metadata->CurrentSnapshot();
    }
    ProvidedTable out;
    for (const NestedField& field : columns->fields()) {
      out.columns.push_back(
          {sql::trino::LowerCase(field.name), TypeOf(field.type), !field.required, field.doc});
    }
    const iceberg::FileIo* io = &io_;
    out.scan = [io, metadata, snapshot, columns, cache = manifests_](const ScanRequest& request) {
      return Scan(*io, *metadata, snapshot, *columns, request, *cache);
    };
    return out;
  }

 private:
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
