#include "storage/in_memory_object_store.h"

#include <algorithm>

namespace floe::storage {

InMemoryObjectStore::InMemoryObjectStore(Executor& executor, std::string root_uri)
    : executor_(executor), root_uri_(std::move(root_uri)) {}

Result<std::shared_ptr<const std::string>> InMemoryObjectStore::Find(const std::string& key) const {
  FLOE_TRY(ValidateObjectKey(key));
  std::lock_guard lock(mutex_);
  const auto found = objects_.find(key);
  if (found == objects_.end()) {
    return Error(ErrorCode::kNotFound, "there is no object '" + key + "' in " + root_uri_);
  }
  return found->second;
}

void InMemoryObjectStore::Put(std::string key, std::string bytes, PutOptions options,
                              Done<ObjectInfo> done) {
  executor_.Submit([this, key = std::move(key), bytes = std::move(bytes), options,
                    done = std::move(done)] {
    done([&]() -> Result<ObjectInfo> {
      FLOE_TRY(ValidateObjectKey(key));
      std::lock_guard lock(mutex_);
      auto [place, is_new] = objects_.try_emplace(key);
      if (!is_new && options.only_if_absent) {
        return Error(ErrorCode::kAlreadyExists, "object '" + key + "' is already in " + root_uri_);
      }
      place->second = std::make_shared<const std::string>(bytes);
      return ObjectInfo{key, bytes.size()};
    }());
  });
}

void InMemoryObjectStore::Get(std::string key, Done<std::string> done) {
  GetRange(std::move(key), 0, std::string::npos, std::move(done));
}

void InMemoryObjectStore::GetRange(std::string key, uint64_t offset, uint64_t length,
                                   Done<std::string> done) {
  executor_.Submit([this, key = std::move(key), offset, length, done = std::move(done)] {
    done([&]() -> Result<std::string> {
      FLOE_ASSIGN(const std::shared_ptr<const std::string> bytes, Find(key));
      if (offset >= bytes->size()) return std::string();
      return bytes->substr(offset, length);
    }());
  });
}

void InMemoryObjectStore::Head(std::string key, Done<ObjectInfo> done) {
  executor_.Submit([this, key = std::move(key), done = std::move(done)] {
    done([&]() -> Result<ObjectInfo> {
      FLOE_ASSIGN(const std::shared_ptr<const std::string> bytes, Find(key));
      return ObjectInfo{key, bytes->size()};
    }());
  });
}

void InMemoryObjectStore::List(std::string prefix, Done<std::vector<ObjectInfo>> done) {
  executor_.Submit([this, prefix = std::move(prefix), done = std::move(done)] {
    std::vector<ObjectInfo> found;
    {
      std::lock_guard lock(mutex_);
      for (auto at = objects_.lower_bound(prefix);
           at != objects_.end() && at->first.starts_with(prefix); ++at) {
        found.push_back({at->first, at->second->size()});
      }
    }
    done(std::move(found));
  });
}

void InMemoryObjectStore::Delete(std::string key, Done<std::monostate> done) {
  executor_.Submit([this, key = std::move(key), done = std::move(done)] {
    done([&]() -> Result<std::monostate> {
      FLOE_TRY(ValidateObjectKey(key));
      std::lock_guard lock(mutex_);
      objects_.erase(key);
      return std::monostate();
    }());
  });
}

}  // namespace floe::storage
