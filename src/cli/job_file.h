// Job files, and a session that plans them without a data directory.
#pragma once

#include <memory>
#include <string>

#include "base/executor.h"
#include "base/result.h"
#include "cli/command.h"
#include "engine/connector_registry.h"
#include "engine/scratch_catalog.h"
#include "plan/session.h"

namespace floe::cli {

Result<std::string> ReadJobFile(const World& world, const std::string& path);

// Plans against catalogs in memory, so that CREATE TABLE of a job leaves nothing behind.
class Planner {
 public:
  Planner();
  ~Planner();
  plan::Session& session() { return *session_; }

 private:
  SystemClock clock_;
  ThreadPoolExecutor executor_;
  engine::ScratchCatalog catalog_;
  std::unique_ptr<engine::ConnectorRegistry> connectors_;
  std::unique_ptr<plan::Session> session_;
};

}  // namespace floe::cli
