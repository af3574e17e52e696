// `floe sql`: statements for a Trino server, Floe's own or any other.
#include <pwd.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/limits.h"
#include "cli/command.h"
#include "cli/line_editor.h"
#include "client/completion.h"
#include "client/network_transport.h"
#include "client/shell.h"
#include "client/trino_client.h"
#include "client/url.h"
#include "server/admin/admin_connection.h"
#include "storage/local_file_system.h"

namespace floe::cli {
namespace {

constexpr char kDefaultServer[] = "http://127.0.0.1:8080";
constexpr uint64_t kMaxSmallFileBytes = 4096;

volatile std::sig_atomic_t was_interrupted = 0;

extern "C" void OnInterrupt(int) { was_interrupted = 1; }

// Ctrl-C is asked for where something takes time; it ends nothing by itself.
void CatchInterrupts() {
  struct sigaction action {};
  action.sa_handler = OnInterrupt;
  sigemptyset(&action.sa_mask);
  sigaction(SIGINT, &action, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

bool IsInterrupted() { return was_interrupted != 0; }

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::string UserName() {
  const passwd* entry = getpwuid(geteuid());
  return entry != nullptr && entry->pw_name != nullptr ? entry->pw_name : "floe";
}

// The zone of this machine by its name; empty if it has none that a server would know.
std::string LocalTimeZone(storage::FileSystem& files) {
  std::string zone = Environment("TZ");
  if (zone.starts_with(':')) zone.erase(0, 1);
  if (zone.empty()) {
    Result<std::string> text = storage::ReadFile(files, "/etc/timezone", kMaxSmallFileBytes);
    if (text.ok()) zone = text->substr(0, text->find_first_of(" \t\r\n"));
  }
  return zone == "UTC" || zone.find('/') != std::string::npos ? zone : std::string();
}

std::string HistoryPath() {
  const std::string state = Environment("XDG_STATE_HOME");
  if (!state.empty()) return storage::JoinPath(state, "floe/sql-history");
  const std::string home = Environment("HOME");
  return home.empty() ? std::string() : storage::JoinPath(home, ".local/state/floe/sql-history");
}

Status WriteOut(std::string_view text) {
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    return Error(ErrorCode::kIo, "stdout can't be written to");
  }
  return Status::Ok();
}

void WriteErr(std::string_view text) {
  std::fwrite(text.data(), 1, text.size(), stderr);
  std::fflush(stderr);
}

// All of stdin; empty if interrupted.
Result<std::string> ReadStdin() {
  std::string text;
  char block[1 << 14];
  while (!IsInterrupted()) {
    const ssize_t count = read(STDIN_FILENO, block, sizeof block);
    if (count == 0) return text;
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return Error(ErrorCode::kIo, "stdin can't be read");
    text.append(block, static_cast<size_t>(count));
    if (text.size() > limits::kMaxSqlScriptBytes) {
      return Error(ErrorCode::kLimitExceeded, "the statements on stdin are too long");
    }
  }
  return std::string();
}

// Keeps the first column's texts.
class NameCollector final : public client::ResultHandler {
 public:
  Status OnColumns(const std::vector<client::ResultColumn>&) override { return Status::Ok(); }
  Status OnRows(std::vector<client::ResultRow> rows) override {
    for (client::ResultRow& row : rows) {
      if (!row.empty() && row[0].is_string()) names_.push_back(std::move(row[0].text));
    }
    return Status::Ok();
  }
  void OnProgress(const client::QueryStats&) override {}
  std::vector<std::string>& names() { return names_; }

 private:
  std::vector<std::string> names_;
};

class SqlCommand final : public Command {
 public:
  void Register(CLI::App& parent) override {
    app_ = parent.add_subcommand(
        "sql", "Send statements to a Trino server: a running Floe's, or any other");
    app_->add_option("--server", server_,
                     "Its address; default: the owner of the data directory, else " +
                         std::string(kDefaultServer));
    app_->add_option("-e,--execute", execute_, "Statements, separated by ';'");
    app_->add_option("-f,--file", file_, "A file with statements; '-': stdin");
    app_->add_option("--catalog", session_.catalog, "Catalog of names without one");
    app_->add_option("--schema", session_.schema, "Schema of names without one");
    app_->add_option("--user", session_.user, "Name of the user; default: yours");
    app_->add_option("--source", session_.source, "Name of this program; default: floe-sql");
    app_->add_option("--time-zone", session_.time_zone, "Of the session; default: this machine's");
    app_->add_option("--session", properties_, "A session property, NAME=VALUE; may come again");
    app_->add_option(
        "--output-format", format_,
        std::string(client::OutputFormatNames()) + "; default: table on a terminal, else csv");
    app_->add_flag("--ignore-errors", ignore_errors_, "Go on behind a statement that failed");
    app_->footer(
        "Without -e and -f: a prompt on a terminal, else statements from stdin. The password for\n"
        "an https server comes from FLOE_SQL_PASSWORD.");
  }

  bool chosen() const override { return app_->parsed(); }

  Result<int> Run(const World& world, const GlobalFlags& flags) override {
    Result<client::ShellOptions> options = ReadFlags();
    if (!options.ok()) {
      PrintError(options.error());
      return kExitUsage;
    }
    FLOE_ASSIGN(std::string server, FindServer(world, flags));
    Result<client::Url> url = client::ParseUrl(server);
    if (!url.ok() || url->target != "/") {
      PrintError(url.ok() ? Error(ErrorCode::kInvalidArgument, "--server has no path")
                          : url.error());
      return kExitUsage;
    }
    server = (url->secure ? "https://" : "http://") + url->Authority();
    CatchInterrupts();
    if (session_.user.empty()) session_.user = UserName();
    if (session_.source.empty()) session_.source = "floe-sql";
    if (session_.time_zone.empty()) session_.time_zone = LocalTimeZone(world.files);
    const std::unique_ptr<client::HttpTransport> transport = client::MakeNetworkTransport();
    client::TrinoClient client(*transport, server, session_, Environment("FLOE_SQL_PASSWORD"));
    return RunShell(world, client, *options);
  }

 private:
  Result<client::ShellOptions> ReadFlags() {
    client::ShellOptions options;
    const bool is_terminal = isatty(STDOUT_FILENO) != 0;
    if (format_.empty()) {
      options.format = is_terminal ? client::OutputFormat::kTable : client::OutputFormat::kCsv;
    } else {
      const auto format = client::ParseOutputFormat(format_);
      if (!format) {
        return Error(ErrorCode::kInvalidArgument, "--output-format is " +
                                                      std::string(client::OutputFormatNames()) +
                                                      ", not '" + format_ + "'");
      }
      options.format = *format;
    }
    if (!execute_.empty() && !file_.empty()) {
      return Error(ErrorCode::kInvalidArgument, "give -e or -f, not both");
    }
    if (!session_.schema.empty() && session_.catalog.empty()) {
      return Error(ErrorCode::kInvalidArgument, "--schema needs --catalog");
    }
    for (const std::string& property : properties_) {
      const size_t equals = property.find('=');
      if (equals == 0 || equals == std::string::npos) {
        return Error(ErrorCode::kInvalidArgument,
                     "--session is NAME=VALUE, not '" + property + "'");
      }
      session_.properties[property.substr(0, equals)] = property.substr(equals + 1);
    }
    options.ignore_errors = ignore_errors_;
    options.live = isatty(STDERR_FILENO) != 0 && Environment("TERM") != "dumb" &&
                   Environment("NO_COLOR").empty();
    return options;
  }

  // From flag, then the owner of the data directory, then the usual address.
  Result<std::string> FindServer(const World& world, const GlobalFlags& flags) const {
    if (!server_.empty()) return server_;
    FLOE_ASSIGN(const Config config, ResolveConfig(flags, flags.config_file, {}));
    const std::string path = storage::JoinPath(config.text("data-dir"), "owner.json");
    const Result<server::OwnerAddress> owner = server::ReadOwnerAddress(world.files, path);
    if (owner.ok()) return "http://" + owner->address + ":" + std::to_string(owner->port);
    if (owner.error().code() == ErrorCode::kInvalidData) return owner.error();
    if (flags.data_dir.empty()) return std::string(kDefaultServer);
    return Error(ErrorCode::kUnavailable,
                 "no process serves the data directory " + config.text("data-dir"))
        .WithHint("start it: floe up PROJECT --data-dir " + config.text("data-dir"));
  }

  Result<int> RunShell(const World& world, client::TrinoClient& client,
                       const client::ShellOptions& options) {
    const bool is_prompt = execute_.empty() && file_.empty() && isatty(STDIN_FILENO) != 0 &&
                           isatty(STDOUT_FILENO) != 0;
    std::optional<client::Completer> completer;
    client::ShellStreams streams{&WriteOut, &WriteErr, &IsInterrupted, [] { was_interrupted = 0; },
                                 [&completer] {
                                   if (completer) completer->Forget();
                                 }};
    client::Shell shell(client, world.clock, options, streams);
    if (is_prompt) {
      completer.emplace([&](const std::string& sql) { return Names(world, client, sql); },
                        client.session(), world.clock);
      return Prompt(world, client, shell, *completer);
    }
    FLOE_ASSIGN(const std::string text, ReadStatements(world));
    if (IsInterrupted()) return kExitInterrupted;
    const std::string name = file_ == "-" ? std::string() : file_;
    return ExitCode(shell.RunScript(text, name));
  }

  Result<int> Prompt(const World& world, client::TrinoClient& client, client::Shell& shell,
                     client::Completer& completer) {
    FLOE_ASSIGN(const client::ServerInfo info, client.Info(&IsInterrupted));
    std::fprintf(stderr, "%s, version %s. Statements end with ';', 'help' says more.\n",
                 client.server().c_str(), info.version.c_str());
    LineEditorOptions options;
    options.history_path = HistoryPath();
    options.complete = [&completer](std::string_view text, size_t cursor) {
      return completer.Complete(text, cursor);
    };
    options.interrupted = &IsInterrupted;
    const std::unique_ptr<client::LineReader> editor =
        MakeLineEditor(world.files, std::move(options));
    return ExitCode(shell.RunInteractive(*editor));
  }

  // Beside the user's own session: what is completed must not change it.
  static std::vector<std::string> Names(const World& world, const client::TrinoClient& client,
                                        const std::string& sql) {
    const std::unique_ptr<client::HttpTransport> transport = client::MakeNetworkTransport();
    client::TrinoClient other(*transport, client.server(), client.session(),
                              Environment("FLOE_SQL_PASSWORD"));
    const auto deadline = world.clock.Monotonic() + limits::kCompletionTimeout;
    NameCollector collector;
    const auto outcome = other.Execute(
        sql, collector, [&] { return IsInterrupted() || world.clock.Monotonic() > deadline; });
    return outcome.ok() ? std::move(collector.names()) : std::vector<std::string>();
  }

  Result<std::string> ReadStatements(const World& world) const {
    if (!execute_.empty()) return execute_;
    if (file_.empty() || file_ == "-") return ReadStdin();
    return storage::ReadFile(world.files, file_, limits::kMaxSqlScriptBytes);
  }

  static int ExitCode(client::ShellOutcome outcome) {
    if (outcome == client::ShellOutcome::kInterrupted) return kExitInterrupted;
    return outcome == client::ShellOutcome::kDone ? kExitOk : kExitFailure;
  }

  CLI::App* app_ = nullptr;
  std::string server_;
  std::string execute_;
  std::string file_;
  std::string format_;
  std::vector<std::string> properties_;
  bool ignore_errors_ = false;
  client::ClientSession session_;
};

}  // namespace

std::unique_ptr<Command> MakeSqlCommand() { return std::make_unique<SqlCommand>(); }

}  // namespace floe::cli
