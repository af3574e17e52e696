// The one file that knows yaml-cpp: its exceptions become errors here.
#include "base/config_node.h"

#include <yaml-cpp/yaml.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include "base/limits.h"

namespace floe {
namespace {

class Converter {
 public:
  explicit Converter(const std::string& file_name) : file_name_(file_name) {}

  Result<ConfigNode> Convert(const YAML::Node& yaml, int depth) {
    ConfigNode node;
    node.line = yaml.Mark().line + 1;
    node.column = yaml.Mark().column + 1;
    if (depth > limits::kMaxConfigDepth) return Invalid(yaml.Mark(), "it is nested too deep");
    if (++nodes_ > limits::kMaxConfigNodes) return Invalid(yaml.Mark(), "it has too many values");
    if (yaml.IsScalar()) {
      node.kind = ConfigNode::Kind::kScalar;
      node.scalar = yaml.Scalar();
    } else if (yaml.IsSequence()) {
      node.kind = ConfigNode::Kind::kList;
      for (const YAML::Node& item : yaml) {
        FLOE_ASSIGN(ConfigNode converted, Convert(item, depth + 1));
        node.items.push_back(std::move(converted));
      }
    } else if (yaml.IsMap()) {
      FLOE_TRY(ConvertEntries(yaml, depth, &node));
    }
    return node;
  }

  Error Invalid(const YAML::Mark& mark, const std::string& reason) const {
    std::string where = file_name_;
    if (!mark.is_null()) {
      where += ":" + std::to_string(mark.line + 1) + ":" + std::to_string(mark.column + 1);
    }
    return Error(ErrorCode::kInvalidConfiguration, where + ": " + reason);
  }

 private:
  Status ConvertEntries(const YAML::Node& yaml, int depth, ConfigNode* node) {
    node->kind = ConfigNode::Kind::kMap;
    for (const auto& entry : yaml) {
      if (!entry.first.IsScalar()) return Invalid(entry.first.Mark(), "a key must be a word");
      const std::string& key = entry.first.Scalar();
      if (node->Find(key) != nullptr) {
        return Invalid(entry.first.Mark(), "the key '" + key + "' is there twice");
      }
      FLOE_ASSIGN(ConfigNode converted, Convert(entry.second, depth + 1));
      // A value's place is where its key stands: an empty value has no place of its own.
      converted.line = entry.first.Mark().line + 1;
      converted.column = entry.first.Mark().column + 1;
      node->entries.push_back({key, std::move(converted)});
    }
    return Status::Ok();
  }

  const std::string& file_name_;
  int nodes_ = 0;
};

}  // namespace

const ConfigNode* ConfigNode::Find(std::string_view key) const {
  for (const auto& [name, node] : entries) {
    if (name == key) return &node;
  }
  return nullptr;
}

Result<ConfigNode> ParseYaml(std::string_view text, const std::string& file_name) {
  Converter converter(file_name);
  if (text.size() > limits::kMaxConfigFileBytes) {
    return converter.Invalid(YAML::Mark::null_mark(), "the file is larger than 1 MiB");
  }
  try {
    return converter.Convert(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& exception) {
    return converter.Invalid(exception.mark, exception.msg);
  }
}

Result<ConfigNode> ReadYamlFile(const std::string& path) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file(std::fopen(path.c_str(), "rb"),
                                                             &std::fclose);
  std::string text(limits::kMaxConfigFileBytes + 1, '\0');
  if (file != nullptr) text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (file == nullptr || std::ferror(file.get()) != 0) {
    return Error(ErrorCode::kInvalidConfiguration,
                 "the file '" + path + "' can't be read: " + std::strerror(errno));
  }
  return ParseYaml(text, path);
}

}  // namespace floe
