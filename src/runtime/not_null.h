// What table.exec.sink.not-null-enforcer asks for: no NULL reaches a NOT NULL column of a sink or
// of a query's result.
#pragma once

#include <vector>

#include "base/result.h"
#include "stream/batch.h"
#include "types/data_type.h"

namespace arrow {
class MemoryPool;
}

namespace floe::runtime {

enum class NotNullEnforcement : uint8_t { kError, kDrop };

// The batches as they are if they hold no such NULL. kError: the error names the column. kDrop:
// rows with one are left out and counted in `dropped`.
Result<std::vector<stream::Batch>> EnforceNotNull(std::vector<stream::Batch> batches,
                                                  const types::Schema& schema,
                                                  NotNullEnforcement enforcement,
                                                  arrow::MemoryPool* pool, int64_t* dropped);

}  // namespace floe::runtime
