// The admin API's part on topics. `topic` is any text: names that cannot be a topic's are refused.
#pragma once

#include <string>

#include "base/result.h"
#include "server/admin/admin_api.h"

namespace floe::server {

// Makes the topic if it is missing: ?partitions=N, &retention-ms and &retention-bytes if given.
Result<HttpResponse> EnsureTopic(const AdminTargets& targets, const HttpRequest& request,
                                 const std::string& topic);
// {"ends":[next offset of each partition]}
Result<HttpResponse> DescribeTopic(const AdminTargets& targets, const HttpRequest& request,
                                   const std::string& topic);
// Appends framed records (record_framing.h) by key, durably: {"appended":N}
Result<HttpResponse> AppendRecords(const AdminTargets& targets, const HttpRequest& request,
                                   const std::string& topic);
// ?partition=P&offset=O: framed records from there on.
Result<HttpResponse> ReadRecords(const AdminTargets& targets, const HttpRequest& request,
                                 const std::string& topic);

}  // namespace floe::server
