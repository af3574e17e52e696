// Runs the statements of a job file: definitions at once, inserts and queries as plans to start.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "plan/session.h"

namespace floe::engine {

struct ScriptOutput {
  // Rows of SHOW, DESCRIBE, EXPLAIN and SET.
  std::function<void(const plan::StatementResult&)> on_rows;
  std::function<void(const std::string&)> on_warning;
};

// Nothing of the script runs before all of it is planned; definitions (tables, catalogs, options)
// take effect in order. Returns the jobs and queries, in order. The error of the first wrong
// statement, with its position in `text`.
Result<std::vector<plan::StatementResult>> PlanScript(plan::Session& session, std::string_view text,
                                                      const ScriptOutput& output);

// Rows as a table with aligned columns, for a terminal.
std::string FormatRows(const plan::StatementResult& result);

}  // namespace floe::engine
