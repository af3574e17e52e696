// FLOOR and CEIL of dates and times.
#pragma once

#include "base/result.h"
#include "functions/registry.h"

namespace floe::functions {

// arguments: a datetime and a unit.
Result<ExpressionPtr> ResolveDateTimeFloor(ResolveRequest& request, bool up);

}  // namespace floe::functions
