#include "catalog/sqlite_catalog.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <utility>

#include "catalog/sqlite_database.h"

namespace floe::catalog {
namespace {

// PyIceberg's and Java's newest layout, "V1".
constexpr char kCreateTables[] =
    "CREATE TABLE IF NOT EXISTS iceberg_tables ("
    "catalog_name VARCHAR(255) NOT NULL, "
    "table_namespace VARCHAR(255) NOT NULL, "
    "table_name VARCHAR(255) NOT NULL, "
    "metadata_location VARCHAR(1000), "
    "previous_metadata_location VARCHAR(1000), "
    "iceberg_type VARCHAR(5), "
    "PRIMARY KEY (catalog_name, table_namespace, table_name))";
constexpr char kCreateNamespaces[] =
    "CREATE TABLE IF NOT EXISTS iceberg_namespace_properties ("
    "catalog_name VARCHAR(255) NOT NULL, "
    "namespace VARCHAR(255) NOT NULL, "
    "property_key VARCHAR(255) NOT NULL, "
    "property_value VARCHAR(1000) NOT NULL, "
    "PRIMARY KEY (catalog_name, namespace, property_key))";

// Rows of views may stand in the same table.
#define FLOE_ONE_TABLE                                                            \
  "catalog_name = ? AND table_namespace = ? AND table_name = ? AND (iceberg_type" \
  " = 'TABLE' OR iceberg_type IS NULL)"

const std::string kName = kSqliteCatalogName;

Namespace Split(const std::string& text) {
  Namespace levels;
  size_t begin = 0;
  while (true) {
    size_t dot = text.find('.', begin);
    levels.push_back(text.substr(begin, dot - begin));
    if (dot == std::string::npos) return levels;
    begin = dot + 1;
  }
}

// Runs SQL in one transaction: rolled back unless it ends with Commit().
class Transaction {
 public:
  static Result<Transaction> Begin(SqliteDatabase& database) {
    FLOE_TRY(database.Begin());
    return Transaction(database);
  }
  ~Transaction() {
    if (database_ != nullptr) database_->Rollback();
  }
  Transaction(Transaction&& other) noexcept : database_(std::exchange(other.database_, nullptr)) {}
  Transaction& operator=(Transaction&&) = delete;
  Status Commit() { return std::exchange(database_, nullptr)->Commit(); }

 private:
  explicit Transaction(SqliteDatabase& database) : database_(&database) {}
  SqliteDatabase* database_;
};

class SqlitePointerStore final : public PointerStore {
 public:
  explicit SqlitePointerStore(std::unique_ptr<SqliteDatabase> database)
      : database_(std::move(database)) {}

  Status CreateTables() {
    FLOE_TRY(database_->Execute(kCreateTables, {}));
    FLOE_TRY(database_->Execute(kCreateNamespaces, {}));
    // A file of the older layout, without views, gets the column.
    FLOE_ASSIGN(auto columns, database_->Query("PRAGMA table_info(iceberg_tables)", {}));
    bool has_type = std::any_of(columns.begin(), columns.end(),
                                [](const auto& column) { return column[1] == "iceberg_type"; });
    if (has_type) return Status::Ok();
    return database_->Execute("ALTER TABLE iceberg_tables ADD COLUMN iceberg_type VARCHAR(5)", {})
        .status();
  }

  Result<std::vector<Namespace>> Namespaces() override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(auto rows, database_->Query(
                               "SELECT namespace FROM iceberg_namespace_properties WHERE "
                               "catalog_name = ? UNION SELECT table_namespace FROM iceberg_tables "
                               "WHERE catalog_name = ? ORDER BY 1",
                               {kName, kName}));
    std::vector<Namespace> out;
    for (const auto& row : rows) out.push_back(Split(row[0]));
    return out;
  }

  Status CreateNamespace(const NamespaceInfo& info) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(Transaction transaction, Transaction::Begin(*database_));
    FLOE_ASSIGN(bool exists, NamespaceIsThere(info.levels));
    if (exists) return NamespaceExists(info.levels);
    auto properties = info.properties;
    // A namespace without properties has no other row that says that it is there.
    properties["exists"] = "true";
    for (const auto& [key, value] : properties) {
      FLOE_TRY(database_->Execute("INSERT INTO iceberg_namespace_properties VALUES (?, ?, ?, ?)",
                                  {kName, ToString(info.levels), key, value}));
    }
    return transaction.Commit();
  }

  Result<NamespaceInfo> GetNamespace(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(bool exists, NamespaceIsThere(levels));
    if (!exists) return NamespaceNotFound(levels);
    FLOE_ASSIGN(auto rows,
                database_->Query("SELECT property_key, property_value FROM "
                                 "iceberg_namespace_properties WHERE catalog_name = ? AND "
                                 "namespace = ? AND property_key <> 'exists'",
                                 {kName, ToString(levels)}));
    NamespaceInfo info;
    info.levels = levels;
    for (const auto& row : rows) info.properties[row[0]] = row[1];
    return info;
  }

  Status DropNamespace(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(Transaction transaction, Transaction::Begin(*database_));
    FLOE_ASSIGN(bool exists, NamespaceIsThere(levels));
    if (!exists) return NamespaceNotFound(levels);
    std::string name = ToString(levels);
    std::string prefix = name + ".";
    FLOE_ASSIGN(auto inside,
                database_->Query("SELECT 1 FROM iceberg_tables WHERE catalog_name = ? AND "
                                 "(table_namespace = ? OR substr(table_namespace, 1, length(?)) = "
                                 "?) UNION ALL SELECT 1 FROM iceberg_namespace_properties WHERE "
                                 "catalog_name = ? AND substr(namespace, 1, length(?)) = ? LIMIT 1",
                                 {kName, name, prefix, prefix, kName, prefix, prefix}));
    if (!inside.empty()) return NamespaceNotEmpty(levels);
    FLOE_TRY(database_->Execute(
        "DELETE FROM iceberg_namespace_properties WHERE catalog_name = ? AND namespace = ?",
        {kName, name}));
    return transaction.Commit();
  }

