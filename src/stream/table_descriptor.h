// What a connector needs to know of a table: names, physical columns, keys and options.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "types/data_type.h"

namespace floe::stream {

// catalog.database.name, as resolved.
struct TableName {
  std::string catalog;
  std::string database;
  std::string table;

  std::string ToString() const { return catalog + "." + database + "." + table; }
  auto operator<=>(const TableName&) const = default;
};

// A column that the source fills from a record's metadata (`topic`, `offset`, `timestamp` …).
struct MetadataColumn {
  std::string name;  // column of the table
  std::string key;   // metadata key of the connector
  types::DataType type;
  bool is_virtual = false;  // read-only: not written by a sink
};

struct TableDescriptor {
  TableName name;
  // The columns that are stored: without computed and metadata columns.
  types::Schema physical_schema;
  std::vector<MetadataColumn> metadata_columns;
  std::vector<std::string> primary_key;  // empty: none
  std::vector<std::string> partition_keys;
  // The WITH options, and, in an Iceberg catalog, the table's properties; `connector` included.
  std::map<std::string, std::string> options;
  // Options of the table's catalog (CREATE CATALOG … WITH), empty for the default catalog.
  std::map<std::string, std::string> catalog_options;
};

}  // namespace floe::stream
