// The simulated city as a task beside the jobs of `floe up`.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>

#include "base/executor.h"
#include "base/result.h"
#include "engine/engine.h"
#include "engine/project.h"
#include "producers/city_producer.h"

namespace floe::cli {

class SimulatorTask {
 public:
  // `engine` outlives the task.
  explicit SimulatorTask(engine::Engine& engine);
  ~SimulatorTask();

  Status Start(const engine::ProjectSimulator& simulator);
  // Waits for the step under way and saves the city's state; the error that ended it, if any.
  Status Stop();
  bool failed() const { return failed_; }

 private:
  void Step();

  engine::Engine& engine_;
  ThreadPoolExecutor thread_;
  std::unique_ptr<producers::RecordSink> sink_;
  std::unique_ptr<producers::CityProducer> producer_;
  std::mutex mutex_;  // held during a step
  Status status_;
  bool stopped_ = true;
  std::atomic<bool> failed_{false};
};

}  // namespace floe::cli
