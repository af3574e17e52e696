// The jobs of the process that owns a data directory, through its admin API.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"
#include "engine/job_supervisor.h"
#include "server/admin/admin_connection.h"

namespace floe::server {

// Blocking; used by one thread at a time. Errors are those of the owner, with their positions.
class JobClient {
 public:
  explicit JobClient(std::unique_ptr<AdminConnection> connection)
      : connection_(std::move(connection)) {}

  Result<std::vector<engine::JobStatus>> Submit(const std::string& file_name, std::string sql);
  Result<std::vector<engine::JobStatus>> List();
  Result<engine::JobStatus> Find(const std::string& job);
  Result<engine::JobStatus> Stop(const std::string& job);
  Result<engine::JobStatus> Cancel(const std::string& job);

 private:
  Result<engine::JobStatus> One(std::string_view method, const std::string& target);

  std::unique_ptr<AdminConnection> connection_;
};

}  // namespace floe::server
