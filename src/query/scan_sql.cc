#include "query/scan_sql.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace floe::query {
namespace {

using iceberg::DataFileTask;
using iceberg::DeleteFileTask;
using iceberg::NestedField;
using iceberg::ScanPlan;
using iceberg::Schema;
using iceberg::Type;
using iceberg::TypeId;

// Names of our own columns, out of the way of a table's.
constexpr char kFile[] = "__floe_file";
constexpr char kRow[] = "__floe_row";
constexpr char kSequence[] = "__floe_sequence";
constexpr char kPart[] = "__floe_part";

Result<std::string> SqlType(const NestedField& field) {
  const Type& type = field.type;
  switch (type.id()) {
    case TypeId::kBoolean:
      return "BOOLEAN";
    case TypeId::kInt:
      return "INTEGER";
    case TypeId::kLong:
      return "BIGINT";
    case TypeId::kFloat:
      return "FLOAT";
    case TypeId::kDouble:
      return "DOUBLE";
    case TypeId::kDecimal:
      return "DECIMAL(" + std::to_string(type.precision()) + "," + std::to_string(type.scale()) +
             ")";
    case TypeId::kDate:
      return "DATE";
    case TypeId::kTime:
      return "TIME";
    case TypeId::kTimestamp:
      return "TIMESTAMP";
    case TypeId::kTimestampTz:
      return "TIMESTAMP WITH TIME ZONE";
    case TypeId::kString:
      return "VARCHAR";
    case TypeId::kUuid:
      return "UUID";
    case TypeId::kFixed:
    case TypeId::kBinary:
      return "BLOB";
    default:
      return Error(ErrorCode::kNotImplemented,
                   "column '" + field.name + "' of type " + type.ToString() + " can't be read yet");
  }
}

template <typename Items, typename Text>
std::string Join(const Items& items, const char* separator, Text text) {
  std::string out;
  bool first = true;
  for (const auto& item : items) {
    if (!first) out += separator;
    out += text(item);
    first = false;
  }
  return out;
}

// "([7,9]::BIGINT[])[file_index::BIGINT + 1]": a number per file of a scan.
template <typename Items, typename Number>
std::string PerFile(const Items& items, Number number) {
  return "([" + Join(items, ",", [&](const auto& item) { return std::to_string(number(item)); }) +
         "]::BIGINT[])[file_index::BIGINT + 1]";
}

// read_parquet over files, with these columns by field id.
template <typename Items, typename Path>
Result<std::string> ReadParquet(const Items& items, Path path,
                                const std::vector<NestedField>& columns) {
  std::string schema;
  for (const NestedField& column : columns) {
    FLOE_ASSIGN(std::string type, SqlType(column));
    if (!schema.empty()) schema += ", ";
    schema += std::to_string(column.id.value()) + ": {name: " + QuoteLiteral(column.name) +
              ", type: " + QuoteLiteral(type) + ", default_value: NULL}";
  }
  return "read_parquet([" +
         Join(items, ",", [&](const auto& item) { return QuoteLiteral(path(item)); }) +
         "], schema = MAP {" + schema + "})";
}

// Equality deletes with the same key columns, of one reach.
struct DeleteGroup {
  std::vector<const DeleteFileTask*> files;
  std::vector<int64_t> parts;  // per file; only of partitioned ones
};
struct DeleteKind {
  std::vector<ColumnId> ids;
  bool partitioned = false;
  auto operator<=>(const DeleteKind&) const = default;
};

class ScanSqlBuilder {
 public:
  ScanSqlBuilder(const ScanPlan& plan, const iceberg::TableMetadata& table, const Schema& schema)
      : plan_(plan), table_(table), schema_(schema) {}

  Result<std::string> Build() {
    if (plan_.data_files.empty()) return EmptyScan();
    GroupEqualityDeletes();
    FLOE_TRY(AddKeyColumns());
    FLOE_ASSIGN(std::string scan, DataScan());
    std::string joins;
    std::string conditions;
    if (has_position_deletes_) {
      FLOE_ASSIGN(std::string deletes, PositionDeletes());
      joins += " ANTI JOIN (" + deletes + ") p ON d." + kFile + " = p." + kFile + " AND d." + kRow +
               " = p." + kRow;
    }
    int number = 0;
    for (const auto& [kind, group] : groups_) {
      std::string alias = "e" + std::to_string(number++);
      FLOE_ASSIGN(std::string deletes, EqualityDeletes(kind, group));
      joins += " LEFT JOIN (" + deletes + ") " + alias + " ON " + KeysMatch(kind, alias);
      conditions += (conditions.empty() ? " WHERE (" : " AND (") + alias + "." + kSequence +
                    " IS NULL OR " + alias + "." + kSequence + " <= d." + kSequence + ")";
    }
    std::string columns = Join(schema_.fields(), ", ", [](const NestedField& field) {
      return "d." + QuoteIdentifier(field.name);
    });
    return "SELECT " + columns + " FROM (" + scan + ") d" + joins + conditions;
  }

