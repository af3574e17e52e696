#include "sql/flink/statement_reader.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "sql/flink/parser.h"
#include "sql/utf8.h"

namespace floe::sql::flink {

namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }

bool StartsWithWord(std::string_view text, std::string_view word) {
  if (text.size() < word.size()) return false;
  for (size_t i = 0; i < word.size(); ++i) {
    const char c =
        text[i] >= 'a' && text[i] <= 'z' ? static_cast<char>(text[i] - 'a' + 'A') : text[i];
    if (c != word[i]) return false;
  }
  return text.size() > word.size() && IsBlank(text[word.size()]);
}

size_t SkipBlanks(std::string_view text, size_t at) {
  while (at < text.size() && IsBlank(text[at])) ++at;
  return at;
}

// One past the last of the characters that are none of `stops`.
size_t RunEnd(std::string_view text, size_t at, std::string_view stops) {
  while (at < text.size() && !IsBlank(text[at]) && stops.find(text[at]) == std::string_view::npos) {
    ++at;
  }
  return at;
}

// A piece of a text: [begin, end).
struct Piece {
  size_t begin = 0;
  size_t end = 0;

  std::string_view Of(std::string_view text) const { return text.substr(begin, end - begin); }
};

struct BareSetting {
  Piece key;
  Piece value;     // without its quotes
  size_t end = 0;  // of the statement
};

// Whether the statement ends at `at`: blanks, then ";", a comment or the end.
bool EndsAt(std::string_view text, size_t at) {
  at = SkipBlanks(text, at);
  const std::string_view rest = text.substr(at);
  return rest.empty() || rest.starts_with(";") || rest.starts_with("--") || rest.starts_with("/*");
}

// 'value' or a run of characters without blanks, from `at` on.
std::optional<Piece> FindValue(std::string_view text, size_t at, size_t* end) {
  if (at < text.size() && text[at] == '\'') {
    const size_t quote = text.find('\'', at + 1);
    if (quote != std::string_view::npos && EndsAt(text, quote + 1)) {
      *end = quote + 1;
      return Piece{at + 1, quote};
    }
  }
  const Piece value{at, RunEnd(text, at, ";")};
  *end = value.end;
  if (value.begin == value.end) return std::nullopt;
  return value;
}

// Flink's client takes SET apart with a pattern: key up to the "=", no blanks and quotes in it;
// then 'value', or a value without blanks.
std::optional<BareSetting> MatchSet(std::string_view text) {
  BareSetting setting;
  setting.key.begin = SkipBlanks(text, 3);
  const size_t run_end = RunEnd(text, setting.key.begin, "';");
  const std::string_view run = text.substr(setting.key.begin, run_end - setting.key.begin);
  const size_t equals = run.rfind('=');
  size_t value_at = 0;
  if (equals != std::string_view::npos) {
    setting.key.end = setting.key.begin + equals;
    value_at = SkipBlanks(text, setting.key.end + 1);
  } else {
    setting.key.end = run_end;
    const size_t at = SkipBlanks(text, run_end);
    if (at >= text.size() || text[at] != '=') return std::nullopt;
    value_at = SkipBlanks(text, at + 1);
  }
  const std::optional<Piece> value = FindValue(text, value_at, &setting.end);
  if (setting.key.begin == setting.key.end || !value.has_value()) return std::nullopt;
  if (!EndsAt(text, setting.end)) return std::nullopt;
  setting.value = *value;
  return setting;
}

std::optional<BareSetting> MatchReset(std::string_view text) {
  BareSetting setting;
  setting.key.begin = SkipBlanks(text, 5);
  setting.key.end = setting.end = RunEnd(text, setting.key.begin, "';");
  const bool matches = setting.key.begin < setting.key.end && EndsAt(text, setting.end);
  if (!matches) return std::nullopt;
  return setting;
}

}  // namespace

LexerOptions FlinkLexerOptions() { return LexerOptions{}; }

