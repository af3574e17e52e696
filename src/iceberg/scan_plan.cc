#include "iceberg/scan_plan.h"

#include <algorithm>
#include <map>
#include <optional>
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

std::optional<Literal> BoundOf(const std::map<ColumnId, std::string>& bounds,
                               const NestedField& column) {
  const auto found = bounds.find(column.id);
  if (found == bounds.end()) return std::nullopt;
  auto literal = Literal::FromBytes(found->second, column.type);
  return literal.ok() ? std::optional<Literal>(*literal) : std::nullopt;
}

// Rows of the file with a value in the column; 0: not known.
int64_t ValueCount(const DataFile& file, const NestedField& column) {
  const auto values = file.metrics.value_counts.find(column.id);
  const auto nulls = file.metrics.null_value_counts.find(column.id);
  if (values != file.metrics.value_counts.end() && nulls != file.metrics.null_value_counts.end()) {
    return values->second - nulls->second;
  }
  return column.required ? file.record_count : 0;
}

bool HasDeletes(const DataFileTask& task, const ScanPlan& plan) {
  return !task.position_deletes.empty() || !task.partition_equality_deletes.empty() ||
         task.first_equality_delete < plan.equality_deletes.size();
}

class Planner {
 public:
  Planner(const FileIo& io, const TableMetadata& table, const Conjunction& conditions,
          ManifestCache& cache)
      : io_(io), table_(table), conditions_(conditions), cache_(cache) {}

  Result<ScanPlan> Plan(SnapshotPtr snapshot) {
    plan_.snapshot = std::move(snapshot);
    if (plan_.snapshot == nullptr) return std::move(plan_);
    schema_ = &table_.schema();
    if (plan_.snapshot->schema_id) {
      const Schema* own = table_.FindSchema(*plan_.snapshot->schema_id);
      if (own != nullptr) schema_ = own;
    }
    FLOE_ASSIGN(const ManifestListPtr manifests,
                cache_.ReadList(io_, plan_.snapshot->manifest_list));
    for (const ManifestFile& manifest : *manifests) {
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
    FLOE_ASSIGN(const ManifestEntriesPtr entries, cache_.Read(io_, manifest));
    for (const ManifestEntry& entry : *entries) {
      if (entry.is_live()) AddEntry(entry, *spec);
    }
    return Status::Ok();
  }

  void AddEntry(const ManifestEntry& entry, const PartitionSpec& spec) {
    SequenceNumber sequence = *entry.sequence_number;
    switch (entry.file.content) {
      case FileContent::kData: {
        if (!MightMatch(conditions_, *schema_, spec, entry.file)) {
          ++plan_.skipped_data_files;
          return;
        }
        DataFileTask task;
        task.file = entry.file;
        task.sequence_number = sequence;
        plan_.data_files.push_back(std::move(task));
        return;
      }
      case FileContent::kPositionDeletes:
        plan_.position_deletes.push_back({entry.file, sequence});
        return;
      case FileContent::kEqualityDeletes: {
        auto& deletes =
            spec.is_unpartitioned() ? plan_.equality_deletes : plan_.partition_equality_deletes;
        deletes.push_back({entry.file, sequence});
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
  ManifestCache& cache_;
  const Schema* schema_ = nullptr;
  ScanPlan plan_;
};

}  // namespace

Result<ScanPlan> PlanScan(const FileIo& io, const TableMetadata& table, SnapshotPtr snapshot,
                          const Conjunction& conditions, ManifestCache* cache) {
  ManifestCache unshared(0);
  return Planner(io, table, conditions, cache != nullptr ? *cache : unshared)
      .Plan(std::move(snapshot));
}

void KeepFilesOfFirstRows(const FirstRows& first, const Schema& schema, ScanPlan* plan) {
  const NestedField* column = schema.FindField(first.column);
  // NaNs are not in the bounds.
  if (column == nullptr || !column->type.is_primitive() || column->type.is_floating()) return;
  // Of rows that are certainly there: the value that all of a file's are before, and how many.
  std::vector<std::pair<Literal, int64_t>> certain;
  for (const DataFileTask& task : plan->data_files) {
    if (HasDeletes(task, *plan)) continue;
    const auto last =
        BoundOf(first.descending ? task.file.metrics.lower_bounds : task.file.metrics.upper_bounds,
                *column);
    const int64_t values = ValueCount(task.file, *column);
    if (last && values > 0) certain.emplace_back(*last, values);
  }
  const auto is_before = [&](const Literal& a, const Literal& b) {
    return first.descending ? a.Compare(b) > 0 : a.Compare(b) < 0;
  };
  std::sort(certain.begin(), certain.end(),
            [&](const auto& a, const auto& b) { return is_before(a.first, b.first); });
  int64_t found = 0;
  for (const auto& [last, values] : certain) {
    found += values;
    if (found < first.count) continue;
    const Literal threshold = last;
    plan->skipped_data_files +=
        static_cast<int64_t>(std::erase_if(plan->data_files, [&](const DataFileTask& task) {
          const auto best = BoundOf(
              first.descending ? task.file.metrics.upper_bounds : task.file.metrics.lower_bounds,
              *column);
          return best && is_before(threshold, *best);
        }));
    return;
  }
}

}  // namespace floe::iceberg
