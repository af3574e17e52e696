#include "client/statement_splitter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace floe::client {
namespace {

using testing::ElementsAre;

std::vector<std::string> Texts(std::string_view text) {
  std::vector<std::string> texts;
  for (const StatementText& statement : SplitStatements(text).statements) {
    texts.emplace_back(statement.text);
  }
  return texts;
}

TEST(SplitStatements, AtSemicolons) {
  EXPECT_THAT(Texts("SELECT 1; SELECT 2 ;"), ElementsAre("SELECT 1", "SELECT 2"));
  EXPECT_EQ(SplitStatements("SELECT 1; SELECT 2").rest.text, "SELECT 2");
  EXPECT_THAT(Texts(";; ; SELECT 1;;"), ElementsAre("SELECT 1"));
}

TEST(SplitStatements, NotInsideStringsNamesAndComments) {
  EXPECT_THAT(Texts("SELECT 'a;''b', \"c;\"\"d\" -- e;\n, 1 /* f; */ + 2; SELECT X'00;';"),
              ElementsAre("SELECT 'a;''b', \"c;\"\"d\" -- e;\n, 1 /* f; */ + 2", "SELECT X'00;'"));
}

TEST(SplitStatements, CommentsAloneAreNoStatement) {
  const SplitText split = SplitStatements("-- only\n/* comments; */ ;\n-- and more");
  EXPECT_TRUE(split.statements.empty());
  EXPECT_EQ(split.rest.text, "");
}

TEST(SplitStatements, PlacesOfStatements) {
  const SplitText split = SplitStatements("SELECT 1;\n-- x\n  SELECT 2; SELECT 3");
  ASSERT_EQ(split.statements.size(), 2U);
  EXPECT_EQ(split.statements[1].line, 3);
  EXPECT_EQ(split.statements[1].column, 3);
  EXPECT_EQ(split.rest.line, 3);
  EXPECT_EQ(split.rest.column, 13);
}

TEST(SplitStatements, WhatIsStillOpen) {
  for (const char* text :
       {"SELECT 'a;", "SELECT \"a;", "SELECT 1 /* ; ", "SELECT X'0;", "SELECT U&'a;", "/* ;"}) {
    const SplitText split = SplitStatements(text);
    EXPECT_TRUE(split.statements.empty()) << text;
    EXPECT_TRUE(split.rest_is_open) << text;
    EXPECT_EQ(split.rest.text, text);
  }
  EXPECT_FALSE(SplitStatements("SELECT 1 -- ;").rest_is_open);
}

TEST(SplitStatements, WhatIsNoSqlIsLeftToTheServer) {
  EXPECT_THAT(Texts("SELECT #\xC3\xA4`x @; SELECT 2;"),
              ElementsAre("SELECT #\xC3\xA4`x @", "SELECT 2"));
  EXPECT_THAT(Texts("\xFF;SELECT 2;"), ElementsAre("\xFF", "SELECT 2"));
}

TEST(HistoryEntries, LinesAreJoinedWhereThatChangesNothing) {
  EXPECT_THAT(HistoryEntries("SELECT a,\n  b\nFROM t;"), ElementsAre("SELECT a, b FROM t;"));
  EXPECT_THAT(HistoryEntries("SELECT 1;"), ElementsAre("SELECT 1;"));
  EXPECT_THAT(HistoryEntries("SELECT 1 -- one\n, 2;"), ElementsAre("SELECT 1 -- one", ", 2;"));
  EXPECT_THAT(HistoryEntries("SELECT 'a\nb';"), ElementsAre("SELECT 'a", "b';"));
}

}  // namespace
}  // namespace floe::client
