// What a script defines in an Iceberg catalog, held back until all of the script is planned: a
// wrong script creates and drops nothing.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/result.h"
#include "catalog/catalog.h"
#include "plan/table_catalog.h"

namespace floe::engine {

// Of one script. Used by one thread at a time.
class StagedDefinitions {
 public:
  // References outlive it.
  StagedDefinitions(catalog::Catalog& catalog, Executor& executor, const Clock& clock);
  ~StagedDefinitions();

  // The catalog as it will be, under a name and with the options of CREATE CATALOG. All views of
  // one script see each other's definitions. What cannot be defined is refused here as the catalog
  // itself would. Outlives this object, but must not be used then.
  std::shared_ptr<plan::TableCatalog> View(const std::string& name,
                                           const std::map<std::string, std::string>& options);
  // Defines it all, in order; nothing is left to be defined. The error of the first that cannot be
  // (somebody else was first): those before it stand.
  Status Apply();
  // Takes back what Apply has created, as far as it is still empty of anything else; what it
  // dropped stays dropped.
  Status Undo();

 private:
  class StagedCatalog;
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace floe::engine
