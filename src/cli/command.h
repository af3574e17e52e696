// What the subcommands share: options, exit codes, and how an error reaches the user.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/config.h"
#include "base/log.h"
#include "base/result.h"
#include "engine/engine.h"
#include "storage/file_system.h"

namespace CLI {
class App;
}

namespace floe::cli {

// Exit codes; documented in README.md.
inline constexpr int kExitOk = 0;
inline constexpr int kExitFailure = 1;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitInterrupted = 130;

// The process's world, made once in main.
struct World {
  storage::FileSystem& files;
  const Clock& clock;
  LogSink& log_sink;
};

// Flags that every command takes; empty: not given.
struct GlobalFlags {
  std::string data_dir;
  std::string config_file;
  std::string parallelism;
  std::string memory_limit;
  std::string log_level;
  std::string output;  // "text" or "json", of listings
};

// A subcommand: adds itself to the parser, and is run if it was chosen.
class Command {
 public:
  virtual ~Command() = default;
  // Adds the subcommand with its options; the command object outlives the parser.
  virtual void Register(CLI::App& parent) = 0;
  virtual bool chosen() const = 0;
  // What is wrong with the values of its own flags: wrong use, before anything is done.
  virtual Status CheckFlags() { return Status::Ok(); }
  // Returns the exit code; an error is printed by the caller.
  virtual Result<int> Run(const World& world, const GlobalFlags& flags) = 0;
};

// A duration of a flag, in milliseconds; an error names the flag.
Result<int64_t> ParseDurationFlag(std::string_view flag, const std::string& text);
// What is wrong with the values of the flags alone, whatever file and environment say.
Status CheckGlobalFlags(const GlobalFlags& flags);

std::unique_ptr<Command> MakeExplainCommand();
std::unique_ptr<Command> MakeRunCommand();
std::unique_ptr<Command> MakeUpCommand();
std::unique_ptr<Command> MakeSimulateCommand();
std::unique_ptr<Command> MakeReplayCommand();
std::unique_ptr<Command> MakeInspectCommand();
std::unique_ptr<Command> MakeJobCommand();
std::unique_ptr<Command> MakeSqlCommand();

// The process's options from flags, FLOE_… variables and `config_file` (none: no file), with
// `more_options` beside them.
Result<Config> ResolveConfig(const GlobalFlags& flags, const std::string& config_file,
                             std::vector<ConfigOption> more_options);
// What an engine needs of them.
engine::EngineOptions EngineOptionsOf(const Config& config, engine::EndpointMap endpoints);
Logger MakeLogger(const World& world, const Config& config);

// Prints "floe: …" with position, hint and, where `sql` is the text that it is about, an excerpt.
void PrintError(const Error& error, std::string_view file_name = {}, std::string_view sql = {});

// Becomes true with the first SIGINT or SIGTERM; a second one ends the process with 130.
class StopSignal {
 public:
  // REQUIRES: one object per process.
  StopSignal();
  ~StopSignal();
  bool requested() const;
  // True if it was SIGINT.
  bool was_interrupt() const;
};

}  // namespace floe::cli
