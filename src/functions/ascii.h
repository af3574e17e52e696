// Blanks of ASCII, independent of any locale.
#pragma once

#include <string_view>

#include "base/ascii.h"

namespace floe::functions {

// Java's String.trim: all characters up to U+0020 off both ends.
inline std::string_view TrimJava(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ') text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ') text.remove_suffix(1);
  return text;
}

// Only the blank itself.
inline std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

}  // namespace floe::functions
