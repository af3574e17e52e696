// The catalogs of a session: names → tables and views. Catalogs in memory belong to the session;
// others are reached through TableCatalog. Temporary objects hide others of the same name.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "plan/catalog_table.h"
#include "plan/table_catalog.h"
#include "sql/flink/ast_name.h"

namespace floe::plan {

using CatalogObject = std::variant<CatalogTablePtr, CatalogViewPtr>;

class CatalogStore {
 public:
  // With the catalog default_catalog and its database default_database, both current.
  CatalogStore();

  // From here on what external catalogs hold stands: CREATE keeps what exists there, whatever it
  // says, and DROP does nothing. For a script whose statements have taken effect before, so that
  // running it again takes no table away.
  void KeepDefinitions() { keeps_definitions_ = true; }

  const std::string& current_catalog() const { return current_catalog_; }
  const std::string& current_database() const { return current_database_; }

  // `external` null: a catalog in memory.
  Status AddCatalog(const sql::flink::Identifier& name, std::map<std::string, std::string> options,
                    std::shared_ptr<TableCatalog> external);
  Status DropCatalog(const sql::flink::Identifier& name);
  bool HasCatalog(const std::string& name) const { return catalogs_.contains(name); }
  std::vector<std::string> ListCatalogs() const;
  // The options that the catalog was created with. REQUIRES: HasCatalog(name).
  const std::map<std::string, std::string>& CatalogOptions(const std::string& name) const;
  bool IsExternal(const std::string& catalog) const;

  // Makes the catalog and its default database current.
  Status UseCatalog(const sql::flink::Identifier& name);
  Status UseDatabase(const sql::flink::QualifiedName& name);

  Status CreateDatabase(const sql::flink::QualifiedName& name, bool if_not_exists,
                        const std::map<std::string, std::string>& properties);
  // `cascade`: with the tables in it.
  Status DropDatabase(const sql::flink::QualifiedName& name, bool if_exists, bool cascade);
  Result<std::vector<std::string>> ListDatabases(const std::string& catalog);

  // The full name of a table name of one to three parts, with `catalog` and `database` in the place
  // of missing parts. kSqlValidation if it has more; it need not exist.
  static Result<stream::TableName> Qualify(const sql::flink::QualifiedName& name,
                                           const std::string& catalog, const std::string& database);
  Result<stream::TableName> Qualify(const sql::flink::QualifiedName& name) const {
    return Qualify(name, current_catalog_, current_database_);
  }

  // The table or view, or nullopt. Catalog and database must exist.
  Result<std::optional<CatalogObject>> Find(const stream::TableName& name,
                                            const SourceSpan& span = {});
  // As Find; kTableNotFound with the near names if there is none.
  Result<CatalogObject> Get(const stream::TableName& name, const SourceSpan& span = {});

  struct CreateMode {
    bool if_not_exists = false;
    bool or_replace = false;
  };
  // In an external catalog only tables with physical columns can be created.
  Status Create(CatalogObject object, CreateMode mode, const SourceSpan& span);
  // What its catalog says against a table that is to be created there.
  std::vector<std::string> WarningsOf(const CatalogTable& table) const;
  struct DropMode {
    bool if_exists = false;
    bool temporary = false;
    bool view = false;  // DROP VIEW, else DROP TABLE
  };
  Status Drop(const stream::TableName& name, DropMode mode, const SourceSpan& span);
  // Puts `object` in the place of the object of that name, or renames it. In memory only.
  Status Replace(const stream::TableName& name, CatalogObject object, const SourceSpan& span);

  // Tables and views, or views only, by name.
  Result<std::vector<std::string>> ListTables(const std::string& catalog,
                                              const std::string& database, bool views_only,
                                              const SourceSpan& span = {});

 private:
  using Database = std::map<std::string, CatalogObject>;
  struct CatalogEntry {
    std::map<std::string, std::string> options;
    std::shared_ptr<TableCatalog> external;     // null: in memory
    std::map<std::string, Database> databases;  // in memory
  };

  Result<CatalogEntry*> FindCatalog(const std::string& name, const SourceSpan& span);
  Result<Database*> FindDatabase(CatalogEntry& entry, const stream::TableName& name,
                                 const SourceSpan& span);
  Status CreateExternal(CatalogEntry& entry, const CatalogObject& object, CreateMode mode,
                        const SourceSpan& span);

  std::map<std::string, CatalogEntry> catalogs_;
  std::map<stream::TableName, CatalogObject> temporary_;
  std::string current_catalog_;
  std::string current_database_;
  bool keeps_definitions_ = false;
};

const stream::TableName& NameOf(const CatalogObject& object);
bool IsView(const CatalogObject& object);

}  // namespace floe::plan
