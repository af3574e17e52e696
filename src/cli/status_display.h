// What `floe up` shows while it runs: a status line, and rows read back from the tables.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "base/result.h"
#include "engine/engine.h"
#include "engine/job_supervisor.h"
#include "engine/project.h"
#include "query/table_reader.h"

namespace floe::cli {

// Used by one thread at a time.
class StatusDisplay {
 public:
  // References outlive the display.
  StatusDisplay(engine::Engine& engine, const engine::Project& project,
                const engine::JobSupervisor& jobs);
  // Called often; writes when it is time.
  void Tick();
  // Ends the live line.
  void Finish();

 private:
  std::string StatusLine(std::chrono::nanoseconds elapsed);
  // Newest values of the first display's first row, once per epoch.
  void ReadNewest();
  void ShowTables();
  Result<query::TextRows> Query(const std::string& sql);

  engine::Engine& engine_;
  const engine::Project& project_;
  const engine::JobSupervisor& jobs_;
  query::TableReader reader_;
  const bool terminal_;
  std::chrono::nanoseconds last_line_{0};
  std::chrono::nanoseconds last_tables_{0};
  int64_t last_records_ = 0;
  Epoch newest_epoch_;
  std::string newest_;
};

}  // namespace floe::cli
