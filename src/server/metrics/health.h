// GET /livez and GET /readyz: whether the process is there, and whether it does its work. For load
// balancers and supervisors, which look at the status, and for people, who read the text.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "engine/job_supervisor.h"
#include "server/http/http_server.h"

namespace floe::server {

struct Readiness {
  bool jobs_started = false;
  std::string catalog_problem;  // "": it answers
  std::vector<engine::JobStatus> jobs;
};

// 200 "ready", or 503 with the reasons, one a line. A job that has failed is named, and no reason:
// its tables can be asked all the same, and a restart of the process would not help it.
HttpResponse ReadinessResponse(const Readiness& readiness);

// Tells whether jobs take part in rounds; set by the thread that runs them, read by any.
class StartupGate {
 public:
  void Open() { open_.store(true, std::memory_order_relaxed); }
  bool is_open() const { return open_.load(std::memory_order_relaxed); }

 private:
  std::atomic<bool> open_{false};
};

}  // namespace floe::server
