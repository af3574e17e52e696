// Which files hold a snapshot's rows, and which deletes apply to each (spec, "Scan Planning").
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "base/result.h"
#include "iceberg/data_file.h"
#include "iceberg/file_io.h"
#include "iceberg/manifest_cache.h"
#include "iceberg/predicate.h"
#include "iceberg/table_metadata.h"

namespace floe::iceberg {

struct DeleteFileTask {
  DataFile file;
  SequenceNumber sequence_number;
};

struct DataFileTask {
  DataFile file;
  SequenceNumber sequence_number;
  // Indexes into ScanPlan::position_deletes of those that may apply to this file.
  std::vector<size_t> position_deletes;
  // From here on, all of ScanPlan::equality_deletes apply to this file.
  size_t first_equality_delete = 0;
  // Indexes into ScanPlan::partition_equality_deletes of those that apply.
  std::vector<size_t> partition_equality_deletes;
};

struct ScanPlan {
  SnapshotPtr snapshot;  // null: the table was empty
  std::vector<DataFileTask> data_files;
  std::vector<DeleteFileTask> position_deletes;
  // Of specs without fields: they reach all older files. Ordered by sequence number.
  std::vector<DeleteFileTask> equality_deletes;
  // Of partitioned specs: they reach older files of their partition.
  std::vector<DeleteFileTask> partition_equality_deletes;
  int64_t skipped_data_files = 0;
  int64_t skipped_manifests = 0;
};

// The live files of `snapshot` (null: empty plan) that can hold rows for `conditions`. A position
// delete applies when its sequence number is not below the file's, spec and partition are equal,
// and it names the file; an equality delete when its sequence number is above the file's and it is
// of the same spec and partition, or of a spec without fields.
// `cache`, where it is given, keeps the manifests that are read.
Result<ScanPlan> PlanScan(const FileIo& io, const TableMetadata& table, SnapshotPtr snapshot,
                          const Conjunction& conditions = {}, ManifestCache* cache = nullptr);

// The first `count` rows in the order of a column, nulls last.
struct FirstRows {
  ColumnId column;
  bool descending = false;
  int64_t count = 0;
};

// Takes out of the plan the data files that hold none of the first rows: their bounds lie behind
// those of files with enough values. A file to which deletes apply can be left out, but its rows
// are not counted on.
void KeepFilesOfFirstRows(const FirstRows& first, const Schema& schema, ScanPlan* plan);

}  // namespace floe::iceberg
