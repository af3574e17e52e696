// The tables of Trino's catalog tpch that recorded statements name, as a provider.
#pragma once

#include <memory>

#include "query/trino/session.h"

namespace floe::oracle {

// Catalogs tpch (schemas tiny, sf1 …; nation and region with rows, orders with columns only) and
// memory (schema default, empty).
query::trino::Catalogs RecordedCatalogs();

}  // namespace floe::oracle
