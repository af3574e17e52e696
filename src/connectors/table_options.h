// Reads the WITH options of a table: typed, with errors that name the table, the key and what is
// valid, and near names for keys that do not exist.
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stream/table_descriptor.h"

namespace floe::connectors {

class TableOptions {
 public:
  // `table` outlives this.
  explicit TableOptions(const stream::TableDescriptor& table) : table_(table) {}

  std::optional<std::string> Find(std::string_view key);
  // kInvalidOption if it is missing.
  Result<std::string> Require(std::string_view key);
  Result<std::string> OneOf(std::string_view key, const std::string& fallback,
                            const std::vector<std::string>& valid);
  Result<std::optional<int64_t>> FindInteger(std::string_view key);
  // Every key that starts so is taken as known.
  void Accept(std::string_view prefix) { prefixes_.emplace_back(prefix); }
  // kInvalidOption for the first key that nobody asked for.
  Status CheckAllKnown() const;

  // An error about one option of this table.
  Error Invalid(std::string_view key, const std::string& reason) const;

 private:
  const stream::TableDescriptor& table_;
  std::set<std::string, std::less<>> known_;
  std::vector<std::string> prefixes_;
};

}  // namespace floe::connectors
