// A project directory: floe.yaml and the job files that it names.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/config.h"
#include "base/result.h"
#include "engine/endpoint_map.h"
#include "log/partitioned_log.h"
#include "storage/file_system.h"

namespace floe::engine {

struct ProjectTopic {
  std::string name;
  int32_t partitions = 1;
  log::TopicOptions options;
};

// The simulated city to run beside the jobs.
struct ProjectSimulator {
  uint64_t seed = 42;
  int32_t drivers = 1000;
  double driver_events_per_second = 500;
  double rides_per_second = 1;
  int64_t disorder_ms = 2000;
  double late_fraction = 0;
  int64_t lateness_ms = 60'000;
};

// A query over the tables whose rows the terminal shows.
struct ProjectDisplay {
  std::string title;
  std::string query;
};

struct Project {
  std::string directory;
  std::vector<std::string> job_paths;  // with the directory in front
  EndpointMap endpoints;
  std::vector<ProjectTopic> topics;
  std::optional<ProjectSimulator> simulator;
  std::vector<ProjectDisplay> displays;
  int64_t display_interval_ms = 60'000;
};

// The options of a project's file, beside those of the process (`process_options`).
std::vector<ConfigOption> ProjectConfigOptions();

// Reads the project out of a resolved configuration. kInvalidConfiguration says where and what.
Result<Project> ReadProject(const std::string& directory, const Config& config);

}  // namespace floe::engine
