#include "oracle/flink/oracle_case.h"

#include <algorithm>
#include <utility>

namespace floe::oracle {
namespace {

Comparison Failed(std::string reason) { return {Verdict::kFailed, std::move(reason)}; }

std::string Describe(const Error& error) { return error.ToString(); }

// Numbers are equal by value, everything else by text.
bool SameValue(const Json& expected, const Json& actual) {
  if (expected.is_number() && actual.is_number()) {
    if (expected.is_number_integer() && actual.is_number_integer()) {
      return expected.get<int64_t>() == actual.get<int64_t>();
    }
    return expected.get<double>() == actual.get<double>();
  }
  if (expected.type() != actual.type() || expected.size() != actual.size()) return false;
  if (expected.is_array()) {
    return std::equal(expected.begin(), expected.end(), actual.begin(), SameValue);
  }
  if (expected.is_object()) {
    for (auto it = expected.begin(); it != expected.end(); ++it) {
      if (!actual.contains(it.key()) || !SameValue(it.value(), actual[it.key()])) return false;
    }
    return true;
  }
  return expected == actual;
}

bool SameRow(const Json& expected, const AnswerRow& actual) {
  return expected[0].get<std::string>() == actual.kind && SameValue(expected[1], actual.values);
}

std::string RowText(const AnswerRow& row) { return row.kind + row.values.dump(); }

// Every expected row in [first, last) of both lists, in any order.
bool SameRows(const Json& expected, const std::vector<AnswerRow>& actual, size_t first, size_t last,
              std::string* reason) {
  std::vector<bool> used(last - first, false);
  for (size_t i = first; i < last; ++i) {
    bool found = false;
    for (size_t j = first; j < last && !found; ++j) {
      if (used[j - first] || !SameRow(expected[i], actual[j])) continue;
      used[j - first] = true;
      found = true;
    }
    if (!found) {
      *reason = "expected row " + expected[i].dump() + " is missing";
      for (size_t j = first; j < last; ++j) {
        if (!used[j - first]) {
          *reason += "; unexpected row " + RowText(actual[j]);
          break;
        }
      }
      return false;
    }
  }
  return true;
}

Comparison CompareSchema(const Json& expected, const Answer& answer) {
  if (expected.size() != answer.schema.size()) {
    return Failed("schema has " + std::to_string(answer.schema.size()) + " columns, expected " +
                  std::to_string(expected.size()));
  }
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto& [name, type] = answer.schema[i];
    if (expected[i][0] != name || expected[i][1] != type) {
      return Failed("column " + std::to_string(i + 1) + " is " + name + " " + type + ", expected " +
                    expected[i][0].get<std::string>() + " " + expected[i][1].get<std::string>());
    }
  }
  return {};
}

// With steps, the rows of one group of arrivals form a multiset of their own.
Comparison CompareSteps(const Json& expected, const Answer& answer) {
  const Json& rows = expected["rows"];
  const Json& steps = expected["steps"];
  size_t entry = 0;
  size_t row = 0;
  for (size_t group = 0; group < answer.group_sizes.size(); ++group) {
    int64_t expected_rows = 0;
    for (int64_t i = 0; i < answer.group_sizes[group]; ++i) {
      expected_rows += steps[entry++].get<int64_t>();
    }
    if (expected_rows != answer.rows_of_group[group]) {
      return Failed("arrivals up to " + std::to_string(entry) + " gave " +
                    std::to_string(answer.rows_of_group[group]) + " rows, expected " +
                    std::to_string(expected_rows));
    }
    std::string reason;
    const size_t last = row + static_cast<size_t>(expected_rows);
    if (!SameRows(rows, answer.rows, row, last, &reason)) {
      return Failed("arrivals up to " + std::to_string(entry) + ": " + reason);
    }
    row = last;
  }
  // Rows that came when inputs without an end of their own ended.
  std::string reason;
  if (!SameRows(rows, answer.rows, row, answer.rows.size(), &reason)) return Failed(reason);
  return {};
}

// The rows that are left when the changes are applied.
std::vector<AnswerRow> Materialize(const std::vector<AnswerRow>& changes) {
  std::vector<AnswerRow> rows;
  for (const AnswerRow& change : changes) {
    if (change.kind == "+I" || change.kind == "+U") {
      rows.push_back({"+I", change.values});
      continue;
    }
    const auto gone = std::find_if(rows.begin(), rows.end(), [&](const AnswerRow& row) {
      return SameValue(row.values, change.values);
    });
    if (gone != rows.end()) rows.erase(gone);
  }
  return rows;
}

Comparison CompareFinal(const Json& expected, const Answer& answer) {
  const std::vector<AnswerRow> rows = Materialize(answer.rows);
  Json expected_rows = Json::array();
  for (const Json& row : expected["final"]) expected_rows.push_back(Json::array({"+I", row}));
  if (rows.size() != expected_rows.size()) {
    return Failed(std::to_string(rows.size()) + " rows are left, expected " +
                  std::to_string(expected_rows.size()));
  }
  std::string reason;
  if (!SameRows(expected_rows, rows, 0, rows.size(), &reason)) return Failed(reason);
  return {};
}

Comparison CompareRows(const Json& expected, const Answer& answer, bool ignore_order) {
  if (Comparison schema = CompareSchema(expected["schema"], answer);
      schema.verdict != Verdict::kPassed) {
    return schema;
  }
  if (expected.value("compare", "") == "final") return CompareFinal(expected, answer);
  const Json& rows = expected["rows"];
  if (rows.size() != answer.rows.size()) {
    return Failed(std::to_string(answer.rows.size()) + " rows, expected " +
                  std::to_string(rows.size()) +
                  (answer.rows.empty() ? "" : "; first " + RowText(answer.rows[0])));
  }
  if (expected.contains("steps")) return CompareSteps(expected, answer);
  std::string reason;
  if (!expected["ordered"].get<bool>() || ignore_order) {
    return SameRows(rows, answer.rows, 0, answer.rows.size(), &reason) ? Comparison()
                                                                       : Failed(reason);
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    if (!SameRow(rows[i], answer.rows[i])) {
      return Failed("row " + std::to_string(i + 1) + " is " + RowText(answer.rows[i]) +
                    ", expected " + rows[i].dump());
    }
  }
  return {};
}

Comparison CompareError(const Json& expected, const Answer& answer) {
  if (!answer.failure) {
    return Failed("accepted, but Flink refuses: " + expected["message_contains"].dump());
  }
  const int statement = expected["statement"].get<int>();
  if (statement != answer.failure->statement) {
    return Failed("statement " + std::to_string(answer.failure->statement) + " fails (" +
                  Describe(answer.failure->error) + "), Flink refuses statement " +
                  std::to_string(statement));
  }
  const std::string stage = expected["stage"].get<std::string>();
  const bool before_run = stage != "runtime";
  if (before_run == answer.failure->before_run) return {};
  // Errors of literal expressions may be found by constant folding: plan and runtime are equal.
  const bool folding = stage == "plan" || (stage == "runtime" && answer.failure->before_run);
  if (folding) return {};
  return Failed(std::string("fails ") + (answer.failure->before_run ? "before" : "at") +
                " run time (" + Describe(answer.failure->error) + "), Flink at stage " + stage);
}

// The operators that tell plans apart.
bool IsTelling(const std::string& name) {
  static const std::vector<std::string> kTelling = {"IntervalJoin",
                                                    "Join",
                                                    "WindowJoin",
                                                    "WindowAggregate",
                                                    "GroupWindowAggregate",
                                                    "WindowTableFunction",
                                                    "TemporalJoin",
                                                    "LookupJoin",
                                                    "MultiJoin",
                                                    "GroupAggregate",
                                                    "OverAggregate"};
  return std::find(kTelling.begin(), kTelling.end(), name) != kTelling.end();
}

// Flink splits an aggregate in two; what counts is which kinds a plan has.
std::vector<std::string> TellingOperators(const std::vector<std::string>& operators) {
  std::vector<std::string> telling;
  for (std::string name : operators) {
    for (const char* prefix : {"Local", "Global"}) {
      if (name.starts_with(prefix)) name = name.substr(std::string_view(prefix).size());
    }
    if (IsTelling(name)) telling.push_back(name);
  }
  std::sort(telling.begin(), telling.end());
  telling.erase(std::unique(telling.begin(), telling.end()), telling.end());
  return telling;
}

std::string Join(const std::vector<std::string>& names) {
  std::string out;
  for (const std::string& name : names) out += (out.empty() ? "" : ", ") + name;
  return "[" + out + "]";
}

Comparison ComparePlan(const Json& expected, const Answer& answer) {
  const auto wanted = TellingOperators(expected["operators"].get<std::vector<std::string>>());
  const auto actual = TellingOperators(answer.operators);
  if (wanted == actual) return {};
  return Failed("the plan has " + Join(actual) + ", expected " + Join(wanted));
}

// Keeps integers that no machine type holds as text behind a mark, so that input rows are written
// as they were.
constexpr char kBigIntegerMark[] = "<big integer>";

class ExactNumbers : public nlohmann::detail::json_sax_dom_parser<Json> {
 public:
  explicit ExactNumbers(Json& document)
      : nlohmann::detail::json_sax_dom_parser<Json>(document, false) {}

