#include "plan_harness.h"

#include <algorithm>

#include "plan/explain.h"
#include "sql/diagnostic.h"
#include "sql/flink/parse.h"

namespace floe::plan {
namespace {

SessionEnvironment MakeEnvironment(const ConnectorValidator& connectors) {
  SessionEnvironment environment;
  environment.connectors = &connectors;
  environment.make_catalog = [](const std::string& name,
                                const std::map<std::string, std::string>& options)
      -> Result<std::shared_ptr<TableCatalog>> {
    if (options.at("type") != "iceberg") {
      return Error(ErrorCode::kInvalidOption,
                   "catalog '" + name + "': unknown type '" + options.at("type") + "'")
          .WithHint("types: generic_in_memory, iceberg");
    }
    return std::shared_ptr<TableCatalog>(std::make_shared<FakeIcebergCatalog>());
  };
  return environment;
}

std::string CellText(const functions::LiteralValue& cell) {
  if (const bool* value = std::get_if<bool>(&cell)) return *value ? "TRUE" : "FALSE";
  if (const std::string* value = std::get_if<std::string>(&cell)) return *value;
  return "NULL";
}

std::string ResultText(const StatementResult& result) {
  std::string text;
  for (const std::string& warning : result.warnings) text += "warning: " + warning + "\n";
  switch (result.kind) {
    case StatementResult::Kind::kDone:
      return text;
    case StatementResult::Kind::kRows:
      return text + RowsText(result);
    case StatementResult::Kind::kQuery:
      return text + result.schema.ToString() + "\n" + ExplainText(result.plan);
    case StatementResult::Kind::kJob:
      return text + ExplainText(result.plan);
  }
  return text;
}

}  // namespace

Status NamedConnectors::Validate(const stream::TableDescriptor& table, TableUse use) const {
  auto connector = table.options.find("connector");
  if (connector == table.options.end()) {
    return Error(ErrorCode::kInvalidOption, "the option 'connector' is missing");
  }
  static const std::vector<std::string> kSources = {"kafka", "filesystem", "datagen", "iceberg"};
  static const std::vector<std::string> kSinks = {"blackhole", "print", "filesystem", "iceberg"};
  const std::vector<std::string>& known = use == TableUse::kSource ? kSources : kSinks;
  if (std::find(known.begin(), known.end(), connector->second) != known.end()) return Status::Ok();
  return Error(ErrorCode::kInvalidOption, "the connector '" + connector->second + "' is not a " +
                                              (use == TableUse::kSource ? "source" : "sink"));
}

Result<std::vector<std::string>> FakeIcebergCatalog::ListDatabases() {
  std::vector<std::string> names;
  for (const auto& [name, tables] : databases_) names.push_back(name);
  return names;
}

Status FakeIcebergCatalog::CreateDatabase(const std::string& database,
                                          const std::map<std::string, std::string>&) {
  databases_[database];
  return Status::Ok();
}

Status FakeIcebergCatalog::DropDatabase(const std::string& database) {
  databases_.erase(database);
  return Status::Ok();
}

Result<std::vector<std::string>> FakeIcebergCatalog::ListTables(const std::string& database) {
  std::vector<std::string> names;
  for (const auto& [name, table] : databases_[database]) names.push_back(name);
  return names;
}

Result<std::optional<stream::TableDescriptor>> FakeIcebergCatalog::LoadTable(
    const std::string& database, const std::string& table) {
  auto it = databases_[database].find(table);
  if (it == databases_[database].end()) return std::optional<stream::TableDescriptor>();
  return std::optional(it->second);
}

Status FakeIcebergCatalog::CreateTable(const stream::TableDescriptor& table) {
  stream::TableDescriptor stored = table;
  stored.options["connector"] = "iceberg";
  databases_[table.name.database].emplace(table.name.table, std::move(stored));
  return Status::Ok();
}

Status FakeIcebergCatalog::DropTable(const std::string& database, const std::string& table) {
  databases_[database].erase(table);
  return Status::Ok();
}

std::string RowsText(const StatementResult& result) {
  std::string text = result.schema.ToString() + "\n";
  for (const std::vector<functions::LiteralValue>& row : result.rows) {
    std::string line;
    for (const functions::LiteralValue& cell : row) {
      line += (line.empty() ? "" : " | ") + CellText(cell);
    }
    text += line + "\n";
  }
  return text;
}

PlanHarness::PlanHarness() : session_(MakeEnvironment(connectors_)) {}

Result<StatementResult> PlanHarness::Run(std::string_view text) {
  FLOE_ASSIGN(std::vector<sql::flink::Statement> statements, sql::flink::ParseScript(text));
  StatementResult last;
  for (const sql::flink::Statement& statement : statements) {
    FLOE_ASSIGN(last, session_.Execute(statement));
  }
  return last;
}

std::string PlanHarness::RunScript(std::string_view text) {
  auto statements = sql::flink::ParseScript(text);
  if (!statements.ok()) return sql::RenderDiagnostic(statements.error(), text);
  std::string out;
  for (const sql::flink::Statement& statement : *statements) {
    Result<StatementResult> result = session_.Execute(statement);
    std::string answer = result.ok() ? ResultText(*result)
                                     : std::string(ErrorName(result.error().code())) + " " +
                                           sql::RenderDiagnostic(result.error(), text);
    if (answer.empty()) continue;
    out += "=== " + sql::flink::StatementName(statement) + ", line " +
           std::to_string(statement.span.line) + "\n" + answer + "\n";
  }
  return out;
}

}  // namespace floe::plan
