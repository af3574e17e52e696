#include "query/trino/information_schema.h"

#include <algorithm>

#include "query/scan_sql.h"

namespace floe::query::trino {
namespace {

TableColumn Text(const char* name) { return {name, Type::Varchar(), true, ""}; }

// Schemas with information_schema among them, in order of name.
Result<std::vector<std::string>> Schemas(TableProvider& provider) {
  FLOE_ASSIGN(auto schemas, provider.ListSchemas());
  schemas.emplace_back("information_schema");
  std::sort(schemas.begin(), schemas.end());
  return schemas;
}

const std::vector<std::pair<std::string, std::vector<TableColumn>>>& Definitions() {
  static const std::vector<std::pair<std::string, std::vector<TableColumn>>> kTables = {
      {"columns",
       {Text("table_catalog"),
        Text("table_schema"),
        Text("table_name"),
        Text("column_name"),
        {"ordinal_position", Type(TypeKind::kBigint), true, ""},
        Text("column_default"),
        Text("is_nullable"),
        Text("data_type"),
        {"comment", Type::Varchar(), true, "", true},
        {"extra_info", Type::Varchar(), true, "", true}}},
      {"schemata", {Text("catalog_name"), Text("schema_name")}},
      {"tables",
       {Text("table_catalog"), Text("table_schema"), Text("table_name"), Text("table_type")}},
      {"views",
       {Text("table_catalog"), Text("table_schema"), Text("table_name"), Text("view_definition")}}};
  return kTables;
}

Status AddColumns(const std::string& catalog, const std::string& schema, const std::string& table,
                  const std::vector<TableColumn>& columns, std::vector<TextRow>& rows) {
  int64_t position = 0;
  for (const TableColumn& column : columns) {
    if (column.hidden) continue;
    const auto comment =
        column.comment.empty() ? std::nullopt : std::optional<std::string>(column.comment);
    rows.push_back({catalog, schema, table, column.name, std::to_string(++position), std::nullopt,
                    column.nullable ? "YES" : "NO", column.type.ToString(), comment, std::nullopt});
  }
  return Status::Ok();
}

Result<std::vector<TextRow>> Rows(const std::string& catalog, TableProvider& provider,
                                  const std::string& table) {
  std::vector<TextRow> rows;
  FLOE_ASSIGN(auto schemas, Schemas(provider));
  for (const std::string& schema : schemas) {
    if (table == "schemata") {
      rows.push_back({catalog, schema});
      continue;
    }
    if (schema == "information_schema") {
      for (const auto& [name, columns] : Definitions()) {
        if (table == "tables") rows.push_back({catalog, schema, name, "BASE TABLE"});
        if (table == "columns") FLOE_TRY(AddColumns(catalog, schema, name, columns, rows));
      }
      continue;
    }
    if (table == "views") continue;
    FLOE_ASSIGN(auto names, provider.ListTables(schema));
    for (const std::string& name : names) {
      if (table == "tables") rows.push_back({catalog, schema, name, "BASE TABLE"});
      if (table != "columns") continue;
      auto loaded = provider.LoadTable(schema, name, std::nullopt);
      // A table that was dropped since, or that can't be read, has no columns to show.
      if (loaded.ok()) FLOE_TRY(AddColumns(catalog, schema, name, loaded->columns, rows));
    }
  }
  return rows;
}

}  // namespace

std::vector<std::string> InformationSchemaTables() {
  std::vector<std::string> names;
  for (const auto& [name, columns] : Definitions()) names.push_back(name);
  return names;
}

Result<ProvidedTable> LoadInformationSchema(const std::string& catalog, TableProvider& provider,
                                            const std::string& table) {
  for (const auto& [name, columns] : Definitions()) {
    if (name != table) continue;
    FLOE_ASSIGN(auto rows, Rows(catalog, provider, table));
    return ProvidedTable{columns, RowsSql(columns, rows), {}};
  }
  return Error(ErrorCode::kTableNotFound, "no such table");
}

std::string RowsSql(const std::vector<TableColumn>& columns, const std::vector<TextRow>& rows) {
  std::string select;
  std::string names;
  for (size_t i = 0; i < columns.size(); ++i) {
    const std::string name = "c" + std::to_string(i + 1);
    select += (i > 0 ? ", CAST(" : "CAST(") + name + " AS " + columns[i].type.DuckDbType() +
              ") AS " + name;
    names += (i > 0 ? ", " : "") + name;
  }
  std::string values;
  for (const TextRow& row : rows) {
    values += values.empty() ? "(" : ", (";
    for (size_t i = 0; i < row.size(); ++i) {
      values += (i > 0 ? ", " : "") + (row[i] ? QuoteLiteral(*row[i]) : std::string("NULL"));
    }
    values += ")";
  }
  if (rows.empty()) {
    for (size_t i = 0; i < columns.size(); ++i) values += i > 0 ? ", NULL" : "(NULL";
    return "SELECT " + select + " FROM (VALUES " + values + ")) t(" + names + ") WHERE false";
  }
  return "SELECT " + select + " FROM (VALUES " + values + ") t(" + names + ")";
}

}  // namespace floe::query::trino
