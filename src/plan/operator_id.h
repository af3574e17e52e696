// Names of operators that stay the same as long as they mean the same.
#pragma once

#include <vector>

#include "plan/physical_plan.h"

namespace floe::plan {

// Copies of the roots with operator_id set in all nodes: the kind and a short hash of what the node
// computes, in terms of the tables' columns, e.g. "window-aggregate-1f3a9c02". It does not depend
// on which other columns are read, on names given on the way, or on how projections were merged.
// Nodes of the same meaning get "-2", "-3" … in plan order.
std::vector<PhysicalNodePtr> AssignOperatorIds(const std::vector<PhysicalNodePtr>& roots);

// "scan", "window-aggregate" …
const char* KindLabel(PhysicalKind kind);

}  // namespace floe::plan
