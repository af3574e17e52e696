// Names of tables and their newest metadata. The swap of a table's metadata is the one atomic step
// of a commit.
#pragma once

#include <compare>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "base/result.h"
#include "iceberg/partition_spec.h"
#include "iceberg/schema.h"
#include "iceberg/table_metadata.h"
#include "iceberg/table_update.h"

namespace floe::catalog {

// Levels of a namespace; Flink's database is one of one level.
using Namespace = std::vector<std::string>;

// "a.b"
std::string ToString(const Namespace& levels);

struct TableIdentifier {
  Namespace levels;
  std::string name;

  std::string ToString() const;
  auto operator<=>(const TableIdentifier&) const = default;
};

struct NamespaceInfo {
  Namespace levels;
  std::map<std::string, std::string> properties;  // `location` sets where its tables lie
};

struct CreateTableRequest {
  TableIdentifier identifier;
  iceberg::Schema schema;
  iceberg::PartitionSpec spec;
  iceberg::SortOrder sort_order;
  iceberg::Properties properties;
  // "" for "<warehouse>/<namespace>/<table>"; else inside the warehouse.
  std::string location;
  // Beside a partitioned spec, one without fields for the equality deletes of an upsert table.
  bool add_fieldless_spec = false;
};

struct LoadedTable {
  TableIdentifier identifier;
  std::string metadata_location;  // URI of the metadata file
  iceberg::TableMetadataPtr metadata;
};

struct TableCommit {
  TableIdentifier identifier;
  iceberg::TableChange change;
};

// Asynchronous: a call returns at once, and `done` runs once, later, on the executor that the
// catalog was made with. Who has to wait uses Await of base/executor.h. Thread-safe.
//
// Errors: kNotFound (namespace), kTableNotFound, kAlreadyExists, kNotEmpty, kInvalidArgument
// (names, unknown updates), kCommitConflict (a requirement does not hold, or another commit was
// first: load, prepare again, retry), kCommitUnknown (it may have happened: load and look).
class Catalog {
 public:
  template <typename T>
  using Done = std::function<void(Result<T>)>;
  using Nothing = std::monostate;

  virtual ~Catalog() = default;

  // Directly below `parent`; all top-level ones for {}.
  virtual void ListNamespaces(Namespace parent, Done<std::vector<Namespace>> done) = 0;
  virtual void CreateNamespace(NamespaceInfo info, Done<Nothing> done) = 0;
  virtual void LoadNamespace(Namespace levels, Done<NamespaceInfo> done) = 0;
  virtual void DropNamespace(Namespace levels, Done<Nothing> done) = 0;

  virtual void ListTables(Namespace levels, Done<std::vector<TableIdentifier>> done) = 0;
  virtual void CreateTable(CreateTableRequest request, Done<LoadedTable> done) = 0;
  virtual void LoadTable(TableIdentifier identifier, Done<LoadedTable> done) = 0;
  // Forgets the table; its files stay.
  virtual void DropTable(TableIdentifier identifier, Done<Nothing> done) = 0;
  virtual void RenameTable(TableIdentifier from, TableIdentifier to, Done<Nothing> done) = 0;
  // All of the commits or none. One commit per table. Results in order of the commits.
  virtual void CommitTables(std::vector<TableCommit> commits,
                            Done<std::vector<LoadedTable>> done) = 0;
};

}  // namespace floe::catalog
