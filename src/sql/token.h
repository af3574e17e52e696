// The lexical elements of SQL, common to all dialects.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::sql {

enum class TokenKind : uint8_t {
  kEnd,               // behind the last token of a statement: ";" or the end of the text
  kWord,              // an unquoted identifier or keyword
  kQuotedIdentifier,  // value: quotes undone
  kString,            // '…': value with quotes undone
  kUnicodeString,     // U&'…': value with quotes undone, escapes still there
  kCharsetString,     // _UTF16'…' or N'…': charset and value
  kBinaryString,      // X'…': value between the quotes, unchecked
  kInteger,           // digits
  kDecimal,           // digits with one '.'
  kApproximate,       // a number with an exponent
  kPunctuation,       // operators and separators; text tells which
  kHintBegin,         // /*+
  kCommentEnd,        // */ outside a comment: ends a hint
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;  // as written; a view of the statement's text
  std::string upper;      // kWord: ASCII letters in upper case
  std::string value;      // of quoted kinds
  std::string charset;    // kCharsetString: upper case
  size_t begin = 0;       // offset of text in bytes
  size_t end = 0;         // one past its last byte
  SourceSpan span;

  // Unquoted and this keyword, given in upper case.
  bool IsWord(std::string_view keyword) const {
    return kind == TokenKind::kWord && upper == keyword;
  }
  bool IsPunctuation(std::string_view symbol) const {
    return kind == TokenKind::kPunctuation && text == symbol;
  }
};

}  // namespace floe::sql
