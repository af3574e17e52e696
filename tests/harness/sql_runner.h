// Runs SQL statements on inputs in memory through the real front end and runtime: for SQL tests and
// oracle cases.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "harness/slt_file.h"
#include "plan/session.h"
#include "runtime/job_runtime.h"
#include "stream/batch.h"

namespace floe::harness {

struct RunOptions {
  int parallelism = 1;
  // Rows of a block; 0: as in production.
  int batch_rows = 0;
  // Between every two rounds the job is snapshotted, thrown away and restored, with one instance
  // and with `parallelism` in turn.
  bool restart_between_rounds = false;
  // After the run a second one replays the recorded order, in rounds as large as can be; its rows
  // have to be the same.
  bool replay = false;
};

// The rows of a query or a job, and how they came.
struct QueryOutcome {
  types::Schema schema;
  std::vector<stream::Batch> batches;  // of a query
  // Of a job: rows as text ("+I[a, b]") by table, in the order of each writer.
  std::map<std::string, std::vector<std::string>> rows_of_table;
  int64_t dead_letters = 0;
  // With an arrival: entries per group that was fed at once, and rows that each group gave.
  std::vector<int64_t> group_sizes;
  std::vector<int64_t> rows_of_group;
  std::vector<runtime::ScanReport> scans;
  std::vector<runtime::OperatorReport> operators;
  std::shared_ptr<const plan::PhysicalPlan> plan;
};

// One session. Tables of the `filesystem` connector whose path is "input/NAME" read the inputs;
// ${input:NAME} in a statement is that path. Tables of `kafka` read the topics, through the real
// connector. Used by one thread at a time.
class SqlRunner {
 public:
  explicit SqlRunner(RunOptions options);
  ~SqlRunner();

  plan::Session& session() { return *session_; }

  // Replaces ${input:NAME}, ${output:NAME} and ${run}.
  static std::string Substitute(std::string_view sql);

  void SetInputs(TestInputs inputs) { inputs_ = std::move(inputs); }

  // Runs a planned query or job to its end, or until nothing is left to arrive. The error of a
  // failing job; kInternal if a replay gives other rows.
  Result<QueryOutcome> Run(const plan::StatementResult& planned);

 private:
  class Validator;

  const RunOptions options_;
  std::unique_ptr<Validator> validator_;
  std::unique_ptr<plan::Session> session_;
  TestInputs inputs_;
};

// The rows as Flink prints them: "+I[a, NULL]".
std::vector<std::string> RowTexts(const stream::Batch& batch);

}  // namespace floe::harness
