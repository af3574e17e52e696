#include "engine/iceberg_table_catalog.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "iceberg/table_properties.h"

namespace floe::engine {
namespace {

stream::TableDescriptor Describe(const stream::TableName& name,
                                 const iceberg::TableMetadata& metadata,
                                 const std::map<std::string, std::string>& catalog_options) {
  stream::TableDescriptor table;
  table.name = name;
  const iceberg::Schema& schema = metadata.schema();
  table.physical_schema = iceberg::SchemaToFlink(schema);
  for (const ColumnId id : schema.identifier_field_ids()) {
    table.primary_key.push_back(schema.NameOf(id));
  }
  for (const iceberg::PartitionField& field : metadata.default_spec().fields) {
    if (field.transform.kind() == iceberg::TransformKind::kIdentity) {
      table.partition_keys.push_back(schema.NameOf(field.source_id));
    }
  }
  table.options = metadata.properties;
  table.options["connector"] = "iceberg";
  table.catalog_options = catalog_options;
  return table;
}

std::string LocationOf(const stream::TableDescriptor& table) {
  for (const auto& [key, value] : table.options) {
    if (IsLocation(key)) return value;
  }
  return "";
}

// The table's properties: its options without what only connector and catalog read.
Result<iceberg::Properties> PropertiesOf(const stream::TableDescriptor& table) {
  iceberg::Properties properties = table.options;
  const auto connector = properties.find("connector");
  if (connector != properties.end()) {
    if (connector->second != "iceberg") {
      return Error(ErrorCode::kInvalidOption, "table " + table.name.ToString() +
                                                  " is in an Iceberg catalog: 'connector' must "
                                                  "be left out or be 'iceberg', not '" +
                                                  connector->second + "'");
    }
    properties.erase(connector);
  }
  std::erase_if(properties, [](const auto& property) { return IsLocation(property.first); });
  FLOE_TRY(iceberg::ValidateProperties(properties));
  return properties;
}

bool IsUpsert(const iceberg::Properties& properties) {
  const auto it = properties.find(iceberg::property::kUpsertEnabled);
  return it != properties.end() && it->second == "true";
}

}  // namespace

bool IsLocation(std::string_view option) { return AsciiLower(option) == "location"; }

Status CheckCatalogType(const std::string& name,
                        const std::map<std::string, std::string>& options) {
  const auto type = options.find("type");
  if (type != options.end() && type->second == "iceberg") return Status::Ok();
  return Error(ErrorCode::kInvalidOption,
               "catalog '" + name + "': 'type' must be 'iceberg' or 'generic_in_memory', not '" +
                   (type == options.end() ? std::string() : type->second) + "'");
}

catalog::TableIdentifier IdentifierOf(const stream::TableName& name) {
  return {{name.database}, name.table};
}

IcebergTableCatalog::IcebergTableCatalog(std::string name,
                                         std::map<std::string, std::string> options,
                                         catalog::Catalog& catalog, Executor& executor)
    : name_(std::move(name)),
      options_(std::move(options)),
      catalog_(catalog),
      executor_(executor) {}

Result<std::vector<std::string>> IcebergTableCatalog::ListDatabases() {
  FLOE_ASSIGN(const std::vector<catalog::Namespace> found,
              Await<std::vector<catalog::Namespace>>(
                  executor_, [&](auto done) { catalog_.ListNamespaces({}, std::move(done)); }));
  std::vector<std::string> names;
  for (const catalog::Namespace& levels : found) names.push_back(levels.front());
  return names;
}

Status IcebergTableCatalog::CreateDatabase(const std::string& database,
                                           const std::map<std::string, std::string>& properties) {
  return Await<catalog::Catalog::Nothing>(
             executor_,
             [&](auto done) {
               catalog_.CreateNamespace({{database}, properties}, std::move(done));
             })
      .status();
}

Status IcebergTableCatalog::DropDatabase(const std::string& database) {
  return Await<catalog::Catalog::Nothing>(
             executor_, [&](auto done) { catalog_.DropNamespace({database}, std::move(done)); })
      .status();
}

Result<std::vector<std::string>> IcebergTableCatalog::ListTables(const std::string& database) {
  FLOE_ASSIGN(const std::vector<catalog::TableIdentifier> found,
              Await<std::vector<catalog::TableIdentifier>>(
                  executor_, [&](auto done) { catalog_.ListTables({database}, std::move(done)); }));
  std::vector<std::string> names;
  for (const catalog::TableIdentifier& table : found) names.push_back(table.name);
  return names;
}

Result<std::optional<stream::TableDescriptor>> IcebergTableCatalog::LoadTable(
    const std::string& database, const std::string& table) {
  const stream::TableName name{name_, database, table};
  Result<catalog::LoadedTable> loaded = Await<catalog::LoadedTable>(
      executor_, [&](auto done) { catalog_.LoadTable(IdentifierOf(name), std::move(done)); });
  if (!loaded.ok()) {
    if (loaded.error().code() == ErrorCode::kTableNotFound) {
      return std::optional<stream::TableDescriptor>();
    }
    return std::move(loaded).error();
  }
  return std::optional<stream::TableDescriptor>(Describe(name, *loaded->metadata, options_));
}

Status IcebergTableCatalog::CreateTable(const stream::TableDescriptor& table) {
  if (!table.metadata_columns.empty()) {
    return Error(ErrorCode::kSqlValidation,
                 "table " + table.name.ToString() + ": an Iceberg table has no metadata columns");
  }
  catalog::CreateTableRequest request;
  request.identifier = IdentifierOf(table.name);
  FLOE_ASSIGN(request.properties, PropertiesOf(table));
  request.location = LocationOf(table);
  FLOE_ASSIGN(request.schema, iceberg::SchemaFromFlink(table.physical_schema, table.primary_key));
  FLOE_ASSIGN(request.spec, iceberg::IdentitySpec(request.schema, table.partition_keys));
  const bool upsert = IsUpsert(request.properties);
  if (upsert && table.primary_key.empty()) {
    return Error(ErrorCode::kInvalidOption,
                 "table " + table.name.ToString() +
                     ": 'write.upsert.enabled' needs a PRIMARY KEY (…) NOT ENFORCED");
  }
  request.add_fieldless_spec = upsert;
  return Await<catalog::LoadedTable>(
             executor_,
             [&](auto done) { catalog_.CreateTable(std::move(request), std::move(done)); })
      .status();
}

std::vector<std::string> IcebergTableCatalog::WarningsOf(
    const stream::TableDescriptor& table) const {
  // A wrong property is an error of CreateTable.
  const Result<iceberg::Properties> properties = PropertiesOf(table);
  return properties.ok() ? iceberg::MisspeltProperties(*properties) : std::vector<std::string>();
}

Status IcebergTableCatalog::DropTable(const std::string& database, const std::string& table) {
  return Await<catalog::Catalog::Nothing>(
             executor_,
             [&](auto done) {
               catalog_.DropTable({{database}, table}, std::move(done));
             })
      .status();
}

}  // namespace floe::engine
