// Runs SQL statements on inputs in memory through the real front end and runtime: for SQL tests and
// oracle cases.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/executor.h"
#include "base/result.h"
#include "harness/scripted_input.h"
#include "plan/session.h"
#include "runtime/job_runtime.h"
#include "stream/batch.h"

namespace floe::harness {

struct RunOptions {
  int parallelism = 1;
  // Rows of a block; 0: as in production.
  int batch_rows = 0;
  // Between every two rounds the job is snapshotted, thrown away and restored.
  bool restart_between_rounds = false;
};

// The rows of a query, and how they came.
struct QueryOutcome {
  types::Schema schema;
  std::vector<stream::Batch> batches;
  // With an arrival: entries per group that was fed at once, and rows that each group gave.
  std::vector<int64_t> group_sizes;
  std::vector<int64_t> rows_of_group;
  std::vector<runtime::ScanReport> scans;
  std::vector<runtime::OperatorReport> operators;
};

// One session. Tables of the `filesystem` connector whose path is "input/NAME" read the inputs;
// ${input:NAME} in a statement is that path. Used by one thread at a time.
class SqlRunner {
 public:
  explicit SqlRunner(RunOptions options);
  ~SqlRunner();

  plan::Session& session() { return *session_; }

  // Replaces ${input:NAME}, ${output:NAME} and ${run}.
  static std::string Substitute(std::string_view sql);

  void SetInputs(std::map<std::string, std::vector<std::string>> inputs,
                 std::vector<std::string> arrival);

  // Runs a planned query to its end. The error of a failing job.
  Result<QueryOutcome> RunQuery(const plan::StatementResult& planned);

 private:
  class Validator;
  class QueryRun;

  const RunOptions options_;
  std::unique_ptr<Validator> validator_;
  std::unique_ptr<plan::Session> session_;
  std::map<std::string, std::vector<std::string>> inputs_;
  std::vector<std::string> arrival_;
};

// What has to hold of every finished run: each record and row is accounted for. "" if it does.
std::string CheckConservation(const QueryOutcome& outcome);

}  // namespace floe::harness
