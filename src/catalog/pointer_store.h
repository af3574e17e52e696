// Where a catalog keeps its names: which metadata file is a table's newest. Swapping these pointers
// is the atomic step of a commit.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "catalog/catalog.h"

namespace floe::catalog {

struct PointerSwap {
  TableIdentifier identifier;
  std::string expected_location;  // "": the table must not exist, and is created
  std::string new_location;
};

// Thread-safe; calls block for as long as the store takes.
class PointerStore {
 public:
  virtual ~PointerStore() = default;

  // All namespaces that were created or have tables.
  virtual Result<std::vector<Namespace>> Namespaces() = 0;
  // kAlreadyExists.
  virtual Status CreateNamespace(const NamespaceInfo& info) = 0;
  // kNotFound.
  virtual Result<NamespaceInfo> GetNamespace(const Namespace& levels) = 0;
  // kNotFound; kNotEmpty while it has tables or namespaces in it.
  virtual Status DropNamespace(const Namespace& levels) = 0;

  virtual Result<std::vector<TableIdentifier>> Tables(const Namespace& levels) = 0;
  // kTableNotFound.
  virtual Result<std::string> Location(const TableIdentifier& identifier) = 0;
  // All swaps or none. kCommitConflict when a table is not where it is expected, kAlreadyExists
  // when a table to create exists, kCommitUnknown when it may have happened.
  virtual Status Swap(const std::vector<PointerSwap>& swaps) = 0;
  // kTableNotFound.
  virtual Status Drop(const TableIdentifier& identifier) = 0;
  // kTableNotFound, kAlreadyExists.
  virtual Status Rename(const TableIdentifier& from, const TableIdentifier& to) = 0;
};

// The errors of all stores, worded alike.
Error TableNotFound(const TableIdentifier& identifier);
Error TableExists(const TableIdentifier& identifier);
Error NamespaceNotFound(const Namespace& levels);
Error NamespaceExists(const Namespace& levels);
Error NamespaceNotEmpty(const Namespace& levels);
Error TableMoved(const TableIdentifier& identifier);

}  // namespace floe::catalog
