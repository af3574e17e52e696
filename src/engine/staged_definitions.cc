#include "engine/staged_definitions.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/iceberg_table_catalog.h"
#include "engine/scratch_catalog.h"

namespace floe::engine {
namespace {

// A database and a table in it.
using TableKey = std::pair<std::string, std::string>;

struct Operation {
  std::function<Status()> apply;
  std::function<Status()> undo;  // empty: there is no way back
};

}  // namespace

struct StagedDefinitions::State {
  State(catalog::Catalog& real_catalog, Executor& used_executor, const Clock& clock)
      : real(real_catalog), executor(used_executor), scratch(used_executor, clock) {}

  catalog::Catalog& real;
  Executor& executor;
  ScratchCatalog scratch;  // has what was created
  std::set<std::string> created_databases;
  std::set<std::string> dropped_databases;  // of the real catalog
  std::set<TableKey> created_tables;
  std::set<TableKey> dropped_tables;  // of the real catalog
  std::vector<Operation> operations;
  std::vector<std::function<Status()>> undo;  // of what was applied, in order
};

class StagedDefinitions::StagedCatalog final : public plan::TableCatalog {
 public:
  StagedCatalog(std::shared_ptr<State> state, const std::string& name,
                const std::map<std::string, std::string>& options)
      : state_(std::move(state)),
        real_(std::make_shared<IcebergTableCatalog>(name, options, state_->real, state_->executor)),
        scratch_(name, options, state_->scratch.catalog(), state_->executor) {}

  Result<std::vector<std::string>> ListDatabases() override {
    FLOE_ASSIGN(std::vector<std::string> names, real_->ListDatabases());
    std::erase_if(names,
                  [&](const auto& name) { return state_->dropped_databases.contains(name); });
    names.insert(names.end(), state_->created_databases.begin(), state_->created_databases.end());
    std::sort(names.begin(), names.end());
    return names;
  }

  Status CreateDatabase(const std::string& database,
                        const std::map<std::string, std::string>& properties) override {
    FLOE_ASSIGN(const bool exists, HasDatabase(database));
    if (exists) {
      return Status(ErrorCode::kAlreadyExists, "the database '" + database + "' exists already");
    }
    FLOE_TRY(scratch_.CreateDatabase(database, properties));
    state_->created_databases.insert(database);
    Later([database, properties](
              plan::TableCatalog& real) { return real.CreateDatabase(database, properties); },
          [database](plan::TableCatalog& real) { return real.DropDatabase(database); });
    return Status::Ok();
  }

  Status DropDatabase(const std::string& database) override {
    FLOE_ASSIGN(const std::vector<std::string> left, ListTables(database));
    if (!left.empty()) {
      return Status(ErrorCode::kNotEmpty, "the database '" + database + "' has tables: " + left[0] +
                                              (left.size() > 1 ? ", …" : ""));
    }
    if (state_->created_databases.erase(database) > 0) {
      FLOE_TRY(scratch_.DropDatabase(database));
    } else {
      state_->dropped_databases.insert(database);
    }
    Later([database](plan::TableCatalog& real) { return real.DropDatabase(database); });
    return Status::Ok();
  }