  Result<std::vector<TableIdentifier>> Tables(const Namespace& levels) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(auto rows, database_->Query("SELECT table_name FROM iceberg_tables WHERE "
                                            "catalog_name = ? AND table_namespace = ? AND "
                                            "(iceberg_type = 'TABLE' OR iceberg_type IS NULL) "
                                            "ORDER BY table_name",
                                            {kName, ToString(levels)}));
    std::vector<TableIdentifier> out;
    for (const auto& row : rows) out.push_back({levels, row[0]});
    return out;
  }

  Result<std::string> Location(const TableIdentifier& identifier) override {
    std::lock_guard lock(mutex_);
    return LocationOf(identifier);
  }

  Status Swap(const std::vector<PointerSwap>& swaps) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(Transaction transaction, Transaction::Begin(*database_));
    for (const PointerSwap& swap : swaps) FLOE_TRY(SwapOne(swap));
    return transaction.Commit();
  }

  Status Drop(const TableIdentifier& identifier) override {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(int dropped, database_->Execute("DELETE FROM iceberg_tables WHERE " FLOE_ONE_TABLE,
                                                KeyOf(identifier)));
    return dropped > 0 ? Status::Ok() : Status(TableNotFound(identifier));
  }

  Status Rename(const TableIdentifier& from, const TableIdentifier& to) override {
    std::lock_guard lock(mutex_);
    std::vector<std::string> values = {ToString(to.levels), to.name};
    for (std::string& key : KeyOf(from)) values.push_back(std::move(key));
    auto renamed = database_->Execute(
        "UPDATE iceberg_tables SET table_namespace = ?, table_name = ? WHERE " FLOE_ONE_TABLE,
        values);
    if (!renamed.ok() && renamed.error().code() == ErrorCode::kAlreadyExists) {
      return TableExists(to);
    }
    FLOE_TRY(renamed);
    return *renamed > 0 ? Status::Ok() : Status(TableNotFound(from));
  }

 private:
  static std::vector<std::string> KeyOf(const TableIdentifier& identifier) {
    return {kName, ToString(identifier.levels), identifier.name};
  }

  Result<std::string> LocationOf(const TableIdentifier& identifier) {
    FLOE_ASSIGN(auto rows, database_->Query(
                               "SELECT metadata_location FROM iceberg_tables WHERE " FLOE_ONE_TABLE,
                               KeyOf(identifier)));
    if (rows.empty() || rows[0][0].empty()) return TableNotFound(identifier);
    return rows[0][0];
  }

  Status SwapOne(const PointerSwap& swap) {
    if (swap.expected_location.empty()) {
      auto inserted = database_->Execute(
          "INSERT INTO iceberg_tables (catalog_name, table_namespace, table_name, "
          "metadata_location, iceberg_type) VALUES (?, ?, ?, ?, 'TABLE')",
          {kName, ToString(swap.identifier.levels), swap.identifier.name, swap.new_location});
      if (!inserted.ok() && inserted.error().code() == ErrorCode::kAlreadyExists) {
        return TableExists(swap.identifier);
      }
      return inserted.status();
    }
    std::vector<std::string> values = {swap.new_location, swap.expected_location};
    for (std::string& key : KeyOf(swap.identifier)) values.push_back(std::move(key));
    values.push_back(swap.expected_location);
    FLOE_ASSIGN(int changed,
                database_->Execute("UPDATE iceberg_tables SET metadata_location = ?, "
                                   "previous_metadata_location = ? WHERE " FLOE_ONE_TABLE
                                   " AND metadata_location = ?",
                                   values));
    if (changed == 1) return Status::Ok();
    FLOE_TRY(LocationOf(swap.identifier));  // gone: say so
    return TableMoved(swap.identifier);
  }

  Result<bool> NamespaceIsThere(const Namespace& levels) {
    std::string name = ToString(levels);
    std::string prefix = name + ".";
    FLOE_ASSIGN(auto rows,
                database_->Query(
                    "SELECT 1 FROM iceberg_namespace_properties WHERE catalog_name = ? AND "
                    "(namespace = ? OR substr(namespace, 1, length(?)) = ?) UNION ALL SELECT 1 "
                    "FROM iceberg_tables WHERE catalog_name = ? AND (table_namespace = ? OR "
                    "substr(table_namespace, 1, length(?)) = ?) LIMIT 1",
                    {kName, name, prefix, prefix, kName, name, prefix, prefix}));
    return !rows.empty();
  }

  std::mutex mutex_;  // guards database_
  std::unique_ptr<SqliteDatabase> database_;
};

#undef FLOE_ONE_TABLE

}  // namespace

Result<std::unique_ptr<Catalog>> OpenSqliteCatalog(const std::string& path,
                                                   CatalogContext context) {
  FLOE_ASSIGN(auto database, SqliteDatabase::Open(path));
  auto pointers = std::make_unique<SqlitePointerStore>(std::move(database));
  FLOE_TRY(pointers->CreateTables());
  return std::unique_ptr<Catalog>(
      std::make_unique<MetadataCatalog>(std::move(context), std::move(pointers)));
}

}  // namespace floe::catalog
