// information_schema of a catalog, and tables whose rows are made from values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "query/trino/session.h"

namespace floe::query::trino {

// kTableNotFound for a table that there is not.
Result<ProvidedTable> LoadInformationSchema(const std::string& catalog, TableProvider& provider,
                                            const std::string& table);
std::vector<std::string> InformationSchemaTables();

// Rows of texts as a table: each value is read as its column's DuckDB type; nothing is NULL.
using TextRow = std::vector<std::optional<std::string>>;
std::string RowsSql(const std::vector<TableColumn>& columns, const std::vector<TextRow>& rows);

}  // namespace floe::query::trino
