// A catalog in one SQLite file, in the layout of PyIceberg's SqlCatalog (and Java's JdbcCatalog):
// tables iceberg_tables and iceberg_namespace_properties, catalog name "iceberg". The layout is
// described in docs/formats/iceberg.md.
#pragma once

#include <memory>
#include <string>

#include "base/result.h"
#include "catalog/metadata_catalog.h"

namespace floe::catalog {

inline constexpr char kSqliteCatalogName[] = "iceberg";

// `path` of the database file; it is created, its directory must exist. Other processes may read
// and commit through the same file.
Result<std::unique_ptr<Catalog>> OpenSqliteCatalog(const std::string& path, CatalogContext context);

}  // namespace floe::catalog
