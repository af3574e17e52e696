// Flink's names of statements.
#include <algorithm>
#include <array>

#include "plan/session.h"

namespace floe::plan {

namespace ast = sql::flink;

namespace {

struct NamedOperation {
  std::string_view prefix;  // of the statement's name
  std::string_view operation;
};

// Statements that Floe knows by name only. The first prefix that fits counts.
constexpr NamedOperation kOtherOperations[] = {
    {"ADD JAR", "AddJarOperation"},
    {"REMOVE JAR", "RemoveJarOperation"},
    {"HELP", "HelpOperation"},
    {"QUIT", "QuitOperation"},
    {"EXIT", "QuitOperation"},
    {"CLEAR", "ClearOperation"},
    {"USE MODULES", "UseModulesOperation"},
    {"LOAD MODULE", "LoadModuleOperation"},
    {"UNLOAD MODULE", "UnloadModuleOperation"},
    {"ANALYZE TABLE", "AnalyzeTableOperation"},
    {"STOP JOB", "StopJobOperation"},
    {"DESCRIBE JOB", "DescribeJobOperation"},
    {"DESCRIBE CATALOG", "DescribeCatalogOperation"},
    {"DESCRIBE FUNCTION", "DescribeFunctionOperation"},
    {"DESCRIBE MODEL", "DescribeModelOperation"},
    {"CREATE TEMPORARY SYSTEM FUNCTION", "CreateTempSystemFunctionOperation"},
    {"CREATE FUNCTION", "CreateCatalogFunctionOperation"},
    {"CREATE TEMPORARY FUNCTION", "CreateCatalogFunctionOperation"},
    {"CREATE MODEL", "CreateModelOperation"},
    {"CREATE MATERIALIZED TABLE", "CreateMaterializedTableOperation"},
    {"ALTER DATABASE", "AlterDatabaseOperation"},
    {"ALTER VIEW", "AlterViewOperation"},
    {"ALTER CATALOG", "AlterCatalogOptionsOperation"},
    {"ALTER FUNCTION", "AlterCatalogFunctionOperation"},
    {"TRUNCATE TABLE", "TruncateTableOperation"},
    {"DELETE", "DeleteFromFilterOperation"},
    {"UPDATE", "SinkModifyOperation"},
    {"CALL", "CallProcedureOperation"},
    {"COMPILE", "CompilePlanOperation"},
    {"EXECUTE PLAN", "ExecutePlanOperation"},
};

std::string_view DropOperation(const ast::DropStatement& drop) {
  switch (drop.kind) {
    case ast::ObjectKind::kCatalog:
      return "DropCatalogOperation";
    case ast::ObjectKind::kDatabase:
      return "DropDatabaseOperation";
    case ast::ObjectKind::kTable:
      return "DropTableOperation";
    case ast::ObjectKind::kView:
      return "DropViewOperation";
    case ast::ObjectKind::kFunction:
      return drop.system ? "DropTempSystemFunctionOperation" : "DropCatalogFunctionOperation";
  }
  return "";
}

std::string_view AlterOperation(const ast::AlterTable& alter) {
  return alter.action == ast::AlterTableAction::kRename ? "AlterTableRenameOperation"
                                                        : "AlterTableChangeOperation";
}

std::string_view ShowOperation(ast::ShowKind kind) {
  static constexpr std::array<std::string_view, 22> kNames = {
      "ShowCatalogsOperation",
      "ShowCurrentCatalogOperation",
      "ShowDatabasesOperation",
      "ShowCurrentDatabaseOperation",
      "ShowTablesOperation",
      "ShowViewsOperation",
      "ShowMaterializedTablesOperation",
      "ShowFunctionsOperation",
      "ShowFunctionsOperation",
      "ShowModulesOperation",
      "ShowModulesOperation",
      "ShowColumnsOperation",
      "ShowPartitionsOperation",
      "ShowProceduresOperation",
      "ShowModelsOperation",
      "ShowJarsOperation",
      "ShowJobsOperation",
      "ShowCreateTableOperation",
      "ShowCreateViewOperation",
      "ShowCreateCatalogOperation",
      "ShowCreateMaterializedTableOperation",
      "ShowCreateModelOperation"};
  static_assert(kNames.size() == static_cast<size_t>(ast::ShowKind::kCreateModel) + 1);
  return kNames[static_cast<size_t>(kind)];
}

struct OperationNamer {
  std::string_view operator()(const ast::QueryStatement&) { return "PlannerQueryOperation"; }
  std::string_view operator()(const ast::SetStatement&) { return "SetOperation"; }
  std::string_view operator()(const ast::ResetStatement&) { return "ResetOperation"; }
  std::string_view operator()(const ast::CreateCatalog&) { return "CreateCatalogOperation"; }
  std::string_view operator()(const ast::CreateDatabase&) { return "CreateDatabaseOperation"; }
  std::string_view operator()(const ast::UseCatalog&) { return "UseCatalogOperation"; }
  std::string_view operator()(const ast::UseDatabase&) { return "UseDatabaseOperation"; }
  std::string_view operator()(const ast::CreateTable& create) {
    return create.as_query.has_value() ? "CreateTableASOperation" : "CreateTableOperation";
  }
  std::string_view operator()(const ast::CreateView&) { return "CreateViewOperation"; }
  std::string_view operator()(const ast::DropStatement& drop) { return DropOperation(drop); }
  std::string_view operator()(const ast::AlterTable& alter) { return AlterOperation(alter); }
  std::string_view operator()(const ast::Insert&) { return "SinkModifyOperation"; }
  std::string_view operator()(const ast::StatementSet&) { return "StatementSetOperation"; }
  std::string_view operator()(const ast::BeginStatementSet&) {
    return "BeginStatementSetOperation";
  }
  std::string_view operator()(const ast::EndStatementSet&) { return "EndStatementSetOperation"; }
  std::string_view operator()(const ast::ExplainStatement&) { return "ExplainOperation"; }
  std::string_view operator()(const ast::ShowStatement& show) { return ShowOperation(show.kind); }
  std::string_view operator()(const ast::DescribeTable&) { return "DescribeTableOperation"; }
  std::string_view operator()(const ast::OtherStatement& other) {
    auto it = std::find_if(std::begin(kOtherOperations), std::end(kOtherOperations),
                           [&](const NamedOperation& known) {
                             return std::string_view(other.name).starts_with(known.prefix);
                           });
    return it == std::end(kOtherOperations) ? std::string_view() : it->operation;
  }
};

}  // namespace

std::string FlinkOperationName(const ast::Statement& statement) {
  return std::string(std::visit(OperationNamer(), statement.node));
}

}  // namespace floe::plan
