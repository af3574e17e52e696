// Upper and lower case of all of Unicode, as Java's String has them for the root locale.
#pragma once

#include <string>
#include <string_view>

namespace floe::functions {

std::string UpperCase(std::string_view text);
std::string LowerCase(std::string_view text);
// A letter by Unicode; digits by Unicode (of any script).
bool IsUnicodeLetter(char32_t character);
bool IsUnicodeDigit(char32_t character);

}  // namespace floe::functions
