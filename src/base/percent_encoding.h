// Bytes as %XX, in the two forms that there are.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace floe {

enum class PercentForm : uint8_t {
  kUri,   // RFC 3986: letters, digits and "-_.~" stay
  kForm,  // application/x-www-form-urlencoded as Java writes it: "-_.*" stay, a blank is '+'
};

std::string PercentEncode(std::string_view text, PercentForm form = PercentForm::kUri);
// A '%' without two hexadecimal digits stays as it is; in kForm '+' is a blank.
std::string PercentDecode(std::string_view text, PercentForm form = PercentForm::kUri);

}  // namespace floe
