// Writes a stream into an Iceberg table: append, or upsert by primary key.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/file_io.h"
#include "stream/sink.h"
#include "stream/table_descriptor.h"

namespace arrow {
class MemoryPool;
}

namespace floe::connectors {

// What a sink writes with; all of it outlives the sink.
struct IcebergSinkEnvironment {
  catalog::Catalog& catalog;
  iceberg::FileIo& io;
  Executor& executor;
  const Clock& clock;
  arrow::MemoryPool* memory;
};

// The sink of an existing table. `upsert`: rows replace rows with the same identifier fields.
// Schema and spec are read once, here, as Flink's static sinks do.
Result<std::unique_ptr<stream::Sink>> MakeIcebergSink(const IcebergSinkEnvironment& environment,
                                                      const catalog::TableIdentifier& identifier,
                                                      bool upsert, Random random);

}  // namespace floe::connectors
