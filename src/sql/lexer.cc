#include "sql/lexer.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <string>
#include <utility>

#include "sql/utf8.h"

namespace floe::sql {

namespace {

struct CodePointRange {
  uint32_t first;
  uint32_t last;
};

// The letters and digits beyond ASCII that identifiers may hold (Calcite's LETTER and DIGIT).
constexpr CodePointRange kLetters[] = {{0x00C0, 0x00D6}, {0x00D8, 0x00F6}, {0x00F8, 0x00FF},
                                       {0x0100, 0x1FFF}, {0x3040, 0x318F}, {0x3300, 0x337F},
                                       {0x3400, 0x3D2D}, {0x4E00, 0x9FFF}, {0xF900, 0xFAFF}};

bool IsAsciiLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool IsAsciiDigit(char c) { return c >= '0' && c <= '9'; }

bool IsWideLetter(uint32_t code_point) {
  return std::any_of(std::begin(kLetters), std::end(kLetters), [code_point](CodePointRange range) {
    return code_point >= range.first && code_point <= range.last;
  });
}

char AsciiUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string AsciiUpper(std::string_view text) {
  std::string upper(text);
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return AsciiUpper(c); });
  return upper;
}

// Takes the doubled quotes out of what stands between quotes.
std::string Unquote(std::string_view body, char quote) {
  std::string value;
  value.reserve(body.size());
  for (size_t i = 0; i < body.size(); ++i) {
    value.push_back(body[i]);
    if (body[i] == quote) ++i;
  }
  return value;
}

// Longest first.
constexpr std::array<std::string_view, 7> kLongSymbols = {"<=", ">=", "<>", "!=", "||", "=>", ".."};
constexpr std::string_view kShortSymbols = "()[]{};.,=<>?:+-*/%|^";

// What people paste instead of plain quotes and blanks, and what they meant.
struct Lookalike {
  uint32_t code_point;
  std::string_view name;
  std::string_view meant;
};
constexpr Lookalike kLookalikes[] = {{0x2018, "left quotation mark", "'"},
                                     {0x2019, "right quotation mark", "'"},
                                     {0x201C, "left double quotation mark", "'"},
                                     {0x201D, "right double quotation mark", "'"},
                                     {0x00A0, "no-break space", "a blank"},
                                     {0x3000, "ideographic space", "a blank"},
                                     {0xFEFF, "byte order mark", "nothing"},
                                     {0x2013, "en dash", "-"},
                                     {0x2014, "em dash", "-"},
                                     {0x2212, "minus sign", "-"},
                                     {0xFF08, "full-width parenthesis", "("},
                                     {0xFF09, "full-width parenthesis", ")"},
                                     {0xFF0C, "full-width comma", ","},
                                     {0xFF1B, "full-width semicolon", ";"}};

}  // namespace

void Lexer::Advance() {
  last_character_ = {position_.line, position_.column, position_.line, position_.column};
  const char c = text_[position_.offset];
  if (c == '\n') {
    ++position_.offset;
    ++position_.line;
    position_.column = 1;
    return;
  }
  const size_t size = DecodeUtf8(text_.substr(position_.offset)).size_bytes;
  position_.offset += size == 0 ? 1 : size;
  ++position_.column;
}

void Lexer::Advance(size_t characters) {
  for (size_t i = 0; i < characters; ++i) Advance();
}

void Lexer::AdvanceTo(size_t offset) {
  while (position_.offset < offset) Advance();
}

void Lexer::SkipLine() {
  while (!AtEnd() && Peek() != '\n') Advance();
}

SourceSpan Lexer::SpanFrom(const Position& start) const {
  return {start.line, start.column, last_character_.end_line, last_character_.end_column};
}

Error Lexer::ErrorAt(const Position& start, std::string message) const {
  return Error(ErrorCode::kSqlSyntax, std::move(message),
               SourceSpan{start.line, start.column, start.line, start.column});
}

Token Lexer::Finish(TokenKind kind, const Position& start) const {
  Token token;
  token.kind = kind;
  token.begin = start.offset;
  token.end = position_.offset;
  token.text = text_.substr(token.begin, token.end - token.begin);
  token.span = SpanFrom(start);
  return token;
}

