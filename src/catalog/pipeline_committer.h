// Commits the epochs of a pipeline to one table exactly once: the loop of the commit protocol
// (decision 6 of the architecture) around a Catalog.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "iceberg/epoch_writer.h"
#include "iceberg/file_io.h"
#include "iceberg/pipeline_commit.h"
#include "iceberg/snapshot_change.h"
#include "iceberg/table_properties.h"

namespace floe::catalog {

// One per table and pipeline; used by one thread at a time. Waits by Await, so the executor's other
// work goes on meanwhile. References outlive it.
class PipelineCommitter {
 public:
  // `upsert`: the table gets a field-less spec with the fence, if it has none.
  PipelineCommitter(Catalog& catalog, const iceberg::FileIo& io, Executor& executor,
                    const Clock& clock, Random random, TableIdentifier table, bool upsert);

  // What the table's newest state says of the pipeline.
  Result<iceberg::PipelinePosition> Position(const std::string& pipeline_id);

  // Takes the table: an empty snapshot with {pipeline id, token}. kFenced when the table has seen
  // a higher token; nothing is done when it has exactly this one.
  Status Fence(const std::string& pipeline_id, int64_t fencing_token);

  // One snapshot with the files, or nothing when they are empty or the epoch is already in the
  // table with this digest. Loads, walks the ancestors, prepares and commits again on conflicts
  // within commit.retry.*; on an unknown outcome it looks whether the commit is there. Never
  // removes a file that a commit may hold. kFenced: end this process (also when the table was
  // dropped and made anew). kCommitUnknown: commit again later, unchanged.
  Status Commit(const iceberg::PipelineMark& mark, const iceberg::EpochFiles& files);

 private:
  Result<LoadedTable> Load();
  Status CommitWithRetries(const iceberg::PipelineMark& mark, iceberg::EpochFiles files);
  Status Pause(int attempt, const iceberg::CommitOptions& options);
  void RemoveAbandoned(iceberg::SnapshotChange& change);

  Catalog& catalog_;
  const iceberg::FileIo& io_;
  Executor& executor_;
  const Clock& clock_;
  Random random_;
  TableIdentifier table_;
  bool upsert_;
  std::string table_uuid_;  // of the first load: a table of that name made later is another one
};

}  // namespace floe::catalog
