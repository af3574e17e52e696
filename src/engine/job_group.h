// Runs jobs side by side in the calling thread until they end or are stopped.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/job.h"

namespace floe::engine {

class JobGroup {
 public:
  // `engine` outlives the group.
  explicit JobGroup(Engine& engine) : engine_(engine) {}

  void Add(std::unique_ptr<Job> job) { jobs_.push_back(std::move(job)); }
  bool empty() const { return jobs_.empty(); }
  const std::vector<std::unique_ptr<Job>>& jobs() const { return jobs_; }

  // Until all inputs of all jobs have ended or `stop` gives true (asked often); then each job's
  // epoch is completed. Calls `tick` between rounds, at least every tick interval. The error of
  // the first job that fails: the others' open epochs are left to recovery.
  Status Run(const std::function<bool()>& stop, const std::function<void()>& tick);

 private:
  // A step of each job that has not ended; true if one read something.
  Result<bool> StepAll();
  // Waits until a job has something to read, an epoch is due, a tick is due, or `stop`.
  void Wait(const std::function<bool()>& stop);

  Engine& engine_;
  std::vector<std::unique_ptr<Job>> jobs_;
  std::vector<bool> ended_;
};

}  // namespace floe::engine
