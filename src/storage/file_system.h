// Files and directories as an injected dependency: the same code runs on a disk, in memory, and on
// a file system that fails or loses power where a test says so.
//
// Paths are strings with '/' between names; they are handed on as they are. Durability is explicit,
// as POSIX has it: bytes are durable after AppendFile::Sync, a name (created, renamed, removed) is
// durable after SyncDirectory of the directory that holds it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace floe::storage {

// A file that is open for appending. Used by one thread at a time, except that Sync may run beside
// Append: it covers at least what was appended before it was called. The destructor closes the
// file without a sync.
class AppendFile {
 public:
  virtual ~AppendFile() = default;
  // Adds the parts at the end. After an error the file may hold a part of them: Truncate to the
  // size that is known to be good, or give the file up.
  virtual Status Append(std::span<const std::string_view> parts) = 0;
  Status Append(std::string_view bytes) { return Append({&bytes, 1}); }
  // Makes contents and size durable. After an error nothing is known of the unsynced bytes: they
  // must not be taken for durable even if a later Sync succeeds (the system may have dropped them).
  virtual Status Sync() = 0;
  // Cuts the file. REQUIRES: size_bytes <= size_bytes().
  virtual Status Truncate(uint64_t size_bytes) = 0;
  virtual uint64_t size_bytes() const = 0;
};

// A file that is open for reading at any place. Thread-safe. Bytes appended after it was opened
// can be read; a removed file stays readable while open.
class RandomAccessFile {
 public:
  virtual ~RandomAccessFile() = default;
  // Fills `buffer` from `offset` on; returns how many bytes were there, fewer than asked for only
  // at the end of the file.
  virtual Result<size_t> ReadAt(uint64_t offset, std::span<char> buffer) const = 0;
  virtual Result<uint64_t> SizeBytes() const = 0;
};

// Held until destroyed; also freed by the end of the process, however it ends.
class FileLock {
 public:
  virtual ~FileLock() = default;
};

enum class OpenMode : uint8_t {
  kCreateOrAppend,  // keeps what is there
  kCreateNew,       // kAlreadyExists if the file is there
  kTruncate,        // starts empty
};

enum class FileType : uint8_t { kFile, kDirectory, kOther };

struct FileInfo {
  FileType type = FileType::kFile;
  uint64_t size_bytes = 0;  // of a file
};

struct DirectoryEntry {
  std::string name;  // without the directory
  FileType type = FileType::kFile;

  bool operator==(const DirectoryEntry&) const = default;
};

// Thread-safe. Errors: kNotFound (no such file or directory), kAlreadyExists, kPermissionDenied,
// kDiskFull, kNotEmpty, kIo; messages name the path.
class FileSystem {
 public:
  virtual ~FileSystem() = default;

  virtual Result<std::unique_ptr<AppendFile>> OpenAppend(const std::string& path,
                                                         OpenMode mode) = 0;
  virtual Result<std::unique_ptr<RandomAccessFile>> OpenRead(const std::string& path) = 0;

  virtual Result<FileInfo> Stat(const std::string& path) = 0;
  // The entries of a directory, ordered by name.
  virtual Result<std::vector<DirectoryEntry>> List(const std::string& path) = 0;
  // Creates the directory and those above it that are missing; fine if it is there. The new names
  // are durable on return.
  virtual Status CreateDirectories(const std::string& path) = 0;
  // Replaces `to` if it is there, atomically.
  virtual Status Rename(const std::string& from, const std::string& to) = 0;
  virtual Status RemoveFile(const std::string& path) = 0;
  // REQUIRES for success: the directory is empty (else kNotEmpty).
  virtual Status RemoveDirectory(const std::string& path) = 0;
  // Makes created, renamed and removed names of the directory durable.
  virtual Status SyncDirectory(const std::string& path) = 0;
  // Takes the lock file for this owner, creating it; kDataDirectoryLocked if another has it, in
  // this process too.
  virtual Result<std::unique_ptr<FileLock>> LockExclusive(const std::string& path) = 0;
  // Bytes that this process may still write on the file system of `path`.
  virtual Result<uint64_t> FreeBytes(const std::string& path) = 0;
};

// True if something has that name. Errors other than kNotFound are passed on.
Result<bool> Exists(FileSystem& files, const std::string& path);
// The whole file. kLimitExceeded if it is longer than `max_bytes`.
Result<std::string> ReadFile(FileSystem& files, const std::string& path, uint64_t max_bytes);
// Exactly buffer.size() bytes; kCorruption if the file ends before.
Status ReadExactly(const RandomAccessFile& file, uint64_t offset, std::span<char> buffer);
// Creates or replaces the file with these bytes, durably, and never half visible: writes
// "<path>.tmp", syncs, renames, syncs the directory.
Status WriteFileDurably(FileSystem& files, const std::string& path, std::string_view bytes);
// Removes the path and everything below it; fine if it is not there.
Status RemoveRecursively(FileSystem& files, const std::string& path);

// "a/b/c" → "a/b"; "c" → "."; "/c" → "/".
std::string ParentPath(std::string_view path);
// "a/b/c" → "c".
std::string FileName(std::string_view path);
// Joins with one '/'. An empty directory gives `name`.
std::string JoinPath(std::string_view directory, std::string_view name);

}  // namespace floe::storage
