#include "plan/configuration.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <span>
#include <vector>

#include "base/near_names.h"
#include "base/quantity.h"

namespace floe::plan {
namespace {

enum class OptionType : uint8_t { kDuration, kBoolean, kCount, kEnum, kText };

struct KnownOption {
  std::string_view key;
  OptionType type;
  std::string_view default_value;
  std::span<const std::string_view> values = {};  // kEnum, in upper case
};

constexpr std::string_view kRuntimeModes[] = {"STREAMING", "BATCH"};
constexpr std::string_view kCheckpointModes[] = {"EXACTLY_ONCE", "AT_LEAST_ONCE"};
constexpr std::string_view kPhaseStrategies[] = {"AUTO", "ONE_PHASE", "TWO_PHASE"};
constexpr std::string_view kAutoNoneForce[] = {"AUTO", "NONE", "FORCE"};
constexpr std::string_view kNotNullEnforcers[] = {"ERROR", "DROP"};
constexpr std::string_view kEnabledDisabled[] = {"ENABLED", "DISABLED"};
constexpr std::string_view kLengthEnforcers[] = {"IGNORE", "TRIM_PAD", "ERROR"};
constexpr std::string_view kRowtimeNulls[] = {"FAIL", "DROP", "SKIP_WATERMARK"};
constexpr std::string_view kStateBackends[] = {"HASHMAP", "ROCKSDB", "FORST"};
constexpr std::string_view kResultModes[] = {"TABLE", "CHANGELOG", "TABLEAU"};
constexpr std::string_view kUnalignedRetention[] = {
    "NO_EXTERNALIZED_CHECKPOINTS", "RETAIN_ON_CANCELLATION", "DELETE_ON_CANCELLATION"};

// Keys of Flink 2.3 that jobs set, with Flink's defaults.
const std::vector<KnownOption>& KnownOptions() {
  using enum OptionType;
  static const std::vector<KnownOption> kOptions = {
      {"execution.runtime-mode", kEnum, "STREAMING", kRuntimeModes},
      {"execution.checkpointing.interval", kDuration, "0 ms"},
      {"execution.checkpointing.mode", kEnum, "EXACTLY_ONCE", kCheckpointModes},
      {"execution.checkpointing.timeout", kDuration, "10 min"},
      {"execution.checkpointing.min-pause", kDuration, "0 ms"},
      {"execution.checkpointing.max-concurrent-checkpoints", kCount, "1"},
      {"execution.checkpointing.unaligned.enabled", kBoolean, "false"},
      {"execution.checkpointing.externalized-checkpoint-retention", kEnum,
       "NO_EXTERNALIZED_CHECKPOINTS", kUnalignedRetention},
      {"execution.checkpointing.dir", kText, ""},
      {"execution.checkpointing.savepoint-dir", kText, ""},
      {"parallelism.default", kCount, "1"},
      {"pipeline.name", kText, ""},
      {"pipeline.max-parallelism", kCount, "128"},
      {"pipeline.auto-watermark-interval", kDuration, "200 ms"},
      {"pipeline.object-reuse", kBoolean, "false"},
      {"state.backend.type", kEnum, "HASHMAP", kStateBackends},
      {"state.checkpoints.dir", kText, ""},
      {"state.savepoints.dir", kText, ""},
      {"state.checkpoints.num-retained", kCount, "1"},
      {"table.local-time-zone", kText, "UTC"},
      {"table.dml-sync", kBoolean, "false"},
      {"table.exec.state.ttl", kDuration, "0 ms"},
      {"table.exec.source.idle-timeout", kDuration, "0 ms"},
      {"table.exec.source.rowtime-null-handling", kEnum, "FAIL", kRowtimeNulls},
      {"table.exec.interval-join.min-cleanup-interval", kDuration, "0 ms"},
      {"table.exec.mini-batch.enabled", kBoolean, "false"},
      {"table.exec.mini-batch.allow-latency", kDuration, "0 ms"},
      {"table.exec.mini-batch.size", kCount, "1"},
      {"table.exec.async-state.enabled", kBoolean, "false"},
      {"table.dynamic-table-options.enabled", kBoolean, "true"},
      {"table.exec.legacy-cast-behaviour", kEnum, "DISABLED", kEnabledDisabled},
      {"table.exec.sink.upsert-materialize", kEnum, "AUTO", kAutoNoneForce},
      {"table.exec.sink.require-on-conflict", kBoolean, "true"},
      {"table.exec.sink.not-null-enforcer", kEnum, "ERROR", kNotNullEnforcers},
      {"table.exec.sink.type-length-enforcer", kEnum, "IGNORE", kLengthEnforcers},
      {"table.exec.sink.keyed-shuffle", kEnum, "AUTO", kAutoNoneForce},
      {"table.optimizer.agg-phase-strategy", kEnum, "AUTO", kPhaseStrategies},
      {"table.optimizer.distinct-agg.split.enabled", kBoolean, "false"},
      {"table.optimizer.distinct-agg.split.bucket-num", kCount, "1024"},
      {"table.optimizer.reuse-source-enabled", kBoolean, "true"},
      {"table.optimizer.reuse-sub-plan-enabled", kBoolean, "true"},
      {"sql-client.execution.result-mode", kEnum, "TABLE", kResultModes},
  };
  return kOptions;
}

const KnownOption* FindKnown(std::string_view key) {
  for (const KnownOption& option : KnownOptions()) {
    if (option.key == key) return &option;
  }
  return nullptr;
}

std::string Upper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return upper;
}

std::string_view Trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

Result<int64_t> ParseCount(std::string_view text) {
  int64_t value = 0;
  text = Trim(text);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || value < 1) {
    return Error(ErrorCode::kInvalidOption, "'" + std::string(text) + "' is not a number >= 1");
  }
  return value;
}

