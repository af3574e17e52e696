#include "storage/file_system.h"

#include <algorithm>

namespace floe::storage {

Result<bool> Exists(FileSystem& files, const std::string& path) {
  Result<FileInfo> info = files.Stat(path);
  if (info.ok()) return true;
  if (info.error().code() == ErrorCode::kNotFound) return false;
  return std::move(info).error();
}

Result<std::string> ReadFile(FileSystem& files, const std::string& path, uint64_t max_bytes) {
  FLOE_ASSIGN(const std::unique_ptr<RandomAccessFile> file, files.OpenRead(path));
  FLOE_ASSIGN(const uint64_t size, file->SizeBytes());
  if (size > max_bytes) {
    return Error(ErrorCode::kLimitExceeded, path + " has " + std::to_string(size) +
                                                " bytes, more than the limit of " +
                                                std::to_string(max_bytes));
  }
  std::string bytes(size, '\0');
  FLOE_ASSIGN(const size_t count, file->ReadAt(0, bytes));
  bytes.resize(count);
  return bytes;
}

Status ReadExactly(const RandomAccessFile& file, uint64_t offset, std::span<char> buffer) {
  FLOE_ASSIGN(const size_t count, file.ReadAt(offset, buffer));
  if (count != buffer.size()) {
    return Error(ErrorCode::kCorruption, "the file ends at " + std::to_string(offset + count) +
                                             ", inside of " + std::to_string(buffer.size()) +
                                             " bytes at " + std::to_string(offset));
  }
  return Status::Ok();
}

Status WriteFileDurably(FileSystem& files, const std::string& path, std::string_view bytes) {
  const std::string temporary = path + ".tmp";
  {
    FLOE_ASSIGN(const std::unique_ptr<AppendFile> file,
                files.OpenAppend(temporary, OpenMode::kTruncate));
    FLOE_TRY(file->Append(bytes));
    FLOE_TRY(file->Sync());
  }
  FLOE_TRY(files.Rename(temporary, path));
  return files.SyncDirectory(ParentPath(path));
}

Status RemoveRecursively(FileSystem& files, const std::string& path) {
  Result<FileInfo> info = files.Stat(path);
  if (!info.ok()) {
    return info.error().code() == ErrorCode::kNotFound ? Status::Ok() : info.status();
  }
  if (info->type != FileType::kDirectory) return files.RemoveFile(path);
  FLOE_ASSIGN(const std::vector<DirectoryEntry> entries, files.List(path));
  for (const DirectoryEntry& entry : entries) {
    const std::string below = JoinPath(path, entry.name);
    if (entry.type == FileType::kDirectory) {
      FLOE_TRY(RemoveRecursively(files, below));
    } else {
      FLOE_TRY(files.RemoveFile(below));
    }
  }
  return files.RemoveDirectory(path);
}

std::string ParentPath(std::string_view path) {
  const size_t slash = path.rfind('/');
  if (slash == std::string_view::npos) return ".";
  if (slash == 0) return "/";
  return std::string(path.substr(0, slash));
}

std::string FileName(std::string_view path) {
  const size_t slash = path.rfind('/');
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

std::string JoinPath(std::string_view directory, std::string_view name) {
  if (directory.empty()) return std::string(name);
  std::string path(directory);
  if (path.back() != '/') path += '/';
  return path.append(name);
}

}  // namespace floe::storage
