// Typed access to members of a JSON object: errors name the member's path, and what was not asked
// for is kept as text. The adapter header of iceberg/ for the JSON library.
#pragma once

#include <cstdint>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"

namespace floe::iceberg {

// Members keep their order.
using Json = nlohmann::ordered_json;

// kCorruption when the text is not JSON, or nested deeper than 100 levels.
Result<Json> ParseJson(std::string_view text, std::string_view what);

// Reads one object. `value` is valid as long as the reader. Errors are kCorruption.
class JsonObject {
 public:
  // Fails when `value` is no object.
  static Result<JsonObject> Of(const Json& value, std::string path);

  // The member, or null when it is missing or JSON null.
  const Json* Find(const char* name);
  // The member. Fails when it is missing or null.
  Result<const Json*> Member(const char* name);

  Result<int64_t> Int64(const char* name);
  Result<int> Int(const char* name);
  Result<std::string> String(const char* name);
  Result<bool> Boolean(const char* name);
  Result<std::optional<int64_t>> OptionalInt64(const char* name);
  Result<std::optional<int>> OptionalInt(const char* name);
  Result<std::string> StringOr(const char* name, std::string otherwise);
  Result<bool> BooleanOr(const char* name, bool otherwise);
  // Empty when missing.
  Result<std::map<std::string, std::string>> StringMap(const char* name);
  Result<std::vector<int64_t>> Int64List(const char* name);
  // Calls `read(element, path)` for each element of an array; nothing when the member is missing.
  template <typename Read>
  Status ForEach(const char* name, Read read) {
    const Json* member = Find(name);
    if (member == nullptr) return Status::Ok();
    if (!member->is_array()) return Wrong(name, "an array");
    size_t index = 0;
    for (const Json& element : *member) {
      FLOE_TRY(read(element, PathOf(name) + "[" + std::to_string(index++) + "]"));
    }
    return Status::Ok();
  }

  // The members that no call has named, as the text of an object; "" when there are none.
  std::string UnknownMembers() const;
  std::string PathOf(const char* name) const { return path_.empty() ? name : path_ + "." + name; }
  Error Wrong(const char* name, std::string_view expected) const;

 private:
  JsonObject(const Json& value, std::string path) : value_(&value), path_(std::move(path)) {}
  const Json* value_;
  std::string path_;
  std::set<std::string> known_;
};

// Adds the members of an object's text, as UnknownMembers gave it, to `object`.
void AddUnknownMembers(const std::string& unknown_json, Json& object);
// JSON text in UTF-8; bytes that are not UTF-8 become U+FFFD.
std::string DumpJson(const Json& value);

}  // namespace floe::iceberg
