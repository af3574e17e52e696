// The admin API, /api/v1: what other processes may ask of the owner of a data directory.
//   PUT  /api/v1/topics/{topic}?partitions=N          makes the topic if it is missing
//   GET  /api/v1/topics/{topic}                       {"ends":[next offset of each partition]}
//   POST /api/v1/topics/{topic}/records               appends framed records by key, durably
//   GET  /api/v1/topics/{topic}/records?partition=P&offset=O   framed records from an offset on
//   …    /api/v1/jobs…                                submits, lists, stops jobs: job_api.h
// A topic that is made may be given retention-ms and retention-bytes.
#pragma once

#include "engine/job_supervisor.h"
#include "log/partitioned_log.h"
#include "server/http/http_server.h"

namespace floe::server {

// To be mounted at kAdminPath. Requests run on `executor`, and some wait for the jobs' thread: it
// is not the jobs' executor. References outlive the handler.
HttpHandler MakeAdminApi(log::PartitionedLog& log, engine::JobSupervisor& jobs, Executor& executor);

inline constexpr const char* kAdminPath = "/api/v1";

}  // namespace floe::server