 private:
  Result<std::string> EmptyScan() const {
    std::string columns;
    for (const NestedField& field : schema_.fields()) {
      FLOE_ASSIGN(std::string type, SqlType(field));
      if (!columns.empty()) columns += ", ";
      columns += "CAST(NULL AS " + type + ") AS " + QuoteIdentifier(field.name);
    }
    return "SELECT " + columns + " WHERE false";
  }

  void GroupEqualityDeletes() {
    size_t first = plan_.equality_deletes.size();
    std::set<size_t> partitioned;
    for (const DataFileTask& task : plan_.data_files) {
      first = std::min(first, task.first_equality_delete);
      has_position_deletes_ |= !task.position_deletes.empty();
      partitioned.insert(task.partition_equality_deletes.begin(),
                         task.partition_equality_deletes.end());
    }
    for (size_t i = first; i < plan_.equality_deletes.size(); ++i) {
      const DeleteFileTask& deletes = plan_.equality_deletes[i];
      groups_[{deletes.file.equality_ids, false}].files.push_back(&deletes);
    }
    for (size_t i : partitioned) {
      const DeleteFileTask& deletes = plan_.partition_equality_deletes[i];
      DeleteGroup& group = groups_[{deletes.file.equality_ids, true}];
      group.files.push_back(&deletes);
      group.parts.push_back(PartOf(deletes.file));
      uses_parts_ = true;
    }
  }

  // A number per spec and partition.
  int64_t PartOf(const iceberg::DataFile& file) {
    std::string name = std::to_string(file.partition_spec_id);
    const iceberg::PartitionSpec* spec = table_.FindSpec(file.partition_spec_id);
    if (spec != nullptr) {
      auto types = spec->ResultTypes(table_.schema());
      for (size_t i = 0; types.ok() && i < file.partition.size(); ++i) {
        std::string value =
            file.partition[i].is_null() ? "" : file.partition[i].ToBytes((*types)[i]);
        name += (file.partition[i].is_null() ? ":n" : ":v") + std::to_string(value.size()) + value;
      }
    }
    return parts_.try_emplace(std::move(name), static_cast<int64_t>(parts_.size())).first->second;
  }

  // Key columns may have been dropped from the table since: they still count, under a name of ours.
  Status AddKeyColumns() {
    columns_ = schema_.fields();
    for (const auto& [kind, group] : groups_) {
      for (ColumnId id : kind.ids) {
        if (schema_.IndexOf(id) >= 0 || extra_.contains(id)) continue;
        FLOE_ASSIGN(NestedField column, FieldOfAnySchema(id));
        column.name = "__floe_key_" + std::to_string(id.value());
        extra_.insert(id);
        columns_.push_back(std::move(column));
      }
    }
    return Status::Ok();
  }

  Result<NestedField> FieldOfAnySchema(ColumnId id) const {
    for (auto it = table_.schemas.rbegin(); it != table_.schemas.rend(); ++it) {
      const NestedField* field = (*it)->FindField(id);
      if (field != nullptr) return *field;
    }
    return Error(ErrorCode::kCorruption, "an equality delete names column id " +
                                             std::to_string(id.value()) +
                                             ", which no schema of the table has");
  }

  const NestedField& ColumnOf(ColumnId id) const {
    for (const NestedField& column : columns_) {
      if (column.id == id) return column;
    }
    FLOE_ASSERT(false);
    return columns_[0];
  }

  Result<std::string> DataScan() {
    auto path = [](const DataFileTask& task) { return task.file.file_path; };
    FLOE_ASSIGN(std::string source, ReadParquet(plan_.data_files, path, columns_));
    std::string extra;
    if (has_position_deletes_) {
      extra += std::string(", file_index AS ") + kFile + ", file_row_number AS " + kRow;
    }
    if (!groups_.empty()) {
      extra += ", " +
               PerFile(plan_.data_files,
                       [](const DataFileTask& task) { return task.sequence_number.value(); }) +
               " AS " + kSequence;
    }
    if (uses_parts_) {
      extra += ", " +
               PerFile(plan_.data_files,
                       [this](const DataFileTask& task) { return PartOf(task.file); }) +
               " AS " + kPart;
    }
    return "SELECT *" + extra + " FROM " + source;
  }

