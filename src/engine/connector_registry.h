// The connectors that this program has, by the name that a table's `connector` option gives.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/file_io.h"
#include "log/partitioned_log.h"
#include "plan/table_catalog.h"
#include "runtime/job_runtime.h"
#include "storage/file_system.h"
#include "stream/sink.h"
#include "stream/source.h"
#include "stream/table_descriptor.h"

namespace arrow {
class MemoryPool;
}

namespace floe::engine {

// All of it outlives the registry. What is null is not there: a table that needs it is refused.
struct ConnectorEnvironment {
  storage::FileSystem* files = nullptr;
  log::PartitionedLog* log = nullptr;
  catalog::Catalog* catalog = nullptr;
  iceberg::FileIo* io = nullptr;
  Executor* executor = nullptr;
  const Clock* clock = nullptr;
  arrow::MemoryPool* memory = nullptr;
  // Output of the `print` connector.
  std::function<void(std::string_view)> print;
  // Whether a Kafka address of a job stands for the embedded log ('kafka:29092').
  std::function<bool(const std::string& bootstrap_servers)> is_embedded_log;
};

// Thread-safe as long as `random` is not shared.
class ConnectorRegistry final : public plan::ConnectorValidator {
 public:
  explicit ConnectorRegistry(ConnectorEnvironment environment)
      : environment_(std::move(environment)) {}

  Status Validate(const stream::TableDescriptor& table, plan::TableUse use) const override;
  // The bad-record policy is the table's option, kFail without it; without an idle timeout.
  Result<runtime::ScanSource> OpenSource(const stream::TableDescriptor& table) const;
  // `upsert`: rows replace rows with the same primary key.
  Result<std::unique_ptr<stream::Sink>> OpenSink(const stream::TableDescriptor& table, bool upsert,
                                                 Random random) const;

 private:
  ConnectorEnvironment environment_;
};

// The table's `connector` option; kInvalidOption lists the known ones if it is missing.
Result<std::string> ConnectorOf(const stream::TableDescriptor& table);
// The option as written; nullopt if it is not given.
Result<std::optional<runtime::BadRecordPolicy>> BadRecordsOption(
    const stream::TableDescriptor& table);

// `scan.watermark.idle-timeout` of the table, else `table.exec.source.idle-timeout` of the job;
// 0: never idle.
Result<int64_t> IdleTimeoutMs(const stream::TableDescriptor& table,
                              const std::map<std::string, std::string>& configuration);

}  // namespace floe::engine
