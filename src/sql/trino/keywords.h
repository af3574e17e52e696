// Words of Trino's grammar.
#pragma once

#include <string>
#include <string_view>

namespace floe::sql::trino {

// Whether `upper` can't be a name without quotes (SqlBase.g4: all words that are not nonReserved).
bool IsReservedWord(std::string_view upper);

// ASCII letters in lower case: how Trino compares names.
std::string LowerCase(std::string_view text);

}  // namespace floe::sql::trino
