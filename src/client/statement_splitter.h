// Where statements end in a text of Trino's SQL.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floe::client {

// From its first token to before its ";".
struct StatementText {
  std::string_view text;  // of the text that was split
  // Of its first character there, from 1.
  int line = 1;
  int column = 1;
};

struct SplitText {
  std::vector<StatementText> statements;  // those that end in ";", but empty ones
  StatementText rest;         // behind the last ";"; empty text: blanks and comments only
  bool rest_is_open = false;  // the rest ends inside a string, name or comment
};

// A ";" in a string, a quoted name or a comment ends nothing. Text that is no SQL is left to the
// server to refuse. The text outlives the result.
SplitText SplitStatements(std::string_view text);

// What a statement is called back as: lines of a line editor. One entry where the lines can be put
// behind each other, else one a line.
std::vector<std::string> HistoryEntries(std::string_view statement);

}  // namespace floe::client
