#include <algorithm>
#include <cmath>
#include <utility>

#include "base/assert.h"
#include "iceberg/avro_encoding.h"
#include "iceberg/avro_file.h"
#include "iceberg/manifest.h"
#include "iceberg/manifest_schema.h"
#include "iceberg/metadata_json.h"

namespace floe::iceberg {
namespace {

void WriteOptionalLong(AvroEncoder& out, const std::optional<int64_t>& value) {
  if (!value) {
    out.Null();
    return;
  }
  out.NotNull();
  out.Long(*value);
}

void WriteOptionalBytes(AvroEncoder& out, const std::optional<std::string>& value) {
  if (!value) {
    out.Null();
    return;
  }
  out.NotNull();
  out.Bytes(*value);
}

void WriteCounts(AvroEncoder& out, const std::map<ColumnId, int64_t>& counts) {
  if (counts.empty()) {
    out.Null();
    return;
  }
  out.NotNull();
  out.BlockOf(static_cast<int64_t>(counts.size()));
  for (const auto& [id, count] : counts) {
    out.Long(id.value());
    out.Long(count);
  }
  out.EndBlocks();
}

void WriteBounds(AvroEncoder& out, const std::map<ColumnId, std::string>& bounds) {
  if (bounds.empty()) {
    out.Null();
    return;
  }
  out.NotNull();
  out.BlockOf(static_cast<int64_t>(bounds.size()));
  for (const auto& [id, bound] : bounds) {
    out.Long(id.value());
    out.Bytes(bound);
  }
  out.EndBlocks();
}

// A decimal in exactly as many bytes as its Avro type has.
std::string DecimalFixed(Int128 value, int precision) {
  Int128 limit = 1;
  for (int i = 0; i < precision; ++i) limit *= 10;
  int bytes = 1;
  while (bytes < 16 && (static_cast<Int128>(1) << (8 * bytes - 1)) < limit) ++bytes;
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out += static_cast<char>((value >> (8 * i)) & 0xFF);
  return out;
}

void WritePartitionValue(AvroEncoder& out, const Literal& value, const Type& type) {
  if (value.is_null()) {
    out.Null();
    return;
  }
  out.NotNull();
  switch (type.id()) {
    case TypeId::kBoolean:
      return out.Boolean(value.Get<bool>());
    case TypeId::kInt:
    case TypeId::kDate:
      return out.Long(value.Get<int32_t>());
    case TypeId::kLong:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return out.Long(value.Get<int64_t>());
    case TypeId::kFloat:
      return out.Float(value.Get<float>());
    case TypeId::kDouble:
      return out.Double(value.Get<double>());
    case TypeId::kDecimal:
      return out.Fixed(DecimalFixed(value.Get<Int128>(), type.precision()));
    case TypeId::kUuid:
    case TypeId::kFixed:
      return out.Fixed(value.Get<std::string>());
    default:
      return out.Bytes(value.Get<std::string>());
  }
}

template <typename T>
void WriteLongs(AvroEncoder& out, const std::vector<T>& values) {
  if (values.empty()) {
    out.Null();
    return;
  }
  out.NotNull();
  out.BlockOf(static_cast<int64_t>(values.size()));
  for (const T& value : values) {
    if constexpr (std::is_same_v<T, ColumnId>) {
      out.Long(value.value());
    } else {
      out.Long(value);
    }
  }
  out.EndBlocks();
}

void WriteDataFile(AvroEncoder& out, const DataFile& file, const std::vector<Type>& types) {
  out.Long(static_cast<int64_t>(file.content));
  out.Bytes(file.file_path);
  out.Bytes(file.file_format);
  for (size_t i = 0; i < types.size(); ++i) WritePartitionValue(out, file.partition[i], types[i]);
  out.Long(file.record_count);
  out.Long(file.file_size_bytes);
  WriteCounts(out, file.metrics.column_sizes);
  WriteCounts(out, file.metrics.value_counts);
  WriteCounts(out, file.metrics.null_value_counts);
  WriteCounts(out, file.metrics.nan_value_counts);
  WriteBounds(out, file.metrics.lower_bounds);
  WriteBounds(out, file.metrics.upper_bounds);
  WriteOptionalBytes(out, file.key_metadata);
  WriteLongs(out, file.split_offsets);
  WriteLongs(out, file.equality_ids);
  std::optional<int64_t> sort_order;
  if (file.sort_order_id) sort_order = *file.sort_order_id;
  WriteOptionalLong(out, sort_order);
  WriteOptionalBytes(out, file.referenced_data_file);
}

template <typename T>
std::optional<int64_t> ValueOf(const std::optional<T>& id) {
  return id ? std::optional<int64_t>(id->value()) : std::nullopt;
}

bool IsNan(const Literal& value) {
  if (const auto* f = std::get_if<float>(&value.value())) return std::isnan(*f);
  if (const auto* d = std::get_if<double>(&value.value())) return std::isnan(*d);
  return false;
}

void WriteManifestFile(AvroEncoder& out, const ManifestFile& manifest, SequenceNumber inherited) {
  out.Bytes(manifest.path);
  out.Long(manifest.length_bytes);
  out.Long(manifest.partition_spec_id);
  out.Long(static_cast<int64_t>(manifest.content));
  out.Long(manifest.sequence_number.value_or(inherited).value());
  out.Long(manifest.min_sequence_number.value_or(inherited).value());
  out.Long(manifest.added_snapshot_id.value());
  out.Long(manifest.added_files_count);
  out.Long(manifest.existing_files_count);
  out.Long(manifest.deleted_files_count);
  out.Long(manifest.added_rows_count);
  out.Long(manifest.existing_rows_count);
  out.Long(manifest.deleted_rows_count);
  out.NotNull();
  out.BlockOf(static_cast<int64_t>(manifest.partitions.size()));
  for (const FieldSummary& field : manifest.partitions) {
    out.Boolean(field.contains_null);
    if (field.contains_nan) {
      out.NotNull();
      out.Boolean(*field.contains_nan);
    } else {
      out.Null();
    }
    WriteOptionalBytes(out, field.lower_bound);
    WriteOptionalBytes(out, field.upper_bound);
  }
  out.EndBlocks();
  WriteOptionalBytes(out, manifest.key_metadata);
}

}  // namespace

ManifestWriter::ManifestWriter(const Schema& schema, const PartitionSpec& spec,
                               ManifestContent content, SnapshotId snapshot_id, AvroCodec codec)
    : schema_(schema), spec_(spec), file_(std::make_unique<AvroFileWriter>(codec)) {
  auto types = spec.ResultTypes(schema);
  FLOE_ASSERT(types.ok());
  partition_types_ = std::move(types).value();
  manifest_.partition_spec_id = spec.spec_id;
  manifest_.content = content;
  manifest_.added_snapshot_id = snapshot_id;
  manifest_.partitions.resize(spec.fields.size());
  for (size_t i = 0; i < spec.fields.size(); ++i) manifest_.partitions[i].contains_nan = false;
  partition_lower_.resize(spec.fields.size());
  partition_upper_.resize(spec.fields.size());
}

ManifestWriter::~ManifestWriter() = default;

Status ManifestWriter::Add(const ManifestEntry& entry) {
  bool is_data = entry.file.content == FileContent::kData;
  FLOE_ASSERT(is_data == (manifest_.content == ManifestContent::kData));
  FLOE_ASSERT(entry.file.partition.size() == partition_types_.size());
  if (entry.status != EntryStatus::kAdded) {
    FLOE_ASSERT(entry.sequence_number && entry.file_sequence_number && entry.snapshot_id);
  }
  std::string record;
  AvroEncoder out(record);
  out.Long(static_cast<int64_t>(entry.status));
  WriteOptionalLong(out, ValueOf(entry.snapshot_id));
  WriteOptionalLong(out, ValueOf(entry.sequence_number));
  // The file's own number is always inherited when it is added.
  WriteOptionalLong(out, entry.status == EntryStatus::kAdded ? std::nullopt
                                                             : ValueOf(entry.file_sequence_number));
  WriteDataFile(out, entry.file, partition_types_);
  Count(entry);
  SummarizePartition(entry.file.partition);
  ++entry_count_;
  return file_->Append(record);
}

int64_t ManifestWriter::estimated_bytes() const { return file_->estimated_bytes(); }

void ManifestWriter::Count(const ManifestEntry& entry) {
  int64_t rows = entry.file.record_count;
  switch (entry.status) {
    case EntryStatus::kAdded:
      ++manifest_.added_files_count;
      manifest_.added_rows_count += rows;
      break;
    case EntryStatus::kExisting:
      ++manifest_.existing_files_count;
      manifest_.existing_rows_count += rows;
      break;
    case EntryStatus::kDeleted:
      ++manifest_.deleted_files_count;
      manifest_.deleted_rows_count += rows;
      break;
  }
  if (entry.is_live() && entry.sequence_number) {
    if (!manifest_.min_sequence_number || *entry.sequence_number < *manifest_.min_sequence_number) {
      manifest_.min_sequence_number = entry.sequence_number;
    }
  }
}

void ManifestWriter::SummarizePartition(const std::vector<Literal>& partition) {
  for (size_t i = 0; i < partition.size(); ++i) {
    const Literal& value = partition[i];
    FieldSummary& summary = manifest_.partitions[i];
    if (value.is_null()) {
      summary.contains_null = true;
    } else if (IsNan(value)) {
      summary.contains_nan = true;
    } else {
      if (partition_lower_[i].is_null() || value.Compare(partition_lower_[i]) < 0) {
        partition_lower_[i] = value;
      }
      if (partition_upper_[i].is_null() || value.Compare(partition_upper_[i]) > 0) {
        partition_upper_[i] = value;
      }
    }
  }
}

Result<ManifestWriter::Written> ManifestWriter::Finish(std::string_view sync_marker) {
  for (size_t i = 0; i < partition_types_.size(); ++i) {
    if (partition_lower_[i].is_null()) continue;
    manifest_.partitions[i].lower_bound = partition_lower_[i].ToBytes(partition_types_[i]);
    manifest_.partitions[i].upper_bound = partition_upper_[i].ToBytes(partition_types_[i]);
  }
  bool is_data = manifest_.content == ManifestContent::kData;
  std::vector<std::pair<std::string, std::string>> metadata = {
      {"schema", DumpJson(SchemaToJson(schema_))},
      {"schema-id", std::to_string(schema_.schema_id())},
      {"partition-spec", DumpJson(PartitionFieldsToJson(spec_))},
      {"partition-spec-id", std::to_string(spec_.spec_id)},
      {"format-version", "2"},
      {"content", is_data ? "data" : "deletes"},
  };
  Written written;
  FLOE_ASSIGN(written.bytes,
              file_->Finish(ManifestEntrySchema(spec_, partition_types_), metadata, sync_marker));
  written.manifest = std::move(manifest_);
  written.manifest.length_bytes = static_cast<int64_t>(written.bytes.size());
  return written;
}

Result<std::string> WriteManifestList(const std::vector<ManifestFile>& manifests,
                                      const ManifestListHeader& header, AvroCodec codec,
                                      std::string_view sync_marker) {
  AvroFileWriter file(codec);
  for (const ManifestFile& manifest : manifests) {
    std::string record;
    AvroEncoder out(record);
    WriteManifestFile(out, manifest, header.sequence_number);
    FLOE_TRY(file.Append(record));
  }
  std::vector<std::pair<std::string, std::string>> metadata = {
      {"snapshot-id", std::to_string(header.snapshot_id.value())},
      {"parent-snapshot-id", header.parent_snapshot_id
                                 ? std::to_string(header.parent_snapshot_id->value())
                                 : std::string("null")},
      {"sequence-number", std::to_string(header.sequence_number.value())},
      {"format-version", "2"},
  };
  return file.Finish(ManifestFileSchema(), metadata, sync_marker);
}

}  // namespace floe::iceberg
