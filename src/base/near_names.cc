#include "base/near_names.h"

#include <algorithm>
#include <utility>

#include "base/limits.h"

namespace floe {
namespace {

std::string AsciiLower(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return lower;
}

// How far a near name may be: short names need to be closer, or all of them would be near.
size_t AllowedDistance(size_t length) {
  return length <= 2 ? 1 : std::min<size_t>(length / 4, 3) + 1;
}

// `part` is the end or the beginning of the dotted name `whole`.
bool IsPartOf(std::string_view part, std::string_view whole) {
  if (part.size() < 3 || part.size() >= whole.size()) return false;
  const size_t rest = whole.size() - part.size();
  return (whole.ends_with(part) && whole[rest - 1] == '.') ||
         (whole.starts_with(part) && whole[part.size()] == '.');
}

// Smaller is nearer; negative: not near.
int Badness(const std::string& name, const std::string& candidate) {
  if (name == candidate) return 0;
  const size_t longer = std::max(name.size(), candidate.size());
  const size_t shorter = std::min(name.size(), candidate.size());
  if (longer <= limits::kMaxComparedNameLength && longer - shorter <= AllowedDistance(longer)) {
    const size_t distance = EditDistance(name, candidate);
    if (distance <= AllowedDistance(longer) && distance * 2 <= longer) {
      return static_cast<int>(distance);
    }
  }
  constexpr int kPartOfName = 100;
  return IsPartOf(name, candidate) || IsPartOf(candidate, name) ? kPartOfName : -1;
}

}  // namespace

size_t EditDistance(std::string_view a, std::string_view b) {
  // Rows of the cost matrix: before the previous, previous, current.
  std::vector<size_t> older(b.size() + 1), previous(b.size() + 1), current(b.size() + 1);
  for (size_t j = 0; j <= b.size(); ++j) previous[j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    current[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced = previous[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      current[j] = std::min({previous[j] + 1, current[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        current[j] = std::min(current[j], older[j - 2] + 1);
      }
    }
    std::swap(older, previous);
    std::swap(previous, current);
  }
  return previous[b.size()];
}

std::vector<std::string> NearNames(std::string_view name,
                                   const std::vector<std::string>& candidates) {
  const std::string wanted = AsciiLower(name);
  std::vector<std::pair<int, const std::string*>> near;
  for (const std::string& candidate : candidates) {
    const int badness = Badness(wanted, AsciiLower(candidate));
    if (badness >= 0) near.emplace_back(badness, &candidate);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> names;
  for (const auto& [badness, candidate] : near) {
    if (names.size() == limits::kMaxSuggestedNames) break;
    if (std::find(names.begin(), names.end(), *candidate) == names.end()) {
      names.push_back(*candidate);
    }
  }
  return names;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string>& candidates) {
  const std::vector<std::string> names = NearNames(name, candidates);
  if (names.empty()) return "";
  std::string text = "; did you mean ";
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0) text += i + 1 == names.size() ? " or " : ", ";
    text += "'" + names[i] + "'";
  }
  return text + "?";
}

}  // namespace floe
