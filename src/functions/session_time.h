// Zones and units of time as arguments of kernels.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "functions/scalar_function.h"
#include "functions/time_unit.h"
#include "functions/time_zone.h"

namespace floe::functions {

// The text of a literal argument, or nothing if it is not a literal or NULL.
std::optional<std::string_view> LiteralTextOf(const KernelRequest& request, size_t index);
// The zone that a literal argument names.
Result<TimeZone> ZoneOfArgument(const KernelRequest& request, size_t index);
// The unit that a SymbolLiteral names; nothing if it is none.
std::optional<TimeUnit> UnitOfArgument(const Expression& argument);

}  // namespace floe::functions
