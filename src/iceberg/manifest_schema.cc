#include "iceberg/manifest_schema.h"

#include <utility>

#include "iceberg/json_object.h"

namespace floe::iceberg {
namespace {

Json Field(const char* name, int id, Json type) {
  return {{"name", name}, {"type", std::move(type)}, {"field-id", id}};
}

Json OptionalField(const char* name, int id, Json type) {
  return {{"name", name},
          {"type", Json::array({"null", std::move(type)})},
          {"default", nullptr},
          {"field-id", id}};
}

// A map with int keys: Avro's own maps only have string keys.
Json IntMap(int key_id, int value_id, const char* value_type) {
  std::string name = "k" + std::to_string(key_id) + "_v" + std::to_string(value_id);
  return {{"type", "array"},
          {"items",
           {{"type", "record"},
            {"name", name},
            {"fields",
             Json::array({Field("key", key_id, "int"), Field("value", value_id, value_type)})}}},
          {"logicalType", "map"}};
}

Json List(int element_id, Json items) {
  return {{"type", "array"}, {"items", std::move(items)}, {"element-id", element_id}};
}

// Bytes of the smallest two's complement number with this many digits.
int DecimalBytes(int precision) {
  Int128 limit = 1;
  for (int i = 0; i < precision; ++i) limit *= 10;
  int bytes = 1;
  while (bytes < 16 && (static_cast<Int128>(1) << (8 * bytes - 1)) < limit) ++bytes;
  return bytes;
}

Json PrimitiveSchema(const Type& type) {
  switch (type.id()) {
    case TypeId::kDate:
      return {{"type", "int"}, {"logicalType", "date"}};
    case TypeId::kTime:
      return {{"type", "long"}, {"logicalType", "time-micros"}};
    case TypeId::kTimestamp:
    case TypeId::kTimestampTz:
      return {{"type", "long"},
              {"logicalType", "timestamp-micros"},
              {"adjust-to-utc", type.id() == TypeId::kTimestampTz}};
    case TypeId::kUuid:
      return {{"type", "fixed"}, {"name", "uuid_fixed"}, {"size", 16}, {"logicalType", "uuid"}};
    case TypeId::kFixed:
      return {{"type", "fixed"},
              {"name", "fixed_" + std::to_string(type.length())},
              {"size", type.length()}};
    case TypeId::kBinary:
      return "bytes";
    case TypeId::kDecimal:
      return {{"type", "fixed"},
              {"name",
               "decimal_" + std::to_string(type.precision()) + "_" + std::to_string(type.scale())},
              {"size", DecimalBytes(type.precision())},
              {"logicalType", "decimal"},
              {"precision", type.precision()},
              {"scale", type.scale()}};
    default:
      return type.ToString();  // boolean, int, long, float, double, string have Avro's names
  }
}

// Avro names are letters, digits and '_'; others are written as Java's AvroSchemaUtil does.
std::string AvroName(const std::string& name) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    char c = name[i];
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    bool digit = c >= '0' && c <= '9';
    if (letter || (digit && i > 0)) {
      out += c;
    } else if (digit) {
      out += '_';
      out += c;
    } else {
      out += "_x";
      out += kDigits[static_cast<unsigned char>(c) >> 4];
      out += kDigits[static_cast<unsigned char>(c) & 15];
    }
  }
  return out.empty() ? "_" : out;
}

Json PartitionRecord(const PartitionSpec& spec, const std::vector<Type>& types) {
  Json fields = Json::array();
  for (size_t i = 0; i < spec.fields.size(); ++i) {
    std::string name = AvroName(spec.fields[i].name);
    Json field =
        OptionalField(name.c_str(), spec.fields[i].field_id.value(), PrimitiveSchema(types[i]));
    if (name != spec.fields[i].name) field["iceberg-field-name"] = spec.fields[i].name;
    fields.push_back(std::move(field));
  }
  return {{"type", "record"}, {"name", "r102"}, {"fields", std::move(fields)}};
}

