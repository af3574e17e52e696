// Wraps a file system and fails where a script says so.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/file_system.h"

namespace floe::storage {

enum class FileOperation : uint8_t {
  kOpenAppend,
  kOpenRead,
  kRead,
  kAppend,
  kSync,
  kTruncate,
  kStat,
  kList,
  kCreateDirectories,
  kRename,
  kRemove,
  kSyncDirectory,
  kLock,
};
std::string_view FileOperationName(FileOperation operation);

// What happens instead of, or with, an operation.
struct FileFault {
  // The operation's error. Never ok.
  Status error;
  // kAppend: how many of the bytes are written all the same (a torn write). Others: if not 0, the
  // operation is done before it reports the error.
  uint64_t done_bytes = 0;
};

// Thread-safe if the script is.
class FaultyFileSystem final : public FileSystem {
 public:
  // Decides on the `index`th operation (from 0, counted over all kinds) on `path`; null: no fault.
  using Script = std::function<std::unique_ptr<FileFault>(uint64_t index, FileOperation,
                                                          std::string_view path)>;

  // `inner` outlives this object and the files opened through it.
  explicit FaultyFileSystem(FileSystem& inner);
  ~FaultyFileSystem() override;

  void set_script(Script script);
  // Operations so far: to run a test once per operation and fail each in turn.
  uint64_t operations() const;

  // The `n`th operation from now (from 0), and all after it, fail: the process is as good as dead.
  static Script CrashAt(uint64_t index);
  // The first `operation` on a path that contains `part` fails once with `error`.
  static Script FailOnce(FileOperation operation, std::string part, Status error);

  Result<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path, OpenMode mode) override;
  Result<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) override;
  Result<FileInfo> Stat(const std::string& path) override;
  Result<std::vector<DirectoryEntry>> List(const std::string& path) override;
  Status CreateDirectories(const std::string& path) override;
  Status Rename(const std::string& from, const std::string& to) override;
  Status RemoveFile(const std::string& path) override;
  Status RemoveDirectory(const std::string& path) override;
  Status SyncDirectory(const std::string& path) override;
  Result<std::unique_ptr<FileLock>> LockExclusive(const std::string& path) override;
  Result<uint64_t> FreeBytes(const std::string& path) override;

 private:
  struct State;
  FileSystem& inner_;
  std::shared_ptr<State> state_;
};

}  // namespace floe::storage