  bool number_float(double value, const std::string& text) {
    if (text.find_first_of(".eE") == std::string::npos) {
      std::string marked = kBigIntegerMark + text;
      return string(marked);
    }
    return nlohmann::detail::json_sax_dom_parser<Json>::number_float(value, text);
  }
};

// A row as one line, big integers bare again.
std::string RowLine(const Json& row) {
  if (row.is_string()) return row.get<std::string>();
  std::string line = row.dump();
  const std::string mark = std::string("\"") + kBigIntegerMark;
  for (size_t at = line.find(mark); at != std::string::npos; at = line.find(mark, at)) {
    const size_t end = line.find('"', at + 1);
    line.erase(end, 1);
    line.erase(at, mark.size());
  }
  return line;
}

}  // namespace

Result<OracleCase> ParseCase(std::string_view line) {
  Json json;
  ExactNumbers reader(json);
  const bool whole = Json::sax_parse(line, &reader);
  if (!whole || !json.is_object() || !json.contains("id") || !json.contains("expect")) {
    return Error(ErrorCode::kInvalidData, "not a case: an object with id and expect is expected");
  }
  OracleCase parsed;
  parsed.id = json["id"].get<std::string>();
  parsed.feature = json["feature"].get<std::string>();
  parsed.expect = json["expect"];
  const Json configuration = json.value("config", Json::object());
  for (const auto& [key, value] : configuration.items()) {
    parsed.configuration[key] = value.get<std::string>();
  }
  for (const char* part : {"ddl", "statements"}) {
    for (const Json& statement : json.value(part, Json::array())) {
      parsed.statements.push_back(statement.get<std::string>());
    }
  }
  if (json.contains("query")) parsed.statements.push_back(json["query"].get<std::string>());
  const Json inputs = json.value("inputs", Json::object());
  for (const auto& [table, rows] : inputs.items()) {
    std::vector<std::string>& lines = parsed.inputs[table];
    for (const Json& row : rows) {
      lines.push_back(RowLine(row));
    }
  }
  for (const Json& entry : json.value("arrival", Json::array())) {
    parsed.arrival.push_back(entry.get<std::string>());
  }
  const std::string run = json.value("run", "execute");
  parsed.run = run == "parse"     ? RunMode::kParse
               : run == "explain" ? RunMode::kExplain
                                  : RunMode::kExecute;
  return parsed;
}

Comparison Compare(const OracleCase& oracle_case, const Answer& answer, bool ignore_order) {
  const Json& expect = oracle_case.expect;
  if (answer.failure && answer.failure->error.code() == ErrorCode::kSqlUnsupported) {
    return {Verdict::kUnsupported, answer.failure->error.message()};
  }
  if (expect.contains("error")) return CompareError(expect["error"], answer);
  if (answer.failure) {
    return Failed("statement " + std::to_string(answer.failure->statement) +
                  " fails: " + Describe(answer.failure->error));
  }
  const std::string kind = expect["kind"].get<std::string>();
  if (kind == "changelog") return CompareRows(expect, answer, ignore_order);
  if (kind == "plan") return ComparePlan(expect, answer);
  if (kind == "operation" && expect["operation"] != answer.operation) {
    return Failed("the statement is a " + answer.operation + ", expected " +
                  expect["operation"].get<std::string>());
  }
  return {};
}

}  // namespace floe::oracle
