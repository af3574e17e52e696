#include "functions/like_pattern.h"

#include <array>
#include <utility>

#include "functions/ascii.h"
#include "functions/utf8.h"

namespace floe::functions {
namespace {

Error BadEscape(std::string_view pattern) {
  return Error(ErrorCode::kInvalidArgument,
               "invalid escape sequence in the pattern '" + std::string(pattern) + "'")
      .WithHint("the escape character stands before %, _ or itself");
}

Status CheckEscape(std::string_view escape) {
  if (CharacterCount(escape) <= 1) return Status::Ok();
  return Error(ErrorCode::kInvalidArgument,
               "the escape '" + std::string(escape) + "' is not one character");
}

}  // namespace

Result<LikePattern> LikePattern::Compile(std::string_view pattern, std::string_view escape) {
  FLOE_TRY(CheckEscape(escape));
  LikePattern out;
  Part part;
  bool has_any = false;
  const auto finish = [&] {
    if (!has_any) part.any.clear();
    out.parts_.push_back(std::exchange(part, Part()));
    has_any = false;
  };
  for (size_t at = 0; at < pattern.size();) {
    std::string_view character = pattern.substr(at, ByteOfCharacter(pattern.substr(at), 1));
    at += character.size();
    bool literal = false;
    if (!escape.empty() && character == escape) {
      character = pattern.substr(at, ByteOfCharacter(pattern.substr(at), 1));
      if (character != "%" && character != "_" && character != escape) return BadEscape(pattern);
      at += character.size();
      literal = true;
    }
    if (!literal && character == "%") {
      finish();
      continue;
    }
    const bool any = !literal && character == "_";
    has_any = has_any || any;
    part.text += character;
    part.any.resize(part.text.size(), any);
  }
  finish();
  return out;
}

bool LikePattern::MatchesAt(const Part& part, std::string_view text, size_t* length) {
  if (part.any.empty()) {
    *length = part.text.size();
    return text.starts_with(part.text);
  }
  size_t at = 0;
  for (size_t i = 0; i < part.text.size(); ++i) {
    if (at == text.size()) return false;
    if (part.any[i]) {
      at += ByteOfCharacter(text.substr(at), 1);
    } else if (text[at++] != part.text[i]) {
      return false;
    }
  }
  *length = at;
  return true;
}

bool LikePattern::Matches(std::string_view text) const {
  size_t length = 0;
  if (!MatchesAt(parts_.front(), text, &length)) return false;
  if (parts_.size() == 1) return length == text.size();
  text.remove_prefix(length);
  // Each part between two % is taken as early as possible; the last one stands at the end.
  for (size_t i = 1; i + 1 < parts_.size(); ++i) {
    const Part& part = parts_[i];
    if (part.any.empty()) {
      const size_t found = text.find(part.text);
      if (found == std::string_view::npos) return false;
      text.remove_prefix(found + part.text.size());
      continue;
    }
    while (!MatchesAt(part, text, &length)) {
      if (text.empty()) return false;
      text.remove_prefix(ByteOfCharacter(text, 1));
    }
    text.remove_prefix(length);
  }
  const Part& last = parts_.back();
  if (last.any.empty()) return text.ends_with(last.text);
  for (;; text.remove_prefix(ByteOfCharacter(text, 1))) {
    if (MatchesAt(last, text, &length) && length == text.size()) return true;
    if (text.empty()) return false;
  }
}

const Result<LikePattern>& LikePatternCache::Get(std::string_view pattern,
                                                 std::string_view escape) {
  if (compiled_ == nullptr || pattern_ != pattern || escape_ != escape) {
    pattern_ = pattern;
    escape_ = escape;
    compiled_ = std::make_shared<const Result<LikePattern>>(LikePattern::Compile(pattern, escape));
  }
  return *compiled_;
}

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kClasses = {{
    {"[:ALPHA:]", "[:alpha:]"},
    {"[:UPPER:]", "[:upper:]"},
    {"[:LOWER:]", "[:lower:]"},
    {"[:DIGIT:]", "[:digit:]"},
    {"[:SPACE:]", " "},
    {"[:WHITESPACE:]", "[:space:]"},
    {"[:ALNUM:]", "[:alnum:]"},
}};

void AppendLiteral(std::string_view character, std::string* out) {
  static constexpr std::string_view kSpecial = "\\.^$|*+?()[]{}";
  if (character.size() == 1 && kSpecial.find(character[0]) != std::string_view::npos) *out += '\\';
  *out += character;
}

// "[…]" from `*at` on, which stands behind the '['.
bool AppendSet(std::string_view pattern, size_t* at, std::string* out) {
  *out += '[';
  if (*at < pattern.size() && pattern[*at] == '^') {
    *out += '^';
    ++*at;
  }
  while (*at < pattern.size()) {
    const std::string_view rest = pattern.substr(*at);
    if (rest[0] == ']') {
      *out += ']';
      ++*at;
      return true;
    }
    bool known = false;
    for (const auto& [sql, posix] : kClasses) {
      if (AsciiUpper(rest.substr(0, sql.size())) != sql) continue;
      *out += posix;
      *at += sql.size();
      known = true;
      break;
    }
    if (known) continue;
    if (rest[0] == '[' || rest[0] == '\\') *out += '\\';
    *out += rest[0];
    ++*at;
  }
  return false;
}

}  // namespace

Result<std::string> SimilarToRegularExpression(std::string_view pattern, std::string_view escape) {
  FLOE_TRY(CheckEscape(escape));
  std::string out;
  for (size_t at = 0; at < pattern.size();) {
    std::string_view character = pattern.substr(at, ByteOfCharacter(pattern.substr(at), 1));
    at += character.size();
    if (!escape.empty() && character == escape) {
      character = pattern.substr(at, ByteOfCharacter(pattern.substr(at), 1));
      if (character.empty()) return BadEscape(pattern);
      at += character.size();
      AppendLiteral(character, &out);
    } else if (character == "%") {
      out += "(?s:.*)";
    } else if (character == "_") {
      out += "(?s:.)";
    } else if (character == "[") {
      if (!AppendSet(pattern, &at, &out)) {
        return Error(ErrorCode::kInvalidArgument,
                     "the pattern '" + std::string(pattern) + "' has a [ without ]");
      }
    } else if (std::string_view("|*+?(){}").find(character) != std::string_view::npos) {
      out += character;
    } else {
      AppendLiteral(character, &out);
    }
  }
  return out;
}

}  // namespace floe::functions
