// CAST from json.
#pragma once

#include <string>

#include "query/trino/bound.h"

namespace floe::query::trino {

// Whether there is such a cast: to booleans, numbers, varchar, and arrays, maps and rows of those.
bool CanCastFromJson(const Type& to);
// REQUIRES: value's type is json, CanCastFromJson(to).
Result<BoundPtr> ConvertFromJson(const BoundPtr& value, const Type& to,
                                 const std::string& session_zone);

}  // namespace floe::query::trino
