// A data or delete file as manifests describe it (spec, "Data File Fields").
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/strong_id.h"
#include "iceberg/literal.h"

namespace floe::iceberg {

enum class FileContent : int8_t { kData = 0, kPositionDeletes = 1, kEqualityDeletes = 2 };

// Counts and bounds of a file's columns, by field id. Bounds are in binary single-value form;
// those of strings and binaries may be cut (lower: down, upper: up).
struct ColumnMetrics {
  std::map<ColumnId, int64_t> column_sizes;  // bytes in the file
  std::map<ColumnId, int64_t> value_counts;  // with nulls and NaNs
  std::map<ColumnId, int64_t> null_value_counts;
  std::map<ColumnId, int64_t> nan_value_counts;
  std::map<ColumnId, std::string> lower_bounds;
  std::map<ColumnId, std::string> upper_bounds;

  bool operator==(const ColumnMetrics&) const = default;
};

struct DataFile {
  FileContent content = FileContent::kData;
  std::string file_path;                // URI
  std::string file_format = "PARQUET";  // upper case, as Java writes it
  int partition_spec_id = 0;            // of the manifest; not a member of the entry
  std::vector<Literal> partition;       // one value per field of the spec
  int64_t record_count = 0;
  int64_t file_size_bytes = 0;
  ColumnMetrics metrics;
  std::optional<std::string> key_metadata;
  std::vector<int64_t> split_offsets;
  std::vector<ColumnId> equality_ids;  // only of equality deletes
  std::optional<int> sort_order_id;
  std::optional<std::string> referenced_data_file;  // of position deletes for one data file

  bool operator==(const DataFile&) const = default;
};

// A self-contained JSON form for epoch records, so that a stored epoch can be committed again
// unchanged. Stable: later versions read it.
std::string WriteDataFilesJson(const std::vector<DataFile>& files);
Result<std::vector<DataFile>> ParseDataFilesJson(std::string_view json);

}  // namespace floe::iceberg
