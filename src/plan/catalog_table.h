// Tables and views as the session knows them: columns of all kinds, bound computed columns and
// watermark, keys and options. Immutable once created.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "functions/expression.h"
#include "sql/flink/ast_query.h"
#include "stream/table_descriptor.h"
#include "types/data_type.h"

namespace floe::plan {

enum class ColumnKind : uint8_t {
  kPhysical,  // stored
  kComputed,  // name AS expression
  kMetadata,  // filled by the connector
};

struct TableColumn {
  std::string name;
  ColumnKind kind = ColumnKind::kPhysical;
  // Of a column with a watermark: with the time attribute kRowtime.
  types::DataType type;
  // kComputed: over the table's columns (it reads physical and metadata columns only).
  functions::ExpressionPtr expression;
  // kComputed: as written, for CREATE TABLE … LIKE and SHOW CREATE TABLE.
  std::optional<sql::flink::Expression> definition;
  std::string metadata_key;  // kMetadata
  bool is_virtual = false;   // kMetadata
  std::string comment;
};

struct Watermark {
  int column = -1;                      // the rowtime, index into the table's columns
  functions::ExpressionPtr expression;  // over the table's columns
  sql::flink::Expression definition;
};

struct PrimaryKey {
  std::string constraint_name;  // empty: not named
  std::vector<std::string> columns;
};

struct CatalogTable {
  stream::TableName name;
  bool temporary = false;
  std::string comment;
  std::vector<TableColumn> columns;
  std::optional<Watermark> watermark;
  std::optional<PrimaryKey> primary_key;
  std::vector<std::string> partition_keys;
  std::map<std::string, std::string> options;
  std::map<std::string, std::string> catalog_options;  // of the table's catalog

  // All columns in the declared order.
  types::Schema schema() const;
  // Index of the column with this exact name, or -1.
  int IndexOf(std::string_view column) const;
  // What a connector is told; physical columns come without time attributes.
  stream::TableDescriptor Descriptor() const;
  // For each column its index in Descriptor()'s physical_schema or metadata_columns, or -1
  // (computed columns).
  std::vector<int> DescriptorIndexes() const;
};
using CatalogTablePtr = std::shared_ptr<const CatalogTable>;

// A view keeps its query, and is bound again where it is used, with the current catalog and
// database of the statement that created it.
struct CatalogView {
  stream::TableName name;
  bool temporary = false;
  std::string comment;
  sql::flink::Query query;
  std::string query_text;
  types::Schema schema;  // with the view's own column names
  std::string current_catalog;
  std::string current_database;
};
using CatalogViewPtr = std::shared_ptr<const CatalogView>;

}  // namespace floe::plan
