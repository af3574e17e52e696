// sql_tests DIRECTORY [--parallelism N] [--batch-rows N] [--restart] [--replay] [--only TEXT]
// Runs the SQL test files (.slt, tests/sql/README.md) below the directory. Prints each step that
// does not give what it says, with what it gave, and last "N passed, N failed". Exit code 1 if a
// step failed.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/conservation.h"
#include "harness/slt_file.h"
#include "harness/sql_runner.h"
#include "sql/flink/parse.h"
#include "storage/local_file_system.h"

namespace floe::harness {
namespace {

constexpr uint64_t kMaxTestFileBytes = uint64_t{16} << 20;

struct Flags {
  std::string path;
  std::string only;
  RunOptions run;
};

// The .slt files of a directory and those below it, in order.
Result<std::vector<std::string>> FindTestFiles(storage::FileSystem& files,
                                               const std::string& directory) {
  std::vector<std::string> paths;
  FLOE_ASSIGN(const std::vector<storage::DirectoryEntry> entries, files.List(directory));
  for (const storage::DirectoryEntry& entry : entries) {
    const std::string path = directory + "/" + entry.name;
    if (entry.type == storage::FileType::kDirectory) {
      FLOE_ASSIGN(const std::vector<std::string> below, FindTestFiles(files, path));
      paths.insert(paths.end(), below.begin(), below.end());
    } else if (path.ends_with(".slt")) {
      paths.push_back(path);
    }
  }
  return paths;
}

std::string Lines(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines) text += "  " + line + "\n";
  return text;
}

std::map<std::string, int64_t> CountersOf(const QueryOutcome& outcome) {
  std::map<std::string, int64_t> counters = {{"dead", outcome.dead_letters}};
  for (const runtime::ScanReport& scan : outcome.scans) {
    counters["read"] += scan.counters.records;
    counters["bad"] += scan.counters.bad_records;
    counters["skipped"] += scan.counters.skipped_records;
  }
  for (const runtime::OperatorReport& report : outcome.operators) {
    counters["late"] += report.counters.rows_late;
    counters["left-late"] += report.counters.rows_left_late;
    counters["right-late"] += report.counters.rows_right_late;
    counters["filtered"] += report.counters.rows_filtered;
  }
  return counters;
}

std::string LiteralText(const functions::LiteralValue& value) {
  if (const auto* text = std::get_if<std::string>(&value)) return *text;
  if (const auto* truth = std::get_if<bool>(&value)) return *truth ? "true" : "false";
  if (const auto* number = std::get_if<int64_t>(&value)) return std::to_string(*number);
  return "NULL";
}

// One file: a session, step by step.
class FileRun {
 public:
  explicit FileRun(const RunOptions& options) : runner_(options) {}

  // What is wrong with the step; "" if nothing.
  std::string RunStep(const SltStep& step) {
    runner_.SetInputs(step.inputs);
    Result<plan::StatementResult> planned = Execute(SqlRunner::Substitute(step.sql));
    if (step.kind == SltKind::kStatementError) {
      if (planned.ok()) return "accepted\n";
      return CheckError(step, planned.error());
    }
    if (!planned.ok()) return planned.error().ToString() + "\n";
    if (step.kind == SltKind::kStatement) return "";
    if (planned->kind == plan::StatementResult::Kind::kRows) return CheckAnswer(step, *planned);
    Result<QueryOutcome> outcome = runner_.Run(*planned);
    if (step.kind == SltKind::kQueryError) {
      return outcome.ok() ? "runs to its end\n" : CheckError(step, outcome.error());
    }
    if (!outcome.ok()) return outcome.error().ToString() + "\n";
    return CheckOutcome(step, *outcome);
  }

 private:
  Result<plan::StatementResult> Execute(const std::string& sql) {
    FLOE_ASSIGN(const std::vector<sql::flink::Statement> statements, sql::flink::ParseScript(sql));
    if (statements.size() != 1) {
      return Error(ErrorCode::kInvalidData, "a step has one statement");
    }
    return runner_.session().Execute(statements[0]);
  }

