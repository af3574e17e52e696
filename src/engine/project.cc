#include "engine/project.h"

#include <utility>

#include "base/near_names.h"
#include "base/quantity.h"

namespace floe::engine {
namespace {

// Reads one map of the file whose keys are known; errors name the place.
class Section {
 public:
  Section(const Config& config, std::string option, const ConfigNode& node)
      : config_(config), option_(std::move(option)), node_(node) {}

  Error Invalid(const ConfigNode& at, const std::string& reason) const {
    return config_.Invalid(option_, "line " + std::to_string(at.line) + ": " + reason);
  }

  Status CheckKeys(const std::vector<std::string>& known) const {
    if (node_.kind != ConfigNode::Kind::kMap) return Invalid(node_, "a map is expected");
    for (const auto& [key, value] : node_.entries) {
      bool found = false;
      for (const std::string& name : known) found |= name == key;
      if (!found) return Invalid(value, "unknown key '" + key + "'" + DidYouMean(key, known));
    }
    return Status::Ok();
  }

  // Leaves `target` alone when the key is not there.
  template <typename T, typename Parse>
  Status Read(const char* key, T* target, Parse parse) const {
    const ConfigNode* value = node_.Find(key);
    if (value == nullptr) return Status::Ok();
    if (value->kind != ConfigNode::Kind::kScalar) {
      return Invalid(*value, std::string("'") + key + "' must be a single value");
    }
    auto parsed = parse(value->scalar);
    if (!parsed.ok()) {
      return Invalid(*value, std::string("'") + key + "': " + parsed.error().message());
    }
    *target = static_cast<T>(*parsed);
    return Status::Ok();
  }

 private:
  const Config& config_;
  const std::string option_;
  const ConfigNode& node_;
};

Result<int64_t> ParseCount(const std::string& text) {
  int64_t value = 0;
  size_t used = 0;
  for (char c : text) {
    if (c < '0' || c > '9' || value > INT64_MAX / 10 - 9) break;
    value = value * 10 + (c - '0');
    ++used;
  }
  if (used == 0 || used != text.size()) {
    return Error(ErrorCode::kInvalidConfiguration, "'" + text + "' is not a whole number");
  }
  return value;
}

Result<double> ParseNumber(const std::string& text) {
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (text.empty() || end != text.c_str() + text.size() || !(value >= 0)) {
    return Error(ErrorCode::kInvalidConfiguration, "'" + text + "' is not a number of at least 0");
  }
  return value;
}

Result<std::string> ParseText(const std::string& text) { return text; }

Result<std::vector<ProjectTopic>> ReadTopics(const Config& config) {
  std::vector<ProjectTopic> topics;
  const ConfigNode& node = config.tree("topics");
  for (const auto& [name, value] : node.entries) {
    ProjectTopic topic;
    topic.name = name;
    FLOE_TRY(log::ValidateTopicName(name));
    const Section section(config, "topics", value);
    FLOE_TRY(section.CheckKeys({"partitions", "retention", "retention-bytes"}));
    FLOE_TRY(section.Read("partitions", &topic.partitions, ParseCount));
    FLOE_TRY(section.Read("retention", &topic.options.retention_ms, ParseDurationMs));
    FLOE_TRY(section.Read("retention-bytes", &topic.options.retention_bytes, ParseBytes));
    topics.push_back(std::move(topic));
  }
  return topics;
}

Result<std::optional<ProjectSimulator>> ReadSimulator(const Config& config) {
  const ConfigNode& node = config.tree("simulate");
  if (node.kind == ConfigNode::Kind::kNull) return std::optional<ProjectSimulator>();
  ProjectSimulator simulator;
  const Section section(config, "simulate", node);
  FLOE_TRY(section.CheckKeys({"seed", "drivers", "driver-events-per-second", "rides-per-second",
                              "disorder", "late-fraction", "lateness"}));
  FLOE_TRY(section.Read("seed", &simulator.seed, ParseCount));
  FLOE_TRY(section.Read("drivers", &simulator.drivers, ParseCount));
  FLOE_TRY(
      section.Read("driver-events-per-second", &simulator.driver_events_per_second, ParseNumber));
  FLOE_TRY(section.Read("rides-per-second", &simulator.rides_per_second, ParseNumber));
  FLOE_TRY(section.Read("disorder", &simulator.disorder_ms, ParseDurationMs));
  FLOE_TRY(section.Read("late-fraction", &simulator.late_fraction, ParseNumber));
  FLOE_TRY(section.Read("lateness", &simulator.lateness_ms, ParseDurationMs));
  return std::optional(simulator);
}

Result<std::vector<ProjectDisplay>> ReadDisplays(const Config& config) {
  std::vector<ProjectDisplay> displays;
  for (const ConfigNode& item : config.tree("display").items) {
    ProjectDisplay display;
    const Section section(config, "display", item);
    FLOE_TRY(section.CheckKeys({"title", "query"}));
    FLOE_TRY(section.Read("title", &display.title, ParseText));
    FLOE_TRY(section.Read("query", &display.query, ParseText));
    if (display.query.empty()) return section.Invalid(item, "'query' is missing");
    displays.push_back(std::move(display));
  }
  return displays;
}

Result<EndpointMap> ReadEndpoints(const Config& config) {
  std::map<std::string, std::string> addresses;
  for (const auto& [from, to] : config.tree("endpoints").entries) {
    if (to.kind != ConfigNode::Kind::kScalar || to.scalar.empty()) {
      return config.Invalid("endpoints", "line " + std::to_string(to.line) + ": '" + from +
                                             "' must be 'embedded' or an address");
    }
    addresses[from] = to.scalar;
  }
  return EndpointMap(std::move(addresses));
}

}  // namespace

std::vector<ConfigOption> ProjectConfigOptions() {
  return {
      {"jobs", ConfigType::kList, "", "Job files, relative to the project's directory.", false},
      {"endpoints", ConfigType::kTree, "", "What stands for the addresses that jobs name.", false},
      {"topics", ConfigType::kTree, "", "Topics of the embedded log to create.", false},
      {"simulate", ConfigType::kTree, "", "The simulated city that feeds the topics.", false},
      {"display", ConfigType::kTree, "", "Queries whose rows the terminal shows.", false},
      {"display-interval", ConfigType::kDuration, "1 min", "How often it shows them.", false},
  };
}

Result<Project> ReadProject(const std::string& directory, const Config& config) {
  Project project;
  project.directory = directory;
  if (config.has("jobs")) {
    for (const std::string& job : config.list("jobs")) {
      project.job_paths.push_back(job.starts_with('/') ? job : storage::JoinPath(directory, job));
    }
  }
  FLOE_ASSIGN(project.endpoints, ReadEndpoints(config));
  FLOE_ASSIGN(project.topics, ReadTopics(config));
  FLOE_ASSIGN(project.simulator, ReadSimulator(config));
  FLOE_ASSIGN(project.displays, ReadDisplays(config));
  project.display_interval_ms = config.duration_ms("display-interval");
  return project;
}

}  // namespace floe::engine
