#include <limits>
#include <utility>

#include "iceberg/avro_file.h"
#include "iceberg/manifest.h"
#include "iceberg/manifest_schema.h"
#include "iceberg/metadata_json.h"

namespace floe::iceberg {
namespace {

Error Missing(int field_id) {
  return Error(ErrorCode::kCorruption,
               "required field " + std::to_string(field_id) + " is missing or of another type");
}

// Members of one record by field id.
class Record {
 public:
  explicit Record(const AvroValue& value) : value_(value) {}

  const AvroValue* Find(int id) const { return value_.Field(id); }
  Result<int64_t> Int64(int id) const {
    const AvroValue* field = Find(id);
    if (field == nullptr || field->Int64() == nullptr) return Missing(id);
    return *field->Int64();
  }
  Result<std::string> String(int id) const {
    const AvroValue* field = Find(id);
    if (field == nullptr || field->String() == nullptr) return Missing(id);
    return *field->String();
  }
  std::optional<int64_t> OptionalInt64(int id) const {
    const AvroValue* field = Find(id);
    if (field == nullptr || field->Int64() == nullptr) return std::nullopt;
    return *field->Int64();
  }
  std::optional<std::string> OptionalString(int id) const {
    const AvroValue* field = Find(id);
    if (field == nullptr || field->String() == nullptr) return std::nullopt;
    return *field->String();
  }
  const AvroValue::List& Items(int id) const {
    static const AvroValue::List kNone;
    const AvroValue* field = Find(id);
    return field == nullptr || field->Items() == nullptr ? kNone : *field->Items();
  }

