#include "iceberg/scan_plan.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>

#include "iceberg/manifest.h"

namespace floe::iceberg {
namespace {

constexpr ColumnId kDeletedFilePath{2147483546};

// Spec and partition of a file; files with equal ones are in one partition.
struct PartitionKey {
  int spec_id = 0;
  const std::vector<Literal>* values = nullptr;

  bool operator<(const PartitionKey& other) const {
    if (spec_id != other.spec_id) return spec_id < other.spec_id;
    return std::lexicographical_compare(
        values->begin(), values->end(), other.values->begin(), other.values->end(),
        [](const Literal& a, const Literal& b) { return a.Compare(b) < 0; });
  }
};

PartitionKey PartitionOf(const DataFile& file) { return {file.partition_spec_id, &file.partition}; }

// The data file that all rows of a position delete file name; "" when there may be several.
std::string SingleTarget(const DataFile& file) {
  if (file.referenced_data_file) return *file.referenced_data_file;
  auto lower = file.metrics.lower_bounds.find(kDeletedFilePath);
  auto upper = file.metrics.upper_bounds.find(kDeletedFilePath);
  bool has_both =
      lower != file.metrics.lower_bounds.end() && upper != file.metrics.upper_bounds.end();
  return has_both && lower->second == upper->second ? lower->second : std::string();
}

class Planner {
 public:
  Planner(const FileIo& io, const TableMetadata& table, const Conjunction& conditions)
      : io_(io), table_(table), conditions_(conditions) {}

  Result<ScanPlan> Plan(SnapshotPtr snapshot) {
    plan_.snapshot = std::move(snapshot);
    if (plan_.snapshot == nullptr) return std::move(plan_);
    schema_ = &table_.schema();
    if (plan_.snapshot->schema_id) {
      const Schema* own = table_.FindSchema(*plan_.snapshot->schema_id);
      if (own != nullptr) schema_ = own;
    }
    FLOE_ASSIGN(std::string bytes, io_.Read(plan_.snapshot->manifest_list));
    FLOE_ASSIGN(auto manifests, ReadManifestList(bytes));
    for (const ManifestFile& manifest : manifests) {
      if (!manifest.has_live_files()) continue;
      FLOE_TRY(ReadOne(manifest));
    }
    AssignDeletes();
    return std::move(plan_);
  }

 private:
  Result<const PartitionSpec*> SpecOf(const ManifestFile& manifest) const {
    const PartitionSpec* spec = table_.FindSpec(manifest.partition_spec_id);
    if (spec == nullptr) {
      return Error(ErrorCode::kCorruption, "manifest " + manifest.path + " has partition spec " +
                                               std::to_string(manifest.partition_spec_id) +
                                               ", which the table lacks");
    }
    return spec;
  }

  Status ReadOne(const ManifestFile& manifest) {
    FLOE_ASSIGN(const PartitionSpec* spec, SpecOf(manifest));
    bool is_data = manifest.content == ManifestContent::kData;
    if (is_data && !MightMatch(conditions_, *schema_, *spec, manifest)) {
      ++plan_.skipped_manifests;
      return Status::Ok();
    }
    FLOE_ASSIGN(std::string bytes, io_.Read(manifest.path));
    FLOE_ASSIGN(auto entries, ReadManifest(bytes, manifest));
    for (ManifestEntry& entry : entries) {
      if (entry.is_live()) AddEntry(entry, *spec);
    }
    return Status::Ok();
  }

  void AddEntry(ManifestEntry& entry, const PartitionSpec& spec) {
    SequenceNumber sequence = *entry.sequence_number;
    switch (entry.file.content) {
      case FileContent::kData: {
        if (!MightMatch(conditions_, *schema_, spec, entry.file)) {
          ++plan_.skipped_data_files;
          return;
        }
        DataFileTask task;
        task.file = std::move(entry.file);
        task.sequence_number = sequence;
        plan_.data_files.push_back(std::move(task));
        return;
      }
      case FileContent::kPositionDeletes:
        plan_.position_deletes.push_back({std::move(entry.file), sequence});
        return;
      case FileContent::kEqualityDeletes: {
        auto& deletes =
            spec.is_unpartitioned() ? plan_.equality_deletes : plan_.partition_equality_deletes;
        deletes.push_back({std::move(entry.file), sequence});
        return;
      }
    }
  }

  void AssignDeletes() {
    auto by_sequence = [](const DeleteFileTask& a, const DeleteFileTask& b) {
      return a.sequence_number < b.sequence_number;
    };
    std::stable_sort(plan_.equality_deletes.begin(), plan_.equality_deletes.end(), by_sequence);
    std::map<std::string, std::vector<size_t>> by_target;
    std::map<PartitionKey, std::vector<size_t>> by_partition;
    std::map<PartitionKey, std::vector<size_t>> equality_by_partition;
    for (size_t i = 0; i < plan_.position_deletes.size(); ++i) {
      const DataFile& file = plan_.position_deletes[i].file;
      std::string target = SingleTarget(file);
      if (target.empty()) {
        by_partition[PartitionOf(file)].push_back(i);
      } else {
        by_target[std::move(target)].push_back(i);
      }
    }
    for (size_t i = 0; i < plan_.partition_equality_deletes.size(); ++i) {
      equality_by_partition[PartitionOf(plan_.partition_equality_deletes[i].file)].push_back(i);
    }
    for (DataFileTask& task : plan_.data_files) {
      auto named = by_target.find(task.file.file_path);
      if (named != by_target.end()) AddPositionDeletes(named->second, task);
      auto in_partition = by_partition.find(PartitionOf(task.file));
      if (in_partition != by_partition.end()) AddPositionDeletes(in_partition->second, task);
      auto first = std::upper_bound(plan_.equality_deletes.begin(), plan_.equality_deletes.end(),
                                    task.sequence_number,
                                    [](SequenceNumber sequence, const DeleteFileTask& deletes) {
                                      return sequence < deletes.sequence_number;
                                    });
      task.first_equality_delete = static_cast<size_t>(first - plan_.equality_deletes.begin());
      auto equality = equality_by_partition.find(PartitionOf(task.file));
      if (equality == equality_by_partition.end()) continue;
      for (size_t i : equality->second) {
        if (plan_.partition_equality_deletes[i].sequence_number > task.sequence_number) {
          task.partition_equality_deletes.push_back(i);
        }
      }
    }
  }

  void AddPositionDeletes(const std::vector<size_t>& candidates, DataFileTask& task) const {
    for (size_t i : candidates) {
      const DeleteFileTask& deletes = plan_.position_deletes[i];
      bool same_partition = deletes.file.partition_spec_id == task.file.partition_spec_id &&
                            deletes.file.partition == task.file.partition;
      if (same_partition && deletes.sequence_number >= task.sequence_number) {
        task.position_deletes.push_back(i);
      }
    }
  }

  const FileIo& io_;
  const TableMetadata& table_;
  const Conjunction& conditions_;
  const Schema* schema_ = nullptr;
  ScanPlan plan_;
};

}  // namespace

Result<ScanPlan> PlanScan(const FileIo& io, const TableMetadata& table, SnapshotPtr snapshot,
                          const Conjunction& conditions) {
  return Planner(io, table, conditions).Plan(std::move(snapshot));
}

}  // namespace floe::iceberg
