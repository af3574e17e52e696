// The paths by which a running process is watched: /metrics, /livez, /readyz.
#pragma once

#include <cstdint>
#include <functional>

#include "engine/engine.h"
#include "engine/job_supervisor.h"
#include "server/http/http_server.h"
#include "server/metrics/health.h"

namespace floe::server {

struct Observed {
  engine::Engine& engine;
  const engine::JobSupervisor& jobs;
  const StartupGate& started;
  int64_t start_wall_ms = 0;  // when the process began
};

// Gives each path with its handler to `mount`. What is observed outlives the handlers.
void MountObservation(const Observed& observed,
                      const std::function<void(const char* path, HttpHandler)>& mount);

}  // namespace floe::server
