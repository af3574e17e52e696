// Catalog `system`: what there is in the other catalogs, and what runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "query/trino/information_schema.h"
#include "query/trino/session.h"

namespace floe::query::trino {

struct RunningQuery {
  std::string id;
  std::string state;
  std::string user;
  std::string source;
  std::string text;
};

// A table whose rows its owner gives when they are asked for.
struct LiveTable {
  std::string schema;
  std::string name;
  std::vector<TableColumn> columns;
  std::function<Result<std::vector<TextRow>>()> rows;  // from any thread
};

// jdbc.{catalogs, schemas, tables, columns, table_types}, metadata.{catalogs, table_comments,
// materialized_views}, runtime.{nodes, queries}, and `live` in schemas of its own. Takes the
// catalogs as they are now.
std::shared_ptr<TableProvider> MakeSystemProvider(
    Catalogs catalogs, std::function<std::vector<RunningQuery>()> queries,
    std::vector<LiveTable> live = {});

}  // namespace floe::query::trino
