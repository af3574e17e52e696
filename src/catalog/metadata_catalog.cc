#include "catalog/metadata_catalog.h"

#include <algorithm>
#include <charconv>
#include <set>
#include <utility>

#include "base/limits.h"
#include "catalog/names.h"
#include "iceberg/table_properties.h"

namespace floe::catalog {

using iceberg::TableMetadata;
using iceberg::TableMetadataPtr;

// A table's next state, on its way.
struct MetadataCatalog::Staged {
  TableIdentifier identifier;
  std::string base_location;
  TableMetadataPtr base;
  std::string new_location;
  TableMetadataPtr metadata;
};

MetadataCatalog::MetadataCatalog(CatalogContext context, std::unique_ptr<PointerStore> pointers)
    : context_(std::move(context)),
      pointers_(std::move(pointers)),
      io_(*context_.store, *context_.executor),
      random_(context_.random_seed) {
  while (context_.warehouse.ends_with('/')) context_.warehouse.pop_back();
}

template <typename T, typename Call>
void MetadataCatalog::Run(Done<T> done, Call call) {
  context_.executor->Submit(
      [done = std::move(done), call = std::move(call)]() mutable { done(call()); });
}

namespace {

Result<Catalog::Nothing> Nothing(Status status) {
  FLOE_TRY(std::move(status));
  return Catalog::Nothing();
}

// "…/00003-<uuid>.metadata.json" → 3; -1 for names of another form.
int64_t VersionOf(const std::string& location) {
  size_t slash = location.rfind('/');
  const char* begin = location.data() + (slash == std::string::npos ? 0 : slash + 1);
  int64_t version = -1;
  auto [at, error] = std::from_chars(begin, location.data() + location.size(), version);
  return error == std::errc() ? version : -1;
}

// What a table that Floe creates gets unless its creator says otherwise.
void AddDefaultProperties(iceberg::Properties& properties) {
  // Iceberg persists the codec of new tables since 1.4.
  properties.try_emplace(iceberg::property::kParquetCompression, "zstd");
  // A streaming job commits every few seconds: old metadata files would fill the disk.
  properties.try_emplace(iceberg::property::kDeleteAfterCommit, "true");
  // Each commit writes the list of all snapshots: an hour of them, and at least a hundred, is what
  // it may cost (docs/decisions/0010-snapshot-expiry.md).
  properties.try_emplace(iceberg::property::kExpireAtCommit, "true");
  properties.try_emplace(iceberg::property::kMaxSnapshotAge, "3600000");
  properties.try_emplace(iceberg::property::kMinSnapshotsToKeep, "100");
}

}  // namespace

void MetadataCatalog::ListNamespaces(Namespace parent, Done<std::vector<Namespace>> done) {
  Run(std::move(done), [this, parent = std::move(parent)] { return ListNamespacesNow(parent); });
}

void MetadataCatalog::CreateNamespace(NamespaceInfo info, Done<Catalog::Nothing> done) {
  Run(std::move(done), [this, info = std::move(info)]() -> Result<Catalog::Nothing> {
    FLOE_TRY(ValidateNamespace(info.levels));
    return catalog::Nothing(pointers_->CreateNamespace(info));
  });
}

void MetadataCatalog::LoadNamespace(Namespace levels, Done<NamespaceInfo> done) {
  Run(std::move(done),
      [this, levels = std::move(levels)] { return pointers_->GetNamespace(levels); });
}

void MetadataCatalog::DropNamespace(Namespace levels, Done<Catalog::Nothing> done) {
  Run(std::move(done), [this, levels = std::move(levels)] {
    return catalog::Nothing(pointers_->DropNamespace(levels));
  });
}

void MetadataCatalog::ListTables(Namespace levels, Done<std::vector<TableIdentifier>> done) {
  Run(std::move(done),
      [this, levels = std::move(levels)]() -> Result<std::vector<TableIdentifier>> {
        FLOE_TRY(pointers_->GetNamespace(levels));
        return pointers_->Tables(levels);
      });
}

void MetadataCatalog::CreateTable(CreateTableRequest request, Done<LoadedTable> done) {
  Run(std::move(done),
      [this, request = std::move(request)]() mutable { return CreateNow(std::move(request)); });
}

void MetadataCatalog::LoadTable(TableIdentifier identifier, Done<LoadedTable> done) {
  Run(std::move(done), [this, identifier = std::move(identifier)] { return LoadNow(identifier); });
}

void MetadataCatalog::DropTable(TableIdentifier identifier, Done<Catalog::Nothing> done) {
  Run(std::move(done), [this, identifier = std::move(identifier)] {
    return catalog::Nothing(pointers_->Drop(identifier));
  });
}

void MetadataCatalog::RenameTable(TableIdentifier from, TableIdentifier to,
                                  Done<Catalog::Nothing> done) {
  Run(std::move(done),
      [this, from = std::move(from), to = std::move(to)]() -> Result<Catalog::Nothing> {
        FLOE_TRY(ValidateTable(to));
        FLOE_TRY(pointers_->GetNamespace(to.levels));
        return catalog::Nothing(pointers_->Rename(from, to));
      });
}

void MetadataCatalog::CommitTables(std::vector<TableCommit> commits,
                                   Done<std::vector<LoadedTable>> done) {
  Run(std::move(done), [this, commits = std::move(commits)] { return CommitNow(commits); });
}

Result<std::vector<Namespace>> MetadataCatalog::ListNamespacesNow(const Namespace& parent) {
  if (!parent.empty()) FLOE_TRY(pointers_->GetNamespace(parent));
  FLOE_ASSIGN(auto all, pointers_->Namespaces());
  std::set<Namespace> children;
  for (const Namespace& levels : all) {
    bool below =
        levels.size() > parent.size() && std::equal(parent.begin(), parent.end(), levels.begin());
    auto end = levels.begin() + static_cast<std::ptrdiff_t>(parent.size() + 1);
    if (below) children.insert(Namespace(levels.begin(), end));
  }
  return std::vector<Namespace>(children.begin(), children.end());
}

Result<std::string> MetadataCatalog::NewLocation(const CreateTableRequest& request) {
  FLOE_ASSIGN(NamespaceInfo info, pointers_->GetNamespace(request.identifier.levels));
  std::string location = request.location;
  if (location.empty()) {
    auto own = info.properties.find("location");
    location = own != info.properties.end() ? own->second : context_.warehouse;
    while (location.ends_with('/')) location.pop_back();
    if (own == info.properties.end()) {
      for (const std::string& level : request.identifier.levels) location += "/" + level;
    }
    location += "/" + request.identifier.name;
  }
  while (location.ends_with('/')) location.pop_back();
  auto key = io_.store().KeyOf(location);
  if (!key.ok()) return std::move(key).error().WithContext("location '" + location + "'");
  return location;
}

Result<LoadedTable> MetadataCatalog::CreateNow(CreateTableRequest request) {
  FLOE_TRY(ValidateTable(request.identifier));
  FLOE_TRY(iceberg::ValidateProperties(request.properties));
  iceberg::NewTable table;
  FLOE_ASSIGN(table.location, NewLocation(request));
  if (pointers_->Location(request.identifier).ok()) return TableExists(request.identifier);
  table.schema = std::move(request.schema);
  table.spec = std::move(request.spec);
  table.sort_order = std::move(request.sort_order);
  table.properties = std::move(request.properties);
  table.add_fieldless_spec = request.add_fieldless_spec;
  AddDefaultProperties(table.properties);
  iceberg::TableChange paths;
  paths.updates.push_back(iceberg::update::SetProperties{table.properties});
  FLOE_TRY(CheckLocations(paths));
  Staged staged;
  staged.identifier = request.identifier;
  {
    std::lock_guard lock(mutex_);
    FLOE_ASSIGN(TableMetadata metadata,
                iceberg::NewTableMetadata(std::move(table), *context_.clock, random_));
    staged.metadata = std::make_shared<const TableMetadata>(std::move(metadata));
  }
  staged.new_location = NextMetadataPath(*staged.metadata, "");
  std::vector<Staged> all = {staged};
  FLOE_TRY(WriteStaged(all));
  Status swapped = pointers_->Swap({{request.identifier, "", staged.new_location}});
  if (!swapped.ok()) {
    if (swapped.error().code() != ErrorCode::kCommitUnknown) RemoveStaged(all);
    return std::move(swapped).error();
  }
  Remember(staged.new_location, staged.metadata);
  return LoadedTable{request.identifier, staged.new_location, staged.metadata};
}

Result<LoadedTable> MetadataCatalog::LoadNow(const TableIdentifier& identifier) {
  FLOE_ASSIGN(std::string location, pointers_->Location(identifier));
  TableMetadataPtr metadata = Recall(location);
  if (metadata == nullptr) {
    FLOE_ASSIGN(std::string text, io_.Read(location));
    auto parsed = iceberg::ParseTableMetadata(text);
    if (!parsed.ok()) {
      return std::move(parsed).error().WithContext("table '" + identifier.ToString() + "', " +
                                                   location);
    }
    metadata = std::make_shared<const TableMetadata>(std::move(parsed).value());
    Remember(location, metadata);
  }
  return LoadedTable{identifier, std::move(location), std::move(metadata)};
}

Result<MetadataCatalog::Staged> MetadataCatalog::Stage(const TableCommit& commit) {
  FLOE_TRY(CheckLocations(commit.change));
  Staged staged;
  staged.identifier = commit.identifier;
  auto loaded = LoadNow(commit.identifier);
  bool creates = !loaded.ok() && loaded.error().code() == ErrorCode::kTableNotFound &&
                 !commit.change.requirements.empty() &&
                 std::holds_alternative<iceberg::requirement::AssertCreate>(
                     commit.change.requirements.front());
  if (!creates) {
    FLOE_TRY(loaded.status());
    staged.base_location = loaded->metadata_location;
    staged.base = loaded->metadata;
  } else {
    FLOE_TRY(ValidateTable(commit.identifier));
    FLOE_TRY(pointers_->GetNamespace(commit.identifier.levels));
    staged.base = std::make_shared<const TableMetadata>();
  }
  FLOE_TRY(iceberg::CheckRequirements(creates ? nullptr : staged.base.get(),
                                      commit.change.requirements));
  FLOE_ASSIGN(TableMetadata next,
              iceberg::ApplyUpdates(*staged.base, commit.change.updates,
                                    context_.clock->WallMillis(), staged.base_location));
  staged.metadata = std::make_shared<const TableMetadata>(std::move(next));
  staged.new_location = NextMetadataPath(*staged.metadata, staged.base_location);
  return staged;
}

Status MetadataCatalog::WriteStaged(std::vector<Staged>& staged) {
  std::vector<iceberg::PendingWrite> writes;
  for (const Staged& table : staged) {
    writes.push_back(
        io_.StartWrite(table.new_location, iceberg::WriteTableMetadata(*table.metadata)));
  }
  Status first;
  for (iceberg::PendingWrite& write : writes) {
    Status status = write.Wait();
    if (first.ok() && !status.ok()) first = std::move(status);
  }
  return first;
}

void MetadataCatalog::RemoveStaged(const std::vector<Staged>& staged) {
  // A file that stays is an orphan, and harmless.
  for (const Staged& table : staged) (void)io_.Remove(table.new_location).ok();
}

void MetadataCatalog::RemoveOldMetadata(const Staged& staged) {
  auto options = iceberg::ParseMetadataOptions(staged.metadata->properties);
  if (!options.ok() || !options->delete_after_commit) return;
  std::set<std::string> kept;
  for (const auto& entry : staged.metadata->metadata_log) kept.insert(entry.metadata_file);
  for (const auto& entry : staged.base->metadata_log) {
    if (!kept.contains(entry.metadata_file)) (void)io_.Remove(entry.metadata_file).ok();
  }
}

Result<std::vector<LoadedTable>> MetadataCatalog::TryCommit(const std::vector<TableCommit>& commits,
                                                            bool& lost) {
  std::vector<Staged> staged;
  for (const TableCommit& commit : commits) {
    FLOE_ASSIGN(Staged table, Stage(commit));
    staged.push_back(std::move(table));
  }
  FLOE_TRY(WriteStaged(staged));
  std::vector<PointerSwap> swaps;
  for (const Staged& table : staged) {
    swaps.push_back({table.identifier, table.base_location, table.new_location});
  }
  Status swapped = pointers_->Swap(swaps);
  if (!swapped.ok()) {
    ErrorCode code = swapped.error().code();
    lost = code == ErrorCode::kCommitConflict;
    // An unknown outcome may have made the new files the current ones.
    if (code != ErrorCode::kCommitUnknown) RemoveStaged(staged);
    return std::move(swapped).error();
  }
  std::vector<LoadedTable> loaded;
  for (const Staged& table : staged) {
    Remember(table.new_location, table.metadata);
    RemoveOldMetadata(table);
    loaded.push_back({table.identifier, table.new_location, table.metadata});
  }
  return loaded;
}

Result<std::vector<LoadedTable>> MetadataCatalog::CommitNow(
    const std::vector<TableCommit>& commits) {
  std::set<TableIdentifier> named;
  for (const TableCommit& commit : commits) {
    if (!named.insert(commit.identifier).second) {
      return Error(ErrorCode::kInvalidArgument, "table '" + commit.identifier.ToString() +
                                                    "' is changed twice in one transaction");
    }
  }
  // Whoever loses the swap looks again: the requirements decide whether the change still holds.
  for (int attempt = 1;; ++attempt) {
    bool lost = false;
    auto committed = TryCommit(commits, lost);
    if (committed.ok() || !lost || attempt >= limits::kMaxCommitTries) return committed;
  }
}

Status MetadataCatalog::CheckLocations(const iceberg::TableChange& change) const {
  auto check = [&](const std::string& uri) -> Status {
    auto key = io_.store().KeyOf(uri);
    if (key.ok()) return Status::Ok();
    return Status(std::move(key).error().WithContext("location '" + uri + "'"));
  };
  namespace update = iceberg::update;
  for (const iceberg::TableUpdate& applied : change.updates) {
    if (const auto* location = std::get_if<update::SetLocation>(&applied)) {
      FLOE_TRY(check(location->location));
    } else if (const auto* snapshot = std::get_if<update::AddSnapshot>(&applied)) {
      FLOE_TRY(check(snapshot->snapshot->manifest_list));
    } else if (const auto* properties = std::get_if<update::SetProperties>(&applied)) {
      for (const char* key : {iceberg::property::kDataPath, iceberg::property::kMetadataPath}) {
        auto path = properties->updates.find(key);
        if (path != properties->updates.end()) FLOE_TRY(check(path->second));
      }
    }
  }
  return Status::Ok();
}

std::string MetadataCatalog::NextMetadataPath(const TableMetadata& metadata,
                                              const std::string& base) {
  const std::string* directory = metadata.Property(iceberg::property::kMetadataPath);
  std::string path = directory != nullptr ? *directory : metadata.location + "/metadata";
  while (path.ends_with('/')) path.pop_back();
  int64_t version = base.empty() ? 0 : VersionOf(base) + 1;
  char digits[24];
  std::snprintf(digits, sizeof(digits), "%05lld", static_cast<long long>(version));
  return path + "/" + digits + "-" + NewUuid() + ".metadata.json";
}

std::string MetadataCatalog::NewUuid() {
  std::lock_guard lock(mutex_);
  return random_.NextUuid();
}

void MetadataCatalog::Remember(const std::string& location, TableMetadataPtr metadata) {
  std::lock_guard lock(mutex_);
  cache_.emplace_back(location, std::move(metadata));
  if (cache_.size() > limits::kMaxCachedTableMetadata) cache_.erase(cache_.begin());
}

TableMetadataPtr MetadataCatalog::Recall(const std::string& location) {
  std::lock_guard lock(mutex_);
  for (auto it = cache_.rbegin(); it != cache_.rend(); ++it) {
    if (it->first == location) return it->second;
  }
  return nullptr;
}

}  // namespace floe::catalog
