#include "query/trino/value_json.h"

#include <algorithm>
#include <cstdlib>

#include "functions/calendar.h"
#include "query/trino/number_text.h"

namespace floe::query::trino {
namespace {

template <typename T>
T ValueAt(duckdb_vector vector, idx_t row) {
  return static_cast<const T*>(duckdb_vector_get_data(vector))[row];
}

std::string_view TextAt(duckdb_vector vector, idx_t row) {
  auto* value = &static_cast<duckdb_string_t*>(duckdb_vector_get_data(vector))[row];
  return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
}

std::string HugeText(duckdb_hugeint value) {
  const bool negative = value.upper < 0;
  auto wide = static_cast<unsigned __int128>((static_cast<__int128>(value.upper) << 64) |
                                             static_cast<__int128>(value.lower));
  if (negative) wide = ~wide + 1;
  std::string digits;
  do {
    digits += static_cast<char>('0' + static_cast<int>(wide % 10));
    wide /= 10;
  } while (wide != 0);
  if (negative) digits += '-';
  return {digits.rbegin(), digits.rend()};
}

void AppendDecimal(duckdb_vector vector, const Type& type, idx_t row, std::string& out) {
  std::string digits;
  if (type.precision() <= 4) {
    digits = std::to_string(ValueAt<int16_t>(vector, row));
  } else if (type.precision() <= 9) {
    digits = std::to_string(ValueAt<int32_t>(vector, row));
  } else if (type.precision() <= 18) {
    digits = std::to_string(ValueAt<int64_t>(vector, row));
  } else {
    digits = HugeText(ValueAt<duckdb_hugeint>(vector, row));
  }
  const bool negative = digits[0] == '-';
  if (negative) digits.erase(0, 1);
  const auto scale = static_cast<size_t>(type.scale());
  if (digits.size() <= scale) digits.insert(0, scale + 1 - digits.size(), '0');
  if (scale > 0) digits.insert(digits.size() - scale, ".");
  out += "\"" + (negative ? "-" + digits : digits) + "\"";
}

void AppendBase64(std::string_view bytes, std::string& out) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t group = 0;
    for (size_t k = 0; k < 3; ++k) {
      group = group << 8 | (i + k < bytes.size() ? static_cast<uint8_t>(bytes[i + k]) : 0);
    }
    for (size_t k = 0; k < 4; ++k) {
      out += i + k > bytes.size() ? '=' : kDigits[group >> (18 - 6 * k) & 63];
    }
  }
}

void AppendUuid(duckdb_hugeint value, std::string& out) {
  // DuckDB flips the highest bit, so that order is kept.
  const auto high = static_cast<uint64_t>(value.upper) ^ (uint64_t{1} << 63);
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (uint64_t half : {high, static_cast<uint64_t>(value.lower)}) {
    for (int shift = 60; shift >= 0; shift -= 4) digits += kDigits[half >> shift & 15];
  }
  for (size_t at : {20, 16, 12, 8}) digits.insert(at, "-");
  out += digits;
}

void AppendIntervalDay(int64_t millis, std::string& out) {
  if (millis < 0) out += '-';
  const int64_t size = std::abs(millis);
  out += std::to_string(size / functions::kMillisPerDay) + " ";
  functions::AppendPadded(size / functions::kMillisPerHour % 24, 2, &out);
  out += ':';
  functions::AppendPadded(size / functions::kMillisPerMinute % 60, 2, &out);
  out += ':';
  functions::AppendPadded(size / 1000 % 60, 2, &out);
  out += '.';
  functions::AppendPadded(size % 1000, 3, &out);
}

std::string Fraction(int64_t micros, int64_t precision) {
  std::string digits;
  functions::AppendPadded(micros, 6, &digits);
  return "." + digits.substr(0, static_cast<size_t>(precision));
}

}  // namespace

void AppendJsonString(std::string_view text, std::string& out) {
  static constexpr char kDigits[] = "0123456789abcdef";
  out += '"';
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20) {
      out += "\\u00";
      out += kDigits[byte >> 4];
      out += kDigits[byte & 15];
    } else {
      out += c;
    }
  }
  out += '"';
}

void ValueWriter::AppendTimestamp(int64_t micros, const Type& type, const std::string& zone,
                                  std::string& out) {
  int64_t precision = type.precision();
  if (!parametric_) {
    precision = 3;
    micros = functions::FloorDivide(micros + 500, 1000) * 1000;
  }
  int64_t seconds = functions::FloorDivide(micros, 1'000'000);
  const int64_t rest = micros - seconds * 1'000'000;
  const bool has_zone = type.is(TypeKind::kTimestampTz);
  if (has_zone && zone != "UTC") {
    auto known = zones_.find(zone);
    if (known == zones_.end()) {
      auto found = functions::TimeZone::Find(zone);
      known = zones_.emplace(zone, found ? *found : functions::TimeZone::Utc()).first;
    }
    seconds = known->second.ToLocal(seconds);
  }
  const int64_t days = functions::FloorDivide(seconds, functions::kSecondsPerDay);
  const int64_t second_of_day = seconds - days * functions::kSecondsPerDay;
  functions::AppendDate(days, &out);
  out += ' ';
  functions::AppendPadded(second_of_day / 3600, 2, &out);
  out += ':';
  functions::AppendPadded(second_of_day / 60 % 60, 2, &out);
  out += ':';
  functions::AppendPadded(second_of_day % 60, 2, &out);
  if (precision > 0) out += Fraction(rest, precision);
  if (has_zone) out += " " + zone;
}

