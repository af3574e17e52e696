// CREATE TABLE: the definition with its types, computed columns, watermark and keys bound.
#pragma once

#include "plan/binding_options.h"
#include "plan/catalog_store.h"
#include "sql/flink/ast_statement.h"

namespace floe::plan {

// The table that `create` defines. LIKE reads the other table from
// `catalogs`. Columns of the primary key become NOT NULL, the column of the watermark a rowtime.
Result<CatalogTablePtr> BindCreateTable(const sql::flink::CreateTable& create,
                                        CatalogStore& catalogs, const BindingOptions& options);

}  // namespace floe::plan
