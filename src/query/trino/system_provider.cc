#include "query/trino/system_provider.h"

#include <algorithm>
#include <utility>

#include "query/trino/information_schema.h"

namespace floe::query::trino {
namespace {

using Rows = std::vector<TextRow>;

TableColumn Text(const char* name) { return {name, Type::Varchar(), true, ""}; }
TableColumn Number(const char* name) { return {name, Type(TypeKind::kBigint), true, ""}; }

std::optional<std::string> Some(int64_t value) { return std::to_string(value); }

// java.sql.Types and sizes, as Trino's driver tables have them.
struct JdbcType {
  TypeKind kind;
  int code;
  int size;   // 0: none
  int radix;  // 0: none
};
constexpr JdbcType kJdbcTypes[] = {{TypeKind::kBoolean, 16, 0, 0},
                                   {TypeKind::kTinyint, -6, 3, 10},
                                   {TypeKind::kSmallint, 5, 5, 10},
                                   {TypeKind::kInteger, 4, 10, 10},
                                   {TypeKind::kBigint, -5, 19, 10},
                                   {TypeKind::kReal, 7, 24, 2},
                                   {TypeKind::kDouble, 8, 53, 2},
                                   {TypeKind::kDecimal, 3, 0, 10},
                                   {TypeKind::kChar, 1, 0, 0},
                                   {TypeKind::kVarchar, 12, 0, 0},
                                   {TypeKind::kVarbinary, -3, 2147483647, 0},
                                   {TypeKind::kDate, 91, 14, 0},
                                   {TypeKind::kTime, 92, 0, 0},
                                   {TypeKind::kTimestamp, 93, 0, 0},
                                   {TypeKind::kTimestampTz, 2014, 0, 0},
                                   {TypeKind::kArray, 2003, 0, 0}};

std::optional<std::string> ColumnSize(const Type& type, int fixed) {
  switch (type.kind()) {
    case TypeKind::kDecimal:
      return Some(type.precision());
    case TypeKind::kVarchar:
    case TypeKind::kChar:
      return Some(type.length());
    case TypeKind::kTime:
      return Some(type.precision() == 0 ? 8 : 9 + type.precision());
    case TypeKind::kTimestamp:
      return Some(type.precision() == 0 ? 21 : 22 + type.precision());
    case TypeKind::kTimestampTz:
      return Some(type.precision() == 0 ? 55 : 56 + type.precision());
    default:
      return fixed == 0 ? std::nullopt : Some(fixed);
  }
}

std::optional<std::string> Digits(const Type& type) {
  if (type.is(TypeKind::kDecimal)) return Some(type.scale());
  const bool is_time =
      type.is(TypeKind::kTime) || type.is(TypeKind::kTimestamp) || type.is(TypeKind::kTimestampTz);
  return is_time ? Some(type.precision()) : std::nullopt;
}

TextRow JdbcColumn(const std::string& catalog, const std::string& schema, const std::string& table,
                   const TableColumn& column, int64_t position) {
  JdbcType jdbc{TypeKind::kUnknown, 2000, 0, 0};
  for (const JdbcType& known : kJdbcTypes) {
    if (known.kind == column.type.kind()) jdbc = known;
  }
  const bool has_octets = column.type.is(TypeKind::kVarchar) || column.type.is(TypeKind::kChar) ||
                          column.type.is(TypeKind::kVarbinary);
  const auto size = ColumnSize(column.type, jdbc.size);
  const std::optional<std::string> none;
  return {catalog,
          schema,
          table,
          column.name,
          Some(jdbc.code),
          column.type.ToString(),
          size,
          none,
          Digits(column.type),
          jdbc.radix == 0 ? none : Some(jdbc.radix),
          column.nullable ? "1" : "0",
          column.comment.empty() ? none : column.comment,
          none,
          none,
          none,
          has_octets ? size : none,
          Some(position),
          column.nullable ? "YES" : "NO",
          none,
          none,
          none,
          none,
          none,
          none};
}

struct Definition {
  const char* schema;
  const char* table;
  std::vector<TableColumn> columns;
};

const std::vector<Definition>& Definitions() {
  static const std::vector<Definition> kTables = {
      {"jdbc", "catalogs", {Text("table_cat")}},
      {"jdbc", "schemas", {Text("table_schem"), Text("table_catalog")}},
      {"jdbc",
       "tables",
       {Text("table_cat"), Text("table_schem"), Text("table_name"), Text("table_type"),
        Text("remarks"), Text("type_cat"), Text("type_schem"), Text("type_name"),
        Text("self_referencing_col_name"), Text("ref_generation")}},
      {"jdbc",
       "columns",
       {Text("table_cat"),           Text("table_schem"),        Text("table_name"),
        Text("column_name"),         Number("data_type"),        Text("type_name"),
        Number("column_size"),       Number("buffer_length"),    Number("decimal_digits"),
        Number("num_prec_radix"),    Number("nullable"),         Text("remarks"),
        Text("column_def"),          Number("sql_data_type"),    Number("sql_datetime_sub"),
        Number("char_octet_length"), Number("ordinal_position"), Text("is_nullable"),
        Text("scope_catalog"),       Text("scope_schema"),       Text("scope_table"),
        Number("source_data_type"),  Text("is_autoincrement"),   Text("is_generatedcolumn")}},
      {"jdbc", "table_types", {Text("table_type")}},
      {"metadata",
       "catalogs",
       {Text("catalog_name"), Text("connector_id"), Text("connector_name"), Text("state")}},
      {"metadata",
       "table_comments",
       {Text("catalog_name"), Text("schema_name"), Text("table_name"), Text("comment")}},
      {"metadata",
       "materialized_views",
       {Text("catalog_name"), Text("schema_name"), Text("name"), Text("storage_catalog"),
        Text("storage_schema"), Text("storage_table"), Text("freshness"), Text("owner"),
        Text("comment"), Text("definition")}},
      {"runtime",
       "nodes",
       {Text("node_id"),
        Text("http_uri"),
        Text("node_version"),
        {"coordinator", Type(TypeKind::kBoolean), true, ""},
        Text("state")}},
      {"runtime",
       "queries",
       {Text("query_id"), Text("state"), Text("user"), Text("source"), Text("query")}}};
  return kTables;
}

class SystemProvider final : public TableProvider {
 public:
  SystemProvider(Catalogs catalogs, std::function<std::vector<RunningQuery>()> queries,
                 std::vector<LiveTable> live)
      : catalogs_(std::move(catalogs)), queries_(std::move(queries)), live_(std::move(live)) {}

