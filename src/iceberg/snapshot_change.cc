#include "iceberg/snapshot_change.h"

#include <algorithm>
#include <set>
#include <utility>

#include "iceberg/snapshot_expiry.h"
#include "iceberg/snapshot_summary.h"

namespace floe::iceberg {
namespace {

constexpr char kEngine[] = "floe";

std::string OperationOf(const EpochFiles& files) {
  if (files.delete_files.empty()) return operation::kAppend;
  return files.data_files.empty() ? operation::kDelete : operation::kOverwrite;
}

// Groups of neighbours that fit into `target_bytes`, packed from the end so that only the first
// group, which holds the newest manifest, stays small (Java: ListPacker.packEnd).
std::vector<std::vector<ManifestFile>> PackFromEnd(const std::vector<ManifestFile>& manifests,
                                                   int64_t target_bytes) {
  std::vector<std::vector<ManifestFile>> bins;
  int64_t bytes = 0;
  for (auto it = manifests.rbegin(); it != manifests.rend(); ++it) {
    if (bins.empty() || bytes + it->length_bytes > target_bytes) {
      bins.emplace_back();
      bytes = 0;
    }
    bins.back().push_back(*it);
    bytes += it->length_bytes;
  }
  std::reverse(bins.begin(), bins.end());
  for (auto& bin : bins) std::reverse(bin.begin(), bin.end());
  return bins;
}

}  // namespace

SnapshotId NewSnapshotId(const TableMetadata& table, Random& random) {
  while (true) {
    auto value = static_cast<int64_t>(random.NextUint64() & 0x7FFFFFFFFFFFFFFF);
    if (value != 0 && table.FindSnapshot(SnapshotId(value)) == nullptr) return SnapshotId(value);
  }
}

SnapshotChange::SnapshotChange(const FileIo& io, const Clock& clock, Random& random,
                               EpochFiles files)
    : io_(io),
      clock_(clock),
      random_(random),
      files_(std::move(files)),
      snapshot_id_(NewSnapshotId(TableMetadata(), random)),
      commit_uuid_(random.NextUuid()) {}

std::string SnapshotChange::SyncMarker() {
  std::string marker;
  for (int word = 0; word < 2; ++word) {
    uint64_t bits = random_.NextUint64();
    for (int i = 0; i < 8; ++i, bits >>= 8) marker += static_cast<char>(bits & 0xFF);
  }
  return marker;
}

std::string SnapshotChange::NextManifestPath(const CommitOptions& options) {
  return options.metadata_path + "/" + commit_uuid_ + "-m" + std::to_string(next_manifest_++) +
         ".avro";
}

Result<std::vector<SnapshotChange::NewManifest>> SnapshotChange::WriteManifests(
    const TableMetadata& base, const CommitOptions& options, const PartitionSpec& spec,
    ManifestContent content, const std::vector<ManifestEntry>& entries) {
  std::vector<NewManifest> written;
  size_t next = 0;
  while (next < entries.size()) {
    NewManifest manifest;
    ManifestWriter writer(base.schema(), spec, content, snapshot_id_, options.manifest_codec);
    while (next < entries.size() && writer.estimated_bytes() < options.manifest_target_size_bytes) {
      manifest.entries.push_back(entries[next]);
      FLOE_TRY(writer.Add(entries[next++]));
    }
    FLOE_ASSIGN(ManifestWriter::Written bytes, writer.Finish(SyncMarker()));
    manifest.file = std::move(bytes.manifest);
    manifest.file.path = NextManifestPath(options);
    FLOE_TRY(io_.Write(manifest.file.path, std::move(bytes.bytes)));
    written.push_back(std::move(manifest));
  }
  return written;
}

Status SnapshotChange::WriteNewManifests(const TableMetadata& base, const CommitOptions& options) {
  if (manifests_written_) return Status::Ok();
  new_manifests_.clear();
  std::map<std::pair<ManifestContent, int>, std::vector<ManifestEntry>> groups;
  auto add = [&](ManifestContent content, const DataFile& file) {
    ManifestEntry entry;
    entry.snapshot_id = snapshot_id_;
    entry.file = file;
    groups[{content, file.partition_spec_id}].push_back(std::move(entry));
  };
  for (const DataFile& file : files_.data_files) add(ManifestContent::kData, file);
  for (const DataFile& file : files_.delete_files) add(ManifestContent::kDeletes, file);
  for (const auto& [group, entries] : groups) {
    const PartitionSpec* spec = base.FindSpec(group.second);
    if (spec == nullptr || !spec->ResultTypes(base.schema()).ok()) {
      return Status(ErrorCode::kCommitConflict, "the table no longer has partition spec " +
                                                    std::to_string(group.second) +
                                                    ", under which files were written");
    }
    FLOE_ASSIGN(auto written, WriteManifests(base, options, *spec, group.first, entries));
    std::move(written.begin(), written.end(), std::back_inserter(new_manifests_));
  }
  manifests_written_ = true;
  return Status::Ok();
}

Result<ManifestFile> SnapshotChange::MergeGroup(const TableMetadata& base,
                                                const CommitOptions& options,
                                                const std::vector<ManifestFile>& group) {
  const PartitionSpec& spec = *base.FindSpec(group[0].partition_spec_id);
  ManifestWriter writer(base.schema(), spec, group[0].content, snapshot_id_,
                        options.manifest_codec);
  for (const ManifestFile& manifest : group) {
    auto own = std::find_if(new_manifests_.begin(), new_manifests_.end(),
                            [&](const NewManifest& m) { return m.file.path == manifest.path; });
    if (own != new_manifests_.end()) {
      for (const ManifestEntry& entry : own->entries) FLOE_TRY(writer.Add(entry));
      continue;
    }
    FLOE_ASSIGN(std::string bytes, io_.Read(manifest.path));
    FLOE_ASSIGN(std::vector<ManifestEntry> entries, ReadManifest(bytes, manifest));
    for (ManifestEntry& entry : entries) {
      if (!entry.is_live()) continue;
      entry.status = EntryStatus::kExisting;
      FLOE_TRY(writer.Add(entry));
    }
  }
  FLOE_ASSIGN(ManifestWriter::Written written, writer.Finish(SyncMarker()));
  written.manifest.path = NextManifestPath(options);
  attempt_files_.push_back(written.manifest.path);
  FLOE_TRY(io_.Write(written.manifest.path, std::move(written.bytes)));
  return std::move(written.manifest);
}

// Manifests of one content, new ones first. As Java's ManifestMergeManager: neighbours of one spec
// are packed to the target size, and the group with the newest manifest is left alone until it has
// enough members.
Result<std::vector<ManifestFile>> SnapshotChange::MergeManifests(
    const TableMetadata& base, const CommitOptions& options,
    const std::vector<ManifestFile>& manifests) {
  if (!options.manifest_merge_enabled || manifests.empty()) return manifests;
  std::map<int, std::vector<ManifestFile>, std::greater<>> by_spec;
  for (const ManifestFile& manifest : manifests) {
    by_spec[manifest.partition_spec_id].push_back(manifest);
  }
  std::vector<ManifestFile> merged;
  for (const auto& [spec_id, group] : by_spec) {
    const PartitionSpec* spec = base.FindSpec(spec_id);
    bool can_merge = spec != nullptr && spec->ResultTypes(base.schema()).ok();
    for (const auto& bin : PackFromEnd(group, options.manifest_target_size_bytes)) {
      bool has_newest = bin[0].path == manifests[0].path;
      bool too_few =
          has_newest && static_cast<int>(bin.size()) < options.manifest_min_count_to_merge;
      if (bin.size() < 2 || too_few || !can_merge) {
        merged.insert(merged.end(), bin.begin(), bin.end());
        continue;
      }
      FLOE_ASSIGN(ManifestFile joined, MergeGroup(base, options, bin));
      merged.push_back(std::move(joined));
    }
  }
  return merged;
}

Result<std::vector<ManifestFile>> SnapshotChange::ListManifests(const TableMetadata& base,
                                                                const CommitOptions& options,
                                                                const Snapshot* parent,
                                                                ManifestCounts& counts) {
  std::vector<ManifestFile> existing;
  if (parent != nullptr) {
    FLOE_ASSIGN(std::string bytes, io_.Read(parent->manifest_list));
    FLOE_ASSIGN(existing, ReadManifestList(bytes));
  }
  // The newest first, as Java keeps them.
  std::vector<ManifestFile> all;
  for (ManifestContent content : {ManifestContent::kData, ManifestContent::kDeletes}) {
    std::vector<ManifestFile> manifests;
    for (const NewManifest& manifest : new_manifests_) {
      if (manifest.file.content == content) manifests.push_back(manifest.file);
    }
    for (const ManifestFile& manifest : existing) {
      if (manifest.content == content && manifest.has_live_files()) manifests.push_back(manifest);
    }
    FLOE_ASSIGN(auto merged, MergeManifests(base, options, manifests));
    all.insert(all.end(), merged.begin(), merged.end());
  }
  std::set<std::string> before;
  for (const ManifestFile& manifest : existing) before.insert(manifest.path);
  for (const ManifestFile& manifest : all) {
    if (before.erase(manifest.path) > 0) {
      ++counts.kept;
    } else {
      ++counts.created;
    }
  }
  counts.replaced = static_cast<int64_t>(before.size());
  return all;
}

Result<SnapshotPtr> SnapshotChange::MakeSnapshot(const TableMetadata& base,
                                                 const CommitOptions& options) {
  SnapshotPtr parent = base.CurrentSnapshot();
  ManifestCounts counts;
  FLOE_ASSIGN(auto manifests, ListManifests(base, options, parent.get(), counts));
  auto snapshot = std::make_shared<Snapshot>();
  snapshot->id = snapshot_id_;
  if (parent != nullptr) snapshot->parent_id = parent->id;
  snapshot->sequence_number = base.last_sequence_number.Next();
  // Never before the table's last change, even if the system's clock was set back.
  snapshot->timestamp_ms = std::max(clock_.WallMillis(), base.last_updated_ms);
  snapshot->schema_id = base.current_schema_id;
  snapshot->summary = MetricsSummary(files_.data_files, files_.delete_files, parent.get());
  AddManifestCounts(counts, snapshot->summary);
  for (const auto& [key, value] : extra_summary_) snapshot->summary[key] = value;
  snapshot->summary[summary_key::kOperation] = OperationOf(files_);
  snapshot->summary[summary_key::kEngineName] = kEngine;
  snapshot->manifest_list = options.metadata_path + "/snap-" +
                            std::to_string(snapshot_id_.value()) + "-" +
                            std::to_string(++attempt_) + "-" + commit_uuid_ + ".avro";
  ManifestListHeader header{snapshot->id, snapshot->parent_id, snapshot->sequence_number};
  FLOE_ASSIGN(std::string bytes,
              WriteManifestList(manifests, header, options.manifest_codec, SyncMarker()));
  attempt_files_.push_back(snapshot->manifest_list);
  FLOE_TRY(io_.Write(snapshot->manifest_list, std::move(bytes)));
  return SnapshotPtr(std::move(snapshot));
}

namespace {

// Adds the removal of those snapshots that the table's next state need not keep.
Status ExpireSnapshots(const TableMetadata& base, int64_t now_ms, TableChange& change) {
  FLOE_ASSIGN(const ExpiryOptions options, ParseExpiryOptions(base.properties));
  if (!options.expire_at_commit) return Status::Ok();
  FLOE_ASSIGN(const TableMetadata next, ApplyUpdates(base, change.updates, now_ms, ""));
  std::vector<SnapshotId> expired = SnapshotsToExpire(next, options, now_ms);
  if (!expired.empty()) change.updates.push_back(update::RemoveSnapshots{std::move(expired)});
  return Status::Ok();
}

}  // namespace

Result<TableChange> SnapshotChange::Prepare(const TableMetadata& base) {
  std::move(attempt_files_.begin(), attempt_files_.end(), std::back_inserter(abandoned_files_));
  attempt_files_.clear();
  FLOE_ASSIGN(CommitOptions options, ParseCommitOptions(base));
  FLOE_TRY(WriteNewManifests(base, options));
  FLOE_ASSIGN(SnapshotPtr snapshot, MakeSnapshot(base, options));

  TableChange change;
  change.requirements.push_back(requirement::AssertTableUuid{base.table_uuid});
  change.requirements.push_back(
      requirement::AssertRefSnapshotId{std::string(kMainBranch), base.current_snapshot_id});
  if (require_fieldless_spec_ && base.FindFieldlessSpec() == nullptr) {
    change.requirements.push_back(
        requirement::AssertLastAssignedPartitionId{base.last_partition_id});
    change.updates.push_back(update::AddSpec{PartitionSpec()});
  }
  change.updates.push_back(update::AddSnapshot{snapshot});
  SnapshotRef ref;
  auto main = base.refs.find(std::string(kMainBranch));
  if (main != base.refs.end()) ref = main->second;
  ref.snapshot_id = snapshot->id;
  change.updates.push_back(update::SetSnapshotRef{std::string(kMainBranch), std::move(ref)});
  if (!properties_.empty()) change.updates.push_back(update::SetProperties{properties_});
  FLOE_TRY(ExpireSnapshots(base, snapshot->timestamp_ms, change));
  return change;
}

std::vector<std::string> SnapshotChange::TakeAbandonedFiles() {
  std::move(attempt_files_.begin(), attempt_files_.end(), std::back_inserter(abandoned_files_));
  attempt_files_.clear();
  return std::exchange(abandoned_files_, {});
}

}  // namespace floe::iceberg
