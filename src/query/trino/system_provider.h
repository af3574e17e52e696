// Catalog `system`: what there is in the other catalogs, and what runs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "query/trino/session.h"

namespace floe::query::trino {

struct RunningQuery {
  std::string id;
  std::string state;
  std::string user;
  std::string source;
  std::string text;
};

// jdbc.{catalogs, schemas, tables, columns, table_types}, metadata.{catalogs, table_comments,
// materialized_views}, runtime.{nodes, queries}. Takes the catalogs as they are now.
std::shared_ptr<TableProvider> MakeSystemProvider(
    Catalogs catalogs, std::function<std::vector<RunningQuery>()> queries);

}  // namespace floe::query::trino
