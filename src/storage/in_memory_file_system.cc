#include "storage/in_memory_file_system.h"

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace floe::storage {
namespace {

constexpr size_t kSectorBytes = 512;

// Without a trailing '/', "a//b" and "./a" as they are: callers are consistent.
std::string Normalise(std::string_view path) {
  while (path.size() > 1 && path.ends_with('/')) path.remove_suffix(1);
  return std::string(path);
}

struct Inode {
  bool is_directory = false;
  std::string bytes;
  std::string durable_bytes;
};
using InodePtr = std::shared_ptr<Inode>;
using Names = std::map<std::string, InodePtr>;

// A change of names that no SyncDirectory has covered yet.
struct NameChange {
  InodePtr inode;
  std::string removed;  // "": none
  std::string added;    // "": none

  bool Touches(const std::string& directory) const {
    return (!removed.empty() && ParentPath(removed) == directory) ||
           (!added.empty() && ParentPath(added) == directory);
  }
  void ApplyTo(Names& names) const {
    if (const auto at = names.find(removed); at != names.end() && at->second == inode) {
      names.erase(at);
    }
    if (!added.empty()) names[added] = inode;
  }
};

Error NotFound(const std::string& path) {
  return Error(ErrorCode::kNotFound, "there is no " + path);
}

}  // namespace

struct InMemoryFileSystem::State {
  std::mutex mutex;
  uint64_t capacity_bytes = 0;
  uint64_t used_bytes = 0;
  uint64_t generation = 0;  // of power; files opened in an earlier one are dead
  Names names;
  Names durable_names;
  std::vector<NameChange> changes;
  std::set<std::string> locks;

  // All REQUIRE: mutex held.
  InodePtr Find(const std::string& path) const {
    const auto found = names.find(path);
    return found == names.end() ? nullptr : found->second;
  }
  bool IsDirectory(const std::string& path) const {
    if (path == "." || path == "/") return true;
    const InodePtr inode = Find(path);
    return inode != nullptr && inode->is_directory;
  }
  void Change(NameChange change) {
    change.ApplyTo(names);
    changes.push_back(std::move(change));
  }
  Names::iterator FirstBelow(const std::string& directory) {
    return names.lower_bound(directory + "/");
  }
  void CountUsed() {
    used_bytes = 0;
    for (const auto& [path, inode] : names) used_bytes += inode->bytes.size();
  }
};

namespace internal {

// The files of InMemoryFileSystem; templates so that they can name its private State.
template <typename State>
class InMemoryAppendFile final : public AppendFile {
 public:
  InMemoryAppendFile(std::shared_ptr<State> state, InodePtr inode, std::string path)
      : state_(std::move(state)),
        inode_(std::move(inode)),
        path_(std::move(path)),
        generation_(state_->generation) {}

  Status Append(std::span<const std::string_view> parts) override {
    std::lock_guard lock(state_->mutex);
    FLOE_TRY(CheckPower());
    for (std::string_view part : parts) {
      if (state_->used_bytes + part.size() > state_->capacity_bytes) {
        return Error(ErrorCode::kDiskFull, "no space left to write " + path_);
      }
      inode_->bytes.append(part);
      state_->used_bytes += part.size();
    }
    return Status::Ok();
  }
  Status Sync() override {
    std::lock_guard lock(state_->mutex);
    FLOE_TRY(CheckPower());
    inode_->durable_bytes = inode_->bytes;
    return Status::Ok();
  }
  Status Truncate(uint64_t size_bytes) override {
    std::lock_guard lock(state_->mutex);
    FLOE_TRY(CheckPower());
    FLOE_ASSERT(size_bytes <= inode_->bytes.size());
    state_->used_bytes -= inode_->bytes.size() - size_bytes;
    inode_->bytes.resize(size_bytes);
    return Status::Ok();
  }
  uint64_t size_bytes() const override {
    std::lock_guard lock(state_->mutex);
    return inode_->bytes.size();
  }

 private:
  Status CheckPower() const {
    if (generation_ == state_->generation) return Status::Ok();
    return Error(ErrorCode::kIo, path_ + " was opened before the power was lost");
  }

  const std::shared_ptr<State> state_;
  const InodePtr inode_;
  const std::string path_;
  const uint64_t generation_;
};

template <typename State>
class InMemoryRandomAccessFile final : public RandomAccessFile {
 public:
  InMemoryRandomAccessFile(std::shared_ptr<State> state, InodePtr inode)
      : state_(std::move(state)), inode_(std::move(inode)) {}

  Result<size_t> ReadAt(uint64_t offset, std::span<char> buffer) const override {
    std::lock_guard lock(state_->mutex);
    if (offset >= inode_->bytes.size()) return size_t{0};
    return inode_->bytes.copy(buffer.data(), buffer.size(), offset);
  }
  Result<uint64_t> SizeBytes() const override {
    std::lock_guard lock(state_->mutex);
    return static_cast<uint64_t>(inode_->bytes.size());
  }

 private:
  const std::shared_ptr<State> state_;
  const InodePtr inode_;
};

template <typename State>
class InMemoryFileLock final : public FileLock {
 public:
  InMemoryFileLock(std::shared_ptr<State> state, std::string path)
      : state_(std::move(state)), path_(std::move(path)), generation_(state_->generation) {}
  ~InMemoryFileLock() override {
    std::lock_guard lock(state_->mutex);
    if (generation_ == state_->generation) state_->locks.erase(path_);
  }

 private:
  const std::shared_ptr<State> state_;
  const std::string path_;
  const uint64_t generation_;
};

}  // namespace internal

InMemoryFileSystem::InMemoryFileSystem(uint64_t capacity_bytes)
    : state_(std::make_shared<State>()) {
  state_->capacity_bytes = capacity_bytes;
}

InMemoryFileSystem::~InMemoryFileSystem() = default;

Result<std::unique_ptr<AppendFile>> InMemoryFileSystem::OpenAppend(const std::string& given,
                                                                   OpenMode mode) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  InodePtr inode = state_->Find(path);
  if (inode == nullptr) {
    if (!state_->IsDirectory(ParentPath(path))) return NotFound(ParentPath(path));
    inode = std::make_shared<Inode>();
    state_->Change({inode, "", path});
  } else if (inode->is_directory) {
    return Error(ErrorCode::kIo, path + " is a directory");
  } else if (mode == OpenMode::kCreateNew) {
    return Error(ErrorCode::kAlreadyExists, path + " is already there");
  } else if (mode == OpenMode::kTruncate) {
    state_->used_bytes -= inode->bytes.size();
    inode->bytes.clear();
  }
  return std::make_unique<internal::InMemoryAppendFile<State>>(state_, inode, path);
}

