// Regular expressions of Java, as far as they can be matched in linear time.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::functions {

// Immutable; cheap to copy.
class RegularExpression {
 public:
  // kInvalidArgument for what Java refuses too; kSqlUnsupported, with the construct's name, for
  // look-around, back references and possessive quantifiers.
  static Result<RegularExpression> Compile(std::string_view pattern);

  int group_count() const;
  bool Matches(std::string_view text) const;  // all of it
  // The first match at or behind byte `from`: group 0 is the match; a group that took no part has a
  // null data(). REQUIRES: from <= text.size().
  bool Find(std::string_view text, size_t from, std::vector<std::string_view>* groups) const;

 private:
  class Impl;
  std::shared_ptr<const Impl> impl_;
};

// The pattern of the newest row, compiled: nearly always a literal.
class RegularExpressionCache {
 public:
  const Result<RegularExpression>& Get(std::string_view pattern);

 private:
  std::string pattern_;
  std::shared_ptr<const Result<RegularExpression>> compiled_;
};

}  // namespace floe::functions
