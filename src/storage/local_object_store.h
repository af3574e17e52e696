// Objects as files below a directory.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/file_system.h"
#include "storage/object_store.h"

namespace floe::storage {

// Put writes "<root>/.tmp/<number>", syncs it, renames it to its place and syncs the place's
// directory, so that an object is durable and never half visible. Open removes what a crash left
// in ".tmp", so only one process may write below a root; no other directory is looked at, however
// many objects there are. Keys in ".tmp" are refused (kInvalidArgument).
class LocalObjectStore final : public ObjectStore {
 public:
  // `root` is an absolute path; it is created. `files` and `executor` outlive the store.
  static Result<std::unique_ptr<LocalObjectStore>> Open(FileSystem& files, Executor& executor,
                                                        const std::string& root);

  using ObjectStore::Put;
  void Put(std::string key, std::string bytes, PutOptions options, Done<ObjectInfo> done) override;
  void Get(std::string key, Done<std::string> done) override;
  void GetRange(std::string key, uint64_t offset, uint64_t length, Done<std::string> done) override;
  void Head(std::string key, Done<ObjectInfo> done) override;
  void List(std::string prefix, Done<std::vector<ObjectInfo>> done) override;
  void Delete(std::string key, Done<std::monostate> done) override;
  const std::string& root_uri() const override { return root_uri_; }

 private:
  LocalObjectStore(FileSystem& files, Executor& executor, std::string root);
  Result<ObjectInfo> PutNow(const std::string& key, std::string_view bytes, PutOptions options);
  Result<std::string> GetNow(const std::string& key, uint64_t offset, uint64_t length);
  Result<std::vector<ObjectInfo>> ListNow(const std::string& prefix);
  Status CollectBelow(const std::string& directory, const std::string& prefix,
                      std::vector<ObjectInfo>& found);
  std::string PathOf(std::string_view key) const;

  FileSystem& files_;
  Executor& executor_;
  std::string root_;
  std::string root_uri_;
  std::atomic<uint64_t> next_temporary_{0};
  std::mutex conditional_put_mutex_;  // between looking whether an object is there and making it
};

}  // namespace floe::storage