Status Lexer::SkipBlockComment() {
  const Position start = position_;
  Advance(2);
  while (!AtEnd()) {
    if (StartsWith("*/")) {
      Advance(2);
      return Status::Ok();
    }
    Advance();
  }
  return Status(ErrorAt(start, "this comment is not closed").WithHint("end it with */"));
}

Status Lexer::SkipTrivia() {
  while (!AtEnd()) {
    const char c = Peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      Advance();
    } else if (StartsWith("--") || (options_.slash_comments && StartsWith("//"))) {
      SkipLine();
    } else if (StartsWith("/*") && !(options_.hints && StartsWith("/*+"))) {
      FLOE_TRY(SkipBlockComment());
    } else {
      break;
    }
  }
  return Status::Ok();
}

Result<Token> Lexer::Next() {
  FLOE_TRY(SkipTrivia());
  const Position start = position_;
  if (AtEnd()) {
    Token token = Finish(TokenKind::kEnd, start);
    token.span = {start.line, start.column, start.line, start.column};
    return token;
  }
  const char c = Peek();
  if (c == '\'') return Quoted(TokenKind::kString, start, c);
  if (c == options_.identifier_quote) return QuotedIdentifier(start);
  if (IsAsciiDigit(c) || (c == '.' && IsAsciiDigit(Peek(1)))) return Number(start);
  const bool is_letter = IsAsciiLetter(c) || c == '_' || (c == '$' && options_.dollar_in_words) ||
                         IsWideLetter(DecodeUtf8(text_.substr(position_.offset)).code_point);
  if (is_letter) return WordOrPrefixedString(start);
  return Punctuation(start);
}

// `position_` is at the opening quote; `start` may be before it (prefixed strings).
Result<Token> Lexer::Quoted(TokenKind kind, const Position& start, char quote) {
  const Position opening = position_;
  Advance();
  const size_t begin = position_.offset;
  while (true) {
    if (AtEnd()) {
      return ErrorAt(opening, "this string is not closed")
          .WithHint("end it with '; a ' inside a string is written ''");
    }
    if (Peek() == quote) {
      if (Peek(1) != quote) break;
      Advance();
    } else if (DecodeUtf8(text_.substr(position_.offset)).size_bytes == 0) {
      return UnexpectedCharacter(position_);
    }
    Advance();
  }
  const std::string_view body = text_.substr(begin, position_.offset - begin);
  Advance();
  Token token = Finish(kind, start);
  token.value = Unquote(body, quote);
  return token;
}

Result<Token> Lexer::QuotedIdentifier(const Position& start) {
  const char quote = options_.identifier_quote;
  Advance();
  const size_t begin = position_.offset;
  while (true) {
    if (AtEnd() || Peek() == '\n' || Peek() == '\r') {
      return ErrorAt(start, "this quoted name is not closed on its line")
          .WithHint(std::string("end it with ") + quote);
    }
    if (Peek() == quote) {
      if (Peek(1) != quote) break;
      Advance();
    } else if (DecodeUtf8(text_.substr(position_.offset)).size_bytes == 0) {
      return UnexpectedCharacter(position_);
    }
    Advance();
  }
  const std::string_view body = text_.substr(begin, position_.offset - begin);
  if (body.empty()) return ErrorAt(start, "a quoted name cannot be empty");
  Advance();
  Token token = Finish(TokenKind::kQuotedIdentifier, start);
  token.value = Unquote(body, quote);
  return token;
}

Result<Token> Lexer::Number(const Position& start) {
  TokenKind kind = TokenKind::kInteger;
  while (IsAsciiDigit(Peek())) Advance();
  if (Peek() == '.' && Peek(1) != '.') {
    kind = TokenKind::kDecimal;
    Advance();
    while (IsAsciiDigit(Peek())) Advance();
  }
  // "1e" is the number 1 and the word e, as in Flink.
  if (Peek() == 'e' || Peek() == 'E') {
    const size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
    if (IsAsciiDigit(Peek(1 + sign))) {
      kind = TokenKind::kApproximate;
      Advance(1 + sign);
      while (IsAsciiDigit(Peek())) Advance();
    }
  }
  return Finish(kind, start);
}

