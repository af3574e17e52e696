#include "client/shell.h"

#include <memory>
#include <utility>

#include "base/quantity.h"
#include "client/statement_splitter.h"
#include "sql/diagnostic.h"

namespace floe::client {
namespace {

// A statement that is done before this shows no progress.
constexpr std::chrono::milliseconds kQuietTime{500};
constexpr std::chrono::milliseconds kProgressInterval{100};
constexpr std::string_view kClearLine = "\r\x1b[K";

constexpr std::string_view kHelp =
    "A statement ends with ';' and may have many lines. Besides:\n"
    "  quit, exit, \\q       leave (or Ctrl-D)\n"
    "  help, \\?             this list\n"
    "  \\format NAME         table, vertical, csv, csv-header, tsv, tsv-header or json\n"
    "Ctrl-C cancels the running statement, or drops what is typed. Tab completes.\n";

int64_t Millis(std::chrono::nanoseconds duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration).count();
}

// Writes rows as they come, and above the prompt how far the server is.
class ResultDisplay final : public ResultHandler {
 public:
  ResultDisplay(const Clock& clock, const ShellOptions& options, const ShellStreams& streams)
      : clock_(clock), options_(options), streams_(streams), started_(clock.Monotonic()) {}

  Status OnColumns(const std::vector<ResultColumn>& columns) override {
    writer_ = MakeResultWriter(options_.format, [this](std::string_view text) {
      ClearProgress();
      return streams_.out(text);
    });
    return writer_->Begin(columns);
  }

  Status OnRows(std::vector<ResultRow> rows) override { return writer_->Rows(std::move(rows)); }

  void OnProgress(const QueryStats& stats) override {
    const auto now = clock_.Monotonic();
    if (!options_.live || now - started_ < kQuietTime || now - shown_at_ < kProgressInterval)
      return;
    shown_at_ = now;
    std::string text(kClearLine);
    text += stats.state + " " + FormatDuration(Millis(now - started_));
    text += ", " + FormatCount(stats.processed_rows) + " rows, " +
            FormatBytes(stats.processed_bytes) + " read";
    if (stats.total_splits > 0) {
      text += ", " + std::to_string(100 * stats.completed_splits / stats.total_splits) + "%";
    }
    streams_.err(text);
    is_shown_ = true;
  }

  Status End() {
    ClearProgress();
    return writer_ ? writer_->End() : Status::Ok();
  }

  // What came before an error is shown too.
  void EndAfterError() { (void)End(); }

 private:
  void ClearProgress() {
    if (is_shown_) streams_.err(kClearLine);
    is_shown_ = false;
  }

