// Values of DuckDB's vectors as JSON of the client protocol. For .cc files of this folder only.
#pragma once

#include <duckdb.h>

#include <map>
#include <string>

#include "functions/time_zone.h"
#include "query/trino/type.h"

namespace floe::query::trino {

// Writes values; remembers time zones. For one thread at a time.
class ValueWriter {
 public:
  explicit ValueWriter(bool parametric_datetime) : parametric_(parametric_datetime) {}

  // Appends value `row` of `vector`, whose Trino type is `type`; `zone` of its instants.
  void Append(duckdb_vector vector, const Type& type, const std::string& zone, idx_t row,
              std::string& out);

 private:
  // Values that are JSON strings.
  void AppendQuoted(duckdb_vector vector, const Type& type, const std::string& zone, idx_t row,
                    std::string& out);
  void AppendNested(duckdb_vector vector, const Type& type, const std::string& zone, idx_t row,
                    std::string& out);
  void AppendTimestamp(int64_t micros, const Type& type, const std::string& zone, std::string& out);
  void AppendTime(int64_t picos, const Type& type, std::string& out);

  bool parametric_;
  std::map<std::string, functions::TimeZone> zones_;
};

// `text` as a JSON string.
void AppendJsonString(std::string_view text, std::string& out);

}  // namespace floe::query::trino
