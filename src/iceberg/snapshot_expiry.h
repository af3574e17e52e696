// Which snapshots of a table have had their time. Pure functions of metadata.
#pragma once

#include <cstdint>
#include <vector>

#include "base/strong_id.h"
#include "iceberg/table_metadata.h"
#include "iceberg/table_properties.h"

namespace floe::iceberg {

// The snapshots that may go at `now_ms`, in the table's order. Iceberg's rule (spec, "Snapshot
// Retention Policy"): of each branch the newest min-snapshots-to-keep stay and those that are not
// older than max-snapshot-age, where the branch's own numbers come before the table's; heads of
// branches and tags stay; what no reference reaches stays until it is older than the table's age.
// No reference is dropped.
//
// Beyond that stay, for pipelines (pipeline_commit.h):
// - the newest snapshots of each pipeline, as many as checkpoints are retained;
// - the one that the table's properties name as the holder of the newest epoch;
// - if `main` was rolled back behind a holder: the ancestors of `main` down to where the holder is
//   missing, which prove it. They grow until the pipeline's owner has decided.
std::vector<SnapshotId> SnapshotsToExpire(const TableMetadata& table, const ExpiryOptions& options,
                                          int64_t now_ms);

}  // namespace floe::iceberg
