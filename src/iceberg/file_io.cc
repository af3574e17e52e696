#include "iceberg/file_io.h"

#include <mutex>
#include <optional>
#include <utility>
#include <variant>

namespace floe::iceberg {

struct PendingWrite::State {
  Executor* executor = nullptr;
  std::mutex mutex;
  std::optional<Status> status;
};

bool PendingWrite::done() const {
  std::lock_guard lock(state_->mutex);
  return state_->status.has_value();
}

Status PendingWrite::Wait() {
  FLOE_ASSERT(state_ != nullptr);
  state_->executor->RunUntil([this] { return done(); });
  std::lock_guard lock(state_->mutex);
  return *state_->status;
}

PendingWrite FileIo::StartWrite(const std::string& uri, std::string bytes) const {
  PendingWrite write;
  write.state_ = std::make_shared<PendingWrite::State>();
  write.state_->executor = &executor_;
  auto key = store_.KeyOf(uri);
  if (!key.ok()) {
    write.state_->status = key.status();
    return write;
  }
  storage::PutOptions options;
  options.only_if_absent = true;
  store_.Put(*key, std::move(bytes), options,
             [state = write.state_](Result<storage::ObjectInfo> stored) {
               {
                 std::lock_guard lock(state->mutex);
                 state->status = stored.status();
               }
               state->executor->Wake();
             });
  return write;
}

Result<std::string> FileIo::Read(const std::string& uri) const {
  FLOE_ASSIGN(std::string key, store_.KeyOf(uri));
  return Await<std::string>(executor_, [&](auto done) { store_.Get(key, done); });
}

Status FileIo::Write(const std::string& uri, std::string bytes) const {
  return StartWrite(uri, std::move(bytes)).Wait();
}

Status FileIo::Remove(const std::string& uri) const {
  FLOE_ASSIGN(std::string key, store_.KeyOf(uri));
  return Await<std::monostate>(executor_, [&](auto done) { store_.Delete(key, done); }).status();
}

}  // namespace floe::iceberg
