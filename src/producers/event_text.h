// The texts that producers write and read many of: timestamps and JSON strings, without allocating.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace floe::producers {

// Appends "yyyy-MM-dd HH:mm:ss.SSS". Keeps the text of the last second, so rising times are cheap.
// Not thread-safe. Years 0000 to 9999.
class TimestampWriter {
 public:
  void Append(int64_t millis, std::string& out);

 private:
  int64_t second_ = INT64_MIN;
  char text_[20] = {};  // of the second, with the dot
};

// "yyyy-MM-dd HH:mm:ss[.fraction]", also with 'T' between and 'Z' behind, as milliseconds (further
// digits are cut); nullopt if it is no such text or no such day.
std::optional<int64_t> ParseTimestamp(std::string_view text);

// Appends the text as a JSON string with its quotes. Bytes above 0x7f are kept as they are.
void AppendJsonString(std::string_view text, std::string& out);

// True for what JSON takes as a number.
bool IsJsonNumber(std::string_view text);
bool IsJsonInteger(std::string_view text);

// A number with a fraction, as an integer count of 1 / `scale` parts, rounded down: ("12.5", 1000)
// is 12500. nullopt if it is no number without exponent or too large.
std::optional<int64_t> ParseScaled(std::string_view text, int64_t scale);

}  // namespace floe::producers
