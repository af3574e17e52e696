// Jobs as JSON, as the admin API gives them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "engine/job_supervisor.h"

namespace floe::server {

// {"id":…,"name":…,"file":…,"state":"RUNNING","submitted_ms":…,"ended_ms":…,"restarts":…,"error":…,
//  "epoch":…,"watermark_ms":…,"sources":[…],"operators":[…]}; no "watermark_ms" before there is
//  one,
// no "ended_ms" and "error" where they do not hold.
std::string JobToJson(const engine::JobStatus& status);
// {"jobs":[…]}
std::string JobsToJson(const std::vector<engine::JobStatus>& statuses);

// The other way round, of either form. kInvalidData for another text.
Result<std::vector<engine::JobStatus>> ParseJobs(std::string_view text);

}  // namespace floe::server
