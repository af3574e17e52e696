// Trino's names, numbers and types of the errors of our catalogue.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe::query::trino {

struct TrinoErrorName {
  std::string_view name;  // "TYPE_MISMATCH"
  int code = 0;
  std::string_view type;  // "USER_ERROR", "INTERNAL_ERROR", "INSUFFICIENT_RESOURCES", "EXTERNAL"
};

TrinoErrorName NameOf(ErrorCode code);
// "line 1:8: …" in front where the error has a place.
std::string TrinoMessage(const Error& error);
// An error that a function raised in DuckDB as "TRINO|NAME|message"; nothing for others.
std::optional<Error> DecodeRaised(std::string_view message);

}  // namespace floe::query::trino
