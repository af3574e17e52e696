#include "iceberg/avro_file.h"

#include <algorithm>

#include "base/assert.h"
#include "iceberg/avro_codec.h"
#include "iceberg/avro_encoding.h"
#include "iceberg/json_object.h"

namespace floe::iceberg {
namespace {

constexpr std::string_view kMagic("Obj\1", 4);
constexpr size_t kSyncMarkerBytes = 16;
constexpr size_t kBlockBytes = 64 * 1024;
constexpr int kMaxTypeDepth = 64;

using Kind = AvroType::Kind;
using AvroTypePtr = std::shared_ptr<const AvroType>;

Error InvalidSchema(const std::string& why) {
  return Error(ErrorCode::kCorruption, "the Avro schema of the file is invalid: " + why);
}

// Builds types from a schema's JSON; named types can be referred to by name.
class SchemaReader {
 public:
  Result<AvroTypePtr> Read(const Json& json, int depth = 0) {
    if (depth > kMaxTypeDepth) return InvalidSchema("it is nested too deeply");
    if (json.is_string()) return Named(json.get<std::string>());
    if (json.is_array()) return Union(json, depth);
    FLOE_ASSIGN(JsonObject object, JsonObject::Of(json, "avro.schema"));
    FLOE_ASSIGN(const Json* type, object.Member("type"));
    if (!type->is_string()) return Read(*type, depth + 1);
    auto kind = type->get<std::string>();
    if (kind == "record") return Record(object, depth);
    if (kind == "array") return Container(object, Kind::kArray, "items", depth);
    if (kind == "map") return Container(object, Kind::kMap, "values", depth);
    if (kind == "fixed") return Fixed(object);
    if (kind == "enum") {
      AvroType symbols;
      symbols.kind = Kind::kEnum;
      return Define(object, std::move(symbols));
    }
    return Named(kind);
  }

 private:
  Result<AvroTypePtr> Named(const std::string& name) {
    static const std::map<std::string, Kind> kPrimitives = {
        {"null", Kind::kNull},   {"boolean", Kind::kBoolean}, {"int", Kind::kInt},
        {"long", Kind::kLong},   {"float", Kind::kFloat},     {"double", Kind::kDouble},
        {"bytes", Kind::kBytes}, {"string", Kind::kString}};
    if (auto it = kPrimitives.find(name); it != kPrimitives.end()) {
      AvroType type;
      type.kind = it->second;
      return AvroTypePtr(std::make_shared<const AvroType>(std::move(type)));
    }
    if (auto it = named_.find(name); it != named_.end()) return it->second;
    return InvalidSchema("type '" + name + "' is not defined");
  }

  Result<AvroTypePtr> Define(JsonObject& object, AvroType type) {
    auto pointer = std::make_shared<const AvroType>(std::move(type));
    FLOE_ASSIGN(std::string name, object.String("name"));
    FLOE_ASSIGN(std::string space, object.StringOr("namespace", ""));
    named_[name] = pointer;
    if (!space.empty()) named_[space + "." + name] = pointer;
    return AvroTypePtr(pointer);
  }

  Result<AvroTypePtr> Union(const Json& json, int depth) {
    AvroType type;
    type.kind = Kind::kUnion;
    for (const Json& branch : json) {
      FLOE_ASSIGN(AvroTypePtr child, Read(branch, depth + 1));
      type.children.push_back(std::move(child));
    }
    return AvroTypePtr(std::make_shared<const AvroType>(std::move(type)));
  }

  Result<AvroTypePtr> Container(JsonObject& object, Kind kind, const char* member, int depth) {
    FLOE_ASSIGN(const Json* items, object.Member(member));
    AvroType type;
    type.kind = kind;
    FLOE_ASSIGN(AvroTypePtr child, Read(*items, depth + 1));
    type.children.push_back(std::move(child));
    return AvroTypePtr(std::make_shared<const AvroType>(std::move(type)));
  }

  Result<AvroTypePtr> Fixed(JsonObject& object) {
    AvroType type;
    type.kind = Kind::kFixed;
    FLOE_ASSIGN(int size, object.Int("size"));
    if (size < 0) return InvalidSchema("a fixed type has a negative size");
    type.fixed_size = static_cast<size_t>(size);
    return Define(object, std::move(type));
  }

