// A SELECT of a job file: runs without state of its own and prints its rows.
#pragma once

#include <functional>

#include "base/result.h"
#include "engine/engine.h"
#include "plan/session.h"

namespace floe::engine {

// Until the inputs end or `stop` gives true. Rows go to the engine's print output, as "+I[a, b]".
Status RunQuery(Engine& engine, plan::StatementResult planned, const std::function<bool()>& stop);

}  // namespace floe::engine
