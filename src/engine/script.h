// Plans the statements of a job file: definitions to take effect, inserts and queries to start.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/staged_definitions.h"
#include "plan/session.h"

namespace floe::engine {

struct ScriptOutput {
  // Rows of SHOW, DESCRIBE, EXPLAIN and SET.
  std::function<void(const plan::StatementResult&)> on_rows;
  std::function<void(const std::string&)> on_warning;
};

// Definitions take effect in the session, in order; where that is in an Iceberg catalog, the
// session decides. Returns the jobs and queries, in order. The error of the first wrong statement,
// with its position in `text`.
Result<std::vector<plan::StatementResult>> PlanStatements(plan::Session& session,
                                                          std::string_view text,
                                                          const ScriptOutput& output);

// Nothing of it has happened yet.
struct PlannedScript {
  std::vector<plan::StatementResult> results;  // jobs and queries, in order
  // To be applied before a result is run.
  std::unique_ptr<StagedDefinitions> definitions;
};

enum class ScriptUse : uint8_t {
  kNew,
  // It goes on with what is there: CREATE keeps what exists, DROP does nothing.
  kAgain,
};

// Plans a script on an engine. `engine` outlives the result. Errors as PlanStatements.
Result<PlannedScript> PlanScript(Engine& engine, std::string_view text, ScriptUse use,
                                 const ScriptOutput& output);

// Rows as a table with aligned columns, for a terminal.
std::string FormatRows(const plan::StatementResult& result);

}  // namespace floe::engine
