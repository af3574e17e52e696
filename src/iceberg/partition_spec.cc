#include "iceberg/partition_spec.h"

#include <set>
#include <utility>

#include "base/percent_encoding.h"

namespace floe::iceberg {
namespace {

constexpr int32_t kFirstPartitionFieldId = 1000;

// As java.net.URLEncoder writes it in UTF-8: Iceberg's partition paths are encoded so.
std::string UrlEncode(std::string_view text) {
  const std::string out = PercentEncode(text, PercentForm::kForm);
  // A path's name must not be "." or "..".
  if (out == "." || out == "..") {
    std::string dots;
    for (size_t i = 0; i < out.size(); ++i) dots += "%2E";
    return dots;
  }
  return out;
}

}  // namespace

bool PartitionSpec::Equivalent(const PartitionSpec& other) const {
  if (fields.size() != other.fields.size()) return false;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (fields[i].source_id != other.fields[i].source_id ||
        fields[i].name != other.fields[i].name ||
        fields[i].transform != other.fields[i].transform) {
      return false;
    }
  }
  return true;
}

Result<std::vector<Type>> PartitionSpec::ResultTypes(const Schema& schema) const {
  std::vector<Type> types;
  for (const PartitionField& field : fields) {
    const NestedField* source = schema.FindField(field.source_id);
    if (source == nullptr) {
      return Error(ErrorCode::kCorruption, "partition field '" + field.name + "' has column id " +
                                               std::to_string(field.source_id.value()) +
                                               " as source, which the schema does not have");
    }
    auto type = field.transform.ResultType(source->type);
    if (!type.ok()) {
      return std::move(type).error().WithContext("partition field '" + field.name + "'");
    }
    types.push_back(std::move(type).value());
  }
  return types;
}

std::string PartitionSpec::PathOf(const std::vector<Literal>& partition,
                                  const std::vector<Type>& types) const {
  std::string path;
  for (size_t i = 0; i < fields.size(); ++i) {
    if (i > 0) path += '/';
    path += UrlEncode(fields[i].name) + "=" + UrlEncode(partition[i].ToString(types[i]));
  }
  return path;
}

Result<PartitionSpec> IdentitySpec(const Schema& schema, const std::vector<std::string>& columns) {
  PartitionSpec spec;
  std::set<std::string> seen;
  for (const std::string& name : columns) {
    const NestedField* column = schema.FindColumn(name);
    if (column == nullptr) {
      return Error(ErrorCode::kColumnNotFound,
                   "PARTITIONED BY names column '" + name + "', which the table does not have");
    }
    if (!seen.insert(name).second) {
      return Error(ErrorCode::kSqlValidation, "PARTITIONED BY names column '" + name + "' twice");
    }
    PartitionField field;
    field.source_id = column->id;
    field.field_id = ColumnId(kFirstPartitionFieldId + static_cast<int32_t>(spec.fields.size()));
    field.name = name;
    spec.fields.push_back(std::move(field));
  }
  FLOE_TRY(spec.ResultTypes(schema));
  return spec;
}

}  // namespace floe::iceberg
