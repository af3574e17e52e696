// The one lexer: SQL text to tokens. Dialects differ by LexerOptions.
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"
#include "sql/token.h"

namespace floe::sql {

struct LexerOptions {
  char identifier_quote = '`';
  bool slash_comments = true;   // "//" starts a comment to the end of the line
  bool dollar_in_words = true;  // "$" is a letter
  bool hints = true;            // "/*+" is a token, not the beginning of a comment
};

// Reads one text from front to back. Keeps a view of it: the text must outlive the lexer and its
// tokens. For use by one thread at a time.
class Lexer {
 public:
  // A place between two tokens.
  struct Position {
    size_t offset = 0;  // in bytes
    int line = 1;
    int column = 1;  // in characters; a tab is one
  };

  Lexer(std::string_view text, LexerOptions options) : text_(text), options_(options) {}

  // The next token, skipping white space and comments. At the end of the text a kEnd token whose
  // span is one character behind the last one, again and again; a ";" is punctuation. Fails with
  // kSqlSyntax on what is no token: a quote or comment that is not closed, a character outside the
  // language, bytes that are not UTF-8.
  Result<Token> Next();

  // Skips white space and comments.
  Status SkipTrivia();

  const Position& position() const { return position_; }
  // REQUIRES: `position` came from this lexer.
  void Reset(const Position& position) { position_ = position; }
  // Moves forward to byte `offset`. REQUIRES: a character starts there, not before position().
  void AdvanceTo(size_t offset);

  std::string_view text() const { return text_; }

 private:
  bool AtEnd(size_t ahead = 0) const { return position_.offset + ahead >= text_.size(); }
  char Peek(size_t ahead = 0) const {
    return AtEnd(ahead) ? '\0' : text_[position_.offset + ahead];
  }
  bool StartsWith(std::string_view prefix) const {
    return text_.substr(position_.offset).starts_with(prefix);
  }
  void Advance();
  void Advance(size_t characters);
  void SkipLine();
  Status SkipBlockComment();
  Error ErrorAt(const Position& start, std::string message) const;
  SourceSpan SpanFrom(const Position& start) const;
  Token Finish(TokenKind kind, const Position& start) const;

  Result<Token> Quoted(TokenKind kind, const Position& start, char quote);
  Result<Token> QuotedIdentifier(const Position& start);
  Result<Token> Number(const Position& start);
  Result<Token> WordOrPrefixedString(const Position& start);
  Result<Token> Word(const Position& start);
  Result<Token> Punctuation(const Position& start);
  Error UnexpectedCharacter(const Position& start) const;

  std::string_view text_;
  LexerOptions options_;
  Position position_;
  SourceSpan last_character_{1, 1, 1, 1};
};

}  // namespace floe::sql
