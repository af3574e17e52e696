// Our functions inside DuckDB. For .cc files of this folder only.
#pragma once

#include <duckdb.h>

#include "base/result.h"

namespace floe::query::trino {

// Adds the functions and macros whose names start with floe_.
Status RegisterFunctions(duckdb_connection connection);
Status RunSetup(duckdb_connection connection, const char* sql);

}  // namespace floe::query::trino
