#include "sql/flink/token_cursor.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include "base/near_names.h"
#include "sql/flink/keywords.h"

namespace floe::sql::flink {

namespace {

constexpr size_t kMaxShownLength = 40;   // bytes of a token shown in a message
constexpr size_t kMaxShownExpected = 8;  // alternatives listed in a message
constexpr size_t kMaxExpectations = 256;
constexpr size_t kMinSuggestedLength = 3;  // shorter words are near to too many
constexpr std::string_view kName = "a name";

std::string Shorten(std::string_view text) {
  if (text.size() <= kMaxShownLength) return std::string(text);
  size_t length = kMaxShownLength;
  while (length > 0 && (static_cast<unsigned char>(text[length]) & 0xC0U) == 0x80) --length;
  return std::string(text.substr(0, length)) + "…";
}

// Words that begin a part of a statement: where a name is missing before one of them, the word
// itself is hardly meant as the name.
bool BeginsClause(std::string_view upper) {
  static constexpr std::string_view kWords[] = {"AND", "AS",   "FROM", "GROUP",  "HAVING", "JOIN",
                                                "NOT", "ON",   "OR",   "ORDER",  "SELECT", "SET",
                                                "TO",  "THEN", "WHEN", "VALUES", "WHERE",  "WITH"};
  return std::find(std::begin(kWords), std::end(kWords), upper) != std::end(kWords);
}

// a, b or c; with `is_cut` a, b, c, …
std::string JoinAlternatives(const std::vector<std::string>& alternatives, bool is_cut) {
  std::string text;
  for (size_t i = 0; i < alternatives.size(); ++i) {
    if (i > 0) text += i + 1 == alternatives.size() && !is_cut ? " or " : ", ";
    text += alternatives[i];
  }
  return is_cut ? text + ", …" : text;
}

}  // namespace

std::string DescribeToken(const Token& token) {
  switch (token.kind) {
    case TokenKind::kEnd:
      return token.text == ";" ? "\";\"" : "the end of the statement";
    case TokenKind::kString:
    case TokenKind::kUnicodeString:
    case TokenKind::kCharsetString:
    case TokenKind::kBinaryString:
      return "the string " + Shorten(token.text);
    case TokenKind::kInteger:
    case TokenKind::kDecimal:
    case TokenKind::kApproximate:
      return "the number " + Shorten(token.text);
    case TokenKind::kQuotedIdentifier:
      return "the name " + Shorten(token.text);
    default:
      return "\"" + Shorten(token.text) + "\"";
  }
}

TokenCursor::TokenCursor(std::string_view text, std::vector<Token> tokens)
    : text_(text), tokens_(std::move(tokens)) {
  FLOE_ASSERT(!tokens_.empty() && tokens_.back().kind == TokenKind::kEnd);
}

const Token& TokenCursor::Peek(size_t ahead) const {
  return tokens_[std::min(index_ + ahead, tokens_.size() - 1)];
}

const Token& TokenCursor::Previous() const {
  FLOE_ASSERT(index_ > 0);
  return tokens_[index_ - 1];
}

const Token& TokenCursor::Take() {
  const Token& token = Peek();
  if (index_ + 1 < tokens_.size()) ++index_;
  return token;
}

bool TokenCursor::IsNameAt(size_t ahead) const {
  const Token& token = Peek(ahead);
  return token.kind == TokenKind::kQuotedIdentifier ||
         (token.kind == TokenKind::kWord && !IsReservedWord(token.upper));
}

void TokenCursor::Remember(std::string_view what, bool is_keyword) {
  if (expectations_.size() >= kMaxExpectations) {
    std::erase_if(expectations_, [this](const Expectation& expectation) {
      return expectation.index + 1 < index_;
    });
    if (expectations_.size() >= kMaxExpectations) return;
  }
  expectations_.push_back({index_, what, is_keyword});
}

bool TokenCursor::AtWord(std::string_view keyword) {
  if (Peek().IsWord(keyword)) return true;
  Remember(keyword, true);
  return false;
}

bool TokenCursor::AtSymbol(std::string_view symbol) {
  if (Peek().IsPunctuation(symbol)) return true;
  Remember(symbol, false);
  return false;
}

bool TokenCursor::AtName() {
  if (IsNameAt(0)) return true;
  Remember(kName, false);
  return false;
}

void TokenCursor::AlsoExpect(std::initializer_list<std::string_view> keywords) {
  for (std::string_view keyword : keywords) Remember(keyword, true);
}

bool TokenCursor::AcceptWord(std::string_view keyword) {
  if (!AtWord(keyword)) return false;
  Take();
  return true;
}

bool TokenCursor::AcceptWords(std::string_view first, std::string_view second) {
  if (!AtWord(first) || !IsWordAt(1, second)) return false;
  Take();
  Take();
  return true;
}

bool TokenCursor::AcceptSymbol(std::string_view symbol) {
  if (!AtSymbol(symbol)) return false;
  Take();
  return true;
}

Status TokenCursor::ExpectWord(std::string_view keyword) {
  if (AcceptWord(keyword)) return Status::Ok();
  return Unexpected();
}

Status TokenCursor::ExpectSymbol(std::string_view symbol) {
  if (AcceptSymbol(symbol)) return Status::Ok();
  return Unexpected();
}

Result<Identifier> TokenCursor::ExpectName(std::string_view what) {
  if (!AtName()) return Unexpected(what);
  const Token& token = Take();
  const bool is_quoted = token.kind == TokenKind::kQuotedIdentifier;
  return Identifier{is_quoted ? token.value : std::string(token.text), token.span};
}

Result<std::string> TokenCursor::ExpectString(std::string_view what) {
  if (Peek().kind != TokenKind::kString) return Unexpected(what);
  return Take().value;
}

Result<int64_t> TokenCursor::ExpectInteger(std::string_view what) {
  if (Peek().kind != TokenKind::kInteger) return Unexpected(what);
  const Token& token = Peek();
  int64_t value = 0;
  const char* end = token.text.data() + token.text.size();
  if (std::from_chars(token.text.data(), end, value).ec != std::errc()) {
    return Error(ErrorCode::kSqlSyntax, DescribeToken(token) + " is too large", token.span);
  }
  Take();
  return value;
}

// The keyword that was looked for at `index` and that `token` is near to, or "".
std::string TokenCursor::MeantKeyword(const Token& token, size_t index) const {
  std::vector<std::string> keywords;
  for (const Expectation& expectation : expectations_) {
    if (expectation.index != index || !expectation.is_keyword) continue;
    if (token.IsWord(expectation.what)) return "";
    if (expectation.what.size() >= kMinSuggestedLength) keywords.emplace_back(expectation.what);
  }
  if (token.text.size() < kMinSuggestedLength) return "";
  const std::vector<std::string> near = NearNames(token.upper, keywords);
  return near.empty() ? "" : near.front();
}

std::string TokenCursor::ListExpected() const {
  std::vector<std::string> alternatives;
  for (const Expectation& expectation : expectations_) {
    if (expectation.index != index_) continue;
    const bool is_symbol = !expectation.is_keyword && expectation.what != kName;
    std::string shown(expectation.what);
    if (is_symbol) shown = "\"" + shown + "\"";
    if (std::find(alternatives.begin(), alternatives.end(), shown) == alternatives.end()) {
      alternatives.push_back(std::move(shown));
    }
  }
  const bool is_cut = alternatives.size() > kMaxShownExpected;
  if (is_cut) alternatives.resize(kMaxShownExpected);
  return JoinAlternatives(alternatives, is_cut);
}

std::string TokenCursor::Hint() const {
  const Token& token = Peek();
  if (token.kind == TokenKind::kWord) {
    const std::string meant = MeantKeyword(token, index_);
    if (!meant.empty()) return "did you mean " + meant + "?";
  }
  // A misspelt keyword is often taken as an alias, and only the next token shows it.
  if (index_ > 0 && Previous().kind == TokenKind::kWord) {
    const std::string meant = MeantKeyword(Previous(), index_ - 1);
    if (!meant.empty()) {
      return "did you mean " + meant + " instead of " + std::string(Previous().text) + "?";
    }
  }
  const bool is_reserved = token.kind == TokenKind::kWord && IsReservedWord(token.upper);
  const bool begins_clause = is_reserved && BeginsClause(token.upper);
  const bool ends_list = begins_clause || token.IsPunctuation(")");
  if (index_ > 0 && Previous().IsPunctuation(",") && ends_list) {
    return "is the comma before it too much?";
  }
  const bool name_expected = std::any_of(
      expectations_.begin(), expectations_.end(), [this](const Expectation& expectation) {
        return expectation.index == index_ && expectation.what == kName;
      });
  if (name_expected && is_reserved && !begins_clause) {
    return "a reserved word can be a name only in back quotes: `" + std::string(token.text) + "`";
  }
  return "";
}

Error TokenCursor::Unexpected(std::string_view expected) {
  const Token& token = Peek();
  const std::string wanted = expected.empty() ? ListExpected() : std::string(expected);
  const bool is_reserved = token.kind == TokenKind::kWord && IsReservedWord(token.upper);
  const std::string found =
      is_reserved ? "the reserved word " + DescribeToken(token) : DescribeToken(token);
  std::string message =
      wanted.empty() ? "unexpected " + found : "expected " + wanted + ", found " + found;
  Error error(ErrorCode::kSqlSyntax, std::move(message), token.span);
  std::string hint = Hint();
  return hint.empty() ? error : std::move(error).WithHint(std::move(hint));
}

SourceSpan TokenCursor::SpanFrom(const SourceSpan& first) const {
  if (index_ == 0) return first;
  const SourceSpan& last = Previous().span;
  return {first.line, first.column, last.end_line, last.end_column};
}

std::string_view TokenCursor::TextFrom(size_t begin) const {
  if (index_ == 0 || Previous().end < begin) return {};
  return text_.substr(begin, Previous().end - begin);
}

}  // namespace floe::sql::flink
