#include "plan/catalog_store.h"

#include <algorithm>

#include "plan/name_errors.h"

namespace floe::plan {
namespace {

using sql::flink::Identifier;
using sql::flink::QualifiedName;

constexpr char kDefaultCatalog[] = "default_catalog";
constexpr char kDefaultDatabase[] = "default_database";
constexpr char kExternalDefaultDatabase[] = "default";

Error UnknownDatabase(const std::string& database, const std::string& catalog,
                      const std::vector<std::string>& known, const SourceSpan& span) {
  return UnknownName(ErrorCode::kNotFound,
                     "database '" + database + "' does not exist in the catalog '" + catalog + "'",
                     database, known, "databases", span);
}

CatalogTablePtr FromDescriptor(const stream::TableDescriptor& descriptor) {
  auto table = std::make_shared<CatalogTable>();
  table->name = descriptor.name;
  for (const types::Field& field : descriptor.physical_schema.fields()) {
    TableColumn column;
    column.name = field.name;
    column.type = field.type;
    table->columns.push_back(std::move(column));
  }
  if (!descriptor.primary_key.empty()) table->primary_key = PrimaryKey{"", descriptor.primary_key};
  table->partition_keys = descriptor.partition_keys;
  table->options = descriptor.options;
  table->catalog_options = descriptor.catalog_options;
  return table;
}

Error NotInCatalog(const char* what, const std::string& catalog, const SourceSpan& span) {
  return Error(ErrorCode::kSqlValidation,
               "the catalog '" + catalog + "' can't keep " + what + " of a table", span)
      .WithHint("create the table in default_catalog, or as a TEMPORARY TABLE");
}

Error AlreadyExists(const CatalogObject& object, const SourceSpan& span) {
  return Error(ErrorCode::kAlreadyExists,
               std::string(IsView(object) ? "view" : "table") + " '" + NameOf(object).ToString() +
                   "' already exists",
               span)
      .WithHint("CREATE … IF NOT EXISTS keeps the one that exists");
}

}  // namespace

const stream::TableName& NameOf(const CatalogObject& object) {
  return std::visit([](const auto& pointer) -> const stream::TableName& { return pointer->name; },
                    object);
}

bool IsView(const CatalogObject& object) { return std::holds_alternative<CatalogViewPtr>(object); }

CatalogStore::CatalogStore()
    : current_catalog_(kDefaultCatalog), current_database_(kDefaultDatabase) {
  catalogs_[kDefaultCatalog].databases[kDefaultDatabase];
}

Status CatalogStore::AddCatalog(const Identifier& name, std::map<std::string, std::string> options,
                                std::shared_ptr<TableCatalog> external) {
  if (HasCatalog(name.value)) {
    return Error(ErrorCode::kAlreadyExists, "catalog '" + name.value + "' already exists",
                 name.span);
  }
  CatalogEntry entry;
  if (external == nullptr) {
    auto it = options.find("default-database");
    entry.databases[it == options.end() ? kExternalDefaultDatabase : it->second];
  }
  entry.options = std::move(options);
  entry.external = std::move(external);
  catalogs_.emplace(name.value, std::move(entry));
  return Status::Ok();
}

Status CatalogStore::DropCatalog(const Identifier& name) {
  FLOE_TRY(FindCatalog(name.value, name.span));
  if (name.value == current_catalog_) {
    return Error(ErrorCode::kSqlValidation,
                 "the current catalog '" + name.value + "' can't be dropped", name.span)
        .WithHint("USE CATALOG another one first");
  }
  catalogs_.erase(name.value);
  return Status::Ok();
}

std::vector<std::string> CatalogStore::ListCatalogs() const {
  std::vector<std::string> names;
  for (const auto& [name, entry] : catalogs_) names.push_back(name);
  return names;
}

const std::map<std::string, std::string>& CatalogStore::CatalogOptions(
    const std::string& name) const {
  auto it = catalogs_.find(name);
  FLOE_ASSERT(it != catalogs_.end());
  return it->second.options;
}

bool CatalogStore::IsExternal(const std::string& catalog) const {
  auto it = catalogs_.find(catalog);
  return it != catalogs_.end() && it->second.external != nullptr;
}

Result<CatalogStore::CatalogEntry*> CatalogStore::FindCatalog(const std::string& name,
                                                              const SourceSpan& span) {
  auto it = catalogs_.find(name);
  if (it == catalogs_.end()) {
    return UnknownName(ErrorCode::kNotFound, "catalog '" + name + "' does not exist", name,
                       ListCatalogs(), "catalogs", span);
  }
  return &it->second;
}

Status CatalogStore::UseCatalog(const Identifier& name) {
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(name.value, name.span));
  auto it = entry->options.find("default-database");
  current_catalog_ = name.value;
  if (it != entry->options.end()) {
    current_database_ = it->second;
  } else {
    current_database_ = name.value == kDefaultCatalog ? kDefaultDatabase : kExternalDefaultDatabase;
  }
  return Status::Ok();
}

