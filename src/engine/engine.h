// The composition root of one Floe process: data directory, log, catalog, memory and threads, put
// together and handed to jobs.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/executor.h"
#include "base/log.h"
#include "base/memory.h"
#include "base/metrics.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "engine/connector_registry.h"
#include "engine/data_directory.h"
#include "engine/endpoint_map.h"
#include "engine/staged_definitions.h"
#include "iceberg/file_io.h"
#include "log/embedded_log.h"
#include "log/retention_schedule.h"
#include "plan/session.h"
#include "storage/file_system.h"
#include "storage/object_store.h"

namespace arrow {
class MemoryPool;
}

namespace floe::engine {

struct EngineOptions {
  std::string data_directory;
  int parallelism = 1;  // threads, and the default of parallelism.default
  int64_t memory_limit_bytes = 0;
  EndpointMap endpoints;
  // Output of the `print` connector.
  std::function<void(std::string_view)> print;
};

// Takes the data directory for this process. Thread-safe where its parts are.
class Engine {
 public:
  // References outlive the engine.
  static Result<std::unique_ptr<Engine>> Open(EngineOptions options, storage::FileSystem& files,
                                              const Clock& clock, Logger logger);
  ~Engine();

  const EngineOptions& options() const { return options_; }
  const DataDirectory& directory() const { return *directory_; }
  storage::FileSystem& files() { return files_; }
  const Clock& clock() const { return clock_; }
  Executor& executor() { return *executor_; }
  arrow::MemoryPool* memory() { return memory_pool_.get(); }
  const MemoryBudget& memory_budget() const { return *memory_budget_; }
  MetricsRegistry& metrics() { return metrics_; }
  const Logger& logger() const { return logger_; }
  log::EmbeddedLog& log() { return *log_; }
  catalog::Catalog& catalog() { return *catalog_; }
  iceberg::FileIo& file_io() { return *file_io_; }
  const ConnectorRegistry& connectors() const { return *connectors_; }

  // A SQL session that sees this engine's connectors and, by CREATE CATALOG, its Iceberg catalog as
  // `definitions` shows it. `definitions` outlives the session.
  std::unique_ptr<plan::Session> NewSession(StagedDefinitions& definitions);

 private:
  Engine(EngineOptions options, storage::FileSystem& files, const Clock& clock, Logger logger);
  Status Start();

  const EngineOptions options_;
  storage::FileSystem& files_;
  const Clock& clock_;
  const Logger logger_;
  MetricsRegistry metrics_;
  // Destroyed from the last to the first: those that use come after what they use.
  std::unique_ptr<DataDirectory> directory_;
  std::unique_ptr<MemoryBudget> memory_budget_;
  std::unique_ptr<arrow::MemoryPool> memory_pool_;
  std::unique_ptr<Executor> executor_;
  std::unique_ptr<storage::ObjectStore> warehouse_;
  std::unique_ptr<iceberg::FileIo> file_io_;
  std::unique_ptr<log::EmbeddedLog> log_;
  std::unique_ptr<log::RetentionSchedule> retention_;
  std::unique_ptr<catalog::Catalog> catalog_;
  std::unique_ptr<ConnectorRegistry> connectors_;
};

}  // namespace floe::engine
