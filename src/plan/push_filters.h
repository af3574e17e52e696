// Rule: conditions go as far down as they may, so that joins find their keys and rows leave early.
#pragma once

#include <vector>

#include "plan/logical_plan.h"

namespace floe::plan {

// The same rows of each root with filters pushed below projections, UNION ALL, windows and joins:
// into both inputs and the condition of an inner join, into the preserved side of an outer join;
// conditions of ON into the padded side. Not into nodes with several parents, and not where a
// condition is not deterministic. Nodes that several roots share stay shared.
std::vector<LogicalNodePtr> PushFilters(const std::vector<LogicalNodePtr>& roots);

}  // namespace floe::plan
