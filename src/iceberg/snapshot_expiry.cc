#include "iceberg/snapshot_expiry.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "base/limits.h"
#include "iceberg/pipeline_commit.h"

namespace floe::iceberg {
namespace {

class Retention {
 public:
  Retention(const TableMetadata& table, const ExpiryOptions& options, int64_t now_ms)
      : table_(table), options_(options), now_ms_(now_ms) {
    for (const SnapshotPtr& snapshot : table.snapshots) {
      by_id_[snapshot->id.value()] = snapshot.get();
    }
  }

  std::vector<SnapshotId> Expired() {
    for (const auto& [name, ref] : table_.refs) KeepRef(ref);
    KeepUnreachedYoung();
    KeepNewestOfPipelines();
    for (const Snapshot* holder : EpochHolders(table_)) KeepHolder(*holder);
    std::vector<SnapshotId> expired;
    for (const SnapshotPtr& snapshot : table_.snapshots) {
      if (!kept_.contains(snapshot->id.value())) expired.push_back(snapshot->id);
    }
    return expired;
  }

 private:
  const Snapshot* Find(SnapshotId id) const {
    auto found = by_id_.find(id.value());
    return found == by_id_.end() ? nullptr : found->second;
  }
  const Snapshot* ParentOf(const Snapshot& snapshot) const {
    return snapshot.parent_id ? Find(*snapshot.parent_id) : nullptr;
  }
  void Keep(const Snapshot& snapshot) { kept_.insert(snapshot.id.value()); }
  bool IsYoung(const Snapshot& snapshot, int64_t max_age_ms) const {
    return now_ms_ - snapshot.timestamp_ms <= max_age_ms;
  }

  void KeepRef(const SnapshotRef& ref) {
    const Snapshot* at = Find(ref.snapshot_id);
    if (at == nullptr) return;
    Keep(*at);
    if (ref.kind == RefKind::kTag) return;
    const int64_t age_ms = ref.max_snapshot_age_ms.value_or(options_.max_snapshot_age_ms);
    const int count = ref.min_snapshots_to_keep.value_or(options_.min_snapshots_to_keep);
    // Each is visited once, even if damaged metadata had a cycle.
    std::unordered_set<int64_t> visited;
    for (int i = 0; at != nullptr && visited.insert(at->id.value()).second; at = ParentOf(*at)) {
      if (i < count || IsYoung(*at, age_ms)) Keep(*at);
      reached_.insert(at->id.value());
      ++i;
    }
  }

  void KeepUnreachedYoung() {
    for (const SnapshotPtr& snapshot : table_.snapshots) {
      if (!reached_.contains(snapshot->id.value()) &&
          IsYoung(*snapshot, options_.max_snapshot_age_ms)) {
        Keep(*snapshot);
      }
    }
  }

  void KeepNewestOfPipelines() {
    std::map<std::string, std::vector<const Snapshot*>> by_pipeline;
    for (const SnapshotPtr& snapshot : table_.snapshots) {
      const std::string* pipeline = snapshot->SummaryValue(pipeline_key::kPipelineId);
      if (pipeline != nullptr) by_pipeline[*pipeline].push_back(snapshot.get());
    }
    for (auto& [pipeline, snapshots] : by_pipeline) {
      std::sort(snapshots.begin(), snapshots.end(), [](const Snapshot* a, const Snapshot* b) {
        return a->sequence_number > b->sequence_number;
      });
      const size_t count =
          std::min<size_t>(snapshots.size(), static_cast<size_t>(limits::kMinRetainedCheckpoints));
      for (size_t i = 0; i < count; ++i) Keep(*snapshots[i]);
    }
  }

  void KeepHolder(const Snapshot& holder) {
    Keep(holder);
    std::vector<const Snapshot*> above;
    const Snapshot* at = table_.current_snapshot_id ? Find(*table_.current_snapshot_id) : nullptr;
    // Sequence numbers fall from child to parent.
    while (at != nullptr && at->sequence_number > holder.sequence_number) {
      above.push_back(at);
      const Snapshot* parent = ParentOf(*at);
      if (parent != nullptr && parent->sequence_number >= at->sequence_number) return;
      at = parent;
    }
    if (at == nullptr || at == &holder) return;
    Keep(*at);
    for (const Snapshot* snapshot : above) Keep(*snapshot);
  }

  const TableMetadata& table_;
  const ExpiryOptions& options_;
  const int64_t now_ms_;
  std::unordered_map<int64_t, const Snapshot*> by_id_;
  std::unordered_set<int64_t> kept_;
  std::unordered_set<int64_t> reached_;
};

}  // namespace

std::vector<SnapshotId> SnapshotsToExpire(const TableMetadata& table, const ExpiryOptions& options,
                                          int64_t now_ms) {
  return Retention(table, options, now_ms).Expired();
}

}  // namespace floe::iceberg
