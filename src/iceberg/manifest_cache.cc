#include "iceberg/manifest_cache.h"

#include <utility>

namespace floe::iceberg {
namespace {

// A node of a map or a list with its allocation.
constexpr size_t kNodeBytes = 80;

size_t SizeOf(const std::map<ColumnId, std::string>& values) {
  size_t size = values.size() * (kNodeBytes + sizeof(std::string));
  for (const auto& [id, value] : values) size += value.size();
  return size;
}

size_t SizeOf(const ManifestEntry& entry) {
  const DataFile& file = entry.file;
  const ColumnMetrics& metrics = file.metrics;
  const size_t counts = metrics.column_sizes.size() + metrics.value_counts.size() +
                        metrics.null_value_counts.size() + metrics.nan_value_counts.size();
  return sizeof(ManifestEntry) + file.file_path.size() + file.partition.size() * sizeof(Literal) +
         file.split_offsets.size() * sizeof(int64_t) + counts * kNodeBytes +
         SizeOf(metrics.lower_bounds) + SizeOf(metrics.upper_bounds);
}

size_t SizeOf(const ManifestFile& manifest) {
  size_t size = sizeof(ManifestFile) + manifest.path.size();
  for (const FieldSummary& summary : manifest.partitions) {
    size += sizeof(FieldSummary) + summary.lower_bound.value_or("").size() +
            summary.upper_bound.value_or("").size();
  }
  return size;
}

template <typename Items>
size_t SizeOfAll(const Items& items) {
  size_t size = kNodeBytes;
  for (const auto& item : items) size += SizeOf(item);
  return size;
}

}  // namespace

Result<ManifestListPtr> ManifestCache::ReadList(const FileIo& io, const std::string& path) {
  Item known = Find(path);
  if (known.list != nullptr) return std::move(known.list);
  FLOE_ASSIGN(const std::string bytes, io.Read(path));
  FLOE_ASSIGN(auto manifests, ReadManifestList(bytes));
  auto list = std::make_shared<const std::vector<ManifestFile>>(std::move(manifests));
  Add({path, list, nullptr, SizeOfAll(*list) + 2 * path.size()});
  return list;
}

Result<ManifestEntriesPtr> ManifestCache::Read(const FileIo& io, const ManifestFile& manifest) {
  Item known = Find(manifest.path);
  if (known.entries != nullptr) return std::move(known.entries);
  FLOE_ASSIGN(const std::string bytes, io.Read(manifest.path));
  FLOE_ASSIGN(auto parsed, ReadManifest(bytes, manifest));
  auto entries = std::make_shared<const std::vector<ManifestEntry>>(std::move(parsed));
  Add({manifest.path, nullptr, entries, SizeOfAll(*entries) + 2 * manifest.path.size()});
  return entries;
}

size_t ManifestCache::size_bytes() const {
  std::lock_guard lock(mutex_);
  return size_bytes_;
}

int64_t ManifestCache::files_read() const {
  std::lock_guard lock(mutex_);
  return files_read_;
}

ManifestCache::Item ManifestCache::Find(const std::string& path) {
  std::lock_guard lock(mutex_);
  const auto found = by_path_.find(path);
  if (found == by_path_.end()) return {};
  items_.splice(items_.begin(), items_, found->second);
  return *found->second;
}

void ManifestCache::Add(Item item) {
  std::lock_guard lock(mutex_);
  ++files_read_;
  if (item.size_bytes > max_bytes_ || by_path_.contains(item.path)) return;
  while (size_bytes_ + item.size_bytes > max_bytes_) {
    size_bytes_ -= items_.back().size_bytes;
    by_path_.erase(items_.back().path);
    items_.pop_back();
  }
  size_bytes_ += item.size_bytes;
  items_.push_front(std::move(item));
  by_path_.emplace(items_.front().path, items_.begin());
}

}  // namespace floe::iceberg
