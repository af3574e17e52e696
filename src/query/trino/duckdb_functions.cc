#include "query/trino/duckdb_functions.h"

#include <charconv>
#include <cmath>
#include <cstring>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "query/trino/duckdb_rows.h"
#include "query/trino/number_text.h"

namespace floe::query::trino {
namespace {

// Byte offsets of the code points, and the end.
std::vector<size_t> CodePoints(std::string_view text) {
  std::vector<size_t> starts;
  for (size_t i = 0; i < text.size(); ++i) {
    if ((static_cast<unsigned char>(text[i]) & 0xC0) != 0x80) starts.push_back(i);
  }
  starts.push_back(text.size());
  return starts;
}

void ReverseText(Row& row) {
  const std::string_view text = row.Text(0);
  const auto starts = CodePoints(text);
  std::string out;
  for (size_t i = starts.size() - 1; i-- > 0;) {
    out += text.substr(starts[i], starts[i + 1] - starts[i]);
  }
  row.SetText(out);
}

// Starts count from 1, negative ones from the end; 0 gives nothing.
void Substring(Row& row) {
  const std::string_view text = row.Text(0);
  const auto starts = CodePoints(text);
  const auto count = static_cast<int64_t>(starts.size()) - 1;
  int64_t start = row.Value<int64_t>(1);
  const int64_t length = row.Value<int64_t>(2);
  if (start < 0) start = count + start + 1;
  if (start <= 0 || start > count || length <= 0) return row.SetText("");
  const int64_t end = length > count - start + 1 ? count : start - 1 + length;
  const size_t begin = starts[static_cast<size_t>(start - 1)];
  row.SetText(text.substr(begin, starts[static_cast<size_t>(end)] - begin));
}

void FromBase(Row& row) {
  const std::string_view text = row.Text(0);
  const int64_t radix = row.Value<int64_t>(1);
  if (radix < 2 || radix > 36) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|Radix must be between 2 and 36");
  }
  int64_t value = 0;
  auto end =
      std::from_chars(text.data(), text.data() + text.size(), value, static_cast<int>(radix));
  if (end.ec != std::errc() || end.ptr != text.data() + text.size()) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|Not a valid base-" + std::to_string(radix) +
                    " number: " + std::string(text));
  }
  row.Set(value);
}

void ToBase(Row& row) {
  const int64_t radix = row.Value<int64_t>(1);
  if (radix < 2 || radix > 36) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|Radix must be between 2 and 36");
  }
  char buffer[80];
  auto end = std::to_chars(buffer, buffer + sizeof(buffer), row.Value<int64_t>(0),
                           static_cast<int>(radix));
  row.SetText(std::string_view(buffer, static_cast<size_t>(end.ptr - buffer)));
}

void FromHex(Row& row) {
  const std::string_view text = row.Text(0);
  std::string out;
  int high = -1;
  for (char c : text) {
    const int digit = c >= '0' && c <= '9'   ? c - '0'
                      : c >= 'a' && c <= 'f' ? c - 'a' + 10
                      : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                             : -1;
    if (digit < 0) {
      return row.Fail("INVALID_FUNCTION_ARGUMENT|not a hexadecimal digit: \"" + std::string(1, c) +
                      "\" = " + std::to_string(static_cast<int>(c)));
    }
    if (high < 0) {
      high = digit;
    } else {
      out += static_cast<char>(high * 16 + digit);
      high = -1;
    }
  }
  if (high >= 0) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|string is not a multiple of two digits long");
  }
  row.SetText(out);
}

