// A configuration file as a neutral tree, with the position of every value for errors.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe {

struct ConfigEntry;

struct ConfigNode {
  enum class Kind : uint8_t { kNull, kScalar, kList, kMap };

  Kind kind = Kind::kNull;
  std::string scalar;
  std::vector<ConfigNode> items;     // of a list
  std::vector<ConfigEntry> entries;  // of a map, in the file's order
  int line = 0;                      // from 1; 0: not from a file
  int column = 0;

  // The entry of a map, or null.
  const ConfigNode* Find(std::string_view key) const;
};

struct ConfigEntry {
  std::string key;
  ConfigNode value;
};

// Parses YAML. `file_name` is for errors: kInvalidConfiguration says "floe.yaml:3:7: …". Refuses
// a key that is there twice, keys that are not scalars, and what exceeds limits::kMaxConfig….
Result<ConfigNode> ParseYaml(std::string_view text, const std::string& file_name);

// The same from a file. kInvalidConfiguration if it can't be read.
Result<ConfigNode> ReadYamlFile(const std::string& path);

}  // namespace floe