Result<Token> Lexer::WordOrPrefixedString(const Position& start) {
  const char c = AsciiUpper(Peek());
  if (c == 'X' && Peek(1) == '\'') {
    Advance();
    return Quoted(TokenKind::kBinaryString, start, '\'');
  }
  if (c == 'U' && Peek(1) == '&' && Peek(2) == '\'') {
    Advance(2);
    return Quoted(TokenKind::kUnicodeString, start, '\'');
  }
  if (c == 'N' && Peek(1) == '\'') {
    Advance();
    FLOE_ASSIGN(Token token, Quoted(TokenKind::kCharsetString, start, '\''));
    token.charset = "ISO-8859-1";  // the national character set of Flink's SQL
    return token;
  }
  size_t length = 1;
  while (IsAsciiLetter(Peek(length)) || IsAsciiDigit(Peek(length)) ||
         (length > 1 && Peek(length) != '\0' &&
          std::string_view(":.-_").find(Peek(length)) != std::string_view::npos)) {
    ++length;
  }
  if (c != '_' || length == 1 || Peek(length) != '\'') return Word(start);
  Advance(length);
  const std::string_view name = text_.substr(start.offset + 1, length - 1);
  FLOE_ASSIGN(Token token, Quoted(TokenKind::kCharsetString, start, '\''));
  token.charset = AsciiUpper(name);
  return token;
}

Result<Token> Lexer::Word(const Position& start) {
  while (!AtEnd()) {
    const char c = Peek();
    const bool is_ascii_part =
        IsAsciiLetter(c) || IsAsciiDigit(c) || c == '_' || (c == '$' && options_.dollar_in_words);
    if (!is_ascii_part && !IsWideLetter(DecodeUtf8(text_.substr(position_.offset)).code_point)) {
      break;
    }
    Advance();
  }
  Token token = Finish(TokenKind::kWord, start);
  token.upper = AsciiUpper(token.text);
  return token;
}

Result<Token> Lexer::Punctuation(const Position& start) {
  if (StartsWith("/*+")) {
    Advance(3);
    return Finish(TokenKind::kHintBegin, start);
  }
  if (StartsWith("*/")) {
    Advance(2);
    return Finish(TokenKind::kCommentEnd, start);
  }
  for (std::string_view symbol : kLongSymbols) {
    if (StartsWith(symbol)) {
      Advance(symbol.size());
      return Finish(TokenKind::kPunctuation, start);
    }
  }
  if (kShortSymbols.find(Peek()) == std::string_view::npos) return UnexpectedCharacter(start);
  Advance();
  return Finish(TokenKind::kPunctuation, start);
}

Error Lexer::UnexpectedCharacter(const Position& start) const {
  const Utf8Character character = DecodeUtf8(text_.substr(start.offset));
  char code[16];
  if (character.size_bytes == 0) {
    const auto byte = static_cast<unsigned char>(text_[start.offset]);
    std::snprintf(code, sizeof(code), "0x%02X", byte);
    return ErrorAt(start, "the text is not valid UTF-8: byte " + std::string(code))
        .WithHint("save the file as UTF-8");
  }
  if (character.code_point == '"') {
    return ErrorAt(start, "a double quote has no meaning here")
        .WithHint(std::string("strings are written 'text', names ") + options_.identifier_quote +
                  "name" + options_.identifier_quote);
  }
  if (character.code_point == '&' && StartsWith("&&")) {
    return ErrorAt(start, "&& is not an operator").WithHint("write AND");
  }
  std::snprintf(code, sizeof(code), "U+%04X", character.code_point);
  for (const Lookalike& lookalike : kLookalikes) {
    if (lookalike.code_point != character.code_point) continue;
    return ErrorAt(start, "the character " + std::string(code) + " (" +
                              std::string(lookalike.name) + ") has no meaning here")
        .WithHint("write " + std::string(lookalike.meant) + " instead");
  }
  const bool is_printable = character.code_point > 0x20 && character.code_point != 0x7F;
  const std::string shown =
      is_printable ? std::string(text_.substr(start.offset, character.size_bytes)) : code;
  return ErrorAt(start, "the character " + shown + " has no meaning here");
}

}  // namespace floe::sql
