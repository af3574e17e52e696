#include "functions/utf8.h"

namespace floe::functions {
namespace {

constexpr char32_t kReplacement = 0xFFFD;
constexpr size_t kMalformed = 0;

// Length of the character that begins at `at`, or kMalformed.
size_t SequenceLength(std::string_view text, size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  if (lead < 0x80) return 1;
  const size_t length = lead >= 0xF0 ? 4 : (lead >= 0xE0 ? 3 : 2);
  if (lead < 0xC2 || lead > 0xF4 || text.size() - at < length) return kMalformed;
  for (size_t i = 1; i < length; ++i) {
    if (!IsContinuation(text[at + i])) return kMalformed;
  }
  const auto second = static_cast<unsigned char>(text[at + 1]);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F) ||
      (lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) {
    return kMalformed;
  }
  return length;
}

}  // namespace

size_t ByteOfCharacter(std::string_view text, int64_t index) {
  size_t at = 0;
  while (at < text.size() && index > 0) {
    ++at;
    while (at < text.size() && IsContinuation(text[at])) ++at;
    --index;
  }
  return at;
}

std::string_view SubstringOf(std::string_view text, int64_t begin, int64_t length) {
  text.remove_prefix(ByteOfCharacter(text, begin));
  return text.substr(0, ByteOfCharacter(text, length));
}

char32_t DecodeCharacter(std::string_view text, size_t* at) {
  const size_t length = SequenceLength(text, *at);
  if (length == kMalformed) {
    ++*at;
    return kReplacement;
  }
  const auto byte = [&](size_t i) {
    return static_cast<char32_t>(static_cast<unsigned char>(text[*at + i]));
  };
  char32_t character = byte(0);
  if (length > 1) character &= 0x7Fu >> length;
  for (size_t i = 1; i < length; ++i) character = (character << 6) | (byte(i) & 0x3F);
  *at += length;
  return character;
}

void AppendCharacter(char32_t character, std::string* out) {
  const auto append = [out](char32_t byte) { out->push_back(static_cast<char>(byte)); };
  if (character < 0x80) {
    append(character);
  } else if (character < 0x800) {
    append(0xC0 | (character >> 6));
    append(0x80 | (character & 0x3F));
  } else if (character < 0x10000) {
    append(0xE0 | (character >> 12));
    append(0x80 | ((character >> 6) & 0x3F));
    append(0x80 | (character & 0x3F));
  } else {
    append(0xF0 | (character >> 18));
    append(0x80 | ((character >> 12) & 0x3F));
    append(0x80 | ((character >> 6) & 0x3F));
    append(0x80 | (character & 0x3F));
  }
}

std::u16string ToUtf16(std::string_view text) {
  std::u16string units;
  units.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t character = DecodeCharacter(text, &at);
    if (character < 0x10000) {
      units.push_back(static_cast<char16_t>(character));
    } else {
      units.push_back(static_cast<char16_t>(0xD800 + ((character - 0x10000) >> 10)));
      units.push_back(static_cast<char16_t>(0xDC00 + ((character - 0x10000) & 0x3FF)));
    }
  }
  return units;
}

std::string FromUtf16(std::u16string_view units) {
  std::string text;
  for (size_t i = 0; i < units.size(); ++i) {
    const char32_t unit = units[i];
    const bool is_high = unit >= 0xD800 && unit < 0xDC00;
    const bool is_low = unit >= 0xDC00 && unit < 0xE000;
    const char32_t next = i + 1 < units.size() ? units[i + 1] : 0;
    if (is_high && next >= 0xDC00 && next < 0xE000) {
      AppendCharacter(0x10000 + ((unit - 0xD800) << 10) + (next - 0xDC00), &text);
      ++i;
    } else if (is_high || is_low) {
      text += '?';
    } else {
      AppendCharacter(unit, &text);
    }
  }
  return text;
}

bool IsValidUtf8(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    const size_t length = SequenceLength(text, at);
    if (length == kMalformed) return false;
    at += length;
  }
  return true;
}

std::string ReplaceInvalidUtf8(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) AppendCharacter(DecodeCharacter(text, &at), &out);
  return out;
}

}  // namespace floe::functions
