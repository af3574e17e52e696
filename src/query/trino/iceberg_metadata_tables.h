// "t$snapshots" and the like: what an Iceberg table's metadata says, with Trino's columns.
#pragma once

#include <memory>
#include <string>

#include "iceberg/file_io.h"
#include "iceberg/manifest_cache.h"
#include "iceberg/table_metadata.h"
#include "query/trino/session.h"

namespace floe::query::trino {

// `kind` is what stands behind the "$": snapshots, history, refs, properties, manifests, files.
// kNotImplemented for others that Trino has, kTableNotFound for those that it has not. `snapshot`
// (null: none) is whose manifests and files are shown.
Result<ProvidedTable> LoadMetadataTable(const std::string& kind, iceberg::TableMetadataPtr metadata,
                                        iceberg::SnapshotPtr snapshot, const iceberg::FileIo& io,
                                        std::shared_ptr<iceberg::ManifestCache> manifests);

}  // namespace floe::query::trino
