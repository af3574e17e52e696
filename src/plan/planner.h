// Bound statements → the physical plan of one job.
#pragma once

#include <vector>

#include "plan/configuration.h"
#include "plan/insert_binder.h"
#include "plan/physical_plan.h"

namespace floe::plan {

// kSqlUnsupported also for options in force that change meanings and are not supported
// (execution.runtime-mode = batch, table.exec.legacy-cast-behaviour = enabled).
Result<PhysicalPlan> PlanQuery(const LogicalNodePtr& query, const Configuration& configuration,
                               const functions::SessionOptions& options);
// REQUIRES: at least one insert.
Result<PhysicalPlan> PlanInserts(const std::vector<BoundInsert>& inserts,
                                 const Configuration& configuration,
                                 const functions::SessionOptions& options);

}  // namespace floe::plan
