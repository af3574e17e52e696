#include "engine/engine.h"

#include <utility>

#include "catalog/sqlite_catalog.h"
#include "engine/iceberg_table_catalog.h"
#include "storage/local_object_store.h"
#include "types/arrow_memory.h"

namespace floe::engine {

Engine::Engine(EngineOptions options, storage::FileSystem& files, const Clock& clock, Logger logger)
    : options_(std::move(options)), files_(files), clock_(clock), logger_(std::move(logger)) {}

Engine::~Engine() {
  retention_.reset();
  if (log_) {
    const Status closed = log_->Close();
    if (!closed.ok()) logger_.Error("the log did not close", closed.error());
  }
}

Result<std::unique_ptr<Engine>> Engine::Open(EngineOptions options, storage::FileSystem& files,
                                             const Clock& clock, Logger logger) {
  std::unique_ptr<Engine> engine(new Engine(std::move(options), files, clock, std::move(logger)));
  FLOE_TRY(engine->Start());
  return engine;
}

Status Engine::Start() {
  FLOE_ASSIGN(directory_, DataDirectory::Open(files_, options_.data_directory));
  memory_budget_ = std::make_unique<MemoryBudget>("floe", options_.memory_limit_bytes);
  memory_pool_ = std::make_unique<types::ArrowMemoryPool>(*memory_budget_);
  executor_ = std::make_unique<ThreadPoolExecutor>(options_.parallelism, clock_);
  FLOE_ASSIGN(warehouse_,
              storage::LocalObjectStore::Open(files_, *executor_, directory_->warehouse_path()));
  file_io_ = std::make_unique<iceberg::FileIo>(*warehouse_, *executor_);
  Random random = Random::FromEntropy();
  FLOE_ASSIGN(log_,
              log::EmbeddedLog::Open({files_, *executor_, clock_, Random(random.NextUint64())},
                                     directory_->log_path()));
  retention_ = std::make_unique<log::RetentionSchedule>(*log_, *executor_, logger_);
  catalog::CatalogContext context;
  context.store = warehouse_.get();
  context.executor = executor_.get();
  context.clock = &clock_;
  context.random_seed = random.NextUint64();
  context.warehouse = warehouse_->root_uri();
  FLOE_ASSIGN(catalog_, catalog::OpenSqliteCatalog(directory_->catalog_path(), context));

  ConnectorEnvironment connectors;
  connectors.files = &files_;
  connectors.log = log_.get();
  connectors.catalog = catalog_.get();
  connectors.io = file_io_.get();
  connectors.executor = executor_.get();
  connectors.clock = &clock_;
  connectors.memory = memory_pool_.get();
  connectors.print = options_.print;
  connectors.is_embedded_log = [this](const std::string& servers) {
    return options_.endpoints.IsEmbedded(servers);
  };
  connectors_ = std::make_unique<ConnectorRegistry>(std::move(connectors));
  return Status::Ok();
}

std::unique_ptr<plan::Session> Engine::NewSession(StagedDefinitions& definitions) {
  plan::SessionEnvironment environment;
  environment.connectors = connectors_.get();
  environment.make_catalog = [this, &definitions](const std::string& name,
                                                  const std::map<std::string, std::string>& options)
      -> Result<std::shared_ptr<plan::TableCatalog>> {
    FLOE_TRY(CheckCatalogType(name, options));
    FLOE_TRY(options_.endpoints.CheckIcebergCatalog(name, options));
    return definitions.View(name, options);
  };
  return std::make_unique<plan::Session>(std::move(environment));
}

}  // namespace floe::engine
