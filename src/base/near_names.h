// Suggestions for a name that was not found.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace floe {

// The fewest insertions, deletions, replacements and swaps of neighbours (each place is changed
// once at most) that turn `a` into `b`. Counts bytes; takes a.size() * b.size() steps.
size_t EditDistance(std::string_view a, std::string_view b);

// The candidates that `name` may have been meant to be, best first, at most
// limits::kMaxSuggestedNames: those that differ in ASCII case only, in few letters (about a
// quarter of them), or in missing parts of a dotted name. Empty when none is near.
std::vector<std::string> NearNames(std::string_view name,
                                   const std::vector<std::string>& candidates);

// The same as a text to put behind a sentence: "; did you mean 'a' or 'b'?", or "".
std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates);

}  // namespace floe
