#include "client/statement_splitter.h"

#include <algorithm>

#include "sql/lexer.h"

namespace floe::client {
namespace {

sql::Lexer MakeLexer(std::string_view text) {
  sql::LexerOptions options;
  options.identifier_quote = '"';
  options.slash_comments = false;
  options.dollar_in_words = false;
  options.hints = false;
  return sql::Lexer(text, options);
}

// Whether what could not be read at `offset` is something whose end has not come yet.
bool OpensSomething(std::string_view text, size_t offset) {
  const std::string_view rest = text.substr(offset);
  if (rest.starts_with("/*") || rest.starts_with('\'') || rest.starts_with('"')) return true;
  // X'…', U&'…', U&"…", N'…', _charset'…'
  const size_t quote = rest.find_first_of("'\"");
  return quote != std::string_view::npos && std::ranges::all_of(rest.substr(0, quote), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '&' || c == '_';
         });
}

StatementText TextFrom(std::string_view text, const sql::Lexer::Position& begin, size_t end) {
  std::string_view part = text.substr(begin.offset, end - begin.offset);
  const size_t last = part.find_last_not_of(" \t\r\n");
  return {part.substr(0, last == std::string_view::npos ? 0 : last + 1), begin.line, begin.column};
}

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

}  // namespace

SplitText SplitStatements(std::string_view text) {
  SplitText split;
  sql::Lexer lexer = MakeLexer(text);
  sql::Lexer::Position begin;
  size_t end = 0;  // of the last token
  bool has_tokens = false;
  const auto start_at = [&](const sql::Lexer::Position& position) {
    if (!has_tokens) begin = position;
    has_tokens = true;
  };
  for (;;) {
    const sql::Lexer::Position before = lexer.position();
    if (!lexer.SkipTrivia().ok()) {
      start_at(before);
      split.rest_is_open = true;
      end = text.size();
      break;
    }
    const sql::Lexer::Position position = lexer.position();
    if (position.offset >= text.size()) break;
    const Result<sql::Token> token = lexer.Next();
    if (!token.ok()) {
      start_at(position);
      if (OpensSomething(text, position.offset)) {
        split.rest_is_open = true;
        end = text.size();
        break;
      }
      lexer.Reset(position);
      end = position.offset + 1;
      while (end < text.size() && IsContinuation(text[end])) ++end;
      lexer.AdvanceTo(end);
      continue;
    }
    if (token->IsPunctuation(";")) {
      if (has_tokens) split.statements.push_back(TextFrom(text, begin, end));
      has_tokens = false;
      continue;
    }
    start_at(position);
    end = token->end;
  }
  if (!has_tokens) return split;
  split.rest = TextFrom(text, begin, end);
  // Blanks at the end may belong to what is open.
  if (split.rest_is_open) split.rest.text = text.substr(begin.offset);
  return split;
}

std::vector<std::string> HistoryEntries(std::string_view statement) {
  std::vector<std::string> lines;
  for (size_t begin = 0; begin <= statement.size();) {
    const size_t end = std::min(statement.find('\n', begin), statement.size());
    std::string line(statement.substr(begin, end - begin));
    if (line.ends_with('\r')) line.pop_back();
    if (!line.empty()) lines.push_back(std::move(line));
    begin = end + 1;
  }
  // A comment would swallow the line behind it; a string would lose its line feed.
  bool can_join = statement.find("--") == std::string_view::npos;
  sql::Lexer lexer = MakeLexer(statement);
  for (Result<sql::Token> token = lexer.Next(); can_join; token = lexer.Next()) {
    if (!token.ok() || token->text.find('\n') != std::string_view::npos) can_join = false;
    if (token.ok() && token->kind == sql::TokenKind::kEnd) break;
  }
  if (!can_join || lines.size() < 2) return lines;
  std::string joined;
  for (const std::string& line : lines) {
    const size_t first = line.find_first_not_of(" \t");
    if (first == std::string::npos) continue;
    if (!joined.empty()) joined += ' ';
    joined += line.substr(first);
  }
  return {joined};
}

}  // namespace floe::client