  Result<std::vector<std::string>> ListTables(const std::string& database) override {
    std::vector<std::string> names;
    if (IsReal(database)) {
      FLOE_ASSIGN(names, real_->ListTables(database));
      std::erase_if(names, [&](const auto& name) {
        return state_->dropped_tables.contains({database, name});
      });
    }
    for (const auto& [of_database, table] : state_->created_tables) {
      if (of_database == database) names.push_back(table);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  Result<std::optional<stream::TableDescriptor>> LoadTable(const std::string& database,
                                                           const std::string& table) override {
    if (state_->created_tables.contains({database, table})) {
      return scratch_.LoadTable(database, table);
    }
    if (!IsReal(database) || state_->dropped_tables.contains({database, table})) {
      return std::optional<stream::TableDescriptor>();
    }
    return real_->LoadTable(database, table);
  }

  Status CreateTable(const stream::TableDescriptor& table) override {
    const std::string& database = table.name.database;
    FLOE_ASSIGN(const auto existing, LoadTable(database, table.name.table));
    if (existing) {
      return Status(ErrorCode::kAlreadyExists,
                    "the table " + table.name.ToString() + " exists already");
    }
    // The scratch catalog has only what was created: the table's database may be a real one.
    const Status prepared = scratch_.CreateDatabase(database, {});
    if (!prepared.ok() && prepared.error().code() != ErrorCode::kAlreadyExists) return prepared;
    // Whether the table may lie where it says depends on the real catalog's store: Apply shows it.
    stream::TableDescriptor anywhere = table;
    std::erase_if(anywhere.options, [](const auto& option) { return IsLocation(option.first); });
    FLOE_TRY(scratch_.CreateTable(anywhere));
    state_->created_tables.insert({database, table.name.table});
    Later([table](plan::TableCatalog& real) { return real.CreateTable(table); },
          [name = table.name](plan::TableCatalog& real) {
            return real.DropTable(name.database, name.table);
          });
    return Status::Ok();
  }

  std::vector<std::string> WarningsOf(const stream::TableDescriptor& table) const override {
    return real_->WarningsOf(table);
  }

  Status DropTable(const std::string& database, const std::string& table) override {
    FLOE_ASSIGN(const auto existing, LoadTable(database, table));
    if (!existing) {
      return Status(ErrorCode::kTableNotFound,
                    "there is no table '" + table + "' in the database '" + database + "'");
    }
    if (state_->created_tables.erase({database, table}) > 0) {
      FLOE_TRY(scratch_.DropTable(database, table));
    } else {
      state_->dropped_tables.insert({database, table});
    }
    Later([database, table](plan::TableCatalog& real) { return real.DropTable(database, table); });
    return Status::Ok();
  }

 private:
  // The real catalog's tables of the database count.
  bool IsReal(const std::string& database) const {
    return !state_->created_databases.contains(database) &&
           !state_->dropped_databases.contains(database);
  }

  Result<bool> HasDatabase(const std::string& database) {
    FLOE_ASSIGN(const std::vector<std::string> names, ListDatabases());
    return std::find(names.begin(), names.end(), database) != names.end();
  }

  using Change = std::function<Status(plan::TableCatalog&)>;
  void Later(Change change, Change undo = nullptr) {
    const auto bind = [this](Change bound) -> std::function<Status()> {
      if (!bound) return nullptr;
      return [real = real_, bound = std::move(bound)] { return bound(*real); };
    };
    state_->operations.push_back({bind(std::move(change)), bind(std::move(undo))});
  }

  std::shared_ptr<State> state_;
  std::shared_ptr<IcebergTableCatalog> real_;
  IcebergTableCatalog scratch_;
};

StagedDefinitions::StagedDefinitions(catalog::Catalog& catalog, Executor& executor,
                                     const Clock& clock)
    : state_(std::make_shared<State>(catalog, executor, clock)) {}

StagedDefinitions::~StagedDefinitions() = default;

std::shared_ptr<plan::TableCatalog> StagedDefinitions::View(
    const std::string& name, const std::map<std::string, std::string>& options) {
  return std::make_shared<StagedCatalog>(state_, name, options);
}

Status StagedDefinitions::Apply() {
  const std::vector<Operation> operations = std::exchange(state_->operations, {});
  for (const Operation& operation : operations) {
    FLOE_TRY(operation.apply());
    if (operation.undo) state_->undo.push_back(operation.undo);
  }
  return Status::Ok();
}

Status StagedDefinitions::Undo() {
  const std::vector<std::function<Status()>> undo = std::exchange(state_->undo, {});
  for (auto step = undo.rbegin(); step != undo.rend(); ++step) FLOE_TRY((*step)());
  return Status::Ok();
}

}  // namespace floe::engine
