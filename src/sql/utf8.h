// Reading UTF-8 one character at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace floe::sql {

struct Utf8Character {
  uint32_t code_point = 0;
  size_t size_bytes = 0;  // 0: no valid character starts here
};

// The character at the front of `text`; refuses overlong forms, surrogates and values above
// U+10FFFF. REQUIRES: !text.empty().
Utf8Character DecodeUtf8(std::string_view text);

bool IsValidUtf8(std::string_view text);

// REQUIRES: a Unicode scalar value.
void AppendUtf8(uint32_t code_point, std::string* text);

}  // namespace floe::sql
