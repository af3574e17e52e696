// Which names tables and namespaces may have.
#pragma once

#include "base/result.h"
#include "catalog/catalog.h"

namespace floe::catalog {

// kInvalidArgument, saying what is wrong: names are not empty, at most 255 bytes, and have no '.',
// '/', '\' or control characters (they become parts of dotted names and of paths).
Status ValidateNamespace(const Namespace& levels);
Status ValidateTable(const TableIdentifier& identifier);

}  // namespace floe::catalog
