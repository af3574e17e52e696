// Statements from a script or a prompt, one after another, and what is shown of them.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "client/result_writer.h"
#include "client/trino_client.h"

namespace floe::client {

// Where typed lines come from.
class LineReader {
 public:
  enum class Outcome : uint8_t { kLine, kEnd, kInterrupted };
  virtual ~LineReader() = default;
  // One line without its end. `before`: the lines of the statement so far, each with its "\n".
  virtual Outcome Read(const std::string& prompt, std::string_view before, std::string* line) = 0;
  virtual void AddHistory(const std::string& entry) = 0;
};

struct ShellOptions {
  OutputFormat format = OutputFormat::kCsv;
  // A script goes on behind a statement that failed.
  bool ignore_errors = false;
  // `err` is a terminal: progress and colours.
  bool live = false;
};

// Where it writes, and whether the user has asked to stop.
struct ShellStreams {
  TextSink out;
  std::function<void(std::string_view)> err;
  Interrupted interrupted;
  // Forgets an interrupt that was taken care of; for the prompt.
  std::function<void()> reset_interrupt;
  // After each statement that was carried out.
  std::function<void()> on_statement;
};

enum class ShellOutcome : uint8_t { kDone, kFailed, kInterrupted };

// Used by one thread.
class Shell {
 public:
  // All outlive the shell.
  Shell(TrinoClient& client, const Clock& clock, ShellOptions options, ShellStreams streams);

  // Ends with the first statement that fails, unless errors are to be ignored. `name` is what
  // positions in messages refer to: a file's name, or empty.
  ShellOutcome RunScript(std::string_view text, const std::string& name);
  // Until quit or the end of the input. Ctrl-C gives a statement up, not the prompt.
  ShellOutcome RunInteractive(LineReader& reader);

 private:
  struct Place;

  // Prints the statement's result, or why it failed.
  ShellOutcome RunStatement(std::string_view sql, const Place& place);
  void PrintOutcome(const QueryOutcome& outcome, std::chrono::nanoseconds elapsed);
  void PrintError(const Error& error, const Place& place);
  // True if the line was a command of the prompt; sets `quit`.
  bool RunCommand(std::string_view line, bool* quit);
  std::string Prompt(bool is_first) const;

  TrinoClient& client_;
  const Clock& clock_;
  ShellOptions options_;
  const ShellStreams streams_;
  bool interactive_ = false;
};

}  // namespace floe::client
