#include "storage/faulty_file_system.h"

#include <mutex>

namespace floe::storage {

std::string_view FileOperationName(FileOperation operation) {
  switch (operation) {
    case FileOperation::kOpenAppend:
      return "open for appending";
    case FileOperation::kOpenRead:
      return "open for reading";
    case FileOperation::kRead:
      return "read";
    case FileOperation::kAppend:
      return "append";
    case FileOperation::kSync:
      return "sync";
    case FileOperation::kTruncate:
      return "truncate";
    case FileOperation::kStat:
      return "stat";
    case FileOperation::kList:
      return "list";
    case FileOperation::kCreateDirectories:
      return "create directories";
    case FileOperation::kRename:
      return "rename";
    case FileOperation::kRemove:
      return "remove";
    case FileOperation::kSyncDirectory:
      return "sync directory";
    case FileOperation::kLock:
      return "lock";
  }
  return "";
}

struct FaultyFileSystem::State {
  std::mutex mutex;
  Script script;
  uint64_t operations = 0;

  std::unique_ptr<FileFault> Next(FileOperation operation, std::string_view path) {
    std::lock_guard lock(mutex);
    const uint64_t index = operations++;
    return script ? script(index, operation, path) : nullptr;
  }

  template <typename R, typename F>
  R Run(FileOperation operation, const std::string& path, F&& call) {
    const std::unique_ptr<FileFault> fault = Next(operation, path);
    if (fault == nullptr) return call();
    FLOE_ASSERT(!fault->error.ok());
    // What it would have said is hidden by the fault.
    if (fault->done_bytes != 0) (void)call().ok();
    return fault->error.error();
  }
};

namespace internal {

template <typename State>
class FaultyAppendFile final : public AppendFile {
 public:
  FaultyAppendFile(std::shared_ptr<State> state, std::unique_ptr<AppendFile> inner,
                   std::string path)
      : state_(std::move(state)), inner_(std::move(inner)), path_(std::move(path)) {}

  Status Append(std::span<const std::string_view> parts) override {
    const std::unique_ptr<FileFault> fault = state_->Next(FileOperation::kAppend, path_);
    if (fault == nullptr) return inner_->Append(parts);
    FLOE_ASSERT(!fault->error.ok());
    uint64_t rest = fault->done_bytes;
    for (std::string_view part : parts) {
      const std::string_view done = part.substr(0, rest);
      rest -= done.size();
      if (!done.empty()) FLOE_TRY(inner_->Append({&done, 1}));
    }
    return fault->error;
  }
  Status Sync() override {
    return state_->template Run<Status>(FileOperation::kSync, path_,
                                        [&] { return inner_->Sync(); });
  }
  Status Truncate(uint64_t size_bytes) override {
    return state_->template Run<Status>(FileOperation::kTruncate, path_,
                                        [&] { return inner_->Truncate(size_bytes); });
  }
  uint64_t size_bytes() const override { return inner_->size_bytes(); }

 private:
  const std::shared_ptr<State> state_;
  const std::unique_ptr<AppendFile> inner_;
  const std::string path_;
};

template <typename State>
class FaultyRandomAccessFile final : public RandomAccessFile {
 public:
  FaultyRandomAccessFile(std::shared_ptr<State> state, std::unique_ptr<RandomAccessFile> inner,
                         std::string path)
      : state_(std::move(state)), inner_(std::move(inner)), path_(std::move(path)) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<char> buffer) const override {
    return state_->template Run<Result<size_t>>(FileOperation::kRead, path_,
                                                [&] { return inner_->ReadAt(offset, buffer); });
  }
  Result<uint64_t> SizeBytes() const override {
    return state_->template Run<Result<uint64_t>>(FileOperation::kStat, path_,
                                                  [&] { return inner_->SizeBytes(); });
  }

 private:
  const std::shared_ptr<State> state_;
  const std::unique_ptr<RandomAccessFile> inner_;
  const std::string path_;
};

}  // namespace internal

FaultyFileSystem::FaultyFileSystem(FileSystem& inner)
    : inner_(inner), state_(std::make_shared<State>()) {}

FaultyFileSystem::~FaultyFileSystem() = default;

