// Iceberg's types as Trino's Iceberg connector maps them.
#pragma once

#include "iceberg/type.h"
#include "query/trino/type.h"

namespace floe::query::trino {

// Times have six digits; a row's names are in lower case.
Type TypeOfIceberg(const iceberg::Type& type);

}  // namespace floe::query::trino
