// A catalog over metadata files in an object store and a store of pointers to them: the common
// part of the in-memory and the SQLite catalog.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/executor.h"
#include "base/random.h"
#include "catalog/catalog.h"
#include "catalog/pointer_store.h"
#include "iceberg/file_io.h"

namespace floe::catalog {

// What a catalog works with; all outlive it, and it outlives its calls.
struct CatalogContext {
  storage::ObjectStore* store = nullptr;
  Executor* executor = nullptr;
  const Clock* clock = nullptr;
  uint64_t random_seed = 0;
  // URI of the directory for tables, inside the store's root, such as "file:///data/warehouse".
  std::string warehouse;
};

class MetadataCatalog final : public Catalog {
 public:
  MetadataCatalog(CatalogContext context, std::unique_ptr<PointerStore> pointers);

  void ListNamespaces(Namespace parent, Done<std::vector<Namespace>> done) override;
  void CreateNamespace(NamespaceInfo info, Done<Nothing> done) override;
  void LoadNamespace(Namespace levels, Done<NamespaceInfo> done) override;
  void DropNamespace(Namespace levels, Done<Nothing> done) override;
  void ListTables(Namespace levels, Done<std::vector<TableIdentifier>> done) override;
  void CreateTable(CreateTableRequest request, Done<LoadedTable> done) override;
  void LoadTable(TableIdentifier identifier, Done<LoadedTable> done) override;
  void DropTable(TableIdentifier identifier, Done<Nothing> done) override;
  void RenameTable(TableIdentifier from, TableIdentifier to, Done<Nothing> done) override;
  void CommitTables(std::vector<TableCommit> commits, Done<std::vector<LoadedTable>> done) override;

 private:
  struct Staged;

  template <typename T, typename Call>
  void Run(Done<T> done, Call call);

  Result<std::vector<Namespace>> ListNamespacesNow(const Namespace& parent);
  Result<LoadedTable> CreateNow(CreateTableRequest request);
  Result<LoadedTable> LoadNow(const TableIdentifier& identifier);
  Result<std::vector<LoadedTable>> CommitNow(const std::vector<TableCommit>& commits);
  // One attempt; `lost` is set when another commit came between.
  Result<std::vector<LoadedTable>> TryCommit(const std::vector<TableCommit>& commits, bool& lost);
  Result<Staged> Stage(const TableCommit& commit);
  Status WriteStaged(std::vector<Staged>& staged);
  void RemoveStaged(const std::vector<Staged>& staged);
  // Metadata files that fell out of the log, when the table's properties say so.
  void RemoveOldMetadata(const Staged& staged);
  Result<std::string> NewLocation(const CreateTableRequest& request);
  Status CheckLocations(const iceberg::TableChange& change) const;
  std::string NextMetadataPath(const iceberg::TableMetadata& metadata, const std::string& base);
  std::string NewUuid();
  void Remember(const std::string& location, iceberg::TableMetadataPtr metadata);
  iceberg::TableMetadataPtr Recall(const std::string& location);

  CatalogContext context_;
  std::unique_ptr<PointerStore> pointers_;
  iceberg::FileIo io_;
  std::mutex mutex_;  // guards random_ and cache_
  Random random_;
  // Parsed metadata by location, the newest last: a metadata file never changes.
  std::vector<std::pair<std::string, iceberg::TableMetadataPtr>> cache_;
};

}  // namespace floe::catalog