  Result<std::vector<std::string>> ListSchemas() override {
    std::vector<std::string> schemas = {"jdbc", "metadata", "runtime"};
    for (const LiveTable& table : live_) schemas.push_back(table.schema);
    std::sort(schemas.begin(), schemas.end());
    schemas.erase(std::unique(schemas.begin(), schemas.end()), schemas.end());
    return schemas;
  }

  Result<std::vector<std::string>> ListTables(const std::string& schema) override {
    std::vector<std::string> names;
    for (const Definition& table : Definitions()) {
      if (schema == table.schema) names.emplace_back(table.table);
    }
    for (const LiveTable& table : live_) {
      if (schema == table.schema) names.push_back(table.name);
    }
    if (names.empty()) return Error(ErrorCode::kSchemaNotFound, "no such schema");
    return names;
  }

  Result<ProvidedTable> LoadTable(const std::string& schema, const std::string& table,
                                  std::optional<int64_t>) override {
    bool schema_exists = false;
    for (const Definition& definition : Definitions()) {
      schema_exists |= schema == definition.schema;
      if (schema != definition.schema || table != definition.table) continue;
      ProvidedTable out;
      out.columns = definition.columns;
      out.scan = [this, &definition](const ScanRequest&) -> Result<std::string> {
        FLOE_ASSIGN(Rows rows, RowsOf(definition));
        return RowsSql(definition.columns, rows);
      };
      return out;
    }
    for (const LiveTable& live : live_) {
      schema_exists |= schema == live.schema;
      if (schema != live.schema || table != live.name) continue;
      ProvidedTable out;
      out.columns = live.columns;
      out.scan = [&live](const ScanRequest&) -> Result<std::string> {
        FLOE_ASSIGN(const Rows rows, live.rows());
        return RowsSql(live.columns, rows);
      };
      return out;
    }
    return Error(schema_exists ? ErrorCode::kTableNotFound : ErrorCode::kSchemaNotFound,
                 "no such table");
  }

 private:
  Result<Rows> RowsOf(const Definition& definition) {
    const std::string schema = definition.schema;
    const std::string table = definition.table;
    if (schema == "runtime") return RuntimeRows(table);
    Rows rows;
    if (table == "table_types") return Rows{{"TABLE"}, {"VIEW"}};
    if (table == "materialized_views") return rows;
    for (const auto& [name, provider] : catalogs_) {
      if (table != "catalogs") {
        FLOE_TRY(AddCatalog(name, *provider, table, rows));
      } else if (schema == "jdbc") {
        rows.push_back({name});
      } else {
        rows.push_back({name, name, name == "system" ? "system" : name, "OPERATIONAL"});
      }
    }
    return rows;
  }

  Rows RuntimeRows(const std::string& table) const {
    if (table == "nodes") return {{"floe", "http://127.0.0.1", "floe", "true", "active"}};
    Rows rows;
    for (const RunningQuery& query : queries_()) {
      rows.push_back({query.id, query.state, query.user, query.source, query.text});
    }
    return rows;
  }

  static Status AddCatalog(const std::string& catalog, TableProvider& provider,
                           const std::string& table, Rows& rows) {
    FLOE_ASSIGN(auto schemas, provider.ListSchemas());
    if (table == "schemas") schemas.emplace_back("information_schema");
    for (const std::string& schema : schemas) {
      if (table == "schemas") {
        rows.push_back({schema, catalog});
        continue;
      }
      FLOE_ASSIGN(auto names, provider.ListTables(schema));
      for (const std::string& name : names) {
        const std::optional<std::string> none;
        if (table == "table_comments") rows.push_back({catalog, schema, name, none});
        if (table == "tables") {
          rows.push_back({catalog, schema, name, "TABLE", none, none, none, none, none, none});
        }
        if (table != "columns") continue;
        auto loaded = provider.LoadTable(schema, name, std::nullopt);
        if (!loaded.ok()) continue;  // dropped since, or not readable
        int64_t position = 0;
        for (const TableColumn& column : loaded->columns) {
          rows.push_back(JdbcColumn(catalog, schema, name, column, ++position));
        }
      }
    }
    return Status::Ok();
  }

  Catalogs catalogs_;
  std::function<std::vector<RunningQuery>()> queries_;
  const std::vector<LiveTable> live_;
};

}  // namespace

std::shared_ptr<TableProvider> MakeSystemProvider(
    Catalogs catalogs, std::function<std::vector<RunningQuery>()> queries,
    std::vector<LiveTable> live) {
  return std::make_shared<SystemProvider>(std::move(catalogs), std::move(queries), std::move(live));
}

}  // namespace floe::query::trino
