#include "base/percent_encoding.h"

#include "base/ascii.h"

namespace floe {

std::string PercentEncode(std::string_view text, PercentForm form) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  const bool is_form = form == PercentForm::kForm;
  const std::string_view plain = is_form ? "-_.*" : "-_.~";
  std::string out;
  for (const char c : text) {
    if (IsAsciiAlphanumeric(c) || plain.find(c) != std::string_view::npos) {
      out += c;
    } else if (is_form && c == ' ') {
      out += '+';
    } else {
      const auto byte = static_cast<unsigned char>(c);
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
    }
  }
  return out;
}

std::string PercentDecode(std::string_view text, PercentForm form) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool has_digits = text[i] == '%' && i + 2 < text.size();
    const int high = has_digits ? HexDigit(text[i + 1]) : -1;
    const int low = has_digits ? HexDigit(text[i + 2]) : -1;
    if (high >= 0 && low >= 0) {
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += form == PercentForm::kForm && text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

}  // namespace floe
