#include "cli/job_file.h"

#include <utility>

#include "base/limits.h"
#include "catalog/in_memory_catalog.h"
#include "engine/iceberg_table_catalog.h"
#include "storage/in_memory_object_store.h"

namespace floe::cli {

Result<std::string> ReadJobFile(const World& world, const std::string& path) {
  return storage::ReadFile(world.files, path, limits::kMaxSqlBytes);
}

std::string JobName(const std::string& path) {
  std::string name = storage::FileName(path);
  const size_t dot = name.rfind('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

Planner::Planner() : executor_(1, clock_) {
  store_ = std::make_unique<storage::InMemoryObjectStore>(executor_, "file:///plan");
  catalog::CatalogContext context;
  context.store = store_.get();
  context.executor = &executor_;
  context.clock = &clock_;
  context.random_seed = 1;
  context.warehouse = store_->root_uri();
  catalog_ = catalog::MakeInMemoryCatalog(context);
  connectors_ = std::make_unique<engine::ConnectorRegistry>(engine::ConnectorEnvironment());
  plan::SessionEnvironment environment;
  environment.connectors = connectors_.get();
  environment.make_catalog = [this](const std::string& name,
                                    const std::map<std::string, std::string>& options)
      -> Result<std::shared_ptr<plan::TableCatalog>> {
    FLOE_TRY(engine::CheckCatalogType(name, options));
    return std::shared_ptr<plan::TableCatalog>(
        std::make_shared<engine::IcebergTableCatalog>(name, options, *catalog_, executor_));
  };
  session_ = std::make_unique<plan::Session>(std::move(environment));
}

Planner::~Planner() = default;

}  // namespace floe::cli
