// Turns files to add into a commit: writes manifests and the manifest list, and says what the
// commit requires and changes. Made anew on each attempt against the table's newest state; written
// manifests are reused.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "base/result.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/file_io.h"
#include "iceberg/manifest.h"
#include "iceberg/snapshot_summary.h"
#include "iceberg/table_metadata.h"
#include "iceberg/table_properties.h"
#include "iceberg/table_update.h"

namespace floe::iceberg {

// One snapshot on `main` that adds data and delete files; without files it is empty (a fence).
// The operation follows Java's RowDelta: only data "append", only deletes "delete", both
// "overwrite", nothing "append". Used by one thread at a time.
class SnapshotChange {
 public:
  // All references outlive it. `files` must fit the table: the specs they name exist.
  SnapshotChange(const FileIo& io, const Clock& clock, Random& random, EpochFiles files);

  // Members of the summary beside the metrics.
  void SetSummary(Summary extra) { extra_summary_ = std::move(extra); }
  // Properties set in the same commit.
  void SetProperties(Properties properties) { properties_ = std::move(properties); }
  // Adds a field-less spec in the same commit when the table has none.
  void RequireFieldlessSpec() { require_fieldless_spec_ = true; }

  // Requirements (table uuid, head of main) and updates for this base, among them the removal of
  // snapshots that are due if the table wants it so (snapshot_expiry.h). Writes files under
  // `<table>/metadata`; what a lost attempt wrote stays there as an orphan if its outcome is
  // unknown. kCommitConflict when the base can no longer take the files.
  Result<TableChange> Prepare(const TableMetadata& base);

  SnapshotId snapshot_id() const { return snapshot_id_; }
  // Manifest lists and merged manifests of attempts that certainly failed: safe to remove.
  // REQUIRES: the last Prepare's commit is known to have been refused.
  std::vector<std::string> TakeAbandonedFiles();

 private:
  // A manifest of files that this change adds, and its entries.
  struct NewManifest {
    ManifestFile file;
    std::vector<ManifestEntry> entries;
  };

  Status WriteNewManifests(const TableMetadata& base, const CommitOptions& options);
  Result<std::vector<NewManifest>> WriteManifests(const TableMetadata& base,
                                                  const CommitOptions& options,
                                                  const PartitionSpec& spec,
                                                  ManifestContent content,
                                                  const std::vector<ManifestEntry>& entries);
  Result<std::vector<ManifestFile>> ListManifests(const TableMetadata& base,
                                                  const CommitOptions& options,
                                                  const Snapshot* parent, ManifestCounts& counts);
  Result<std::vector<ManifestFile>> MergeManifests(const TableMetadata& base,
                                                   const CommitOptions& options,
                                                   const std::vector<ManifestFile>& manifests);
  Result<ManifestFile> MergeGroup(const TableMetadata& base, const CommitOptions& options,
                                  const std::vector<ManifestFile>& group);
  Result<SnapshotPtr> MakeSnapshot(const TableMetadata& base, const CommitOptions& options);
  std::string NextManifestPath(const CommitOptions& options);
  std::string SyncMarker();

  const FileIo& io_;
  const Clock& clock_;
  Random& random_;
  EpochFiles files_;
  Summary extra_summary_;
  Properties properties_;
  bool require_fieldless_spec_ = false;
  SnapshotId snapshot_id_;
  std::string commit_uuid_;
  int attempt_ = 0;
  int next_manifest_ = 0;
  bool manifests_written_ = false;
  std::vector<NewManifest> new_manifests_;
  std::vector<std::string> attempt_files_;    // of the last Prepare
  std::vector<std::string> abandoned_files_;  // of those before
};

// A random positive snapshot id that the table does not have.
SnapshotId NewSnapshotId(const TableMetadata& table, Random& random);

}  // namespace floe::iceberg