Result<std::vector<std::string>> CatalogStore::ListDatabases(const std::string& catalog) {
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(catalog, {}));
  if (entry->external != nullptr) return entry->external->ListDatabases();
  std::vector<std::string> names;
  for (const auto& [name, database] : entry->databases) names.push_back(name);
  return names;
}

namespace {

struct DatabaseName {
  std::string catalog;
  std::string database;
};

Result<DatabaseName> QualifyDatabase(const QualifiedName& name, const std::string& catalog) {
  if (name.parts.size() == 1) return DatabaseName{catalog, name.parts[0].value};
  if (name.parts.size() == 2) return DatabaseName{name.parts[0].value, name.parts[1].value};
  return Error(ErrorCode::kSqlValidation, "'" + name.ToString() + "' is not a name of a database",
               name.span)
      .WithHint("[catalog.]database");
}

}  // namespace

Status CatalogStore::UseDatabase(const QualifiedName& name) {
  FLOE_ASSIGN(DatabaseName full, QualifyDatabase(name, current_catalog_));
  FLOE_TRY(FindCatalog(full.catalog, name.span));
  FLOE_ASSIGN(std::vector<std::string> known, ListDatabases(full.catalog));
  if (std::find(known.begin(), known.end(), full.database) == known.end()) {
    return UnknownDatabase(full.database, full.catalog, known, name.span);
  }
  current_catalog_ = full.catalog;
  current_database_ = full.database;
  return Status::Ok();
}

Status CatalogStore::CreateDatabase(const QualifiedName& name, bool if_not_exists,
                                    const std::map<std::string, std::string>& properties) {
  FLOE_ASSIGN(DatabaseName full, QualifyDatabase(name, current_catalog_));
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(full.catalog, name.span));
  FLOE_ASSIGN(std::vector<std::string> known, ListDatabases(full.catalog));
  if (std::find(known.begin(), known.end(), full.database) != known.end()) {
    if (if_not_exists || (keeps_definitions_ && entry->external != nullptr)) return Status::Ok();
    return Error(ErrorCode::kAlreadyExists,
                 "database '" + full.database + "' already exists in the catalog '" + full.catalog +
                     "'",
                 name.span)
        .WithHint("CREATE DATABASE IF NOT EXISTS keeps the one that exists");
  }
  if (entry->external != nullptr) {
    return entry->external->CreateDatabase(full.database, properties);
  }
  entry->databases[full.database];
  return Status::Ok();
}

Status CatalogStore::DropDatabase(const QualifiedName& name, bool if_exists, bool cascade) {
  FLOE_ASSIGN(DatabaseName full, QualifyDatabase(name, current_catalog_));
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(full.catalog, name.span));
  if (keeps_definitions_ && entry->external != nullptr) return Status::Ok();
  FLOE_ASSIGN(std::vector<std::string> known, ListDatabases(full.catalog));
  if (std::find(known.begin(), known.end(), full.database) == known.end()) {
    if (if_exists) return Status::Ok();
    return UnknownDatabase(full.database, full.catalog, known, name.span);
  }
  if (full.catalog == current_catalog_ && full.database == current_database_) {
    return Error(ErrorCode::kSqlValidation,
                 "the current database '" + full.database + "' can't be dropped", name.span)
        .WithHint("USE another one first");
  }
  FLOE_ASSIGN(std::vector<std::string> tables, ListTables(full.catalog, full.database, false));
  if (!tables.empty() && !cascade) {
    return Error(ErrorCode::kNotEmpty, "database '" + full.database + "' is not empty", name.span)
        .WithHint("DROP DATABASE … CASCADE drops its tables too");
  }
  if (entry->external == nullptr) {
    entry->databases.erase(full.database);
    return Status::Ok();
  }
  for (const std::string& table : tables) {
    FLOE_TRY(entry->external->DropTable(full.database, table));
  }
  return entry->external->DropDatabase(full.database);
}

