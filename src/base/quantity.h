// Durations and sizes as people write them, in Flink's notation.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace floe {

// "10 s", "500ms", "5 min", "1 day", … (Flink's TimeUtils: a number and a unit, case and blanks
// aside), or a number alone, which counts milliseconds. Fractions of a millisecond are cut off.
// kInvalidArgument says what would be valid.
Result<int64_t> ParseDurationMs(std::string_view text);

// "64 mb", "1g", "512 kb", … (Flink's MemorySize: powers of 1,024), or a number alone, which
// counts bytes.
Result<int64_t> ParseBytes(std::string_view text);

// "350 ms", "12.5 s", "5 min", "2 h 5 min": for people, rounded to what matters.
std::string FormatDuration(int64_t milliseconds);
// "512 B", "12.4 KiB", "1.2 GiB".
std::string FormatBytes(int64_t bytes);
// "1,234,567".
std::string FormatCount(int64_t count);

}  // namespace floe
