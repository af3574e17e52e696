// flink_oracle CASES.jsonl [--parallelism N] [--batch-rows N] [--restart] [--replay]
// [--only TEXT]
// Runs recorded Flink cases through the front end and the runtime; prints a line per feature and,
// last, "N passed, N failed, N unsupported". Exit code 1 if a case failed.
#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "harness/conservation.h"
#include "harness/sql_runner.h"
#include "oracle/flink/oracle_case.h"
#include "oracle/flink/row_json.h"
#include "plan/explain.h"
#include "sql/flink/parse.h"
#include "storage/local_file_system.h"

namespace floe::oracle {
namespace {

constexpr uint64_t kMaxCaseFileBytes = uint64_t{256} << 20;

struct Flags {
  std::string path;
  std::string only;
  bool restart = false;
  bool quiet = false;
  harness::RunOptions run;
};

class CaseRun {
 public:
  CaseRun(const OracleCase& oracle_case, const harness::RunOptions& options)
      : case_(oracle_case), runner_(options) {
    runner_.SetInputs({case_.inputs, {}, case_.arrival});
  }

  Answer Run() {
    for (const auto& [key, value] : case_.configuration) {
      const auto set = runner_.session().configuration().Set(key, value);
      if (!set.ok()) Fail(set.error(), 0, true);
    }
    for (size_t i = 0; i < case_.statements.size() && !answer_.failure; ++i) {
      RunStatement(static_cast<int>(i));
    }
    return std::move(answer_);
  }

 private:
  void Fail(const Error& error, int statement, bool before_run) {
    answer_.failure = Answer::Failure{error, statement, before_run};
  }

  void RunStatement(int index) {
    const std::string text =
        harness::SqlRunner::Substitute(case_.statements[static_cast<size_t>(index)]);
    const bool is_last = index + 1 == static_cast<int>(case_.statements.size());
    Result<sql::flink::Statement> statement = sql::flink::ParseStatement(text);
    if (!statement.ok()) return Fail(statement.error(), index, true);
    if (is_last && case_.run == RunMode::kParse) {
      answer_.operation = plan::FlinkOperationName(*statement);
      const Status valid = runner_.session().Validate(*statement);
      if (!valid.ok()) Fail(valid.error(), index, true);
      return;
    }
    Result<plan::StatementResult> result = runner_.session().Execute(*statement);
    if (!result.ok()) return Fail(result.error(), index, true);
    if (is_last && case_.run == RunMode::kExplain) {
      answer_.operators = plan::OperatorNames(result->plan);
      return;
    }
    if (result->kind == plan::StatementResult::Kind::kQuery) RunQuery(*result, index);
    if (is_last && result->kind == plan::StatementResult::Kind::kRows) TakeRows(*result);
  }

  void TakeRows(const plan::StatementResult& result) {
    for (const types::Field& field : result.schema.fields()) {
      answer_.schema.emplace_back(field.name, field.type.ToString());
    }
    for (const std::vector<functions::LiteralValue>& row : result.rows) {
      AnswerRow answer{"+I", Json::object()};
      for (size_t i = 0; i < row.size(); ++i) {
        Json value;
        if (const auto* text = std::get_if<std::string>(&row[i])) value = *text;
        if (const auto* truth = std::get_if<bool>(&row[i])) value = *truth;
        if (const auto* number = std::get_if<int64_t>(&row[i])) value = *number;
        answer.values[result.schema.field(static_cast<int>(i)).name] = value;
      }
      answer_.rows.push_back(std::move(answer));
    }
  }

  void RunQuery(const plan::StatementResult& planned, int index) {
    Result<harness::QueryOutcome> outcome = runner_.Run(planned);
    if (!outcome.ok()) return Fail(outcome.error(), index, false);
    for (const types::Field& field : outcome->schema.fields()) {
      answer_.schema.emplace_back(field.name, field.type.ToString());
    }
    for (const stream::Batch& batch : outcome->batches) {
      AppendRows(batch, outcome->schema, &answer_.rows);
    }
    answer_.group_sizes = outcome->group_sizes;
    answer_.rows_of_group = outcome->rows_of_group;
    const std::string lost = harness::CheckConservation(*outcome);
    if (!lost.empty()) Fail(Error(ErrorCode::kInternal, "not conserved: " + lost), index, false);
  }

  const OracleCase& case_;
  harness::SqlRunner runner_;
  Answer answer_;
};

struct Tally {
  int passed = 0;
  int failed = 0;
  int unsupported = 0;

  void Count(Verdict verdict) {
    passed += verdict == Verdict::kPassed;
    failed += verdict == Verdict::kFailed;
    unsupported += verdict == Verdict::kUnsupported;
  }
};

void PrintTally(const std::string& name, const Tally& tally) {
  std::printf("%-22s %d passed, %d failed, %d unsupported\n", name.c_str(), tally.passed,
              tally.failed, tally.unsupported);
}

Result<int> RunCases(const Flags& flags) {
  storage::LocalFileSystem files;
  FLOE_ASSIGN(const std::string text, storage::ReadFile(files, flags.path, kMaxCaseFileBytes));
  std::map<std::string, Tally> by_feature;
  Tally all;
  size_t begin = 0;
  for (int line = 1; begin < text.size(); ++line) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view case_text = std::string_view(text).substr(begin, end - begin);
    begin = end + 1;
    if (case_text.empty()) continue;
    Result<OracleCase> parsed = ParseCase(case_text);
    if (!parsed.ok()) {
      return std::move(parsed).error().WithContext("line " + std::to_string(line));
    }
    if (parsed->id.find(flags.only) == std::string::npos) continue;
    const Answer answer = CaseRun(*parsed, flags.run).Run();
    const Comparison comparison = Compare(*parsed, answer, flags.run.parallelism > 1);
    all.Count(comparison.verdict);
    by_feature[parsed->feature].Count(comparison.verdict);
    if (comparison.verdict != Verdict::kPassed && !flags.quiet) {
      std::fprintf(stderr, "%s %s: %s\n", parsed->id.c_str(),
                   comparison.verdict == Verdict::kFailed ? "FAILED" : "unsupported",
                   comparison.reason.c_str());
    }
  }
  for (const auto& [feature, tally] : by_feature) PrintTally(feature, tally);
  std::printf("%d passed, %d failed, %d unsupported\n", all.passed, all.failed, all.unsupported);
  return all.failed == 0 ? 0 : 1;
}

int Main(int argc, char** argv) {
  CLI::App app("Runs recorded Flink cases and compares the answers");
  Flags flags;
  app.add_option("CASES", flags.path, "A .jsonl file of cases")->required();
  app.add_option("--parallelism", flags.run.parallelism, "Parallel instances of keyed stages");
  app.add_option("--batch-rows", flags.run.batch_rows, "Rows of a block");
  app.add_flag("--restart", flags.run.restart_between_rounds, "Restore between every two rounds");
  app.add_flag("--replay", flags.run.replay, "Replay each run in its recorded order");
  app.add_option("--only", flags.only, "Cases whose id contains this text");
  app.add_flag("--quiet", flags.quiet, "No line per case");
  CLI11_PARSE(app, argc, argv);
  Result<int> code = RunCases(flags);
  if (code.ok()) return *code;
  std::fprintf(stderr, "flink_oracle: %s\n", code.error().ToString().c_str());
  return 2;
}

}  // namespace
}  // namespace floe::oracle

int main(int argc, char** argv) { return floe::oracle::Main(argc, argv); }
