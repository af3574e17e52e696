#include "cli/simulator_task.h"

#include <algorithm>
#include <chrono>
#include <utility>

namespace floe::cli {
namespace {

// Between two steps: the latency of an event, and how many share an append's sync.
constexpr int64_t kMinPauseMs = 100;

}  // namespace

SimulatorTask::SimulatorTask(engine::Engine& engine)
    : engine_(engine), thread_(1, engine.clock()) {}

SimulatorTask::~SimulatorTask() { (void)Stop(); }

Status SimulatorTask::Start(const engine::ProjectSimulator& simulator) {
  producers::CityProducerOptions options;
  options.city.seed = simulator.seed;
  options.city.drivers = simulator.drivers;
  options.city.driver_events_per_second = simulator.driver_events_per_second;
  options.city.rides_per_second = simulator.rides_per_second;
  options.city.disorder_ms = simulator.disorder_ms;
  options.city.late_fraction = simulator.late_fraction;
  options.city.lateness_ms = simulator.lateness_ms;
  options.state_path = storage::JoinPath(engine_.directory().producers_path(), "city");
  FLOE_TRY(producers::ValidateCityOptions(options.city));
  sink_ = std::make_unique<producers::LogSink>(engine_.log(), 2);
  FLOE_ASSIGN(producer_, producers::CityProducer::Open(engine_.files(), engine_.clock(), *sink_,
                                                       std::move(options)));
  stopped_ = false;
  thread_.Submit([this] { Step(); });
  return Status::Ok();
}

void SimulatorTask::Step() {
  std::lock_guard lock(mutex_);
  if (stopped_) return;
  const Result<producers::CityProgress> progress = producer_->Step();
  if (!progress.ok()) {
    status_ = progress.error();
    failed_ = true;
    return;
  }
  const int64_t pause_ms = std::max(progress->wait_ms, kMinPauseMs);
  thread_.SubmitAfter(std::chrono::milliseconds(pause_ms), [this] { Step(); });
}

Status SimulatorTask::Stop() {
  std::lock_guard lock(mutex_);
  if (stopped_) return Status::Ok();
  stopped_ = true;
  FLOE_TRY(status_);
  return producer_->Close();
}

}  // namespace floe::cli
