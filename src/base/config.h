// The process's configuration: a fixed list of typed options, each from the first of: command-line
// flag, environment, configuration file, default.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/config_node.h"
#include "base/result.h"

namespace floe {

enum class ConfigType : uint8_t {
  kText,
  kBoolean,   // true, false
  kInteger,   // 64 bits
  kNumber,    // finite
  kDuration,  // "10 s"
  kBytes,     // "64 mb"
  kList,      // of texts; "a,b" where only one text is possible
  kTree,      // any value of the file, read by the one who owns the option; files only
};

struct ConfigOption {
  std::string key;  // dotted: "http.port"
  ConfigType type = ConfigType::kText;
  std::string default_value;  // written as in a file; no value for "" where the type has none
  std::string description;    // one sentence, for help texts
  bool secret = false;        // shown as ***, and refused as a flag
};

// Where values come from, most important first.
struct ConfigSources {
  std::map<std::string, std::string> flags;        // by key
  std::map<std::string, std::string> environment;  // FLOE_… variables by name
  // The file's root, and its name for errors. Sections may be nested or dotted.
  ConfigNode file;
  std::string file_name;
};

// The variables of the process whose names start with FLOE_.
std::map<std::string, std::string> ReadFloeEnvironment();

// Immutable. Getters take the key of an option of the list, of their type, that has a value.
class Config {
 public:
  // Checks every value and every key. kInvalidConfiguration says where the value comes from, what
  // is wrong, what would be valid; unknown keys get their near names. An unknown FLOE_ variable is
  // a warning only, since others may use the prefix.
  static Result<Config> Resolve(std::vector<ConfigOption> options, const ConfigSources& sources);

  bool has(std::string_view key) const;
  const std::string& text(std::string_view key) const;
  bool boolean(std::string_view key) const;
  int64_t integer(std::string_view key) const;
  double number(std::string_view key) const;
  int64_t duration_ms(std::string_view key) const;
  int64_t bytes(std::string_view key) const;
  const std::vector<std::string>& list(std::string_view key) const;
  // A null node if the option is not set.
  const ConfigNode& tree(std::string_view key) const;

  // "flag --http-port", "environment variable FLOE_HTTP_PORT", "floe.yaml:3:7", "default".
  const std::string& origin(std::string_view key) const;
  // A kInvalidConfiguration error about an option's value that only its owner can judge.
  Error Invalid(std::string_view key, const std::string& reason) const;

  struct Entry {
    std::string key;
    std::string value;
    std::string origin;
    std::string description;
  };
  // All options in the list's order, for display; secrets are hidden.
  std::vector<Entry> Entries() const;
  const std::vector<std::string>& warnings() const { return warnings_; }

 private:
  struct Value {
    ConfigOption option;
    bool is_set = false;
    std::string origin = "default";
    std::string text;
    bool boolean = false;
    int64_t integer = 0;  // also milliseconds and bytes
    double number = 0;
    std::vector<std::string> list;
    ConfigNode tree;
  };

  const Value& Get(std::string_view key, ConfigType type) const;
  const Value& Get(std::string_view key) const;
  std::vector<std::string> Keys() const;
  Status SetFromFile(const ConfigNode& node, const std::string& prefix,
                     const std::string& file_name);
  Status SetFromNode(Value* value, const ConfigNode& node);
  Status SetFromEnvironment(const std::map<std::string, std::string>& variables);
  Status SetFromFlags(const std::map<std::string, std::string>& flags);
  static Status SetFromText(Value* value, const std::string& text);

  std::vector<std::string> order_;
  std::map<std::string, Value, std::less<>> values_;
  std::vector<std::string> warnings_;
};

// "http.port" -> "FLOE_HTTP_PORT" and "--http-port".
std::string ConfigVariableName(std::string_view key);
std::string ConfigFlagName(std::string_view key);

}  // namespace floe
