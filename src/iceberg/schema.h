// A table's columns with their ids, and how they come from Flink's types and go to Arrow's.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "iceberg/type.h"
#include "types/data_type.h"

namespace arrow {
class Schema;
}

namespace floe::iceberg {

// Immutable once it is part of a TableMetadata.
class Schema {
 public:
  Schema() = default;
  Schema(int schema_id, std::vector<NestedField> fields, std::vector<ColumnId> identifier_ids = {})
      : schema_id_(schema_id),
        fields_(std::move(fields)),
        identifier_field_ids_(std::move(identifier_ids)) {}

  int schema_id() const { return schema_id_; }
  void set_schema_id(int id) { schema_id_ = id; }
  const std::vector<NestedField>& fields() const { return fields_; }
  // The columns of the primary key, in ascending order of id.
  const std::vector<ColumnId>& identifier_field_ids() const { return identifier_field_ids_; }
  const std::string& unknown_json() const { return unknown_json_; }
  void set_unknown_json(std::string json) { unknown_json_ = std::move(json); }

  // The field with this id at any depth, or null. Valid as long as the schema.
  const NestedField* FindField(ColumnId id) const;
  // The top-level column with this exact name, or null.
  const NestedField* FindColumn(std::string_view name) const;
  // Position of a top-level column, or -1.
  int IndexOf(ColumnId id) const;
  // Dotted path of a field ("location.lat"), empty when there is none.
  std::string NameOf(ColumnId id) const;
  // The highest id in use at any depth, 0 for an empty schema.
  ColumnId HighestFieldId() const;
  // Equality of columns and identifier fields, the schema's own id aside.
  bool SameColumnsAs(const Schema& other) const;
  bool operator==(const Schema&) const = default;

 private:
  int schema_id_ = 0;
  std::vector<NestedField> fields_;
  std::vector<ColumnId> identifier_field_ids_;
  std::string unknown_json_;
};

using SchemaPtr = std::shared_ptr<const Schema>;

// Ids are given from 1 in breadth-first order, as a table's creation does. TINYINT, SMALLINT and
// INT become int; CHAR and VARCHAR string; BINARY(n) fixed[n]; VARBINARY binary; TIME(p) time;
// TIMESTAMP(p) timestamp and TIMESTAMP_LTZ(p) timestamptz for p <= 6 (Flink's connector does the
// same); others are refused by name. Columns of `primary_key` become required and identifier
// fields. Fails with kNotFound for a key column that does not exist, kSqlTypeMismatch for a key of
// FLOAT or DOUBLE.
Result<Schema> SchemaFromFlink(const types::Schema& schema,
                               const std::vector<std::string>& primary_key);

// The reverse, for a table that another engine made: int INTEGER, string STRING, time TIME(0),
// timestamp TIMESTAMP(6), timestamptz TIMESTAMP_LTZ(6), uuid BINARY(16), fixed[n] BINARY(n).
types::Schema SchemaToFlink(const Schema& schema);

// The schema of a Parquet file of this table: PARQUET:field_id on every field, timestamps in
// microseconds (zone "UTC" for timestamptz), time64(us), decimal128, fixed_size_binary for uuid
// and fixed.
std::shared_ptr<arrow::Schema> ToArrowSchema(const Schema& schema);

}  // namespace floe::iceberg
