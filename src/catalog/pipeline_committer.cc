#include "catalog/pipeline_committer.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "iceberg/snapshot_change.h"
#include "iceberg/table_properties.h"

namespace floe::catalog {

using iceberg::CommitDecision;
using iceberg::PipelineMark;
using iceberg::PipelinePosition;

PipelineCommitter::PipelineCommitter(Catalog& catalog, const iceberg::FileIo& io,
                                     Executor& executor, const Clock& clock, Random random,
                                     TableIdentifier table, bool upsert)
    : catalog_(catalog),
      io_(io),
      executor_(executor),
      clock_(clock),
      random_(random),
      table_(std::move(table)),
      upsert_(upsert) {}

Result<LoadedTable> PipelineCommitter::Load() {
  FLOE_ASSIGN(LoadedTable loaded,
              Await<LoadedTable>(executor_, [&](auto done) { catalog_.LoadTable(table_, done); }));
  const std::string& uuid = loaded.metadata->table_uuid;
  if (table_uuid_.empty()) table_uuid_ = uuid;
  if (uuid != table_uuid_) {
    return Error(ErrorCode::kFenced, "table '" + table_.ToString() +
                                         "' was dropped and made anew while the job was running")
        .WithHint("restart the job if it shall write to the new table");
  }
  return loaded;
}

Result<PipelinePosition> PipelineCommitter::Position(const std::string& pipeline_id) {
  FLOE_ASSIGN(LoadedTable loaded, Load());
  return iceberg::FindPipelinePosition(*loaded.metadata, pipeline_id);
}

Status PipelineCommitter::Fence(const std::string& pipeline_id, int64_t fencing_token) {
  PipelineMark mark;
  mark.pipeline_id = pipeline_id;
  mark.fencing_token = fencing_token;
  return CommitWithRetries(mark, {});
}

Status PipelineCommitter::Commit(const PipelineMark& mark, const iceberg::EpochFiles& files) {
  FLOE_ASSERT(mark.epoch.has_value());
  // An epoch without rows for this table leaves no snapshot.
  if (files.empty()) return Status::Ok();
  return CommitWithRetries(mark, files);
}

Status PipelineCommitter::Pause(int attempt, const iceberg::CommitOptions& options) {
  auto wait = options.retry_min_wait;
  for (int i = 1; i < attempt && wait < options.retry_max_wait; ++i) wait *= 2;
  wait = std::min(wait, options.retry_max_wait);
  // Spread, so that two writers don't meet again.
  auto spread = std::chrono::duration_cast<std::chrono::nanoseconds>(wait) / 2;
  auto delay = spread + std::chrono::nanoseconds(static_cast<int64_t>(
                            random_.NextDouble() * static_cast<double>(spread.count())));
  return Await<Catalog::Nothing>(
             executor_,
             [&](auto done) { executor_.SubmitAfter(delay, [done] { done(Catalog::Nothing()); }); })
      .status();
}

void PipelineCommitter::RemoveAbandoned(iceberg::SnapshotChange& change) {
  // What can't be removed now is an orphan, which maintenance finds.
  for (const std::string& file : change.TakeAbandonedFiles()) (void)io_.Remove(file).ok();
}

Status PipelineCommitter::CommitWithRetries(const PipelineMark& mark, iceberg::EpochFiles files) {
  iceberg::SnapshotChange change(io_, clock_, random_, std::move(files));
  change.SetSummary(mark.ToSummary());
  change.SetProperties(mark.ToProperties(change.snapshot_id()));
  if (upsert_) change.RequireFieldlessSpec();
  auto started = clock_.Monotonic();
  bool unknown = false;
  for (int attempt = 1;; ++attempt) {
    FLOE_ASSIGN(LoadedTable loaded, Load());
    FLOE_ASSIGN(PipelinePosition position,
                iceberg::FindPipelinePosition(*loaded.metadata, mark.pipeline_id));
    FLOE_ASSIGN(CommitDecision decision, iceberg::DecideCommit(position, mark));
    if (decision == CommitDecision::kAlreadyDone) return Status::Ok();
    FLOE_ASSIGN(iceberg::CommitOptions options, iceberg::ParseCommitOptions(*loaded.metadata));
    FLOE_ASSIGN(iceberg::TableChange prepared, change.Prepare(*loaded.metadata));
    auto committed = Await<std::vector<LoadedTable>>(executor_, [&](auto done) {
      catalog_.CommitTables({{table_, std::move(prepared)}}, done);
    });
    if (committed.ok()) return Status::Ok();
    ErrorCode code = committed.error().code();
    unknown |= code == ErrorCode::kCommitUnknown;
    bool retry = code == ErrorCode::kCommitConflict || code == ErrorCode::kCommitUnknown ||
                 code == ErrorCode::kUnavailable;
    // Once an outcome is unknown, any of the files may be in the table.
    if (!unknown) RemoveAbandoned(change);
    bool late = clock_.Monotonic() - started >= options.retry_total_timeout;
    if (!retry || attempt > options.retry_count || late) {
      if (unknown) return Status(ErrorCode::kCommitUnknown, committed.error().message());
      return std::move(committed).error();
    }
    FLOE_TRY(Pause(attempt, options));
  }
}

}  // namespace floe::catalog
