// Every statement of the recorded cases: what Flink parsed parses, what it refused does not, and
// what was parsed prints as text that parses to the same tree.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "base/result.h"
#include "sql/diagnostic.h"
#include "sql/flink/parse.h"
#include "sql/flink/print.h"
#include "storage/local_file_system.h"

namespace floe::sql::flink {
namespace {

struct RecordedStatement {
  std::string case_id;
  std::string text;
  bool is_syntax_error = false;
};

std::vector<RecordedStatement> StatementsOf(const nlohmann::json& recorded) {
  std::vector<RecordedStatement> statements;
  const auto add = [&](const nlohmann::json& text) {
    statements.push_back({recorded["id"], text, false});
  };
  for (const char* key : {"ddl", "statements"}) {
    for (const nlohmann::json& text : recorded.value(key, nlohmann::json::array())) add(text);
  }
  if (recorded.contains("query")) add(recorded["query"]);
  const nlohmann::json& expect = recorded["expect"];
  if (expect.contains("error") && expect["error"]["stage"] == "parse") {
    statements.at(expect["error"]["statement"].get<size_t>()).is_syntax_error = true;
  }
  return statements;
}

std::vector<RecordedStatement> ReadRecorded() {
  storage::LocalFileSystem files;
  const std::string path = FLOE_SOURCE_DIR "/tests/oracle/flink/cases.jsonl";
  const Result<std::string> text = storage::ReadFile(files, path, uint64_t{16} << 20);
  EXPECT_TRUE(text.ok()) << text.status().ToString();
  std::vector<RecordedStatement> statements;
  if (!text.ok()) return statements;
  size_t begin = 0;
  while (begin < text->size()) {
    const size_t end = text->find('\n', begin);
    const auto recorded = nlohmann::json::parse(text->substr(begin, end - begin));
    for (RecordedStatement& statement : StatementsOf(recorded)) {
      statements.push_back(std::move(statement));
    }
    if (end == std::string::npos) break;
    begin = end + 1;
  }
  return statements;
}

// Flink's client takes only one statement of these texts; Flink itself refuses them when planning.
bool HoldsTwoStatements(const RecordedStatement& statement) {
  return statement.text.find("; SELECT") != std::string::npos;
}

TEST(RecordedStatementsTest, ParseAsFlinkParses) {
  const std::vector<RecordedStatement> statements = ReadRecorded();
  ASSERT_GT(statements.size(), 2000U);
  size_t refused = 0;
  for (const RecordedStatement& recorded : statements) {
    const Result<Statement> statement = ParseStatement(recorded.text);
    if (recorded.is_syntax_error) {
      ++refused;
      EXPECT_FALSE(statement.ok()) << recorded.case_id << ": " << recorded.text;
      EXPECT_TRUE(statement.ok() || statement.error().span().has_value()) << recorded.text;
    } else if (!HoldsTwoStatements(recorded)) {
      EXPECT_TRUE(statement.ok()) << recorded.case_id << "\n"
                                  << RenderDiagnostic(statement.error(), recorded.text);
    }
  }
  EXPECT_GT(refused, 15U);
}

TEST(RecordedStatementsTest, ReadBackFromCanonicalText) {
  for (const RecordedStatement& recorded : ReadRecorded()) {
    const Result<Statement> statement = ParseStatement(recorded.text);
    if (!statement.ok()) continue;
    const std::string printed = PrintStatement(*statement);
    const Result<Statement> again = ParseStatement(printed);
    ASSERT_TRUE(again.ok()) << recorded.case_id << "\n" << RenderDiagnostic(again.error(), printed);
    EXPECT_TRUE(*again == *statement) << recorded.text << "\n" << printed;
  }
}

}  // namespace
}  // namespace floe::sql::flink
