// Runs recorded statements of Trino and compares columns, type signatures, values or errors.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "base/clock.h"
#include "oracle/trino/tpch_tables.h"
#include "query/trino/error_names.h"
#include "query/trino/statement.h"
#include "storage/local_file_system.h"

namespace floe::oracle {
namespace {

using nlohmann::json;
using query::trino::Answer;

struct Counts {
  int passed = 0;
  int failed = 0;
  int unsupported = 0;
};

query::trino::Session SessionOf(const json& recorded, int64_t now) {
  query::trino::Session session;
  session.user = "oracle";
  session.catalog = recorded.value("catalog", "");
  session.schema = recorded.value("schema", "");
  session.time_zone = recorded.value("timeZone", "UTC");
  session.parametric_datetime =
      recorded.value("clientCapabilities", "").find("PARAMETRIC_DATETIME") != std::string::npos;
  session.start_millis = now;
  return session;
}

json ColumnsOf(const Answer& answer, bool parametric) {
  json columns = json::array();
  for (const auto& column : answer.columns) {
    columns.push_back({{"name", *column.name},
                       {"type", column.type.DisplayName(parametric)},
                       {"typeSignature", json::parse(column.type.SignatureJson(parametric))}});
  }
  return columns;
}

// Everything equal; floating-point numbers up to their last digits.
bool SameValue(const json& a, const json& b) {
  if (a.is_number_float() || b.is_number_float()) {
    if (!a.is_number() || !b.is_number()) return false;
    const double x = a.get<double>();
    const double y = b.get<double>();
    return x == y || std::fabs(x - y) <= 1e-12 * std::fmax(std::fabs(x), std::fabs(y));
  }
  if (a.is_array() && b.is_array()) {
    if (a.size() != b.size()) return false;
    for (size_t i = 0; i < a.size(); ++i) {
      if (!SameValue(a[i], b[i])) return false;
    }
    return true;
  }
  return a == b;
}

// "" if the answer is the recorded one.
std::string CompareAnswer(const json& expected, Answer& answer, bool parametric,
                          const std::string& how) {
  if (expected.contains("error")) return "answered, but Trino refuses: " + expected["error"].dump();
  if (how == "informative") return "";
  const json columns = ColumnsOf(answer, parametric);
  const json wanted = expected.value("columns", json::array());
  if (columns != wanted) return "columns " + columns.dump() + "\n  wanted  " + wanted.dump();
  if (expected.value("updateType", "") != answer.update_type) {
    return "updateType " + answer.update_type;
  }
  if (how == "types") return "";
  json data = json::array();
  while (answer.cursor != nullptr) {
    auto page = answer.cursor->NextPage(size_t{1} << 20);
    if (!page.ok()) return page.error().ToString();
    if (page->empty()) break;
    for (const std::string& row : *page) data.push_back(json::parse(row));
  }
  const json rows = expected.value("data", json::array());
  return SameValue(data, rows) ? "" : "data " + data.dump() + "\n  wanted  " + rows.dump();
}

std::string CompareError(const json& expected, const Error& error) {
  const auto name = query::trino::NameOf(error.code());
  const std::string shown = std::string(name.name) + ": " + query::trino::TrinoMessage(error);
  if (!expected.contains("error")) return "refused: " + shown;
  const json& wanted = expected["error"];
  const json location = error.span() ? json{{"lineNumber", error.span()->line},
                                            {"columnNumber", error.span()->column}}
                                     : json();
  const bool same = wanted.value("errorName", "") == name.name &&
                    wanted.value("errorCode", -1) == name.code &&
                    wanted.value("errorType", "") == name.type &&
                    wanted.value("errorLocation", json()) == location;
  return same ? "" : shown + "\n  wanted  " + wanted.dump();
}

int Run(const std::string& path, bool quiet) {
  storage::LocalFileSystem files;
  auto text = storage::ReadFile(files, path, uint64_t{64} << 20);
  if (!text.ok()) {
    std::fprintf(stderr, "%s\n", text.error().ToString().c_str());
    return 2;
  }
  auto executor = query::trino::MakeDuckDbExecutor({});
  query::trino::StatementRunner runner(RecordedCatalogs(), *executor);
  SystemClock clock;
  std::map<std::string, Counts> categories;
  std::set<std::string> broken;  // scenarios
  std::istringstream lines(*text);
  std::string line;
  while (std::getline(lines, line)) {
    const json recorded = json::parse(line);
    Counts& counts = categories[recorded["category"]];
    const auto session = SessionOf(recorded["session"], clock.WallMillis());
    const std::string sql = recorded["sql"];
    auto answer = runner.Run(sql, session);
    const json& expected = recorded["expect"];
    const std::string difference =
        answer.ok()
            ? CompareAnswer(expected, *answer, session.parametric_datetime, recorded["compare"])
            : CompareError(expected, answer.error());
    const bool refused =
        !answer.ok() && query::trino::NameOf(answer.error().code()).name == "NOT_SUPPORTED";
    // What follows in a scenario needs what was refused.
    const std::string scenario = recorded.value("scenario", "");
    if (!scenario.empty() && refused) broken.insert(scenario);
    const bool is_scenario = broken.contains(scenario);
    int& count = difference.empty()         ? counts.passed
                 : (refused || is_scenario) ? counts.unsupported
                                            : counts.failed;
    ++count;
    if (difference.empty() || quiet) continue;
    std::printf("%s %s\n  %s\n  %s\n", &count == &counts.failed ? "FAILED" : "unsupported",
                recorded["id"].get<std::string>().c_str(), sql.c_str(), difference.c_str());
  }
  Counts all;
  for (const auto& [name, counts] : categories) {
    std::printf("%-24s %4d passed, %d failed, %d unsupported\n", name.c_str(), counts.passed,
                counts.failed, counts.unsupported);
    all.passed += counts.passed;
    all.failed += counts.failed;
    all.unsupported += counts.unsupported;
  }
  std::printf("%d passed, %d failed, %d unsupported\n", all.passed, all.failed, all.unsupported);
  return all.failed == 0 ? 0 : 1;
}

}  // namespace
}  // namespace floe::oracle

int main(int argc, char** argv) {
  CLI::App app("Runs recorded statements of Trino against the query library.");
  std::string path;
  bool quiet = false;
  app.add_option("cases", path, "file of recorded statements, one JSON object a line")->required();
  app.add_flag("--quiet", quiet, "counts only");
  CLI11_PARSE(app, argc, argv);
  return floe::oracle::Run(path, quiet);
}
