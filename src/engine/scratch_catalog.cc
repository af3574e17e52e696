#include "engine/scratch_catalog.h"

#include "catalog/in_memory_catalog.h"
#include "storage/in_memory_object_store.h"

namespace floe::engine {

ScratchCatalog::ScratchCatalog(Executor& executor, const Clock& clock)
    : store_(std::make_unique<storage::InMemoryObjectStore>(executor, "file:///plan")) {
  catalog::CatalogContext context;
  context.store = store_.get();
  context.executor = &executor;
  context.clock = &clock;
  context.random_seed = 1;
  context.warehouse = store_->root_uri();
  catalog_ = catalog::MakeInMemoryCatalog(context);
}

ScratchCatalog::~ScratchCatalog() = default;

}  // namespace floe::engine
