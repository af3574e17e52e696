// An Iceberg catalog as a catalog of a SQL session: databases are namespaces of one level.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "catalog/catalog.h"
#include "plan/table_catalog.h"

namespace floe::engine {

// The option of CREATE TABLE that says where the table lies; Iceberg's Flink catalog takes any
// case.
bool IsLocation(std::string_view option);

class IcebergTableCatalog final : public plan::TableCatalog {
 public:
  // References outlive it. `options` are those of CREATE CATALOG.
  IcebergTableCatalog(std::string name, std::map<std::string, std::string> options,
                      catalog::Catalog& catalog, Executor& executor);

  Result<std::vector<std::string>> ListDatabases() override;
  Status CreateDatabase(const std::string& database,
                        const std::map<std::string, std::string>& properties) override;
  Status DropDatabase(const std::string& database) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<std::optional<stream::TableDescriptor>> LoadTable(const std::string& database,
                                                           const std::string& table) override;
  Status CreateTable(const stream::TableDescriptor& table) override;
  Status DropTable(const std::string& database, const std::string& table) override;
  std::vector<std::string> WarningsOf(const stream::TableDescriptor& table) const override;

 private:
  const std::string name_;
  const std::map<std::string, std::string> options_;
  catalog::Catalog& catalog_;
  Executor& executor_;
};

// kInvalidOption unless the options of CREATE CATALOG say 'type' = 'iceberg'.
Status CheckCatalogType(const std::string& name, const std::map<std::string, std::string>& options);

// The identifier in the Iceberg catalog.
catalog::TableIdentifier IdentifierOf(const stream::TableName& name);

}  // namespace floe::engine