Result<std::unique_ptr<RandomAccessFile>> InMemoryFileSystem::OpenRead(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  InodePtr inode = state_->Find(path);
  if (inode == nullptr || inode->is_directory) return NotFound(path);
  return std::make_unique<internal::InMemoryRandomAccessFile<State>>(state_, std::move(inode));
}

Result<FileInfo> InMemoryFileSystem::Stat(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  if (state_->IsDirectory(path)) return FileInfo{FileType::kDirectory, 0};
  const InodePtr inode = state_->Find(path);
  if (inode == nullptr) return NotFound(path);
  return FileInfo{FileType::kFile, inode->bytes.size()};
}

Result<std::vector<DirectoryEntry>> InMemoryFileSystem::List(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  if (!state_->IsDirectory(path)) return NotFound(path);
  std::vector<DirectoryEntry> entries;
  for (const auto& [name, inode] : state_->names) {
    if (ParentPath(name) != path || name == path) continue;
    entries.push_back(
        {FileName(name), inode->is_directory ? FileType::kDirectory : FileType::kFile});
  }
  std::sort(entries.begin(), entries.end(),
            [](const DirectoryEntry& a, const DirectoryEntry& b) { return a.name < b.name; });
  return entries;
}

Status InMemoryFileSystem::CreateDirectories(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  std::vector<std::string> missing;
  for (std::string at = path; !state_->IsDirectory(at); at = ParentPath(at)) {
    if (state_->Find(at) != nullptr) {
      return Error(ErrorCode::kAlreadyExists, at + " is there and is no directory");
    }
    missing.push_back(at);
  }
  for (auto at = missing.rbegin(); at != missing.rend(); ++at) {
    auto inode = std::make_shared<Inode>();
    inode->is_directory = true;
    state_->names[*at] = inode;
    state_->durable_names[*at] = inode;
  }
  return Status::Ok();
}

Status InMemoryFileSystem::Rename(const std::string& from_given, const std::string& to_given) {
  const std::string from = Normalise(from_given);
  const std::string to = Normalise(to_given);
  std::lock_guard lock(state_->mutex);
  const InodePtr inode = state_->Find(from);
  if (inode == nullptr) return NotFound(from);
  if (!state_->IsDirectory(ParentPath(to))) return NotFound(ParentPath(to));
  if (inode->is_directory) {
    const auto below = state_->FirstBelow(from);
    if (below != state_->names.end() && below->first.starts_with(from + "/")) {
      // Names are whole paths here; nobody renames a directory with contents.
      return Error(ErrorCode::kNotImplemented, "cannot rename " + from + ": it is not empty");
    }
  }
  if (const InodePtr replaced = state_->Find(to); replaced != nullptr && replaced != inode) {
    state_->used_bytes -= replaced->bytes.size();
  }
  state_->Change({inode, from, to});
  return Status::Ok();
}

