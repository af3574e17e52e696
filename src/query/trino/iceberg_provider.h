// The tables of an Iceberg catalog at pinned snapshots.
#pragma once

#include <memory>

#include "base/executor.h"
#include "catalog/catalog.h"
#include "iceberg/file_io.h"
#include "query/trino/session.h"

namespace floe::query::trino {

// Loads metadata through `catalog` (which caches it) and plans a scan when rows are wanted; all
// deletes are applied. A schema is a namespace of one level. Times have six digits, as in Trino.
// All three outlive the provider. Blocks in Await: call it from a task of `executor` or a thread
// of one's own.
std::shared_ptr<TableProvider> MakeIcebergProvider(catalog::Catalog& catalog,
                                                   const iceberg::FileIo& io, Executor& executor);

}  // namespace floe::query::trino
