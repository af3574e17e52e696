// Cuts a script into statements.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "sql/flink/ast.h"
#include "sql/lexer.h"

namespace floe::sql::flink {

LexerOptions FlinkLexerOptions();

// Reads one statement after the other. The text must outlive the reader.
class StatementReader {
 public:
  explicit StatementReader(std::string_view text) : lexer_(text, FlinkLexerOptions()) {}

  // The next statement and its semicolon; null at the end of the text. Semicolons alone are
  // skipped.
  Result<std::optional<Statement>> Next();

  // Moves to the next statement; false: there is none.
  Result<bool> SkipToNext();

  // Where the reader stands: behind SkipToNext() the beginning of the next statement, or the end.
  SourceSpan Here() const;

  // The bytes of the statement that Next() gave last: from its first to its last token.
  size_t statement_begin() const { return statement_begin_; }
  size_t statement_end() const { return statement_end_; }

 private:
  Result<std::vector<Token>> TakeTokens();
  // SET key = value and RESET key without quotes, which are no tokens of SQL
  // (SET a.b=file:///c); null if the text is something else, and then nothing is taken.
  std::optional<Statement> TakeBareSetting();

  Lexer lexer_;
  size_t statement_begin_ = 0;
  size_t statement_end_ = 0;
};

}  // namespace floe::sql::flink
