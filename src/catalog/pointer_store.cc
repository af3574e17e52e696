#include "catalog/pointer_store.h"

namespace floe::catalog {

Error TableNotFound(const TableIdentifier& identifier) {
  return Error(ErrorCode::kTableNotFound, "table '" + identifier.ToString() + "' does not exist");
}

Error TableExists(const TableIdentifier& identifier) {
  return Error(ErrorCode::kAlreadyExists, "table '" + identifier.ToString() + "' exists already");
}

Error NamespaceNotFound(const Namespace& levels) {
  return Error(ErrorCode::kNotFound, "database '" + ToString(levels) + "' does not exist");
}

Error NamespaceExists(const Namespace& levels) {
  return Error(ErrorCode::kAlreadyExists, "database '" + ToString(levels) + "' exists already");
}

Error NamespaceNotEmpty(const Namespace& levels) {
  return Error(ErrorCode::kNotEmpty, "database '" + ToString(levels) + "' is not empty")
      .WithHint("drop its tables first");
}

Error TableMoved(const TableIdentifier& identifier) {
  return Error(ErrorCode::kCommitConflict,
               "table '" + identifier.ToString() + "' was changed by another commit");
}

}  // namespace floe::catalog
