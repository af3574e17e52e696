#include "functions/letter_case.h"

#include <locale.h>
#include <wctype.h>

#include <array>
#include <utility>

#include "functions/utf8.h"

namespace floe::functions {
namespace {

// The C library's table of Unicode; built in, needs no locale to be installed.
locale_t UnicodeLocale() {
  static const locale_t kLocale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return kLocale;
}

// Letters whose upper case is more than one letter (SpecialCasing.txt, unconditional entries).
constexpr std::array<std::pair<char32_t, std::string_view>, 10> kLongUpper = {{
    {U'\u00DF', "SS"},
    {U'\u0149', "\u02BCN"},
    {U'\u01F0', "J\u030C"},
    {U'\uFB00', "FF"},
    {U'\uFB01', "FI"},
    {U'\uFB02', "FL"},
    {U'\uFB03', "FFI"},
    {U'\uFB04', "FFL"},
    {U'\uFB05', "ST"},
    {U'\uFB06', "ST"},
}};

}  // namespace

std::string UpperCase(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t character = DecodeCharacter(text, &at);
    bool special = false;
    for (const auto& [letter, upper] : kLongUpper) {
      if (letter != character) continue;
      out += upper;
      special = true;
    }
    if (!special) {
      AppendCharacter(
          static_cast<char32_t>(towupper_l(static_cast<wint_t>(character), UnicodeLocale())), &out);
    }
  }
  return out;
}

std::string LowerCase(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (size_t at = 0; at < text.size();) {
    const char32_t character = DecodeCharacter(text, &at);
    if (character == U'\u0130') {
      out += "i\u0307";
      continue;
    }
    AppendCharacter(
        static_cast<char32_t>(towlower_l(static_cast<wint_t>(character), UnicodeLocale())), &out);
  }
  return out;
}

bool IsUnicodeLetter(char32_t character) {
  return iswalpha_l(static_cast<wint_t>(character), UnicodeLocale()) != 0 &&
         !IsUnicodeDigit(character);
}

bool IsUnicodeDigit(char32_t character) {
  if (character < 0x80) return character >= U'0' && character <= U'9';
  // The C library calls digits of other scripts letters; these are the common decimal ones.
  for (char32_t zero :
       {U'\u0660', U'\u06F0', U'\u0966', U'\u09E6', U'\u0A66', U'\u0AE6', U'\u0E50', U'\uFF10'}) {
    if (character >= zero && character < zero + 10) return true;
  }
  return false;
}

}  // namespace floe::functions
