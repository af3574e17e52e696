// Wraps an object store and fails or delays where a script says so.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "storage/object_store.h"

namespace floe::storage {

enum class ObjectOperation : uint8_t { kPut, kGet, kGetRange, kHead, kList, kDelete };

struct ObjectFault {
  enum class Kind : uint8_t {
    kFailBefore,  // nothing happens, `error` is reported
    kFailAfter,   // it happens, and `error` is reported all the same
    kDelayOnly,
  };
  Kind kind = Kind::kFailBefore;
  Status error;  // not ok unless kDelayOnly
  // Passes before the answer.
  std::chrono::nanoseconds delay{0};
};

class FaultyObjectStore final : public ObjectStore {
 public:
  // Decides on the `index`th operation (from 0, over all kinds); null: no fault.
  using Script = std::function<std::unique_ptr<ObjectFault>(uint64_t index, ObjectOperation,
                                                            std::string_view key)>;

  // `inner` and `executor` outlive the store.
  FaultyObjectStore(ObjectStore& inner, Executor& executor);

  void set_script(Script script);
  uint64_t operations() const;

  using ObjectStore::Put;
  void Put(std::string key, std::string bytes, PutOptions options, Done<ObjectInfo> done) override;
  void Get(std::string key, Done<std::string> done) override;
  void GetRange(std::string key, uint64_t offset, uint64_t length, Done<std::string> done) override;
  void Head(std::string key, Done<ObjectInfo> done) override;
  void List(std::string prefix, Done<std::vector<ObjectInfo>> done) override;
  void Delete(std::string key, Done<std::monostate> done) override;
  const std::string& root_uri() const override { return inner_.root_uri(); }

 private:
  template <typename T>
  void Run(ObjectOperation operation, std::string_view key, Done<T> done,
           std::function<void(Done<T>)> call);

  ObjectStore& inner_;
  Executor& executor_;
  mutable std::mutex mutex_;
  Script script_;
  uint64_t operations_ = 0;
};

}  // namespace floe::storage
