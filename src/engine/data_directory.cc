#include "engine/data_directory.h"

namespace floe::engine {

Result<std::unique_ptr<DataDirectory>> DataDirectory::Open(storage::FileSystem& files,
                                                           std::string path) {
  FLOE_TRY(files.CreateDirectories(path));
  Result<std::unique_ptr<storage::FileLock>> lock =
      files.LockExclusive(storage::JoinPath(path, "LOCK"));
  if (!lock.ok()) {
    if (lock.error().code() != ErrorCode::kDataDirectoryLocked) return std::move(lock).error();
    return Error(ErrorCode::kDataDirectoryLocked,
                 "the data directory " + path + " is in use by another floe process")
        .WithHint("stop it, or give another --data-dir");
  }
  std::unique_ptr<DataDirectory> directory(
      new DataDirectory(std::move(path), std::move(lock).value()));
  FLOE_TRY(files.CreateDirectories(directory->warehouse_path()));
  FLOE_TRY(files.CreateDirectories(directory->producers_path()));
  // A killed owner has left its address: others would follow it to whoever listens there now.
  FLOE_ASSIGN(const bool has_old_owner, storage::Exists(files, directory->owner_path()));
  if (has_old_owner) FLOE_TRY(files.RemoveFile(directory->owner_path()));
  return directory;
}

std::string DataDirectory::pipeline_path(const std::string& pipeline_id) const {
  return storage::JoinPath(storage::JoinPath(path_, "pipelines"), pipeline_id);
}

}  // namespace floe::engine
