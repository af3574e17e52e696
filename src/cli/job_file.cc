#include "cli/job_file.h"

#include <utility>

#include "base/limits.h"
#include "engine/iceberg_table_catalog.h"

namespace floe::cli {

Result<std::string> ReadJobFile(const World& world, const std::string& path) {
  return storage::ReadFile(world.files, path, limits::kMaxSqlBytes);
}

Planner::Planner() : executor_(1, clock_), catalog_(executor_, clock_) {
  connectors_ = std::make_unique<engine::ConnectorRegistry>(engine::ConnectorEnvironment());
  plan::SessionEnvironment environment;
  environment.connectors = connectors_.get();
  environment.make_catalog = [this](const std::string& name,
                                    const std::map<std::string, std::string>& options)
      -> Result<std::shared_ptr<plan::TableCatalog>> {
    FLOE_TRY(engine::CheckCatalogType(name, options));
    return std::shared_ptr<plan::TableCatalog>(std::make_shared<engine::IcebergTableCatalog>(
        name, options, catalog_.catalog(), executor_));
  };
  session_ = std::make_unique<plan::Session>(std::move(environment));
}

Planner::~Planner() = default;

}  // namespace floe::cli