Result<stream::TableName> CatalogStore::Qualify(const QualifiedName& name,
                                                const std::string& catalog,
                                                const std::string& database) {
  switch (name.parts.size()) {
    case 1:
      return stream::TableName{catalog, database, name.parts[0].value};
    case 2:
      return stream::TableName{catalog, name.parts[0].value, name.parts[1].value};
    case 3:
      return stream::TableName{name.parts[0].value, name.parts[1].value, name.parts[2].value};
    default:
      return Error(ErrorCode::kSqlValidation, "'" + name.ToString() + "' is not a name of a table",
                   name.span)
          .WithHint("[[catalog.]database.]table");
  }
}

Result<CatalogStore::Database*> CatalogStore::FindDatabase(CatalogEntry& entry,
                                                           const stream::TableName& name,
                                                           const SourceSpan& span) {
  auto it = entry.databases.find(name.database);
  if (it != entry.databases.end()) return &it->second;
  FLOE_ASSIGN(std::vector<std::string> known, ListDatabases(name.catalog));
  return UnknownDatabase(name.database, name.catalog, known, span);
}

Result<std::optional<CatalogObject>> CatalogStore::Find(const stream::TableName& name,
                                                        const SourceSpan& span) {
  if (auto it = temporary_.find(name); it != temporary_.end()) return std::optional(it->second);
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(name.catalog, span));
  if (entry->external != nullptr) {
    FLOE_ASSIGN(std::optional<stream::TableDescriptor> found,
                entry->external->LoadTable(name.database, name.table));
    if (!found.has_value()) return std::optional<CatalogObject>();
    found->name = name;
    found->catalog_options = entry->options;
    return std::optional<CatalogObject>(FromDescriptor(*found));
  }
  FLOE_ASSIGN(Database * database, FindDatabase(*entry, name, span));
  auto it = database->find(name.table);
  if (it == database->end()) return std::optional<CatalogObject>();
  return std::optional(it->second);
}

Result<CatalogObject> CatalogStore::Get(const stream::TableName& name, const SourceSpan& span) {
  FLOE_ASSIGN(std::optional<CatalogObject> found, Find(name, span));
  if (found.has_value()) return *std::move(found);
  FLOE_ASSIGN(std::vector<std::string> known, ListTables(name.catalog, name.database, false, span));
  return UnknownName(
      ErrorCode::kTableNotFound,
      "table '" + name.table + "' not found in " + name.catalog + "." + name.database, name.table,
      known, "tables", span);
}

Status CatalogStore::CreateExternal(CatalogEntry& entry, const CatalogObject& object,
                                    CreateMode mode, const SourceSpan& span) {
  const stream::TableName& name = NameOf(object);
  if (IsView(object)) {
    return Error(ErrorCode::kSqlUnsupported,
                 "views in the catalog '" + name.catalog + "' are not supported yet", span)
        .WithHint("CREATE TEMPORARY VIEW, or a view in default_catalog");
  }
  const CatalogTable& table = *std::get<CatalogTablePtr>(object);
  if (table.watermark.has_value()) return NotInCatalog("a watermark", name.catalog, span);
  for (const TableColumn& column : table.columns) {
    if (column.kind == ColumnKind::kComputed) {
      return NotInCatalog("computed columns", name.catalog, span);
    }
    if (column.kind == ColumnKind::kMetadata) {
      return NotInCatalog("metadata columns", name.catalog, span);
    }
  }
  FLOE_ASSIGN(std::vector<std::string> known, entry.external->ListDatabases());
  if (std::find(known.begin(), known.end(), name.database) == known.end()) {
    return UnknownDatabase(name.database, name.catalog, known, span);
  }
  FLOE_ASSIGN(auto existing, entry.external->LoadTable(name.database, name.table));
  if (existing.has_value()) {
    if (mode.if_not_exists || keeps_definitions_) return Status::Ok();
    if (!mode.or_replace) return AlreadyExists(object, span);
    FLOE_TRY(entry.external->DropTable(name.database, name.table));
  }
  Status created = entry.external->CreateTable(table.Descriptor());
  if (created.ok()) return created;
  return std::move(created).error().WithSpan(span);
}

std::vector<std::string> CatalogStore::WarningsOf(const CatalogTable& table) const {
  const auto entry = catalogs_.find(table.name.catalog);
  if (table.temporary || entry == catalogs_.end() || entry->second.external == nullptr) return {};
  return entry->second.external->WarningsOf(table.Descriptor());
}

