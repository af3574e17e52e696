#include "engine/job_group.h"

#include <algorithm>
#include <atomic>

namespace floe::engine {
namespace {

// How often `tick` is called when nothing happens.
constexpr std::chrono::milliseconds kTickInterval{200};
// A live round is not started sooner after another: small rounds cost more than they bring.
constexpr std::chrono::milliseconds kMinRoundInterval{20};

}  // namespace

Result<bool> JobGroup::StepAll() {
  bool progressed = false;
  for (size_t i = 0; i < jobs_.size(); ++i) {
    if (ended_[i]) continue;
    FLOE_ASSIGN(const JobProgress progress, jobs_[i]->Step());
    progressed |= progress.progressed;
    ended_[i] = progress.finished;
  }
  return progressed;
}

void JobGroup::Wait(const std::function<bool()>& stop) {
  const Clock& clock = engine_.clock();
  std::chrono::nanoseconds until = clock.Monotonic() + kTickInterval;
  auto readable = std::make_shared<std::atomic<bool>>(false);
  for (size_t i = 0; i < jobs_.size(); ++i) {
    if (ended_[i]) continue;
    until = std::min(until, clock.Monotonic() + jobs_[i]->TimeToEpoch());
    jobs_[i]->NotifyWhenReadable([readable] { readable->store(true); });
  }
  const std::chrono::nanoseconds earliest = clock.Monotonic() + kMinRoundInterval;
  engine_.executor().RunUntil([&] {
    const std::chrono::nanoseconds now = clock.Monotonic();
    return stop() || now >= until || (now >= earliest && readable->load());
  });
}

Status JobGroup::Run(const std::function<bool()>& stop, const std::function<void()>& tick) {
  ended_.assign(jobs_.size(), false);
  const auto all_ended = [this] {
    return std::all_of(ended_.begin(), ended_.end(), [](bool ended) { return ended; });
  };
  std::chrono::nanoseconds next_tick = engine_.clock().Monotonic();
  while (!stop() && !all_ended()) {
    FLOE_ASSIGN(const bool progressed, StepAll());
    if (engine_.clock().Monotonic() >= next_tick) {
      tick();
      next_tick = engine_.clock().Monotonic() + kTickInterval;
    }
    if (!progressed && !all_ended()) Wait(stop);
  }
  for (const std::unique_ptr<Job>& job : jobs_) FLOE_TRY(job->CompleteEpoch());
  tick();
  return Status::Ok();
}

}  // namespace floe::engine
