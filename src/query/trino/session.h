// What a statement is bound against: the client's session and the tables that there are.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "query/trino/cancellation.h"
#include "query/trino/scan_request.h"
#include "query/trino/type.h"

namespace floe::query::trino {

// The session as its client's headers have it.
struct Session {
  std::string user;
  std::string source;
  std::string catalog;  // "" for none
  std::string schema;   // "" for none
  std::string time_zone = "UTC";
  bool parametric_datetime = true;                // capability PARAMETRIC_DATETIME
  std::map<std::string, std::string> prepared;    // name to text
  std::map<std::string, std::string> properties;  // SET SESSION
  int64_t start_millis = 0;                       // since 1970 UTC: what now() is
  bool supports_transactions = true;              // sends a transaction id, if only "NONE"
  std::shared_ptr<Cancellation> cancellation;     // of this statement; null: it can't be cancelled
};

struct TableColumn {
  std::string name;
  Type type;
  bool nullable = true;
  std::string comment;
  // Can be named, but is in no listing and not in SELECT *. After those that are.
  bool hidden = false;
};

// A table whose columns are known and whose rows are a SELECT of DuckDB with columns c1, c2, … of
// the DuckDB types of `columns`. Instants are in UTC.
struct ProvidedTable {
  std::vector<TableColumn> columns;
  std::string sql;
  // Where it is set it gives the SELECT instead: what costs reading manifests is done only when
  // rows are wanted, and files can be left out. kNotImplemented, naming the column, for types that
  // can't be read.
  std::function<Result<std::string>(const ScanRequest&)> scan;
  // For SHOW CREATE TABLE: names and SQL of values, in order of name.
  std::vector<std::pair<std::string, std::string>> properties = {};
  std::string comment = {};
};

// One catalog's tables. Thread-safe. Names are in lower case.
class TableProvider {
 public:
  virtual ~TableProvider() = default;
  virtual Result<std::vector<std::string>> ListSchemas() = 0;
  // kSchemaNotFound
  virtual Result<std::vector<std::string>> ListTables(const std::string& schema) = 0;
  // kSchemaNotFound, kTableNotFound. `version`: a snapshot instead of the newest one.
  virtual Result<ProvidedTable> LoadTable(const std::string& schema, const std::string& table,
                                          std::optional<int64_t> version) = 0;
  // The version that was current at a time, in milliseconds since 1970 UTC; the one that a branch
  // or tag names. Errors of LoadTable; kTableVersionNotFound where there is none, kSqlUnsupported
  // where tables have no versions.
  virtual Result<int64_t> VersionAsOf(const std::string&, const std::string&, int64_t) {
    return Error(ErrorCode::kSqlUnsupported, "This connector does not support versioned tables");
  }
  virtual Result<int64_t> VersionOfName(const std::string&, const std::string&,
                                        const std::string&) {
    return Error(ErrorCode::kSqlUnsupported, "This connector does not support versioned tables");
  }
};

// Catalog name to its tables. information_schema is added to each by the binder.
using Catalogs = std::map<std::string, std::shared_ptr<TableProvider>>;

}  // namespace floe::query::trino
