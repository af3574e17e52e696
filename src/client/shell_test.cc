#include "client/shell.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "client/scripted_transport.h"

namespace floe::client {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class ScriptedReader final : public LineReader {
 public:
  void Line(std::string line) { script_.emplace_back(Outcome::kLine, std::move(line)); }
  void Interrupt() { script_.emplace_back(Outcome::kInterrupted, ""); }

  Outcome Read(const std::string& prompt, std::string_view, std::string* line) override {
    prompts.push_back(prompt);
    if (script_.empty()) return Outcome::kEnd;
    auto [outcome, text] = script_.front();
    script_.pop_front();
    *line = text;
    return outcome;
  }
  void AddHistory(const std::string& entry) override { history.push_back(entry); }

  std::vector<std::string> prompts;
  std::vector<std::string> history;

 private:
  std::deque<std::pair<Outcome, std::string>> script_;
};

constexpr char kOne[] = R"({"id": "q", "columns": [{"name": "a", "type": "bigint"}],
                            "data": [[1]]})";
constexpr char kFailed[] = R"({"id": "q", "error": {"message": "line 1:8: Column 'x' cannot be",
    "errorName": "COLUMN_NOT_FOUND", "errorType": "USER_ERROR",
    "errorLocation": {"lineNumber": 1, "columnNumber": 8}}})";

class ShellTest : public testing::Test {
 protected:
  Shell& Make(ShellOptions options = {}) {
    ShellStreams streams;
    streams.out = [this](std::string_view text) {
      out_ += text;
      return Status::Ok();
    };
    streams.err = [this](std::string_view text) { err_ += text; };
    streams.interrupted = [this] { return interrupted_; };
    streams.reset_interrupt = [this] { interrupted_ = false; };
    streams.on_statement = [this] { ++statements_; };
    return shell_.emplace(client_, clock_, options, std::move(streams));
  }

  std::vector<std::string> Bodies() const {
    std::vector<std::string> bodies;
    for (const HttpCall& call : transport_.calls) {
      if (call.method == "POST") bodies.push_back(call.body);
    }
    return bodies;
  }

  ScriptedTransport transport_;
  ManualClock clock_;
  TrinoClient client_{transport_, "http://h:1", {}};
  std::optional<Shell> shell_;
  std::string out_;
  std::string err_;
  bool interrupted_ = false;
  int statements_ = 0;
};

TEST_F(ShellTest, AScriptRunsItsStatementsInOrder) {
  transport_.Answer(kOne);
  transport_.Answer(kOne);
  EXPECT_EQ(Make().RunScript("SELECT 1;\n-- next\nSELECT 2", {}), ShellOutcome::kDone);
  EXPECT_THAT(Bodies(), ElementsAre("SELECT 1", "SELECT 2"));
  EXPECT_EQ(out_, "1\n1\n");
  EXPECT_EQ(err_, "");
}

TEST_F(ShellTest, AScriptEndsAtItsFirstErrorWithThePlaceInTheFile) {
  transport_.Answer(kOne);
  transport_.Answer(kFailed);
  EXPECT_EQ(Make().RunScript("SELECT 1;\n  SELECT x FROM t; SELECT 2", "report.sql"),
            ShellOutcome::kFailed);
  EXPECT_THAT(Bodies(), ElementsAre("SELECT 1", "SELECT x FROM t"));
  EXPECT_THAT(err_, HasSubstr("error: COLUMN_NOT_FOUND: Column 'x' cannot be\n"));
  EXPECT_THAT(err_, HasSubstr("--> report.sql:2:10\n"));
  EXPECT_THAT(err_, HasSubstr("2 |   SELECT x FROM t; SELECT 2\n"));
  EXPECT_THAT(err_, HasSubstr("|          ^\n"));
}

TEST_F(ShellTest, ErrorsCanBeIgnoredButCount) {
  transport_.Answer(kFailed);
  transport_.Answer(kOne);
  ShellOptions options;
  options.ignore_errors = true;
  EXPECT_EQ(Make(options).RunScript("SELECT x; SELECT 1;", {}), ShellOutcome::kFailed);
  EXPECT_EQ(out_, "1\n");
}

TEST_F(ShellTest, AnInterruptEndsTheScript) {
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.OnSend([&](const HttpCall& call) { interrupted_ |= call.method == "GET"; });
  EXPECT_EQ(Make().RunScript("SELECT 1; SELECT 2", {}), ShellOutcome::kInterrupted);
  EXPECT_THAT(transport_.Lines(),
              ElementsAre("POST http://h:1/v1/statement", "DELETE http://h:1/1"));
}

