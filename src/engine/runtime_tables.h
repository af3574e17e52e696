// What runs, as tables of SQL: system.floe.* (docs/reference/system-tables.md).
#pragma once

#include <vector>

#include "engine/job_supervisor.h"
#include "log/embedded_log.h"
#include "query/trino/system_provider.h"

namespace floe::engine {

// jobs, operators, watermarks, checkpoints, topics and lag in schema `floe`. Their rows are asked
// for by any thread: they come from the statuses that the supervisor has published after a recent
// round, and from the log as it is. Both outlive the tables.
std::vector<query::trino::LiveTable> RuntimeTables(const JobSupervisor& jobs,
                                                   const log::EmbeddedLog& log);

}  // namespace floe::engine
