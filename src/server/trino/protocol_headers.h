// The headers of Trino's client protocol: a client's session in its requests, what becomes of it
// in answers. The server keeps no sessions.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "query/trino/session.h"
#include "query/trino/statement.h"
#include "server/http/http_server.h"
#include "server/trino/query_page.h"

namespace floe::server {

// The session of a request. kPermissionDenied if no user is named; kInvalidArgument, with Trino's
// text, for headers that contradict each other or can't be read.
Result<query::trino::Session> ParseSession(const HttpRequest& request, int64_t now_wall_ms);

// X-Trino-Set-Catalog and so on, values encoded as forms are.
HeaderList AnswerHeaders(const query::trino::Answer& answer,
                         const std::function<std::string()>& new_transaction_id);

// Where the client finds this server: "http://host:port". What a proxy says of the original
// request counts if `process_forwarded`.
std::string BaseUri(const HttpRequest& request, bool process_forwarded);

// "1s", "500.00ms", "2m" as milliseconds, and "1MB", "512kB" as bytes (powers of 1,024): airlift's
// forms. Nothing for other texts.
std::optional<int64_t> ParseWait(std::string_view text);
std::optional<int64_t> ParseDataSize(std::string_view text);

}  // namespace floe::server