Status CheckValue(const KnownOption& option, std::string_view value) {
  switch (option.type) {
    case OptionType::kDuration:
      if (const Result<int64_t> millis = ParseDurationMs(value); !millis.ok()) {
        return Error(ErrorCode::kInvalidOption, millis.error().message())
            .WithHint(millis.error().hint());
      }
      return Status::Ok();
    case OptionType::kBoolean:
      return ParseBoolean(value).status();
    case OptionType::kCount:
      return ParseCount(value).status();
    case OptionType::kText:
      return Status::Ok();
    case OptionType::kEnum:
      break;
  }
  std::string upper = Upper(Trim(value));
  std::string valid;
  for (std::string_view candidate : option.values) {
    if (candidate == upper) return Status::Ok();
    valid += (valid.empty() ? "" : ", ") + std::string(candidate);
  }
  return Error(ErrorCode::kInvalidOption, "'" + std::string(value) + "' is not one of its values")
      .WithHint("valid values: " + valid);
}

}  // namespace

Result<bool> ParseBoolean(std::string_view text) {
  std::string upper = Upper(Trim(text));
  if (upper == "TRUE") return true;
  if (upper == "FALSE") return false;
  return Error(ErrorCode::kInvalidOption, "'" + std::string(text) + "' is not true or false");
}

Result<std::optional<std::string>> Configuration::Set(std::string_view key,
                                                      std::string_view value) {
  std::optional<std::string> warning;
  if (const KnownOption* option = FindKnown(key)) {
    Status status = CheckValue(*option, value);
    if (!status.ok()) return std::move(status).error().WithContext("option " + std::string(key));
  } else {
    std::vector<std::string> known;
    for (const KnownOption& candidate : KnownOptions()) known.emplace_back(candidate.key);
    std::vector<std::string> near = NearNames(key, known);
    warning = "option '" + std::string(key) + "' is not known to Floe and has no effect";
    if (!near.empty()) *warning += "; did you mean '" + near.front() + "'?";
  }
  values_.insert_or_assign(std::string(key), std::string(value));
  return warning;
}

void Configuration::Reset(std::string_view key) {
  if (auto it = values_.find(key); it != values_.end()) values_.erase(it);
}

const std::string* Configuration::Find(std::string_view key) const {
  auto it = values_.find(key);
  return it == values_.end() ? nullptr : &it->second;
}

std::string Configuration::Get(std::string_view key) const {
  const KnownOption* option = FindKnown(key);
  FLOE_ASSERT(option != nullptr);
  const std::string* value = Find(key);
  std::string text(value != nullptr ? std::string_view(*value) : option->default_value);
  return option->type == OptionType::kEnum ? Upper(Trim(text)) : text;
}

int64_t Configuration::GetDurationMs(std::string_view key) const {
  return ParseDurationMs(Get(key)).value();
}

bool Configuration::GetBoolean(std::string_view key) const {
  return ParseBoolean(Get(key)).value();
}

}  // namespace floe::plan
