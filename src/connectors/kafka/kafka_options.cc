#include "connectors/kafka/kafka_options.h"

#include <charconv>
#include <string_view>

#include "connectors/table_options.h"

namespace floe::connectors {
namespace {

std::vector<std::string> Split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  while (!text.empty()) {
    const size_t end = std::min(text.find(separator), text.size());
    std::string_view part = text.substr(0, end);
    while (!part.empty() && part.front() == ' ') part.remove_prefix(1);
    while (!part.empty() && part.back() == ' ') part.remove_suffix(1);
    if (!part.empty()) parts.emplace_back(part);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return parts;
}

template <typename Int>
std::optional<Int> ParseInteger(std::string_view text) {
  Int value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// "partition:0,offset:42;partition:1,offset:300".
Result<std::map<PartitionId, Offset>> ParseOffsets(TableOptions& options, std::string_view key) {
  FLOE_ASSIGN(const std::string text, options.Require(key));
  std::map<PartitionId, Offset> offsets;
  for (const std::string& entry : Split(text, ';')) {
    const std::vector<std::string> parts = Split(entry, ',');
    std::optional<int32_t> partition;
    std::optional<int64_t> offset;
    for (const std::string& part : parts) {
      if (part.starts_with("partition:")) partition = ParseInteger<int32_t>(part.substr(10));
      if (part.starts_with("offset:")) offset = ParseInteger<int64_t>(part.substr(7));
    }
    if (parts.size() != 2 || !partition || !offset) {
      return options.Invalid(key, "'" + entry + "' should look like 'partition:0,offset:42'");
    }
    offsets[PartitionId(*partition)] = Offset(*offset);
  }
  return offsets;
}

Result<int64_t> RequireInteger(TableOptions& options, std::string_view key) {
  FLOE_ASSIGN(const std::optional<int64_t> value, options.FindInteger(key));
  if (!value) return options.Invalid(key, "the option is required with this mode");
  return *value;
}

Status ParseTopics(TableOptions& options, KafkaSourceOptions* parsed) {
  const std::optional<std::string> topic = options.Find("topic");
  parsed->topic_pattern = options.Find("topic-pattern");
  if (topic.has_value() == parsed->topic_pattern.has_value()) {
    return options.Invalid("topic", "give exactly one of 'topic' and 'topic-pattern'");
  }
  if (topic) parsed->topics = Split(*topic, ';');
  if (topic && parsed->topics.empty()) return options.Invalid("topic", "names no topic");
  return Status::Ok();
}

Status ParseStartup(TableOptions& options, KafkaSourceOptions* parsed) {
  FLOE_ASSIGN(const std::string mode,
              options.OneOf("scan.startup.mode", "group-offsets",
                            {"earliest-offset", "latest-offset", "group-offsets", "timestamp",
                             "specific-offsets"}));
  if (mode == "earliest-offset") parsed->startup_mode = StartupMode::kEarliest;
  if (mode == "latest-offset") parsed->startup_mode = StartupMode::kLatest;
  if (mode == "timestamp") {
    parsed->startup_mode = StartupMode::kTimestamp;
    FLOE_ASSIGN(parsed->startup_timestamp_ms,
                RequireInteger(options, "scan.startup.timestamp-millis"));
  }
  if (mode == "specific-offsets") {
    parsed->startup_mode = StartupMode::kSpecificOffsets;
    FLOE_ASSIGN(parsed->startup_offsets, ParseOffsets(options, "scan.startup.specific-offsets"));
  }
  return Status::Ok();
}

Status ParseBounded(TableOptions& options, KafkaSourceOptions* parsed) {
  FLOE_ASSIGN(const std::string mode, options.OneOf("scan.bounded.mode", "unbounded",
                                                    {"unbounded", "latest-offset", "group-offsets",
                                                     "timestamp", "specific-offsets"}));
  if (mode == "latest-offset") parsed->bounded_mode = BoundedMode::kLatest;
  if (mode == "group-offsets") parsed->bounded_mode = BoundedMode::kGroupOffsets;
  if (mode == "timestamp") {
    parsed->bounded_mode = BoundedMode::kTimestamp;
    FLOE_ASSIGN(parsed->bounded_timestamp_ms,
                RequireInteger(options, "scan.bounded.timestamp-millis"));
  }
  if (mode == "specific-offsets") {
    parsed->bounded_mode = BoundedMode::kSpecificOffsets;
    FLOE_ASSIGN(parsed->bounded_offsets, ParseOffsets(options, "scan.bounded.specific-offsets"));
  }
  return Status::Ok();
}

Status ParseProperties(const stream::TableDescriptor& table, TableOptions& options,
                       KafkaSourceOptions* parsed) {
  constexpr std::string_view kPrefix = "properties.";
  for (const auto& [key, value] : table.options) {
    if (key.starts_with(kPrefix)) parsed->client_properties[key.substr(kPrefix.size())] = value;
  }
  FLOE_ASSIGN(const std::string reset, options.OneOf("properties.auto.offset.reset", "none",
                                                     {"none", "earliest", "latest"}));
  if (reset == "earliest") parsed->offset_reset = OffsetReset::kEarliest;
  if (reset == "latest") parsed->offset_reset = OffsetReset::kLatest;
  return Status::Ok();
}

}  // namespace

Result<KafkaSourceOptions> ParseKafkaSourceOptions(const stream::TableDescriptor& table) {
  KafkaSourceOptions parsed;
  TableOptions options(table);
  for (const char* key :
       {"connector", "bad-records", "format", "value.format", "scan.watermark.emit.strategy",
        "scan.watermark.idle-timeout", "scan.topic-partition-discovery.interval",
        "scan.parallelism", "value.fields-include", "sink.partitioner", "sink.delivery-guarantee",
        "sink.parallelism", "sink.transactional-id-prefix", "sink.semantic",
        "scan.startup.timestamp-millis", "scan.startup.specific-offsets",
        "scan.bounded.timestamp-millis", "scan.bounded.specific-offsets"}) {
    (void)options.Find(key);
  }
  for (const char* prefix : {"properties.", "json.", "value.json.", "scan.watermark.alignment."}) {
    options.Accept(prefix);
  }
  FLOE_TRY(ParseTopics(options, &parsed));
  FLOE_ASSIGN(parsed.bootstrap_servers, options.Require("properties.bootstrap.servers"));
  FLOE_TRY(ParseStartup(options, &parsed));
  FLOE_TRY(ParseBounded(options, &parsed));
  FLOE_TRY(ParseProperties(table, options, &parsed));
  FLOE_TRY(options.CheckAllKnown());
  return parsed;
}

}  // namespace floe::connectors
