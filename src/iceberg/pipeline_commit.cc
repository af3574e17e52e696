#include "iceberg/pipeline_commit.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <utility>

namespace floe::iceberg {
namespace {

constexpr char kPropertyPrefix[] = "floe.pipeline.";

std::string PropertyName(const std::string& pipeline_id, std::string_view member) {
  // "floe.epoch" → "floe.pipeline.<id>.epoch"
  return kPropertyPrefix + pipeline_id + "." + std::string(member.substr(5));
}

Result<int64_t> ParseNumber(const std::string& text, const std::string& where) {
  int64_t value = 0;
  const char* end = text.data() + text.size();
  auto [at, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || at != end) {
    return Error(ErrorCode::kCorruption, where + " is '" + text + "', which is no number");
  }
  return value;
}

// The members of one snapshot or of the properties, under their short names.
struct Members {
  std::string where;
  std::function<const std::string*(const char* key)> find;

  std::string Text(const char* key) const {
    const std::string* value = find(key);
    return value == nullptr ? std::string() : *value;
  }
  Result<std::optional<int64_t>> Number(const char* key) const {
    const std::string* value = find(key);
    if (value == nullptr) return std::optional<int64_t>();
    FLOE_ASSIGN(int64_t number, ParseNumber(*value, "'" + std::string(key) + "' of " + where));
    return std::optional<int64_t>(number);
  }
};

Status Merge(const Members& members, std::optional<SnapshotId> snapshot,
             PipelinePosition& position) {
  FLOE_ASSIGN(auto token, members.Number(pipeline_key::kFencingToken));
  if (token) position.fencing_token = std::max(position.fencing_token, *token);
  FLOE_ASSIGN(auto epoch, members.Number(pipeline_key::kEpoch));
  if (!epoch || Epoch(*epoch) <= position.epoch) return Status::Ok();
  position.epoch = Epoch(*epoch);
  position.snapshot_id = snapshot;
  position.digest = members.Text(pipeline_key::kDigest);
  position.offsets_json = members.Text(pipeline_key::kOffsets);
  position.checkpoint_address = members.Text(pipeline_key::kCheckpoint);
  FLOE_ASSIGN(auto watermark, members.Number(pipeline_key::kWatermark));
  position.watermark = watermark ? std::optional<EventTime>(EventTime(*watermark)) : std::nullopt;
  return Status::Ok();
}

}  // namespace

Summary PipelineMark::ToSummary() const {
  Summary summary;
  summary[pipeline_key::kPipelineId] = pipeline_id;
  summary[pipeline_key::kFencingToken] = std::to_string(fencing_token);
  if (!epoch) return summary;
  summary[pipeline_key::kEpoch] = std::to_string(epoch->value());
  summary[pipeline_key::kDigest] = digest;
  summary[pipeline_key::kOffsets] = offsets_json;
  bool has_watermark = watermark && *watermark > EventTime::Min();
  if (has_watermark) summary[pipeline_key::kWatermark] = std::to_string(watermark->millis());
  summary[pipeline_key::kCheckpoint] = checkpoint_address;
  return summary;
}

Properties PipelineMark::ToProperties(SnapshotId snapshot) const {
  Properties properties;
  if (epoch) {
    properties[PropertyName(pipeline_id, pipeline_key::kSnapshotId)] =
        std::to_string(snapshot.value());
  }
  for (const auto& [key, value] : ToSummary()) {
    if (key != pipeline_key::kPipelineId) properties[PropertyName(pipeline_id, key)] = value;
  }
  return properties;
}

Result<PipelinePosition> FindPipelinePosition(const TableMetadata& table,
                                              const std::string& pipeline_id) {
  PipelinePosition position;
  std::map<SnapshotId, SnapshotPtr> by_id;
  for (const SnapshotPtr& snapshot : table.snapshots) by_id[snapshot->id] = snapshot;
  std::optional<SnapshotId> at = table.current_snapshot_id;
  // Where the walk ended because the parent is expired.
  SnapshotPtr last_known;
  // A snapshot is visited once, even if damaged metadata had a cycle.
  for (auto it = at ? by_id.find(*at) : by_id.end(); it != by_id.end();) {
    SnapshotPtr snapshot = it->second;
    by_id.erase(it);
    const std::string* owner = snapshot->SummaryValue(pipeline_key::kPipelineId);
    if (owner != nullptr && *owner == pipeline_id) {
      Members members{"snapshot " + std::to_string(snapshot->id.value()),
                      [&](const char* key) { return snapshot->SummaryValue(key); }};
      FLOE_TRY(Merge(members, snapshot->id, position));
    }
    it = snapshot->parent_id ? by_id.find(*snapshot->parent_id) : by_id.end();
    if (it == by_id.end() && snapshot->parent_id) last_known = snapshot;
  }
  Members members{"the table's properties",
                  [&](const char* key) { return table.Property(PropertyName(pipeline_id, key)); }};
  Epoch newest_ancestor = position.epoch;
  FLOE_TRY(Merge(members, std::nullopt, position));
  FLOE_ASSIGN(auto holder, members.Number(pipeline_key::kSnapshotId));
  const SnapshotPtr held_by = holder ? table.FindSnapshot(SnapshotId(*holder)) : nullptr;
  // Sequence numbers fall from child to parent: it may be behind the gap.
  const bool may_be_ancestor = held_by != nullptr && last_known != nullptr &&
                               last_known->sequence_number > held_by->sequence_number;
  if (position.epoch > newest_ancestor && held_by != nullptr && !may_be_ancestor) {
    return Error(ErrorCode::kFenced, "the table was rolled back behind epoch " +
                                         std::to_string(position.epoch.value()) + " of pipeline '" +
                                         pipeline_id + "', which snapshot " +
                                         std::to_string(*holder) + " holds")
        .WithHint("make that snapshot current again, or run the job under a new pipeline id");
  }
  return position;
}

std::vector<const Snapshot*> EpochHolders(const TableMetadata& table) {
  // "floe.pipeline.<id>.snapshot-id"
  const std::string member =
      PropertyName("", pipeline_key::kSnapshotId).substr(sizeof(kPropertyPrefix) - 1);
  std::vector<const Snapshot*> holders;
  for (auto it = table.properties.lower_bound(kPropertyPrefix);
       it != table.properties.end() && it->first.starts_with(kPropertyPrefix); ++it) {
    if (!it->first.ends_with(member)) continue;
    // One that can't be read is for the pipeline to report that it belongs to.
    auto id = ParseNumber(it->second, it->first);
    if (!id.ok()) continue;
    const SnapshotPtr snapshot = table.FindSnapshot(SnapshotId(*id));
    if (snapshot != nullptr) holders.push_back(snapshot.get());
  }
  return holders;
}

Result<CommitDecision> DecideCommit(const PipelinePosition& position, const PipelineMark& mark) {
  auto fenced = [&](const std::string& why) {
    return Error(ErrorCode::kFenced, "pipeline '" + mark.pipeline_id + "' has been taken over: " +
                                         why + "; this process must end");
  };
  if (position.fencing_token > mark.fencing_token) {
    return fenced("the table has seen fencing token " + std::to_string(position.fencing_token) +
                  ", this process has " + std::to_string(mark.fencing_token));
  }
  if (!mark.epoch) {
    return position.fencing_token == mark.fencing_token ? CommitDecision::kAlreadyDone
                                                        : CommitDecision::kCommit;
  }
  if (position.epoch == *mark.epoch) {
    if (position.digest == mark.digest) return CommitDecision::kAlreadyDone;
    return fenced("epoch " + std::to_string(mark.epoch->value()) +
                  " is in the table with other contents");
  }
  if (position.epoch > *mark.epoch) {
    return fenced("the table holds epoch " + std::to_string(position.epoch.value()) +
                  " already, this commit is for epoch " + std::to_string(mark.epoch->value()));
  }
  return CommitDecision::kCommit;
}

}  // namespace floe::iceberg