  const Clock& clock_;
  const ShellOptions& options_;
  const ShellStreams& streams_;
  const std::chrono::nanoseconds started_;
  std::chrono::nanoseconds shown_at_{0};
  bool is_shown_ = false;
  std::unique_ptr<ResultWriter> writer_;
};

bool IsBlank(std::string_view text) {
  return text.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

std::string_view Trimmed(std::string_view text) {
  const size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n;") + 1 - first);
}

}  // namespace

// Where a statement stands.
struct Shell::Place {
  std::string_view text;  // what its positions count in, once shifted
  std::string name;
  int line = 1;
  int column = 1;
};

Shell::Shell(TrinoClient& client, const Clock& clock, ShellOptions options, ShellStreams streams)
    : client_(client), clock_(clock), options_(options), streams_(std::move(streams)) {}

ShellOutcome Shell::RunScript(std::string_view text, const std::string& name) {
  interactive_ = false;
  SplitText split = SplitStatements(text);
  if (!split.rest.text.empty()) split.statements.push_back(split.rest);
  ShellOutcome outcome = ShellOutcome::kDone;
  for (const StatementText& statement : split.statements) {
    const ShellOutcome one =
        RunStatement(statement.text, {text, name, statement.line, statement.column});
    if (one == ShellOutcome::kDone) continue;
    outcome = one;
    if (one == ShellOutcome::kInterrupted || !options_.ignore_errors) break;
  }
  return outcome;
}

ShellOutcome Shell::RunInteractive(LineReader& reader) {
  interactive_ = true;
  std::string typed;
  for (;;) {
    std::string line;
    const LineReader::Outcome read = reader.Read(Prompt(IsBlank(typed)), typed, &line);
    if (read == LineReader::Outcome::kInterrupted) {
      streams_.reset_interrupt();
      typed.clear();
      continue;
    }
    if (read == LineReader::Outcome::kEnd) return ShellOutcome::kDone;
    bool quit = false;
    if (IsBlank(typed) && RunCommand(line, &quit)) {
      reader.AddHistory(line);
      if (quit) return ShellOutcome::kDone;
      continue;
    }
    typed += line + "\n";
    const std::string text = typed;
    const SplitText split = SplitStatements(text);
    if (split.statements.empty()) {
      if (split.rest.text.empty()) typed.clear();
      continue;
    }
    typed = std::string(split.rest.text);
    if (!typed.empty()) typed += "\n";
    for (const StatementText& statement : split.statements) {
      for (const std::string& entry : HistoryEntries(std::string(statement.text) + ";")) {
        reader.AddHistory(entry);
      }
      const ShellOutcome outcome =
          RunStatement(statement.text, {text, {}, statement.line, statement.column});
      if (outcome == ShellOutcome::kInterrupted) streams_.reset_interrupt();
      if (outcome != ShellOutcome::kDone) break;
    }
  }
}

ShellOutcome Shell::RunStatement(std::string_view sql, const Place& place) {
  const auto started = clock_.Monotonic();
  ResultDisplay display(clock_, options_, streams_);
  Result<QueryOutcome> outcome = client_.Execute(std::string(sql), display, streams_.interrupted);
  if (outcome.ok()) {
    const Status ended = display.End();
    if (!ended.ok()) outcome = ended.error();
  } else {
    display.EndAfterError();
  }
  streams_.on_statement();
  if (outcome.ok()) {
    PrintOutcome(*outcome, clock_.Monotonic() - started);
    return ShellOutcome::kDone;
  }
  if (streams_.interrupted()) {
    streams_.err("cancelled\n");
    return ShellOutcome::kInterrupted;
  }
  PrintError(outcome.error(), place);
  return ShellOutcome::kFailed;
}

void Shell::PrintOutcome(const QueryOutcome& outcome, std::chrono::nanoseconds elapsed) {
  for (const std::string& warning : outcome.warnings) streams_.err("warning: " + warning + "\n");
  if (!interactive_) return;
  std::string text;
  if (outcome.update_type.empty()) {
    text = "(" + FormatCount(outcome.rows) + (outcome.rows == 1 ? " row" : " rows");
  } else {
    text = "(" + outcome.update_type;
    if (outcome.update_count) text += ": " + FormatCount(*outcome.update_count) + " rows";
  }
  streams_.err(text + " in " + FormatDuration(Millis(elapsed)) + ")\n\n");
}

void Shell::PrintError(const Error& error, const Place& place) {
  Error shown = error;
  if (error.span()) {
    SourceSpan span = *error.span();
    if (span.line == 1) span.column += place.column - 1;
    span.line += place.line - 1;
    span.end_line = span.line;
    span.end_column = span.column;
    shown = Error(error.code(), error.message(), span);
    if (!error.hint().empty()) shown = std::move(shown).WithHint(error.hint());
  }
  sql::DiagnosticOptions options;
  options.source_name = place.name;
  options.color = options_.live;
  streams_.err(sql::RenderDiagnostic(shown, place.text, options));
}

bool Shell::RunCommand(std::string_view line, bool* quit) {
  const std::string_view command = Trimmed(line);
  if (command.empty()) return true;
  *quit = command == "quit" || command == "exit" || command == "\\q" || command == "QUIT" ||
          command == "EXIT";
  if (*quit) return true;
  if (command == "help" || command == "HELP" || command == "\\?" || command == "\\h") {
    streams_.err(kHelp);
    return true;
  }
  if (command.front() != '\\') return false;
  constexpr std::string_view kFormat = "\\format ";
  if (command.starts_with(kFormat)) {
    const auto format = ParseOutputFormat(Trimmed(command.substr(kFormat.size())));
    if (format) {
      options_.format = *format;
    } else {
      streams_.err("a format is " + std::string(OutputFormatNames()) + "\n");
    }
    return true;
  }
  streams_.err("there is no command " + std::string(command) + "; help lists them\n");
  return true;
}

std::string Shell::Prompt(bool is_first) const {
  const ClientSession& session = client_.session();
  std::string name = "floe";
  if (!session.catalog.empty()) name += ":" + session.catalog;
  if (!session.catalog.empty() && !session.schema.empty()) name += "." + session.schema;
  return is_first ? name + "> " : std::string(name.size() - 1, ' ') + "-> ";
}

}  // namespace floe::client
