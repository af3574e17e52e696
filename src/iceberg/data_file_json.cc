// Files of an epoch as JSON. Values carry their kind, so that no schema is needed to read them.
#include <array>
#include <utility>

#include "iceberg/data_file.h"
#include "iceberg/json_object.h"

namespace floe::iceberg {
namespace {

std::string ToHex(std::string_view bytes) {
  constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (char byte : bytes) {
    out += kDigits[static_cast<unsigned char>(byte) >> 4];
    out += kDigits[static_cast<unsigned char>(byte) & 15];
  }
  return out;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

Result<std::string> FromHex(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); i += 2) {
    int high = HexDigit(text[i]);
    int low = i + 1 < text.size() ? HexDigit(text[i + 1]) : -1;
    if (high < 0 || low < 0) {
      return Error(ErrorCode::kCorruption, "'" + std::string(text) + "' is not hexadecimal");
    }
    out += static_cast<char>(high * 16 + low);
  }
  return out;
}

// Index of the alternative in Literal::Value → its name in the JSON form; stable.
struct KindName {
  const char* name;
  TypeId type;  // whose binary form is used
};
constexpr std::array<KindName, 8> kKinds = {{{"null", TypeId::kBoolean},
                                             {"boolean", TypeId::kBoolean},
                                             {"int", TypeId::kInt},
                                             {"long", TypeId::kLong},
                                             {"float", TypeId::kFloat},
                                             {"double", TypeId::kDouble},
                                             {"decimal", TypeId::kDecimal},
                                             {"bytes", TypeId::kBinary}}};

Type TypeOf(const KindName& kind) {
  return kind.type == TypeId::kDecimal ? Type::Decimal(38, 0) : Type::Of(kind.type);
}

Json LiteralToJson(const Literal& literal) {
  const KindName& kind = kKinds[literal.value().index()];
  Json out = Json::array({kind.name});
  if (!literal.is_null()) out.push_back(ToHex(literal.ToBytes(TypeOf(kind))));
  return out;
}

Result<Literal> LiteralFromJson(const Json& json, const std::string& path) {
  auto wrong = [&] {
    return Error(ErrorCode::kCorruption, "'" + path + "' must be a value and its kind");
  };
  if (!json.is_array() || json.empty() || !json[0].is_string()) return wrong();
  auto name = json[0].get<std::string>();
  if (name == "null") return Literal::Null();
  if (json.size() != 2 || !json[1].is_string()) return wrong();
  for (const KindName& kind : kKinds) {
    if (name != kind.name) continue;
    FLOE_ASSIGN(std::string bytes, FromHex(json[1].get<std::string>()));
    return Literal::FromBytes(bytes, TypeOf(kind));
  }
  return wrong();
}

Json CountsToJson(const std::map<ColumnId, int64_t>& counts) {
  Json out = Json::object();
  for (const auto& [id, count] : counts) out[std::to_string(id.value())] = count;
  return out;
}

Json BoundsToJson(const std::map<ColumnId, std::string>& bounds) {
  Json out = Json::object();
  for (const auto& [id, bound] : bounds) out[std::to_string(id.value())] = ToHex(bound);
  return out;
}

Result<std::map<ColumnId, int64_t>> CountsFromJson(JsonObject& object, const char* name) {
  std::map<ColumnId, int64_t> counts;
  const Json* member = object.Find(name);
  if (member == nullptr) return counts;
  if (!member->is_object()) return object.Wrong(name, "an object");
  for (auto it = member->begin(); it != member->end(); ++it) {
    if (!it->is_number_integer()) return object.Wrong(name, "an object of integers");
    counts[ColumnId(std::atoi(it.key().c_str()))] = it->get<int64_t>();
  }
  return counts;
}

Result<std::map<ColumnId, std::string>> BoundsFromJson(JsonObject& object, const char* name) {
  std::map<ColumnId, std::string> bounds;
  FLOE_ASSIGN(auto texts, object.StringMap(name));
  for (const auto& [id, text] : texts) {
    FLOE_ASSIGN(bounds[ColumnId(std::atoi(id.c_str()))], FromHex(text));
  }
  return bounds;
}

Json FileToJson(const DataFile& file) {
  Json partition = Json::array();
  for (const Literal& value : file.partition) partition.push_back(LiteralToJson(value));
  Json out = {{"content", static_cast<int>(file.content)},
              {"file-path", file.file_path},
              {"file-format", file.file_format},
              {"spec-id", file.partition_spec_id},
              {"partition", std::move(partition)},
              {"record-count", file.record_count},
              {"file-size-in-bytes", file.file_size_bytes},
              {"column-sizes", CountsToJson(file.metrics.column_sizes)},
              {"value-counts", CountsToJson(file.metrics.value_counts)},
              {"null-value-counts", CountsToJson(file.metrics.null_value_counts)},
              {"nan-value-counts", CountsToJson(file.metrics.nan_value_counts)},
              {"lower-bounds", BoundsToJson(file.metrics.lower_bounds)},
              {"upper-bounds", BoundsToJson(file.metrics.upper_bounds)},
              {"split-offsets", Json(file.split_offsets)}};
  if (file.key_metadata) out["key-metadata"] = ToHex(*file.key_metadata);
  if (!file.equality_ids.empty()) {
    Json ids = Json::array();
    for (ColumnId id : file.equality_ids) ids.push_back(id.value());
    out["equality-ids"] = std::move(ids);
  }
  if (file.sort_order_id) out["sort-order-id"] = *file.sort_order_id;
  if (file.referenced_data_file) out["referenced-data-file"] = *file.referenced_data_file;
  return out;
}

Status ReadMetrics(JsonObject& object, ColumnMetrics& metrics) {
  FLOE_ASSIGN(metrics.column_sizes, CountsFromJson(object, "column-sizes"));
  FLOE_ASSIGN(metrics.value_counts, CountsFromJson(object, "value-counts"));
  FLOE_ASSIGN(metrics.null_value_counts, CountsFromJson(object, "null-value-counts"));
  FLOE_ASSIGN(metrics.nan_value_counts, CountsFromJson(object, "nan-value-counts"));
  FLOE_ASSIGN(metrics.lower_bounds, BoundsFromJson(object, "lower-bounds"));
  FLOE_ASSIGN(metrics.upper_bounds, BoundsFromJson(object, "upper-bounds"));
  return Status::Ok();
}

Result<DataFile> FileFromJson(const Json& json, const std::string& path) {
  FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, path));
  DataFile file;
  FLOE_ASSIGN(int content, object.Int("content"));
  if (content < 0 || content > 2) return object.Wrong("content", "0, 1 or 2");
  file.content = static_cast<FileContent>(content);
  FLOE_ASSIGN(file.file_path, object.String("file-path"));
  FLOE_ASSIGN(file.file_format, object.String("file-format"));
  FLOE_ASSIGN(file.partition_spec_id, object.Int("spec-id"));
  FLOE_TRY(object.ForEach("partition", [&](const Json& value, const std::string& at) -> Status {
    FLOE_ASSIGN(Literal literal, LiteralFromJson(value, at));
    file.partition.push_back(std::move(literal));
    return Status::Ok();
  }));
  FLOE_ASSIGN(file.record_count, object.Int64("record-count"));
  FLOE_ASSIGN(file.file_size_bytes, object.Int64("file-size-in-bytes"));
  FLOE_TRY(ReadMetrics(object, file.metrics));
  FLOE_ASSIGN(file.split_offsets, object.Int64List("split-offsets"));
  if (object.Find("key-metadata") != nullptr) {
    FLOE_ASSIGN(std::string text, object.String("key-metadata"));
    FLOE_ASSIGN(file.key_metadata, FromHex(text));
  }
  FLOE_ASSIGN(auto equality_ids, object.Int64List("equality-ids"));
  for (int64_t id : equality_ids) file.equality_ids.emplace_back(static_cast<int32_t>(id));
  FLOE_ASSIGN(file.sort_order_id, object.OptionalInt("sort-order-id"));
  if (object.Find("referenced-data-file") != nullptr) {
    FLOE_ASSIGN(file.referenced_data_file, object.String("referenced-data-file"));
  }
  return file;
}

}  // namespace

std::string WriteDataFilesJson(const std::vector<DataFile>& files) {
  Json out = Json::array();
  for (const DataFile& file : files) out.push_back(FileToJson(file));
  return DumpJson(out);
}

Result<std::vector<DataFile>> ParseDataFilesJson(std::string_view json) {
  FLOE_ASSIGN(Json document, ParseJson(json, "a list of data files"));
  if (!document.is_array()) {
    return Error(ErrorCode::kCorruption, "a list of data files must be a JSON array");
  }
  std::vector<DataFile> files;
  for (const Json& element : document) {
    FLOE_ASSIGN(DataFile file, FileFromJson(element, "[" + std::to_string(files.size()) + "]"));
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace floe::iceberg
