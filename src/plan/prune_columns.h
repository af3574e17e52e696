// Rule: columns that nobody reads are not made.
#pragma once

#include <vector>

#include "plan/physical_plan.h"

namespace floe::plan {

// See OptimizePhysical. Roots keep their columns; other nodes may lose some, and projections are
// put where a join or an exchange would carry columns that its reader does not use.
std::vector<PhysicalNodePtr> PruneColumns(const std::vector<PhysicalNodePtr>& roots);

}  // namespace floe::plan
