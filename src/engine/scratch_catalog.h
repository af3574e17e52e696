// An Iceberg catalog in memory, for plans that must leave nothing behind.
#pragma once

#include <memory>

#include "base/clock.h"
#include "base/executor.h"
#include "catalog/catalog.h"
#include "storage/object_store.h"

namespace floe::engine {

class ScratchCatalog {
 public:
  // References outlive it.
  ScratchCatalog(Executor& executor, const Clock& clock);
  ~ScratchCatalog();

  catalog::Catalog& catalog() { return *catalog_; }

 private:
  std::unique_ptr<storage::ObjectStore> store_;
  std::unique_ptr<catalog::Catalog> catalog_;
};

}  // namespace floe::engine
