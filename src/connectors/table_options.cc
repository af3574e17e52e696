#include "connectors/table_options.h"

#include <algorithm>
#include <charconv>

#include "base/near_names.h"

namespace floe::connectors {

std::optional<std::string> TableOptions::Find(std::string_view key) {
  known_.emplace(key);
  const auto it = table_.options.find(std::string(key));
  if (it == table_.options.end()) return std::nullopt;
  return it->second;
}

Result<std::string> TableOptions::Require(std::string_view key) {
  std::optional<std::string> value = Find(key);
  if (!value) return Invalid(key, "the option is required");
  return *std::move(value);
}

Result<std::string> TableOptions::OneOf(std::string_view key, const std::string& fallback,
                                        const std::vector<std::string>& valid) {
  const std::string value = Find(key).value_or(fallback);
  if (std::find(valid.begin(), valid.end(), value) != valid.end()) return value;
  std::string list;
  for (const std::string& name : valid) list += (list.empty() ? "'" : ", '") + name + "'";
  return Invalid(key, "'" + value + "' is not one of " + list);
}

Result<std::optional<int64_t>> TableOptions::FindInteger(std::string_view key) {
  const std::optional<std::string> text = Find(key);
  if (!text) return std::optional<int64_t>();
  int64_t value = 0;
  const char* end = text->data() + text->size();
  const auto [stopped, error] = std::from_chars(text->data(), end, value);
  if (error != std::errc() || stopped != end) {
    return Invalid(key, "'" + *text + "' is not an integer");
  }
  return std::optional<int64_t>(value);
}

Status TableOptions::CheckAllKnown() const {
  for (const auto& [key, value] : table_.options) {
    if (known_.contains(key)) continue;
    const auto starts = [&key = key](const std::string& prefix) { return key.starts_with(prefix); };
    if (std::any_of(prefixes_.begin(), prefixes_.end(), starts)) continue;
    const std::vector<std::string> known(known_.begin(), known_.end());
    return Invalid(key, "the connector has no such option, or it is not supported yet" +
                            DidYouMean(key, known));
  }
  return Status::Ok();
}

Error TableOptions::Invalid(std::string_view key, const std::string& reason) const {
  return Error(ErrorCode::kInvalidOption, "table " + table_.name.ToString() + ": option '" +
                                              std::string(key) + "': " + reason);
}

}  // namespace floe::connectors
