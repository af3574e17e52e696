// Characters (code points) of UTF-8 text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floe::functions {

constexpr bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// Number of characters; bytes that are not UTF-8 count by their lead bytes.
inline int64_t CharacterCount(std::string_view text) {
  int64_t count = 0;
  for (char c : text) count += IsContinuation(c) ? 0 : 1;
  return count;
}

inline bool IsAscii(std::string_view text) {
  unsigned char bits = 0;
  for (char c : text) bits = static_cast<unsigned char>(bits | static_cast<unsigned char>(c));
  return bits < 0x80;
}

// The byte where character number `index` (from 0) begins, or the text's size.
size_t ByteOfCharacter(std::string_view text, int64_t index);
// `length` characters from character `begin` on, as far as there are. REQUIRES: both >= 0.
std::string_view SubstringOf(std::string_view text, int64_t begin, int64_t length);

// Decodes the character at `*at` and moves past it; U+FFFD for a byte that is not UTF-8.
char32_t DecodeCharacter(std::string_view text, size_t* at);
void AppendCharacter(char32_t character, std::string* out);
bool IsValidUtf8(std::string_view text);
// UTF-16 code units, in which Java's strings are counted and cut; and back, where half a surrogate
// pair becomes '?', as Java encodes it.
std::u16string ToUtf16(std::string_view text);
std::string FromUtf16(std::u16string_view units);
// Invalid bytes become U+FFFD.
std::string ReplaceInvalidUtf8(std::string_view text);

}  // namespace floe::functions
