// The options that SET changes: which are known, what their values may be, and typed access.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::plan {

// "true" and "false" in any case.
Result<bool> ParseBoolean(std::string_view text);

class Configuration {
 public:
  // Checks the value of a known key (kInvalidOption). An unknown key is kept; the result is then a
  // warning that names the known key that is nearest to it.
  Result<std::optional<std::string>> Set(std::string_view key, std::string_view value);
  void Reset(std::string_view key);
  void ResetAll() { values_.clear(); }

  // The value that was set, or null.
  const std::string* Find(std::string_view key) const;
  // The value in force of a known key: what was set, or the default.
  std::string Get(std::string_view key) const;
  // REQUIRES: a known key of that type.
  int64_t GetDurationMs(std::string_view key) const;
  bool GetBoolean(std::string_view key) const;

  const std::map<std::string, std::string, std::less<>>& values() const { return values_; }

 private:
  std::map<std::string, std::string, std::less<>> values_;
};

}  // namespace floe::plan
