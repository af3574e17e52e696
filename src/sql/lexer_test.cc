#include "sql/lexer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace floe::sql {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> TextsOf(std::string_view text, LexerOptions options = {}) {
  Lexer lexer(text, options);
  std::vector<std::string> texts;
  while (true) {
    Result<Token> token = lexer.Next();
    if (!token.ok()) {
      texts.push_back("error: " + token.error().message());
      return texts;
    }
    if (token->kind == TokenKind::kEnd) return texts;
    texts.emplace_back(token->text);
  }
}

Token FirstOf(std::string_view text) {
  Lexer lexer(text, {});
  Result<Token> token = lexer.Next();
  EXPECT_TRUE(token.ok()) << token.status().ToString();
  return token.ok() ? *token : Token{};
}

Error ErrorOf(std::string_view text) {
  Lexer lexer(text, {});
  while (true) {
    Result<Token> token = lexer.Next();
    if (!token.ok()) return token.error();
    if (token->kind == TokenKind::kEnd) return Error(ErrorCode::kInternal, "no error");
  }
}

TEST(LexerTest, SplitsOperatorsAtTheLongestMatch) {
  EXPECT_THAT(TextsOf("a<=b<>c!=d||e=>f>=g..h"),
              ElementsAre("a", "<=", "b", "<>", "c", "!=", "d", "||", "e", "=>", "f", ">=", "g",
                          "..", "h"));
  EXPECT_THAT(TextsOf("ARRAY<ARRAY<INT>>"),
              ElementsAre("ARRAY", "<", "ARRAY", "<", "INT", ">", ">"));
}

TEST(LexerTest, ReadsNumbersAsFlinkDoes) {
  EXPECT_THAT(TextsOf("1 1.5 .5 1. 1e3 1.5E-7"),
              ElementsAre("1", "1.5", ".5", "1.", "1e3", "1.5E-7"));
  // A number ends where its grammar ends; the rest is a word, here an alias.
  EXPECT_THAT(TextsOf("1e 0x10 1_000"), ElementsAre("1", "e", "0", "x10", "1", "_000"));
  EXPECT_EQ(FirstOf("1").kind, TokenKind::kInteger);
  EXPECT_EQ(FirstOf("1.").kind, TokenKind::kDecimal);
  EXPECT_EQ(FirstOf("1e+3").kind, TokenKind::kApproximate);
}

TEST(LexerTest, SkipsBothFormsOfCommentsButNotHints) {
  EXPECT_THAT(TextsOf("a -- b\nc /* d\n* / */ e // f\ng"), ElementsAre("a", "c", "e", "g"));
  EXPECT_THAT(TextsOf("t /*+ OPTIONS */ x"), ElementsAre("t", "/*+", "OPTIONS", "*/", "x"));
  LexerOptions plain;
  plain.hints = false;
  EXPECT_THAT(TextsOf("t /*+ OPTIONS */ x", plain), ElementsAre("t", "x"));
  // Block comments do not nest.
  EXPECT_THAT(TextsOf("/* a /* b */ c */"), ElementsAre("c", "*/"));
}

TEST(LexerTest, UndoesQuotes) {
  EXPECT_EQ(FirstOf("'it''s'").value, "it's");
  EXPECT_EQ(FirstOf("''").value, "");
  EXPECT_EQ(FirstOf("'a\nb'").value, "a\nb");
  EXPECT_EQ(FirstOf("`a``b`").value, "a`b");
  EXPECT_EQ(FirstOf("`a``b`").kind, TokenKind::kQuotedIdentifier);
  const Token charset = FirstOf("_utf16'x'");
  EXPECT_EQ(charset.kind, TokenKind::kCharsetString);
  EXPECT_EQ(charset.charset, "UTF16");
  EXPECT_EQ(FirstOf("x'0aFF'").kind, TokenKind::kBinaryString);
  EXPECT_EQ(FirstOf("U&'\\00e9'").value, "\\00e9");
}

TEST(LexerTest, TakesLettersBeyondAsciiIntoWords) {
  const Token token = FirstOf("größe_日本$1 x");
  EXPECT_EQ(token.text, "größe_日本$1");
  EXPECT_EQ(token.kind, TokenKind::kWord);
}

TEST(LexerTest, CountsColumnsInCharacters) {
  Lexer lexer("é\t'日😀'\n  x", {});
  EXPECT_EQ(lexer.Next()->span, (SourceSpan{1, 1, 1, 1}));
  EXPECT_EQ(lexer.Next()->span, (SourceSpan{1, 3, 1, 6}));
  EXPECT_EQ(lexer.Next()->span, (SourceSpan{2, 3, 2, 3}));
  EXPECT_EQ(lexer.Next()->span, (SourceSpan{2, 4, 2, 4}));
}

TEST(LexerTest, SpansReachOverLines) {
  Lexer lexer("'a\nbc'", {});
  EXPECT_EQ(lexer.Next()->span, (SourceSpan{1, 1, 2, 3}));
}

TEST(LexerTest, RefusesWhatIsNotClosed) {
  EXPECT_EQ(ErrorOf("a 'b").span(), (SourceSpan{1, 3, 1, 3}));
  EXPECT_THAT(ErrorOf("a 'b").message(), HasSubstr("not closed"));
  EXPECT_THAT(ErrorOf("`a\n`").message(), HasSubstr("not closed"));
  EXPECT_THAT(ErrorOf("/* a").message(), HasSubstr("not closed"));
  EXPECT_THAT(ErrorOf("``").message(), HasSubstr("empty"));
}

TEST(LexerTest, RefusesCharactersOutsideTheLanguage) {
  EXPECT_THAT(ErrorOf("SELECT \"a\"").message(), HasSubstr("double quote"));
  EXPECT_THAT(ErrorOf("a && b").hint(), HasSubstr("AND"));
  EXPECT_THAT(ErrorOf("a ! b").message(), HasSubstr("!"));
  EXPECT_THAT(ErrorOf("a \xC2\xA0 b").message(), HasSubstr("no-break space"));
  EXPECT_THAT(ErrorOf("\xE2\x80\x9C").hint(), HasSubstr("'"));
  EXPECT_THAT(ErrorOf("a \xFF b").message(), HasSubstr("0xFF"));
  EXPECT_THAT(ErrorOf("'a \xC3' ").message(), HasSubstr("UTF-8"));
  EXPECT_THAT(ErrorOf(std::string_view("a\0b", 3)).message(), HasSubstr("U+0000"));
}

TEST(LexerTest, EndComesAgainAndAgain) {
  Lexer lexer("a ", {});
  ASSERT_TRUE(lexer.Next().ok());
  for (int i = 0; i < 2; ++i) {
    const Result<Token> token = lexer.Next();
    ASSERT_TRUE(token.ok());
    EXPECT_EQ(token->kind, TokenKind::kEnd);
    EXPECT_EQ(token->span, (SourceSpan{1, 3, 1, 3}));
  }
}

}  // namespace
}  // namespace floe::sql
