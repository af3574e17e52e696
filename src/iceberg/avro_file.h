// Avro object container files (Avro 1.11 specification, "Object Container Files"): written with
// the schema's text verbatim, read by the schema in the file.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/result.h"
#include "iceberg/manifest.h"

namespace floe::iceberg {

// Collects encoded records in blocks. Used by one thread at a time.
class AvroFileWriter {
 public:
  explicit AvroFileWriter(AvroCodec codec) : codec_(codec) {}

  // Adds one encoded record.
  Status Append(std::string_view record);
  // Bytes of the blocks so far, as far as they are compressed.
  int64_t estimated_bytes() const;
  // The whole file. `metadata` are key-value pairs beside avro.schema and avro.codec.
  // REQUIRES: called once; `sync_marker` has 16 bytes.
  Result<std::string> Finish(std::string_view schema_json,
                             const std::vector<std::pair<std::string, std::string>>& metadata,
                             std::string_view sync_marker);

 private:
  Status CloseBlock();

  struct Block {
    int64_t count = 0;
    std::string bytes;
  };
  AvroCodec codec_;
  std::string open_block_;
  int64_t open_count_ = 0;
  std::vector<Block> blocks_;
  int64_t closed_bytes_ = 0;
};

// A type of a file's schema.
struct AvroType {
  enum class Kind : uint8_t {
    kNull,
    kBoolean,
    kInt,
    kLong,
    kFloat,
    kDouble,
    kBytes,
    kString,
    kRecord,
    kEnum,
    kArray,
    kMap,
    kUnion,
    kFixed,
  };
  struct Field {
    std::string name;
    int field_id = -1;  // Iceberg's, -1 when the file has none
    std::shared_ptr<const AvroType> type;
  };
  Kind kind = Kind::kNull;
  std::vector<Field> fields;                              // record
  std::vector<std::shared_ptr<const AvroType>> children;  // union branches, array items, map values
  size_t fixed_size = 0;
};

// A decoded value. Int and long are int64, bytes, strings and fixed are string; arrays and records
// are lists (of items, of field values); a map is a list of key, value, key, value …; a union is
// the value of its branch.
struct AvroValue {
  using List = std::vector<AvroValue>;
  std::variant<std::monostate, bool, int64_t, float, double, std::string, List> value;
  const AvroType* type = nullptr;  // of a record; valid as long as the file

  bool is_null() const { return value.index() == 0; }
  // The record's field with this Iceberg field id, or null when it is missing or null.
  const AvroValue* Field(int field_id) const;
  const int64_t* Int64() const { return std::get_if<int64_t>(&value); }
  const std::string* String() const { return std::get_if<std::string>(&value); }
  const List* Items() const { return std::get_if<List>(&value); }
};

// A container file that was read whole.
struct AvroFile {
  std::map<std::string, std::string> metadata;  // avro.schema and avro.codec included
  std::shared_ptr<const AvroType> type;
  std::vector<AvroValue> records;
};

// Codecs null, deflate and zstandard. kCorruption when the bytes are not a well-formed file.
Result<AvroFile> ReadAvroFile(std::string_view bytes);

}  // namespace floe::iceberg
