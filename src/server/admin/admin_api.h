// The admin API, /api/v1: what other processes may ask of the owner of a data directory.
//   PUT  /api/v1/topics/{topic}?partitions=N          makes the topic if it is missing
//   GET  /api/v1/topics/{topic}                       {"ends":[next offset of each partition]}
//   POST /api/v1/topics/{topic}/records               appends framed records by key, durably
//   GET  /api/v1/topics/{topic}/records?partition=P&offset=O   framed records from an offset on
#pragma once

#include "log/partitioned_log.h"
#include "server/http/http_server.h"

namespace floe::server {

// `log` outlives the handler.
HttpHandler MakeAdminApi(log::PartitionedLog& log);

}  // namespace floe::server
