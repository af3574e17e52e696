#include "iceberg/json_object.h"

#include <limits>

#include "base/limits.h"

namespace floe::iceberg {
Result<Json> ParseJson(std::string_view text, std::string_view what) {
  bool too_deep = false;
  auto watch_depth = [&too_deep](int depth, Json::parse_event_t, Json&) {
    if (depth > limits::kMaxMetadataDepth) too_deep = true;
    return depth <= limits::kMaxMetadataDepth;
  };
  Json value = Json::parse(text.begin(), text.end(), watch_depth, /*allow_exceptions=*/false);
  if (too_deep) return Error(ErrorCode::kCorruption, std::string(what) + " is nested too deeply");
  if (value.is_discarded()) {
    return Error(ErrorCode::kCorruption, std::string(what) + " is not valid JSON");
  }
  return value;
}

Result<JsonObject> JsonObject::Of(const Json& value, std::string path) {
  if (!value.is_object()) {
    return Error(
        ErrorCode::kCorruption,
        (path.empty() ? std::string("the document") : "'" + path + "'") + " must be a JSON object");
  }
  return JsonObject(value, std::move(path));
}

Error JsonObject::Wrong(const char* name, std::string_view expected) const {
  return Error(ErrorCode::kCorruption, "'" + PathOf(name) + "' must be " + std::string(expected));
}

const Json* JsonObject::Find(const char* name) {
  known_.insert(name);
  auto it = value_->find(name);
  if (it == value_->end() || it->is_null()) return nullptr;
  return &*it;
}

Result<const Json*> JsonObject::Member(const char* name) {
  const Json* member = Find(name);
  if (member == nullptr) {
    return Error(ErrorCode::kCorruption, "'" + PathOf(name) + "' is missing");
  }
  return member;
}

Result<int64_t> JsonObject::Int64(const char* name) {
  FLOE_ASSIGN(const Json* member, Member(name));
  if (!member->is_number_integer()) return Wrong(name, "an integer");
  if (member->is_number_unsigned() &&
      member->get<uint64_t>() > static_cast<uint64_t>(std::numeric_limits<int64_t>::max())) {
    return Wrong(name, "a 64-bit integer");
  }
  return member->get<int64_t>();
}

Result<int> JsonObject::Int(const char* name) {
  FLOE_ASSIGN(int64_t value, Int64(name));
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    return Wrong(name, "a 32-bit integer");
  }
  return static_cast<int>(value);
}

Result<std::string> JsonObject::String(const char* name) {
  FLOE_ASSIGN(const Json* member, Member(name));
  if (!member->is_string()) return Wrong(name, "a string");
  return member->get<std::string>();
}

Result<bool> JsonObject::Boolean(const char* name) {
  FLOE_ASSIGN(const Json* member, Member(name));
  if (!member->is_boolean()) return Wrong(name, "true or false");
  return member->get<bool>();
}

Result<std::optional<int64_t>> JsonObject::OptionalInt64(const char* name) {
  if (Find(name) == nullptr) return std::optional<int64_t>();
  FLOE_ASSIGN(int64_t value, Int64(name));
  return std::optional<int64_t>(value);
}

Result<std::optional<int>> JsonObject::OptionalInt(const char* name) {
  if (Find(name) == nullptr) return std::optional<int>();
  FLOE_ASSIGN(int value, Int(name));
  return std::optional<int>(value);
}

Result<std::string> JsonObject::StringOr(const char* name, std::string otherwise) {
  if (Find(name) == nullptr) return otherwise;
  return String(name);
}

Result<bool> JsonObject::BooleanOr(const char* name, bool otherwise) {
  if (Find(name) == nullptr) return otherwise;
  return Boolean(name);
}

Result<std::map<std::string, std::string>> JsonObject::StringMap(const char* name) {
  std::map<std::string, std::string> out;
  const Json* member = Find(name);
  if (member == nullptr) return out;
  if (!member->is_object()) return Wrong(name, "an object of strings");
  for (auto it = member->begin(); it != member->end(); ++it) {
    if (!it->is_string()) return Wrong(name, "an object of strings");
    out[it.key()] = it->get<std::string>();
  }
  return out;
}

Result<std::vector<int64_t>> JsonObject::Int64List(const char* name) {
  std::vector<int64_t> out;
  FLOE_TRY(ForEach(name, [&](const Json& element, const std::string& path) -> Status {
    if (!element.is_number_integer()) {
      return Error(ErrorCode::kCorruption, "'" + path + "' must be an integer");
    }
    out.push_back(element.get<int64_t>());
    return Status::Ok();
  }));
  return out;
}

std::string JsonObject::UnknownMembers() const {
  Json unknown = Json::object();
  for (auto it = value_->begin(); it != value_->end(); ++it) {
    if (!known_.contains(it.key())) unknown[it.key()] = *it;
  }
  return unknown.empty() ? std::string() : DumpJson(unknown);
}

void AddUnknownMembers(const std::string& unknown_json, Json& object) {
  if (unknown_json.empty()) return;
  Json unknown = Json::parse(unknown_json, nullptr, /*allow_exceptions=*/false);
  FLOE_ASSERT(unknown.is_object());
  for (auto it = unknown.begin(); it != unknown.end(); ++it) object[it.key()] = *it;
}

std::string DumpJson(const Json& value) {
  return value.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace floe::iceberg
