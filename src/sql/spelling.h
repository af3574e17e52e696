// Finds what a misspelt word was meant to be.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace floe::sql {

// The candidate that differs from `word` least, without regard to ASCII case: by at most two
// insertions, deletions, replacements or swaps of neighbours, and by less than half of the word.
// Of equals the first. Null when there is none, or when the word itself is among them.
std::optional<std::string> ClosestSpelling(std::string_view word,
                                           const std::vector<std::string>& candidates);

}  // namespace floe::sql
