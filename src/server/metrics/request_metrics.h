// Counts requests by route, for GET /metrics.
#pragma once

#include <string>

#include "base/clock.h"
#include "base/metrics.h"
#include "server/http/http_server.h"

namespace floe::server {

// `handler` with its requests counted under `route`, a name of few values, never a path as it came:
// floe_http_requests_total{route, method, status}, floe_http_request_duration_ms{route} from the
// request to the answer (a long poll's wait included), floe_http_requests_in_progress{route}.
// `clock` and `metrics` outlive the handler and the answers under way.
HttpHandler CountRequests(std::string route, HttpHandler handler, const Clock& clock,
                          MetricsRegistry& metrics);

}  // namespace floe::server