Status InMemoryFileSystem::RemoveFile(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  const InodePtr inode = state_->Find(path);
  if (inode == nullptr) return NotFound(path);
  if (inode->is_directory) return Error(ErrorCode::kIo, path + " is a directory");
  state_->used_bytes -= inode->bytes.size();
  state_->Change({inode, path, ""});
  return Status::Ok();
}

Status InMemoryFileSystem::RemoveDirectory(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  const InodePtr inode = state_->Find(path);
  if (inode == nullptr || !inode->is_directory) return NotFound(path);
  const auto below = state_->FirstBelow(path);
  if (below != state_->names.end() && below->first.starts_with(path + "/")) {
    return Error(ErrorCode::kNotEmpty, path + " is not empty");
  }
  state_->Change({inode, path, ""});
  return Status::Ok();
}

Status InMemoryFileSystem::SyncDirectory(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  if (!state_->IsDirectory(path)) return NotFound(path);
  std::vector<NameChange> others;
  for (NameChange& change : state_->changes) {
    if (change.Touches(path)) {
      change.ApplyTo(state_->durable_names);
    } else {
      others.push_back(std::move(change));
    }
  }
  state_->changes = std::move(others);
  return Status::Ok();
}

Result<std::unique_ptr<FileLock>> InMemoryFileSystem::LockExclusive(const std::string& given) {
  const std::string path = Normalise(given);
  std::lock_guard lock(state_->mutex);
  if (!state_->IsDirectory(ParentPath(path))) return NotFound(ParentPath(path));
  if (!state_->locks.insert(path).second) {
    return Error(ErrorCode::kDataDirectoryLocked, ParentPath(path) + " is in use by another owner")
        .WithHint("stop the other process, or use another data directory");
  }
  if (state_->Find(path) == nullptr) state_->Change({std::make_shared<Inode>(), "", path});
  return std::make_unique<internal::InMemoryFileLock<State>>(state_, path);
}

Result<uint64_t> InMemoryFileSystem::FreeBytes(const std::string& /*path*/) {
  std::lock_guard lock(state_->mutex);
  return state_->capacity_bytes - state_->used_bytes;
}

namespace {

// What a disk may hold of a file whose last sync left `durable`.
std::string TornBytes(const Inode& inode, Random& random) {
  const std::string& now = inode.bytes;
  const std::string& durable = inode.durable_bytes;
  if (now.size() <= durable.size() || !now.starts_with(durable)) {
    return random.Uniform(2) == 0 ? durable : now;
  }
  const size_t kept = durable.size() + random.Uniform(now.size() - durable.size() + 1);
  std::string torn = now.substr(0, kept);
  if (kept > durable.size() && random.Uniform(2) == 0) {
    const size_t sector = std::max(durable.size(), (kept - 1) / kSectorBytes * kSectorBytes);
    for (size_t i = sector; i < kept; ++i) torn[i] = static_cast<char>(random.Uniform(256));
  }
  return torn;
}

}  // namespace

void InMemoryFileSystem::PowerLoss(Unsynced unsynced, Random& random) {
  std::lock_guard lock(state_->mutex);
  ++state_->generation;
  state_->locks.clear();
  if (unsynced == Unsynced::kTorn) {
    for (const NameChange& change : state_->changes) {
      // A rename needs its source, which an earlier change may have failed to make.
      const bool possible =
          change.removed.empty() || state_->durable_names.contains(change.removed);
      if (possible && random.Uniform(2) == 0) change.ApplyTo(state_->durable_names);
    }
  }
  state_->changes.clear();
  state_->names = state_->durable_names;
  for (const auto& [path, inode] : state_->names) {
    std::string bytes =
        unsynced == Unsynced::kTorn ? TornBytes(*inode, random) : inode->durable_bytes;
    inode->bytes = inode->durable_bytes = std::move(bytes);
  }
  state_->CountUsed();
}

void InMemoryFileSystem::FlipByte(const std::string& given, uint64_t offset, uint8_t mask) {
  std::lock_guard lock(state_->mutex);
  const InodePtr inode = state_->Find(Normalise(given));
  FLOE_ASSERT(inode != nullptr && offset < inode->bytes.size());
  inode->bytes[offset] = static_cast<char>(inode->bytes[offset] ^ mask);
  if (offset < inode->durable_bytes.size()) inode->durable_bytes[offset] = inode->bytes[offset];
}

}  // namespace floe::storage