Status CatalogStore::Create(CatalogObject object, CreateMode mode, const SourceSpan& span) {
  const stream::TableName& name = NameOf(object);
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(name.catalog, span));
  bool temporary = std::visit([](const auto& pointer) { return pointer->temporary; }, object);
  if (!temporary && entry->external != nullptr) {
    return CreateExternal(*entry, object, mode, span);
  }
  std::map<std::string, CatalogObject>* database = nullptr;
  if (!temporary) {
    FLOE_ASSIGN(database, FindDatabase(*entry, name, span));
  }
  bool exists = temporary ? temporary_.contains(name) : database->contains(name.table);
  if (exists && mode.if_not_exists) return Status::Ok();
  if (exists && !mode.or_replace) return AlreadyExists(object, span);
  if (temporary) {
    stream::TableName key = name;
    temporary_.insert_or_assign(std::move(key), std::move(object));
  } else {
    std::string key = name.table;
    database->insert_or_assign(std::move(key), std::move(object));
  }
  return Status::Ok();
}

Status CatalogStore::Drop(const stream::TableName& name, DropMode mode, const SourceSpan& span) {
  std::string kind = mode.view ? "view" : "table";
  auto it = temporary_.find(name);
  bool is_temporary = it != temporary_.end() && IsView(it->second) == mode.view;
  if (mode.temporary) {
    if (is_temporary) {
      temporary_.erase(it);
      return Status::Ok();
    }
    if (mode.if_exists) return Status::Ok();
    return Error(ErrorCode::kTableNotFound,
                 "temporary " + kind + " '" + name.ToString() + "' does not exist", span);
  }
  if (is_temporary) {
    return Error(ErrorCode::kSqlValidation,
                 "'" + name.ToString() + "' is a temporary " + kind + ", which hides others", span)
        .WithHint("DROP TEMPORARY " + std::string(mode.view ? "VIEW" : "TABLE") + " drops it");
  }
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(name.catalog, span));
  if (keeps_definitions_ && entry->external != nullptr) return Status::Ok();
  FLOE_ASSIGN(std::optional<CatalogObject> found, Find(name, span));
  if (!found.has_value() || IsView(*found) != mode.view) {
    if (mode.if_exists) return Status::Ok();
    return Error(ErrorCode::kTableNotFound, kind + " '" + name.ToString() + "' does not exist",
                 span)
        .WithHint("DROP … IF EXISTS does nothing then");
  }
  if (entry->external != nullptr) return entry->external->DropTable(name.database, name.table);
  entry->databases.at(name.database).erase(name.table);
  return Status::Ok();
}

Status CatalogStore::Replace(const stream::TableName& name, CatalogObject object,
                             const SourceSpan& span) {
  const stream::TableName new_name = NameOf(object);
  if (auto it = temporary_.find(name); it != temporary_.end()) {
    temporary_.erase(it);
    temporary_.insert_or_assign(new_name, std::move(object));
    return Status::Ok();
  }
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(name.catalog, span));
  if (entry->external != nullptr) {
    return Error(ErrorCode::kSqlUnsupported,
                 "ALTER TABLE in the catalog '" + name.catalog + "' is not supported yet", span);
  }
  FLOE_ASSIGN(Database * database, FindDatabase(*entry, name, span));
  database->erase(name.table);
  database->insert_or_assign(new_name.table, std::move(object));
  return Status::Ok();
}

Result<std::vector<std::string>> CatalogStore::ListTables(const std::string& catalog,
                                                          const std::string& database,
                                                          bool views_only, const SourceSpan& span) {
  FLOE_ASSIGN(CatalogEntry * entry, FindCatalog(catalog, span));
  std::vector<std::string> names;
  if (entry->external != nullptr) {
    if (!views_only) {
      FLOE_ASSIGN(names, entry->external->ListTables(database));
    }
  } else {
    FLOE_ASSIGN(Database * tables, FindDatabase(*entry, {catalog, database, ""}, span));
    for (const auto& [name, object] : *tables) {
      if (!views_only || IsView(object)) names.push_back(name);
    }
  }
  for (const auto& [name, object] : temporary_) {
    if (name.catalog == catalog && name.database == database && (!views_only || IsView(object))) {
      names.push_back(name.table);
    }
  }
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace floe::plan