// The tokens up to a ";" or the end of the text, closed by a kEnd token. The semicolons between
// BEGIN and END of EXECUTE STATEMENT SET are part of the statement; END also closes CASE.
Result<std::vector<Token>> StatementReader::TakeTokens() {
  std::vector<Token> tokens;
  bool in_set = false;
  size_t open_cases = 0;
  while (true) {
    FLOE_ASSIGN(Token token, lexer_.Next());
    if (token.kind == TokenKind::kEnd) {
      tokens.push_back(std::move(token));
      return tokens;
    }
    if (token.IsPunctuation(";") && !in_set) {
      token.kind = TokenKind::kEnd;
      tokens.push_back(std::move(token));
      return tokens;
    }
    const size_t count = tokens.size();
    const bool behind_set =
        count >= 2 && tokens[count - 1].IsWord("SET") && tokens[count - 2].IsWord("STATEMENT");
    if (token.IsWord("BEGIN") && behind_set) {
      in_set = true;
    } else if (token.IsWord("CASE")) {
      ++open_cases;
    } else if (token.IsWord("END")) {
      if (open_cases > 0) {
        --open_cases;
      } else {
        in_set = false;
      }
    }
    tokens.push_back(std::move(token));
  }
}

std::optional<Statement> StatementReader::TakeBareSetting() {
  const Lexer::Position start = lexer_.position();
  const std::string_view text = lexer_.text().substr(start.offset);
  std::optional<BareSetting> setting;
  const bool is_set = StartsWithWord(text, "SET");
  if (is_set) setting = MatchSet(text);
  if (StartsWithWord(text, "RESET")) setting = MatchReset(text);
  if (!setting.has_value() || !IsValidUtf8(text.substr(0, setting->end))) return std::nullopt;
  const auto advance = [&](size_t to) {
    lexer_.AdvanceTo(start.offset + to);
    return lexer_.position();
  };
  const auto span_of = [](const Lexer::Position& from, const Lexer::Position& to) {
    return SourceSpan{from.line, from.column, to.line, std::max(to.column - 1, 1)};
  };
  const Lexer::Position key_begin = advance(setting->key.begin);
  const SourceSpan key_span = span_of(key_begin, advance(setting->key.end));
  Statement statement;
  if (is_set) {
    Option option{std::string(setting->key.Of(text)), std::string(setting->value.Of(text)), {}, {}};
    option.key_span = key_span;
    const Lexer::Position value_begin = advance(setting->value.begin);
    option.value_span = span_of(value_begin, advance(setting->value.end));
    statement.node = SetStatement{std::move(option)};
  } else {
    statement.node = ResetStatement{std::string(setting->key.Of(text)), key_span};
  }
  statement.span = span_of(start, advance(setting->end));
  statement.text = text.substr(0, setting->end);
  return statement;
}

Result<bool> StatementReader::SkipToNext() {
  FLOE_TRY(lexer_.SkipTrivia());
  while (lexer_.text().substr(lexer_.position().offset).starts_with(";")) {
    FLOE_TRY(lexer_.Next());
    FLOE_TRY(lexer_.SkipTrivia());
  }
  return lexer_.position().offset < lexer_.text().size();
}

Result<std::optional<Statement>> StatementReader::Next() {
  FLOE_ASSIGN(const bool has_next, SkipToNext());
  if (!has_next) return std::optional<Statement>();
  statement_begin_ = lexer_.position().offset;
  if (std::optional<Statement> setting = TakeBareSetting()) {
    statement_end_ = statement_begin_ + setting->text.size();
    return setting;
  }
  FLOE_ASSIGN(std::vector<Token> tokens, TakeTokens());
  Parser parser(lexer_.text(), std::move(tokens));
  FLOE_ASSIGN(Statement statement, parser.ParseWholeStatement());
  statement_end_ = statement_begin_ + statement.text.size();
  return std::optional<Statement>(std::move(statement));
}

SourceSpan StatementReader::Here() const {
  const Lexer::Position& at = lexer_.position();
  return {at.line, at.column, at.line, at.column};
}

}  // namespace floe::sql::flink
