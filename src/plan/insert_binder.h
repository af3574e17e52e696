// INSERT INTO: the query brought to the sink's columns and types, and how the sink takes rows.
#pragma once

#include <string>
#include <vector>

#include "plan/query_binder.h"
#include "sql/flink/ast_statement.h"

namespace floe::plan {

struct BoundInsert {
  LogicalNodePtr query;  // columns: the table's physical columns in order, with their types
  CatalogTablePtr table;
  std::vector<int> upsert_key;  // physical columns; empty: append
};

// Names are completed with `catalog` and `database`. Errors: what Flink checks of a sink (columns,
// implicit casts, ON CONFLICT, one rowtime at most), and the connector's options.
Result<BoundInsert> BindInsert(const sql::flink::Insert& insert, BindingContext& context,
                               const std::string& catalog, const std::string& database);

}  // namespace floe::plan
