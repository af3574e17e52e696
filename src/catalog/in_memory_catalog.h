// A catalog whose names live in this process: for tests and simulation.
#pragma once

#include <memory>

#include "catalog/metadata_catalog.h"

namespace floe::catalog {

std::unique_ptr<Catalog> MakeInMemoryCatalog(CatalogContext context);

}  // namespace floe::catalog
