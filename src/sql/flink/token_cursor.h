// Reads the tokens of one statement and words its syntax errors.
#pragma once

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/flink/ast_name.h"
#include "sql/token.h"

namespace floe::sql::flink {

// What was looked for at a token and not found is remembered, so that an error can say what would
// have been valid there, and spot a misspelt keyword.
class TokenCursor {
 public:
  // `text` is the whole text that the tokens' offsets refer to; it must outlive the cursor.
  // REQUIRES: the last token is a kEnd.
  TokenCursor(std::string_view text, std::vector<Token> tokens);

  // The token `ahead` places further on; the last one at and behind the end.
  const Token& Peek(size_t ahead = 0) const;
  // The token before the next one. REQUIRES: one was taken.
  const Token& Previous() const;
  const Token& Take();
  size_t index() const { return index_; }
  bool AtEnd() const { return Peek().kind == TokenKind::kEnd; }

  // Tests without taking and without remembering.
  bool IsWordAt(size_t ahead, std::string_view keyword) const {
    return Peek(ahead).IsWord(keyword);
  }
  bool IsSymbolAt(size_t ahead, std::string_view symbol) const {
    return Peek(ahead).IsPunctuation(symbol);
  }
  // A name: an unquoted word that is not reserved, or a quoted identifier.
  bool IsNameAt(size_t ahead) const;

  // Test the next token; what is not there is remembered as expected.
  bool AtWord(std::string_view keyword);
  bool AtSymbol(std::string_view symbol);
  bool AtName();

  // Remembers keywords that would be valid here too, for messages.
  void AlsoExpect(std::initializer_list<std::string_view> keywords);

  // Take the next token if it is this one.
  bool AcceptWord(std::string_view keyword);
  // Two words, both or none.
  bool AcceptWords(std::string_view first, std::string_view second);
  bool AcceptSymbol(std::string_view symbol);

  Status ExpectWord(std::string_view keyword);
  Status ExpectSymbol(std::string_view symbol);
  // `what` names it in the message, e.g. "a table name".
  Result<Identifier> ExpectName(std::string_view what);
  Result<std::string> ExpectString(std::string_view what);
  Result<int64_t> ExpectInteger(std::string_view what);

  // The error for the next token. With `expected` empty it lists what was looked for there.
  Error Unexpected(std::string_view expected = "");

  // From the first character of `first` to the last of the last token taken.
  SourceSpan SpanFrom(const SourceSpan& first) const;
  // The text from byte `begin` to the end of the last token taken.
  std::string_view TextFrom(size_t begin) const;
  std::string_view text() const { return text_; }

 private:
  struct Expectation {
    size_t index;
    std::string_view what;
    bool is_keyword;
  };

  void Remember(std::string_view what, bool is_keyword);
  std::string ListExpected() const;
  std::string MeantKeyword(const Token& token, size_t index) const;
  std::string Hint() const;

  std::string_view text_;
  std::vector<Token> tokens_;
  size_t index_ = 0;
  std::vector<Expectation> expectations_;
};

// How a message calls a token, e.g. `"FROM"`, `the string 'x'`, `the end of the statement`.
std::string DescribeToken(const Token& token);

}  // namespace floe::sql::flink
