#include "iceberg/snapshot_summary.h"

#include <charconv>
#include <optional>
#include <set>
#include <string>

namespace floe::iceberg {
namespace {

namespace key = summary_key;

struct Added {
  int64_t data_files = 0;
  int64_t records = 0;
  int64_t equality_delete_files = 0;
  int64_t equality_deletes = 0;
  int64_t position_delete_files = 0;
  int64_t position_deletes = 0;
  int64_t bytes = 0;
};

Added CountAdded(const std::vector<DataFile>& data_files,
                 const std::vector<DataFile>& delete_files) {
  Added added;
  for (const DataFile& file : data_files) {
    ++added.data_files;
    added.records += file.record_count;
    added.bytes += file.file_size_bytes;
  }
  for (const DataFile& file : delete_files) {
    added.bytes += file.file_size_bytes;
    if (file.content == FileContent::kEqualityDeletes) {
      ++added.equality_delete_files;
      added.equality_deletes += file.record_count;
    } else {
      ++added.position_delete_files;
      added.position_deletes += file.record_count;
    }
  }
  return added;
}

size_t ChangedPartitions(const std::vector<DataFile>& data_files,
                         const std::vector<DataFile>& delete_files) {
  std::set<std::string> partitions;
  for (const auto* files : {&data_files, &delete_files}) {
    for (const DataFile& file : *files) {
      std::string name = std::to_string(file.partition_spec_id);
      for (const Literal& value : file.partition) {
        std::string text =
            value.is_null()
                ? "n"
                : "v" + std::visit(
                            [](const auto& v) -> std::string {
                              using T = std::decay_t<decltype(v)>;
                              if constexpr (std::is_same_v<T, std::string>) {
                                return v;
                              } else if constexpr (std::is_same_v<T, std::monostate>) {
                                return "";
                              } else {
                                return std::string(reinterpret_cast<const char*>(&v), sizeof(v));
                              }
                            },
                            value.value());
        name += ":" + std::to_string(text.size()) + ":" + text;
      }
      partitions.insert(std::move(name));
    }
  }
  return partitions.size();
}

std::optional<int64_t> TotalOf(const Snapshot* parent, const char* name) {
  if (parent == nullptr) return 0;
  const std::string* text = parent->SummaryValue(name);
  if (text == nullptr) return std::nullopt;
  int64_t total = 0;
  auto [at, error] = std::from_chars(text->data(), text->data() + text->size(), total);
  if (error != std::errc() || at != text->data() + text->size()) return std::nullopt;
  return total;
}

}  // namespace

Summary MetricsSummary(const std::vector<DataFile>& data_files,
                       const std::vector<DataFile>& delete_files, const Snapshot* parent) {
  Added added = CountAdded(data_files, delete_files);
  Summary summary;
  auto count = [&](const char* name, int64_t value) {
    if (value > 0) summary[name] = std::to_string(value);
  };
  auto total = [&](const char* name, int64_t value) {
    if (auto before = TotalOf(parent, name)) summary[name] = std::to_string(*before + value);
  };
  int64_t delete_file_count = added.equality_delete_files + added.position_delete_files;
  count(key::kAddedDataFiles, added.data_files);
  count(key::kAddedRecords, added.records);
  count(key::kAddedDeleteFiles, delete_file_count);
  count(key::kAddedEqualityDeleteFiles, added.equality_delete_files);
  count(key::kAddedEqualityDeletes, added.equality_deletes);
  count(key::kAddedPositionDeleteFiles, added.position_delete_files);
  count(key::kAddedPositionDeletes, added.position_deletes);
  count(key::kAddedFilesSize, added.bytes);
  auto partitions = static_cast<int64_t>(ChangedPartitions(data_files, delete_files));
  summary[key::kChangedPartitionCount] = std::to_string(partitions);
  total(key::kTotalDataFiles, added.data_files);
  total(key::kTotalDeleteFiles, delete_file_count);
  total(key::kTotalRecords, added.records);
  total(key::kTotalFilesSize, added.bytes);
  total(key::kTotalPositionDeletes, added.position_deletes);
  total(key::kTotalEqualityDeletes, added.equality_deletes);
  return summary;
}

void AddManifestCounts(const ManifestCounts& counts, Summary& summary) {
  summary[key::kManifestsCreated] = std::to_string(counts.created);
  summary[key::kManifestsKept] = std::to_string(counts.kept);
  summary[key::kManifestsReplaced] = std::to_string(counts.replaced);
}

}  // namespace floe::iceberg
