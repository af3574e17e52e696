// What a pipeline writes into a snapshot, and how it finds out from a table where it stands
// (exactly-once: decision 6 of the architecture). Pure functions of metadata.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "iceberg/table_metadata.h"

namespace floe::iceberg {

// Members of a snapshot's summary. The newest is also in table properties, under
// "floe.pipeline.<pipeline id>.<name>", so that expiry by another engine cannot erase it.
namespace pipeline_key {
inline constexpr char kPipelineId[] = "floe.pipeline-id";
inline constexpr char kFencingToken[] = "floe.fencing-token";
inline constexpr char kEpoch[] = "floe.epoch";
inline constexpr char kDigest[] = "floe.epoch-digest";
inline constexpr char kOffsets[] = "floe.offsets";
inline constexpr char kWatermark[] = "floe.watermark-ms";
inline constexpr char kCheckpoint[] = "floe.checkpoint";
// Only among the properties: the snapshot that holds the epoch.
inline constexpr char kSnapshotId[] = "floe.snapshot-id";
}  // namespace pipeline_key

// A commit's place in the stream. A fence has no epoch.
struct PipelineMark {
  std::string pipeline_id;
  int64_t fencing_token = 0;
  std::optional<Epoch> epoch;
  std::string digest;        // hexadecimal, of the epoch's file list
  std::string offsets_json;  // {"topic": {"0": 17}}: next offset per partition
  std::optional<EventTime> watermark;
  std::string checkpoint_address;

  Summary ToSummary() const;
  // Properties with the newest state, made by the commit of `snapshot`; a fence leaves the epoch's
  // members alone.
  Properties ToProperties(SnapshotId snapshot) const;
};

// What a table says of a pipeline.
struct PipelinePosition {
  Epoch epoch;  // 0: no epoch of the pipeline
  std::string digest;
  std::string offsets_json;
  std::optional<EventTime> watermark;
  std::string checkpoint_address;
  int64_t fencing_token = 0;              // the highest of the pipeline, 0: none
  std::optional<SnapshotId> snapshot_id;  // that holds the epoch; none if only properties know it
};

// Walks all ancestors of `main`, then the table's properties; the higher epoch and token win.
// kCorruption when a member of a snapshot or property of the pipeline cannot be read; kFenced when
// the properties name a later epoch whose snapshot exists but is no ancestor of `main`: somebody
// rolled the table back, and only its owner can say what the pipeline shall do. Where snapshots
// between `main` and that one are expired, so that nobody can tell, it counts as an ancestor.
Result<PipelinePosition> FindPipelinePosition(const TableMetadata& table,
                                              const std::string& pipeline_id);

// The snapshots that the table's properties name as holders of pipelines' newest epochs, as far as
// they exist.
std::vector<const Snapshot*> EpochHolders(const TableMetadata& table);

enum class CommitDecision : uint8_t {
  kCommit,       // send it
  kAlreadyDone,  // this epoch, with this digest, is in the table
};

// kFenced when the table has seen a higher token, our epoch with another digest, or a later epoch:
// another process has taken over, and this one must end.
Result<CommitDecision> DecideCommit(const PipelinePosition& position, const PipelineMark& mark);

}  // namespace floe::iceberg
