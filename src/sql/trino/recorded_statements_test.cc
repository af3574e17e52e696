// Every recorded statement of Trino is taken or refused as Trino does, at the same place.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "sql/trino/parse.h"
#include "sql/trino/print.h"
#include "storage/local_file_system.h"

namespace floe::sql::trino {
namespace {

std::string ReadCases() {
  storage::LocalFileSystem files;
  auto text = storage::ReadFile(files, FLOE_SOURCE_DIR "/tests/oracle/trino/cases.jsonl", 1 << 24);
  EXPECT_TRUE(text.ok());
  return text.ok() ? *text : "";
}

TEST(RecordedTrinoStatements, AreTakenOrRefusedAtTheSamePlace) {
  std::istringstream lines(ReadCases());
  std::string line;
  int count = 0;
  while (std::getline(lines, line)) {
    const auto json = nlohmann::json::parse(line);
    const std::string sql = json["sql"];
    const auto error = json["expect"].value("error", nlohmann::json::object());
    auto statement = ParseStatement(sql);
    ++count;
    if (error.value("errorName", "") == "SYNTAX_ERROR") {
      ASSERT_FALSE(statement.ok()) << sql;
      ASSERT_TRUE(statement.error().span()) << sql;
      EXPECT_EQ(statement.error().span()->line, error["errorLocation"]["lineNumber"]) << sql;
      EXPECT_EQ(statement.error().span()->column, error["errorLocation"]["columnNumber"]) << sql;
      continue;
    }
    EXPECT_TRUE(statement.ok()) << sql << "\n"
                                << (statement.ok() ? "" : statement.error().ToString());
  }
  EXPECT_GT(count, 150);
}

TEST(TrinoExpressions, ArePrintedAsTrinoDoesAndReadBack) {
  const std::pair<const char*, const char*> kCases[] = {
      {"id%2", "(id % 2)"},
      {"a + b * -c", "(a + (b * -c))"},
      {"row_number() OVER ()", "row_number() OVER ()"},
      {"count(*) FILTER (WHERE x>1)", "count(*) FILTER (WHERE (x > 1))"},
      {"not a and b or c", "(((NOT a) AND b) OR c)"},
      {"x not in (1,'a')", "(x NOT IN (1, 'a'))"},
      {"t.\"A b\"[1].f", "t.\"A b\"[1].f"},
      {"cast(x as decimal(10,2))", "CAST(x AS decimal(10, 2))"},
      {"case a when 1 then 'x' else 'y' end", "(CASE a WHEN 1 THEN 'x' ELSE 'y' END)"},
      {"(a, b) -> a + b", "(a, b) -> (a + b)"},
      {"sum(x) over (partition by a order by b rows between 1 preceding and current row)",
       "sum(x) OVER (PARTITION BY a ORDER BY b ASC ROWS BETWEEN 1 PRECEDING AND CURRENT ROW)"},
      {"interval -'1' day", "INTERVAL -'1' DAY"},
      {"ts at time zone 'UTC'", "(ts AT TIME ZONE 'UTC')"},
  };
  for (const auto& [sql, printed] : kCases) {
    auto tree = ParseExpression(sql);
    ASSERT_TRUE(tree.ok()) << sql << " " << tree.error().ToString();
    EXPECT_EQ(PrintExpression(*tree), printed);
    auto again = ParseExpression(printed);
    ASSERT_TRUE(again.ok()) << printed;
    EXPECT_EQ(*again, *tree) << printed;
  }
}

TEST(TrinoStatements, DeepNestingIsRefused) {
  std::string sql = "SELECT ";
  for (int i = 0; i < 1000; ++i) sql += "(";
  auto statement = ParseStatement(sql + "1");
  ASSERT_FALSE(statement.ok());
  EXPECT_EQ(statement.error().code(), ErrorCode::kLimitExceeded);
}

TEST(TrinoStatements, PrepareKeepsItsTextAndCountsParameters) {
  auto statement = ParseStatement("PREPARE p FROM SELECT ? , ?");
  ASSERT_TRUE(statement.ok());
  EXPECT_EQ(statement->text, "SELECT ? , ?");
  EXPECT_EQ(statement->parameter_count, 2);
}

}  // namespace
}  // namespace floe::sql::trino