void ValueWriter::AppendTime(int64_t picos, const Type& type, std::string& out) {
  int64_t precision = type.precision();
  if (!parametric_) {
    precision = 3;
    picos = (picos + 500'000'000) / 1'000'000'000 % 86'400'000 * 1'000'000'000;
  }
  const int64_t seconds = picos / 1'000'000'000'000;
  functions::AppendPadded(seconds / 3600, 2, &out);
  out += ':';
  functions::AppendPadded(seconds / 60 % 60, 2, &out);
  out += ':';
  functions::AppendPadded(seconds % 60, 2, &out);
  if (precision == 0) return;
  std::string digits;
  functions::AppendPadded(picos % 1'000'000'000'000, 12, &digits);
  out += "." + digits.substr(0, static_cast<size_t>(precision));
}

void ValueWriter::AppendNested(duckdb_vector vector, const Type& type, const std::string& zone,
                               idx_t row, std::string& out) {
  if (type.is(TypeKind::kRow)) {
    out += '[';
    for (size_t i = 0; i < type.arguments().size(); ++i) {
      if (i > 0) out += ',';
      Append(duckdb_struct_vector_get_child(vector, i), type.arguments()[i], zone, row, out);
    }
    out += ']';
    return;
  }
  const auto entry = ValueAt<duckdb_list_entry>(vector, row);
  duckdb_vector items = duckdb_list_vector_get_child(vector);
  const bool is_map = type.is(TypeKind::kMap);
  out += is_map ? '{' : '[';
  for (uint64_t i = entry.offset; i < entry.offset + entry.length; ++i) {
    if (i > entry.offset) out += ',';
    if (!is_map) {
      Append(items, type.arguments()[0], zone, i, out);
      continue;
    }
    std::string key;
    Append(duckdb_struct_vector_get_child(items, 0), type.arguments()[0], zone, i, key);
    if (key.starts_with('"')) {
      out += key;
    } else {
      AppendJsonString(key, out);
    }
    out += ':';
    Append(duckdb_struct_vector_get_child(items, 1), type.arguments()[1], zone, i, out);
  }
  out += is_map ? '}' : ']';
}

void ValueWriter::AppendQuoted(duckdb_vector vector, const Type& type, const std::string& zone,
                               idx_t row, std::string& out) {
  out += '"';
  switch (type.kind()) {
    case TypeKind::kVarbinary:
      AppendBase64(TextAt(vector, row), out);
      break;
    case TypeKind::kDate:
      functions::AppendDate(ValueAt<int32_t>(vector, row), &out);
      break;
    case TypeKind::kTime:
      AppendTime(ValueAt<int64_t>(vector, row), type, out);
      break;
    case TypeKind::kIntervalDay:
      AppendIntervalDay(ValueAt<int64_t>(vector, row), out);
      break;
    case TypeKind::kIntervalYear: {
      const int64_t months = ValueAt<int64_t>(vector, row);
      out += (months < 0 ? "-" : "") + std::to_string(std::abs(months) / 12) + "-" +
             std::to_string(std::abs(months) % 12);
      break;
    }
    case TypeKind::kUuid:
      AppendUuid(ValueAt<duckdb_hugeint>(vector, row), out);
      break;
    default:
      AppendTimestamp(ValueAt<int64_t>(vector, row), type, zone, out);
      break;
  }
  out += '"';
}

void ValueWriter::Append(duckdb_vector vector, const Type& type, const std::string& zone, idx_t row,
                         std::string& out) {
  uint64_t* validity = duckdb_vector_get_validity(vector);
  if (validity != nullptr && !duckdb_validity_row_is_valid(validity, row)) {
    out += "null";
    return;
  }
  switch (type.kind()) {
    case TypeKind::kUnknown:
      out += "null";
      return;
    case TypeKind::kBoolean:
      out += ValueAt<bool>(vector, row) ? "true" : "false";
      return;
    case TypeKind::kTinyint:
      out += std::to_string(ValueAt<int8_t>(vector, row));
      return;
    case TypeKind::kSmallint:
      out += std::to_string(ValueAt<int16_t>(vector, row));
      return;
    case TypeKind::kInteger:
      out += std::to_string(ValueAt<int32_t>(vector, row));
      return;
    case TypeKind::kBigint:
      out += std::to_string(ValueAt<int64_t>(vector, row));
      return;
    case TypeKind::kReal:
      out += RealJson(ValueAt<float>(vector, row));
      return;
    case TypeKind::kDouble:
      out += DoubleJson(ValueAt<double>(vector, row));
      return;
    case TypeKind::kDecimal:
      AppendDecimal(vector, type, row, out);
      return;
    case TypeKind::kVarchar:
    case TypeKind::kJson:
      AppendJsonString(TextAt(vector, row), out);
      return;
    case TypeKind::kChar: {
      std::string text(TextAt(vector, row));
      const auto length = std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
      });
      if (length < type.length()) text.append(static_cast<size_t>(type.length() - length), ' ');
      AppendJsonString(text, out);
      return;
    }
    case TypeKind::kArray:
    case TypeKind::kMap:
    case TypeKind::kRow:
      AppendNested(vector, type, zone, row, out);
      return;
    default:
      break;
  }
  AppendQuoted(vector, type, zone, row, out);
}

}  // namespace floe::query::trino
