#include "sql/spelling.h"

#include <algorithm>
#include <cstddef>

namespace floe::sql {

namespace {

constexpr size_t kMaxDistance = 2;
constexpr size_t kMaxWordLength = 128;

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// Optimal string alignment distance.
size_t Distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replace = cost[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, replace});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

size_t LengthDifference(std::string_view a, std::string_view b) {
  return a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
}

}  // namespace

std::optional<std::string> ClosestSpelling(std::string_view word,
                                           const std::vector<std::string>& candidates) {
  if (word.size() > kMaxWordLength) return std::nullopt;
  const std::string wanted = AsciiLower(word);
  size_t best_distance = kMaxDistance + 1;
  const std::string* best = nullptr;
  for (const std::string& candidate : candidates) {
    if (candidate == word) return std::nullopt;
    if (LengthDifference(word, candidate) > kMaxDistance) continue;
    const size_t distance = Distance(wanted, AsciiLower(candidate));
    if (distance >= best_distance || distance * 2 >= std::max<size_t>(word.size(), 2)) continue;
    best_distance = distance;
    best = &candidate;
  }
  if (best == nullptr) return std::nullopt;
  return *best;
}

}  // namespace floe::sql