  static std::string CheckError(const SltStep& step, const Error& error) {
    const std::string text = error.ToString();
    for (const std::string& part : step.expected) {
      if (text.find(part) == std::string::npos) {
        return "the error does not say '" + part + "': " + text + "\n";
      }
    }
    return step.expected.empty() ? "the test does not say what the error is\n" : "";
  }

  static std::string CheckAnswer(const SltStep& step, const plan::StatementResult& result) {
    std::vector<std::string> rows;
    for (const std::vector<functions::LiteralValue>& row : result.rows) {
      std::string text;
      for (const functions::LiteralValue& value : row) {
        text += (text.empty() ? "" : ", ") + LiteralText(value);
      }
      rows.push_back("+I[" + text + "]");
    }
    return CheckRows(step, std::move(rows), step.ordered);
  }

  static std::string CheckRows(const SltStep& step, std::vector<std::string> rows, bool ordered) {
    const std::vector<std::string> as_given = rows;
    std::vector<std::string> expected = step.expected;
    if (!ordered) {
      std::sort(rows.begin(), rows.end());
      std::sort(expected.begin(), expected.end());
    }
    return rows == expected ? "" : "the rows are\n" + Lines(as_given);
  }

  static std::string CheckOutcome(const SltStep& step, const QueryOutcome& outcome) {
    std::vector<std::string> rows;
    for (const stream::Batch& batch : outcome.batches) {
      for (std::string& row : RowTexts(batch)) rows.push_back(std::move(row));
    }
    for (const auto& [table, texts] : outcome.rows_of_table) {
      for (const std::string& row : texts) rows.push_back(table + ": " + row);
    }
    const bool ordered = step.ordered && step.kind == SltKind::kQuery;
    std::string wrong = CheckRows(step, std::move(rows), ordered);
    std::map<std::string, int64_t> counters = CountersOf(outcome);
    for (const auto& [name, count] : step.counters) {
      if (!counters.contains(name)) return wrong + "there is no counter '" + name + "'\n";
      if (counters[name] == count) continue;
      wrong += name + " is " + std::to_string(counters[name]) + ", expected " +
               std::to_string(count) + "\n";
    }
    const std::string lost = CheckConservation(outcome);
    return lost.empty() ? wrong : wrong + "not conserved: " + lost + "\n";
  }

  SqlRunner runner_;
};

Result<int> RunFiles(const Flags& flags) {
  storage::LocalFileSystem files;
  FLOE_ASSIGN(std::vector<std::string> paths, FindTestFiles(files, flags.path));
  int passed = 0;
  int failed = 0;
  for (const std::string& path : paths) {
    if (path.find(flags.only) == std::string::npos) continue;
    FLOE_ASSIGN(const std::string text, storage::ReadFile(files, path, kMaxTestFileBytes));
    Result<SltFile> file = ParseSltFile(text);
    if (!file.ok()) return std::move(file).error().WithContext(path);
    FileRun run(flags.run);
    for (const SltStep& step : file->steps) {
      const std::string wrong = run.RunStep(step);
      ++(wrong.empty() ? passed : failed);
      if (wrong.empty()) continue;
      std::fprintf(stderr, "%s:%d: %s", path.c_str(), step.line, wrong.c_str());
    }
  }
  std::printf("%d passed, %d failed\n", passed, failed);
  if (passed + failed == 0) return Error(ErrorCode::kNotFound, "no steps below " + flags.path);
  return failed == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Runs SQL test files");
  Flags flags;
  app.add_option("DIRECTORY", flags.path, "Where the .slt files are")->required();
  app.add_option("--parallelism", flags.run.parallelism, "Parallel instances of keyed stages");
  app.add_option("--batch-rows", flags.run.batch_rows, "Rows of a block");
  app.add_flag("--restart", flags.run.restart_between_rounds, "Restore between every two rounds");
  app.add_flag("--replay", flags.run.replay, "Replay each run in its recorded order");
  app.add_option("--only", flags.only, "Files whose path contains this text");
  CLI11_PARSE(app, argc, argv);
  Result<int> code = RunFiles(flags);
  if (code.ok()) return *code;
  std::fprintf(stderr, "sql_tests: %s\n", code.error().ToString().c_str());
  return 2;
}

}  // namespace
}  // namespace floe::harness

int main(int argc, char** argv) { return floe::harness::Main(argc, argv); }
