// Scalar functions of ours in DuckDB, written row by row. Private to the folder's duckdb_* sources.
#pragma once

#include <duckdb.h>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace floe::query::trino {

// One row's arguments and its result.
class Row {
 public:
  Row(const std::vector<void*>& data, duckdb_vector output, idx_t row)
      : data_(data), output_(output), row_(row) {}

  template <typename T>
  T Value(size_t i) const {
    return static_cast<const T*>(data_[i])[row_];
  }
  std::string_view Text(size_t i) const {
    auto* value = &static_cast<duckdb_string_t*>(data_[i])[row_];
    return {duckdb_string_t_data(value), duckdb_string_t_length(*value)};
  }
  template <typename T>
  void Set(T value) {
    static_cast<T*>(duckdb_vector_get_data(output_))[row_] = value;
  }
  void SetText(std::string_view text) {
    duckdb_vector_assign_string_element_len(output_, row_, text.data(), text.size());
  }
  // Of a function whose result is a list of texts.
  void SetTexts(const std::vector<std::string>& texts) {
    const idx_t first = duckdb_list_vector_get_size(output_);
    duckdb_list_vector_reserve(output_, first + texts.size());
    duckdb_list_vector_set_size(output_, first + texts.size());
    duckdb_vector items = duckdb_list_vector_get_child(output_);
    for (idx_t i = 0; i < texts.size(); ++i) {
      duckdb_vector_assign_string_element_len(items, first + i, texts[i].data(), texts[i].size());
    }
    static_cast<duckdb_list_entry*>(duckdb_vector_get_data(output_))[row_] = {first, texts.size()};
  }
  void SetNull() {
    duckdb_vector_ensure_validity_writable(output_);
    duckdb_validity_set_row_invalid(duckdb_vector_get_validity(output_), row_);
  }
  void Fail(std::string message) { error = std::move(message); }

  std::string error;

 private:
  const std::vector<void*>& data_;
  duckdb_vector output_;
  idx_t row_;
};

using RowFunction = void (*)(Row&);

template <RowFunction function>
void RunRows(duckdb_function_info info, duckdb_data_chunk input, duckdb_vector output) {
  const idx_t rows = duckdb_data_chunk_get_size(input);
  const idx_t columns = duckdb_data_chunk_get_column_count(input);
  std::vector<void*> data;
  std::vector<uint64_t*> validity;
  for (idx_t c = 0; c < columns; ++c) {
    duckdb_vector vector = duckdb_data_chunk_get_vector(input, c);
    data.push_back(duckdb_vector_get_data(vector));
    validity.push_back(duckdb_vector_get_validity(vector));
  }
  for (idx_t r = 0; r < rows; ++r) {
    Row row(data, output, r);
    bool is_null = false;
    for (uint64_t* mask : validity) {
      is_null |= mask != nullptr && !duckdb_validity_row_is_valid(mask, r);
    }
    if (is_null) {
      row.SetNull();
      continue;
    }
    function(row);
    if (row.error.empty()) continue;
    duckdb_scalar_function_set_error(info, ("TRINO|" + row.error).c_str());
    return;
  }
}

// What DuckDB is told of a function.
struct ScalarDefinition {
  const char* name;
  std::vector<duckdb_type> arguments;
  duckdb_type result;  // DUCKDB_TYPE_LIST: of VARCHAR
  duckdb_scalar_function_t function;
};

// duckdb_json_functions.cc, duckdb_time_functions.cc
std::vector<ScalarDefinition> JsonDefinitions();
std::vector<ScalarDefinition> TimeDefinitions();

}  // namespace floe::query::trino
