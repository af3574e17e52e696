// Dates and times plus or minus intervals.
#pragma once

#include "base/result.h"
#include "functions/registry.h"

namespace floe::functions {

// arguments: a datetime and an interval, as + and - have them.
Result<ExpressionPtr> ResolveDateTimeShift(ResolveRequest& request, bool subtract);

}  // namespace floe::functions
