#include "query/table_reader.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "iceberg/scan_plan.h"
#include "query/scan_sql.h"

namespace floe::query {
namespace {

DuckDbOptions WithDirectory(DuckDbOptions options, const iceberg::FileIo& io) {
  if (!options.readable_directory.empty()) return options;
  auto path = storage::PathOfFileUri(io.store().root_uri());
  // A store that is no directory can't be read by DuckDB: the first query will say so.
  if (path.ok()) options.readable_directory = *path;
  return options;
}

Result<iceberg::SnapshotPtr> SnapshotOf(const BoundTable& table) {
  if (!table.snapshot) return table.metadata->CurrentSnapshot();
  iceberg::SnapshotPtr snapshot = table.metadata->FindSnapshot(*table.snapshot);
  if (snapshot == nullptr) {
    return Error(ErrorCode::kNotFound, "table '" + table.name + "' has no snapshot " +
                                           std::to_string(table.snapshot->value()));
  }
  return snapshot;
}

const iceberg::Schema& SchemaOf(const BoundTable& table, const iceberg::Snapshot* snapshot) {
  if (table.snapshot && snapshot->schema_id) {
    const iceberg::Schema* own = table.metadata->FindSchema(*snapshot->schema_id);
    if (own != nullptr) return *own;
  }
  return table.metadata->schema();
}

std::string JsonString(const std::string& text) {
  return nlohmann::json(text).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

// A number keeps its digits; NaN and infinities, which JSON lacks, become strings.
std::string JsonValue(const std::optional<std::string>& text, bool is_bare) {
  if (!text) return "null";
  if (is_bare && nlohmann::json::accept(*text)) return *text;
  return JsonString(*text);
}

}  // namespace

TableReader::TableReader(const iceberg::FileIo& io, DuckDbOptions options)
    : io_(io), engine_(WithDirectory(std::move(options), io)) {}

Result<std::vector<std::string>> TableReader::ViewStatements(
    const std::vector<BoundTable>& tables) const {
  std::vector<std::string> statements;
  for (const BoundTable& table : tables) {
    FLOE_ASSIGN(iceberg::SnapshotPtr snapshot, SnapshotOf(table));
    FLOE_ASSIGN(iceberg::ScanPlan plan,
                iceberg::PlanScan(io_, *table.metadata, snapshot, table.conditions));
    auto scan = ScanSql(plan, *table.metadata, SchemaOf(table, snapshot.get()));
    if (!scan.ok()) return std::move(scan).error().WithContext("table '" + table.name + "'");
    statements.push_back("CREATE TEMP VIEW " + QuoteIdentifier(table.name) + " AS " + *scan);
  }
  return statements;
}

Result<TextRows> TableReader::Query(const std::string& sql, const std::vector<BoundTable>& tables) {
  FLOE_ASSIGN(auto views, ViewStatements(tables));
  return engine_.Query(views, sql, kMaxRows);
}

Result<std::vector<std::shared_ptr<arrow::RecordBatch>>> TableReader::QueryBatches(
    const std::string& sql, const std::vector<BoundTable>& tables) {
  FLOE_ASSIGN(auto views, ViewStatements(tables));
  return engine_.QueryBatches(views, sql, kMaxRows);
}

Result<TextRows> TableReader::Read(const BoundTable& table, const TableQuery& query) {
  std::string columns;
  for (const std::string& column : query.columns) {
    columns += (columns.empty() ? "" : ", ") + QuoteIdentifier(column);
  }
  std::string sql =
      "SELECT " + (columns.empty() ? "*" : columns) + " FROM " + QuoteIdentifier(table.name);
  if (!query.where.empty()) sql += " WHERE " + query.where;
  std::string order;
  for (const std::string& item : query.order_by) order += (order.empty() ? "" : ", ") + item;
  if (!order.empty()) sql += " ORDER BY " + order;
  if (query.limit) sql += " LIMIT " + std::to_string(*query.limit);
  return Query(sql, {table});
}

std::string ToJson(const TextRows& rows) {
  std::vector<std::string> names;
  for (const TextRows::Column& column : rows.columns) names.push_back(JsonString(column.name));
  std::string out = "[";
  for (const auto& row : rows.rows) {
    out += out.size() > 1 ? ",\n{" : "{";
    for (size_t c = 0; c < row.size(); ++c) {
      out += (c > 0 ? "," : "") + names[c] + ":" + JsonValue(row[c], rows.columns[c].is_bare);
    }
    out += "}";
  }
  return out + "]";
}

}  // namespace floe::query