void JsonParse(Row& row) {
  const std::string text(row.Text(0));
  if (!nlohmann::json::accept(text)) {
    return row.Fail("INVALID_FUNCTION_ARGUMENT|Cannot convert value to JSON: '" + text + "'");
  }
  const auto json = nlohmann::json::parse(text, nullptr, false);
  row.SetText(json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

void DecimalDivide(Row& row) {
  auto quotient = DivideDecimals(row.Text(0), row.Text(1), row.Value<int32_t>(2));
  if (quotient) return row.SetText(*quotient);
  row.SetNull();
}

// Takes "TRINO|NAME|message". DuckDB's own error() is volatile: neither TRY nor pruning bear that.
void Raise(Row& row) { row.Fail(std::string(row.Text(0).substr(6))); }
void DoubleToText(Row& row) { row.SetText(DoubleText(row.Value<double>(0))); }
void RealToText(Row& row) { row.SetText(RealText(row.Value<float>(0))); }
void Ln(Row& row) { row.Set(std::log(row.Value<double>(0))); }
void Log10(Row& row) { row.Set(std::log10(row.Value<double>(0))); }
void Log2(Row& row) { row.Set(std::log2(row.Value<double>(0))); }

std::vector<ScalarDefinition> Definitions() {
  std::vector<ScalarDefinition> definitions = {
      {"floe_raise", {DUCKDB_TYPE_VARCHAR}, DUCKDB_TYPE_SQLNULL, RunRows<Raise>},
      {"floe_double_text", {DUCKDB_TYPE_DOUBLE}, DUCKDB_TYPE_VARCHAR, RunRows<DoubleToText>},
      {"floe_real_text", {DUCKDB_TYPE_FLOAT}, DUCKDB_TYPE_VARCHAR, RunRows<RealToText>},
      {"floe_ln", {DUCKDB_TYPE_DOUBLE}, DUCKDB_TYPE_DOUBLE, RunRows<Ln>},
      {"floe_log10", {DUCKDB_TYPE_DOUBLE}, DUCKDB_TYPE_DOUBLE, RunRows<Log10>},
      {"floe_log2", {DUCKDB_TYPE_DOUBLE}, DUCKDB_TYPE_DOUBLE, RunRows<Log2>},
      {"floe_reverse", {DUCKDB_TYPE_VARCHAR}, DUCKDB_TYPE_VARCHAR, RunRows<ReverseText>},
      {"floe_substring",
       {DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT},
       DUCKDB_TYPE_VARCHAR,
       RunRows<Substring>},
      {"floe_from_base",
       {DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_BIGINT},
       DUCKDB_TYPE_BIGINT,
       RunRows<FromBase>},
      {"floe_to_base",
       {DUCKDB_TYPE_BIGINT, DUCKDB_TYPE_BIGINT},
       DUCKDB_TYPE_VARCHAR,
       RunRows<ToBase>},
      {"floe_from_hex", {DUCKDB_TYPE_VARCHAR}, DUCKDB_TYPE_BLOB, RunRows<FromHex>},
      {"floe_json_parse", {DUCKDB_TYPE_VARCHAR}, DUCKDB_TYPE_VARCHAR, RunRows<JsonParse>},
      {"floe_decimal_divide",
       {DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_VARCHAR, DUCKDB_TYPE_INTEGER},
       DUCKDB_TYPE_VARCHAR,
       RunRows<DecimalDivide>},
  };
  for (const auto& more : {JsonDefinitions(), TimeDefinitions()}) {
    definitions.insert(definitions.end(), more.begin(), more.end());
  }
  return definitions;
}

// Simple case mapping keeps the sharp s.
constexpr const char* kMacros[] = {
    "CREATE MACRO floe_upper(x) AS replace(upper(replace(x, 'ß', chr(1))), chr(1), 'ß')",
    "CREATE MACRO floe_lower(x) AS lower(x)",
    "CREATE MACRO floe_split(x, d, n) AS CASE WHEN len(str_split(x, d)) <= n THEN str_split(x, d) "
    "ELSE list_append(str_split(x, d)[1:n - 1], array_to_string(str_split(x, d)[n:], d)) END",
    "CREATE MACRO floe_macro_has(list, v) AS CASE WHEN v IS NULL THEN "
    "len(list_filter(list, lambda y: y IS NULL)) > 0 ELSE coalesce(list_contains(list, v), false) "
    "END",
    "CREATE MACRO floe_macro_distinct(x) AS "
    "list_filter(x, lambda v, i: coalesce(list_position(x, v), i) = i)",
};

}  // namespace

Status RunSetup(duckdb_connection connection, const char* sql) {
  duckdb_result result;
  const bool ok = duckdb_query(connection, sql, &result) == DuckDBSuccess;
  std::string message;
  if (!ok && duckdb_result_error(&result) != nullptr) message = duckdb_result_error(&result);
  duckdb_destroy_result(&result);
  return ok ? Status::Ok() : Status(ErrorCode::kInternal, message);
}

Status RegisterFunctions(duckdb_connection connection) {
  for (const ScalarDefinition& definition : Definitions()) {
    duckdb_scalar_function function = duckdb_create_scalar_function();
    duckdb_scalar_function_set_name(function, definition.name);
    for (duckdb_type type : definition.arguments) {
      duckdb_logical_type logical = duckdb_create_logical_type(type);
      duckdb_scalar_function_add_parameter(function, logical);
      duckdb_destroy_logical_type(&logical);
    }
    const bool is_list = definition.result == DUCKDB_TYPE_LIST;
    duckdb_logical_type result =
        duckdb_create_logical_type(is_list ? DUCKDB_TYPE_VARCHAR : definition.result);
    if (is_list) {
      duckdb_logical_type item = result;
      result = duckdb_create_list_type(item);
      duckdb_destroy_logical_type(&item);
    }
    duckdb_scalar_function_set_return_type(function, result);
    duckdb_destroy_logical_type(&result);
    duckdb_scalar_function_set_function(function, definition.function);
    const bool ok = duckdb_register_scalar_function(connection, function) == DuckDBSuccess;
    duckdb_destroy_scalar_function(&function);
    if (!ok) return Status(ErrorCode::kInternal, "DuckDB refuses a function of ours");
  }
  for (const char* macro : kMacros) FLOE_TRY(RunSetup(connection, macro));
  return Status::Ok();
}

}  // namespace floe::query::trino
