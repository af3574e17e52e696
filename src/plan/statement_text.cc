#include "plan/statement_text.h"

namespace floe::plan {
namespace {

// Walks a UTF-8 text by lines and columns, starting where the statement starts in its script.
class PositionFinder {
 public:
  PositionFinder(const std::string& text, const SourceSpan& start)
      : text_(text), line_(start.line), column_(start.column) {}

  // Byte offset of the character at (line, column); the text's size if it is not in it.
  size_t Find(int line, int column) {
    while (offset_ < text_.size() && (line_ < line || (line_ == line && column_ < column))) {
      if (text_[offset_] == '\n') {
        ++line_;
        column_ = 1;
        ++offset_;
        continue;
      }
      ++offset_;
      while (offset_ < text_.size() &&
             (static_cast<unsigned char>(text_[offset_]) & 0xC0) == 0x80) {
        ++offset_;
      }
      ++column_;
    }
    return offset_;
  }

 private:
  const std::string& text_;
  int line_;
  int column_;
  size_t offset_ = 0;
};

}  // namespace

std::string TextOf(const sql::flink::Statement& statement, const SourceSpan& span) {
  PositionFinder finder(statement.text, statement.span);
  size_t begin = finder.Find(span.line, span.column);
  size_t end = finder.Find(span.end_line, span.end_column + 1);
  return statement.text.substr(begin, end - begin);
}

}  // namespace floe::plan
