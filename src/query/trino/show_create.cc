// SHOW CREATE TABLE, in Trino's layout.
#include <algorithm>

#include "query/scan_sql.h"
#include "query/trino/statement.h"
#include "sql/trino/keywords.h"

namespace floe::query::trino {

using sql::trino::LowerCase;

namespace {

std::string ShownIdentifier(const std::string& name) {
  const bool is_plain = !name.empty() && !(name[0] >= '0' && name[0] <= '9') &&
                        std::all_of(name.begin(), name.end(), [](char c) {
                          return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
                        });
  return is_plain ? name : QuoteIdentifier(name);
}

std::string CreateTableText(const std::string& name, const ProvidedTable& table) {
  std::string out = "CREATE TABLE " + name + " (\n";
  for (const TableColumn& column : table.columns) {
    out += "   " + ShownIdentifier(column.name) + " " + column.type.ToString() +
           (column.nullable ? "" : " NOT NULL") +
           (column.comment.empty() ? "" : " COMMENT " + QuoteLiteral(column.comment)) +
           (&column == &table.columns.back() ? "\n" : ",\n");
  }
  out += ")";
  if (!table.comment.empty()) out += "\nCOMMENT " + QuoteLiteral(table.comment);
  for (const auto& [key, value] : table.properties) {
    out += (&key == &table.properties.front().first ? "\nWITH (\n   " : ",\n   ") + key + " = " +
           value;
  }
  return table.properties.empty() ? out : out + "\n)";
}

}  // namespace

Result<Answer> StatementRunner::ShowCreate(const Statement& statement, const Session& session) {
  const bool is_table = statement.text == "TABLE";
  if (!is_table && statement.text != "VIEW" && statement.text != "MATERIALIZED VIEW") {
    return Refuse(statement, session);
  }
  Binder binder(session, catalogs_, {});
  FLOE_ASSIGN(const ProvidedTable table,
              binder.FindTable(statement.name, std::nullopt, statement.span));
  std::vector<std::string> parts;
  for (const auto& part : statement.name.parts) parts.push_back(LowerCase(part.value));
  if (parts.size() == 1) parts.insert(parts.begin(), LowerCase(session.schema));
  if (parts.size() == 2) parts.insert(parts.begin(), LowerCase(session.catalog));
  if (!is_table) {
    const std::string kind = statement.text == "VIEW" ? "a view" : "a materialized view";
    return Error(
        ErrorCode::kSqlUnsupported,
        "Relation '" + parts[0] + "." + parts[1] + "." + parts[2] + "' is a table, not " + kind,
        statement.span);
  }
  const std::string name =
      ShownIdentifier(parts[0]) + "." + ShownIdentifier(parts[1]) + "." + ShownIdentifier(parts[2]);
  return Rows({{"Create Table", Type::Varchar(), true, ""}}, {{CreateTableText(name, table)}},
              statement, session);
}

}  // namespace floe::query::trino
