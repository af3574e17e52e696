#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "sql/flink/parse.h"

namespace floe::sql::flink {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> TextsOf(std::string_view script) {
  Result<std::vector<Statement>> statements = ParseScript(script);
  if (!statements.ok()) return {"error: " + statements.error().message()};
  std::vector<std::string> texts;
  for (const Statement& statement : *statements) texts.push_back(statement.text);
  return texts;
}

TEST(ParseScriptTest, CutsAtSemicolonsOutsideOfQuotesAndComments) {
  EXPECT_THAT(TextsOf("SELECT ';'; SELECT `;` -- ;\n; /* ; */ SELECT 3"),
              ElementsAre("SELECT ';'", "SELECT `;`", "SELECT 3"));
  EXPECT_THAT(TextsOf(";; SELECT 1 ;;"), ElementsAre("SELECT 1"));
  EXPECT_THAT(TextsOf("-- nothing\n"), ElementsAre());
}

TEST(ParseScriptTest, BareSettingsMayHoldWhatIsNoSql) {
  EXPECT_THAT(TextsOf("SET a.dir=file:///x?y#z;\nSET b = c ;RESET d;\nSELECT 1;"),
              ElementsAre("SET a.dir=file:///x?y#z", "SET b = c", "RESET d", "SELECT 1"));
}

TEST(ParseScriptTest, ScriptFormOfStatementSets) {
  const std::string script =
      "BEGIN STATEMENT SET;\nINSERT INTO a SELECT 1;\nINSERT INTO b SELECT 2;\nEND;\nSELECT 3;";
  Result<std::vector<Statement>> statements = ParseScript(script);
  ASSERT_TRUE(statements.ok()) << statements.status().ToString();
  ASSERT_EQ(statements->size(), 2U);
  const auto* set = (*statements)[0].As<StatementSet>();
  ASSERT_NE(set, nullptr);
  EXPECT_TRUE(set->is_script_form);
  ASSERT_EQ(set->inserts.size(), 2U);
  EXPECT_EQ(set->inserts[1].text, "INSERT INTO b SELECT 2");
  EXPECT_EQ(static_cast<SourceSpan>((*statements)[0].span), (SourceSpan{1, 1, 4, 3}));
  EXPECT_EQ((*statements)[0].text, script.substr(0, script.find(";\nSELECT")));
  EXPECT_EQ((*ParseScript("BEGIN STATEMENT SET; END;"))[0].As<StatementSet>()->inserts.size(), 0U);
}

TEST(ParseScriptTest, RefusesBadStatementSets) {
  EXPECT_THAT(TextsOf("BEGIN STATEMENT SET; INSERT INTO a SELECT 1;"),
              ElementsAre(HasSubstr("no END")));
  EXPECT_THAT(TextsOf("BEGIN STATEMENT SET; DROP TABLE t; END;"),
              ElementsAre(HasSubstr("DROP TABLE cannot stand in a statement set")));
  EXPECT_THAT(TextsOf("END;"), ElementsAre(HasSubstr("closes no statement set")));
}

TEST(ParseScriptTest, ErrorsCountLinesOfTheScript) {
  Result<std::vector<Statement>> statements = ParseScript("SELECT 1;\n\nSELECT FROM t;\n");
  ASSERT_FALSE(statements.ok());
  EXPECT_EQ(statements.error().span(), (SourceSpan{3, 8, 3, 11}));
}

}  // namespace
}  // namespace floe::sql::flink
