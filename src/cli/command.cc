#include "cli/command.h"

#include <unistd.h>

#include <csignal>
#include <cstdio>

#include "base/quantity.h"
#include "sql/diagnostic.h"
#include "storage/local_file_system.h"

namespace floe::cli {
namespace {

volatile std::sig_atomic_t stop_signal = 0;

extern "C" void OnStopSignal(int signal) {
  if (stop_signal != 0) _exit(kExitInterrupted);
  stop_signal = signal;
}

std::vector<ConfigOption> ProcessOptions() {
  return {
      {"data-dir", ConfigType::kText, "./floe-data", "Directory of log, tables and state.", false},
      {"parallelism", ConfigType::kInteger, "0", "Threads of jobs; 0: one per core.", false},
      {"memory-limit", ConfigType::kBytes, "1 gb", "Memory of all parts together.", false},
      {"log-level", ConfigType::kText, "info", "debug, info, warning or error.", false},
      {"output", ConfigType::kText, "text", "text or json, of listings.", false},
  };
}

void AddFlag(const char* key, const std::string& value, ConfigSources* sources) {
  if (!value.empty()) sources->flags[key] = value;
}

void AddFlags(const GlobalFlags& flags, ConfigSources* sources) {
  AddFlag("data-dir", flags.data_dir, sources);
  AddFlag("parallelism", flags.parallelism, sources);
  AddFlag("memory-limit", flags.memory_limit, sources);
  AddFlag("log-level", flags.log_level, sources);
  AddFlag("output", flags.output, sources);
}

Status CheckProcessOptions(const Config& config) {
  if (!ParseLogLevel(config.text("log-level"))) {
    return config.Invalid("log-level", "must be debug, info, warning or error");
  }
  if (config.text("output") != "text" && config.text("output") != "json") {
    return config.Invalid("output", "must be text or json");
  }
  if (config.integer("parallelism") < 0 || config.integer("parallelism") > 128) {
    return config.Invalid("parallelism", "must be from 0 to 128");
  }
  return Status::Ok();
}

}  // namespace

Result<int64_t> ParseDurationFlag(std::string_view flag, const std::string& text) {
  Result<int64_t> duration_ms = ParseDurationMs(text);
  if (duration_ms.ok()) return duration_ms;
  return std::move(duration_ms).error().WithContext(std::string(flag));
}

Status CheckGlobalFlags(const GlobalFlags& flags) {
  ConfigSources sources;
  AddFlags(flags, &sources);
  FLOE_ASSIGN(const Config config, Config::Resolve(ProcessOptions(), sources));
  return CheckProcessOptions(config);
}

Result<Config> ResolveConfig(const GlobalFlags& flags, const std::string& config_file,
                             std::vector<ConfigOption> more_options) {
  ConfigSources sources;
  AddFlags(flags, &sources);
  sources.environment = ReadFloeEnvironment();
  if (!config_file.empty()) {
    FLOE_ASSIGN(sources.file, ReadYamlFile(config_file));
    sources.file_name = config_file;
  }
  std::vector<ConfigOption> options = ProcessOptions();
  for (ConfigOption& option : more_options) options.push_back(std::move(option));
  FLOE_ASSIGN(Config config, Config::Resolve(std::move(options), sources));
  FLOE_TRY(CheckProcessOptions(config));
  return config;
}

engine::EngineOptions EngineOptionsOf(const Config& config, engine::EndpointMap endpoints) {
  engine::EngineOptions options;
  options.data_directory = storage::AbsolutePath(config.text("data-dir"));
  options.parallelism = static_cast<int>(config.integer("parallelism"));
  if (options.parallelism == 0) {
    options.parallelism = static_cast<int>(std::max(1L, sysconf(_SC_NPROCESSORS_ONLN)));
  }
  options.memory_limit_bytes = config.bytes("memory-limit");
  options.endpoints = std::move(endpoints);
  options.print = [](std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); };
  return options;
}

Logger MakeLogger(const World& world, const Config& config) {
  return Logger(world.log_sink, world.clock, "floe",
                ParseLogLevel(config.text("log-level")).value_or(LogLevel::kInfo));
}

void PrintError(const Error& error, std::string_view file_name, std::string_view sql) {
  std::string text;
  if (!file_name.empty()) text += std::string(file_name) + ": ";
  text += sql.empty() ? error.ToString() : sql::RenderDiagnostic(error, sql);
  std::fprintf(stderr, "floe: %s\n", text.c_str());
}

StopSignal::StopSignal() {
  struct sigaction action {};
  action.sa_handler = OnStopSignal;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

StopSignal::~StopSignal() {
  std::signal(SIGINT, SIG_DFL);
  std::signal(SIGTERM, SIG_DFL);
}

bool StopSignal::requested() const { return stop_signal != 0; }
bool StopSignal::was_interrupt() const { return stop_signal == SIGINT; }

}  // namespace floe::cli
