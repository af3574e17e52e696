#include "storage/local_file_system.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <system_error>

namespace floe::storage {
namespace {

// Parts that one writev takes.
constexpr size_t kMaxWriteParts = 64;

Error SystemError(int number, std::string_view action, const std::string& path) {
  ErrorCode code = ErrorCode::kIo;
  switch (number) {
    case ENOENT:
    case ENOTDIR:
      code = ErrorCode::kNotFound;
      break;
    case EEXIST:
      code = ErrorCode::kAlreadyExists;
      break;
    case ENOTEMPTY:
      code = ErrorCode::kNotEmpty;
      break;
    case EACCES:
    case EPERM:
    case EROFS:
      code = ErrorCode::kPermissionDenied;
      break;
    case ENOSPC:
    case EDQUOT:
      code = ErrorCode::kDiskFull;
      break;
    default:
      break;
  }
  return Error(code, "cannot " + std::string(action) + " " + path + ": " + std::strerror(number));
}

Error LastError(std::string_view action, const std::string& path) {
  return SystemError(errno, action, path);
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  int fd_;
};

int Open(const std::string& path, int flags) {
  int fd;
  do {
    fd = ::open(path.c_str(), flags | O_CLOEXEC, 0644);
  } while (fd < 0 && errno == EINTR);
  return fd;
}

class LocalAppendFile final : public AppendFile {
 public:
  LocalAppendFile(int fd, std::string path, uint64_t size)
      : fd_(fd), path_(std::move(path)), size_(size) {}

  Status Append(std::span<const std::string_view> parts) override {
    while (!parts.empty()) {
      const size_t count = std::min(parts.size(), kMaxWriteParts);
      FLOE_TRY(WriteParts(parts.first(count)));
      parts = parts.subspan(count);
    }
    return Status::Ok();
  }

  Status Sync() override {
    // The size is metadata that fdatasync does write, as it is needed to read the bytes.
    if (::fdatasync(fd_.get()) != 0) return LastError("sync", path_);
    return Status::Ok();
  }

  Status Truncate(uint64_t size_bytes) override {
    FLOE_ASSERT(size_bytes <= size_);
    if (::ftruncate(fd_.get(), static_cast<off_t>(size_bytes)) != 0) {
      return LastError("truncate", path_);
    }
    size_ = size_bytes;
    return Status::Ok();
  }

  uint64_t size_bytes() const override { return size_; }

 private:
  // At most kMaxWriteParts.
  Status WriteParts(std::span<const std::string_view> parts) {
    iovec vectors[kMaxWriteParts];
    size_t count = 0;
    for (std::string_view part : parts) {
      if (part.empty()) continue;
      vectors[count++] = {const_cast<char*>(part.data()), part.size()};
    }
    iovec* next = vectors;
    while (count > 0) {
      const ssize_t written = ::writev(fd_.get(), next, static_cast<int>(count));
      if (written < 0) {
        if (errno == EINTR) continue;
        return LastError("write", path_);
      }
      size_ += static_cast<uint64_t>(written);
      auto rest = static_cast<size_t>(written);
      while (count > 0 && rest >= next->iov_len) {
        rest -= next->iov_len;
        ++next;
        --count;
      }
      if (count > 0) {
        next->iov_base = static_cast<char*>(next->iov_base) + rest;
        next->iov_len -= rest;
      }
    }
    return Status::Ok();
  }

  Descriptor fd_;
  const std::string path_;
  uint64_t size_;
};

class LocalRandomAccessFile final : public RandomAccessFile {
 public:
  LocalRandomAccessFile(int fd, std::string path) : fd_(fd), path_(std::move(path)) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<char> buffer) const override {
    size_t done = 0;
    while (done < buffer.size()) {
      const ssize_t count = ::pread(fd_.get(), buffer.data() + done, buffer.size() - done,
                                    static_cast<off_t>(offset + done));
      if (count < 0) {
        if (errno == EINTR) continue;
        return LastError("read", path_);
      }
      if (count == 0) break;
      done += static_cast<size_t>(count);
    }
    return done;
  }

  Result<uint64_t> SizeBytes() const override {
    struct stat info;
    if (::fstat(fd_.get(), &info) != 0) return LastError("stat", path_);
    return static_cast<uint64_t>(info.st_size);
  }

 private:
  Descriptor fd_;
  const std::string path_;
};

// flock belongs to the open file, so a second owner in the same process is refused too.
class LocalFileLock final : public FileLock {
 public:
  explicit LocalFileLock(int fd) : fd_(fd) {}

 private:
  Descriptor fd_;
};

FileType TypeOf(mode_t mode) {
  if (S_ISREG(mode)) return FileType::kFile;
  if (S_ISDIR(mode)) return FileType::kDirectory;
  return FileType::kOther;
}

}  // namespace

Result<std::unique_ptr<AppendFile>> LocalFileSystem::OpenAppend(const std::string& path,
                                                                OpenMode mode) {
  int flags = O_WRONLY | O_APPEND | O_CREAT;
  if (mode == OpenMode::kCreateNew) flags |= O_EXCL;
  if (mode == OpenMode::kTruncate) flags |= O_TRUNC;
  const int fd = Open(path, flags);
  if (fd < 0) return LastError("open", path);
  struct stat info;
  if (::fstat(fd, &info) != 0) {
    const Error error = LastError("stat", path);
    ::close(fd);
    return error;
  }
  return std::make_unique<LocalAppendFile>(fd, path, static_cast<uint64_t>(info.st_size));
}

