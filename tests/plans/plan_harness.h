// A session over nothing but memory: SQL text in, what each statement gave out as text.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "plan/session.h"

namespace floe::plan {

// Connectors that exist in name only; takes every option of them.
class NamedConnectors final : public ConnectorValidator {
 public:
  Status Validate(const stream::TableDescriptor& table, TableUse use) const override;
};

// Tables of an Iceberg catalog, kept in memory.
class FakeIcebergCatalog final : public TableCatalog {
 public:
  Result<std::vector<std::string>> ListDatabases() override;
  Status CreateDatabase(const std::string& database,
                        const std::map<std::string, std::string>& properties) override;
  Status DropDatabase(const std::string& database) override;
  Result<std::vector<std::string>> ListTables(const std::string& database) override;
  Result<std::optional<stream::TableDescriptor>> LoadTable(const std::string& database,
                                                           const std::string& table) override;
  Status CreateTable(const stream::TableDescriptor& table) override;
  Status DropTable(const std::string& database, const std::string& table) override;

 private:
  std::map<std::string, std::map<std::string, stream::TableDescriptor>> databases_;
};

class PlanHarness {
 public:
  PlanHarness();
  Session& session() { return session_; }

  // Runs all statements, going on after those that fail; for each that is no plain DDL its rows,
  // its plan, or its error as the user sees it.
  std::string RunScript(std::string_view text);
  // The first error of a script, or the result of its last statement.
  Result<StatementResult> Run(std::string_view text);

 private:
  NamedConnectors connectors_;
  Session session_;
};

// The rows as lines, with the schema in front.
std::string RowsText(const StatementResult& result);

}  // namespace floe::plan
