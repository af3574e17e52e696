#include "plan/hints.h"

#include <algorithm>

#include "base/near_names.h"
#include "base/quantity.h"

namespace floe::plan {

namespace ast = sql::flink;

namespace {

constexpr char kOptions[] = "OPTIONS";

const std::vector<std::string>& HintNames() {
  static const std::vector<std::string> kNames = {
      kOptions,        "STATE_TTL", "BROADCAST", "SHUFFLE_HASH",
      "SHUFFLE_MERGE", "NEST_LOOP", "LOOKUP",    "MULTI_JOIN",
  };
  return kNames;
}

Status CheckTableOptions(const ast::Hint& hint, const BindingOptions& options) {
  if (hint.options.empty() || !hint.arguments.empty()) {
    return Error(ErrorCode::kSqlValidation, "the hint OPTIONS takes pairs of keys and values",
                 hint.span)
        .WithHint("/*+ OPTIONS('key' = 'value') */");
  }
  if (options.allows_table_options) return Status::Ok();
  return Error(ErrorCode::kSqlValidation,
               "the hint OPTIONS is off: 'table.dynamic-table-options.enabled' = 'false'",
               hint.span);
}

Status CheckStateTtl(const ast::Hint& hint) {
  for (const ast::Option& option : hint.options) {
    const Result<int64_t> ttl = ParseDurationMs(option.value);
    if (!ttl.ok()) return Error(ttl.error()).WithContext("the hint STATE_TTL").WithSpan(hint.span);
  }
  return Status::Ok();
}

}  // namespace

Status CheckHints(const std::vector<ast::Hint>& hints, const BindingOptions& options) {
  for (const ast::Hint& hint : hints) {
    const std::vector<std::string>& names = HintNames();
    if (std::find(names.begin(), names.end(), hint.name) == names.end()) {
      return Error(ErrorCode::kSqlValidation,
                   "there is no hint '" + hint.name + "'" + DidYouMean(hint.name, names),
                   hint.span);
    }
    if (hint.name == kOptions) FLOE_TRY(CheckTableOptions(hint, options));
    if (hint.name == "STATE_TTL") FLOE_TRY(CheckStateTtl(hint));
  }
  return Status::Ok();
}

bool HasTableOptions(const std::vector<ast::Hint>& hints) {
  return std::any_of(hints.begin(), hints.end(),
                     [](const ast::Hint& hint) { return hint.name == kOptions; });
}

CatalogTablePtr WithHints(const CatalogTablePtr& table, const std::vector<ast::Hint>& hints) {
  std::shared_ptr<CatalogTable> changed;
  for (const ast::Hint& hint : hints) {
    if (hint.name != kOptions) continue;
    if (changed == nullptr) changed = std::make_shared<CatalogTable>(*table);
    for (const ast::Option& option : hint.options) changed->options[option.key] = option.value;
  }
  return changed == nullptr ? table : changed;
}

}  // namespace floe::plan
