// Turns the text of a JSON scalar into a value of a column, by Flink's rules. No allocation.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "connectors/json/json_format.h"
#include "types/data_type.h"

namespace floe::connectors {

__extension__ using JsonInt128 = __int128;

// A JSON number as `token`, checked against the grammar of RFC 8259.
bool IsJsonNumber(std::string_view token);

// INT-like: the integer part of a number token, truncated toward zero; nullopt if it is outside
// [minimum, maximum].
std::optional<int64_t> IntegerFromNumber(std::string_view token, int64_t minimum, int64_t maximum);
// INT-like from a JSON string: blanks around are dropped, digits with an optional sign.
std::optional<int64_t> IntegerFromText(std::string_view text, int64_t minimum, int64_t maximum);
// A number token or a string with a number, "NaN", "Infinity", "-Infinity"; blanks around allowed.
std::optional<double> DoubleFromText(std::string_view text);
// The same, rounded once to FLOAT.
std::optional<float> FloatFromText(std::string_view text);

struct DecimalValue {
  bool overflow = false;  // does not fit the precision: NULL in Flink
  JsonInt128 unscaled = 0;
};
// Rounds half up to `scale` digits.
std::optional<DecimalValue> DecimalFromText(std::string_view text, int precision, int scale);

// 'yyyy-MM-dd' as days since 1970-01-01.
std::optional<int32_t> DateFromText(std::string_view text);
// 'HH:mm:ss[.fraction]' as milliseconds of the day.
std::optional<int32_t> TimeFromText(std::string_view text);
// SQL: 'yyyy-MM-dd HH:mm:ss[.fraction]'; ISO: with 'T', seconds optional. `zoned` (TIMESTAMP_LTZ)
// asks for a trailing 'Z'. Returns units of 10^-digits s (digits 3, 6 or 9), cut to `precision`.
std::optional<int64_t> TimestampFromText(std::string_view text, JsonTimestampFormat format,
                                         bool zoned, int precision);
// RFC 4648 with padding, as Jackson reads BYTES.
bool DecodeBase64(std::string_view text, std::string* out);

}  // namespace floe::connectors
