#include "sql/diagnostic.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace floe::sql {
namespace {

Error At(const SourceSpan& span) { return Error(ErrorCode::kSqlSyntax, "no", span); }

TEST(DiagnosticTest, MarksTheSpan) {
  EXPECT_EQ(RenderDiagnostic(At({2, 8, 2, 10}).WithHint("try yes"), "a\nSELECT abc FROM t\nb",
                             {"job.sql"}),
            "error: no\n"
            " --> job.sql:2:8\n"
            "  |\n"
            "2 | SELECT abc FROM t\n"
            "  |        ^^^\n"
            "  = try yes\n");
}

TEST(DiagnosticTest, ShowsMessageAndHintWithoutSpan) {
  const Error error = Error(ErrorCode::kIo, "no").WithHint("try yes");
  EXPECT_EQ(RenderDiagnostic(error, "SELECT"), "error: no\n= try yes\n");
}

TEST(DiagnosticTest, MarksBehindTheEndOfTheText) {
  EXPECT_EQ(RenderDiagnostic(At({1, 7, 1, 7}), "SELECT"),
            "error: no\n --> line 1:7\n  |\n1 | SELECT\n  |       ^\n");
  EXPECT_EQ(RenderDiagnostic(At({1, 1, 1, 1}), ""), "error: no\n --> line 1:1\n  |\n1 |\n  | ^\n");
  // A line that is not there does no harm.
  EXPECT_EQ(RenderDiagnostic(At({5, 1, 5, 1}), "a"), "error: no\n --> line 5:1\n  |\n5 |\n  | ^\n");
}

TEST(DiagnosticTest, ShowsTheFirstLinesOfALongSpan) {
  EXPECT_EQ(RenderDiagnostic(At({1, 3, 9, 1}), "a (b\nc\n\nd\ne\nf\ng\nh\n)"),
            "error: no\n --> line 1:3\n  |\n"
            "1 | a (b\n  |   ^^\n"
            "2 | c\n  | ^\n"
            "3 |\n  | ^\n");
}

TEST(DiagnosticTest, AlignsLineNumbers) {
  std::string text;
  for (int i = 0; i < 8; ++i) text += "x\n";
  text += "ab\ncd";
  EXPECT_EQ(RenderDiagnostic(At({9, 1, 10, 2}), text),
            "error: no\n  --> line 9:1\n   |\n"
            " 9 | ab\n   | ^^\n"
            "10 | cd\n   | ^^\n");
}

TEST(DiagnosticTest, CountsCharactersAndShowsTabsAsBlanks) {
  EXPECT_EQ(RenderDiagnostic(At({1, 4, 1, 4}), "é\tö!\r\n"),
            "error: no\n --> line 1:4\n  |\n1 | é ö!\n  |    ^\n");
  // Wide characters take two cells.
  EXPECT_EQ(RenderDiagnostic(At({1, 3, 1, 3}), "日本!"),
            "error: no\n --> line 1:3\n  |\n1 | 日本!\n  |     ^\n");
}

TEST(DiagnosticTest, CutsLongLinesAroundTheMark) {
  const std::string text = std::string(200, 'a') + "!" + std::string(200, 'b');
  const std::string shown = RenderDiagnostic(At({1, 201, 1, 201}), text);
  EXPECT_THAT(shown, testing::HasSubstr("1 | … aaa"));
  EXPECT_THAT(shown, testing::HasSubstr("bbb …\n"));
  const size_t line = shown.find("1 | ");
  const size_t marks = shown.find("  | ", line);
  // The ellipsis has three bytes and one cell.
  EXPECT_EQ(shown.find('!', line) - line - 2, shown.find('^', marks) - marks);
}

TEST(DiagnosticTest, ColorsOnRequest) {
  EXPECT_THAT(RenderDiagnostic(At({1, 1, 1, 1}), "a", {"", true}),
              testing::HasSubstr("\x1b[1;31merror\x1b[0m: no"));
}

}  // namespace
}  // namespace floe::sql
