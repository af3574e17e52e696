// The JSON of Trino's client protocol.
#pragma once

#include <string>
#include <vector>

#include "server/trino/query_page.h"

namespace floe::server {

// QueryResults: the answer to a statement and to each of its pages. URIs begin with `base_uri`.
std::string QueryResultsJson(const QueryPage& page, const std::string& base_uri);

// One query, as GET /v1/query/{id} and, in an array, GET /v1/query give it.
std::string QueryInfoJson(const QuerySummary& summary, const std::string& base_uri);
std::string QueryListJson(const std::vector<QuerySummary>& summaries, const std::string& base_uri);

// Airlift's form of a duration: "2.29m".
std::string DurationText(int64_t milliseconds);

}  // namespace floe::server
