// Parsed manifests and manifest lists by path. Both never change once they are written, so an entry
// is right for as long as it is kept; what is used least recently goes first.
#pragma once

#include <cstddef>
#include <list>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/limits.h"
#include "base/result.h"
#include "iceberg/file_io.h"
#include "iceberg/manifest.h"

namespace floe::iceberg {

using ManifestListPtr = std::shared_ptr<const std::vector<ManifestFile>>;
using ManifestEntriesPtr = std::shared_ptr<const std::vector<ManifestEntry>>;

// Thread-safe. Two who miss the same path both read it.
class ManifestCache {
 public:
  // `max_bytes` of memory, estimated.
  explicit ManifestCache(size_t max_bytes = limits::kMaxCachedManifestBytes)
      : max_bytes_(max_bytes) {}

  // As ReadManifestList and ReadManifest of the file's bytes.
  Result<ManifestListPtr> ReadList(const FileIo& io, const std::string& path);
  Result<ManifestEntriesPtr> Read(const FileIo& io, const ManifestFile& manifest);

  size_t size_bytes() const;
  int64_t files_read() const;

 private:
  struct Item {
    std::string path;
    ManifestListPtr list;  // or
    ManifestEntriesPtr entries;
    size_t size_bytes = 0;
  };

  // A copy of the item, which is the newest then; nothing if it is not there.
  Item Find(const std::string& path);
  void Add(Item item);

  const size_t max_bytes_;
  mutable std::mutex mutex_;  // guards what follows
  std::list<Item> items_;     // the newest first
  std::unordered_map<std::string, std::list<Item>::iterator> by_path_;
  size_t size_bytes_ = 0;
  int64_t files_read_ = 0;
};

}  // namespace floe::iceberg
