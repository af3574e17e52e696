#include "storage/faulty_object_store.h"

#include "base/assert.h"

namespace floe::storage {

FaultyObjectStore::FaultyObjectStore(ObjectStore& inner, Executor& executor)
    : inner_(inner), executor_(executor) {}

void FaultyObjectStore::set_script(Script script) {
  std::lock_guard lock(mutex_);
  script_ = std::move(script);
}

uint64_t FaultyObjectStore::operations() const {
  std::lock_guard lock(mutex_);
  return operations_;
}

template <typename T>
void FaultyObjectStore::Run(ObjectOperation operation, std::string_view key, Done<T> done,
                            std::function<void(Done<T>)> call) {
  std::unique_ptr<ObjectFault> fault;
  {
    std::lock_guard lock(mutex_);
    const uint64_t index = operations_++;
    if (script_) fault = script_(index, operation, key);
  }
  if (fault == nullptr) return call(std::move(done));

  const std::chrono::nanoseconds delay = fault->delay;
  auto answer_later = [this, delay, done = std::move(done)](Result<T> result) {
    auto shared = std::make_shared<Result<T>>(std::move(result));
    executor_.SubmitAfter(delay, [done, shared] { done(std::move(*shared)); });
  };
  switch (fault->kind) {
    case ObjectFault::Kind::kDelayOnly:
      return call(answer_later);
    case ObjectFault::Kind::kFailBefore:
      FLOE_ASSERT(!fault->error.ok());
      return answer_later(fault->error.error());
    case ObjectFault::Kind::kFailAfter:
      FLOE_ASSERT(!fault->error.ok());
      return call([answer_later, error = fault->error.error()](const Result<T>& /*hidden*/) {
        answer_later(error);
      });
  }
}

void FaultyObjectStore::Put(std::string key, std::string bytes, PutOptions options,
                            Done<ObjectInfo> done) {
  const std::string name = key;
  auto content = std::make_shared<std::string>(std::move(bytes));
  Run<ObjectInfo>(ObjectOperation::kPut, name, std::move(done),
                  [this, name, content, options](Done<ObjectInfo> next) {
                    inner_.Put(name, std::move(*content), options, std::move(next));
                  });
}

void FaultyObjectStore::Get(std::string key, Done<std::string> done) {
  Run<std::string>(ObjectOperation::kGet, key, std::move(done),
                   [this, key](Done<std::string> next) { inner_.Get(key, std::move(next)); });
}

void FaultyObjectStore::GetRange(std::string key, uint64_t offset, uint64_t length,
                                 Done<std::string> done) {
  Run<std::string>(ObjectOperation::kGetRange, key, std::move(done),
                   [this, key, offset, length](Done<std::string> next) {
                     inner_.GetRange(key, offset, length, std::move(next));
                   });
}

void FaultyObjectStore::Head(std::string key, Done<ObjectInfo> done) {
  Run<ObjectInfo>(ObjectOperation::kHead, key, std::move(done),
                  [this, key](Done<ObjectInfo> next) { inner_.Head(key, std::move(next)); });
}

void FaultyObjectStore::List(std::string prefix, Done<std::vector<ObjectInfo>> done) {
  Run<std::vector<ObjectInfo>>(
      ObjectOperation::kList, prefix, std::move(done),
      [this, prefix](Done<std::vector<ObjectInfo>> next) { inner_.List(prefix, std::move(next)); });
}

void FaultyObjectStore::Delete(std::string key, Done<std::monostate> done) {
  Run<std::monostate>(
      ObjectOperation::kDelete, key, std::move(done),
      [this, key](Done<std::monostate> next) { inner_.Delete(key, std::move(next)); });
}

}  // namespace floe::storage
