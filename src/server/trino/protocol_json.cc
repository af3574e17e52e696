#include "server/trino/protocol_json.h"

#include <cstdio>

#include "base/log.h"
#include "query/trino/error_names.h"

namespace floe::server {
namespace {

std::string Quoted(std::string_view text) {
  std::string out;
  AppendJsonString(text, &out);
  return out;
}

std::string QuotedOrNull(const std::string& text) {
  return text.empty() ? std::string("null") : Quoted(text);
}

const char* Bool(bool value) { return value ? "true" : "false"; }

// An object, member by member. `json` is the text of a value.
class JsonObject {
 public:
  JsonObject& Add(std::string_view name, std::string_view json) {
    text_ += text_.size() > 1 ? ",\"" : "\"";
    text_.append(name).append("\":").append(json);
    return *this;
  }
  JsonObject& Add(std::string_view name, int64_t number) {
    return Add(name, std::to_string(number));
  }
  std::string Close() const { return text_ + '}'; }

 private:
  std::string text_ = "{";
};

void AddLocation(const Error& error, JsonObject* object) {
  if (!error.span()) return;
  object->Add("errorLocation", JsonObject()
                                   .Add("lineNumber", error.span()->line)
                                   .Add("columnNumber", error.span()->column)
                                   .Close());
}

std::string ErrorCodeJson(const query::trino::TrinoErrorName& name) {
  return JsonObject()
      .Add("code", name.code)
      .Add("name", Quoted(name.name))
      .Add("type", Quoted(name.type))
      .Close();
}

// FailureInfo; clients make their exceptions of it.
std::string FailureJson(const Error& error) {
  JsonObject object;
  object
      .Add("type", error.code() == ErrorCode::kSqlSyntax
                       ? "\"io.trino.sql.parser.ParsingException\""
                       : "\"io.trino.spi.TrinoException\"")
      .Add("message", Quoted(query::trino::TrinoMessage(error)))
      .Add("suppressed", "[]")
      .Add("stack", "[]")
      .Add("errorInfo", ErrorCodeJson(query::trino::NameOf(error.code())));
  AddLocation(error, &object);
  return object.Close();
}

std::string ErrorJson(const Error& error) {
  const auto name = query::trino::NameOf(error.code());
  JsonObject object;
  object.Add("message", Quoted(query::trino::TrinoMessage(error)))
      .Add("errorCode", name.code)
      .Add("errorName", Quoted(name.name))
      .Add("errorType", Quoted(name.type));
  AddLocation(error, &object);
  object.Add("failureInfo", FailureJson(error));
  return object.Close();
}

// One split stands for the whole query.
std::string StatsJson(QueryState state, const QueryStats& stats) {
  const bool is_queued = state == QueryState::kQueued;
  const bool is_running = state == QueryState::kRunning;
  const bool is_finished = state == QueryState::kFinished;
  JsonObject object;
  object.Add("state", Quoted(QueryStateName(state)))
      .Add("queued", Bool(is_queued))
      .Add("scheduled", Bool(is_running || is_finished));
  if (is_finished) object.Add("progressPercentage", "100.0");
  object.Add("nodes", 1)
      .Add("totalSplits", 1)
      .Add("queuedSplits", is_queued || state == QueryState::kPlanning ? 1 : 0)
      .Add("runningSplits", is_running ? 1 : 0)
      .Add("completedSplits", HasEnded(state) ? 1 : 0)
      .Add("planningTimeMillis", stats.planning_ms)
      .Add("wallTimeMillis", stats.elapsed_ms - stats.queued_ms)
      .Add("queuedTimeMillis", stats.queued_ms)
      .Add("elapsedTimeMillis", stats.elapsed_ms)
      .Add("processedRows", stats.row_count)
      .Add("processedBytes", stats.size_bytes);
  for (const char* unmeasured :
       {"analysisTimeMillis", "cpuTimeMillis", "finishingTimeMillis", "physicalInputTimeMillis",
        "physicalInputBytes", "physicalWrittenBytes", "internalNetworkInputBytes",
        "peakMemoryBytes", "spilledBytes"}) {
    object.Add(unmeasured, 0);
  }
  return object.Close();
}

// What a URI of the next page ends with.
std::string NextPath(const QueryPage& page) {
  return page.slug + "/" + std::to_string(page.token + 1);
}

// As Trino writes instants; null for 0.
std::string InstantJson(int64_t wall_ms) {
  return wall_ms == 0 ? "null" : Quoted(FormatRfc3339(wall_ms));
}

std::string QuotedDuration(int64_t milliseconds) { return Quoted(DurationText(milliseconds)); }

}  // namespace

std::string DurationText(int64_t milliseconds) {
  struct Unit {
    const char* name;
    double millis;
  };
  constexpr Unit kUnits[] = {{"d", 86400e3}, {"h", 3600e3}, {"m", 60e3}, {"s", 1e3}, {"ms", 1}};
  const auto value = static_cast<double>(milliseconds);
  const Unit* unit = std::begin(kUnits);
  while (unit != std::end(kUnits) - 1 && value < unit->millis) ++unit;
  char text[48];
  std::snprintf(text, sizeof(text), "%.2f%s", value / unit->millis, unit->name);
  return text;
}

std::string QueryResultsJson(const QueryPage& page, const std::string& base_uri) {
  JsonObject object;
  object.Add("id", Quoted(page.query_id))
      .Add("infoUri", Quoted(base_uri + "/ui/query.html?" + page.query_id));
  if (page.state == QueryState::kRunning && page.has_next) {
    object.Add("partialCancelUri", Quoted(base_uri + "/v1/statement/executing/partialCancel/" +
                                          page.query_id + "/0/" + NextPath(page)));
  }
  if (page.has_next) {
    const char* phase = page.state == QueryState::kQueued ? "queued/" : "executing/";
    object.Add("nextUri",
               Quoted(base_uri + "/v1/statement/" + phase + page.query_id + "/" + NextPath(page)));
  }
  if (page.columns != nullptr) object.Add("columns", *page.columns);
  if (!page.rows.empty()) object.Add("data", "[" + page.rows + "]");
  object.Add("stats", StatsJson(page.state, page.stats));
  if (page.error) object.Add("error", ErrorJson(*page.error));
  object.Add("warnings", "[]");
  if (!page.update_type.empty()) object.Add("updateType", Quoted(page.update_type));
  return object.Close();
}

std::string QueryInfoJson(const QuerySummary& summary, const std::string& base_uri) {
  const QueryStats& stats = summary.stats;
  JsonObject object;
  object.Add("queryId", Quoted(summary.query_id))
      .Add("session", JsonObject()
                          .Add("queryId", Quoted(summary.query_id))
                          .Add("user", Quoted(summary.user))
                          .Add("source", QuotedOrNull(summary.source))
                          .Add("catalog", QuotedOrNull(summary.catalog))
                          .Add("schema", QuotedOrNull(summary.schema))
                          .Add("timeZone", Quoted(summary.time_zone))
                          .Close())
      .Add("state", Quoted(QueryStateName(summary.state)))
      .Add("scheduled",
           Bool(summary.state == QueryState::kRunning || summary.state == QueryState::kFinished))
      .Add("self", Quoted(base_uri + "/v1/query/" + summary.query_id))
      .Add("query", Quoted(summary.text))
      .Add("updateType", QuotedOrNull(summary.update_type))
      .Add("queryStats",
           JsonObject()
               .Add("createTime", InstantJson(summary.created_wall_ms))
               .Add("endTime", InstantJson(summary.ended_wall_ms))
               .Add("queuedTime", QuotedDuration(stats.queued_ms))
               .Add("elapsedTime", QuotedDuration(stats.elapsed_ms))
               .Add("executionTime", QuotedDuration(stats.elapsed_ms - stats.queued_ms))
               .Add("planningTime", QuotedDuration(stats.planning_ms))
               .Add("processedInputPositions", stats.row_count)
               .Close());
  if (summary.error) {
    const auto name = query::trino::NameOf(summary.error->code());
    object.Add("errorType", Quoted(name.type))
        .Add("errorCode", ErrorCodeJson(name))
        .Add("failureInfo", FailureJson(*summary.error));
  }
  return object.Close();
}

std::string QueryListJson(const std::vector<QuerySummary>& summaries, const std::string& base_uri) {
  std::string out = "[";
  for (const QuerySummary& summary : summaries) {
    if (out.size() > 1) out += ',';
    out += QueryInfoJson(summary, base_uri);
  }
  return out + "]";
}

}  // namespace floe::server
