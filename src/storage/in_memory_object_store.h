// Objects in memory, for tests and simulation.
#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "storage/object_store.h"

namespace floe::storage {

class InMemoryObjectStore final : public ObjectStore {
 public:
  // `executor` outlives the store.
  InMemoryObjectStore(Executor& executor, std::string root_uri);

  using ObjectStore::Put;
  void Put(std::string key, std::string bytes, PutOptions options, Done<ObjectInfo> done) override;
  void Get(std::string key, Done<std::string> done) override;
  void GetRange(std::string key, uint64_t offset, uint64_t length, Done<std::string> done) override;
  void Head(std::string key, Done<ObjectInfo> done) override;
  void List(std::string prefix, Done<std::vector<ObjectInfo>> done) override;
  void Delete(std::string key, Done<std::monostate> done) override;
  const std::string& root_uri() const override { return root_uri_; }

 private:
  Result<std::shared_ptr<const std::string>> Find(const std::string& key) const;

  Executor& executor_;
  std::string root_uri_;
  mutable std::mutex mutex_;
  std::map<std::string, std::shared_ptr<const std::string>> objects_;
};

}  // namespace floe::storage
