#include "server/admin/job_client.h"

#include <utility>

#include "base/percent_encoding.h"
#include "server/admin/job_api.h"
#include "server/admin/job_json.h"

namespace floe::server {
namespace {

std::string PathOf(const std::string& job) {
  return std::string(kJobsPath) + "/" + PercentEncode(job);
}

}  // namespace

Result<std::vector<engine::JobStatus>> JobClient::Submit(const std::string& file_name,
                                                         std::string sql) {
  FLOE_ASSIGN(
      const std::string body,
      connection_->Send("POST", std::string(kJobsPath) + "?file=" + PercentEncode(file_name),
                        std::move(sql)));
  return ParseJobs(body);
}

Result<std::vector<engine::JobStatus>> JobClient::List() {
  FLOE_ASSIGN(const std::string body, connection_->Send("GET", std::string(kJobsPath), ""));
  return ParseJobs(body);
}

Result<engine::JobStatus> JobClient::Find(const std::string& job) {
  return One("GET", PathOf(job));
}

Result<engine::JobStatus> JobClient::Stop(const std::string& job) {
  return One("POST", PathOf(job) + "/stop");
}

Result<engine::JobStatus> JobClient::Cancel(const std::string& job) {
  return One("POST", PathOf(job) + "/cancel");
}

Result<engine::JobStatus> JobClient::One(std::string_view method, const std::string& target) {
  FLOE_ASSIGN(const std::string body, connection_->Send(method, target, ""));
  FLOE_ASSIGN(std::vector<engine::JobStatus> jobs, ParseJobs(body));
  if (jobs.size() != 1) return Error(ErrorCode::kInvalidData, "admin API: no job in the answer");
  return std::move(jobs.front());
}

}  // namespace floe::server
