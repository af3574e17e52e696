// JSON: paths into texts, and what casts from json take apart.
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "base/ascii.h"
#include "query/trino/duckdb_rows.h"
#include "query/trino/number_text.h"

namespace floe::query::trino {
namespace {

using Json = nlohmann::ordered_json;

std::string Text(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

// A step of a path: a member's name or, below arrays, an index.
struct Step {
  std::string name;
  int64_t index = -1;
};

bool IsNameCharacter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

// "[0]", "["name"]" or "['name']" at *at, which moves behind it.
std::optional<Step> ParseBrackets(std::string_view path, size_t* at) {
  const size_t begin = *at + 1;
  if (begin >= path.size()) return std::nullopt;
  const char quote = path[begin];
  Step step;
  if (quote == '"' || quote == '\'') {
    const size_t end = path.find(quote, begin + 1);
    if (end == std::string_view::npos || end + 1 >= path.size() || path[end + 1] != ']') {
      return std::nullopt;
    }
    step.name = std::string(path.substr(begin + 1, end - begin - 1));
    if (step.name.find('\\') != std::string::npos) return std::nullopt;
    *at = end + 2;
    return step;
  }
  const size_t end = path.find(']', begin);
  const std::string_view digits =
      path.substr(begin, end == std::string_view::npos ? end : end - begin);
  const bool is_index = end != std::string_view::npos && !digits.empty() && digits.size() < 10 &&
                        digits.find_first_not_of("0123456789") == std::string_view::npos;
  if (!is_index) return std::nullopt;
  step.name = std::string(digits);
  step.index = std::stoll(step.name);
  *at = end + 1;
  return step;
}

std::optional<std::vector<Step>> ParsePath(std::string_view path) {
  if (!path.starts_with('$')) return std::nullopt;
  std::vector<Step> steps;
  size_t at = 1;
  while (at < path.size()) {
    if (path[at] == '[') {
      auto step = ParseBrackets(path, &at);
      if (!step) return std::nullopt;
      steps.push_back(*std::move(step));
      continue;
    }
    if (path[at] != '.') return std::nullopt;
    size_t end = at + 1;
    while (end < path.size() && IsNameCharacter(path[end])) ++end;
    if (end == at + 1) return std::nullopt;
    steps.push_back({std::string(path.substr(at + 1, end - at - 1)), -1});
    at = end;
  }
  return steps;
}

// Walks a text that is known to be JSON; gives values as they are written.
class RawJson {
 public:
  explicit RawJson(std::string_view text) : text_(text) {}

  std::optional<std::string_view> Find(const std::vector<Step>& steps) {
    for (const Step& step : steps) {
      SkipSpace();
      const bool found = text_[at_] == '{'   ? EnterMember(step.name)
                         : text_[at_] == '[' ? step.index >= 0 && EnterItem(step.index)
                                             : false;
      if (!found) return std::nullopt;
    }
    SkipSpace();
    const size_t begin = at_;
    SkipValue();
    return text_.substr(begin, at_ - begin);
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  void SkipString() {
    for (++at_; text_[at_] != '"'; ++at_) at_ += text_[at_] == '\\' ? 1 : 0;
    ++at_;
  }
  void SkipValue() {
    int depth = 0;
    do {
      SkipSpace();
      const char c = text_[at_];
      if (c == '"') {
        SkipString();
      } else if (c == '{' || c == '[' || c == '}' || c == ']') {
        depth += c == '{' || c == '[' ? 1 : -1;
        ++at_;
      } else if (c == ',' || c == ':') {
        ++at_;
      } else {
        while (at_ < text_.size() &&
               std::string_view(",]} \t\r\n").find(text_[at_]) == text_.npos) {
          ++at_;
        }
      }
    } while (depth > 0);
  }
  // Past a comma: true if another item follows.
  bool Next() {
    SkipSpace();
    return text_[at_++] == ',';
  }
  bool EnterMember(const std::string& name) {
    ++at_;
    SkipSpace();
    if (text_[at_] == '}') return false;
    do {
      SkipSpace();
      const size_t begin = at_;
      SkipString();
      const Json key = Json::parse(text_.substr(begin, at_ - begin), nullptr, false);
      SkipSpace();
      ++at_;  // the colon
      if (key.is_string() && key.get_ref<const std::string&>() == name) return true;
      SkipSpace();
      SkipValue();
    } while (Next());
    return false;
  }
  bool EnterItem(int64_t index) {
    ++at_;
    SkipSpace();
    if (text_[at_] == ']') return false;
    for (; index > 0; --index) {
      SkipSpace();
      SkipValue();
      if (!Next()) return false;
    }
    return true;
  }

  const std::string_view text_;
  size_t at_ = 0;
};

// What a path finds in a text; fails for a wrong path, and gives nothing for a wrong text.
std::optional<std::string_view> FindPath(Row& row) {
  const auto path = ParsePath(row.Text(1));
  if (!path) {
    row.Fail("INVALID_FUNCTION_ARGUMENT|Invalid JSON path: '" + std::string(row.Text(1)) + "'");
    return std::nullopt;
  }
  if (!Json::accept(row.Text(0))) return std::nullopt;
  return RawJson(row.Text(0)).Find(*path);
}

void JsonExtract(Row& row) {
  const auto found = FindPath(row);
  if (!found) return row.SetNull();
  row.SetText(Text(Json::parse(*found, nullptr, false)));
}

void JsonExtractScalar(Row& row) {
  const auto found = FindPath(row);
  const bool is_scalar = found && !found->starts_with('{') && !found->starts_with('[');
  if (!is_scalar || *found == "null") return row.SetNull();
  if (!found->starts_with('"')) return row.SetText(*found);
  row.SetText(Json::parse(*found, nullptr, false).get<std::string>());
}

void JsonSize(Row& row) {
  const auto found = FindPath(row);
  if (!found) return row.SetNull();
  const Json json = Json::parse(*found, nullptr, false);
  row.Set(json.is_structured() ? static_cast<int64_t>(json.size()) : int64_t{0});
}

void JsonArrayLength(Row& row) {
  const Json json = Json::parse(row.Text(0), nullptr, false);
  if (!json.is_array()) return row.SetNull();
  row.Set(static_cast<int64_t>(json.size()));
}

std::string CannotCast(const Json& json, std::string_view type) {
  return "INVALID_CAST_ARGUMENT|Cannot cast '" + Text(json) + "' to " + std::string(type);
}

// json, kind (b: boolean, i: integer, d: other number, v: text), name of the type.
void JsonScalar(Row& row) {
  const Json json = Json::parse(row.Text(0), nullptr, false);
  const char kind = row.Text(1)[0];
  if (json.is_null()) return row.SetNull();
  if (json.is_string()) return row.SetText(json.get_ref<const std::string&>());
  if (json.is_structured()) return row.Fail(CannotCast(json, row.Text(2)));
  if (json.is_boolean()) {
    const bool is_word = kind == 'b' || kind == 'v';
    const bool value = json.get<bool>();
    return row.SetText(is_word ? (value ? "true" : "false") : (value ? "1" : "0"));
  }
  if (kind == 'b') return row.SetText(json.get<double>() != 0 ? "true" : "false");
  if (!json.is_number_float() || kind == 'd') return row.SetText(Text(json));
  const double value = json.get<double>();
  if (kind == 'v') return row.SetText(DoubleText(value));
  const double rounded = std::copysign(std::floor(std::fabs(value) + 0.5), value);
  if (std::fabs(rounded) > 9e18) return row.Fail(CannotCast(json, row.Text(2)));
  row.SetText(std::to_string(static_cast<int64_t>(rounded)));
}

void Expected(Row& row, const char* what) {
  row.Fail("INVALID_CAST_ARGUMENT|Cannot cast to " + std::string(row.Text(1)) +
           ". Expected a json " + what + ", but got " + std::string(row.Text(0)));
}

void JsonItems(Row& row) {
  const Json json = Json::parse(row.Text(0), nullptr, false);
  if (json.is_null()) return row.SetNull();
  if (!json.is_array()) return Expected(row, "array");
  std::vector<std::string> items;
  for (const Json& item : json) items.push_back(Text(item));
  row.SetTexts(items);
}

template <bool keys>
void JsonMembers(Row& row) {
  const Json json = Json::parse(row.Text(0), nullptr, false);
  if (json.is_null()) return row.SetNull();
  if (!json.is_object()) return Expected(row, "object");
  std::vector<std::string> items;
  for (const auto& [key, value] : json.items()) items.push_back(keys ? key : Text(value));
  row.SetTexts(items);
}

// json, name of the type, lower-case name of the field, its index, how many there are.
void JsonField(Row& row) {
  const Json json = Json::parse(row.Text(0), nullptr, false);
  const auto index = static_cast<size_t>(row.Value<int64_t>(3));
  if (json.is_array()) {
    if (json.size() != static_cast<size_t>(row.Value<int64_t>(4))) {
      return Expected(row, "array of as many items as the row has fields");
    }
    return row.SetText(Text(json[index]));
  }
  if (!json.is_object()) return Expected(row, "array or object");
  for (const auto& [key, value] : json.items()) {
    if (AsciiLower(key) == row.Text(2)) return row.SetText(Text(value));
  }
  row.SetNull();
}

}  // namespace

std::vector<ScalarDefinition> JsonDefinitions() {
  constexpr duckdb_type kText = DUCKDB_TYPE_VARCHAR;
  constexpr duckdb_type kNumber = DUCKDB_TYPE_BIGINT;
  return {
      {"floe_json_extract", {kText, kText}, kText, RunRows<JsonExtract>},
      {"floe_json_extract_scalar", {kText, kText}, kText, RunRows<JsonExtractScalar>},
      {"floe_json_size", {kText, kText}, kNumber, RunRows<JsonSize>},
      {"floe_json_array_length", {kText}, kNumber, RunRows<JsonArrayLength>},
      {"floe_json_scalar", {kText, kText, kText}, kText, RunRows<JsonScalar>},
      {"floe_json_items", {kText, kText}, DUCKDB_TYPE_LIST, RunRows<JsonItems>},
      {"floe_json_keys", {kText, kText}, DUCKDB_TYPE_LIST, RunRows<JsonMembers<true>>},
      {"floe_json_values", {kText, kText}, DUCKDB_TYPE_LIST, RunRows<JsonMembers<false>>},
      {"floe_json_field", {kText, kText, kText, kNumber, kNumber}, kText, RunRows<JsonField>},
  };
}

}  // namespace floe::query::trino
