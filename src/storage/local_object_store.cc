#include "storage/local_object_store.h"

#include <algorithm>
#include <limits>

#include "base/assert.h"

namespace floe::storage {
namespace {

// Below the root, so that a rename stays within one file system.
constexpr std::string_view kTemporaryDirectory = ".tmp";

bool IsTemporary(std::string_view key) {
  return key == kTemporaryDirectory ||
         (key.starts_with(kTemporaryDirectory) && key[kTemporaryDirectory.size()] == '/');
}

Status ValidateKey(std::string_view key) {
  FLOE_TRY(ValidateObjectKey(key));
  if (!IsTemporary(key)) return Status::Ok();
  return Error(ErrorCode::kInvalidArgument, "object key '" + std::string(key) + "': '" +
                                                std::string(kTemporaryDirectory) +
                                                "' holds what is not complete yet");
}

Error NoSuchObject(const std::string& key, const std::string& root_uri) {
  return Error(ErrorCode::kNotFound, "there is no object '" + key + "' in " + root_uri);
}

}  // namespace

LocalObjectStore::LocalObjectStore(FileSystem& files, Executor& executor, std::string root)
    : files_(files), executor_(executor), root_(std::move(root)), root_uri_(FileUri(root_)) {}

Result<std::unique_ptr<LocalObjectStore>> LocalObjectStore::Open(FileSystem& files,
                                                                 Executor& executor,
                                                                 const std::string& root) {
  FLOE_ASSIGN(std::string path, PathOfFileUri(root));
  const std::string temporaries = JoinPath(path, kTemporaryDirectory);
  FLOE_TRY(files.CreateDirectories(temporaries));
  FLOE_ASSIGN(const std::vector<DirectoryEntry> left_behind, files.List(temporaries));
  for (const DirectoryEntry& entry : left_behind) {
    FLOE_TRY(RemoveRecursively(files, JoinPath(temporaries, entry.name)));
  }
  return std::unique_ptr<LocalObjectStore>(new LocalObjectStore(files, executor, std::move(path)));
}

std::string LocalObjectStore::PathOf(std::string_view key) const { return JoinPath(root_, key); }

Result<ObjectInfo> LocalObjectStore::PutNow(const std::string& key, std::string_view bytes,
                                            PutOptions options) {
  FLOE_TRY(ValidateKey(key));
  const std::string path = PathOf(key);
  std::unique_lock lock(conditional_put_mutex_, std::defer_lock);
  if (options.only_if_absent) {
    lock.lock();
    FLOE_ASSIGN(const bool exists, Exists(files_, path));
    if (exists) {
      return Error(ErrorCode::kAlreadyExists, "object '" + key + "' is already in " + root_uri_);
    }
  }
  const std::string directory = ParentPath(path);
  FLOE_TRY(files_.CreateDirectories(directory));
  const std::string temporary =
      JoinPath(PathOf(kTemporaryDirectory), std::to_string(next_temporary_.fetch_add(1)));
  Status status = [&]() -> Status {
    FLOE_ASSIGN(const std::unique_ptr<AppendFile> file,
                files_.OpenAppend(temporary, OpenMode::kTruncate));
    FLOE_TRY(file->Append(bytes));
    return file->Sync();
  }();
  if (status.ok()) status = files_.Rename(temporary, path);
  if (!status.ok()) {
    // The first error is the one to report.
    (void)files_.RemoveFile(temporary).ok();
    return std::move(status).error();
  }
  FLOE_TRY(files_.SyncDirectory(directory));
  return ObjectInfo{key, bytes.size()};
}

Result<std::string> LocalObjectStore::GetNow(const std::string& key, uint64_t offset,
                                             uint64_t length) {
  FLOE_TRY(ValidateKey(key));
  Result<std::unique_ptr<RandomAccessFile>> file = files_.OpenRead(PathOf(key));
  if (!file.ok()) {
    if (file.error().code() == ErrorCode::kNotFound) return NoSuchObject(key, root_uri_);
    return std::move(file).error();
  }
  FLOE_ASSIGN(const uint64_t size, (*file)->SizeBytes());
  if (offset >= size) return std::string();
  std::string bytes(std::min(length, size - offset), '\0');
  FLOE_ASSIGN(const size_t count, (*file)->ReadAt(offset, bytes));
  bytes.resize(count);
  return bytes;
}

Status LocalObjectStore::CollectBelow(const std::string& directory, const std::string& prefix,
                                      std::vector<ObjectInfo>& found) {
  Result<std::vector<DirectoryEntry>> entries =
      files_.List(directory.empty() ? root_ : PathOf(directory));
  if (!entries.ok()) {
    // Another call removed it, or it never was.
    return entries.error().code() == ErrorCode::kNotFound ? Status::Ok() : entries.status();
  }
  for (const DirectoryEntry& entry : *entries) {
    const std::string key = JoinPath(directory, entry.name);
    if (IsTemporary(key)) continue;
    if (entry.type == FileType::kDirectory) {
      const std::string below = key + "/";
      if (below.starts_with(prefix) || prefix.starts_with(below)) {
        FLOE_TRY(CollectBelow(key, prefix, found));
      }
      continue;
    }
    if (!key.starts_with(prefix)) continue;
    const Result<FileInfo> info = files_.Stat(PathOf(key));
    if (info.ok()) found.push_back({key, info->size_bytes});
  }
  return Status::Ok();
}

Result<std::vector<ObjectInfo>> LocalObjectStore::ListNow(const std::string& prefix) {
  std::vector<ObjectInfo> found;
  FLOE_TRY(CollectBelow("", prefix, found));
  std::sort(found.begin(), found.end(),
            [](const ObjectInfo& a, const ObjectInfo& b) { return a.key < b.key; });
  return found;
}

void LocalObjectStore::Put(std::string key, std::string bytes, PutOptions options,
                           Done<ObjectInfo> done) {
  executor_.Submit([this, key = std::move(key), bytes = std::move(bytes), options,
                    done = std::move(done)] { done(PutNow(key, bytes, options)); });
}

void LocalObjectStore::Get(std::string key, Done<std::string> done) {
  GetRange(std::move(key), 0, std::numeric_limits<uint64_t>::max(), std::move(done));
}

void LocalObjectStore::GetRange(std::string key, uint64_t offset, uint64_t length,
                                Done<std::string> done) {
  executor_.Submit([this, key = std::move(key), offset, length, done = std::move(done)] {
    done(GetNow(key, offset, length));
  });
}

void LocalObjectStore::Head(std::string key, Done<ObjectInfo> done) {
  executor_.Submit([this, key = std::move(key), done = std::move(done)] {
    done([&]() -> Result<ObjectInfo> {
      FLOE_TRY(ValidateKey(key));
      Result<FileInfo> info = files_.Stat(PathOf(key));
      if (!info.ok() && info.error().code() != ErrorCode::kNotFound) {
        return std::move(info).error();
      }
      if (!info.ok() || info->type != FileType::kFile) return NoSuchObject(key, root_uri_);
      return ObjectInfo{key, info->size_bytes};
    }());
  });
}

void LocalObjectStore::List(std::string prefix, Done<std::vector<ObjectInfo>> done) {
  executor_.Submit(
      [this, prefix = std::move(prefix), done = std::move(done)] { done(ListNow(prefix)); });
}

void LocalObjectStore::Delete(std::string key, Done<std::monostate> done) {
  executor_.Submit([this, key = std::move(key), done = std::move(done)] {
    done([&]() -> Result<std::monostate> {
      FLOE_TRY(ValidateKey(key));
      const Status status = files_.RemoveFile(PathOf(key));
      if (!status.ok() && status.error().code() != ErrorCode::kNotFound) return status;
      return std::monostate();
    }());
  });
}

}  // namespace floe::storage
