// Replays recorded statements of Trino over HTTP: columns, type signatures, values or errors have
// to be the same.
#include <CLI/CLI.hpp>
#include <cmath>
#include <cstdio>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <sstream>

#include "base/clock.h"
#include "base/executor.h"
#include "oracle/trino/tpch_tables.h"
#include "oracle/trino/trino_session.h"
#include "server/http/http_server.h"
#include "server/trino/query_endpoint.h"
#include "storage/local_file_system.h"

namespace floe::oracle {
namespace {

using nlohmann::json;

struct Counts {
  int passed = 0;
  int failed = 0;
  int unsupported = 0;
};

Headers HeadersOf(const json& session) {
  Headers headers = {{"X-Trino-User", "oracle"},
                     {"X-Trino-Source", "trino_oracle"},
                     {"X-Trino-Transaction-Id", "NONE"}};
  const auto add = [&](const char* header, const char* key) {
    const std::string value = session.value(key, "");
    if (!value.empty()) headers.emplace_back(header, value);
  };
  add("X-Trino-Catalog", "catalog");
  add("X-Trino-Schema", "schema");
  add("X-Trino-Time-Zone", "timeZone");
  add("X-Trino-Client-Capabilities", "clientCapabilities");
  return headers;
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
std::string CompareAnswer(const json& expected, const json& answer, const std::string& how) {
  if (expected.contains("error")) return "answered, but Trino refuses: " + expected["error"].dump();
  if (how == "informative") return "";
  json columns = answer.value("columns", json::array());
  if (columns.is_null()) columns = json::array();
  const json wanted = expected.value("columns", json::array());
  if (columns != wanted) return "columns " + columns.dump() + "\n  wanted  " + wanted.dump();
  if (expected.value("updateType", "") != answer.value("updateType", "")) {
    return "updateType " + answer.value("updateType", "");
  }
  if (how == "types") return "";
  const json rows = expected.value("data", json::array());
  const json& data = answer["data"];
  return SameValue(data, rows) ? "" : "data " + data.dump() + "\n  wanted  " + rows.dump();
}

std::string CompareError(const json& expected, const json& error) {
  const std::string shown = error.value("errorName", "") + ": " + error.value("message", "");
  if (!expected.contains("error")) return "refused: " + shown;
  const json& wanted = expected["error"];
  for (const char* part : {"errorName", "errorCode", "errorType", "errorLocation"}) {
    if (wanted.value(part, json()) != error.value(part, json())) {
      return shown + "\n  " + part + " " + error.value(part, json()).dump() + "\n  wanted  " +
             wanted.dump();
    }
  }
  return "";
}

// An endpoint of this process with the recorded tables.
class OwnServer {
 public:
  OwnServer() : endpoint_({RecordedCatalogs(), {}, {}, false}, clock_, Random::FromEntropy()) {}

  Result<std::string> Start() {
    FLOE_ASSIGN(server_,
                server::HttpServer::Start("127.0.0.1", 0, thread_, endpoint_.Handler(), Logger()));
    return "http://127.0.0.1:" + std::to_string(server_->port());
  }

 private:
  SystemClock clock_;
  ThreadPoolExecutor thread_{1, clock_};
  server::QueryEndpoint endpoint_;
  std::unique_ptr<server::HttpServer> server_;
};

Result<int> Run(const std::string& path, std::string url, bool quiet) {
  storage::LocalFileSystem files;
  FLOE_ASSIGN(const std::string text, storage::ReadFile(files, path, uint64_t{64} << 20));
  std::optional<OwnServer> own;
  if (url.empty()) {
    FLOE_ASSIGN(url, own.emplace().Start());
  }
  FLOE_ASSIGN(const std::unique_ptr<TrinoConnection> connection, TrinoConnection::Open(url));
  std::map<std::string, Counts> categories;
  std::set<std::string> broken;  // scenarios
  std::istringstream lines(text);
  std::string line;
  while (std::getline(lines, line)) {
    const json recorded = json::parse(line);
    Counts& counts = categories[recorded["category"]];
    const std::string sql = recorded["sql"];
    FLOE_ASSIGN(const json answer, connection->Run(sql, HeadersOf(recorded["session"])));
    const json& expected = recorded["expect"];
    const bool has_error = answer.contains("error");
    const std::string difference = has_error ? CompareError(expected, answer["error"])
                                             : CompareAnswer(expected, answer, recorded["compare"]);
    const bool refused = has_error && answer["error"].value("errorName", "") == "NOT_SUPPORTED";
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
  CLI::App app("Replays recorded statements of Trino over HTTP and compares the answers.");
  std::string path;
  std::string url;
  bool quiet = false;
  app.add_option("cases", path, "file of recorded statements, one JSON object a line")->required();
  app.add_option("--server", url, "of the endpoint to ask; without it one is started");
  app.add_flag("--quiet", quiet, "counts only");
  CLI11_PARSE(app, argc, argv);
  const auto code = floe::oracle::Run(path, url, quiet);
  if (code.ok()) return *code;
  std::fprintf(stderr, "trino_oracle: %s\n", code.error().ToString().c_str());
  return 2;
}
