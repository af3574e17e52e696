// JSON whose numbers stay as they were written.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::client {

struct JsonValue {
  enum class Kind : uint8_t { kNull, kBoolean, kNumber, kString, kArray, kObject };

  Kind kind = Kind::kNull;
  std::string text;               // of a number: its text; of a string: decoded; "true", "false"
  std::vector<JsonValue> items;   // of an array and an object
  std::vector<std::string> keys;  // of an object, beside items

  bool is_null() const { return kind == Kind::kNull; }
  bool is_string() const { return kind == Kind::kString; }
  bool is_array() const { return kind == Kind::kArray; }
  bool is_object() const { return kind == Kind::kObject; }
  // Null if this is no object or has no such key.
  const JsonValue* Find(std::string_view key) const;
  // The string with that key; empty if there is none.
  std::string Text(std::string_view key) const;
  // The integer with that key; `otherwise` if there is none.
  int64_t Integer(std::string_view key, int64_t otherwise) const;
};

// kInvalidData if it is no JSON text, or nested deeper than limits::kMaxMetadataDepth.
Result<JsonValue> ParseJson(std::string_view text);

void AppendJson(const JsonValue& value, std::string* out);
void AppendJsonString(std::string_view text, std::string* out);

}  // namespace floe::client
