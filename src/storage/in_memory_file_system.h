// A file system in memory that knows what a loss of power would leave.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "storage/file_system.h"

namespace floe::storage {

// Thread-safe. Open files stay usable over PowerLoss, as if held by a process that died: what is
// written through them then is lost.
class InMemoryFileSystem final : public FileSystem {
 public:
  // `capacity_bytes`: kDiskFull beyond it.
  explicit InMemoryFileSystem(uint64_t capacity_bytes = uint64_t{1} << 40);
  ~InMemoryFileSystem() override;

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

  // What unsynced bytes and names become.
  enum class Unsynced : uint8_t {
    kDropped,  // all gone
    kTorn,     // of each file a random part of the unsynced bytes stays, its last sector possibly
               // garbage; each unsynced name change happened or did not
  };
  // Goes back to what is durable. Locks are freed.
  void PowerLoss(Unsynced unsynced, Random& random);

  // Overwrites a byte in place, as a failing disk would. REQUIRES: offset < size of the file.
  void FlipByte(const std::string& path, uint64_t offset, uint8_t mask);

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace floe::storage