Result<std::unique_ptr<RandomAccessFile>> LocalFileSystem::OpenRead(const std::string& path) {
  const int fd = Open(path, O_RDONLY);
  if (fd < 0) return LastError("open", path);
  return std::make_unique<LocalRandomAccessFile>(fd, path);
}

Result<FileInfo> LocalFileSystem::Stat(const std::string& path) {
  struct stat info;
  if (::stat(path.c_str(), &info) != 0) return LastError("stat", path);
  return FileInfo{TypeOf(info.st_mode), static_cast<uint64_t>(info.st_size)};
}

Result<std::vector<DirectoryEntry>> LocalFileSystem::List(const std::string& path) {
  DIR* directory = ::opendir(path.c_str());
  if (directory == nullptr) return LastError("list", path);
  std::vector<DirectoryEntry> entries;
  for (;;) {
    errno = 0;
    const dirent* entry = ::readdir(directory);
    if (entry == nullptr) break;
    const std::string name = entry->d_name;
    if (name == "." || name == "..") continue;
    FileType type = FileType::kOther;
    if (entry->d_type == DT_REG) type = FileType::kFile;
    if (entry->d_type == DT_DIR) type = FileType::kDirectory;
    if (entry->d_type == DT_UNKNOWN || entry->d_type == DT_LNK) {
      const Result<FileInfo> info = Stat(JoinPath(path, name));
      if (info.ok()) type = info->type;
    }
    entries.push_back({name, type});
  }
  const int number = errno;
  ::closedir(directory);
  if (number != 0) return SystemError(number, "list", path);
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

Status LocalFileSystem::CreateDirectories(const std::string& path) {
  const Result<FileInfo> info = Stat(path);
  if (info.ok()) {
    if (info->type == FileType::kDirectory) return Status::Ok();
    return Error(ErrorCode::kAlreadyExists, path + " is there and is no directory");
  }
  if (info.error().code() != ErrorCode::kNotFound) return info.status();
  const std::string parent = ParentPath(path);
  if (parent != path) FLOE_TRY(CreateDirectories(parent));
  if (::mkdir(path.c_str(), 0755) != 0 && errno != EEXIST) {
    return LastError("create directory", path);
  }
  return SyncDirectory(parent);
}

Status LocalFileSystem::Rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return LastError("rename to " + to + ":", from);
  return Status::Ok();
}

Status LocalFileSystem::RemoveFile(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return LastError("remove", path);
  return Status::Ok();
}

Status LocalFileSystem::RemoveDirectory(const std::string& path) {
  if (::rmdir(path.c_str()) != 0) return LastError("remove directory", path);
  return Status::Ok();
}

Status LocalFileSystem::SyncDirectory(const std::string& path) {
  const Descriptor fd(Open(path, O_RDONLY | O_DIRECTORY));
  if (fd.get() < 0) return LastError("open directory", path);
  if (::fsync(fd.get()) != 0) return LastError("sync directory", path);
  return Status::Ok();
}

Result<std::unique_ptr<FileLock>> LocalFileSystem::LockExclusive(const std::string& path) {
  const int fd = Open(path, O_RDWR | O_CREAT);
  if (fd < 0) return LastError("open", path);
  auto lock = std::make_unique<LocalFileLock>(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return LastError("lock", path);
    return Error(ErrorCode::kDataDirectoryLocked, ParentPath(path) + " is in use by another owner")
        .WithHint("stop the other process, or use another data directory");
  }
  return lock;
}

Result<uint64_t> LocalFileSystem::FreeBytes(const std::string& path) {
  struct statvfs info;
  if (::statvfs(path.c_str(), &info) != 0) return LastError("stat file system of", path);
  return static_cast<uint64_t>(info.f_bavail) * info.f_frsize;
}

std::string AbsolutePath(const std::string& path) {
  std::error_code error;
  const std::filesystem::path absolute = std::filesystem::absolute(path, error);
  // Without a working directory the path is used as it is given, and refused where it is opened.
  if (error) return path;
  std::string normal = absolute.lexically_normal().string();
  if (normal.size() > 1 && normal.back() == '/') normal.pop_back();
  return normal;
}

Result<std::unique_ptr<TemporaryDirectory>> TemporaryDirectory::Create(std::string_view prefix) {
  const char* base = std::getenv("TMPDIR");
  std::string path =
      JoinPath(base != nullptr && *base != '\0' ? base : "/tmp", std::string(prefix) + "XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) return LastError("create temporary directory", path);
  return std::unique_ptr<TemporaryDirectory>(new TemporaryDirectory(path));
}

TemporaryDirectory::~TemporaryDirectory() {
  LocalFileSystem files;
  // Nobody is there to hear of a failure, and the system cleans its directory in the end.
  (void)RemoveRecursively(files, path_).ok();
}

}  // namespace floe::storage
