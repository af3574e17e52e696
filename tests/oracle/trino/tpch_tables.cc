#include "oracle/trino/tpch_tables.h"

#include "query/trino/information_schema.h"
#include "query/trino/system_provider.h"

namespace floe::oracle {
namespace {

using query::trino::ProvidedTable;
using query::trino::RowsSql;
using query::trino::TableColumn;
using query::trino::TextRow;
using query::trino::Type;
using query::trino::TypeKind;

TableColumn Bigint(const char* name) { return {name, Type(TypeKind::kBigint), false, ""}; }
TableColumn Varchar(const char* name, int64_t length) {
  return {name, Type::Varchar(length), false, ""};
}

struct Nation {
  const char* name;
  const char* region;
};
constexpr Nation kNations[] = {
    {"ALGERIA", "0"},      {"ARGENTINA", "1"}, {"BRAZIL", "1"}, {"CANADA", "1"},
    {"EGYPT", "4"},        {"ETHIOPIA", "0"},  {"FRANCE", "3"}, {"GERMANY", "3"},
    {"INDIA", "2"},        {"INDONESIA", "2"}, {"IRAN", "4"},   {"IRAQ", "4"},
    {"JAPAN", "2"},        {"JORDAN", "4"},    {"KENYA", "0"},  {"MOROCCO", "0"},
    {"MOZAMBIQUE", "0"},   {"PERU", "1"},      {"CHINA", "2"},  {"ROMANIA", "3"},
    {"SAUDI ARABIA", "4"}, {"VIETNAM", "2"},   {"RUSSIA", "3"}, {"UNITED KINGDOM", "3"},
    {"UNITED STATES", "1"}};
constexpr const char* kRegions[] = {"AFRICA", "AMERICA", "ASIA", "EUROPE", "MIDDLE EAST"};

ProvidedTable NationTable() {
  const std::vector<TableColumn> columns = {Bigint("nationkey"), Varchar("name", 25),
                                            Bigint("regionkey"), Varchar("comment", 152)};
  std::vector<TextRow> rows;
  for (const Nation& nation : kNations) {
    rows.push_back({std::to_string(rows.size()), nation.name, nation.region, ""});
  }
  return {columns, RowsSql(columns, rows), {}};
}

ProvidedTable RegionTable() {
  const std::vector<TableColumn> columns = {Bigint("regionkey"), Varchar("name", 25),
                                            Varchar("comment", 152)};
  std::vector<TextRow> rows;
  for (const char* region : kRegions) rows.push_back({std::to_string(rows.size()), region, ""});
  return {columns, RowsSql(columns, rows), {}};
}

ProvidedTable OrdersTable() {
  const std::vector<TableColumn> columns = {Bigint("orderkey"),
                                            Bigint("custkey"),
                                            Varchar("orderstatus", 1),
                                            {"totalprice", Type(TypeKind::kDouble), false, ""},
                                            {"orderdate", Type(TypeKind::kDate), false, ""},
                                            Varchar("orderpriority", 15),
                                            Varchar("clerk", 15),
                                            {"shippriority", Type(TypeKind::kInteger), false, ""},
                                            Varchar("comment", 79)};
  return {columns, RowsSql(columns, {}), {}};
}

class TpchProvider final : public query::trino::TableProvider {
 public:
  Result<std::vector<std::string>> ListSchemas() override {
    return std::vector<std::string>{"sf1",   "sf100",  "sf1000",  "sf10000", "sf100000",
                                    "sf300", "sf3000", "sf30000", "tiny"};
  }
  Result<std::vector<std::string>> ListTables(const std::string& schema) override {
    FLOE_TRY(CheckSchema(schema));
    return std::vector<std::string>{"nation", "orders", "region"};
  }
  Result<ProvidedTable> LoadTable(const std::string& schema, const std::string& table,
                                  std::optional<int64_t>) override {
    FLOE_TRY(CheckSchema(schema));
    if (table == "nation") return NationTable();
    if (table == "region") return RegionTable();
    if (table == "orders") return OrdersTable();
    return Error(ErrorCode::kTableNotFound, "no such table");
  }

 private:
  static Status CheckSchema(const std::string& schema) {
    if (schema == "tiny" || schema.starts_with("sf")) return Status::Ok();
    return Status(ErrorCode::kSchemaNotFound, "no such schema");
  }
};

class MemoryProvider final : public query::trino::TableProvider {
 public:
  Result<std::vector<std::string>> ListSchemas() override {
    return std::vector<std::string>{"default"};
  }
  Result<std::vector<std::string>> ListTables(const std::string& schema) override {
    if (schema == "default") return std::vector<std::string>{};
    return Error(ErrorCode::kSchemaNotFound, "no such schema");
  }
  Result<ProvidedTable> LoadTable(const std::string& schema, const std::string&,
                                  std::optional<int64_t>) override {
    if (schema == "default") return Error(ErrorCode::kTableNotFound, "no such table");
    return Error(ErrorCode::kSchemaNotFound, "no such schema");
  }
};

}  // namespace

query::trino::Catalogs RecordedCatalogs() {
  query::trino::Catalogs catalogs;
  catalogs["tpch"] = std::make_shared<TpchProvider>();
  catalogs["memory"] = std::make_shared<MemoryProvider>();
  catalogs["system"] = query::trino::MakeSystemProvider(
      catalogs, [] { return std::vector<query::trino::RunningQuery>{}; });
  return catalogs;
}

}  // namespace floe::oracle