 private:
  const AvroValue& value_;
};

// Entries of a map with int keys: records of key and value, in this order.
template <typename T>
Status ReadIntMap(const Record& record, int id, std::map<ColumnId, T>& out) {
  for (const AvroValue& item : record.Items(id)) {
    const AvroValue::List* pair = item.Items();
    if (pair == nullptr || pair->size() != 2 || (*pair)[0].Int64() == nullptr) return Missing(id);
    ColumnId key(static_cast<int32_t>(*(*pair)[0].Int64()));
    const T* value = std::get_if<T>(&(*pair)[1].value);
    if (value == nullptr) return Missing(id);
    out[key] = *value;
  }
  return Status::Ok();
}

Result<Literal> PartitionLiteral(const AvroValue* value, const Type& type, int field_id) {
  if (value == nullptr) return Literal::Null();
  if (const int64_t* number = value->Int64()) {
    if (type.id() == TypeId::kInt || type.id() == TypeId::kDate) {
      return Literal::Int(static_cast<int32_t>(*number));
    }
    return Literal::Long(*number);
  }
  if (const bool* flag = std::get_if<bool>(&value->value)) return Literal::Boolean(*flag);
  if (const float* number = std::get_if<float>(&value->value)) {
    return type.id() == TypeId::kDouble ? Literal::Double(static_cast<double>(*number))
                                        : Literal::Float(*number);
  }
  if (const double* number = std::get_if<double>(&value->value)) return Literal::Double(*number);
  const std::string* bytes = value->String();
  if (bytes == nullptr) return Missing(field_id);
  if (type.id() == TypeId::kDecimal) return Literal::FromBytes(*bytes, type);
  return Literal::String(*bytes);
}

// What a manifest's header says of its partitions.
struct Partitioning {
  std::vector<PartitionField> fields;
  std::vector<Type> types;
};

Result<Partitioning> ReadPartitioning(const AvroFile& file) {
  auto member = [&](const char* key) -> Result<Json> {
    auto it = file.metadata.find(key);
    if (it == file.metadata.end()) {
      return Error(ErrorCode::kCorruption, "its header has no '" + std::string(key) + "'");
    }
    return ParseJson(it->second, key);
  };
  FLOE_ASSIGN(Json schema_json, member("schema"));
  FLOE_ASSIGN(Json spec_json, member("partition-spec"));
  FLOE_ASSIGN(Schema schema, SchemaFromJson(schema_json, "schema"));
  PartitionSpec spec;
  FLOE_ASSIGN(spec.fields, PartitionFieldsFromJson(spec_json, "partition-spec"));
  Partitioning partitioning;
  FLOE_ASSIGN(partitioning.types, spec.ResultTypes(schema));
  partitioning.fields = std::move(spec.fields);
  return partitioning;
}

Result<FileContent> ReadContent(const Record& record) {
  int64_t content = record.OptionalInt64(manifest_field::kContent).value_or(0);
  if (content < 0 || content > 2) return Missing(manifest_field::kContent);
  return static_cast<FileContent>(content);
}

Result<DataFile> ReadDataFile(const AvroValue& value, const Partitioning& partitioning) {
  namespace f = manifest_field;
  Record record(value);
  DataFile file;
  FLOE_ASSIGN(file.content, ReadContent(record));
  FLOE_ASSIGN(file.file_path, record.String(f::kFilePath));
  FLOE_ASSIGN(file.file_format, record.String(f::kFileFormat));
  FLOE_ASSIGN(file.record_count, record.Int64(f::kRecordCount));
  FLOE_ASSIGN(file.file_size_bytes, record.Int64(f::kFileSize));
  const AvroValue* partition = record.Find(f::kPartition);
  for (size_t i = 0; i < partitioning.fields.size(); ++i) {
    int id = partitioning.fields[i].field_id.value();
    const AvroValue* member = partition == nullptr ? nullptr : partition->Field(id);
    FLOE_ASSIGN(Literal literal, PartitionLiteral(member, partitioning.types[i], id));
    file.partition.push_back(std::move(literal));
  }
  FLOE_TRY(ReadIntMap(record, f::kColumnSizes, file.metrics.column_sizes));
  FLOE_TRY(ReadIntMap(record, f::kValueCounts, file.metrics.value_counts));
  FLOE_TRY(ReadIntMap(record, f::kNullValueCounts, file.metrics.null_value_counts));
  FLOE_TRY(ReadIntMap(record, f::kNanValueCounts, file.metrics.nan_value_counts));
  FLOE_TRY(ReadIntMap(record, f::kLowerBounds, file.metrics.lower_bounds));
  FLOE_TRY(ReadIntMap(record, f::kUpperBounds, file.metrics.upper_bounds));
  file.key_metadata = record.OptionalString(f::kKeyMetadata);
  for (const AvroValue& item : record.Items(f::kSplitOffsets)) {
    if (item.Int64() != nullptr) file.split_offsets.push_back(*item.Int64());
  }
  for (const AvroValue& item : record.Items(f::kEqualityIds)) {
    if (item.Int64() == nullptr) return Missing(f::kEqualityIds);
    file.equality_ids.emplace_back(static_cast<int32_t>(*item.Int64()));
  }
  if (auto order = record.OptionalInt64(f::kSortOrderId)) {
    file.sort_order_id = static_cast<int>(*order);
  }
  file.referenced_data_file = record.OptionalString(f::kReferencedDataFile);
  return file;
}

// Spec, "Sequence Number Inheritance".
Status Inherit(const ManifestFile& manifest, ManifestEntry& entry) {
  if (!entry.snapshot_id) entry.snapshot_id = manifest.added_snapshot_id;
  SequenceNumber inherited = manifest.sequence_number.value_or(SequenceNumber(0));
  bool may_inherit = entry.status == EntryStatus::kAdded || inherited == SequenceNumber(0);
  if (!may_inherit && (!entry.sequence_number || !entry.file_sequence_number)) {
    return Status(ErrorCode::kCorruption,
                  "a file that was not added has no sequence number: " + entry.file.file_path);
  }
  if (!entry.sequence_number) entry.sequence_number = inherited;
  if (!entry.file_sequence_number) entry.file_sequence_number = inherited;
  return Status::Ok();
}

Result<ManifestEntry> ReadEntry(const AvroValue& value, const Partitioning& partitioning,
                                const ManifestFile& manifest) {
  namespace f = manifest_field;
  Record record(value);
  ManifestEntry entry;
  FLOE_ASSIGN(int64_t status, record.Int64(f::kStatus));
  if (status < 0 || status > 2) return Missing(f::kStatus);
  entry.status = static_cast<EntryStatus>(status);
  if (auto id = record.OptionalInt64(f::kSnapshotId)) entry.snapshot_id = SnapshotId(*id);
  if (auto number = record.OptionalInt64(f::kSequenceNumber)) {
    entry.sequence_number = SequenceNumber(*number);
  }
  if (auto number = record.OptionalInt64(f::kFileSequenceNumber)) {
    entry.file_sequence_number = SequenceNumber(*number);
  }
  const AvroValue* data_file = record.Find(f::kDataFile);
  if (data_file == nullptr) return Missing(f::kDataFile);
  FLOE_ASSIGN(entry.file, ReadDataFile(*data_file, partitioning));
  entry.file.partition_spec_id = manifest.partition_spec_id;
  FLOE_TRY(Inherit(manifest, entry));
  return entry;
}

Result<std::vector<ManifestEntry>> ReadEntries(std::string_view bytes,
                                               const ManifestFile& manifest) {
  FLOE_ASSIGN(AvroFile file, ReadAvroFile(bytes));
  FLOE_ASSIGN(Partitioning partitioning, ReadPartitioning(file));
  std::vector<ManifestEntry> entries;
  entries.reserve(file.records.size());
  for (const AvroValue& record : file.records) {
    FLOE_ASSIGN(ManifestEntry entry, ReadEntry(record, partitioning, manifest));
    entries.push_back(std::move(entry));
  }
  return entries;
}

Result<FieldSummary> ReadFieldSummary(const AvroValue& value) {
  namespace f = manifest_list_field;
  Record record(value);
  FieldSummary summary;
  const AvroValue* contains_null = record.Find(f::kContainsNull);
  if (contains_null == nullptr || std::get_if<bool>(&contains_null->value) == nullptr) {
    return Missing(f::kContainsNull);
  }
  summary.contains_null = std::get<bool>(contains_null->value);
  const AvroValue* contains_nan = record.Find(f::kContainsNan);
  if (contains_nan != nullptr && std::get_if<bool>(&contains_nan->value) != nullptr) {
    summary.contains_nan = std::get<bool>(contains_nan->value);
  }
  summary.lower_bound = record.OptionalString(f::kLowerBound);
  summary.upper_bound = record.OptionalString(f::kUpperBound);
  return summary;
}

Result<int32_t> ReadCount(const Record& record, int id) {
  int64_t count = record.OptionalInt64(id).value_or(0);
  if (count < 0 || count > std::numeric_limits<int32_t>::max()) return Missing(id);
  return static_cast<int32_t>(count);
}

Result<ManifestFile> ReadManifestFile(const AvroValue& value) {
  namespace f = manifest_list_field;
  Record record(value);
  ManifestFile manifest;
  FLOE_ASSIGN(manifest.path, record.String(f::kPath));
  FLOE_ASSIGN(manifest.length_bytes, record.Int64(f::kLength));
  FLOE_ASSIGN(int64_t spec_id, record.Int64(f::kSpecId));
  manifest.partition_spec_id = static_cast<int>(spec_id);
  int64_t content = record.OptionalInt64(f::kContent).value_or(0);
  if (content < 0 || content > 1) return Missing(f::kContent);
  manifest.content = static_cast<ManifestContent>(content);
  manifest.sequence_number = SequenceNumber(record.OptionalInt64(f::kSequenceNumber).value_or(0));
  manifest.min_sequence_number =
      SequenceNumber(record.OptionalInt64(f::kMinSequenceNumber).value_or(0));
  FLOE_ASSIGN(int64_t snapshot_id, record.Int64(f::kAddedSnapshotId));
  manifest.added_snapshot_id = SnapshotId(snapshot_id);
  FLOE_ASSIGN(manifest.added_files_count, ReadCount(record, f::kAddedFilesCount));
  FLOE_ASSIGN(manifest.existing_files_count, ReadCount(record, f::kExistingFilesCount));
  FLOE_ASSIGN(manifest.deleted_files_count, ReadCount(record, f::kDeletedFilesCount));
  manifest.added_rows_count = record.OptionalInt64(f::kAddedRowsCount).value_or(0);
  manifest.existing_rows_count = record.OptionalInt64(f::kExistingRowsCount).value_or(0);
  manifest.deleted_rows_count = record.OptionalInt64(f::kDeletedRowsCount).value_or(0);
  for (const AvroValue& item : record.Items(f::kPartitions)) {
    FLOE_ASSIGN(FieldSummary summary, ReadFieldSummary(item));
    manifest.partitions.push_back(std::move(summary));
  }
  manifest.key_metadata = record.OptionalString(f::kKeyMetadata);
  return manifest;
}

}  // namespace

Result<std::vector<ManifestEntry>> ReadManifest(std::string_view bytes,
                                                const ManifestFile& manifest) {
  auto entries = ReadEntries(bytes, manifest);
  if (!entries.ok()) return std::move(entries).error().WithContext("manifest " + manifest.path);
  return entries;
}

Result<std::vector<ManifestFile>> ReadManifestList(std::string_view bytes) {
  FLOE_ASSIGN(AvroFile file, ReadAvroFile(bytes));
  std::vector<ManifestFile> manifests;
  manifests.reserve(file.records.size());
  for (const AvroValue& record : file.records) {
    FLOE_ASSIGN(ManifestFile manifest, ReadManifestFile(record));
    manifests.push_back(std::move(manifest));
  }
  return manifests;
}

}  // namespace floe::iceberg
