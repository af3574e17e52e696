// The ids of topics: UUIDs of version 4.
#pragma once

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/random.h"
#include "base/result.h"

namespace floe::log {

struct Uuid {
  std::array<uint8_t, 16> bytes{};

  auto operator<=>(const Uuid&) const = default;

  // Version 4.
  static Uuid Generate(Random& random);
  // From "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx"; kInvalidData otherwise.
  static Result<Uuid> Parse(std::string_view text);
  std::string ToString() const;
};

}  // namespace floe::log