  // Rows (file, row number) that position deletes take away.
  Result<std::string> PositionDeletes() const {
    std::set<size_t> used;
    std::string targets;
    for (size_t i = 0; i < plan_.data_files.size(); ++i) {
      const DataFileTask& task = plan_.data_files[i];
      if (task.position_deletes.empty()) continue;
      used.insert(task.position_deletes.begin(), task.position_deletes.end());
      if (!targets.empty()) targets += ", ";
      targets += "(" + QuoteLiteral(task.file.file_path) + ", " + std::to_string(i) + ", " +
                 std::to_string(task.sequence_number.value()) + ")";
    }
    std::vector<const DeleteFileTask*> files;
    for (size_t i : used) files.push_back(&plan_.position_deletes[i]);
    auto path = [](const DeleteFileTask* task) { return task->file.file_path; };
    std::vector<NestedField> columns = {
        {ColumnId(2147483546), "file_path", Type::Of(TypeId::kString), true, "", ""},
        {ColumnId(2147483545), "pos", Type::Of(TypeId::kLong), true, "", ""}};
    FLOE_ASSIGN(std::string source, ReadParquet(files, path, columns));
    std::string sequence =
        PerFile(files, [](const DeleteFileTask* task) { return task->sequence_number.value(); });
    return std::string("SELECT t.number AS ") + kFile + ", r.pos AS " + kRow +
           " FROM (SELECT file_path, pos, " + sequence + " AS sequence FROM " + source +
           ") r JOIN (VALUES " + targets +
           ") t(path, number, sequence) ON r.file_path = t.path AND r.sequence >= t.sequence";
  }

  Result<std::string> EqualityDeletes(const DeleteKind& kind, const DeleteGroup& group) const {
    std::vector<NestedField> columns;
    for (ColumnId id : kind.ids) columns.push_back(ColumnOf(id));
    auto path = [](const DeleteFileTask* task) { return task->file.file_path; };
    FLOE_ASSIGN(std::string source, ReadParquet(group.files, path, columns));
    std::string keys =
        Join(columns, ", ", [](const NestedField& column) { return QuoteIdentifier(column.name); });
    std::string sequence = PerFile(
        group.files, [](const DeleteFileTask* task) { return task->sequence_number.value(); });
    std::string part;
    if (kind.partitioned) {
      part = ", " + PerFile(group.parts, [](int64_t number) { return number; }) + " AS " + kPart;
    }
    return "SELECT " + keys + (kind.partitioned ? std::string(", ") + kPart : "") +
           ", max(sequence) AS " + kSequence + " FROM (SELECT *, " + sequence + " AS sequence" +
           part + " FROM " + source + ") GROUP BY ALL";
  }

  std::string KeysMatch(const DeleteKind& kind, const std::string& alias) const {
    std::string out = Join(kind.ids, " AND ", [&](ColumnId id) {
      const NestedField& column = ColumnOf(id);
      std::string name = QuoteIdentifier(column.name);
      // Null matches null, but '=' joins faster where there is none.
      const char* op = column.required ? " = " : " IS NOT DISTINCT FROM ";
      return "d." + name + op + alias + "." + name;
    });
    if (kind.partitioned) out += std::string(" AND d.") + kPart + " = " + alias + "." + kPart;
    return out;
  }

  const ScanPlan& plan_;
  const iceberg::TableMetadata& table_;
  const Schema& schema_;
  std::vector<NestedField> columns_;
  std::set<ColumnId> extra_;
  std::map<DeleteKind, DeleteGroup> groups_;
  std::map<std::string, int64_t> parts_;
  bool has_position_deletes_ = false;
  bool uses_parts_ = false;
};

}  // namespace

std::string QuoteIdentifier(std::string_view name) {
  std::string out = "\"";
  for (char c : name) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string QuoteLiteral(std::string_view text) {
  std::string out = "'";
  for (char c : text) {
    if (c == '\'') out += '\'';
    out += c;
  }
  return out + "'";
}

Result<std::string> ScanSql(const iceberg::ScanPlan& plan, const iceberg::TableMetadata& table,
                            const Schema& schema) {
  return ScanSqlBuilder(plan, table, schema).Build();
}

}  // namespace floe::query
