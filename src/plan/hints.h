// Query hints: which there are, and what OPTIONS does to a table (Flink: FlinkHints,
// FlinkHintStrategies). Hints on how to join are taken and change nothing, as in Flink's streaming
// mode; the others are refused by name.
#pragma once

#include <vector>

#include "plan/binding_options.h"
#include "plan/catalog_table.h"
#include "sql/flink/ast_query.h"

namespace floe::plan {

// kSqlValidation for a hint that Flink does not know, with near names, or a wrong argument.
Status CheckHints(const std::vector<sql::flink::Hint>& hints, const BindingOptions& options);
// REQUIRES: the hints are checked.
bool HasTableOptions(const std::vector<sql::flink::Hint>& hints);
// The table with the options of OPTIONS hints put over its own; `table` itself if there are none.
// REQUIRES: the hints are checked.
CatalogTablePtr WithHints(const CatalogTablePtr& table, const std::vector<sql::flink::Hint>& hints);

}  // namespace floe::plan