void FaultyFileSystem::set_script(Script script) {
  std::lock_guard lock(state_->mutex);
  state_->script = std::move(script);
}

uint64_t FaultyFileSystem::operations() const {
  std::lock_guard lock(state_->mutex);
  return state_->operations;
}

FaultyFileSystem::Script FaultyFileSystem::CrashAt(uint64_t index) {
  return [index](uint64_t at, FileOperation operation,
                 std::string_view path) -> std::unique_ptr<FileFault> {
    if (at < index) return nullptr;
    return std::make_unique<FileFault>(FileFault{
        Error(ErrorCode::kIo, "scripted crash at " + std::string(FileOperationName(operation)) +
                                  " " + std::string(path)),
        0});
  };
}

FaultyFileSystem::Script FaultyFileSystem::FailOnce(FileOperation operation, std::string part,
                                                    Status error) {
  return [operation, part = std::move(part), error, done = false](
             uint64_t /*at*/, FileOperation now,
             std::string_view path) mutable -> std::unique_ptr<FileFault> {
    if (done || now != operation || path.find(part) == std::string_view::npos) return nullptr;
    done = true;
    return std::make_unique<FileFault>(FileFault{error, 0});
  };
}

Result<std::unique_ptr<AppendFile>> FaultyFileSystem::OpenAppend(const std::string& path,
                                                                 OpenMode mode) {
  using R = Result<std::unique_ptr<AppendFile>>;
  return state_->Run<R>(FileOperation::kOpenAppend, path, [&]() -> R {
    FLOE_ASSIGN(std::unique_ptr<AppendFile> file, inner_.OpenAppend(path, mode));
    return std::make_unique<internal::FaultyAppendFile<State>>(state_, std::move(file), path);
  });
}

Result<std::unique_ptr<RandomAccessFile>> FaultyFileSystem::OpenRead(const std::string& path) {
  using R = Result<std::unique_ptr<RandomAccessFile>>;
  return state_->Run<R>(FileOperation::kOpenRead, path, [&]() -> R {
    FLOE_ASSIGN(std::unique_ptr<RandomAccessFile> file, inner_.OpenRead(path));
    return std::make_unique<internal::FaultyRandomAccessFile<State>>(state_, std::move(file), path);
  });
}

Result<FileInfo> FaultyFileSystem::Stat(const std::string& path) {
  return state_->Run<Result<FileInfo>>(FileOperation::kStat, path,
                                       [&] { return inner_.Stat(path); });
}

Result<std::vector<DirectoryEntry>> FaultyFileSystem::List(const std::string& path) {
  return state_->Run<Result<std::vector<DirectoryEntry>>>(FileOperation::kList, path,
                                                          [&] { return inner_.List(path); });
}

Status FaultyFileSystem::CreateDirectories(const std::string& path) {
  return state_->Run<Status>(FileOperation::kCreateDirectories, path,
                             [&] { return inner_.CreateDirectories(path); });
}

Status FaultyFileSystem::Rename(const std::string& from, const std::string& to) {
  return state_->Run<Status>(FileOperation::kRename, from, [&] { return inner_.Rename(from, to); });
}

Status FaultyFileSystem::RemoveFile(const std::string& path) {
  return state_->Run<Status>(FileOperation::kRemove, path, [&] { return inner_.RemoveFile(path); });
}

Status FaultyFileSystem::RemoveDirectory(const std::string& path) {
  return state_->Run<Status>(FileOperation::kRemove, path,
                             [&] { return inner_.RemoveDirectory(path); });
}

Status FaultyFileSystem::SyncDirectory(const std::string& path) {
  return state_->Run<Status>(FileOperation::kSyncDirectory, path,
                             [&] { return inner_.SyncDirectory(path); });
}

Result<std::unique_ptr<FileLock>> FaultyFileSystem::LockExclusive(const std::string& path) {
  return state_->Run<Result<std::unique_ptr<FileLock>>>(FileOperation::kLock, path,
                                                        [&] { return inner_.LockExclusive(path); });
}

Result<uint64_t> FaultyFileSystem::FreeBytes(const std::string& path) {
  return state_->Run<Result<uint64_t>>(FileOperation::kStat, path,
                                       [&] { return inner_.FreeBytes(path); });
}

}  // namespace floe::storage
