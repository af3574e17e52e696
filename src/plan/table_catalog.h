// What the session needs of the world: catalogs that keep tables outside of it, and connectors that
// know their options. The engine implements and injects them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "stream/table_descriptor.h"

namespace floe::plan {

// A catalog whose tables outlive the session, such as an Iceberg catalog. Calls may wait for disk
// or network. Used by one thread at a time.
class TableCatalog {
 public:
  virtual ~TableCatalog() = default;

  virtual Result<std::vector<std::string>> ListDatabases() = 0;
  virtual Status CreateDatabase(const std::string& database,
                                const std::map<std::string, std::string>& properties) = 0;
  // kNotEmpty if tables are left in it.
  virtual Status DropDatabase(const std::string& database) = 0;

  virtual Result<std::vector<std::string>> ListTables(const std::string& database) = 0;
  // nullopt if there is no such table. Columns have their Flink types; the primary key comes from
  // the table's identifier fields; `options` are its properties, with what the connector needs
  // (`connector` included).
  virtual Result<std::optional<stream::TableDescriptor>> LoadTable(const std::string& database,
                                                                   const std::string& table) = 0;
  // kAlreadyExists if the name is taken.
  virtual Status CreateTable(const stream::TableDescriptor& table) = 0;
  virtual Status DropTable(const std::string& database, const std::string& table) = 0;
  // What may be wrong with a table that is to be created, though it can be.
  virtual std::vector<std::string> WarningsOf(const stream::TableDescriptor&) const { return {}; }
};

// Makes the catalog of CREATE CATALOG `name` WITH (options). For a `type` that it does not know:
// kInvalidOption with the types that it knows.
using CatalogFactory = std::function<Result<std::shared_ptr<TableCatalog>>(
    const std::string& name, const std::map<std::string, std::string>& options)>;

enum class TableUse : uint8_t { kSource, kSink };

// Asked when a table is read or written, not when it is created (as in Flink).
class ConnectorValidator {
 public:
  virtual ~ConnectorValidator() = default;
  // kInvalidOption: unknown connector (with the known ones), a missing or unknown option, a value
  // out of range, a connector that can't be used this way.
  virtual Status Validate(const stream::TableDescriptor& table, TableUse use) const = 0;
};

}  // namespace floe::plan
