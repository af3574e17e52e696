// The words of Flink 2.3's SQL that have a fixed meaning. All take upper-case words.
#pragma once

#include <string_view>

namespace floe::sql::flink {

// Must be back-quoted to be an identifier, e.g. VALUE, TIMESTAMP, METHOD, MATCHES.
bool IsReservedWord(std::string_view upper);

// Reserved, and yet the name of a function when "(" follows, e.g. YEAR, RIGHT, COUNT.
bool IsReservedFunction(std::string_view upper);

// A function without parentheses, e.g. CURRENT_TIMESTAMP.
bool IsNiladicFunction(std::string_view upper);

}  // namespace floe::sql::flink
