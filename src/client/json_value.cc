#include "client/json_value.h"

#include <charconv>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/limits.h"

namespace floe::client {
namespace {

using Kind = JsonValue::Kind;

// Builds the tree from the parser's events.
class TreeBuilder final : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add({}); }
  bool boolean(bool value) override {
    return Add({Kind::kBoolean, value ? "true" : "false", {}, {}});
  }
  bool number_integer(number_integer_t value) override {
    return Add({Kind::kNumber, std::to_string(value), {}, {}});
  }
  bool number_unsigned(number_unsigned_t value) override {
    return Add({Kind::kNumber, std::to_string(value), {}, {}});
  }
  bool number_float(number_float_t, const string_t& text) override {
    return Add({Kind::kNumber, text, {}, {}});
  }
  bool string(string_t& text) override { return Add({Kind::kString, std::move(text), {}, {}}); }
  bool binary(binary_t&) override { return false; }
  bool start_object(size_t) override { return Open(Kind::kObject); }
  bool key(string_t& text) override {
    open_.back().keys.push_back(std::move(text));
    return true;
  }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(Kind::kArray); }
  bool end_array() override { return Close(); }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception&) override {
    error_ = "no JSON at byte " + std::to_string(position);
    return false;
  }

  JsonValue& value() { return value_; }
  const std::string& error() const { return error_; }

 private:
  bool Add(JsonValue value) {
    if (open_.empty()) {
      value_ = std::move(value);
    } else {
      open_.back().items.push_back(std::move(value));
    }
    return true;
  }

  bool Open(Kind kind) {
    if (open_.size() >= static_cast<size_t>(limits::kMaxMetadataDepth)) {
      error_ = "nested too deeply";
      return false;
    }
    open_.emplace_back().kind = kind;
    return true;
  }

  bool Close() {
    JsonValue closed = std::move(open_.back());
    open_.pop_back();
    return Add(std::move(closed));
  }

  std::vector<JsonValue> open_;
  JsonValue value_;
  std::string error_;
};

}  // namespace

const JsonValue* JsonValue::Find(std::string_view key) const {
  if (kind != Kind::kObject) return nullptr;
  for (size_t i = 0; i < keys.size(); ++i) {
    if (keys[i] == key) return &items[i];
  }
  return nullptr;
}

std::string JsonValue::Text(std::string_view key) const {
  const JsonValue* found = Find(key);
  return found != nullptr && found->is_string() ? found->text : std::string();
}

int64_t JsonValue::Integer(std::string_view key, int64_t otherwise) const {
  const JsonValue* found = Find(key);
  if (found == nullptr || found->kind != Kind::kNumber) return otherwise;
  int64_t value = 0;
  const char* end = found->text.data() + found->text.size();
  const auto parsed = std::from_chars(found->text.data(), end, value);
  return parsed.ec == std::errc() ? value : otherwise;
}

Result<JsonValue> ParseJson(std::string_view text) {
  TreeBuilder builder;
  if (!nlohmann::json::sax_parse(text, &builder)) {
    return Error(ErrorCode::kInvalidData, builder.error());
  }
  return std::move(builder.value());
}

void AppendJsonString(std::string_view text, std::string* out) {
  constexpr char kDigits[] = "0123456789abcdef";
  *out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      *out += {'\\', c};
    } else if (c == '\n') {
      *out += "\\n";
    } else if (c == '\t') {
      *out += "\\t";
    } else if (c == '\r') {
      *out += "\\r";
    } else if (byte < 0x20) {
      *out += "\\u00";
      *out += {kDigits[byte >> 4], kDigits[byte & 15]};
    } else {
      *out += c;
    }
  }
  *out += '"';
}

void AppendJson(const JsonValue& value, std::string* out) {
  switch (value.kind) {
    case Kind::kNull:
      *out += "null";
      return;
    case Kind::kBoolean:
    case Kind::kNumber:
      *out += value.text;
      return;
    case Kind::kString:
      AppendJsonString(value.text, out);
      return;
    case Kind::kArray:
    case Kind::kObject:
      break;
  }
  *out += value.is_array() ? '[' : '{';
  for (size_t i = 0; i < value.items.size(); ++i) {
    if (i > 0) *out += ',';
    if (value.is_object()) {
      AppendJsonString(value.keys[i], out);
      *out += ':';
    }
    AppendJson(value.items[i], out);
  }
  *out += value.is_array() ? ']' : '}';
}

}  // namespace floe::client