Json DataFileRecord(const PartitionSpec& spec, const std::vector<Type>& types) {
  namespace f = manifest_field;
  Json fields = Json::array({
      Field("content", f::kContent, "int"),
      Field("file_path", f::kFilePath, "string"),
      Field("file_format", f::kFileFormat, "string"),
      Field("partition", f::kPartition, PartitionRecord(spec, types)),
      Field("record_count", f::kRecordCount, "long"),
      Field("file_size_in_bytes", f::kFileSize, "long"),
      OptionalField("column_sizes", f::kColumnSizes, IntMap(117, 118, "long")),
      OptionalField("value_counts", f::kValueCounts, IntMap(119, 120, "long")),
      OptionalField("null_value_counts", f::kNullValueCounts, IntMap(121, 122, "long")),
      OptionalField("nan_value_counts", f::kNanValueCounts, IntMap(138, 139, "long")),
      OptionalField("lower_bounds", f::kLowerBounds, IntMap(126, 127, "bytes")),
      OptionalField("upper_bounds", f::kUpperBounds, IntMap(129, 130, "bytes")),
      OptionalField("key_metadata", f::kKeyMetadata, "bytes"),
      OptionalField("split_offsets", f::kSplitOffsets, List(133, "long")),
      OptionalField("equality_ids", f::kEqualityIds, List(136, "int")),
      OptionalField("sort_order_id", f::kSortOrderId, "int"),
      OptionalField("referenced_data_file", f::kReferencedDataFile, "string"),
  });
  return {{"type", "record"}, {"name", "r2"}, {"fields", std::move(fields)}};
}

}  // namespace

std::string ManifestEntrySchema(const PartitionSpec& spec,
                                const std::vector<Type>& partition_types) {
  namespace f = manifest_field;
  Json fields = Json::array({
      Field("status", f::kStatus, "int"),
      OptionalField("snapshot_id", f::kSnapshotId, "long"),
      OptionalField("sequence_number", f::kSequenceNumber, "long"),
      OptionalField("file_sequence_number", f::kFileSequenceNumber, "long"),
      Field("data_file", f::kDataFile, DataFileRecord(spec, partition_types)),
  });
  Json schema = {{"type", "record"}, {"name", "manifest_entry"}, {"fields", std::move(fields)}};
  return DumpJson(schema);
}

const std::string& ManifestFileSchema() {
  namespace f = manifest_list_field;
  static const std::string kSchema = [] {
    Json summary_fields = Json::array({
        Field("contains_null", f::kContainsNull, "boolean"),
        OptionalField("contains_nan", f::kContainsNan, "boolean"),
        OptionalField("lower_bound", f::kLowerBound, "bytes"),
        OptionalField("upper_bound", f::kUpperBound, "bytes"),
    });
    Json summary = {{"type", "record"}, {"name", "r508"}, {"fields", std::move(summary_fields)}};
    Json fields = Json::array({
        Field("manifest_path", f::kPath, "string"),
        Field("manifest_length", f::kLength, "long"),
        Field("partition_spec_id", f::kSpecId, "int"),
        Field("content", f::kContent, "int"),
        Field("sequence_number", f::kSequenceNumber, "long"),
        Field("min_sequence_number", f::kMinSequenceNumber, "long"),
        Field("added_snapshot_id", f::kAddedSnapshotId, "long"),
        Field("added_files_count", f::kAddedFilesCount, "int"),
        Field("existing_files_count", f::kExistingFilesCount, "int"),
        Field("deleted_files_count", f::kDeletedFilesCount, "int"),
        Field("added_rows_count", f::kAddedRowsCount, "long"),
        Field("existing_rows_count", f::kExistingRowsCount, "long"),
        Field("deleted_rows_count", f::kDeletedRowsCount, "long"),
        OptionalField("partitions", f::kPartitions, List(508, std::move(summary))),
        OptionalField("key_metadata", f::kKeyMetadata, "bytes"),
    });
    Json schema = {{"type", "record"}, {"name", "manifest_file"}, {"fields", std::move(fields)}};
    return DumpJson(schema);
  }();
  return kSchema;
}

}  // namespace floe::iceberg
