// The patterns of LIKE and SIMILAR TO.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::functions {

// % is any text, _ any character, line ends included. Immutable.
class LikePattern {
 public:
  // `escape`: one character, or empty for none. kInvalidArgument where it does not stand before %,
  // _ or itself.
  static Result<LikePattern> Compile(std::string_view pattern, std::string_view escape);

  bool Matches(std::string_view text) const;

 private:
  // Between two %: text in which kAnyCharacter stands for _.
  struct Part {
    std::string text;
    std::vector<bool> any;  // per byte of `text`; empty when no _ is in it
  };

  // Whether the part matches at the front of `text`; its length then.
  static bool MatchesAt(const Part& part, std::string_view text, size_t* length);

  std::vector<Part> parts_;  // one more than there are %
};

class LikePatternCache {
 public:
  const Result<LikePattern>& Get(std::string_view pattern, std::string_view escape);

 private:
  std::string pattern_;
  std::string escape_;
  std::shared_ptr<const Result<LikePattern>> compiled_;
};

// The regular expression of the same meaning.
Result<std::string> SimilarToRegularExpression(std::string_view pattern, std::string_view escape);

}  // namespace floe::functions
