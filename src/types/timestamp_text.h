// Timestamps as people write them on a command line.
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/strong_id.h"

namespace floe::types {

// "yyyy-MM-dd[ HH:mm:ss[.SSS]]" with ' ' or 'T' between, an optional 'Z' behind; UTC.
// kInvalidArgument says the form.
Result<EventTime> ParseUtcTimestamp(std::string_view text);
// "yyyy-MM-dd HH:mm:ss.SSS".
std::string FormatUtcTimestamp(EventTime time);

}  // namespace floe::types
