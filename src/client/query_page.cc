#include "client/query_page.h"

#include <utility>

namespace floe::client {
namespace {

Error NoPage(std::string_view why) {
  return Error(ErrorCode::kInvalidData,
               "the server does not answer as Trino does: " + std::string(why));
}

ErrorCode CodeOf(const std::string& type, const std::string& name) {
  if (name == "USER_CANCELED") return ErrorCode::kCancelled;
  if (type == "USER_ERROR") return ErrorCode::kGenericUser;
  if (type == "EXTERNAL") return ErrorCode::kUnavailable;
  return type == "INSUFFICIENT_RESOURCES" ? ErrorCode::kLimitExceeded : ErrorCode::kInternal;
}

// The message repeats the position in front: "line 1:15: …".
std::string WithoutPosition(std::string message, int64_t line, int64_t column) {
  const std::string prefix = "line " + std::to_string(line) + ":" + std::to_string(column) + ": ";
  return message.starts_with(prefix) ? message.substr(prefix.size()) : message;
}

Error QueryError(const JsonValue& json) {
  const std::string name = json.Text("errorName");
  std::string message = json.Text("message");
  const JsonValue* location = json.Find("errorLocation");
  const int64_t line = location == nullptr ? 0 : location->Integer("lineNumber", 0);
  const int64_t column = location == nullptr ? 0 : location->Integer("columnNumber", 0);
  if (line > 0) message = WithoutPosition(std::move(message), line, column);
  Error error(CodeOf(json.Text("errorType"), name), name.empty() ? message : name + ": " + message);
  if (line <= 0 || column <= 0 || line > INT32_MAX || column > INT32_MAX) return error;
  const int line_number = static_cast<int>(line);
  const int column_number = static_cast<int>(column);
  return std::move(error).WithSpan({line_number, column_number, line_number, column_number});
}

Status ReadColumns(const JsonValue& json, QueryPage* page) {
  for (const JsonValue& column : json.items) {
    if (column.Find("name") == nullptr) return NoPage("a column has no name");
    page->columns.push_back({column.Text("name"), column.Text("type")});
  }
  return Status::Ok();
}

Status ReadRows(JsonValue json, QueryPage* page) {
  if (!json.is_array()) return NoPage("rows in another form than asked for");
  page->rows.reserve(json.items.size());
  for (JsonValue& row : json.items) {
    if (!row.is_array()) return NoPage("a row is no array");
    page->rows.push_back(std::move(row.items));
  }
  return Status::Ok();
}

QueryStats ReadStats(const JsonValue& json) {
  QueryStats stats;
  stats.state = json.Text("state");
  stats.elapsed_ms = json.Integer("elapsedTimeMillis", 0);
  stats.processed_rows = json.Integer("processedRows", 0);
  stats.processed_bytes = json.Integer("processedBytes", 0);
  stats.total_splits = json.Integer("totalSplits", 0);
  stats.completed_splits = json.Integer("completedSplits", 0);
  return stats;
}

}  // namespace

Result<QueryPage> ParseQueryPage(std::string_view body) {
  Result<JsonValue> parsed = ParseJson(body);
  if (!parsed.ok()) return NoPage(parsed.error().message());
  JsonValue& json = *parsed;
  QueryPage page;
  page.id = json.Text("id");
  if (page.id.empty()) return NoPage("no id of a query");
  page.next_uri = json.Text("nextUri");
  page.update_type = json.Text("updateType");
  const JsonValue* count = json.Find("updateCount");
  if (count != nullptr && !count->is_null()) page.update_count = json.Integer("updateCount", 0);
  if (const JsonValue* error = json.Find("error"); error != nullptr && error->is_object()) {
    page.error = QueryError(*error);
  }
  if (const JsonValue* stats = json.Find("stats"); stats != nullptr) page.stats = ReadStats(*stats);
  if (const JsonValue* warnings = json.Find("warnings"); warnings != nullptr) {
    for (const JsonValue& warning : warnings->items)
      page.warnings.push_back(warning.Text("message"));
  }
  if (const JsonValue* columns = json.Find("columns"); columns != nullptr) {
    FLOE_TRY(ReadColumns(*columns, &page));
  }
  for (size_t i = 0; i < json.keys.size(); ++i) {
    if (json.keys[i] != "data" || json.items[i].is_null()) continue;
    FLOE_TRY(ReadRows(std::move(json.items[i]), &page));
  }
  return page;
}

}  // namespace floe::client
