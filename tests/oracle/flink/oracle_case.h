// The recorded cases of Apache Flink's behaviour (tests/oracle/flink/README.md has the format), and
// the comparison of an answer with what Flink answered. The adapter header for nlohmann's JSON.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::oracle {

using Json = nlohmann::ordered_json;

enum class RunMode : uint8_t { kExecute, kExplain, kParse };

struct OracleCase {
  std::string id;
  std::string feature;
  std::map<std::string, std::string> configuration;
  // ddl, statements and query, in order; the last one gives the answer.
  std::vector<std::string> statements;
  // Table name and its lines.
  std::map<std::string, std::vector<std::string>> inputs;
  std::vector<std::string> arrival;
  RunMode run = RunMode::kExecute;
  Json expect;
};

// One case of a JSON line. kInvalidData says what is wrong.
Result<OracleCase> ParseCase(std::string_view line);

struct AnswerRow {
  std::string kind;  // "+I" …
  Json values;       // object: column name to value
};

// What our engine did with a case.
struct Answer {
  struct Failure {
    Error error;
    int statement = 0;
    bool before_run = true;
  };
  std::optional<Failure> failure;
  std::vector<std::pair<std::string, std::string>> schema;
  std::vector<AnswerRow> rows;
  // Rows given by each group of the arrival that was fed at once; empty without arrival.
  std::vector<int64_t> rows_of_group;
  // How many entries of `arrival` each group has.
  std::vector<int64_t> group_sizes;
  std::vector<std::string> operators;  // of a plan
  std::string operation;               // of a parsed statement
};

enum class Verdict : uint8_t { kPassed, kFailed, kUnsupported };

struct Comparison {
  Verdict verdict = Verdict::kPassed;
  std::string reason;
};

// `ignore_order`: rows without steps are compared as a multiset (parallelism above 1).
Comparison Compare(const OracleCase& oracle_case, const Answer& answer, bool ignore_order);

}  // namespace floe::oracle
