#include "iceberg/schema.h"

#include <algorithm>
#include <utility>

#include "base/assert.h"

namespace floe::iceberg {
namespace {

const NestedField* FindIn(const std::vector<NestedField>& fields, ColumnId id) {
  for (const NestedField& field : fields) {
    if (field.id == id) return &field;
    if (const NestedField* found = FindIn(field.type.fields(), id)) return found;
  }
  return nullptr;
}

bool PathIn(const std::vector<NestedField>& fields, ColumnId id, std::string& path) {
  for (const NestedField& field : fields) {
    size_t length = path.size();
    if (!path.empty()) path += '.';
    path += field.name;
    if (field.id == id || PathIn(field.type.fields(), id, path)) return true;
    path.resize(length);
  }
  return false;
}

ColumnId HighestIn(const std::vector<NestedField>& fields) {
  ColumnId highest;
  for (const NestedField& field : fields) {
    highest = std::max({highest, field.id, HighestIn(field.type.fields())});
  }
  return highest;
}

}  // namespace

const NestedField* Schema::FindField(ColumnId id) const { return FindIn(fields_, id); }

const NestedField* Schema::FindColumn(std::string_view name) const {
  for (const NestedField& field : fields_) {
    if (field.name == name) return &field;
  }
  return nullptr;
}

int Schema::IndexOf(ColumnId id) const {
  for (size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].id == id) return static_cast<int>(i);
  }
  return -1;
}

std::string Schema::NameOf(ColumnId id) const {
  std::string path;
  PathIn(fields_, id, path);
  return path;
}

ColumnId Schema::HighestFieldId() const { return HighestIn(fields_); }

bool Schema::SameColumnsAs(const Schema& other) const {
  return fields_ == other.fields_ && identifier_field_ids_ == other.identifier_field_ids_;
}

}  // namespace floe::iceberg
