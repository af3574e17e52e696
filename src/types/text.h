// Values of batches as text, in the form that Flink's clients print and the oracle cases have.
#pragma once

#include <cstdint>
#include <string>

namespace arrow {
class Array;
}

namespace floe::types {

// Appends the text of one value: integers and decimals plain with their scale; FLOAT and DOUBLE as
// Java prints them; DATE yyyy-MM-dd, TIME HH:mm:ss[.fff], TIMESTAMP 'yyyy-MM-dd HH:mm:ss[.f…]'
// with the digits of the array's unit, TIMESTAMP_LTZ the same in UTC with 'Z'; BYTES as
// upper-case hexadecimal; "NULL".
void AppendText(const arrow::Array& array, int64_t row, std::string* out);

// Shortest text that reads back to the same value, in Java's form: "1.0", "1.0E10", "NaN",
// "Infinity".
std::string JavaText(double value);
std::string JavaText(float value);

}  // namespace floe::types