  Result<AvroTypePtr> Record(JsonObject& object, int depth) {
    AvroType type;
    type.kind = Kind::kRecord;
    FLOE_TRY(object.ForEach("fields", [&](const Json& json, const std::string& path) -> Status {
      FLOE_ASSIGN(JsonObject member, JsonObject::Of(json, path));
      AvroType::Field field;
      FLOE_ASSIGN(field.name, member.String("name"));
      FLOE_ASSIGN(auto id, member.OptionalInt("field-id"));
      field.field_id = id.value_or(-1);
      FLOE_ASSIGN(const Json* field_type, member.Member("type"));
      FLOE_ASSIGN(field.type, Read(*field_type, depth + 1));
      type.fields.push_back(std::move(field));
      return Status::Ok();
    }));
    return Define(object, std::move(type));
  }

  std::map<std::string, AvroTypePtr> named_;
};

Result<AvroValue> Decode(const AvroType& type, AvroDecoder& in);

// Counts of items come from the file: they only reserve what its bytes can hold.
Result<AvroValue::List> DecodeBlocks(const AvroType& type, AvroDecoder& in) {
  AvroValue::List items;
  while (true) {
    FLOE_ASSIGN(int64_t count, in.BlockCount());
    if (count == 0) return items;
    if (static_cast<uint64_t>(count) > in.remaining()) {
      return Error(ErrorCode::kCorruption, "an Avro array has more items than the file has bytes");
    }
    for (int64_t i = 0; i < count; ++i) {
      if (type.kind == Kind::kMap) {
        FLOE_ASSIGN(std::string_view key, in.Bytes());
        items.emplace_back();
        items.back().value = std::string(key);
      }
      FLOE_ASSIGN(AvroValue item, Decode(*type.children[0], in));
      items.push_back(std::move(item));
    }
  }
}

Result<AvroValue> DecodeUnion(const AvroType& type, AvroDecoder& in) {
  FLOE_ASSIGN(int64_t branch, in.Long());
  if (branch < 0 || static_cast<size_t>(branch) >= type.children.size()) {
    return Error(ErrorCode::kCorruption, "an Avro union has no branch " + std::to_string(branch));
  }
  return Decode(*type.children[static_cast<size_t>(branch)], in);
}

Result<AvroValue> DecodeRecord(const AvroType& type, AvroDecoder& in) {
  AvroValue::List values;
  values.reserve(type.fields.size());
  for (const AvroType::Field& field : type.fields) {
    FLOE_ASSIGN(AvroValue value, Decode(*field.type, in));
    values.push_back(std::move(value));
  }
  AvroValue record;
  record.type = &type;
  record.value = std::move(values);
  return record;
}

Result<AvroValue> Decode(const AvroType& type, AvroDecoder& in) {
  AvroValue out;
  switch (type.kind) {
    case Kind::kNull:
      return out;
    case Kind::kBoolean: {
      FLOE_ASSIGN(out.value, in.Boolean());
      return out;
    }
    case Kind::kInt:
    case Kind::kLong:
    case Kind::kEnum: {
      FLOE_ASSIGN(out.value, in.Long());
      return out;
    }
    case Kind::kFloat: {
      FLOE_ASSIGN(out.value, in.Float());
      return out;
    }
    case Kind::kDouble: {
      FLOE_ASSIGN(out.value, in.Double());
      return out;
    }
    case Kind::kBytes:
    case Kind::kString: {
      FLOE_ASSIGN(std::string_view bytes, in.Bytes());
      out.value = std::string(bytes);
      return out;
    }
    case Kind::kFixed: {
      FLOE_ASSIGN(std::string_view bytes, in.Fixed(type.fixed_size));
      out.value = std::string(bytes);
      return out;
    }
    case Kind::kArray:
    case Kind::kMap: {
      FLOE_ASSIGN(out.value, DecodeBlocks(type, in));
      return out;
    }
    case Kind::kUnion:
      return DecodeUnion(type, in);
    case Kind::kRecord:
      return DecodeRecord(type, in);
  }
  return Error(ErrorCode::kInternal, "unknown Avro type");
}

Status ReadBlock(AvroDecoder& in, AvroCodec codec, std::string_view sync, AvroFile& file) {
  FLOE_ASSIGN(int64_t count, in.Long());
  FLOE_ASSIGN(std::string_view bytes, in.Bytes());
  FLOE_ASSIGN(std::string_view marker, in.Fixed(kSyncMarkerBytes));
  if (count < 0 || marker != sync) {
    return Status(ErrorCode::kCorruption, "an Avro block does not end with the file's marker");
  }
  FLOE_ASSIGN(std::string body, DecompressBlock(codec, bytes));
  AvroDecoder records(body);
  if (static_cast<uint64_t>(count) > body.size()) {
    return Status(ErrorCode::kCorruption, "an Avro block has more records than bytes");
  }
  for (int64_t i = 0; i < count; ++i) {
    FLOE_ASSIGN(AvroValue record, Decode(*file.type, records));
    file.records.push_back(std::move(record));
  }
  if (!records.at_end()) {
    return Status(ErrorCode::kCorruption, "an Avro block holds more than its records");
  }
  return Status::Ok();
}

}  // namespace

Status AvroFileWriter::Append(std::string_view record) {
  open_block_.append(record);
  ++open_count_;
  return open_block_.size() >= kBlockBytes ? CloseBlock() : Status::Ok();
}

int64_t AvroFileWriter::estimated_bytes() const {
  // An open block shrinks; how much is not known yet.
  int64_t open = static_cast<int64_t>(open_block_.size());
  return closed_bytes_ + (codec_ == AvroCodec::kNull ? open : open / 3);
}

Status AvroFileWriter::CloseBlock() {
  if (open_count_ == 0) return Status::Ok();
  Block block;
  block.count = open_count_;
  FLOE_ASSIGN(block.bytes, CompressBlock(codec_, open_block_));
  closed_bytes_ += static_cast<int64_t>(block.bytes.size());
  blocks_.push_back(std::move(block));
  open_block_.clear();
  open_count_ = 0;
  return Status::Ok();
}

Result<std::string> AvroFileWriter::Finish(
    std::string_view schema_json, const std::vector<std::pair<std::string, std::string>>& metadata,
    std::string_view sync_marker) {
  FLOE_ASSERT(sync_marker.size() == kSyncMarkerBytes);
  FLOE_TRY(CloseBlock());
  std::string out(kMagic);
  AvroEncoder encoder(out);
  encoder.BlockOf(static_cast<int64_t>(metadata.size()) + 2);
  encoder.Bytes("avro.schema");
  encoder.Bytes(schema_json);
  encoder.Bytes("avro.codec");
  encoder.Bytes(AvroCodecName(codec_));
  for (const auto& [key, value] : metadata) {
    encoder.Bytes(key);
    encoder.Bytes(value);
  }
  encoder.EndBlocks();
  out.append(sync_marker);
  for (const Block& block : blocks_) {
    encoder.Long(block.count);
    encoder.Bytes(block.bytes);
    out.append(sync_marker);
  }
  return out;
}

const AvroValue* AvroValue::Field(int field_id) const {
  const List* values = Items();
  if (type == nullptr || values == nullptr) return nullptr;
  for (size_t i = 0; i < type->fields.size(); ++i) {
    if (type->fields[i].field_id == field_id) {
      return (*values)[i].is_null() ? nullptr : &(*values)[i];
    }
  }
  return nullptr;
}

Result<AvroFile> ReadAvroFile(std::string_view bytes) {
  AvroDecoder in(bytes);
  auto magic = in.Fixed(kMagic.size());
  if (!magic.ok() || *magic != kMagic) {
    return Error(ErrorCode::kCorruption, "this is not an Avro container file");
  }
  AvroFile file;
  while (true) {
    FLOE_ASSIGN(int64_t count, in.BlockCount());
    if (count == 0) break;
    for (int64_t i = 0; i < count; ++i) {
      FLOE_ASSIGN(std::string_view key, in.Bytes());
      FLOE_ASSIGN(std::string_view value, in.Bytes());
      file.metadata[std::string(key)] = std::string(value);
    }
  }
  FLOE_ASSIGN(std::string_view sync, in.Fixed(kSyncMarkerBytes));
  AvroCodec codec = AvroCodec::kNull;
  if (auto it = file.metadata.find("avro.codec"); it != file.metadata.end()) {
    FLOE_ASSIGN(codec, AvroCodecFromName(it->second));
  }
  FLOE_ASSIGN(Json schema, ParseJson(file.metadata["avro.schema"], "an Avro file's schema"));
  FLOE_ASSIGN(file.type, SchemaReader().Read(schema));
  while (!in.at_end()) FLOE_TRY(ReadBlock(in, codec, sync, file));
  return file;
}

}  // namespace floe::iceberg
