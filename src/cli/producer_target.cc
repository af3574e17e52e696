#include "cli/producer_target.h"

#include <utility>

#include "base/random.h"
#include "engine/data_directory.h"
#include "log/embedded_log.h"
#include "server/admin/admin_client.h"

namespace floe::cli {

// Destroyed from the last to the first.
struct ProducerTarget::Parts {
  const Clock& clock;
  std::string state_directory;
  ThreadPoolExecutor executor;
  std::unique_ptr<engine::DataDirectory> directory;
  std::unique_ptr<log::EmbeddedLog> log;
  std::unique_ptr<producers::RecordSink> sink;

  explicit Parts(const Clock& wall_clock) : clock(wall_clock), executor(1, wall_clock) {}
};

ProducerTarget::ProducerTarget(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ProducerTarget::~ProducerTarget() {
  if (parts_->log) (void)parts_->log->Close();
}

Result<std::unique_ptr<ProducerTarget>> ProducerTarget::Open(const World& world,
                                                             const Config& config,
                                                             int32_t partition_count,
                                                             log::TopicOptions topic_options) {
  auto parts = std::make_unique<Parts>(world.clock);
  const std::string& path = config.text("data-dir");
  parts->state_directory = storage::JoinPath(path, "producers");
  Result<std::unique_ptr<engine::DataDirectory>> directory =
      engine::DataDirectory::Open(world.files, path);
  if (directory.ok()) {
    parts->directory = std::move(directory).value();
    FLOE_ASSIGN(parts->log, log::EmbeddedLog::Open(
                                {world.files, parts->executor, world.clock, Random::FromEntropy()},
                                parts->directory->log_path()));
    parts->sink = std::make_unique<producers::LogSink>(*parts->log, partition_count, topic_options);
  } else if (directory.error().code() == ErrorCode::kDataDirectoryLocked) {
    FLOE_ASSIGN(parts->sink,
                server::ConnectToOwner(world.files, storage::JoinPath(path, "owner.json"),
                                       partition_count, topic_options));
  } else {
    return std::move(directory).error();
  }
  return std::unique_ptr<ProducerTarget>(new ProducerTarget(std::move(parts)));
}

producers::RecordSink& ProducerTarget::sink() { return *parts_->sink; }

std::string ProducerTarget::StatePath(const std::string& name) const {
  return storage::JoinPath(parts_->state_directory, name);
}

void ProducerTarget::Pause(int64_t wait_ms, const StopSignal& stop) {
  const auto until = parts_->clock.Monotonic() + std::chrono::milliseconds(wait_ms);
  parts_->executor.RunUntil([&] { return stop.requested() || parts_->clock.Monotonic() >= until; });
}

}  // namespace floe::cli