TEST_F(ShellTest, RowsBeforeAnErrorAreShown) {
  transport_.Answer(R"({"id": "q", "columns": [{"name": "a", "type": "bigint"}], "data": [[1]],
                        "error": {"message": "lost", "errorName": "X"}})");
  ShellOptions options;
  options.format = OutputFormat::kTable;
  EXPECT_EQ(Make(options).RunScript("SELECT 1", {}), ShellOutcome::kFailed);
  EXPECT_EQ(out_, " a\n---\n 1\n");
  EXPECT_EQ(err_, "error: X: lost\n");
}

TEST_F(ShellTest, ThePromptCollectsAStatementOverLines) {
  ScriptedReader reader;
  reader.Line("SELECT");
  reader.Line("  1;");
  reader.Line("quit");
  transport_.Answer(kOne);
  EXPECT_EQ(Make().RunInteractive(reader), ShellOutcome::kDone);
  EXPECT_THAT(Bodies(), ElementsAre("SELECT\n  1"));
  EXPECT_THAT(reader.prompts, ElementsAre("floe> ", "   -> ", "floe> "));
  EXPECT_THAT(reader.history, ElementsAre("SELECT 1;", "quit"));
  EXPECT_THAT(err_, HasSubstr("(1 row in "));
  EXPECT_EQ(statements_, 1);
}

TEST_F(ShellTest, ThePromptShowsWhereNamesAreLookedUp) {
  ScriptedReader reader;
  reader.Line("USE lake.demo;");
  transport_.Answer(R"({"id": "q", "updateType": "USE"})",
                    {{"x-trino-set-catalog", "lake"}, {"x-trino-set-schema", "demo"}});
  EXPECT_EQ(Make().RunInteractive(reader), ShellOutcome::kDone);
  EXPECT_THAT(reader.prompts, ElementsAre("floe> ", "floe:lake.demo> "));
  EXPECT_THAT(err_, HasSubstr("(USE in "));
}

TEST_F(ShellTest, CtrlCDropsWhatIsTypedAndCancelsWhatRuns) {
  ScriptedReader reader;
  reader.Line("SELECT 'half");
  reader.Interrupt();
  reader.Line("SELECT 2;");
  reader.Line("SELECT 3;");
  transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1"})");
  transport_.OnSend([&](const HttpCall& call) { interrupted_ = call.url == "http://h:1/1"; });
  transport_.Answer(kOne);
  EXPECT_EQ(Make().RunInteractive(reader), ShellOutcome::kDone);
  EXPECT_THAT(Bodies(), ElementsAre("SELECT 2", "SELECT 3"));
  EXPECT_THAT(err_, HasSubstr("cancelled\n"));
  EXPECT_EQ(out_, "1\n");
}

TEST_F(ShellTest, AnErrorLeavesThePrompt) {
  ScriptedReader reader;
  reader.Line("SELECT x; SELECT 1;");
  reader.Line("SELECT 1;");
  transport_.Answer(kFailed);
  transport_.Answer(kOne);
  EXPECT_EQ(Make().RunInteractive(reader), ShellOutcome::kDone);
  EXPECT_THAT(Bodies(), ElementsAre("SELECT x", "SELECT 1"));
  EXPECT_THAT(err_, HasSubstr("1 | SELECT x; SELECT 1;\n  |        ^\n"));
}

TEST_F(ShellTest, CommandsOfThePrompt) {
  ScriptedReader reader;
  for (const char* line :
       {"", "help;", "\\format json", "SELECT 1;", "\\format nothing", "\\x", "\\q"}) {
    reader.Line(line);
  }
  transport_.Answer(kOne);
  EXPECT_EQ(Make().RunInteractive(reader), ShellOutcome::kDone);
  EXPECT_EQ(out_, "{\"a\":1}\n");
  EXPECT_THAT(err_, HasSubstr("Ctrl-C cancels"));
  EXPECT_THAT(err_, HasSubstr("a format is table, vertical"));
  EXPECT_THAT(err_, HasSubstr("there is no command \\x"));
}

TEST_F(ShellTest, ProgressIsShownOnATerminalOnly) {
  for (const bool live : {false, true}) {
    transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/1", "stats": {"state": "QUEUED"}})");
    transport_.Answer(R"({"id": "q", "nextUri": "http://h:1/2", "stats": {"state": "RUNNING",
        "processedRows": 1234, "totalSplits": 4, "completedSplits": 1}})");
    transport_.Answer(kOne);
    transport_.OnSend([&](const HttpCall&) { clock_.Advance(std::chrono::milliseconds(400)); });
    ShellOptions options;
    options.live = live;
    err_.clear();
    EXPECT_EQ(Make(options).RunScript("SELECT 1", {}), ShellOutcome::kDone);
    EXPECT_EQ(err_.find("RUNNING 800 ms, 1,234 rows, 0 B read, 25%") != std::string::npos, live);
  }
}

}  // namespace
}  // namespace floe::client
