#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <vector>

#include "base/clock.h"
#include "base/log.h"
#include "cli/command.h"
#include "storage/local_file_system.h"

namespace floe::cli {
namespace {

constexpr char kVersion[] = "floe 0.1.0";

void AddGlobalFlags(CLI::App& app, GlobalFlags* flags) {
  app.add_option("--data-dir", flags->data_dir, "Directory of log, tables and state")
      ->type_name("DIR");
  app.add_option("--config", flags->config_file, "Configuration file (YAML)")->type_name("FILE");
  app.add_option("--parallelism", flags->parallelism, "Threads of jobs; 0: one per core");
  app.add_option("--memory-limit", flags->memory_limit, "Memory of all parts together");
  app.add_option("--log-level", flags->log_level, "debug, info, warning or error");
  app.add_option("--output", flags->output, "text or json, of listings");
}

// Exit code of the chosen command.
int RunChosen(const std::vector<std::unique_ptr<Command>>& commands, const GlobalFlags& flags) {
  storage::LocalFileSystem files;
  const SystemClock clock;
  const std::unique_ptr<LogSink> log_sink = MakeLogSink(STDERR_FILENO);
  const World world{files, clock, *log_sink};
  for (const std::unique_ptr<Command>& command : commands) {
    if (!command->chosen()) continue;
    Status right = CheckGlobalFlags(flags);
    if (right.ok()) right = command->CheckFlags();
    if (!right.ok()) {
      PrintError(right.error());
      std::fprintf(stderr, "Run with --help for more information.\n");
      return kExitUsage;
    }
    Result<int> code = command->Run(world, flags);
    if (code.ok()) return *code;
    PrintError(code.error());
    return kExitFailure;
  }
  return kExitUsage;
}

int Main(int argc, char** argv) {
  CLI::App app("A streaming lakehouse: Kafka topics, Flink SQL jobs, Iceberg tables.", "floe");
  app.set_version_flag("--version", kVersion);
  app.require_subcommand(1);
  app.fallthrough();
  GlobalFlags flags;
  AddGlobalFlags(app, &flags);
  std::vector<std::unique_ptr<Command>> commands;
  commands.push_back(MakeUpCommand());
  commands.push_back(MakeRunCommand());
  commands.push_back(MakeJobCommand());
  commands.push_back(MakeSqlCommand());
  commands.push_back(MakeExplainCommand());
  commands.push_back(MakeSimulateCommand());
  commands.push_back(MakeReplayCommand());
  commands.push_back(MakeInspectCommand());
  for (const std::unique_ptr<Command>& command : commands) command->Register(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? kExitOk : kExitUsage;
  }
  return RunChosen(commands, flags);
}

}  // namespace
}  // namespace floe::cli

int main(int argc, char** argv) { return floe::cli::Main(argc, argv); }
