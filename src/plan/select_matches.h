// A rule over physical plans: where an interval join feeds an upsert sink, only the last match of a
// row has to leave.
#pragma once

#include <vector>

#include "plan/physical_plan.h"

namespace floe::plan {

// The same plan, with IntervalJoinNode::matches set where
//   - the join is read by one upsert sink only, through filters and projections that nobody else
//     reads;
//   - the sink's key, and these filters, depend on columns of one side only, without calls that
//     differ from row to row;
//   - rows of that side are never NULL in the join's result (INNER, or the preserved side).
// Then all matches of a row of that side are the same for the filters and have the same key, and
// the sink, which keeps the last row per key of an epoch, takes the last one.
std::vector<PhysicalNodePtr> SelectMatches(const std::vector<PhysicalNodePtr>& roots);

}  // namespace floe::plan
