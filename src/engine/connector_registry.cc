#include "engine/connector_registry.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/near_names.h"
#include "base/quantity.h"
#include "connectors/files/file_source.h"
#include "connectors/iceberg/iceberg_sink.h"
#include "connectors/json/json_format.h"
#include "connectors/kafka/kafka_options.h"
#include "connectors/kafka/log_source.h"
#include "connectors/print/print_sink.h"
#include "connectors/table_options.h"
#include "engine/iceberg_table_catalog.h"

namespace floe::engine {
namespace {

struct ConnectorInfo {
  std::string_view name;
  bool source;
  bool sink;
};

constexpr std::array kConnectors = {
    ConnectorInfo{"blackhole", false, true}, ConnectorInfo{"filesystem", true, false},
    ConnectorInfo{"iceberg", false, true},   ConnectorInfo{"kafka", true, false},
    ConnectorInfo{"print", false, true},
};

// Known by name, so that they are not taken for spelling mistakes.
constexpr std::array<std::string_view, 13> kOthersOfFlink = {
    "datagen", "upsert-kafka",    "jdbc",         "hive",    "elasticsearch-7",
    "kinesis", "elasticsearch-6", "opensearch",   "mongodb", "hbase-2.2",
    "pulsar",  "mysql-cdc",       "postgres-cdc",
};

std::vector<std::string> ConnectorNames() {
  std::vector<std::string> names;
  for (const ConnectorInfo& info : kConnectors) names.emplace_back(info.name);
  return names;
}

Error OptionError(const stream::TableDescriptor& table, const std::string& message) {
  return Error(ErrorCode::kInvalidOption, "table " + table.name.ToString() + ": " + message);
}

std::optional<std::string> OptionOf(const stream::TableDescriptor& table, const char* key) {
  const auto it = table.options.find(key);
  if (it == table.options.end()) return std::nullopt;
  return it->second;
}

// What the connector knows of a record; a job can read what the planner lets through.
std::vector<std::string> MetadataKeys(std::string_view connector) {
  if (connector == "kafka") {
    return {"topic",        "partition", "offset",        "timestamp",
            "leader-epoch", "headers",   "timestamp-type"};
  }
  if (connector == "filesystem") {
    return {"file.path", "file.name", "file.size", "file.modification-time"};
  }
  return {};
}

Status CheckMetadata(const stream::TableDescriptor& table, const std::string& connector) {
  const std::vector<std::string> keys = MetadataKeys(connector);
  for (const stream::MetadataColumn& column : table.metadata_columns) {
    if (std::find(keys.begin(), keys.end(), column.key) != keys.end()) continue;
    return OptionError(table, "the connector '" + connector + "' has no metadata '" + column.key +
                                  "' (column '" + column.name + "')" +
                                  DidYouMean(column.key, keys));
  }
  return Status::Ok();
}

// The options of a source that say how its watermark goes on. When watermarks are sent makes no
// difference here: one follows every row. Alignment slows sources down, and changes no result.
Status CheckWatermarkOptions(const stream::TableDescriptor& table) {
  connectors::TableOptions options(table);
  FLOE_TRY(
      options.OneOf("scan.watermark.emit.strategy", "on-periodic", {"on-periodic", "on-event"}));
  for (const char* key : {"scan.watermark.idle-timeout", "scan.watermark.alignment.max-drift",
                          "scan.watermark.alignment.update-interval"}) {
    const std::optional<std::string> text = options.Find(key);
    if (!text) continue;
    const Result<int64_t> duration_ms = ParseDurationMs(*text);
    if (!duration_ms.ok()) return options.Invalid(key, duration_ms.error().message());
  }
  return Status::Ok();
}

// `format`, or `value.format` where the connector has both spellings.
Result<std::string> FormatOf(const stream::TableDescriptor& table) {
  std::optional<std::string> format = OptionOf(table, "format");
  if (!format) format = OptionOf(table, "value.format");
  if (!format) return OptionError(table, "option 'format' is required");
  if (*format != "json") {
    return Error(ErrorCode::kSqlUnsupported, "table " + table.name.ToString() + ": format '" +
                                                 *format + "' is not supported yet; 'json' is");
  }
  return *std::move(format);
}

// Formats' options, also with Kafka's prefix `value.`.
std::map<std::string, std::string> FormatOptions(const stream::TableDescriptor& table) {
  constexpr std::string_view kPrefix = "value.";
  std::map<std::string, std::string> options;
  for (const auto& [key, value] : table.options) {
    options[key.starts_with(kPrefix) ? key.substr(kPrefix.size()) : key] = value;
  }
  return options;
}

Result<std::string> FilePathOf(const stream::TableDescriptor& table) {
  connectors::TableOptions options(table);
  FLOE_ASSIGN(std::string path, options.Require("path"));
  for (const char* key :
       {"connector", "format", "bad-records", "scan.watermark.emit.strategy",
        "scan.watermark.idle-timeout", "source.monitor-interval", "source.path.regex-pattern"}) {
    (void)options.Find(key);
  }
  for (const char* prefix : {"json.", "sink.", "partition.", "auto-compaction", "compaction.",
                             "scan.watermark.alignment."}) {
    options.Accept(prefix);
  }
  FLOE_TRY(options.CheckAllKnown());
  return path;
}

// `print-identifier` and the options that all sinks share.
Result<std::string> PrintIdentifierOf(const stream::TableDescriptor& table) {
  connectors::TableOptions options(table);
  std::string identifier = options.Find("print-identifier").value_or("");
  for (const char* key : {"connector", "standard-error", "sink.parallelism"}) {
    (void)options.Find(key);
  }
  FLOE_TRY(options.CheckAllKnown());
  return identifier;
}

}  // namespace

Result<std::string> ConnectorOf(const stream::TableDescriptor& table) {
  const std::vector<std::string> names = ConnectorNames();
  const std::optional<std::string> connector = OptionOf(table, "connector");
  std::string list;
  for (const std::string& name : names) list += (list.empty() ? "'" : ", '") + name + "'";
  if (!connector) {
    return OptionError(table, "option 'connector' is required; known connectors are " + list);
  }
  if (std::find(kOthersOfFlink.begin(), kOthersOfFlink.end(), *connector) != kOthersOfFlink.end()) {
    return Error(ErrorCode::kSqlUnsupported, "table " + table.name.ToString() +
                                                 ": the connector '" + *connector +
                                                 "' is not supported yet; supported are " + list);
  }
  if (std::find(names.begin(), names.end(), *connector) == names.end()) {
    return OptionError(table, "there is no connector '" + *connector + "'" +
                                  DidYouMean(*connector, names) + "; known are " + list);
  }
  return *connector;
}

Result<std::optional<runtime::BadRecordPolicy>> BadRecordsOption(
    const stream::TableDescriptor& table) {
  const std::optional<std::string> text = OptionOf(table, "bad-records");
  if (!text) return std::optional<runtime::BadRecordPolicy>();
  if (*text == "dead-letter") return std::optional(runtime::BadRecordPolicy::kDeadLetter);
  if (*text == "fail") return std::optional(runtime::BadRecordPolicy::kFail);
  if (*text == "skip") return std::optional(runtime::BadRecordPolicy::kSkip);
  return OptionError(
      table, "option 'bad-records': '" + *text + "' is not one of 'dead-letter', 'fail', 'skip'");
}

Result<int64_t> IdleTimeoutMs(const stream::TableDescriptor& table,
                              const std::map<std::string, std::string>& configuration) {
  std::optional<std::string> text = OptionOf(table, "scan.watermark.idle-timeout");
  const auto of_job = configuration.find("table.exec.source.idle-timeout");
  if (!text && of_job != configuration.end()) text = of_job->second;
  if (!text) return 0;
  return ParseDurationMs(*text);
}

Status ConnectorRegistry::Validate(const stream::TableDescriptor& table, plan::TableUse use) const {
  FLOE_ASSIGN(const std::string connector, ConnectorOf(table));
  const auto info = std::find_if(kConnectors.begin(), kConnectors.end(),
                                 [&](const ConnectorInfo& i) { return i.name == connector; });
  const bool as_source = use == plan::TableUse::kSource;
  if (as_source && !info->source) {
    // Flink reads Iceberg tables; this engine does not yet. The others can't be read there either.
    const ErrorCode code =
        connector == "iceberg" ? ErrorCode::kSqlUnsupported : ErrorCode::kInvalidOption;
    return Error(code, "table " + table.name.ToString() + ": the connector '" + connector +
                           "' can't be read" + (connector == "iceberg" ? " by a job yet" : ""));
  }
  if (!as_source && !info->sink) {
    return Error(ErrorCode::kSqlUnsupported, "table " + table.name.ToString() +
                                                 ": writing to the connector '" + connector +
                                                 "' is not supported yet");
  }
  FLOE_TRY(BadRecordsOption(table));
  if (connector == "kafka") FLOE_TRY(connectors::ParseKafkaSourceOptions(table));
  if (connector == "filesystem") FLOE_TRY(FilePathOf(table));
  if (connector == "print" || connector == "blackhole") FLOE_TRY(PrintIdentifierOf(table));
  if (!as_source) return Status::Ok();
  FLOE_TRY(CheckMetadata(table, connector));
  FLOE_TRY(CheckWatermarkOptions(table));
  FLOE_TRY(FormatOf(table));
  return connectors::ParseJsonFormatOptions(FormatOptions(table)).status();
}

Result<runtime::ScanSource> ConnectorRegistry::OpenSource(
    const stream::TableDescriptor& table) const {
  FLOE_TRY(Validate(table, plan::TableUse::kSource));
  runtime::ScanSource opened;
  FLOE_ASSIGN(const std::optional<runtime::BadRecordPolicy> policy, BadRecordsOption(table));
  opened.bad_records = policy.value_or(runtime::BadRecordPolicy::kFail);
  FLOE_ASSIGN(const std::string connector, ConnectorOf(table));
  if (connector == "kafka") {
    FLOE_ASSIGN(const connectors::KafkaSourceOptions options,
                connectors::ParseKafkaSourceOptions(table));
    if (environment_.log == nullptr || !environment_.is_embedded_log(options.bootstrap_servers)) {
      return Error(ErrorCode::kInvalidConfiguration,
                   "table " + table.name.ToString() + ": the Kafka address '" +
                       options.bootstrap_servers + "' is not mapped to the embedded log")
          .WithHint("run with --embedded, or map it under 'endpoints:' in floe.yaml");
    }
    FLOE_ASSIGN(opened.reader, connectors::MakeLogSource(*environment_.log, options));
  } else {
    FLOE_ASSIGN(const std::string path, FilePathOf(table));
    FLOE_ASSIGN(opened.reader, connectors::MakeFileSource(*environment_.files, path));
  }
  FLOE_ASSIGN(const connectors::JsonFormatOptions format,
              connectors::ParseJsonFormatOptions(FormatOptions(table)));
  opened.make_decoder = [format, memory = environment_.memory](const types::Schema& columns) {
    return connectors::MakeJsonDecoder(columns, format, memory);
  };
  return opened;
}

Result<std::unique_ptr<stream::Sink>> ConnectorRegistry::OpenSink(
    const stream::TableDescriptor& table, bool upsert, Random random) const {
  FLOE_TRY(Validate(table, plan::TableUse::kSink));
  FLOE_ASSIGN(const std::string connector, ConnectorOf(table));
  if (connector == "blackhole") return connectors::MakeBlackholeSink();
  if (connector == "print") {
    FLOE_ASSIGN(std::string identifier, PrintIdentifierOf(table));
    return connectors::MakePrintSink(std::move(identifier), environment_.print);
  }
  if (environment_.catalog == nullptr) {
    return OptionError(table, "there is no Iceberg catalog to write to");
  }
  const connectors::IcebergSinkEnvironment environment{*environment_.catalog, *environment_.io,
                                                       *environment_.executor, *environment_.clock,
                                                       environment_.memory};
  return connectors::MakeIcebergSink(environment, IdentifierOf(table.name), upsert, random);
}

}  // namespace floe::engine
