#include "base/config.h"

#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/near_names.h"
#include "base/quantity.h"

namespace floe {
namespace {

Error InvalidAt(const std::string& origin, const std::string& key, const std::string& reason) {
  return Error(ErrorCode::kInvalidConfiguration, origin + ": '" + key + "': " + reason);
}

std::string Quoted(const std::string& text) { return "'" + text + "'"; }

template <typename Number>
bool ParseWhole(const std::string& text, Number* number) {
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && stopped == end;
}

std::vector<std::string> SplitList(const std::string& text) {
  std::vector<std::string> items;
  size_t begin = 0;
  while (begin <= text.size()) {
    const size_t end = std::min(text.find(',', begin), text.size());
    size_t first = begin;
    size_t last = end;
    while (first < last && text[first] == ' ') ++first;
    while (last > first && text[last - 1] == ' ') --last;
    if (last > first) items.push_back(text.substr(first, last - first));
    begin = end + 1;
  }
  return items;
}

Status FromQuantity(const Result<int64_t>& parsed, const std::string& origin,
                    const std::string& key, int64_t* out) {
  if (!parsed.ok()) {
    return InvalidAt(origin, key, parsed.error().message()).WithHint(parsed.error().hint());
  }
  *out = *parsed;
  return Status::Ok();
}

}  // namespace

std::map<std::string, std::string> ReadFloeEnvironment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text(*entry);
    const size_t equals = text.find('=');
    if (!text.starts_with("FLOE_") || equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

std::string ConfigVariableName(std::string_view key) {
  std::string name = "FLOE_";
  for (char c : key) {
    const bool lower = c >= 'a' && c <= 'z';
    name += lower ? static_cast<char>(c - 'a' + 'A') : c == '.' || c == '-' ? '_' : c;
  }
  return name;
}

std::string ConfigFlagName(std::string_view key) {
  std::string name = "--";
  for (char c : key) name += c == '.' || c == '_' ? '-' : c;
  return name;
}

Result<Config> Config::Resolve(std::vector<ConfigOption> options, const ConfigSources& sources) {
  Config config;
  for (ConfigOption& option : options) {
    Value value;
    value.option = std::move(option);
    const std::string& key = value.option.key;
    const bool empty_is_a_value =
        value.option.type == ConfigType::kText || value.option.type == ConfigType::kList;
    if (!value.option.default_value.empty() || empty_is_a_value) {
      FLOE_TRY(SetFromText(&value, value.option.default_value));
    }
    config.order_.push_back(key);
    config.values_.emplace(config.order_.back(), std::move(value));
  }
  FLOE_TRY(config.SetFromFile(sources.file, "", sources.file_name));
  FLOE_TRY(config.SetFromEnvironment(sources.environment));
  FLOE_TRY(config.SetFromFlags(sources.flags));
  return config;
}

Status Config::SetFromFile(const ConfigNode& node, const std::string& prefix,
                           const std::string& file_name) {
  if (node.kind == ConfigNode::Kind::kNull) return Status::Ok();
  const auto position = [&file_name](const ConfigNode& at) {
    return file_name + ":" + std::to_string(at.line) + ":" + std::to_string(at.column);
  };
  if (node.kind != ConfigNode::Kind::kMap) {
    const std::string reason = prefix.empty() ? "expected 'key: value' lines" : "is not a section";
    return InvalidAt(position(node), prefix, reason);
  }
  for (const auto& [name, child] : node.entries) {
    const std::string key = prefix.empty() ? name : prefix + "." + name;
    if (const auto it = values_.find(key); it != values_.end()) {
      if (child.kind == ConfigNode::Kind::kNull) continue;
      it->second.origin = position(child);
      FLOE_TRY(SetFromNode(&it->second, child));
      continue;
    }
    const auto section = values_.lower_bound(key + ".");
    if (section == values_.end() || !section->first.starts_with(key + ".")) {
      return InvalidAt(position(child), key, "no such option" + DidYouMean(key, Keys()));
    }
    FLOE_TRY(SetFromFile(child, key, file_name));
  }
  return Status::Ok();
}

Status Config::SetFromNode(Value* value, const ConfigNode& node) {
  const std::string& key = value->option.key;
  if (value->option.type == ConfigType::kTree) {
    value->tree = node;
    value->is_set = true;
    return Status::Ok();
  }
  if (value->option.type == ConfigType::kList && node.kind == ConfigNode::Kind::kList) {
    std::vector<std::string> items;
    for (const ConfigNode& item : node.items) {
      if (item.kind != ConfigNode::Kind::kScalar) {
        return InvalidAt(value->origin, key, "expected a list of words");
      }
      items.push_back(item.scalar);
    }
    value->list = std::move(items);
    value->is_set = true;
    return Status::Ok();
  }
  if (node.kind != ConfigNode::Kind::kScalar) {
    return InvalidAt(value->origin, key, "expected one value, not a list or section");
  }
  return SetFromText(value, node.scalar);
}

Status Config::SetFromEnvironment(const std::map<std::string, std::string>& variables) {
  std::map<std::string, Value*> by_name;
  std::vector<std::string> names;
  for (auto& [key, value] : values_) {
    if (value.option.type == ConfigType::kTree) continue;
    names.push_back(ConfigVariableName(key));
    by_name.emplace(names.back(), &value);
  }
  for (const auto& [name, text] : variables) {
    const auto it = by_name.find(name);
    if (it == by_name.end()) {
      warnings_.push_back("environment variable " + name + " names no option" +
                          DidYouMean(name, names));
      continue;
    }
    it->second->origin = "environment variable " + name;
    FLOE_TRY(SetFromText(it->second, text));
  }
  return Status::Ok();
}

Status Config::SetFromFlags(const std::map<std::string, std::string>& flags) {
  for (const auto& [key, text] : flags) {
    const std::string origin = "flag " + ConfigFlagName(key);
    const auto it = values_.find(key);
    if (it == values_.end()) {
      return InvalidAt(origin, key, "no such option" + DidYouMean(key, Keys()));
    }
    if (it->second.option.secret) {
      return InvalidAt(origin, key, "a secret can't be a flag, where other users see it")
          .WithHint("set " + ConfigVariableName(key) + " or write it into the file");
    }
    if (it->second.option.type == ConfigType::kTree) {
      return InvalidAt(origin, key, "this option can only be set in the configuration file");
    }
    it->second.origin = origin;
    FLOE_TRY(SetFromText(&it->second, text));
  }
  return Status::Ok();
}

Status Config::SetFromText(Value* value, const std::string& text) {
  const std::string& key = value->option.key;
  const std::string& origin = value->origin;
  // A secret's text stays out of errors too.
  const std::string shown = value->option.secret ? "the value" : Quoted(text);
  switch (value->option.type) {
    case ConfigType::kText:
      break;
    case ConfigType::kBoolean:
      if (text != "true" && text != "false") {
        return InvalidAt(origin, key, shown + " is neither true nor false");
      }
      value->boolean = text == "true";
      break;
    case ConfigType::kInteger:
      if (!ParseWhole(text, &value->integer)) {
        return InvalidAt(origin, key, shown + " is not an integer of 64 bits");
      }
      break;
    case ConfigType::kNumber:
      if (!ParseWhole(text, &value->number) || !std::isfinite(value->number)) {
        return InvalidAt(origin, key, shown + " is not a number");
      }
      break;
    case ConfigType::kDuration:
      FLOE_TRY(FromQuantity(ParseDurationMs(text), origin, key, &value->integer));
      break;
    case ConfigType::kBytes:
      FLOE_TRY(FromQuantity(ParseBytes(text), origin, key, &value->integer));
      break;
    case ConfigType::kList:
      value->list = SplitList(text);
      break;
    case ConfigType::kTree:
      return InvalidAt(origin, key, "this option can only be set in the configuration file");
  }
  value->text = text;
  value->is_set = true;
  return Status::Ok();
}

std::vector<std::string> Config::Keys() const { return order_; }

const Config::Value& Config::Get(std::string_view key) const {
  const auto it = values_.find(key);
  FLOE_ASSERT(it != values_.end());
  return it->second;
}

const Config::Value& Config::Get(std::string_view key, ConfigType type) const {
  const Value& value = Get(key);
  FLOE_ASSERT(value.option.type == type);
  FLOE_ASSERT(value.is_set || type == ConfigType::kTree);
  return value;
}

bool Config::has(std::string_view key) const { return Get(key).is_set; }
const std::string& Config::text(std::string_view key) const {
  return Get(key, ConfigType::kText).text;
}
bool Config::boolean(std::string_view key) const { return Get(key, ConfigType::kBoolean).boolean; }
int64_t Config::integer(std::string_view key) const {
  return Get(key, ConfigType::kInteger).integer;
}
double Config::number(std::string_view key) const { return Get(key, ConfigType::kNumber).number; }
int64_t Config::duration_ms(std::string_view key) const {
  return Get(key, ConfigType::kDuration).integer;
}
int64_t Config::bytes(std::string_view key) const { return Get(key, ConfigType::kBytes).integer; }
const std::vector<std::string>& Config::list(std::string_view key) const {
  return Get(key, ConfigType::kList).list;
}
const ConfigNode& Config::tree(std::string_view key) const {
  return Get(key, ConfigType::kTree).tree;
}

const std::string& Config::origin(std::string_view key) const { return Get(key).origin; }

Error Config::Invalid(std::string_view key, const std::string& reason) const {
  return InvalidAt(Get(key).origin, std::string(key), reason);
}

std::vector<Config::Entry> Config::Entries() const {
  std::vector<Entry> entries;
  for (const std::string& key : order_) {
    const Value& value = Get(key);
    std::string shown = value.text;
    if (value.option.type == ConfigType::kList) {
      shown.clear();
      for (const std::string& item : value.list) shown += (shown.empty() ? "" : ",") + item;
    } else if (value.option.type == ConfigType::kTree && value.is_set) {
      shown = "(section)";
    }
    if (value.option.secret && !shown.empty()) shown = "***";
    entries.push_back({key, std::move(shown), value.origin, value.option.description});
  }
  return entries;
}

}  // namespace floe
