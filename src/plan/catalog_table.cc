#include "plan/catalog_table.h"

namespace floe::plan {

types::Schema CatalogTable::schema() const {
  std::vector<types::Field> fields;
  fields.reserve(columns.size());
  for (const TableColumn& column : columns) fields.push_back({column.name, column.type});
  return types::Schema(std::move(fields));
}

int CatalogTable::IndexOf(std::string_view column) const {
  for (size_t i = 0; i < columns.size(); ++i) {
    if (columns[i].name == column) return static_cast<int>(i);
  }
  return -1;
}

stream::TableDescriptor CatalogTable::Descriptor() const {
  stream::TableDescriptor descriptor;
  descriptor.name = name;
  std::vector<types::Field> physical;
  for (const TableColumn& column : columns) {
    types::DataType type = column.type.WithTimeAttribute(types::TimeAttribute::kNone);
    if (column.kind == ColumnKind::kPhysical) {
      physical.push_back({column.name, type});
    } else if (column.kind == ColumnKind::kMetadata) {
      descriptor.metadata_columns.push_back(
          {column.name, column.metadata_key, type, column.is_virtual});
    }
  }
  descriptor.physical_schema = types::Schema(std::move(physical));
  if (primary_key.has_value()) descriptor.primary_key = primary_key->columns;
  descriptor.partition_keys = partition_keys;
  descriptor.options = options;
  descriptor.catalog_options = catalog_options;
  return descriptor;
}

std::vector<int> CatalogTable::DescriptorIndexes() const {
  std::vector<int> indexes;
  int physical = 0;
  int metadata = 0;
  for (const TableColumn& column : columns) {
    switch (column.kind) {
      case ColumnKind::kPhysical:
        indexes.push_back(physical++);
        break;
      case ColumnKind::kMetadata:
        indexes.push_back(metadata++);
        break;
      case ColumnKind::kComputed:
        indexes.push_back(-1);
        break;
    }
  }
  return indexes;
}

}  // namespace floe::plan
